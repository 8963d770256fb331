"""The Lix account (Lix API, section Lix Account API)."""

from __future__ import annotations

from typing import Any

from lixasync.codec.decoder import Decoder
from lixasync.lix.core import Core
from lixasync.models import Balances, DailyAllowance
from lixasync.transport.operation import Operation


def _decode_balances(decoder: Decoder, data: Any) -> Balances:
    return decoder.model(data, Balances)


def _decode_allowance(decoder: Decoder, data: Any) -> DailyAllowance:
    return decoder.model(data, DailyAllowance)


GET_BALANCES = Operation(id="get_balances", method="GET", path="/v1/account/balances", decode=_decode_balances)

GET_DAILY_ALLOWANCE = Operation(
    id="get_daily_allowance", method="GET", path="/v1/account/allowances/daily", decode=_decode_allowance
)


class Account:
    """``lix.account``: what is left to spend."""

    def __init__(self, core: Core) -> None:
        self._core = core

    async def balances(self) -> Balances:
        """Return the credits that are left, by kind (Lix API, operation get_balances)."""
        return await self._core.send(GET_BALANCES)

    async def daily_allowance(self) -> DailyAllowance:
        """Return how many requests are left today and when that is refreshed (operation get_daily_allowance).

        The client remembers the answer: ``lix.limits.snapshot().quota`` shows it, and a later `DailyLimitError` says
        when to come back.
        """
        allowance = await self._core.send(GET_DAILY_ALLOWANCE)
        self._core.pipeline.quota.allowance(allowance.requests_remaining, allowance.refreshes_at)
        return allowance
