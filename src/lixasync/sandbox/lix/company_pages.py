"""What the endpoints about one company answer."""

from __future__ import annotations

from typing import Any

from lixasync.sandbox import people, words
from lixasync.sandbox.replies import Reply, digest, encode

from . import organisations
from .call import Call, Routes
from .profiles import headline, named, passer_by

_AT_MOST = 5


def get_organisation(call: Call) -> Reply:
    """GET /v1/organisations/by-linkedin; for one company the body holds an error, under status 200."""
    name = named(call, "linkedin_url", "sales_nav_url")
    call.viewer(call.query.get("viewer_id"), required=False)
    index = organisations.by_link(call, name)
    call.afford("org")
    if index == organisations.UNREADABLE:
        return Reply(status=200, body=encode({"error": "the organisation's page could not be read"}))
    body: dict[str, Any] = {"liOrganisation": organisations.flat(call, index)}
    variant = call.variant("head", "later", "bare")
    if variant == "later":
        known = organisations.ids(call, index)
        body["organisationIds"] = known | {"id": int(known["id"]), "liProfileIsDeleted": False}
        body["profile"] = organisations.profile(call, index)
        body["links"] = organisations.links(call, index)
    elif variant == "bare":
        body = {"profile": organisations.profile(call, index)}
    return Reply(status=200, body=encode(body), org_credits=1)


def _by_website(call: Call, website: str, name: str) -> Reply:
    """List the companies of a website; none is an answer like any other."""
    found = organisations.by_website(call, website, name)[:_AT_MOST]
    call.afford("org")
    body: dict[str, Any]
    if call.variant("head", "later") == "later":
        body = {"organisations": [organisations.flat(call, index) for index in found]}
    else:
        body = {
            "organisations": [
                {"org": organisations.ids(call, index), "profile": organisations.profile(call, index)}
                for index in found
            ],
            "paging": {"total": len(found), "count": len(found), "start": 0},
        }
    return Reply(status=200, body=encode(body), org_credits=1)


def list_organisations_by_website(call: Call) -> Reply:
    """GET /v1/organisations/by-website."""
    return _by_website(call, call.require("website"), "website")


def list_organisations_by_domain(call: Call) -> Reply:
    """GET /v1/organisations/by-domain/{domain}."""
    return _by_website(call, call.path_params["domain"], "domain")


def list_company_followers(call: Call) -> Reply:
    """GET /v1/organisations/followers."""
    settings = call.settings
    start = call.number("start", 0, 0)
    count = min(call.number("count", 100, 1), settings.max_page)
    call.require("profile_link")
    call.viewer(call.query.get("viewer_id"), required=True)
    company = organisations.by_link(call, "profile_link")
    call.afford()
    first, claimed = call.rows(start, count)
    numbers = range(settings.followers)[first : first + count]
    body = {
        "followers": [_follower(call, company, number) for number in numbers],
        "paging": {"total": settings.followers, "count": len(numbers), "start": claimed},
    }
    return Reply(status=200, body=encode(body), credits=1, page=True)


def _follower(call: Call, company: int, number: int) -> dict[str, Any]:
    who = passer_by(call, company, number)
    return {
        "publicIdentifier": who["publicIdentifier"],
        "firstName": who["firstName"],
        "lastName": who["lastName"],
        "profilePictureUrl": people.picture(call.settings.seed, who["publicIdentifier"]),
        "entityUrn": f"urn:li:fsd_profile:{who['liId']}",
        "headline": headline(call, who),
        "followedAt": f"{words.MONTHS[-number % 12]} {2024 - number // 12 % 12}",
        "memberDistance": f"DISTANCE_{1 + int(digest(who['liId'])[:2], 16) % 3}",
    }


ROUTES: Routes = {
    ("GET", "/v1/organisations/by-linkedin"): get_organisation,
    ("GET", "/v1/organisations/by-website"): list_organisations_by_website,
    ("GET", "/v1/organisations/by-domain/{domain}"): list_organisations_by_domain,
    ("GET", "/v1/organisations/followers"): list_company_followers,
}
