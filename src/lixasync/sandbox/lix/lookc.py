"""What LookC answers: in reality at a host of its own, here at the sandbox's, with a key and a limit of its own."""

from __future__ import annotations

import math
from typing import Any
from urllib.parse import urlencode

from lixasync.sandbox import people
from lixasync.sandbox.replies import RefusedError, Reply, digest, encode

from . import accounts, organisations, tokens
from .call import Call, Routes
from .memory import Pending
from .profiles import by_email, name_of, passer_by
from .vocabulary import REGIONS, TITLES

EMPLOYEES_PAGE = 25

_MOST_AT_ONCE = 100
_FREE_DOMAINS = ("freemail.example", "postbox.example")
_SEARCH = "/v1/search/person/by-email"
_REQUEST = "/v1/request"


def owns(path: str) -> bool:
    """Say whether a path, decoded, is one of LookC's."""
    return path in (_SEARCH, _REQUEST) or path.startswith("/org/")


def _person(call: Call, email: str) -> dict[str, Any]:
    """Find who has an email address, and which company its domain belongs to."""
    domain = email.rpartition("@")[2].casefold()
    hits: list[dict[str, Any]] = []
    try:
        who = people.identity(call.settings.seed, *by_email(call, email))
    except RefusedError as refused:
        if refused.status != 404:
            raise
    else:
        sales = f"https://linkedin.com/sales/{who['liId']},NAME,undefined"
        hits.append({"name": name_of(who), "liProfileUrl": who["publicIdentifier"], "salesNavUrl": sales})
    body: dict[str, Any] = {"hits": hits, "domainInfo": {"isFreeEmailDomain": domain in _FREE_DOMAINS}}
    for index in organisations.by_website(call, domain, "email")[:1]:
        links = organisations.links(call, index)
        body["org"] = {
            "name": accounts.company(call.settings.seed, index).name,
            "liProfileUrl": links["liProfileURL"], "salesNavUrl": links["salesNavURL"],
        }  # fmt: skip
    return body


def find_person_by_email(call: Call) -> Reply:
    """GET /v1/search/person/by-email; answers at once, or with the id of a request that takes its time."""
    data = _person(call, call.require("email"))
    call.afford("org")
    polls = call.settings.lookc_pending
    if polls == 0:
        return Reply(status=200, body=encode(data), org_credits=1)
    ident = f"req_{digest(call.settings.seed, 'request', call.n)[:24]}"
    call.memory.pending[ident] = Pending(polls=polls, data=data)
    return Reply(status=200, body=encode({"request_id": ident, "status": "pending"}), org_credits=1)


def get_async_request(call: Call) -> Reply:
    """GET /v1/request; costs nothing."""
    found = call.memory.pending.get(call.require("request_id"))
    if found is None:
        raise RefusedError(404, "not_found", "request not found")
    if found.polls:
        found.polls -= 1
        return Reply(status=200, body=encode({"status": "pending"}))
    return Reply(status=200, body=encode({"status": "complete", "data": found.data}))


def _employee(call: Call, company: int, number: int) -> dict[str, Any]:
    """Describe somebody who works for a company, or, every sixth of them, no longer does."""
    firm = accounts.company(call.settings.seed, company)
    who = passer_by(call, company, number)
    years, months = divmod(7 + number * 5 % 90, 12)
    ended = number % 6 == 5
    body: dict[str, Any] = {
        "personId": f"per_{digest(who['liId'])[:12]}",
        "name": name_of(who),
        "title": TITLES[number % len(TITLES)].text,
        "dateStarted": f"{2021 - years}-{1 + months:02}-01",
        "dateEnded": "2024-01-31" if ended else None,
        "location": REGIONS[firm.home].text,
        "image": None,
        "links": {"linkedin": who["link"], "salesNav": None},
        "currentOrg": None if ended else {"orgId": organisations.unique(call, company), "name": firm.name},
        "tenureAtOrg": {"years": years, "months": months} if years else {"months": months},
        "tenureInRole": {"years": math.ceil(years / 2)},
    }
    if number % 9 == 4:
        del body["title"]
    return body


def list_organisation_employees(call: Call) -> Reply:
    """GET /org/{org_id}/employees; the cursor stands in the address of the next page."""
    size = min(call.number("page_size", EMPLOYEES_PAGE, 1), _MOST_AT_ONCE)
    company = organisations.find(call, call.path_params["org_id"])
    scope = ("employees", company)
    asked = tokens.read(call, "after", *scope) or 0
    call.afford("org")
    first, _ = call.rows(asked, size)
    total = call.settings.employees
    links: dict[str, str] = {}
    token = tokens.after(call, asked, size, total, scope)
    if token is not None:
        query = urlencode({"after": token, "page_size": size})
        links["next"] = f"/org/{organisations.unique(call, company)}/employees?{query}"
    rows = range(total)[first : first + size]
    body = {"employees": [_employee(call, company, number) for number in rows], "paging": {"_links": links}}
    return Reply(status=200, body=encode(body), org_credits=1, page=True)


ROUTES: Routes = {
    ("GET", _SEARCH): find_person_by_email,
    ("GET", _REQUEST): get_async_request,
    ("GET", "/org/{org_id}/employees"): list_organisation_employees,
}
