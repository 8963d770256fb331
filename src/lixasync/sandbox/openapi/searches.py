"""The operations of searches, lists and facets."""

from __future__ import annotations

import dataclasses

from .parts import COUNT, FLAG, START, TEXT, Operation, Parameter, array, page, record, ref

_URL = Parameter(name="url", says="The address of the search at LinkedIn; it holds the page.", required=True)
_SEQUENCE = Parameter(name="sequence_id", says="Keeps the pages of one search together.", sample=False)
_FACET = (
    Parameter(name="query", says="What the names begin with; it may be empty.", required=True),
    Parameter(name="type", says="The type of facet.", required=True),
    Parameter(name="start", says="How many to pass over.", schema=START),
    Parameter(name="count", says="How many to list at most.", schema=COUNT),
)
_SKILL = record({"text": TEXT, "entity": TEXT, "negated": FLAG, "required": FLAG, "selected": FLAG})

_LEADS = Operation(
    id="search_sales_leads",
    path="/v1/li/sales/search/people",
    says="Search leads in Sales Navigator.",
    answer=page("people", ref("Person")),
    viewer="optional",
    parameters=(_URL, _SEQUENCE),
    paging="page-in-url",
    page_size=25,
)


def _list(ident: str, path: str, says: str, key: str, item: str, *older: str) -> Operation:
    """Describe a list of Sales Navigator."""
    return Operation(
        id=ident,
        path=path,
        says=says,
        answer=page(key, ref(item), *older),
        viewer="required",
        parameters=(
            Parameter(name="list_id", says="The number of the list.", required=True),
            Parameter(name="page", says="Which page, from 1.", schema=COUNT),
            _SEQUENCE,
        ),
        paging="page",
        page_size=25,
    )


LINKEDIN_SEARCH = (
    Operation(
        id="search_people",
        path="/v1/li/linkedin/search/people",
        says="Search people.",
        answer=page("people", ref("Person")),
        viewer="optional",
        parameters=(_URL, _SEQUENCE),
        paging="page-in-url",
        page_size=10,
    ),
    Operation(
        id="search_jobs",
        path="/v1/li/linkedin/search/jobs",
        says="Search jobs.",
        answer=page("jobPostings", ref("FoundJob"), "people"),
        viewer="optional",
        parameters=(_URL, _SEQUENCE),
        paging="page-in-url",
        page_size=10,
    ),
    Operation(
        id="list_job_hirers",
        path="/v1/li/linkedin/jobs/hirers",
        says="Who hires for a job.",
        answer=record({"people": array(ref("Hirer"))}),
        viewer="optional",
        parameters=(Parameter(name="job_id", says="The number of a job.", required=True),),
    ),
    Operation(
        id="search_posts",
        path="/v1/li/linkedin/search/posts",
        says="Search posts.",
        answer=page("posts", ref("FoundPost")),
        viewer="optional",
        parameters=(
            _URL,
            Parameter(name="start", says="How many to pass over.", schema=START),
            _SEQUENCE,
        ),
        paging="start",
        page_size=10,
    ),
    Operation(
        id="search_organisations",
        path="/v1/li/linkedin/search/orgs",
        says="Search organisations.",
        answer=page("orgs", ref("LiOrganisation"), "posts"),
        viewer="optional",
        parameters=(_URL, _SEQUENCE),
        paging="page-in-url",
        page_size=10,
    ),
)

SALES_SEARCH = (
    _LEADS,
    dataclasses.replace(
        _LEADS,
        id="search_sales_leads_form",
        method="post",
        says="Search leads in Sales Navigator by an address that is too long for an address.",
        parameters=(),
        body=record({"url": TEXT}, {"sequence_id": TEXT}),
        body_media="application/x-www-form-urlencoded",
    ),
    Operation(
        id="search_sales_leads_by_filters",
        path="/v1/people/search",
        says="Search leads by filters, each an id and a text in square brackets.",
        answer=page("people", ref("Person")),
        viewer="optional",
        parameters=(
            Parameter(name="person_titles", says="A title: [id,text], a comma in the text behind a backslash."),
            Parameter(name="location", says="A place, in the same form."),
            Parameter(name="locations", says="Another name of location.", sample=False),
            Parameter(name="organisations", says="An organisation, in the same form.", sample=False),
            Parameter(name="keywords", says="Words.", sample=False),
            _SEQUENCE,
        ),
        page_size=25,
    ),
    Operation(
        id="search_sales_accounts",
        path="/v1/li/sales/search/orgs",
        says="Search accounts in Sales Navigator.",
        answer=page("organisations", ref("LiOrganisation"), "people"),
        viewer="optional",
        parameters=(_URL, _SEQUENCE),
        paging="page-in-url",
        page_size=25,
    ),
    _list(
        "get_sales_lead_list",
        "/v1/li/sales/lists/people",
        "The people in a list of Sales Navigator.",
        "people",
        "Person",
    ),
    _list(
        "get_sales_account_list",
        "/v1/li/sales/lists/orgs",
        "The organisations in a list of Sales Navigator.",
        "organisations",
        "LiOrganisation",
        "people",
    ),
    Operation(
        id="suggest_sales_facets",
        path="/v1/search/sales/facet",
        says="The ids of what searches can be filtered by.",
        answer=record({"data": record({"elements": array(ref("SalesFacet"))}, {"paging": ref("Paging")})}),
        viewer="optional",
        parameters=_FACET,
        kind="free",
        cost=0,
        paging="start",
        page_size=100,
    ),
)

RECRUITER = (
    Operation(
        id="search_recruiter_candidates",
        path="/v1/li/recruiter/search/people",
        says="Search candidates by skills: a GET with a JSON body.",
        answer=page("people", ref("Person"), variants=()),
        viewer="optional",
        parameters=(_SEQUENCE,),
        body=record({"skills": array(_SKILL) | {"minItems": 1}}, {"start": START}),
        paging="start-in-body",
        page_size=25,
    ),
    Operation(
        id="suggest_recruiter_facets",
        path="/v1/li/recruiter/search/facet",
        says="The ids of skills.",
        answer=record({"results": array(ref("RecruiterFacet"))}, {"meta": ref("Meta"), "paging": ref("Paging")}),
        viewer="optional",
        parameters=_FACET,
        kind="free",
        cost=0,
        paging="start",
        page_size=10,
    ),
)
