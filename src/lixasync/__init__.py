"""Async Python SDK for the Lix API and LinkedIn's own v1 API.

``from lixasync import LixClient, LinkedInClient`` is where to begin. Names are loaded when they are first used, so
that importing the package stays cheap.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lixasync.codec.drift import Drift as Drift
    from lixasync.codec.drift import DriftReport as DriftReport
    from lixasync.codec.lookc import Webhook as Webhook
    from lixasync.errors import AmbiguousNameError as AmbiguousNameError
    from lixasync.errors import APIError as APIError
    from lixasync.errors import AttemptTimeoutError as AttemptTimeoutError
    from lixasync.errors import AuthenticationError as AuthenticationError
    from lixasync.errors import ChunkTakenError as ChunkTakenError
    from lixasync.errors import ClientClosedError as ClientClosedError
    from lixasync.errors import ConfigurationError as ConfigurationError
    from lixasync.errors import ConnectError as ConnectError
    from lixasync.errors import ConnectionLostError as ConnectionLostError
    from lixasync.errors import CreditsError as CreditsError
    from lixasync.errors import CursorError as CursorError
    from lixasync.errors import DailyLimitError as DailyLimitError
    from lixasync.errors import DeadlineExceeded as DeadlineExceeded
    from lixasync.errors import DecodeError as DecodeError
    from lixasync.errors import EventLoopError as EventLoopError
    from lixasync.errors import InsecureURLError as InsecureURLError
    from lixasync.errors import InvalidArgumentError as InvalidArgumentError
    from lixasync.errors import InvalidParamsError as InvalidParamsError
    from lixasync.errors import JobFileError as JobFileError
    from lixasync.errors import LimiterUnavailableError as LimiterUnavailableError
    from lixasync.errors import LixasyncError as LixasyncError
    from lixasync.errors import MissingKeyError as MissingKeyError
    from lixasync.errors import NotFoundError as NotFoundError
    from lixasync.errors import PageSizeError as PageSizeError
    from lixasync.errors import PermissionDeniedError as PermissionDeniedError
    from lixasync.errors import QueuedError as QueuedError
    from lixasync.errors import RateLimitError as RateLimitError
    from lixasync.errors import SearchURLError as SearchURLError
    from lixasync.errors import ServerError as ServerError
    from lixasync.errors import StateError as StateError
    from lixasync.errors import TokenExpiredError as TokenExpiredError
    from lixasync.errors import TransportError as TransportError
    from lixasync.errors import UnknownShapeError as UnknownShapeError
    from lixasync.errors import UsageError as UsageError
    from lixasync.errors import ViewerError as ViewerError
    from lixasync.errors import WeeklyLimitError as WeeklyLimitError
    from lixasync.limits.base import LimiterSnapshot as LimiterSnapshot
    from lixasync.limits.base import RateLimiter as RateLimiter
    from lixasync.limits.file import FileLimiter as FileLimiter
    from lixasync.limits.limiter import Limiter as Limiter
    from lixasync.limits.quota import QuotaSnapshot as QuotaSnapshot
    from lixasync.limits.rate import RateLimit as RateLimit
    from lixasync.limits.redis import RedisLimiter as RedisLimiter
    from lixasync.limits.view import Limits as Limits
    from lixasync.limits.view import LimitsSnapshot as LimitsSnapshot
    from lixasync.linkedin.auth import AccessToken as AccessToken
    from lixasync.linkedin.auth import OAuth1 as OAuth1
    from lixasync.linkedin.client import LinkedInClient as LinkedInClient
    from lixasync.linkedin.fields import Fields as Fields
    from lixasync.lix.client import LixClient as LixClient
    from lixasync.lix.lookc import AsyncRequest as AsyncRequest
    from lixasync.lix.lookc import parse_webhook as parse_webhook
    from lixasync.lix.queries.filters import AccountFilters as AccountFilters
    from lixasync.lix.queries.filters import Exclude as Exclude
    from lixasync.lix.queries.filters import LeadFilters as LeadFilters
    from lixasync.lix.queries.filters import PeopleFilters as PeopleFilters
    from lixasync.lix.queries.filters import Text as Text
    from lixasync.lix.recruiter import Skill as Skill
    from lixasync.models.account import Balances as Balances
    from lixasync.models.account import DailyAllowance as DailyAllowance
    from lixasync.models.connection import Connection as Connection
    from lixasync.models.member import Member as Member
    from lixasync.models.person import Person as Person
    from lixasync.models.presence import Presence as Presence
    from lixasync.models.suggestion import Suggestion as Suggestion
    from lixasync.paging.cursor import StopReason as StopReason
    from lixasync.paging.page import Page as Page
    from lixasync.paging.page import Plan as Plan
    from lixasync.paging.pager import Pager as Pager
    from lixasync.paging.partition import Coverage as Coverage
    from lixasync.paging.partition import Part as Part
    from lixasync.paging.partitioned import PartitionedPager as PartitionedPager
    from lixasync.polling.changes import Changes as Changes
    from lixasync.polling.changes import Gone as Gone
    from lixasync.polling.store import StateStore as StateStore
    from lixasync.polling.watch import Watch as Watch
    from lixasync.transport.auth import ApiKey as ApiKey
    from lixasync.transport.base import Request as Request
    from lixasync.transport.base import Response as Response
    from lixasync.transport.base import Transport as Transport
    from lixasync.transport.httpx import HttpxTransport as HttpxTransport
    from lixasync.transport.httpx2 import Httpx2Transport as Httpx2Transport
    from lixasync.transport.retry import RetryPolicy as RetryPolicy

_HOMES = {
    "Drift": "codec.drift",
    "DriftReport": "codec.drift",
    "Webhook": "codec.lookc",
    "APIError": "errors",
    "AmbiguousNameError": "errors",
    "AttemptTimeoutError": "errors",
    "AuthenticationError": "errors",
    "ChunkTakenError": "errors",
    "ClientClosedError": "errors",
    "ConfigurationError": "errors",
    "ConnectError": "errors",
    "ConnectionLostError": "errors",
    "CreditsError": "errors",
    "CursorError": "errors",
    "DailyLimitError": "errors",
    "DeadlineExceeded": "errors",
    "DecodeError": "errors",
    "EventLoopError": "errors",
    "InsecureURLError": "errors",
    "InvalidArgumentError": "errors",
    "InvalidParamsError": "errors",
    "JobFileError": "errors",
    "LimiterUnavailableError": "errors",
    "LixasyncError": "errors",
    "MissingKeyError": "errors",
    "NotFoundError": "errors",
    "PageSizeError": "errors",
    "PermissionDeniedError": "errors",
    "QueuedError": "errors",
    "RateLimitError": "errors",
    "SearchURLError": "errors",
    "ServerError": "errors",
    "StateError": "errors",
    "TokenExpiredError": "errors",
    "TransportError": "errors",
    "UnknownShapeError": "errors",
    "UsageError": "errors",
    "ViewerError": "errors",
    "WeeklyLimitError": "errors",
    "LimiterSnapshot": "limits.base",
    "RateLimiter": "limits.base",
    "FileLimiter": "limits.file",
    "Limiter": "limits.limiter",
    "QuotaSnapshot": "limits.quota",
    "RateLimit": "limits.rate",
    "RedisLimiter": "limits.redis",
    "Limits": "limits.view",
    "LimitsSnapshot": "limits.view",
    "AccessToken": "linkedin.auth",
    "OAuth1": "linkedin.auth",
    "LinkedInClient": "linkedin.client",
    "Fields": "linkedin.fields",
    "LixClient": "lix.client",
    "AccountFilters": "lix.queries.filters",
    "Exclude": "lix.queries.filters",
    "LeadFilters": "lix.queries.filters",
    "PeopleFilters": "lix.queries.filters",
    "Text": "lix.queries.filters",
    "AsyncRequest": "lix.lookc",
    "parse_webhook": "lix.lookc",
    "Skill": "lix.recruiter",
    "Balances": "models.account",
    "DailyAllowance": "models.account",
    "Connection": "models.connection",
    "Member": "models.member",
    "Person": "models.person",
    "Presence": "models.presence",
    "Suggestion": "models.suggestion",
    "StopReason": "paging.cursor",
    "Page": "paging.page",
    "Plan": "paging.page",
    "Pager": "paging.pager",
    "Coverage": "paging.partition",
    "Part": "paging.partition",
    "PartitionedPager": "paging.partitioned",
    "Changes": "polling.changes",
    "Gone": "polling.changes",
    "StateStore": "polling.store",
    "Watch": "polling.watch",
    "ApiKey": "transport.auth",
    "Request": "transport.base",
    "Response": "transport.base",
    "Transport": "transport.base",
    "HttpxTransport": "transport.httpx",
    "Httpx2Transport": "transport.httpx2",
    "RetryPolicy": "transport.retry",
}

__all__ = [*_HOMES]  # noqa: PLE0604 - strings, from the table above; a test compares it with the imports


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version

        return version("lixasync")
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'lixasync' has no attribute {name!r}")
    value = getattr(import_module(f"lixasync.{home}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
