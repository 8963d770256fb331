"""Calls of the searches, of Sales Navigator and of Recruiter, and what each puts on the wire."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs
from lix_runs import ACCOUNTS, JOBS, ORGANISATIONS, POSTS, PROFILE
from tests.support.fake import LEADS, SEARCH

from lixasync import LixClient, Person, Skill, Suggestion, models

SQL = Suggestion(id="urn:li:ts_skill:147", text="SQL")
TEXTS = {"text": "SQL", "entity": "urn:li:ts_skill:147"}


@attrs.frozen
class Wire:
    """One call.

    Attributes:
        key: The method, as in the table of operations.
        call: Makes the call, or a pager.
        target: What the address must be, behind the host's.
        fixture: The documented answer.
        result: What comes out: the model itself or that of the items.
        body: The JSON body that must be sent; None for none.
    """

    key: str
    call: Callable[[LixClient], Any]
    target: str
    fixture: str
    result: type
    body: Any = None


ENCODED = {
    SEARCH: "https%3A%2F%2Fwww.linkedin.com%2Fsearch%2Fresults%2Fpeople%2F%3Fkeywords%3Dengineer",
    JOBS: "https%3A%2F%2Fwww.linkedin.com%2Fjobs%2Fsearch%2F%3Fkeywords%3Dengineer",
    POSTS: "https%3A%2F%2Fwww.linkedin.com%2Fsearch%2Fresults%2Fcontent%2F%3Fkeywords%3Dengineer",
    ORGANISATIONS: "https%3A%2F%2Fwww.linkedin.com%2Fsearch%2Fresults%2Fcompanies%2F%3Fkeywords%3Dsoftware",
    ACCOUNTS: "https%3A%2F%2Fwww.linkedin.com%2Fsales%2Fsearch%2Fcompany%23query%3D%28keywords%3Akelp%29",
    LEADS: "https%3A%2F%2Fwww.linkedin.com%2Fsales%2Fsearch%2Fpeople%23query%3D%28keywords%3Aa%25252Cb%29",
}

SEARCHES = (
    Wire(
        "connections",
        lambda lix: lix.connections(include_profile_pictures=False),
        "/v1/connections?viewer_id=me&start=0&count=1000&include_profile_pictures=false",
        "list_connections.head",
        models.Connection,
    ),
    Wire(
        "connections",
        lambda lix: lix.connections("other", page_size=7),
        "/v1/connections?viewer_id=other&start=0&count=7",
        "list_connections.bare-elements",
        models.Connection,
    ),
    Wire(
        "search.people",
        lambda lix: lix.search.people(SEARCH),
        f"/v1/li/linkedin/search/people?url={ENCODED[SEARCH]}&viewer_id=me",
        "search_people.response-envelope",
        Person,
    ),
    Wire(
        "search.jobs",
        lambda lix: lix.search.jobs(JOBS),
        f"/v1/li/linkedin/search/jobs?url={ENCODED[JOBS]}&viewer_id=me",
        "search_jobs.head",
        models.JobPosting,
    ),
    Wire(
        "search.posts",
        lambda lix: lix.search.posts(POSTS),
        f"/v1/li/linkedin/search/posts?url={ENCODED[POSTS]}&start=0&viewer_id=me",  # start also where it is 0
        "search_posts.code-items",
        models.Post,
    ),
    Wire(
        "search.organisations",
        lambda lix: lix.search.organisations(ORGANISATIONS),
        f"/v1/li/linkedin/search/orgs?url={ENCODED[ORGANISATIONS]}&viewer_id=me",
        "search_organisations.head",
        models.Organisation,
    ),
    Wire(
        "sales.leads",
        lambda lix: lix.sales.leads(LEADS),
        f"/v1/li/sales/search/people?url={ENCODED[LEADS]}&viewer_id=me",
        "search_sales_leads.search-response",
        Person,
    ),
    Wire(
        "sales.leads_by",
        lambda lix: lix.sales.leads_by(
            person_title="engineer",
            location=Suggestion(id="105763813", text="Colorado, United States"),
            organisation=Suggestion(id="1441", text="Acme"),
            keywords="a b",
        ),
        "/v1/people/search?person_titles=%5B%2Cengineer%5D&location=%5B105763813%2CColorado%5C%2C%20United%20States%5D"
        "&organisations=%5B1441%2CAcme%5D&keywords=a%20b&viewer_id=me",
        "search_sales_leads_by_filters.head",
        Person,
    ),
    Wire(
        "sales.leads_by",
        lambda lix: lix.sales.leads_by(location="Berlin", location_parameter="locations"),
        "/v1/people/search?locations=%5B%2CBerlin%5D&viewer_id=me",
        "search_sales_leads_by_filters.search-response",
        Person,
    ),
    Wire(
        "sales.accounts",
        lambda lix: lix.sales.accounts(ACCOUNTS, viewer_id="other"),
        f"/v1/li/sales/search/orgs?url={ENCODED[ACCOUNTS]}&viewer_id=other",
        "search_sales_accounts.search-response",
        models.Organisation,
    ),
    Wire(
        "sales.lead_list",
        lambda lix: lix.sales.lead_list(7_012_345_678_901_234_567),
        "/v1/li/sales/lists/people?list_id=7012345678901234567&viewer_id=me&page=1",
        "get_sales_lead_list.head",
        Person,
    ),
    Wire(
        "sales.account_list",
        lambda lix: lix.sales.account_list("7012"),
        "/v1/li/sales/lists/orgs?list_id=7012&viewer_id=me&page=1",
        "get_sales_account_list.search-response",
        models.Organisation,
    ),
    Wire(
        "sales.threads",
        lambda lix: lix.sales.threads(filter="INBOX", page_size=5),
        "/v1/li/sales/messages/threads?viewer_id=me&filter=INBOX&count=5",
        "list_sales_message_threads.head",
        models.SalesThread,
    ),
    Wire(
        "sales.thread",
        lambda lix: lix.sales.thread("2-A/b+c==", message_count=50),
        "/v1/li/sales/messages/threads/2-A%2Fb%2Bc%3D%3D?viewer_id=me&message_count=50",
        "get_sales_message_thread.head",
        models.SalesThread,
    ),
    Wire(
        "sales.send_message",
        lambda lix: lix.sales.send_message(" Hello ", thread_id="2-x==", copy_to_crm=False),
        "/v1/li/sales/messages?viewer_id=me",
        "send_sales_message.head",
        models.SalesThread,
        {"body": " Hello ", "thread_id": "2-x==", "copy_to_crm": False},
    ),
    Wire(
        "sales.send_message",
        lambda lix: lix.sales.send_message("Hello", recipients=PROFILE, subject="Kelp"),
        "/v1/li/sales/messages?viewer_id=me",
        "send_sales_message.head",
        models.SalesThread,
        {"body": "Hello", "recipients": [PROFILE], "subject": "Kelp"},
    ),
    Wire(
        "sales.facets",
        lambda lix: lix.sales.facets("COMPANY_WITH_LIST", "ac me"),
        "/v1/search/sales/facet?type=COMPANY_WITH_LIST&query=ac%20me&viewer_id=me&start=0&count=100",
        "suggest_sales_facets.company-children",
        Suggestion,
    ),
    Wire(
        "recruiter.candidates",
        lambda lix: lix.recruiter.candidates([SQL, Skill(name=SQL, negated=True, required=True, selected=False)]),
        "/v1/li/recruiter/search/people?viewer_id=me",
        "search_recruiter_candidates.head",
        Person,
        {
            "skills": [
                {**TEXTS, "negated": False, "required": False, "selected": True},
                {**TEXTS, "negated": True, "required": True, "selected": False},
            ],
            "start": 0,
        },
    ),
    Wire(
        "recruiter.facets",
        lambda lix: lix.recruiter.facets("java", page_size=10),
        "/v1/li/recruiter/search/facet?type=skill&query=java&viewer_id=me&start=0&count=10",
        "suggest_recruiter_facets.head",
        Suggestion,
    ),
)
