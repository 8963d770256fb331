"""What the searches answer."""

from __future__ import annotations

from collections.abc import Callable

from lixasync.sandbox import people
from lixasync.sandbox.replies import RefusedError, Reply

from . import accounts, facets, filters, lists, population, postings, recruiter
from .call import Call, Routes
from .pages import SALES_PAGE_SIZE, Results, address, answer, number_in, page_in
from .population import LEADS, Conditions

_OTHER_SIZE = 10


def _leads(call: Call, conditions: Conditions) -> Results:
    """Find leads; those of a search without filters look as their profiles do."""
    settings = call.settings
    found = population.find(settings.seed, settings.lead_count, conditions)
    encode = population.found_bytes if conditions else people.person_bytes
    return Results(
        key="people",
        size=SALES_PAGE_SIZE,
        rows=found[: settings.sales_cap],
        total=len(found),
        item=lambda row: encode(settings.seed, row),
    )


def _others(call: Call, key: str, item: Callable[[int, int], bytes], old_key: str | None = None) -> Results:
    """Find what has no filters here: as much as every search finds."""
    settings = call.settings
    total = min(settings.search_results, settings.search_cap)
    return Results(
        key=key,
        old_key=old_key,
        size=_OTHER_SIZE,
        rows=range(total),
        total=total,
        item=lambda row: item(settings.seed, row),
    )


def search_people(call: Call) -> Reply:
    """GET /v1/li/linkedin/search/people."""
    url = address(call)
    page, conditions = page_in(url), filters.of_people_address(url)
    settings = call.settings
    found = population.find(settings.seed, settings.search_results, conditions)[: settings.search_cap]
    encode = population.found_bytes if conditions else people.person_bytes
    results = Results(
        key="people",
        size=settings.search_page_size,
        rows=found,
        total=len(found),
        item=lambda row: encode(settings.seed, row),
    )
    return answer(call, results, (page - 1) * results.size)


def search_jobs(call: Call) -> Reply:
    """GET /v1/li/linkedin/search/jobs; LinkedIn's own addresses of jobs page by `start=`, which holds here as well."""
    url = address(call)
    start = number_in(url, "start", 0)
    asked = (page_in(url) - 1) * _OTHER_SIZE if start is None else start
    return answer(call, _others(call, "jobPostings", postings.job, "people"), asked)


def search_posts(call: Call) -> Reply:
    """GET /v1/li/linkedin/search/posts; pages by the parameter `start`."""
    address(call)
    return answer(call, _others(call, "posts", postings.post), call.number("start", 0, 0))


def search_organisations(call: Call) -> Reply:
    """GET /v1/li/linkedin/search/orgs."""
    asked = (page_in(address(call)) - 1) * _OTHER_SIZE
    return answer(call, _others(call, "orgs", accounts.account_bytes, "posts"), asked)


def search_sales_leads(call: Call) -> Reply:
    """GET /v1/li/sales/search/people."""
    url = address(call)
    page = page_in(url)
    return answer(call, _leads(call, filters.of_sales_address(url, LEADS)), (page - 1) * SALES_PAGE_SIZE)


def post_sales_leads(call: Call) -> Reply:
    """POST /v1/li/sales/search/people, for addresses too long for an address."""
    call.query = {**call.query, **call.form()}
    return search_sales_leads(call)


def search_sales_leads_by_filters(call: Call) -> Reply:
    """GET /v1/people/search; it has one page, because nothing is known to move it."""
    if "location" in call.query and "locations" in call.query:
        raise RefusedError(400, "params_invalid", "location and locations are two names for the same: send one")
    named = {
        "person_titles": "CURRENT_TITLE",
        "location": "REGION",
        "locations": "REGION",
        "organisations": "CURRENT_COMPANY",
    }
    given = ((name, call.query.get(name, "").strip(), kind) for name, kind in named.items())
    conditions = tuple(filters.of_pair(name, pair, kind) for name, pair, kind in given if pair)
    return answer(call, _leads(call, conditions), 0)


def search_sales_accounts(call: Call) -> Reply:
    """GET /v1/li/sales/search/orgs."""
    url = address(call)
    page, conditions = page_in(url), filters.of_sales_address(url, accounts.ACCOUNTS)
    settings = call.settings
    found = accounts.find(settings.seed, settings.search_results, conditions)
    results = Results(
        key="organisations",
        old_key="people",
        size=SALES_PAGE_SIZE,
        rows=found[: settings.sales_cap],
        total=len(found),
        item=lambda row: accounts.account_bytes(settings.seed, row),
    )
    return answer(call, results, (page - 1) * SALES_PAGE_SIZE)


ROUTES: Routes = {
    ("GET", "/v1/li/linkedin/search/people"): search_people,
    ("GET", "/v1/li/linkedin/search/jobs"): search_jobs,
    ("GET", "/v1/li/linkedin/search/posts"): search_posts,
    ("GET", "/v1/li/linkedin/search/orgs"): search_organisations,
    ("GET", "/v1/li/sales/search/people"): search_sales_leads,
    ("POST", "/v1/li/sales/search/people"): post_sales_leads,
    ("GET", "/v1/people/search"): search_sales_leads_by_filters,
    ("GET", "/v1/li/sales/search/orgs"): search_sales_accounts,
    **facets.ROUTES,
    **lists.ROUTES,
    **recruiter.ROUTES,
}
"""What all searches answer: the facets of their filters, the lists of Sales Navigator and Recruiter among them."""
