"""Enrichment of single records (Lix API, section Enrichment API)."""

from __future__ import annotations

import re
from typing import Any

from lixasync.codec.decoder import Decoder
from lixasync.errors import InvalidArgumentError
from lixasync.lix.core import Core, on_linkedin
from lixasync.models import Person
from lixasync.transport.caller import required
from lixasync.transport.operation import Operation

_PROFILE = re.compile(r"/(?:in|pub|profile|sales/lead|sales/people|talent/profile)/.")


def _decode_person(decoder: Decoder, data: Any) -> Person:
    return decoder.model(data, Person)


GET_PERSON = Operation(id="get_person", method="GET", path="/v1/person", decode=_decode_person, credits=1)


class Enrichment:
    """``lix.enrichment``: everything known of one person, organisation, job or post."""

    def __init__(self, core: Core) -> None:
        self._core = core

    async def person(self, profile_link: str, *, viewer_id: str | None = None) -> Person:
        """Return the profile behind a link (Lix API, operation get_person). Costs 1 Standard credit.

        Args:
            profile_link: Address of a LinkedIn profile, such as ``https://www.linkedin.com/in/robin-marlowe``.
            viewer_id: The connected account to look as; the client's by default.

        Raises:
            InvalidArgumentError: the text is not the address of a profile.
            NotFoundError: there is no such profile.
            APIError: see `lixasync.errors`.
        """
        link = _check_profile_link(profile_link)
        viewer = viewer_id or self._core.viewer_id
        return await self._core.send(GET_PERSON, (("profile_link", link), ("viewer_id", viewer)))


def _check_profile_link(link: str) -> str:
    link = required("profile_link", link)
    parts = on_linkedin(link)
    if parts is None or not _PROFILE.match(parts.path):
        raise InvalidArgumentError(
            f"This is not the address of a LinkedIn profile: {link[:100]!r}.",
            hint="It looks like https://www.linkedin.com/in/robin-marlowe; the API accepts addresses only, no ids.",
            operation=GET_PERSON.id,
        )
    return link
