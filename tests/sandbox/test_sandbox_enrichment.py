"""One person, one job: what is known of them beyond a search."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from tests.sandbox.asking import PROFILE, VIEWER, fails, got

from lixasync.sandbox import Sandbox

IDS, EMPLOYMENT, JOB, HIRERS = (
    "/v1/person/ids",
    "/v1/person/employment",
    "/v1/enrich/job",
    "/v1/li/linkedin/jobs/hirers",
)
EMAIL = "/v1/contact/email/by-linkedin"


def slug(sandbox: Sandbox, number: int) -> str:
    return str(sandbox.person(number)["link"].rpartition("/")[2])


def test_a_person_by_email(sandbox: Sandbox, client: httpx.Client) -> None:
    assert got(client, "/v1/person", email=f"{slug(sandbox, 3)}@example.com") == sandbox.person(3)
    fails(client.get("/v1/person"), 400, "params_invalid", "profile_link is required")
    for email in ("nobody@example.com", f"{slug(sandbox, 3)}@elsewhere.example"):
        fails(client.get("/v1/person", params={"email": email}), 404, "not_found")
    fails(client.get("/v1/person", params={"email": "nobody"}), 400, "params_invalid", "email must be")


def test_leads_beyond_the_search_have_profiles(sandbox: Sandbox, client: httpx.Client) -> None:
    link = sandbox.person(1500)["link"]
    fails(client.get("/v1/person", params={"profile_link": link}), 404, "not_found")
    sandbox.reset(leads=1501)
    assert got(client, "/v1/person", profile_link=link) == sandbox.person(1500)


def test_employment_is_that_of_the_profile(sandbox: Sandbox, client: httpx.Client) -> None:
    number = next(number for number in range(99) if len(sandbox.person(number).get("experience") or []) > 3)
    jobs = sandbox.person(number)["experience"]
    found = got(client, EMPLOYMENT, profile_id=slug(sandbox, number))["experiences"]
    assert found == got(client, EMPLOYMENT, profile_link=sandbox.person(number)["link"])["experiences"]
    assert [item["title"] for item in found] == [job["title"] for job in jobs]
    for item, job in zip(found, jobs, strict=True):
        assert item.get("companyName") == (job.get("organisation") or {}).get("name")
        assert item.get("endDate") == ((job.get("timePeriod") or {}).get("endedOn") or None)
        assert all(item.values())
    fails(client.get(EMPLOYMENT), 400, "params_invalid", "exactly one of profile_link, profile_id")


def test_nobodys_employment_is_an_empty_list(sandbox: Sandbox, client: httpx.Client) -> None:
    number = next(number for number in range(99) if not sandbox.person(number).get("experience"))
    assert got(client, EMPLOYMENT, profile_id=slug(sandbox, number)) == {"experiences": []}


def test_top_voices(sandbox: Sandbox, client: httpx.Client) -> None:
    links = [sandbox.person(number)["link"] for number in range(8)]
    voices = [got(client, "/v1/person/extended", profile_link=link) for link in links]
    assert voices == [{"topVoice": number in (0, 7)} for number in range(8)]


def test_ids_of_a_person_lead_to_each_other(sandbox: Sandbox, client: httpx.Client) -> None:
    body = got(client, IDS, li_flagship_id=slug(sandbox, 4))
    ids = body["person_ids"]
    assert set(ids) == {"liID", "salesNavID", "lixID"}
    for params in ({"sales_nav_id": ids["salesNavID"]}, {"lix_id": ids["lixID"]}):
        assert got(client, IDS, **params) == body
    sandbox.reset(variant="bare")
    assert got(client, IDS, lix_id=ids["lixID"]) == ids
    sandbox.reset(variant="later")
    later = got(client, IDS, lix_id=ids["lixID"])
    assert later["personIds"] == {"liID": ids["liID"], "salesNavID": ids["salesNavID"], "uuid": ids["lixID"]}
    assert later["links"]["liProfileURL"] == sandbox.person(4)["link"]


def test_ids_of_connections_and_viewers(sandbox: Sandbox, client: httpx.Client) -> None:
    connection = sandbox.connection(9)
    ident = connection["entityUrn"].removeprefix("urn:li:fsd_profile:")
    assert got(client, IDS, sales_nav_id=ident)["person_ids"]["liID"] == connection["publicIdentifier"]
    own = got(client, IDS, li_flagship_id=VIEWER)
    assert got(client, IDS, lix_id=own["person_ids"]["lixID"]) == own
    assert got(client, IDS, li_flagship_id=own["person_ids"]["liID"]) == own
    fails(client.get(IDS, params={"sales_nav_id": "ACoAAunknown"}), 404, "not_found")
    fails(client.get(IDS, params={"lix_id": "1", "sales_nav_id": "2"}), 400, "params_invalid", "exactly one")


def test_a_job_that_was_found_can_be_asked_for(client: httpx.Client) -> None:
    url = "https://www.linkedin.com/jobs/search/?keywords=kelp"
    job = got(client, "/v1/li/linkedin/search/jobs", url=url)["jobPostings"][3]
    body = got(client, JOB, job_id=job["jobPostingId"], viewer_id=VIEWER)["jobPosting"]
    assert body["jobPostingId"] == int(job["jobPostingId"])
    assert body["jobPostingUrl"] == job["jobPostingUrl"]
    (company,) = body["companyDetails"].values()
    address = company["companyResolutionResult"]["url"]
    assert got(client, "/v1/organisations/by-linkedin", linkedin_url=address)


def test_who_hires(client: httpx.Client) -> None:
    found = [got(client, HIRERS, job_id=str(3_556_453_411 + 97 * number))["people"] for number in range(12)]
    assert {len(people) for people in found} == {0, 1, 2, 3}
    somebody = next(people[0] for people in found if people)
    assert got(client, "/v1/person", profile_link=somebody["link"])["name"] == somebody["name"]


@pytest.mark.parametrize(
    ("ident", "status", "kind"),
    [("", 400, "params_invalid"), ("x1", 400, "params_invalid"), ("1" * 20, 400, "params_invalid"),
     ("355645341", 404, "not_found"), ("0003556453", 404, "not_found")],
)  # fmt: skip
def test_other_jobs_are_not_found(client: httpx.Client, ident: str, status: int, kind: str) -> None:
    for path in (JOB, HIRERS):
        fails(client.get(path, params={"job_id": ident}), status, kind)


def statuses(client: httpx.Client, sandbox: Sandbox, number: int, times: int) -> list[Any]:
    return [got(client, EMAIL, url=sandbox.person(number)["link"])["status"] for _ in range(times)]


def test_a_probable_address_becomes_valid(sandbox: Sandbox, client: httpx.Client) -> None:
    assert statuses(client, sandbox, 2, 4) == ["PROBABLE"] * 4
    sandbox.reset(email_valid_after=2)
    assert statuses(client, sandbox, 2, 4) == ["PROBABLE", "PROBABLE", "VALID", "VALID"]
    assert statuses(client, sandbox, 7, 1) == ["PROBABLE"]
    assert sandbox.stats()["email_credits_left"] == 998
    assert statuses(client, sandbox, 4, 3) == ["UNKNOWN"] * 3
    sandbox.reset()
    assert statuses(client, sandbox, 2, 3) == ["PROBABLE", "PROBABLE", "VALID"]


def test_the_address_is_that_of_a_profile(client: httpx.Client) -> None:
    found = got(client, EMAIL, url=PROFILE)
    assert found["status"] == "VALID"
    assert got(client, "/v1/person", email=found["email"]) == got(client, "/v1/person", profile_link=PROFILE)
    fails(client.get(EMAIL, params={"url": "https://www.linkedin.com/company/x"}), 400, "params_invalid", "url must be")
