"""Whom a profile address, an id or an email address means, and how people appear beside what they wrote."""

from __future__ import annotations

import base64
import functools
from typing import Any, TypeAlias

from lixasync.sandbox import people
from lixasync.sandbox.replies import RefusedError
from lixasync.sandbox.settings import Settings

from .call import Call

Whose: TypeAlias = tuple[people.Kind, int]

MAIL_DOMAIN = "example.com"


def whose(call: Call, link: str, name: str = "profile_link") -> Whose:
    """Find the person a profile address means.

    Args:
        call: The request.
        link: The address, or the public identifier alone.
        name: The parameter that held it.

    Raises:
        RefusedError: It is no such address, or nobody has it.
    """
    slug = people.slug_of(link)
    if slug is None:
        raise RefusedError(400, "params_invalid", f"{name} must be the address of a profile")
    if slug in call.settings.viewer_ids:
        return "viewer", call.settings.viewer_ids.index(slug)
    found = people.resolve(call.settings.seed, slug)
    if found is not None and found[1] < _count(call.settings, found[0]):
        return found
    raise RefusedError(404, "not_found", "profile not found")


def named(call: Call, *names: str) -> str:
    """Read the one parameter of several that must be there.

    Returns:
        Its name.

    Raises:
        RefusedError: None or more than one of them is there.
    """
    given = [name for name in names if call.query.get(name, "").strip()]
    if len(given) != 1:
        raise RefusedError(400, "params_invalid", f"exactly one of {', '.join(names)} is required")
    return given[0]


def by_email(call: Call, email: str) -> Whose:
    """Find the person an email address belongs to.

    Raises:
        RefusedError: It is no email address, or nobody's.
    """
    mailbox, at, domain = email.partition("@")
    if not (mailbox and at and "." in domain):
        raise RefusedError(400, "params_invalid", "email must be an email address")
    if domain.casefold() != MAIL_DOMAIN:
        raise RefusedError(404, "not_found", "profile not found")
    return whose(call, mailbox, "email")


def lix_id(kind: people.Kind, index: int) -> str:
    """Make Lix's own id of a person."""
    return base64.b64encode(f"person:{kind}:{index}".encode()).decode()


def by_id(call: Call, name: str) -> Whose:
    """Find the person that Lix's or Sales Navigator's id means.

    Args:
        call: The request.
        name: The parameter that holds the id: lix_id or sales_nav_id.

    Raises:
        RefusedError: Nobody has it.
    """
    counts = tuple((kind, _count(call.settings, kind)) for kind in people.KINDS)
    found = _ids(call.settings.seed, name, counts).get(call.require(name))
    if found is None:
        raise RefusedError(404, "not_found", "profile not found")
    return found


def passer_by(call: Call, offset: int, number: int) -> dict[str, str]:
    """Say who of those that searches find has reacted, commented or followed.

    Args:
        call: The request.
        offset: Where the row of people begins for what they reacted to.
        number: Which of them, in order. Nobody comes twice before everybody has come once.
    """
    index = (offset + number) % max(1, call.settings.search_results)
    return people.identity(call.settings.seed, "person", index)


def headline(call: Call, who: dict[str, str]) -> str:
    """Say what stands below a person's name in short forms."""
    return people.headline(call.settings.seed, who["publicIdentifier"])


def name_of(who: dict[str, str]) -> str:
    """Say a person's whole name."""
    return f"{who['firstName']} {who['lastName']}"


def card(call: Call, who: dict[str, str]) -> dict[str, Any]:
    """Describe a person as those who comment and react are described."""
    return {
        "name": name_of(who),
        "link": who["link"],
        "li_id": who["publicIdentifier"],
        "headline": headline(call, who),
        "profile_image_url": people.picture(call.settings.seed, who["publicIdentifier"]),
    }


def _count(settings: Settings, kind: people.Kind) -> int:
    if kind == "viewer":
        return len(settings.viewer_ids)
    return max(settings.search_results, settings.lead_count) if kind == "person" else settings.connections


@functools.lru_cache(maxsize=4)
def _ids(seed: int, name: str, counts: tuple[tuple[people.Kind, int], ...]) -> dict[str, Whose]:
    """List everybody by an id; remembered, because there may be many."""
    return {
        lix_id(kind, index) if name == "lix_id" else people.identity(seed, kind, index)["liId"]: (kind, index)
        for kind, count in counts
        for index in range(count)
    }
