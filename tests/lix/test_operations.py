"""The table of operations against what the API's reference says of each, kept here by hand."""

from __future__ import annotations

import inspect
import pkgutil
from importlib import import_module
from typing import Any

import pytest
from tests.support.fake import FakeTransport, client

import lixasync.lix
from lixasync.lix.client import LixClient
from lixasync.lix.operations import OPERATIONS
from lixasync.lix.url_search import UrlSearch
from lixasync.transport.operation import Operation

# By the method's name: id, method and path, style of paging with page size and cap, cost and its kind.
# A host that is not the main one stands before the path, "!" before an operation that sends.
REFERENCE = """
connections list_connections GET /v1/connections offset 1000 - 1 unstated
search.people search_people GET /v1/li/linkedin/search/people page_in_URL 10 1000 1 standard
search.jobs search_jobs GET /v1/li/linkedin/search/jobs start_in_URL 10 1000 1 standard
search.posts search_posts GET /v1/li/linkedin/search/posts offset 10 1000 1 standard
search.organisations search_organisations GET /v1/li/linkedin/search/orgs page_in_URL 10 1000 1 standard
sales.leads search_sales_leads GET /v1/li/sales/search/people page_in_URL 25 2500 1 standard
sales.leads_(long_URLs) search_sales_leads_form POST /v1/li/sales/search/people page_in_URL 25 2500 1 standard
sales.leads_by search_sales_leads_by_filters GET /v1/people/search one_page 25 25 1 standard
sales.accounts search_sales_accounts GET /v1/li/sales/search/orgs page_in_URL 25 2500 1 standard
sales.lead_list get_sales_lead_list GET /v1/li/sales/lists/people page_number 25 - 1 standard
sales.account_list get_sales_account_list GET /v1/li/sales/lists/orgs page_number 25 - 1 standard
sales.threads list_sales_message_threads GET /v1/li/sales/messages/threads timestamp_cursor 20 - 1 standard
sales.thread get_sales_message_thread GET /v1/li/sales/messages/threads/{thread_id} - - - 1 standard
sales.send_message !send_sales_message POST /v1/li/sales/messages - - - 1 standard
sales.facets suggest_sales_facets GET /v1/search/sales/facet offset 100 - 0 free
recruiter.candidates search_recruiter_candidates GET /v1/li/recruiter/search/people offset 25 2500 1 standard
recruiter.facets suggest_recruiter_facets GET /v1/li/recruiter/search/facet offset 100 - 0 free
enrichment.person get_person GET /v1/person - - - 1 standard
enrichment.employment get_person_employment GET /v1/person/employment - - - 1 standard
enrichment.extended get_person_extended GET /v1/person/extended - - - 1 standard
enrichment.organisation get_organisation GET /v1/organisations/by-linkedin - - - 1 org
enrichment.organisations_by_website list_organisations_by_website GET /v1/organisations/by-website - - - 1 org
enrichment.organisations_by_domain list_organisations_by_domain GET /v1/organisations/by-domain/{domain} - - - 1 org
enrichment.followers list_company_followers GET /v1/organisations/followers offset 100 - 1 standard
enrichment.job get_job_posting GET /v1/enrich/job - - - 1 standard
enrichment.hirers list_job_hirers GET /v1/li/linkedin/jobs/hirers - - - 1 standard
enrichment.post get_post GET /v1/enrich/post - - - 1 standard
enrichment.post_comments list_post_comments GET /v1/enrich/post/comments pagination_token 10 - 1 standard
enrichment.post_reactions list_post_reactions GET /v1/enrich/post/reactions pagination_token 10 - 1 standard
activity.posts list_person_posts GET /v1/person/li/activity/posts pagination_token 25 - 1 standard
activity.comments list_person_comments GET /v1/person/li/activity/comments pagination_token 25 - 1 standard
activity.reactions list_person_reactions GET /v1/person/li/activity/reactions pagination_token 25 - 1 standard
messages.conversations list_conversations GET /v1/li/conversations continuation_sequence 20 - 1 standard
messages.list list_messages GET /v1/li/messages continuation_sequence - - 1 standard
messages.send !send_message POST /v1/li/messages - - - 1 standard
invitations.send !send_connection_request POST /v1/connections/send - - - 1 standard
invitations.remaining get_connection_request_allowance GET /v1/account/connections/remaining - - - 0 unstated
contact.email find_email_by_linkedin GET /v1/contact/email/by-linkedin - - - 1 email
ids.person get_person_ids GET /v1/person/ids - - - 1 org
ids.organisation get_organisation_ids GET /v1/organisation/ids - - - 1 org
account.balances get_balances GET /v1/account/balances - - - 0 unstated
account.daily_allowance get_daily_allowance GET /v1/account/allowances/daily - - - 0 free
account.linkedin_account get_linkedin_account GET /v1/account/linkedin/account - - - 0 unstated
account.linkedin_accounts list_linkedin_accounts GET /v1/account/linkedin/accounts page_number 5 - 0 unstated
account.put_linkedin_account put_linkedin_account PUT /v1/account/linkedin/account - - - 0 unstated
lookc.person_by_email find_person_by_email GET lookc:/v1/search/person/by-email - - - 1 org
lookc.request get_async_request GET lookc:/v1/request - - - 0 unstated
lookc.employees list_organisation_employees GET lookc:/org/{org_id}/employees after_cursor - - 1 unstated
"""

ROWS = {row[0].replace("_(long_", " (long "): row[1:] for row in map(str.split, REFERENCE.strip().splitlines())}
NEWER = {
    "search_sales_leads_form",
    "list_organisations_by_website",
    "list_organisations_by_domain",
    "get_connection_request_allowance",
    "list_linkedin_accounts",
    "list_organisation_employees",
}
AROUND = {"watch_connections", "leads_url", "accounts_url", "people_url", "around"}
"""Methods that make their requests through other methods' operations."""


def row_of(operation: Operation[Any]) -> list[str]:
    host = "" if operation.host == "api" else f"{operation.host}:"
    pages = operation.pages
    paging = ("-", None, None) if pages is None else (pages.style.replace(" ", "_"), pages.size, pages.cap)
    return [
        ("" if operation.safe else "!") + operation.id,
        operation.method,
        host + operation.path,
        *("-" if each is None else str(each) for each in paging),
        str(operation.credits),
        operation.credit_kind,
    ]


def method_of(lix: LixClient, key: str) -> Any:
    found: Any = lix
    for name in key.partition(" ")[0].split("."):
        found = getattr(found, name)
    return found


@pytest.mark.parametrize("key", ROWS)
def test_each_operation_is_what_the_reference_says(key: str) -> None:
    assert row_of(OPERATIONS[key]) == list(ROWS[key])


def test_none_is_missing_and_none_is_invented() -> None:
    assert OPERATIONS.keys() == ROWS.keys()
    assert len({operation.id for operation in OPERATIONS.values()}) == len(OPERATIONS) == 48


def test_which_are_newer_than_the_documentation() -> None:
    assert {operation.id for operation in OPERATIONS.values() if operation.newer} == NEWER


def test_only_an_email_may_cost_less_than_its_price() -> None:
    assert [operation.id for operation in OPERATIONS.values() if operation.charge] == ["find_email_by_linkedin"]


def test_long_urls_draw_on_the_quota_of_the_same_search() -> None:
    assert OPERATIONS["sales.leads (long URLs)"].quota == "search_sales_leads"
    assert {each.quota for key, each in OPERATIONS.items() if "(" not in key} == {
        each.id for key, each in OPERATIONS.items() if "(" not in key
    }


@pytest.mark.parametrize("key", ROWS)
def test_its_method_exists_and_names_it(key: str) -> None:
    method = method_of(client(FakeTransport()), key)
    operation = OPERATIONS[key].id.removesuffix("_form")
    assert f"operation {operation})" in inspect.getdoc(method)


def test_every_method_of_the_client_stands_in_the_table() -> None:
    lix = client(FakeTransport())
    names = [name for name, _ in inspect.getmembers(LixClient, lambda each: isinstance(each, property))]
    sections = [name for name in names if type(getattr(lix, name)).__module__.startswith("lixasync.lix.")]
    methods = {
        f"{section}.{name}"
        for section in sections
        for name, _ in inspect.getmembers(getattr(lix, section), inspect.ismethod)
        if not name.startswith("_") and name not in AROUND
    }
    assert {*methods, "connections"} == {key.partition(" ")[0] for key in OPERATIONS}


def test_every_operation_of_the_modules_stands_in_the_table() -> None:
    names = [module.name for module in pkgutil.iter_modules(lixasync.lix.__path__)]
    constants = [value for name in names for value in vars(import_module(f"lixasync.lix.{name}")).values()]
    found = [value for value in constants if isinstance(value, Operation)]
    for search in [value for value in constants if isinstance(value, UrlSearch)]:
        found += [each for each in (search.operation, search.form) if each is not None]
    assert {id(operation) for operation in found} == {id(operation) for operation in OPERATIONS.values()}
