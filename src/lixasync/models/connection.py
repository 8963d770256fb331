"""Connections of a LinkedIn account."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import attrs

from lixasync.models.base import Model, wire
from lixasync.models.identity import first_identity, link_key

__all__ = ["Connection"]


@attrs.frozen(kw_only=True, repr=False)
class Connection(Model):
    """One connection of a LinkedIn account.

    Lix API, object Connection. Its fields are not documented, save ``profile_picture``: the other attributes
    are filled when the answer has something of that name, and everything else stands in ``extra``.

    Attributes:
        name: Full name.
        first_name: First name.
        last_name: Last name.
        headline: Text under the name.
        link: Address of the LinkedIn profile.
        profile_picture: Address of the picture; signed, so it changes and expires.
        public_identifier: Last part of the profile's address.
        entity_urn: LinkedIn's own id.
        connected_at: When the connection was made.
    """

    name: str | None = wire("name", "fullName")
    first_name: str | None = wire("first_name")
    last_name: str | None = wire("last_name")
    headline: str | None = wire("headline", "occupation")
    link: str | None = wire("link", "profileLink", "profileUrl", "linkedinUrl", "publicProfileUrl")
    profile_picture: str | None = wire("profile_picture", "profilePictureUrl", "picture", "img")
    public_identifier: str | None = wire("public_identifier", "publicId")
    entity_urn: str | None = wire("entity_urn", "urn")
    connected_at: datetime | None = wire("connected_at", "connectedOn", "createdAt")

    @property
    def identity(self) -> str | None:
        """A key that is the same whenever this person is met again; None when nothing identifies one."""
        return first_identity(self._identities())

    def _identities(self) -> Iterator[tuple[str, str | None]]:
        yield "", link_key(self.link)
        yield "urn", self.entity_urn
        yield "slug", self.public_identifier
