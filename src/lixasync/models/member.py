"""Members of LinkedIn, as its own API shows them."""

from __future__ import annotations

from datetime import datetime

import attrs

from lixasync.models.base import wire
from lixasync.models.member_career import MemberEducation, Position
from lixasync.models.member_links import MemberUrl, ProfileRequest
from lixasync.models.presence import Presence, presence_of
from lixasync.models.share import Share
from lixasync.models.v1 import V1Model

__all__ = ["Member", "MemberCountry", "MemberLocation", "RelatedConnections", "RelationToViewer"]

_PRIVATE = "private"


@attrs.frozen(kw_only=True, repr=False)
class MemberCountry(V1Model):
    """A country.

    LinkedIn v1, section Responses.

    Attributes:
        code: Two letters, lower case, as recorded; other texts are kept as they came.
    """

    code: str | None = wire()


@attrs.frozen(kw_only=True, repr=False)
class MemberLocation(V1Model):
    """Where a member lives.

    LinkedIn v1, section Responses.

    Attributes:
        name: Place, free text.
        country: Country; most searches of 2009 left it out.
    """

    name: str | None = wire()
    country: MemberCountry | None = wire()

    @property
    def country_code(self) -> str | None:
        """The country's code; None when no country was sent."""
        return self.country.code if self.country else None


@attrs.frozen(kw_only=True, repr=False)
class RelatedConnections(V1Model):
    """Connections of a member, as far as they are shown: often only their number.

    LinkedIn v1, section Responses.

    Attributes:
        total: How many there are.
        count: How many were sent, as the server says.
        start: Index of the first that was sent, from 0.
        people: Those that were sent.
    """

    total: int | None = wire("_total")
    count: int | None = wire("_count")
    start: int | None = wire("_start")
    people: tuple[Member, ...] = wire("values", default=())


@attrs.frozen(kw_only=True, repr=False)
class RelationToViewer(V1Model):
    """How a member is related to the one who asks.

    LinkedIn v1, section Responses.

    Attributes:
        distance: As ``Member.distance``.
        num_related_connections: How many connections both share.
        related_connections: Those connections.
    """

    distance: int | None = wire()
    num_related_connections: int | None = wire()
    related_connections: RelatedConnections | None = wire()


@attrs.frozen(kw_only=True, repr=False)
class Member(V1Model):
    """A member, from a list of connections, a search or a profile; most answers carry few of the fields.

    LinkedIn v1, section Responses. A text that was not sent is None, one that was sent empty is "". ``presence`` tells
    these from what was never asked for. Tokens show in no repr, no ``to_dict`` and no pickle, nor in ``raw``: there a
    header's value is a ``VisibilityToken``, and an address with a token in it masks it in the same places.

    Attributes:
        id: Opaque id; differs per application; "private" for those who hide from applications.
        key: What the member was asked for by, when several were asked for at once.
        first_name: First name.
        last_name: Last name, with all that stands there.
        maiden_name: Former last name.
        formatted_name: Full name, as it is written in the member's language.
        phonetic_first_name: First name as it is spoken.
        phonetic_last_name: Last name as it is spoken.
        formatted_phonetic_name: Full name as it is spoken.
        headline: Text under the name; may be "--".
        location: Where the member lives.
        industry: Industry, in English; not always one of the documented ones.
        distance: 0 for oneself, 1 to 3 degrees, 100 for a shared group, -1 out of the network.
        relation_to_viewer: How the member is related to the one who asks.
        num_recommenders: How many recommend the member.
        connections: The member's connections; in searches of 2009 only their number.
        num_connections: Number of connections, at most 500.
        num_connections_capped: Whether the real number is higher than that.
        current_status: Last status text.
        current_status_timestamp: When it was set, in UTC.
        current_share: What the member shared last.
        summary: Text about the member, with its line breaks.
        specialties: Text, with its line breaks.
        positions: Positions; of people who are no connections, only current ones are sent.
        three_current_positions: Up to three that are held now.
        three_past_positions: Up to three former ones.
        educations: Schools.
        picture_url: Address of the picture.
        public_profile_url: Address of the public profile.
        member_url_resources: Pages the member points to.
        api_standard_profile_request: How to open the profile through the API.
        site_standard_profile_request: How to open it on the website; its address carries a token.
        asked: Paths of the fields the request asked for, such as "location.country.code"; a path stands for all
            below it. None when that is not known. Not compared.
    """

    id: str | None = wire()
    key: str | None = wire("_key")
    first_name: str | None = wire()
    last_name: str | None = wire()
    maiden_name: str | None = wire()
    formatted_name: str | None = wire()
    phonetic_first_name: str | None = wire()
    phonetic_last_name: str | None = wire()
    formatted_phonetic_name: str | None = wire()
    headline: str | None = wire()
    location: MemberLocation | None = wire()
    industry: str | None = wire()
    distance: int | None = wire()
    relation_to_viewer: RelationToViewer | None = wire()
    num_recommenders: int | None = wire()
    connections: RelatedConnections | None = wire()
    num_connections: int | None = wire()
    num_connections_capped: bool | None = wire()
    current_status: str | None = wire()
    current_status_timestamp: datetime | None = wire()
    current_share: Share | None = wire()
    summary: str | None = wire()
    specialties: str | None = wire()
    positions: tuple[Position, ...] = wire(default=())
    three_current_positions: tuple[Position, ...] = wire(default=())
    three_past_positions: tuple[Position, ...] = wire(default=())
    educations: tuple[MemberEducation, ...] = wire(default=())
    picture_url: str | None = wire()
    public_profile_url: str | None = wire()
    member_url_resources: tuple[MemberUrl, ...] = wire(default=())
    api_standard_profile_request: ProfileRequest | None = wire()
    site_standard_profile_request: ProfileRequest | None = wire()
    asked: frozenset[str] | None = attrs.field(default=None, eq=False, hash=False)

    @property
    def is_private(self) -> bool:
        """Whether the member hides from applications."""
        return self.id == _PRIVATE

    @property
    def identity(self) -> str | None:
        """A key that is the same whenever this member is met again; None for private ones, who share one id."""
        return f"member:{self.id}" if self.id and not self.is_private else None

    def presence(self, path: str) -> Presence:
        """Tell whether a field was sent, sent empty, left out, or never asked for.

        Args:
            path: Name of the field, as attribute or as in requests: ``summary``, ``first-name``,
                ``location.country.code``. Of a list of positions, say, what tells most of its elements counts.

        Raises:
            ValueError: There is no such field.
        """
        return presence_of(self, path, self.asked)
