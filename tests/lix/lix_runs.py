"""Clients of the sandbox, and every method that has pages, for the tests of the whole client."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import attrs
import httpx
from tests.support.fake import LEADS, SEARCH

from lixasync import LixClient, Pager, RateLimit, RetryPolicy, StopReason
from lixasync.sandbox import Sandbox

VIEWER = "robin-marlowe"
VIEWERS = (VIEWER, *(f"viewer-{number}" for number in range(11)))
PROFILE = "https://www.linkedin.com/in/robin-marlowe"
COMPANY = "https://www.linkedin.com/company/ledgerloom-1013"
POST = "urn:li:activity:7019605025920286720"
JOBS = "https://www.linkedin.com/jobs/search/?keywords=engineer"
POSTS = "https://www.linkedin.com/search/results/content/?keywords=engineer"
ORGANISATIONS = "https://www.linkedin.com/search/results/companies/?keywords=software"
ACCOUNTS = "https://www.linkedin.com/sales/search/company#query=(keywords:kelp)"
UNHURRIED = RateLimit(1000, per=0.02, burst=1000, margin=0.0)
BRIEF = RetryPolicy(attempts=40, base=0.001, cap=0.005, queued_pause=0.002, queued_attempts=40)
ONCE = RetryPolicy(attempts=1)


def client(sandbox: Sandbox, **settings: Any) -> LixClient:
    """Make a client of the sandbox that does not wait for its turn, and hardly after failures."""
    given = {
        "base_url": sandbox.url,
        "lookc_url": sandbox.url,
        "viewer_id": VIEWER,
        "rate_limit": UNHURRIED,
        "lookc_rate_limit": UNHURRIED,
        "retry": BRIEF,
        **settings,
    }
    return LixClient(sandbox.key, **given)


@attrs.frozen
class Known:
    """Ids of things in the sandbox that nothing but its answers tells.

    Attributes:
        company: LookC's id of a company.
        conversation: URN of a conversation.
        thread: Id of a thread of Sales Navigator's messages.
    """

    company: str
    conversation: str
    thread: str


@functools.cache
def _known(url: str, key: str) -> Known:
    def ask(path: str, **params: str) -> Any:
        return httpx.get(url + path, params=params, headers={"authorization": key}).raise_for_status().json()

    return Known(
        company=ask("/v1/organisation/ids", sales_nav_id="1013")["organisationIds"]["uuid"],
        conversation=ask("/v1/li/conversations", viewer_id=VIEWER)["conversations"][0]["conversationUrn"],
        thread=ask("/v1/li/sales/messages/threads", viewer_id=VIEWER)["data"]["elements"][0]["id"],
    )


def known(sandbox: Sandbox, **settings: Any) -> Known:
    """Return ids of the sandbox, and give it settings; it then has seen nothing."""
    found = _known(sandbox.url, sandbox.key)
    sandbox.reset(**settings)
    return found


@attrs.frozen
class Stream:
    """A method with pages, and what the sandbox has for it.

    Attributes:
        key: The method, as in the table of operations.
        open: Calls the method; takes the bounds of a stream.
        items: How many items there are.
        settings: What the sandbox has to be told.
        stopped: Why the stream ends.
        again: How many pages may be asked for twice: one that is empty before the total is reached, or where none is
            told, may be an odd one.
    """

    key: str
    open: Callable[..., Pager[Any]]
    items: int
    settings: dict[str, Any] = attrs.field(factory=dict)
    stopped: StopReason = StopReason.EXHAUSTED
    again: int = 0


STREAMS = (
    Stream("connections", lambda lix, ids, **more: lix.connections(page_size=25, **more), 110, {"connections": 110}),
    Stream("search.people", lambda lix, ids, **more: lix.search.people(SEARCH, **more), 55, {"search_results": 55}),
    Stream(
        "search.people",
        lambda lix, ids, **more: lix.search.people(SEARCH, **more),
        60,
        {"search_results": 100, "search_cap": 60},
    ),
    Stream("search.jobs", lambda lix, ids, **more: lix.search.jobs(JOBS, **more), 55, {"search_results": 55}),
    Stream("search.posts", lambda lix, ids, **more: lix.search.posts(POSTS, **more), 55, {"search_results": 55}),
    Stream(
        "search.organisations",
        lambda lix, ids, **more: lix.search.organisations(ORGANISATIONS, **more),
        55,
        {"search_results": 55},
    ),
    Stream("sales.leads", lambda lix, ids, **more: lix.sales.leads(LEADS, **more), 85, {"search_results": 85}),
    Stream(
        "sales.leads",
        lambda lix, ids, **more: lix.sales.leads(LEADS, **more),
        60,
        {"search_results": 100, "sales_cap": 60},
        StopReason.SERVER_CAP,
        again=1,
    ),
    Stream("sales.accounts", lambda lix, ids, **more: lix.sales.accounts(ACCOUNTS, **more), 85, {"search_results": 85}),
    Stream("sales.lead_list", lambda lix, ids, **more: lix.sales.lead_list(7, **more), 85, {"list_size": 85}),
    Stream("sales.account_list", lambda lix, ids, **more: lix.sales.account_list("7", **more), 85, {"list_size": 85}),
    Stream("sales.threads", lambda lix, ids, **more: lix.sales.threads(page_size=7, **more), 45, again=1),
    Stream(
        "sales.leads_by",
        lambda lix, ids, **more: lix.sales.leads_by(keywords="kelp", **more),
        25,
        stopped=StopReason.SERVER_CAP,
    ),
    Stream("sales.facets", lambda lix, ids, **more: lix.sales.facets("FUNCTION", page_size=4, **more), 26),
    Stream("sales.facets", lambda lix, ids, **more: lix.sales.facets("COMPANY_WITH_LIST", "h", page_size=1, **more), 6),
    Stream(
        "recruiter.candidates",
        lambda lix, ids, **more: lix.recruiter.candidates("SQL", **more),
        76,
        {"search_results": 500},
    ),
    Stream("recruiter.facets", lambda lix, ids, **more: lix.recruiter.facets("java", page_size=2, **more), 9),
    Stream(
        "enrichment.followers",
        lambda lix, ids, **more: lix.enrichment.followers(COMPANY, page_size=20, **more),
        90,
        {"followers": 90},
    ),
    Stream("enrichment.post_comments", lambda lix, ids, **more: lix.enrichment.post_comments(POST, **more), 34),
    Stream(
        "enrichment.post_reactions",
        lambda lix, ids, **more: lix.enrichment.post_reactions(POST, **more),
        34,
        {"variant": "later"},  # one row per person; grouped pages do not tell the order of the list
    ),
    Stream("activity.posts", lambda lix, ids, **more: lix.activity.posts(PROFILE, **more), 60, {"activity_page": 9}),
    Stream("activity.comments", lambda lix, ids, **more: lix.activity.comments(PROFILE, **more), 60),
    Stream("activity.reactions", lambda lix, ids, **more: lix.activity.reactions(PROFILE, **more), 60),
    Stream(
        "messages.conversations", lambda lix, ids, **more: lix.messages.conversations(page_size=7, **more), 45, again=1
    ),
    Stream(
        "messages.list",
        lambda lix, ids, **more: lix.messages.list(conversation_urn=ids.conversation, **more),
        90,
        {"messages": 90},
    ),
    Stream(
        "account.linkedin_accounts",
        lambda lix, ids, **more: lix.account.linkedin_accounts(**more),
        12,
        {"viewers": VIEWERS},
    ),
    Stream("lookc.employees", lambda lix, ids, **more: lix.lookc.employees(ids.company, page_size=9, **more), 60),
)
"""Every method with pages, small enough to be read often and large enough for several pages."""
