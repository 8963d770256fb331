"""Answers that come in several parts or shapes: all of them together, then ids, organisations, jobs, suggestions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from bodies import body, decode, expected

from lixasync import models
from lixasync.codec import Decoder
from lixasync.codec.accounts import linkedin_accounts
from lixasync.codec.envelope import unwrapped
from lixasync.codec.identifiers import organisation_ids, person_ids
from lixasync.codec.jobs import job_posting
from lixasync.codec.names import fold
from lixasync.codec.organisations import organisation, organisations
from lixasync.codec.posts import person_comments, post, post_comments, post_reactions, posts
from lixasync.codec.reshape import RESHAPES
from lixasync.codec.suggestions import recruiter_suggestions, sales_suggestions
from lixasync.codec.threads import conversations, message, messages, sales_thread, sales_threads
from lixasync.errors import UnknownShapeError
from lixasync.models import (
    IdLinks,
    JobCompany,
    JobHeadquarters,
    JobPosting,
    LinkedInAccount,
    Organisation,
    OrganisationIds,
    PersonIds,
    Suggestion,
    Warmup,
    WarmupDetails,
)
from lixasync.models.base import wire_names

SINGLE = [organisation, person_ids, organisation_ids, post, job_posting, message, sales_thread]
PAGED = [
    *(organisations, posts, post_comments, person_comments, post_reactions, conversations, messages, sales_threads),
    *(sales_suggestions, recruiter_suggestions, linkedin_accounts),
]


@pytest.mark.parametrize("function", SINGLE, ids=lambda function: function.__name__)
@pytest.mark.parametrize("data", [None, [], "text", 7], ids=str)
def test_no_object(function: Callable[..., Any], data: Any) -> None:
    with pytest.raises(UnknownShapeError):
        function(Decoder(), data)


@pytest.mark.parametrize("function", PAGED, ids=lambda function: function.__name__)
def test_elements_that_are_no_objects_keep_their_place(function: Callable[..., Any]) -> None:
    listing = function(Decoder(), ["x", {}, None])
    assert [item.extra for item in listing.items] == [{"value": "x"}, {}, {"value": None}]


@pytest.mark.parametrize("function", SINGLE, ids=lambda function: function.__name__)
def test_raw_is_the_whole_body(function: Callable[..., Any]) -> None:
    data = {"id": "1"}
    assert function(Decoder(), data).raw is data


@pytest.mark.parametrize(
    ("function", "name"),
    [
        (person_ids, "person_ids"),
        (organisation_ids, "organisationIds"),
        (organisation, "profile"),
        (organisation, "liOrganisation"),
        (job_posting, "jobPosting"),
        (job_posting, "companyDetails"),
        (job_posting, "employmentStatusResolutionResult"),
        (message, "message"),
        (sales_thread, "data"),
        (post, "post"),
    ],
    ids=lambda value: value if isinstance(value, str) else value.__name__,
)
@pytest.mark.parametrize("nothing", [None, "", {}])
def test_a_part_that_is_nothing_is_not_there(function: Callable[..., Any], name: str, nothing: Any) -> None:
    assert expected(function, {name: nothing}) == function(Decoder(), {})


def test_old_envelopes_of_objects_are_counted() -> None:
    decoder = Decoder()
    ids = person_ids(decoder, {"response": {"searchResponse": {"personIds": {"liID": "robin"}}}, "traceId": "t"})
    assert ids == PersonIds(li_id="robin")
    assert decoder.drift.report().envelopes == {"PersonIds: response": 1, "PersonIds: searchResponse": 1}


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"response": "text"},
        {"response": [1]},
        {"response": {}, "name": "x"},
        {"response": {}, "searchResponse": {}},
    ],
    ids=str,
)
def test_what_is_no_old_envelope(data: Any) -> None:
    assert unwrapped(data) is data


@pytest.mark.parametrize("name", RESHAPES)
def test_a_reshape_belongs_to_a_model_and_needs_a_sign(name: str) -> None:
    assert name in models.__all__
    reshape = RESHAPES[name]
    assert reshape.signs == set(map(fold, reshape.signs))
    names = {
        names[0]: "text" for names in wire_names(getattr(models, name)).values() if fold(names[0]) not in reshape.signs
    }
    assert reshape.change(names) == names


def test_person_ids_keep_what_stands_beside_them() -> None:
    data = {"personIds": {"liID": "robin", "uuid": "u"}, "links": {"recruiterURL": "r"}, "note": "n"}
    ids = person_ids(Decoder(), data)
    assert ids == PersonIds(li_id="robin", lix_id="u", links=IdLinks(recruiter_url="r"), extra={"note": "n"})


def test_organisation_ids_of_all_ages_are_the_same() -> None:
    bare, camel, snake = (
        decode(f"get_organisation_ids.2023-08-30-{case}.json", body(f"get_organisation_ids.2023-08-30-{case}.json"))
        for case in ("bare", "camel", "snake")
    )
    assert bare == camel == snake == OrganisationIds(li_id="lix", sales_nav_id="1670390", lix_id="cGVyc29uOjk3MDgyNQ==")
    assert organisation_ids(Decoder(), {"id": 59688920}).id == organisation_ids(Decoder(), {"id": "59688920"}).id


def test_the_profile_wins_and_the_older_object_fills_up() -> None:
    data = {
        "organisationIds": {"liID": "acme", "salesNavID": "7"},
        "profile": {"name": "Acme", "employeeCount": 0, "website": "", "followerCount": "12", "new": 1},
        "liOrganisation": {"name": "Acme Ltd", "liEmployeeCount": "9", "website": "https://acme.example", "old": 2},
        "links": {"salesNavURL": "https://www.linkedin.com/sales/company/7"},
        "error": "Some parts could not be refreshed.",
        "hint": 3,
    }
    found = organisation(Decoder(), data)
    assert found == Organisation(
        name="Acme",
        employee_count=0,
        followers=12,
        website="https://acme.example",
        ids=OrganisationIds(li_id="acme", sales_nav_id="7"),
        links=IdLinks(sales_nav_url="https://www.linkedin.com/sales/company/7"),
        remark="Some parts could not be refreshed.",
        extra={"new": 1, "old": 2, "hint": 3},
    )
    assert found.raw is data


@pytest.mark.parametrize(
    ("data", "wanted"),
    [
        ({"profile": {"name": "a"}}, Organisation(name="a")),
        ({"liOrganisation": {"name": "a"}}, Organisation(name="a")),
        ({"LI_ORGANISATION": {"name": "a"}, "Profile": None}, Organisation(name="a")),
        ({"liOrganisation": {}, "profile": {}, "name": "a"}, Organisation(name="a")),
        ({"name": "a", "entityUrn": "u", "id": 7}, Organisation(name="a", urn="u", id="7")),
    ],
    ids=str,
)
def test_organisation_in_one_part(data: Any, wanted: Organisation) -> None:
    assert expected(organisation, data) == wanted


def test_a_part_that_is_no_object_is_kept() -> None:
    found = organisation(Decoder(), {"profile": "gone", "liOrganisation": {"name": "a"}})
    assert found == Organisation(name="a", extra={"profile": "gone"})


def test_organisations_of_a_website_nested_or_flat() -> None:
    nested = {"org": {"id": 7, "liID": "acme"}, "profile": {"name": "Acme"}}
    flat = {"name": "Acme", "liEmployeeCount": "9"}
    listing = expected(organisations, {"organisations": [nested, flat], "paging": {"total": 2}})
    assert listing.items == (
        Organisation(name="Acme", ids=OrganisationIds(id="7", li_id="acme")),
        Organisation(name="Acme", employee_count=9),
    )
    assert listing.items[0].raw is nested
    assert listing.total == 2


def test_job_posting_of_linkedin() -> None:
    name = "get_job_posting.code-2023.json"
    assert expected(job_posting, body(name)) == JobPosting(
        title="Senior Data Engineer",
        description="Build pipelines.\nOwn the platform.",
        location="London, England, United Kingdom",
        employment_status="Full-time",
        url="https://www.linkedin.com/jobs/view/3556453411/",
        id="3556453411",
        functions=("Engineering", "Information Technology"),
        industries=("Software Development",),
        company=JobCompany(
            name="Acme Corporation",
            universal_name="acme-corp",
            url="https://www.linkedin.com/company/acme-corp",
            description="Acme makes things.",
            staff_count=2500,
            headquarters=JobHeadquarters(country="GB", city="London", postal_code="EC1A 1AA"),
            specialities=("Software", "Cloud"),
            industries=("Software Development",),
        ),
    )


def test_text_of_a_job_posting_with_names_of_today_only() -> None:
    data = {"title": "Engineer", "description": {"text": "Build."}}
    assert expected(job_posting, data) == JobPosting(title="Engineer", description="Build.")


def test_flat_job_posting() -> None:
    data = {"id": 7, "description": "Build.", "employmentStatus": "Contract", "company": {"name": "Acme"}}
    wanted = JobPosting(id="7", description="Build.", employment_status="Contract", company=JobCompany(name="Acme"))
    assert expected(job_posting, data) == wanted


@pytest.mark.parametrize(
    "left",
    [
        {"companyDetails": {"com.example.Company": {"name": "Acme"}}},
        {"companyDetails": "Acme"},
        {"companyDetails": {"com.example.Company": {"companyResolutionResult": "Acme"}}},
        {"employmentStatusResolutionResult": "Full-time"},
        {"description": {"html": "<p>"}},
    ],
    ids=str,
)
def test_other_shapes_of_a_job_posting_are_kept(left: dict[str, Any]) -> None:
    posting = job_posting(Decoder(), {"jobPosting": {"title": "Engineer", **left}})
    assert posting == JobPosting(title="Engineer", extra=left)


def test_what_stands_beside_the_company_is_kept() -> None:
    details = {"a": 1, "b": {"companyResolutionResult": {"name": "Acme"}, "company": "urn:li:company:7"}}
    posting = job_posting(Decoder(), {"companyDetails": details})
    assert posting.company == JobCompany(name="Acme", extra={"company": "urn:li:company:7"})


def test_headings_give_way_to_what_they_head() -> None:
    data = {
        "data": {
            "elements": [
                {"id": "COMPANIES", "children": [{"id": "1"}, {"id": "x", "children": [{"id": "2"}]}]},
                {"id": "3", "children": []},
                {"id": "PEOPLE", "displayValue": "People", "children": []},  # a heading with nothing below it
                {"id": "4"},
            ],
            "paging": {"count": 100},
        }
    }
    listing = expected(sales_suggestions, data)
    assert [suggestion.id for suggestion in listing.items] == ["1", "2", "3", "4"]
    assert listing.count == 100


def test_headings_nested_too_deeply() -> None:
    item: dict[str, Any] = {"id": "leaf"}
    for _ in range(100_000):
        item = {"children": [item]}
    with pytest.raises(UnknownShapeError, match="nested too deeply"):
        sales_suggestions(Decoder(), {"elements": [item]})
    while item:
        item = item.get("children", [{}])[0]


def test_both_kinds_of_suggestions_have_the_same_names() -> None:
    sales = expected(sales_suggestions, {"data": {"elements": [{"id": "1", "displayValue": "Tea"}]}})
    recruiter = expected(recruiter_suggestions, {"results": [{"entity": "1", "text": "Tea"}]})
    assert sales.items == recruiter.items == (Suggestion(id="1", text="Tea"),)


DETAILS = WarmupDetails(active_days=2, daily_now=100, hourly_now=40, daily_target=500, hourly_target=100)


@pytest.mark.parametrize("generation", ["head", "later-available", "pr63-max", "pr63-target"])
def test_warm_up_has_five_numbers_whatever_their_names(generation: str) -> None:
    name = f"get_linkedin_account.{generation}.json"
    assert decode(name, body(name)).warmup == Warmup(status="warming", details=DETAILS)


def test_accounts_are_a_list_with_nothing_around_it() -> None:
    assert expected(linkedin_accounts, [{"viewerId": "robin"}]).items == (LinkedInAccount(viewer_id="robin"),)
    assert linkedin_accounts(Decoder(), {"accounts": [{"liId": "robin"}]}).items == (
        LinkedInAccount(viewer_id="robin"),
    )
    assert expected(linkedin_accounts, []).items == ()
