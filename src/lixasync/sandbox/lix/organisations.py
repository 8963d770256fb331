"""The companies of the sandbox one by one: what means one of them, and how answers describe it.

They are those that the searches for companies find.
"""

from __future__ import annotations

import re
import uuid
from typing import Any

from lixasync.sandbox import people
from lixasync.sandbox.replies import RefusedError, digest

from . import accounts
from .call import Call
from .vocabulary import COMPANIES, REGIONS

UNREADABLE = len(COMPANIES) - 1
"""Which company's page cannot be read: asking for it gives a body that holds an error, under status 200."""

_FIRST_UNKNOWN, _STEP = 10_000, 7  # the numbers of companies behind `COMPANIES`
_NUMBERS = {firm.id: index for index, firm in enumerate(COMPANIES)}
_SLUG = re.compile(r"(?:^|/company/)([^/?#]+)/?(?:[?#].*)?$")
_SALES = re.compile(r"(?:^|/sales/(?:company|accounts?)/|[?&]companyId=)([0-9]{1,19})(?=$|[/?&#,])")
_HOST = re.compile(r"(?:https?://)?(?:www\.)?([^/?#:@\s]+\.[^/?#:@\s]+)(?:[/?#]\S*)?", re.IGNORECASE)
_ENDING = re.compile(r"(?:^|-)([1-9][0-9]{0,9})$")
_UNIQUE = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){2}8([0-9a-f]{3})-([0-9a-f]{12})")
_SITES = ".example.com"


def slug(call: Call, index: int) -> str:
    """Say what stands in the address of a company; companies of one name differ by their number."""
    return str(accounts.account(call.settings.seed, index)["link"]).rpartition("/")[2]


def unique(call: Call, index: int) -> str:
    """Make the UUID by which Lix and LookC know a company; its second half is the company's number."""
    number = accounts.company(call.settings.seed, index).id
    return str(uuid.UUID(hex=digest(call.settings.seed, "company", number)[:16] + f"8{number:015x}"))


def find(call: Call, ident: str) -> int:
    """Find the company of a number, public name or UUID.

    Returns:
        Its index.

    Raises:
        RefusedError: There is none.
    """
    ending, hidden = _ENDING.search(ident), _UNIQUE.fullmatch(ident)
    numbers = [int(ending[1])] if ending else []
    if hidden is not None:
        numbers.append(int(hidden[1] + hidden[2], 16))
    for number in numbers:
        index = _index(call, number)
        if index is not None and ident in (str(number), slug(call, index), unique(call, index)):
            return index
    raise RefusedError(404, "not_found", "organisation not found")


def _index(call: Call, number: int) -> int | None:
    if number in _NUMBERS:
        return _NUMBERS[number]
    index, rest = divmod(number - _FIRST_UNKNOWN, _STEP)
    return index if rest == 0 and len(COMPANIES) <= index < call.settings.search_results else None


def by_link(call: Call, name: str) -> int:
    """Find the company that an address at LinkedIn or in Sales Navigator means.

    Args:
        call: The request.
        name: The parameter that holds the address.

    Returns:
        Its index.

    Raises:
        RefusedError: It is no such address, or no company has it.
    """
    link = call.require(name)
    match = _SALES.search(link) or _SLUG.search(link)
    if match is None:
        raise RefusedError(400, "params_invalid", f"{name} must be the address of an organisation")
    return find(call, match[1])


def by_website(call: Call, website: str, name: str) -> list[int]:
    """List the companies of a website.

    Args:
        call: The request.
        website: Its address, or the domain alone: that of one company, or the one that companies of a name share.
        name: The parameter that held it.

    Raises:
        RefusedError: It is neither.
    """
    match = _HOST.fullmatch(website.strip())
    if match is None:
        raise RefusedError(400, "params_invalid", f"{name} must be a website or a domain")
    host, dot, _ = match[1].casefold().partition(_SITES)
    if not dot:
        return []
    shared = [index for index in range(len(COMPANIES)) if slug(call, index).rpartition("-")[0] == host]
    if shared:
        return shared
    try:
        return [find(call, host)]
    except RefusedError:
        return []


def ids(call: Call, index: int) -> dict[str, Any]:
    """Describe a company by its ids."""
    firm = accounts.company(call.settings.seed, index)
    number = str(firm.id)
    return {
        "id": number,
        "name": firm.name,
        "liID": slug(call, index),
        "salesNavID": number,
        "uuid": unique(call, index),
    }


def links(call: Call, index: int) -> dict[str, str]:
    """Say where a company's pages are."""
    return {
        "liProfileURL": f"https://www.linkedin.com/company/{slug(call, index)}",
        "salesNavURL": f"https://www.linkedin.com/sales/company/{accounts.company(call.settings.seed, index).id}",
    }


def flat(call: Call, index: int) -> dict[str, Any]:
    """Describe a company in the older form, in which numbers are text."""
    item = accounts.account(call.settings.seed, index)
    return item | {
        "numberOfInvestmentRounds": str(index % 5),
        "followers": str(call.settings.followers),
        "crunchbaseId": slug(call, index),
    }


def profile(call: Call, index: int) -> dict[str, Any]:
    """Describe a company in the newer form."""
    older = flat(call, index)
    place = REGIONS[accounts.company(call.settings.seed, index).home].text
    return {
        "name": older["name"],
        "industry": older["industry"],
        "size": older["size"],
        "logoUrl": people.picture(call.settings.seed, slug(call, index)),
        "hqCountry": place.rpartition(", ")[2],
        "foundedYear": 1950 + index % 70,
        "website": older["website"],
        "description": older["description"],
        "orgType": older["companyType"],
        "employeeCount": int(older["liEmployeeCount"]),
        "specialities": older["specialities"],
        "followerCount": call.settings.followers,
        "jobOpeningsCount": index % 23,
        "headquartersAddress": place,
        "salesNavUrl": links(call, index)["salesNavURL"],
        "linkedinUrl": links(call, index)["liProfileURL"],
    }
