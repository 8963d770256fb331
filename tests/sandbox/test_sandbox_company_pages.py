"""Companies: their pages, their ids, their websites, their followers."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from tests.sandbox.asking import COMPANY, VIEWER, fails, got

from lixasync.sandbox import Sandbox
from lixasync.sandbox.lix.vocabulary import COMPANIES

BY_LINKEDIN, BY_WEBSITE = "/v1/organisations/by-linkedin", "/v1/organisations/by-website"
IDS, FOLLOWERS = "/v1/organisation/ids", "/v1/organisations/followers"
SEARCH = "/v1/li/linkedin/search/orgs"


def found(client: httpx.Client) -> list[dict[str, Any]]:
    """The companies that searches find."""
    pages = [f"https://www.linkedin.com/search/results/companies/?page={page}" for page in range(1, 6)]
    return [item for url in pages for item in got(client, SEARCH, url=url, viewer_id=VIEWER)["orgs"]]


def test_every_company_that_searches_find_has_a_page(client: httpx.Client) -> None:
    for item in found(client):
        body = got(client, BY_LINKEDIN, linkedin_url=item["link"])
        if "error" in body:
            assert COMPANIES[-1].name == item["name"]
            continue
        assert body["liOrganisation"].items() >= {**item, "followers": "250"}.items()
        assert got(client, BY_LINKEDIN, sales_nav_url=item["salesNavLink"]) == body


@pytest.mark.parametrize(
    "url",
    [
        f"{COMPANY}/",
        f"{COMPANY}/about?x=1",
        "acme-corporation-1007",
        "https://www.linkedin.com/company/1007",
        "https://www.linkedin.com/sales/company/1007",
        "https://www.linkedin.com/sales/account/1007,x",
        "https://www.linkedin.com/sales/accounts/insights?companyId=1007&trk=x",
    ],
)
def test_addresses_of_a_company(client: httpx.Client, url: str) -> None:
    usual = got(client, BY_LINKEDIN, linkedin_url=COMPANY)
    if "about" in url:
        fails(client.get(BY_LINKEDIN, params={"linkedin_url": url}), 400, "params_invalid", "must be the address")
    else:
        assert got(client, BY_LINKEDIN, linkedin_url=url) == usual


@pytest.mark.parametrize(
    ("params", "status", "kind"),
    [
        ({}, 400, "params_invalid"),
        ({"linkedin_url": COMPANY, "sales_nav_url": COMPANY}, 400, "params_invalid"),
        ({"linkedin_url": "https://www.linkedin.com/in/somebody"}, 400, "params_invalid"),
        ({"linkedin_url": "https://www.linkedin.com/company/other-1007"}, 404, "not_found"),
        ({"linkedin_url": "https://www.linkedin.com/company/no-number"}, 404, "not_found"),
        ({"linkedin_url": "https://www.linkedin.com/company/10001"}, 404, "not_found"),
        ({"linkedin_url": "https://www.linkedin.com/company/17000"}, 404, "not_found"),
        ({"linkedin_url": "https://www.linkedin.com/company/10302"}, 404, "not_found"),
    ],
)
def test_other_companies_are_not_found(client: httpx.Client, params: dict[str, str], status: int, kind: str) -> None:
    fails(client.get(BY_LINKEDIN, params=params), status, kind)


def test_a_page_that_cannot_be_read_costs_nothing(sandbox: Sandbox, client: httpx.Client) -> None:
    url = f"https://www.linkedin.com/company/{COMPANIES[-1].id}"
    assert set(got(client, BY_LINKEDIN, linkedin_url=url)) == {"error"}
    assert sandbox.stats()["org_credits_left"] == 1000


def test_shapes_of_a_page(sandbox: Sandbox, client: httpx.Client) -> None:
    older = got(client, BY_LINKEDIN, linkedin_url=COMPANY)
    sandbox.reset(variant="later")
    body = got(client, BY_LINKEDIN, linkedin_url=COMPANY)
    assert set(body) == {"liOrganisation", "organisationIds", "profile", "links"}
    assert body["liOrganisation"] == older["liOrganisation"]
    assert (body["organisationIds"]["id"], body["links"]["liProfileURL"]) == (1007, COMPANY)
    assert body["profile"]["employeeCount"] == int(body["liOrganisation"]["liEmployeeCount"])
    sandbox.reset(variant="bare")
    assert got(client, BY_LINKEDIN, linkedin_url=COMPANY) == {"profile": body["profile"]}


def test_ids_lead_to_each_other(sandbox: Sandbox, client: httpx.Client) -> None:
    body = got(client, IDS, li_flagship_id="acme-corporation-1007")["organisationIds"]
    assert (body["id"], body["name"], body["salesNavID"]) == ("1007", "Acme Corporation", "1007")
    for params in ({"sales_nav_id": "1007"}, {"lix_id": body["uuid"]}):
        assert got(client, IDS, **params) == {"organisationIds": body}
    far = found(client)[45]["link"].rpartition("/")[2]
    ident = got(client, IDS, li_flagship_id=far)["organisationIds"]["uuid"]
    assert got(client, IDS, lix_id=ident)["organisationIds"]["liID"] == far
    sandbox.reset(variant="bare")
    assert got(client, IDS, sales_nav_id="1007") == body
    sandbox.reset(variant="later")
    assert got(client, IDS, sales_nav_id="1007")["organisationIds"]["id"] == 1007
    fails(client.get(IDS, params={"lix_id": "1007-"}), 404, "not_found")
    fails(client.get(IDS), 400, "params_invalid", "exactly one of sales_nav_id, li_flagship_id, lix_id")


@pytest.mark.parametrize(
    ("website", "idents"),
    [
        ("https://www.acme-corporation-1007.example.com/about?x=1", ["1007"]),
        ("ACME-corporation-1007.example.com", ["1007"]),
        ("acme-corporation.example.com", ["1007"]),
        ("halcyon-partners.example.com", ["1249", "1259"]),
        ("https://elsewhere.example", []),
        ("other-1007.example.com", []),
    ],
)
def test_companies_of_a_website(sandbox: Sandbox, client: httpx.Client, website: str, idents: list[str]) -> None:
    body = got(client, BY_WEBSITE, website=website)
    assert [item["org"]["id"] for item in body["organisations"]] == idents
    assert body["paging"] == {"total": len(idents), "count": len(idents), "start": 0}
    if "/" not in website:
        assert got(client, f"/v1/organisations/by-domain/{website}") == body
    sandbox.reset(variant="later")
    later = got(client, BY_WEBSITE, website=website)
    assert set(later) == {"organisations"}
    assert [item["name"] for item in later["organisations"]] == [
        item["profile"]["name"] for item in body["organisations"]
    ]


@pytest.mark.parametrize("website", ["", "nothing", "two words.example", "http://"])
def test_a_website_must_be_one(client: httpx.Client, website: str) -> None:
    fails(client.get(BY_WEBSITE, params={"website": website}), 400, "params_invalid", "website")


def test_followers(client: httpx.Client) -> None:
    pages = [
        got(client, FOLLOWERS, profile_link=COMPANY, viewer_id=VIEWER, start=start) for start in (0, 100, 200, 300)
    ]
    assert [len(page["followers"]) for page in pages] == [100, 100, 50, 0]
    assert pages[2]["paging"] == {"total": 250, "count": 50, "start": 200}
    everybody = [item["publicIdentifier"] for page in pages for item in page["followers"]]
    assert len(set(everybody)) == 250
    assert set(pages[0]["followers"][0]) == {
        "publicIdentifier", "firstName", "lastName", "profilePictureUrl", "entityUrn", "headline", "followedAt",
        "memberDistance",
    }  # fmt: skip
    few = got(client, FOLLOWERS, profile_link=COMPANY, viewer_id=VIEWER, start=248, count=7)
    assert few["paging"] == {"total": 250, "count": 2, "start": 248}
    fails(client.get(FOLLOWERS, params={"profile_link": COMPANY}), 407, "viewer_invalid", "viewer_id is required")
    fails(client.get(FOLLOWERS, params={"viewer_id": VIEWER}), 400, "params_invalid", "profile_link is required")
