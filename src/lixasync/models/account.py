"""The Lix account: credits and the daily allowance."""

from __future__ import annotations

from datetime import datetime

import attrs

from lixasync.models.base import Model, wire

__all__ = ["AutoTopUp", "Balances", "DailyAllowance"]


@attrs.frozen(kw_only=True, repr=False)
class AutoTopUp(Model):
    """Which credits are bought automatically when they run low.

    Lix API, operation get_balances (``autoTopUpEnabled``).

    Attributes:
        standard: Whether Standard credits are.
        org: Whether Org credits are.
    """

    standard: bool | None = wire()
    org: bool | None = wire()


@attrs.frozen(kw_only=True, repr=False)
class Balances(Model):
    """What is left of each kind of credit.

    Lix API, operation get_balances.

    Attributes:
        email: Email credits.
        standard: Standard credits, called LinkedIn credits on the wire.
        lookc: Org credits.
        auto_top_up: Automatic purchases; None means unknown, not off.
        enterprise: Whether the account has an enterprise plan; None means unknown, not false.
    """

    email: int | None = wire("emailBalance")
    standard: int | None = wire("linkedInBalance")
    lookc: int | None = wire("lookcBalance")
    auto_top_up: AutoTopUp | None = wire("autoTopUpEnabled")
    enterprise: bool | None = wire()


@attrs.frozen(kw_only=True, repr=False)
class DailyAllowance(Model):
    """How many requests are left today.

    Lix API, operation get_daily_allowance.

    Attributes:
        requests_remaining: Requests left until the refresh.
        refreshes_at: Moment of the refresh, in UTC.
        refreshes_at_iso: The same from a second field of some answers; the two have been seen to differ.
    """

    requests_remaining: int | None = wire()
    refreshes_at: datetime | None = wire()
    refreshes_at_iso: datetime | None = wire("refreshesAtISO")
