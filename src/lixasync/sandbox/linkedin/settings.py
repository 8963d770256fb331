"""What the sandbox can be told about LinkedIn's own API."""

from __future__ import annotations

import dataclasses
from typing import TypedDict

_NOT_NEGATIVE = (
    "linkedin_connections", "linkedin_strangers", "linkedin_private_every", "linkedin_search_cap",
    "linkedin_connection_calls", "linkedin_search_calls", "linkedin_profile_calls", "linkedin_lag",
)  # fmt: skip
_NOT_EMPTY = (
    "linkedin_token", "linkedin_expired_token", "linkedin_consumer_key", "linkedin_consumer_secret",
    "linkedin_oauth_token", "linkedin_oauth_secret",
)  # fmt: skip


@dataclasses.dataclass(frozen=True, kw_only=True)
class LinkedInSettings:
    """What the stand-in for LinkedIn's v1 API is told, with its defaults. Every name begins with linkedin_.

    Attributes:
        linkedin_token: The OAuth 2 access token it accepts.
        linkedin_expired_token: The access token it calls expired.
        linkedin_consumer_key: The application's key, for OAuth 1.0a.
        linkedin_consumer_secret: The application's secret, for OAuth 1.0a.
        linkedin_oauth_token: The member's OAuth 1.0a access token.
        linkedin_oauth_secret: The secret of that token.
        linkedin_connections: How many connections the member has at the start.
        linkedin_strangers: How many further people a search can find.
        linkedin_private_every: Every how many people one hides from applications; 0 for nobody.
        linkedin_max_page: The most connections in one page, and how many come when no count is given.
        linkedin_search_cap: How many people of one search can be reached.
        linkedin_connections_open: Whether the application may read connections.
        linkedin_search_open: Whether the application may search.
        linkedin_connection_calls: Calls for connections that a member has in a day (UTC); None for no ceiling.
        linkedin_search_calls: The same for searches.
        linkedin_profile_calls: The same for profiles.
        linkedin_lag: Seconds until a change that is made now can be seen by anybody.
        linkedin_skew: Seconds that the server's clock is ahead of the local one. `now` sets what the clock
            shows instead; it then stands still but for `advance`.
        linkedin_ignores_since: Whether everybody is answered although modified and modified-since were given.
        linkedin_shuffle: Whether elements, keys and attributes whose order nobody asked for are shuffled.
        linkedin_url_host: The host, with a port if any, in the API addresses that answers hold; empty for
            the host that was asked.
        linkedin_429: Whether the rate limit refuses this API's calls too, with 429. Otherwise it only counts
            them, as v1 knows no such answer.
    """

    linkedin_token: str = "sandbox-token"  # noqa: S105 - the sandbox's own, no secret
    linkedin_expired_token: str = "expired-token"  # noqa: S105 - the sandbox's own, no secret
    linkedin_consumer_key: str = "sandbox-consumer-key"
    linkedin_consumer_secret: str = "sandbox-consumer-secret"  # noqa: S105 - the sandbox's own, no secret
    linkedin_oauth_token: str = "sandbox-oauth-token"  # noqa: S105 - the sandbox's own, no secret
    linkedin_oauth_secret: str = "sandbox-oauth-secret"  # noqa: S105 - the sandbox's own, no secret
    linkedin_connections: int = 1234
    linkedin_strangers: int = 2000
    linkedin_private_every: int = 41
    linkedin_max_page: int = 500
    linkedin_search_cap: int = 110
    linkedin_connections_open: bool = True
    linkedin_search_open: bool = True
    linkedin_connection_calls: int | None = None
    linkedin_search_calls: int | None = None
    linkedin_profile_calls: int | None = None
    linkedin_lag: float = 0.0
    linkedin_skew: float = 0.0
    linkedin_ignores_since: bool = False
    linkedin_shuffle: bool = False
    linkedin_url_host: str = ""
    linkedin_429: bool = False

    def __post_init__(self) -> None:
        """Refuse what could not work."""
        for name in _NOT_NEGATIVE:
            value = getattr(self, name)
            if value is not None and value < 0:
                raise ValueError(f"{name} must not be negative")
        for name in _NOT_EMPTY:
            if not getattr(self, name):
                raise ValueError(f"{name} must not be empty")
        if self.linkedin_max_page < 1:
            raise ValueError("linkedin_max_page must be at least 1")

    @property
    def linkedin_secrets(self) -> tuple[str, ...]:
        """What no record may show."""
        return tuple(getattr(self, name) for name in _NOT_EMPTY)


class LinkedInChanges(TypedDict, total=False):
    """These settings as keyword arguments, each of them optional."""

    linkedin_token: str
    linkedin_expired_token: str
    linkedin_consumer_key: str
    linkedin_consumer_secret: str
    linkedin_oauth_token: str
    linkedin_oauth_secret: str
    linkedin_connections: int
    linkedin_strangers: int
    linkedin_private_every: int
    linkedin_max_page: int
    linkedin_search_cap: int
    linkedin_connections_open: bool
    linkedin_search_open: bool
    linkedin_connection_calls: int | None
    linkedin_search_calls: int | None
    linkedin_profile_calls: int | None
    linkedin_lag: float
    linkedin_skew: float
    linkedin_ignores_since: bool
    linkedin_shuffle: bool
    linkedin_url_host: str
    linkedin_429: bool
