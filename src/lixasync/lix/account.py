"""The account (Lix API, sections Lix Account API and LinkedIn Account API)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from lixasync.codec.accounts import linkedin_accounts
from lixasync.codec.decoder import Decoder
from lixasync.errors import InvalidArgumentError
from lixasync.lix.core import Core
from lixasync.lix.listing import batch, paged
from lixasync.models import AttachedAccount, Balances, DailyAllowance, LinkedInAccount
from lixasync.paging.page_number import PageNumberCursor
from lixasync.paging.pager import Pager
from lixasync.paging.source import Batch
from lixasync.transport.body import json_body
from lixasync.transport.operation import Operation, Pages

_ACCOUNTS_PAGE = 5
_SECRET = 6  # characters; shorter cookies are settings, and would hide half of every message


def _balances(decoder: Decoder, data: Any) -> Balances:
    return decoder.model(data, Balances)


def _allowance(decoder: Decoder, data: Any) -> DailyAllowance:
    return decoder.model(data, DailyAllowance)


def _account(decoder: Decoder, data: Any) -> LinkedInAccount:
    return decoder.model(data, LinkedInAccount)


def _attached(decoder: Decoder, data: Any) -> AttachedAccount:
    return decoder.model(data, AttachedAccount)


def _accounts(decoder: Decoder, data: Any) -> Batch[LinkedInAccount]:
    return batch(linkedin_accounts(decoder, data))


GET_BALANCES = Operation(id="get_balances", method="GET", path="/v1/account/balances", decode=_balances)

GET_DAILY_ALLOWANCE = Operation(
    id="get_daily_allowance",
    method="GET",
    path="/v1/account/allowances/daily",
    decode=_allowance,
    credit_kind="free",
)

GET_LINKEDIN_ACCOUNT = Operation(
    id="get_linkedin_account", method="GET", path="/v1/account/linkedin/account", decode=_account
)

PUT_LINKEDIN_ACCOUNT = Operation(
    id="put_linkedin_account", method="PUT", path="/v1/account/linkedin/account", decode=_attached
)

LIST_LINKEDIN_ACCOUNTS = Operation(
    id="list_linkedin_accounts",
    method="GET",
    path="/v1/account/linkedin/accounts",
    decode=_accounts,
    pages=Pages(style="page number", size=_ACCOUNTS_PAGE),
    newer=True,
)


class Account:
    """``lix.account``: what is left to spend, and the LinkedIn accounts that act."""

    def __init__(self, core: Core) -> None:
        self._core = core

    async def balances(self) -> Balances:
        """Return the credits that are left, by kind (Lix API, operation get_balances)."""
        return await self._core.send(GET_BALANCES)

    async def daily_allowance(self) -> DailyAllowance:
        """Return how many requests are left today and when that is refreshed (Lix API, operation get_daily_allowance).

        The client remembers the answer: ``lix.limits.snapshot().quota`` shows it, and a later `DailyLimitError` says
        when to come back. Free.
        """
        allowance = await self._core.send(GET_DAILY_ALLOWANCE)
        self._core.pipeline.quota.allowance(allowance.requests_remaining, allowance.refreshes_at)
        return allowance

    async def linkedin_account(self, viewer_id: str | None = None) -> LinkedInAccount:
        """Return whether a LinkedIn account is ready, and how far its warm-up is (operation get_linkedin_account).

        Args:
            viewer_id: The connected account; the client's by default.

        Raises:
            InvalidArgumentError: no viewer is named here, on the client or in ``LIX_VIEWER_ID``.
            ViewerError: the viewer is unknown or not connected.
            APIError: see `lixasync.errors`.
        """
        return await self._core.send(GET_LINKEDIN_ACCOUNT, (("viewer_id", self._core.viewer(viewer_id)),))

    def linkedin_accounts(self, *, max_items: int | None = None, resume: str | None = None) -> Pager[LinkedInAccount]:
        """Stream the LinkedIn accounts that are connected (Lix API, operation list_linkedin_accounts).

        A page holds five. Newer than the documentation this SDK follows; it may change.

        Args:
            max_items: Stop after so many accounts; None for all.
            resume: A cursor of an earlier stream.

        Yields:
            LinkedInAccount: in the server's order.

        Raises:
            CursorError: the cursor is damaged.
            APIError: while iterating, see `lixasync.errors`; with ``cursor`` to go on from.
        """
        return paged(
            self._core,
            LIST_LINKEDIN_ACCOUNTS,
            lambda query: PageNumberCursor(query=query, size=_ACCOUNTS_PAGE),
            (),
            max_items=max_items,
            max_credits=None,
            resume=resume,
        )

    async def put_linkedin_account(
        self, cookies: Mapping[str, str] | Iterable[tuple[str, str] | Mapping[str, str]]
    ) -> AttachedAccount:
        """Connect a LinkedIn account, or refresh its credentials (Lix API, operation put_linkedin_account).

        The cookies let whoever has them act as that account. They are sent to the Lix API and nowhere else, and are
        never shown in a log, an error or a representation.

        Args:
            cookies: Every cookie of ``.www.linkedin.com``: values by name, pairs of name and value, or objects with
                ``key`` (or ``name``) and ``value``.

        Returns:
            AttachedAccount: with the ``viewer_id`` to use from now on.

        Raises:
            InvalidArgumentError: no cookies, or values that are no texts.
            InvalidParamsError: the cookies were refused.
            APIError: see `lixasync.errors`.
        """
        pairs = _cookies(cookies)
        listed = [{"key": name, "value": value} for name, value in pairs]
        bare = [value.strip('"') for _, value in pairs]  # some stand in quotes, which JSON writes in its own way
        secrets = tuple(value for value in bare if len(value) >= _SECRET)
        return await self._core.send(PUT_LINKEDIN_ACCOUNT, body=json_body({"cookies": listed}, secrets=secrets))


def _cookies(cookies: object) -> list[tuple[str, str]]:
    listed = cookies.items() if isinstance(cookies, Mapping) else cookies
    pairs = [_cookie(each) for each in listed] if isinstance(listed, Iterable) else []
    good = [pair for pair in pairs if pair is not None]
    if not good or len(good) < len(pairs):
        raise InvalidArgumentError(
            "The cookies must be names and values, texts that are not empty, and at least one.",
            hint="Pass every cookie of .www.linkedin.com; what was given is not shown here, for it may be secret.",
        )
    return good


def _cookie(given: object) -> tuple[str, str] | None:
    """Return the name and the value of a cookie, out of a pair or of an object as browsers export them."""
    if isinstance(given, Mapping):
        given = (given.get("key", given.get("name")), given.get("value"))
    name, value = given if isinstance(given, tuple | list) and len(given) == 2 else (None, None)
    return (name, value) if isinstance(name, str) and isinstance(value, str) and name and value else None
