"""The Lix account and the LinkedIn accounts connected to it: credits, allowances, warm-up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import attrs

from lixasync.models.base import Model, wire
from lixasync.models.identity import first_identity

__all__ = [
    "AttachedAccount",
    "AutoTopUp",
    "Balances",
    "ConnectionRequestAllowance",
    "DailyAllowance",
    "LinkedInAccount",
    "Warmup",
    "WarmupDetails",
]


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


@attrs.frozen(kw_only=True, repr=False)
class WarmupDetails(Model):
    """How far the warm-up of an account is.

    Lix API, operation get_linkedin_account (``warmup.details``); the five numbers have had four sets of names.

    Attributes:
        active_days: Days in a row on which the account was used.
        daily_now: Requests allowed per day at present.
        hourly_now: Requests allowed per hour at present.
        daily_target: Requests per day once the warm-up is over.
        hourly_target: Requests per hour once the warm-up is over.
    """

    active_days: int | None = wire("active_days", "consecutiveActiveDays")
    daily_now: int | None = wire("daily_limit", "currentDailyLimit", "dailyAvailable")
    hourly_now: int | None = wire("hourly_limit", "currentHourlyLimit", "hourlyAvailable")
    daily_target: int | None = wire("max_daily_limit", "targetDailyLimit", "dailyTotal")
    hourly_target: int | None = wire("max_hourly_limit", "targetHourlyLimit", "hourlyTotal")


@attrs.frozen(kw_only=True, repr=False)
class Warmup(Model):
    """The slow start of an account that was connected lately.

    Lix API, operation get_linkedin_account (``warmup``).

    Attributes:
        status: ``warming`` or ``completed``; an open enum.
        details: Limits now and at the end.
    """

    status: str | None = wire("status", known=("warming", "completed"))
    details: WarmupDetails | None = wire()


@attrs.frozen(kw_only=True, repr=False)
class LinkedInAccount(Model):
    """A LinkedIn account connected to the Lix account.

    Lix API, operations get_linkedin_account and list_linkedin_accounts.

    Attributes:
        viewer_id: The id other calls name the account by; opaque.
        linkedin_ready: Whether LinkedIn can be used with it.
        sales_navigator_ready: Whether Sales Navigator can be used with it.
        warmup: Its warm-up; None when that is off.
        num_available_tokens: Tokens left (bodies of 2024 to 2026).
    """

    viewer_id: str | None = wire("viewerId", "liId")
    linkedin_ready: bool | None = wire("linkedInReady")
    sales_navigator_ready: bool | None = wire()
    warmup: Warmup | None = wire()
    num_available_tokens: int | None = wire()

    @property
    def identity(self) -> str | None:
        """A key that is the same whenever this account is met again; None when nothing identifies one."""
        return first_identity(self._identities())

    def _identities(self) -> Iterator[tuple[str, str | None]]:
        yield "viewer", self.viewer_id


@attrs.frozen(kw_only=True, repr=False)
class AttachedAccount(Model):
    """The answer to connecting a LinkedIn account, or to renewing its cookies.

    Lix API, operation put_linkedin_account.

    Attributes:
        viewer_id: The id to name the account by from now on; opaque.
    """

    viewer_id: str | None = wire("viewer_id", "liId")


@attrs.frozen(kw_only=True, repr=False)
class ConnectionRequestAllowance(Model):
    """How many invitations a LinkedIn account may still send this week.

    Lix API, operation get_connection_request_allowance.

    Attributes:
        viewer_id: The account.
        weekly_limit: Invitations allowed in a week.
        used: Invitations sent this week.
        remaining: Invitations left this week.
        next_refresh: When the next week begins, in UTC.
    """

    viewer_id: str | None = wire()
    weekly_limit: int | None = wire()
    used: int | None = wire()
    remaining: int | None = wire()
    next_refresh: datetime | None = wire()
