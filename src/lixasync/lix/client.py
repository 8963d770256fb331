"""The client of the Lix API."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Self, TypeVar

from lixasync.errors import ConfigurationError, InvalidArgumentError, MissingKeyError
from lixasync.limits.base import RateLimiter
from lixasync.limits.lanes import Lane
from lixasync.limits.quota import Quota
from lixasync.limits.rate import RateLimit
from lixasync.limits.view import Limits
from lixasync.lix.answers import judge
from lixasync.lix.connections import PAGE_CAP, connections
from lixasync.lix.core import Core
from lixasync.lix.queries.names import Names
from lixasync.models import Connection
from lixasync.paging.pager import Pager
from lixasync.transport import raw
from lixasync.transport.auth import ApiKey, check_base_url
from lixasync.transport.base import Transport
from lixasync.transport.client import (
    DEFAULT_RATE,
    KEEP,
    Client,
    budget_of,
    call_options,
    check_rate,
    make_limiter,
    make_pipeline,
    user_agent,
)
from lixasync.transport.pipeline import Host, Remote
from lixasync.transport.retry import RetryPolicy

if TYPE_CHECKING:
    from lixasync.lix.account import Account
    from lixasync.lix.activity import Activity
    from lixasync.lix.contact import Contact
    from lixasync.lix.enrichment import Enrichment
    from lixasync.lix.ids import Ids
    from lixasync.lix.invitations import Invitations
    from lixasync.lix.lookc import LookC
    from lixasync.lix.messages import Messages
    from lixasync.lix.recruiter import Recruiter
    from lixasync.lix.sales import Sales
    from lixasync.lix.search import Search
    from lixasync.polling.store import StateStore
    from lixasync.polling.watch import Watch


S = TypeVar("S")

LOOKC_RATE = RateLimit(50, per=1.0)
"""What the LookC API allows, according to the vendor's scripts (Lix API, section LookC API)."""


class LixClient(Client[Core]):
    """The Lix API, asynchronously: ``async with LixClient() as lix: ...``.

    One client holds one pool of connections, one rate limit and one budget; use one per key and event loop, for the
    whole life of a program. It works with asyncio and trio.

    Args:
        api_key: The key of your Lix account, or an `ApiKey` to send it in another form. By default ``LIX_API_KEY``
            from the environment.
        base_url: Where the API is; https, or http to loopback. By default ``LIX_BASE_URL`` from the environment, else
            ``https://api.lix-it.com``.
        lookc_url: Where the LookC API is.
        lookc_key: The key for the LookC API, where it has one of its own. By default ``LIX_LOOKC_KEY`` from the
            environment, else ``api_key``.
        viewer_id: The connected LinkedIn account that acts when a call names none; by default ``LIX_VIEWER_ID``.
        rate_limit: What your plan allows; 1 request per 3 seconds by default.
        limiter: A limiter to share: a `Limiter` with other clients of the same key in this event loop, a `FileLimiter`
            with other processes of this machine, a `RedisLimiter` with those of other machines, too.
        lookc_rate_limit: What the LookC API allows; 50 requests per second by default.
        retry: How patiently failures that may pass are repeated.
        timeout: Seconds that one attempt may take, from sending to the whole answer.
        deadline: Seconds that a call may take in all, waiting for its slot, attempts and pauses together; None for no
            bound. A call that cannot make it fails at once with `DeadlineExceeded` and ``retry_at``.
        lane: ``"interactive"`` calls overtake all waiting ``"bulk"`` calls.
        transport: An adapter to an HTTP library, such as ``Httpx2Transport()``; by default ``HttpxTransport()``.

    Attributes:
        limits: What the rate limiter does, and what was spent.
        drift: Which unknown fields, values and old envelopes the answers held.

    Raises:
        MissingKeyError: no key was given.
        InsecureURLError: plain http to a host that is not loopback.
        ConfigurationError: another setting that cannot work.
    """

    def __init__(
        self,
        api_key: str | ApiKey | None = None,
        *,
        base_url: str | None = None,
        lookc_url: str = "https://api.lookc.io",
        lookc_key: str | ApiKey | None = None,
        viewer_id: str | None = None,
        rate_limit: RateLimit = DEFAULT_RATE,
        limiter: RateLimiter | None = None,
        lookc_rate_limit: RateLimit = LOOKC_RATE,
        retry: RetryPolicy | None = None,
        timeout: float = 60.0,
        deadline: float | None = None,
        lane: Lane = "interactive",
        transport: Transport | None = None,
    ) -> None:
        key = _key("api_key", api_key if api_key is not None else os.environ.get("LIX_API_KEY", ""))
        if key is None:
            raise MissingKeyError(
                "No API key was given.",
                hint="Set LIX_API_KEY or pass api_key=; the key stands in the dashboard of your Lix account.",
            )
        given = lookc_key if lookc_key is not None else os.environ.get("LIX_LOOKC_KEY", "")
        url = base_url or os.environ.get("LIX_BASE_URL") or "https://api.lix-it.com"
        api, other = check_base_url(url, "base_url"), check_base_url(lookc_url, "lookc_url")
        lookc_auth = _key("lookc_key", given) or key
        check_rate("lookc_rate_limit", lookc_rate_limit)
        gate = make_limiter(rate_limit, limiter, budget=budget_of(api, key.secret.reveal()))
        lookc_gate = gate.beside(budget_of(other, lookc_auth.secret.reveal()), lookc_rate_limit)
        remote = Remote(
            hosts={
                "api": Host(url=api, auth=key, limiter=gate),
                "lookc": Host(url=other, auth=lookc_auth, limiter=lookc_gate),
            },
            headers=(("accept", "application/json"), user_agent()),
            judge=judge,
        )
        self._set_up(
            Core(
                pipeline=make_pipeline(remote, transport=transport, quota=Quota()),
                options=call_options(lane=lane, deadline=deadline, timeout=timeout, retry=retry),
                viewer_id=viewer_id or os.environ.get("LIX_VIEWER_ID") or None,
                names=Names(),
            )
        )

    def _set_up(self, core: Core) -> None:
        super()._set_up(core)
        self.limits = Limits(core.pipeline.limiter(), core.pipeline.quota, lookc=core.pipeline.limiter("lookc"))
        self._sections: dict[Callable[[Core], Any], Any] = {}

    def _section(self, kind: Callable[[Core], S]) -> S:
        """Return a section, made when it is first used: few programs use all of them."""
        section: S = self._sections.get(kind) or self._sections.setdefault(kind, kind(self._core))
        return section

    @property
    def search(self) -> Search:
        """LinkedIn's own searches: people, jobs, posts, organisations."""
        from lixasync.lix.search import Search

        return self._section(Search)

    @property
    def sales(self) -> Sales:
        """Sales Navigator: searches, lists, facets, messages."""
        from lixasync.lix.sales import Sales

        return self._section(Sales)

    @property
    def recruiter(self) -> Recruiter:
        """Candidates by skills."""
        from lixasync.lix.recruiter import Recruiter

        return self._section(Recruiter)

    @property
    def enrichment(self) -> Enrichment:
        """Single persons, organisations, jobs and posts."""
        from lixasync.lix.enrichment import Enrichment

        return self._section(Enrichment)

    @property
    def activity(self) -> Activity:
        """What a person posts, comments and reacts to."""
        from lixasync.lix.activity import Activity

        return self._section(Activity)

    @property
    def messages(self) -> Messages:
        """Conversations and messages."""
        from lixasync.lix.messages import Messages

        return self._section(Messages)

    @property
    def invitations(self) -> Invitations:
        """Inviting people to connect."""
        from lixasync.lix.invitations import Invitations

        return self._section(Invitations)

    @property
    def contact(self) -> Contact:
        """E-mail addresses."""
        from lixasync.lix.contact import Contact

        return self._section(Contact)

    @property
    def ids(self) -> Ids:
        """From one kind of id to the others."""
        from lixasync.lix.ids import Ids

        return self._section(Ids)

    @property
    def account(self) -> Account:
        """Credits, allowances and connected LinkedIn accounts."""
        from lixasync.lix.account import Account

        return self._section(Account)

    @property
    def lookc(self) -> LookC:
        """The LookC API, which has a rate of its own."""
        from lixasync.lix.lookc import LookC

        return self._section(LookC)

    def connections(
        self,
        viewer_id: str | None = None,
        *,
        page_size: int = PAGE_CAP,
        include_profile_pictures: bool | None = None,
        max_items: int | None = None,
        max_credits: int | None = None,
        resume: str | None = None,
    ) -> Pager[Connection]:
        """Stream the connections of a viewer (Lix API, operation list_connections).

        Args:
            viewer_id: The connected account whose connections to list; the client's by default.
            page_size: Connections to ask for per page, 1 to 1,000. Large pages cost fewer credits.
            include_profile_pictures: False about halves the answers; None leaves the choice to the server.
            max_items: Stop after so many connections; None for all.
            max_credits: Stop before the page that would cost more than so many credits in all; a page counts as 1.
            resume: A cursor of an earlier stream of the same viewer.

        Yields:
            Connection: in the server's order.

        Raises:
            PageSizeError: ``page_size`` outside 1 to 1,000.
            InvalidArgumentError: no viewer is named here, on the client or in ``LIX_VIEWER_ID``.
            CursorError: the cursor is damaged or of another viewer.
            ViewerError: while iterating: the viewer is unknown or not connected.
            APIError: while iterating, see `lixasync.errors`; with ``cursor`` to go on from.
        """
        return connections(
            self._core,
            viewer_id,
            page_size=page_size,
            include_profile_pictures=include_profile_pictures,
            max_items=max_items,
            max_credits=max_credits,
            resume=resume,
        )

    def watch_connections(
        self,
        every: float | timedelta,
        state: str | os.PathLike[str] | StateStore,
        *,
        viewer_id: str | None = None,
        page_size: int = PAGE_CAP,
    ) -> Watch[Connection]:
        """Follow the connections of a viewer: batches of who was added, changed, or is gone, without end.

        The API cannot be asked what has changed, so each poll lists everybody and costs a credit per page. The first
        batch holds everybody as added. A batch counts as done when the next one is asked for; what a killed process
        had not finished comes again after its restart, nothing is lost.

        Args:
            every: Seconds, or a timedelta, from one listing to the next.
            state: Path of a file that keeps hashes between runs, or an object with ``load`` and ``save``. It holds no
                names, links or other data of people.
            viewer_id: The connected account whose connections to follow; the client's by default.
            page_size: Connections to ask for per page, 1 to 1,000.

        Yields:
            Changes[Connection]: ``added`` and ``changed`` hold connections; ``gone`` holds keys, and the identity where
            this process has seen it. Only a complete listing tells who is gone.

        Raises:
            InvalidArgumentError: an argument outside its range, or no viewer.
            StateError: while iterating: the state is damaged, of another watch, or in use elsewhere.
            LixasyncError: while iterating: the first poll failed, or a later one for good.
        """
        from lixasync.lix.watching import watch_connections  # most programs never watch

        return watch_connections(self._core, viewer_id, every=every, state=state, page_size=page_size)

    async def request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, raw.Value | Sequence[raw.Value]] | None = None,
        json: Any = None,
        host: str = "api",
        safe: bool | None = None,
    ) -> Any:
        """Call any path of the API, with the same key, rate limit, retries and errors.

        Args:
            method: HTTP method.
            path: Path that begins with a slash, such as ``/v1/anything``.
            params: Query parameters; lists are sent as repeated parameters, None is left out.
            json: A body to send as JSON.
            host: ``"api"`` or ``"lookc"``.
            safe: Whether the call may be sent twice without harm. By default a GET is; nothing else is repeated
                unless a refusal proves that nothing was done.

        Returns:
            The parsed JSON body as it came; None for an answer without one (204).

        Raises:
            InvalidArgumentError: method, path or host cannot be used.
            LixasyncError: see `lixasync.errors`.
        """
        if host not in ("api", "lookc"):
            raise InvalidArgumentError(f"There is no host {host!r}; choose 'api' or 'lookc'.")
        operation = raw.operation(method, path, host=host, safe=safe)
        return await self._core.send(operation, raw.flat(params), body=raw.body(json))

    def with_options(
        self,
        *,
        lane: Lane = KEEP,
        deadline: float | None = KEEP,
        timeout: float = KEEP,
        retry: RetryPolicy = KEEP,
        viewer_id: str | None = KEEP,
    ) -> Self:
        """Return a client with other settings that shares connections, rate limit and budget with this one.

        Closing either closes both. Settings that are not given stay as they are; see `LixClient`.
        """
        return self._with_options(lane=lane, deadline=deadline, timeout=timeout, retry=retry, viewer_id=viewer_id)


def _key(setting: str, key: object) -> ApiKey | None:
    """Return a key ready to be sent; None for an empty text.

    Raises:
        ConfigurationError: it is neither a text nor an ApiKey, or cannot be sent.
    """
    if not isinstance(key, str | ApiKey):
        raise ConfigurationError(f"{setting} is of type {type(key).__name__}; it must be a text or an ApiKey.")
    if isinstance(key, ApiKey):
        return key
    return ApiKey(key) if key else None
