"""What a sandbox can be told to do."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import Literal

from .faults import parse_faults
from .linkedin.settings import LinkedInChanges, LinkedInSettings

Variant = Literal["head", "response", "searchResponse", "later", "bare", "mixed"]
LimitScope = Literal["key", "path"]

VARIANTS: tuple[Variant, ...] = ("head", "response", "searchResponse", "later", "bare", "mixed")
LIMIT_SCOPES: tuple[LimitScope, ...] = ("key", "path")

_AT_LEAST_ONE = ("max_page", "default_page", "search_page_size", "activity_page", "engagement_page")
_NOT_NEGATIVE = (
    "connections", "conversations", "messages", "sales_threads", "activity", "engagement", "followers",
    "employees", "email_valid_after", "lookc_pending", "search_results", "credits", "org_credits",
    "email_credits", "search_cap", "sales_cap", "latency", "jitter", "fault_every", "slow_seconds",
    "daily_allowance", "weekly_invitations", "max_message", "max_note", "history", "list_size", "leads",
)  # fmt: skip


@dataclasses.dataclass(frozen=True, kw_only=True)
class Settings(LinkedInSettings):
    """Everything a sandbox can be told, with its defaults; `LinkedInSettings` documents those of LinkedIn's API.

    Attributes:
        seed: Picks the invented people, ids and shuffles. The same seed gives the same bytes.
        connections: How many connections every viewer has.
        conversations: How many conversations every viewer has.
        messages: How many messages every conversation has.
        sales_threads: How many threads of Sales Navigator's messages every viewer has.
        activity: How many posts, how many comments and how many reactions everybody has.
        activity_page: Of those in one page.
        engagement: How many comments and how many reactions every post has.
        engagement_page: Of those in one page.
        followers: How many followers every company has.
        employees: How many employees every company has at LookC.
        search_results: How many people, companies, jobs or posts a search without filters finds, before the caps.
        leads: How many people Sales Navigator and Recruiter know; None for as many as `search_results`.
        list_size: How many people or companies each list of Sales Navigator holds.
        requests: How many requests the rate limit admits in one window; None for no limit.
        per: Length of the rate limit's window, in seconds.
        limit_scope: What has a window of its own: "key" (one window for the key) or "path" (one for
            each endpoint).
        retry_after: Whether the rate limit's own 429 says Retry-After (whole seconds, rounded up).
        credits: Standard credits at the start.
        org_credits: Org credits at the start.
        email_credits: Email credits at the start.
        max_page: The most connections in one page, whatever `count` asks for.
        default_page: Connections in one page when `count` is not given.
        search_page_size: People in one page of the people search. Sales leads always come 25 a page.
        search_cap: People of one people search that can be reached; `paging.total` never exceeds it.
        sales_cap: Leads of one sales search that can be reached; `paging.total` can exceed it.
        email_valid_after: After how many answers that said PROBABLE the email address of a profile is VALID;
            0 for never.
        lookc_requests: How many requests LookC's rate limit admits in one window; None for no limit.
        lookc_per: Length of that window, in seconds.
        lookc_key: The key LookC's paths accept; None for `key`.
        lookc_pending: How many times a request of LookC's is still pending when it is asked about; 0 for answers
            at once.
        viewers: The viewer ids it accepts: one as text, or several in a series.
        key: The key it accepts, as the whole Authorization header.
        variant: The shape of answers: "head", "response", "searchResponse", "later", "bare", or "mixed",
            which changes from page to page. Shapes that an endpoint never had fall back to "head".
        latency: Seconds before each answer.
        jitter: Up to this many seconds more, drawn from the seed.
        faults: Names of faults to inject in turn, as a tuple or as text with commas. See `FAULTS`.
        fault_every: Every how many authorised arrivals the next fault strikes; 0 for never.
        slow_seconds: Seconds the fault "slow" adds.
        daily_allowance: Answers to paid endpoints in a day; after them 429 daily_limit.
        weekly_invitations: Connection requests before the weekly limit refuses.
        max_message: The longest message body, in characters.
        max_note: The longest note in a connection request, in characters.
        history: How many arrivals `events()` remembers. Counters never forget.
        now: Wall clock in unix seconds for the two answers that depend on it (when the daily allowance
            refreshes and when the week ends) and for all of LinkedIn's API; None for the real one.
    """

    seed: int = 7
    connections: int = 2345
    conversations: int = 45
    messages: int = 30
    sales_threads: int = 45
    activity: int = 60
    activity_page: int = 25
    engagement: int = 34
    engagement_page: int = 10
    followers: int = 250
    employees: int = 60
    search_results: int = 1000
    leads: int | None = None
    list_size: int = 250
    requests: int | None = 1
    per: float = 3.0
    limit_scope: LimitScope = "key"
    retry_after: bool = False
    credits: int = 10_000
    org_credits: int = 1_000
    email_credits: int = 1_000
    max_page: int = 1000
    default_page: int = 10
    search_page_size: int = 10
    search_cap: int = 1000
    sales_cap: int = 2500
    email_valid_after: int = 0
    lookc_requests: int | None = 50
    lookc_per: float = 1.0
    lookc_key: str | None = None
    lookc_pending: int = 0
    viewers: str | Iterable[str] = ("robin-marlowe",)
    key: str = "sandbox-key"
    variant: Variant = "head"
    latency: float = 0.0
    jitter: float = 0.0
    faults: str | Iterable[str] = ()
    fault_every: int = 0
    slow_seconds: float = 1.0
    daily_allowance: int = 10_000
    weekly_invitations: int = 50
    max_message: int = 8000
    max_note: int = 300
    history: int = 100_000
    now: float | None = None

    def __post_init__(self) -> None:
        """Refuse what could not work, and bring text forms to tuples."""
        super().__post_init__()
        object.__setattr__(self, "faults", parse_faults(self.faults))
        object.__setattr__(self, "viewers", self.viewer_ids)
        for prefix in ("", "lookc_"):
            requests = getattr(self, f"{prefix}requests")
            if requests is not None and requests < 1:
                raise ValueError(f"{prefix}requests must be at least 1, or None for no limit")
            if getattr(self, f"{prefix}per") <= 0:
                raise ValueError(f"{prefix}per must be more than 0 seconds")
        if not self.key or self.lookc_key == "":
            raise ValueError("key and lookc_key must not be empty")
        self._check_numbers()
        self._check_words()

    def _check_numbers(self) -> None:
        for name in _AT_LEAST_ONE:
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1")
        for name in _NOT_NEGATIVE:
            if (getattr(self, name) or 0) < 0:
                raise ValueError(f"{name} must not be negative")

    def _check_words(self) -> None:
        if self.variant not in VARIANTS:
            raise ValueError(f"variant must be one of {', '.join(VARIANTS)}")
        if self.limit_scope not in LIMIT_SCOPES:
            raise ValueError(f"limit_scope must be one of {', '.join(LIMIT_SCOPES)}")

    @property
    def fault_names(self) -> tuple[str, ...]:
        """The faults as a tuple of names, whichever form they were given in."""
        return parse_faults(self.faults)

    @property
    def lead_count(self) -> int:
        """How many people Sales Navigator and Recruiter know."""
        return self.search_results if self.leads is None else self.leads

    @property
    def viewer_ids(self) -> tuple[str, ...]:
        """The accepted viewers as a tuple, whichever form they were given in."""
        return (self.viewers,) if isinstance(self.viewers, str) else tuple(self.viewers)


class Changes(LinkedInChanges, total=False):
    """The settings as keyword arguments, each of them optional; see `Settings` for what they mean."""

    seed: int
    connections: int
    conversations: int
    messages: int
    sales_threads: int
    activity: int
    activity_page: int
    engagement: int
    engagement_page: int
    followers: int
    employees: int
    search_results: int
    leads: int | None
    list_size: int
    requests: int | None
    per: float
    limit_scope: LimitScope
    retry_after: bool
    credits: int
    org_credits: int
    email_credits: int
    max_page: int
    default_page: int
    search_page_size: int
    search_cap: int
    sales_cap: int
    email_valid_after: int
    lookc_requests: int | None
    lookc_per: float
    lookc_key: str | None
    lookc_pending: int
    viewers: str | Iterable[str]
    key: str
    variant: Variant
    latency: float
    jitter: float
    faults: str | Iterable[str]
    fault_every: int
    slow_seconds: float
    daily_allowance: int
    weekly_invitations: int
    max_message: int
    max_note: int
    history: int
    now: float | None
