"""Followers of an organisation."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from lixasync.models.base import Model, wire
from lixasync.models.identity import first_identity

__all__ = ["Follower"]


@attrs.frozen(kw_only=True, repr=False)
class Follower(Model):
    """Somebody who follows an organisation.

    Lix API, operation list_company_followers.

    Attributes:
        public_identifier: Last part of the profile's address.
        first_name: First name.
        last_name: Last name.
        profile_picture_url: Address of the picture; may expire.
        entity_urn: LinkedIn's own id.
        headline: Text under the name.
        followed_at: Since when, text as displayed, such as "July 2024".
        member_distance: How far from the viewer, an open enum: DISTANCE_1, DISTANCE_2, others.
    """

    public_identifier: str | None = wire()
    first_name: str | None = wire()
    last_name: str | None = wire()
    profile_picture_url: str | None = wire()
    entity_urn: str | None = wire()
    headline: str | None = wire()
    followed_at: str | None = wire()
    member_distance: str | None = wire("memberDistance", known=("DISTANCE_1", "DISTANCE_2", "DISTANCE_3"))

    @property
    def identity(self) -> str | None:
        """A key that is the same whenever this follower is met again; None when nothing identifies one."""
        return first_identity(self._identities())

    def _identities(self) -> Iterator[tuple[str, str | None]]:
        yield "urn", self.entity_urn
        yield "slug", self.public_identifier
