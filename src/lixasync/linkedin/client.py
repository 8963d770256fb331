"""The client of LinkedIn's own v1 API."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import unquote

import attrs

from lixasync.errors import ConfigurationError, MissingKeyError
from lixasync.limits.base import RateLimiter
from lixasync.limits.lanes import Lane
from lixasync.limits.quota import Quota
from lixasync.limits.rate import RateLimit
from lixasync.linkedin.answers import judge
from lixasync.linkedin.auth import AccessToken, OAuth1
from lixasync.linkedin.connections import Modified, connections
from lixasync.linkedin.core import Core
from lixasync.linkedin.fields import Fields
from lixasync.linkedin.generations import CONNECTIONS_CAP, Format, GenerationName, generation_of
from lixasync.linkedin.profiles import profile_of
from lixasync.linkedin.reading import CONNECTIONS, PEOPLE_SEARCH, PROFILES, as_it_came
from lixasync.linkedin.search import Search
from lixasync.models import Member
from lixasync.paging.pager import Pager
from lixasync.transport import raw
from lixasync.transport.auth import Auth, check_base_url
from lixasync.transport.base import Transport
from lixasync.transport.client import (
    DEFAULT_RATE,
    KEEP,
    Client,
    budget_of,
    call_options,
    check_setting,
    make_limiter,
    make_pipeline,
    user_agent,
)
from lixasync.transport.operation import encode_query
from lixasync.transport.pipeline import Host, Remote
from lixasync.transport.retry import RetryPolicy

if TYPE_CHECKING:
    from lixasync.polling.store import StateStore
    from lixasync.polling.watch import Watch

DAILY_LIMITS: Mapping[str, int | None] = MappingProxyType({CONNECTIONS: None, PEOPLE_SEARCH: 100, PROFILES: None})
"""Calls a day and member by resource, as far as they are documented (LinkedIn v1, section Throttle limits)."""

_MEDIA: dict[Format, tuple[tuple[str, str], ...]] = {
    "json": (("accept", "application/json"), ("x-li-format", "json")),
    "xml": (("accept", "text/xml"),),
}


class LinkedInClient(Client[Core]):
    """LinkedIn's own v1 API: connections and people search, with modified-since polling.

    Since 12 May 2015 both are open to approved partners only; everyone else is answered with
    `PermissionDeniedError`. What they answer may not be stored (LinkedIn v1, section Usage rules), so nothing here is
    cached or written: a watch keeps times and hashes. Base URL and generation are settings, for gateways of partners,
    archives and stand-ins.

    One client holds one member's token, one pool of connections, one rate limit and one daily count; use one per
    member and event loop. It works with asyncio and trio.

    Args:
        access_token: The member's OAuth 2 token, or an `AccessToken` to send it in the query. By default
            ``LINKEDIN_ACCESS_TOKEN`` from the environment.
        auth: Another way to show which member asks, such as `OAuth1`; instead of ``access_token``.
        base_url: Where the API is; https, or http to loopback. By default ``LINKEDIN_BASE_URL`` from the environment,
            else ``https://api.linkedin.com``.
        generation: ``"2010"`` (search under ``/v1/people-search``, selectors, facets, XML and JSON) or ``"2009"``
            (search under ``/v1/people``, XML only, no selectors).
        format: ``"json"`` or ``"xml"``; both decode to the same objects. By default JSON where there is a choice.
        search_cap: People a search lists at most, by documentation 100.
        daily_limits: Calls a day that the client does not exceed, by resource: ``"connections"``,
            ``"people-search"``, ``"people"`` (single profiles); they begin anew at midnight UTC. None counts without a
            ceiling. What is not named stays as documented: 100 searches, each page counting as one.
        rate_limit: The pace of requests; 1 per 3 seconds by default.
        limiter: A limiter to share: a `Limiter` with other clients in this event loop, a `FileLimiter` with other
            processes of this machine, a `RedisLimiter` with those of other machines, too.
        retry: How patiently failures that may pass are repeated.
        timeout: Seconds that one attempt may take, from sending to the whole answer.
        deadline: Seconds that a call may take in all; None for no bound. See `LixClient`.
        lane: ``"interactive"`` calls overtake all waiting ``"bulk"`` calls.
        transport: An adapter to an HTTP library, such as ``Httpx2Transport()``; by default ``HttpxTransport()``.

    Attributes:
        search: Searches as the member.
        limits: What the rate limiter does, and how many calls of the day were made.
        drift: Which unknown fields and values the answers held.

    Raises:
        MissingKeyError: no token was given. There is no access without a member.
        InsecureURLError: plain http to a host that is not loopback.
        ConfigurationError: another setting that cannot work.
    """

    def __init__(
        self,
        access_token: str | AccessToken | None = None,
        *,
        auth: Auth | None = None,
        base_url: str | None = None,
        generation: GenerationName = "2010",
        format: Format | None = None,  # noqa: A002 - the API's own word
        search_cap: int = 100,
        daily_limits: Mapping[str, int | None] | None = None,
        rate_limit: RateLimit = DEFAULT_RATE,
        limiter: RateLimiter | None = None,
        retry: RetryPolicy | None = None,
        timeout: float = 60.0,
        deadline: float | None = None,
        lane: Lane = "interactive",
        transport: Transport | None = None,
    ) -> None:
        spoken = generation_of(generation)
        written = format or spoken.formats[0]
        check_setting("format", written, written in spoken.formats, f"one of {', '.join(spoken.formats)}")
        check_setting("search_cap", search_cap, _is_whole(search_cap) and search_cap >= 1, "a whole number from 1 up")
        shown = _auth(access_token, auth)
        url = check_base_url(base_url or os.environ.get("LINKEDIN_BASE_URL") or "https://api.linkedin.com", "base_url")
        # A signature is over spaces written %20, and so must the URL be.
        space = "%20" if isinstance(shown, OAuth1) else spoken.space
        ceilings = _daily_limits(daily_limits)
        gate = make_limiter(
            rate_limit,
            limiter,
            budget=budget_of(url, _holder(shown)),
            allowances={resource: calls for resource, calls in ceilings.items() if calls is not None},
        )
        remote = Remote(
            hosts={"api": Host(url=url, auth=shown, limiter=gate)},
            headers=(*_MEDIA[written], user_agent()),
            judge=judge,
            encode=partial(encode_query, space=space),
        )
        quota = Quota(ceilings)
        self._set_up(
            Core(
                pipeline=make_pipeline(remote, transport=transport, quota=quota),
                options=call_options(lane=lane, deadline=deadline, timeout=timeout, retry=retry),
                generation=spoken,
                base_url=url,
                search_cap=search_cap,
            )
        )

    def _set_up(self, core: Core) -> None:
        super()._set_up(core)
        self.search = Search(core)

    def connections(
        self,
        member: str | None = None,
        *,
        fields: Fields | str | Iterable[str] | None = None,
        modified: Modified | None = None,
        modified_since: datetime | int | None = None,
        secure_urls: bool | None = None,
        start: int = 0,
        page_size: int | None = CONNECTIONS_CAP,
        max_items: int | None = None,
        resume: str | None = None,
    ) -> Pager[Member]:
        """Stream the member's connections (LinkedIn v1, section Connections: parameters).

        They may not be stored. Members who hide from applications come with the text ``private`` for id and names and
        nothing else; they are flagged ``is_private``. Each page is a call of the daily quota.

        Args:
            member: Id or public profile address of the authorising member, whose connections alone can be read; None
                for the member of the token.
            fields: Fields of each person, such as ``Fields("id", "first-name", location=("name",))``; None for the
                server's own choice.
            modified: ``"new"`` for connections made since ``modified_since``, ``"updated"`` for those whose profile
                has changed since. Who is gone is not told.
            modified_since: A datetime with its time zone, or milliseconds since 1970; always with ``modified``.
            secure_urls: Whether returned addresses are to use https.
            start: Index of the first connection, from 0.
            page_size: Connections per page, up to 500; None leaves it to the server.
            max_items: Stop after so many connections; None for all.
            resume: A cursor of an earlier stream with the same arguments.

        Yields:
            Member: in the server's order.

        Raises:
            PageSizeError: ``page_size`` above 500.
            InvalidArgumentError: ``modified`` and ``modified_since`` apart, seconds for milliseconds, a field the API
                never had.
            CursorError: the cursor is damaged or of another query.
            DailyLimitError: the calls of the day are used up; ``retry_at`` is the next midnight UTC.
            APIError: while iterating, see `lixasync.errors`; with ``cursor`` to go on from.
        """
        return connections(
            self._core,
            member,
            fields=fields,
            modified=modified,
            modified_since=modified_since,
            secure_urls=secure_urls,
            start=start,
            page_size=page_size,
            max_items=max_items,
            resume=resume,
        )

    async def profile_of(self, person: Member, *, fields: Fields | str | Iterable[str] | None = None) -> Member:
        """Open the profile of somebody found, with the address and the visibility header that came with them.

        The address is asked for at ``base_url`` and by https (loopback aside), whatever it says; the token is sent
        nowhere else (LinkedIn v1, section Responses: api-standard-profile-request).

        Args:
            person: A member whose ``api_standard_profile_request`` was sent: see ``fields`` of the search.
            fields: Fields to ask for instead of those the address names.

        Raises:
            InvalidArgumentError: the member hides, came without an address, or the address leads to another host.
            APIError: see `lixasync.errors`.
        """
        return await profile_of(self._core, person, fields)

    def watch(
        self,
        every: float | timedelta,
        state: str | os.PathLike[str] | StateStore,
        *,
        modified: Modified = "new",
        fields: Fields | str | Iterable[str] | None = None,
        since: datetime | None = None,
        overlap: timedelta = timedelta(minutes=5),
    ) -> Watch[Member]:
        """Follow the member's connections: batches of changes, without end, each change once.

        A batch counts as done when the next one is asked for; what a killed process had not finished comes again after
        its restart, nothing is lost. Each poll is at least one call of the daily quota.

        Args:
            every: Seconds, or a timedelta, from one poll to the next.
            state: Path of a file that keeps the watermark between runs, or an object with ``load`` and ``save``; one
                for each member. It holds times and hashes, no member data.
            modified: ``"new"`` for new connections, ``"updated"`` for those whose profile has changed.
            fields: As for `connections`; the id is asked for in any case.
            since: Where a new watch begins; None for now. Not used once there is a state.
            overlap: How far a poll reaches back before the last one, for changes that become visible late. What the
                overlap repeats is dropped, except members who hide: nothing tells them apart.

        Yields:
            Changes[Member]: ``added`` for ``"new"``, ``changed`` for ``"updated"``.

        Raises:
            InvalidArgumentError: an argument outside its range.
            StateError: while iterating: the state is damaged, of another watch, or in use elsewhere.
            LixasyncError: while iterating: the first poll failed, or a later one for good.
        """
        from lixasync.linkedin.watching import watch  # most programs never watch

        return watch(
            self._core, every=every, state=state, modified=modified, fields=fields, since=since, overlap=overlap
        )

    async def request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, raw.Value | Sequence[raw.Value]] | None = None,
        json: Any = None,
        safe: bool | None = None,
    ) -> Any:
        """Call any path of the API, with the same token, rate limit, daily count, retries and errors.

        Args:
            method: HTTP method.
            path: Path that begins with a slash, such as ``/v1/people/~:(id,first-name)``; it is sent as it is.
            params: Query parameters; lists are sent as repeated parameters, None is left out.
            json: A body to send as JSON.
            safe: Whether the call may be sent twice without harm. By default a GET is.

        Returns:
            The parsed body: JSON as it came, XML as the tree that its JSON form would be; None for none (204).

        Raises:
            InvalidArgumentError: method or path cannot be used.
            LixasyncError: see `lixasync.errors`.
        """
        operation = attrs.evolve(
            raw.operation(method, path, safe=safe), decode=as_it_came, quota=_resource(path, self._core)
        )
        return await self._core.send(operation, raw.flat(params), body=raw.body(json))

    def with_options(
        self,
        *,
        lane: Lane = KEEP,
        deadline: float | None = KEEP,
        timeout: float = KEEP,
        retry: RetryPolicy = KEEP,
    ) -> Self:
        """Return a client with other settings that shares connections, rate limit and daily count with this one.

        Closing either closes both. Settings that are not given stay as they are.
        """
        return self._with_options(lane=lane, deadline=deadline, timeout=timeout, retry=retry)


def _auth(access_token: object, auth: Auth | None) -> Auth:
    if auth is not None:
        if access_token is not None:
            raise ConfigurationError("access_token and auth are both given; use one of them.")
        named = all(callable(getattr(auth, name, None)) for name in ("headers", "query", "sign", "hide_in"))
        check_setting("auth", type(auth).__name__, named, "an AccessToken, an OAuth1, or an object with their methods")
        return auth
    token = os.environ.get("LINKEDIN_ACCESS_TOKEN", "") if access_token is None else access_token
    if isinstance(token, AccessToken):
        return token
    if not isinstance(token, str):
        raise ConfigurationError(f"access_token is of type {type(token).__name__}; it must be a text or AccessToken.")
    if not token:
        raise MissingKeyError(
            "No access token was given.",
            hint="Set LINKEDIN_ACCESS_TOKEN or pass access_token=. There is no access without a member's consent.",
        )
    return AccessToken(token)


def _holder(auth: Auth) -> str:
    """Return what tells the member and the application from others; all whose auth is a caller's own count as one."""
    if isinstance(auth, AccessToken):
        return auth.secret.reveal()
    return f"{auth.consumer_key} {auth.token.reveal()}" if isinstance(auth, OAuth1) else type(auth).__name__


def _daily_limits(given: Mapping[str, int | None] | None) -> dict[str, int | None]:
    limits = {**DAILY_LIMITS, **(given or {})}
    for resource, ceiling in limits.items():
        good = ceiling is None or (_is_whole(ceiling) and ceiling >= 0)
        check_setting(f"daily_limits[{resource!r}]", ceiling, good, "a whole number of calls, or None for no ceiling")
    unknown = sorted(set(limits) - set(DAILY_LIMITS))
    if unknown:
        raise ConfigurationError(
            f"daily_limits names {', '.join(unknown)}; the resources are {', '.join(DAILY_LIMITS)}."
        )
    return limits


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _resource(path: str, core: Core) -> str:
    """Return the resource whose daily quota a path draws on."""
    bare = unquote(path)
    several = "/v1/people::(" in bare
    bare = bare.partition(":(")[0].rstrip("/")
    if bare in ("/v1/people-search", core.generation.search_path) and not several:
        return PEOPLE_SEARCH
    return CONNECTIONS if bare.endswith("/connections") else PROFILES if bare.startswith("/v1/people") else bare
