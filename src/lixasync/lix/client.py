"""The client of the Lix API."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from types import TracebackType
from typing import Any, NoReturn, Self

import attrs

from lixasync.codec.decoder import Decoder
from lixasync.codec.drift import Drift
from lixasync.errors import ConfigurationError, MissingKeyError
from lixasync.limits.lanes import Lane, check_lane
from lixasync.limits.limiter import Limiter
from lixasync.limits.quota import Quota
from lixasync.limits.rate import RateLimit
from lixasync.limits.view import Limits
from lixasync.lix import raw
from lixasync.lix.account import Account
from lixasync.lix.answers import judge
from lixasync.lix.connections import PAGE_CAP, connections
from lixasync.lix.core import Core
from lixasync.lix.enrichment import Enrichment
from lixasync.lix.sales import Sales
from lixasync.lix.search import Search
from lixasync.models import Connection
from lixasync.paging.pager import Pager
from lixasync.transport.auth import ApiKey, check_base_url
from lixasync.transport.base import Transport
from lixasync.transport.pipeline import CallOptions, Pipeline, Remote
from lixasync.transport.retry import RetryPolicy

DEFAULT_RATE = RateLimit(1, per=3.0)
"""What a plan allows unless it says otherwise (Lix API, section Rate limit)."""

_KEEP: Any = object()


class LixClient:
    """The Lix API, asynchronously: ``async with LixClient() as lix: ...``.

    One client holds one pool of connections, one rate limit and one budget; use one per key and event loop, for the
    whole life of a program. It works with asyncio and trio.

    Args:
        api_key: The key of your Lix account, or an `ApiKey` to send it in another form. By default ``LIX_API_KEY``
            from the environment.
        base_url: Where the API is; https, or http to loopback. By default ``LIX_BASE_URL`` from the environment, else
            ``https://api.lix-it.com``.
        lookc_url: Where the LookC API is.
        viewer_id: The connected LinkedIn account that acts when a call names none; by default ``LIX_VIEWER_ID``.
        rate_limit: What your plan allows; 1 request per 3 seconds by default.
        limiter: A limiter to share with other clients of the same key, instead of ``rate_limit``.
        retry: How patiently failures that may pass are repeated.
        timeout: Seconds that one attempt may take, from sending to the whole answer.
        deadline: Seconds that a call may take in all, waiting for its slot, attempts and pauses together; None for no
            bound. A call that cannot make it fails at once with `DeadlineExceeded` and ``retry_at``.
        lane: ``"interactive"`` calls overtake all waiting ``"bulk"`` calls.
        transport: An adapter of yours to an HTTP library; by default httpx.

    Attributes:
        search: LinkedIn's searches.
        sales: Sales Navigator.
        enrichment: Single persons and organisations.
        account: Credits and allowances.
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
        viewer_id: str | None = None,
        rate_limit: RateLimit = DEFAULT_RATE,
        limiter: Limiter | None = None,
        retry: RetryPolicy | None = None,
        timeout: float = 60.0,
        deadline: float | None = None,
        lane: Lane = "interactive",
        transport: Transport | None = None,
    ) -> None:
        key = api_key if api_key is not None else os.environ.get("LIX_API_KEY", "")
        if not isinstance(key, str | ApiKey):
            raise ConfigurationError(f"api_key is of type {type(key).__name__}; it must be a text or an ApiKey.")
        if not key:
            raise MissingKeyError(
                "No API key was given.",
                hint="Set LIX_API_KEY or pass api_key=; the key stands in the dashboard of your Lix account.",
            )
        remote = Remote(
            hosts={
                "api": check_base_url(
                    base_url or os.environ.get("LIX_BASE_URL") or "https://api.lix-it.com", "base_url"
                ),
                "lookc": check_base_url(lookc_url, "lookc_url"),
            },
            auth=key if isinstance(key, ApiKey) else ApiKey(key),
            headers=(("accept", "application/json"), ("user-agent", f"lixasync/{version('lixasync')}")),
            judge=judge,
        )
        if transport is None:
            from lixasync.transport.httpx import HttpxTransport

            transport = HttpxTransport()
        _check("rate_limit", rate_limit, isinstance(rate_limit, RateLimit), "a RateLimit")
        _check("limiter", limiter, limiter is None or isinstance(limiter, Limiter), "a Limiter, or None")
        quota = Quota()
        pipeline = Pipeline(remote, transport, limiter or Limiter(rate_limit), quota, Decoder())
        options = _options(lane=lane, deadline=deadline, timeout=timeout, retry=retry or RetryPolicy())
        self._set_up(
            Core(
                pipeline=pipeline,
                options=options,
                viewer_id=viewer_id or os.environ.get("LIX_VIEWER_ID") or None,
            )
        )

    def _set_up(self, core: Core) -> None:
        self._core = core
        self.search = Search(core)
        self.sales = Sales(core)
        self.enrichment = Enrichment(core)
        self.account = Account(core)
        self.limits = Limits(core.pipeline.limiter, core.pipeline.quota)

    @property
    def drift(self) -> Drift:
        """Which unknown fields, values and old envelopes the answers held; ``print(lix.drift.report())``."""
        return self._core.pipeline.decoder.drift

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
        return await raw.request(self._core, method, path, params=params, json=json, host=host, safe=safe)

    def with_options(
        self,
        *,
        lane: Lane = _KEEP,
        deadline: float | None = _KEEP,
        timeout: float = _KEEP,
        retry: RetryPolicy = _KEEP,
        viewer_id: str | None = _KEEP,
    ) -> Self:
        """Return a client with other settings that shares connections, rate limit and budget with this one.

        Closing either closes both. Settings that are not given stay as they are; see `LixClient`.
        """
        given = {"lane": lane, "deadline": deadline, "timeout": timeout, "retry": retry}
        options = _options(
            **{
                **attrs.asdict(self._core.options, recurse=False),
                **{name: value for name, value in given.items() if value is not _KEEP},
            }
        )
        core = attrs.evolve(
            self._core, options=options, viewer_id=self._core.viewer_id if viewer_id is _KEEP else viewer_id
        )
        client = type(self).__new__(type(self))
        client._set_up(core)  # noqa: SLF001 - of the same class
        return client

    async def aclose(self) -> None:
        """Cancel what is under way and close every connection. Closing twice does nothing."""
        await self._core.pipeline.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.aclose()

    def __repr__(self) -> str:
        options = self._core.options
        return f"{type(self).__name__}(rate_limit={self._core.pipeline.limiter.limit}, lane={options.lane!r})"

    def __reduce__(self) -> NoReturn:
        raise TypeError("A client holds connections and a key, so it is not pickled. Make one in each process.")


def _options(*, lane: str, deadline: float | None, timeout: float, retry: RetryPolicy) -> CallOptions:
    _check("timeout", timeout, _is_number(timeout) and timeout > 0, "more than 0 seconds")
    bounded = deadline is None or (_is_number(deadline) and deadline >= 0)
    _check("deadline", deadline, bounded, "0 seconds or more, or None for no bound")
    _check("retry", retry, isinstance(retry, RetryPolicy), "a RetryPolicy")
    return CallOptions(lane=check_lane(lane), deadline=deadline, timeout=timeout, retry=retry)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _check(name: str, value: object, good: bool, rule: str) -> None:  # noqa: FBT001 - reads like a sentence
    if not good:
        raise ConfigurationError(f"{name} is {value!r}; it must be {rule}.")
