"""The Profile API: who is meant, and what is shown."""

from __future__ import annotations

import hmac
from typing import Any
from urllib.parse import unquote

from lixasync.sandbox.replies import Reply

from .call import Call
from .errors import LinkedInError
from .fields import FULL_FIELDS, OUT_OF_REACH, PROFILE_FIELDS, PUBLIC_FIELDS, View, person
from .members import VIEWER
from .selectors import PERSON, Selector
from .tree import Listing

KINDS = ("name", "OUT_OF_NETWORK", "NAME_SEARCH")
"""The kinds of visibility tokens."""

EMAIL_DENIED = "Access to member by email address denied"


def whose(call: Call, who: str) -> int:
    """Find who is meant by `~`, an id with or without `id=`, or the address of a public page.

    Args:
        call: The request.
        who: The part of the path, as it was sent.

    Raises:
        LinkedInError: Nobody is, or it is an e-mail address.
    """
    key, named, value = unquote(who).partition("=")
    if who == "~":
        return VIEWER
    if named and key == "email":
        raise LinkedInError(403, EMAIL_DENIED)
    if named and key == "url":
        found = call.world.by_url(value)
    else:
        found = call.world.by_id(value if named and key == "id" else unquote(who))
    if found is not None:
        return found
    if named and key == "id":
        raise LinkedInError(404, f"Invalid member id {{{value}}}")
    raise _not_found(who)


def show(call: Call, who: str, fields: str | None) -> Reply:
    """Answer one profile.

    Raises:
        LinkedInError: The request is refused.
    """
    call.spend("profiles")
    call.check_query()
    selector = _selector(call, fields)
    return call.reply("person", _profile(call, who, selector), call.style(asked=_asked(fields)))


def show_several(call: Call, members: str, fields: str | None) -> Reply:
    """Answer several profiles; members who are not found are left out.

    Raises:
        LinkedInError: The request is refused.
    """
    call.spend("profiles")
    call.check_query()
    selector = _selector(call, fields)
    keys: list[str] = []
    people: list[dict[str, Any]] = []
    for who in members.split(","):
        try:
            people.append(_profile(call, who, selector))
        except LinkedInError as error:
            if error.status != 404:
                raise
        else:
            keys.append(unquote(who))
    listing = Listing("person", people, len(people), keys=tuple(keys))
    return call.reply("people", listing, call.style(asked=_asked(fields)))


def _profile(call: Call, who: str, selector: Selector) -> dict[str, Any]:
    number = whose(call, who)
    distance = call.world.distance(number)
    if distance in OUT_OF_REACH and not _has_token(call, number):
        raise _not_found(who)
    view: View = call.view(number, distance, kind="OUT_OF_NETWORK" if distance in OUT_OF_REACH else "name")
    return person(call.world.seed, number, view, selector)


def _has_token(call: Call, number: int) -> bool:
    """Check the visibility token, which opens the profile of somebody outside the network."""
    kind, _, token = call.headers.get("x-li-auth-token", "").partition(":")
    return kind in KINDS and hmac.compare_digest(token.encode(), call.world.member(number).token.encode())


def _not_found(who: str) -> LinkedInError:
    return LinkedInError(404, f"Could not find person based on: {unquote(who)}")


def _asked(fields: str | None) -> bool:
    return fields is not None and fields.startswith(":(")


def _selector(call: Call, fields: str | None) -> Selector:
    if fields in (":full", ":public"):
        return FULL_FIELDS if fields == ":full" else PUBLIC_FIELDS
    return call.selector(fields, PERSON) or PROFILE_FIELDS
