"""The profile behind a search result (LinkedIn v1, section Responses: api-standard-profile-request)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from lixasync.errors import InvalidArgumentError
from lixasync.linkedin.core import Core
from lixasync.linkedin.fields import Fields, as_fields
from lixasync.linkedin.reading import PROFILES, member_of, reading
from lixasync.models import Member
from lixasync.models.member_links import ProfileRequest
from lixasync.transport.urls import split_url

_HOST = "api.linkedin.com"
_PATH = re.compile(r"/v1/people/(?!\.)[^/?#\s\\]+")
_HEADER = re.compile(r"x-li-auth[a-z0-9-]*")
_SUFFIX = re.compile(r":(?:full|public|\(.*\))$")


async def profile_of(core: Core, person: Member, fields: Fields | str | Iterable[str] | None) -> Member:
    """Do the work of `LinkedInClient.profile_of`."""
    if not isinstance(person, Member):
        raise InvalidArgumentError(f"person is of type {type(person).__name__}; it must be a Member of this API.")
    fields = as_fields(fields)
    request = person.api_standard_profile_request
    if request is None or not request.url:
        reason = "hides from applications" if person.is_private else "came without the address of a profile"
        raise InvalidArgumentError(
            f"This member {reason}, so there is no profile to open.",
            hint="" if person.is_private else "Ask for it: fields=Fields.SEARCH, or 'api-standard-profile-request'.",
        )
    path = _path(request.url, core.base_url)
    if fields is not None:
        path = _SUFFIX.sub("", path) + str(fields)
    return await core.send(reading(PROFILES, path, member_of(fields)), headers=_headers(request))


def _path(url: str, base_url: str) -> str:
    """Return the path of a URL that a body named; it is asked for at the configured host alone, by https.

    Raises:
        InvalidArgumentError: it leads to another host, or to something else than a profile.
    """
    parts, base = split_url(url), split_url(base_url)
    known = {_HOST, base.hostname if base else _HOST}
    if parts is None or parts.hostname not in known or parts.username or parts.password:
        raise InvalidArgumentError(
            f"The profile's address leads to {parts.hostname if parts else url[:40]!r}: the token is not sent there."
        )
    if not _PATH.fullmatch(parts.path) or "%2e" in parts.path.lower():
        raise InvalidArgumentError(f"The profile's address names {parts.path!r}, which is no profile.")
    return parts.path


def _headers(request: ProfileRequest) -> list[tuple[str, str]]:
    """Return the headers that show the right to see the profile; a body can set no other headers."""
    found = []
    for header in request.headers:
        name = (header.name or "").strip().lower()
        if _HEADER.fullmatch(name) and header.value is not None:
            if header.value.lost:
                raise InvalidArgumentError(
                    "The visibility token of this member was lost when it was pickled: pickles hold no secrets.",
                    hint="Call profile_of in the process that found the member.",
                )
            value = header.value.reveal().strip()
            if not value.isascii() or not value.isprintable():
                raise InvalidArgumentError(f"The value of the profile's header {name!r} cannot be sent.")
            if value:
                found.append((name, value))
    return found
