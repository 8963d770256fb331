"""What the endpoints that translate between ids answer."""

from __future__ import annotations

from typing import Any

from lixasync.sandbox import people
from lixasync.sandbox.replies import Reply, encode

from . import organisations
from .call import Call, Routes
from .profiles import by_id, lix_id, named, whose

_FORMS = ("sales_nav_id", "li_flagship_id", "lix_id")


def get_person_ids(call: Call) -> Reply:
    """GET /v1/person/ids."""
    name = named(call, *_FORMS)
    found = whose(call, call.require(name), name) if name == "li_flagship_id" else by_id(call, name)
    call.afford("org")
    who, ident = people.identity(call.settings.seed, *found), lix_id(*found)
    slug, sales = who["publicIdentifier"], who["liId"]
    body: dict[str, Any] = {"liID": slug, "salesNavID": sales}
    variant = call.variant("head", "later", "bare")
    if variant == "later":
        links = {
            "liProfileURL": who["link"],
            "salesNavURL": f"https://www.linkedin.com/sales/people/{sales},NAME",
            "recruiterURL": f"https://www.linkedin.com/talent/profile/{sales}",
        }
        body = {"personIds": body | {"uuid": ident}, "links": links}
    else:
        body |= {"lixID": ident}
        body = {"person_ids": body} if variant == "head" else body
    return Reply(status=200, body=encode(body), org_credits=1)


def get_organisation_ids(call: Call) -> Reply:
    """GET /v1/organisation/ids."""
    index = organisations.find(call, call.require(named(call, *_FORMS)))
    call.afford("org")
    body: dict[str, Any] = organisations.ids(call, index)
    variant = call.variant("head", "later", "bare")
    if variant == "later":
        body |= {"id": int(body["id"]), "liProfileIsDeleted": False}
    return Reply(status=200, body=encode(body if variant == "bare" else {"organisationIds": body}), org_credits=1)


ROUTES: Routes = {
    ("GET", "/v1/person/ids"): get_person_ids,
    ("GET", "/v1/organisation/ids"): get_organisation_ids,
}
