"""The names of methods as they are written on the command line."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from typing import TYPE_CHECKING, Any

from lixasync.errors import InvalidArgumentError

if TYPE_CHECKING:
    from lixasync import LinkedInClient, LixClient
    from lixasync.bulk.methods import Method

PERSON = "enrichment.person"
_LINKEDIN = "linkedin."

SHORT: Mapping[str, str] = {
    "person": PERSON,
    "employment": "enrichment.employment",
    "extended": "enrichment.extended",
    "organisation": "enrichment.organisation",
    "website": "enrichment.organisations_by_website",
    "job": "enrichment.job",
    "hirers": "enrichment.hirers",
    "post": "enrichment.post",
    "email": "contact.email",
    "by-email": "lookc.person_by_email",
    "ids": "ids.person",
    "organisation-ids": "ids.organisation",
    "search": "search.people",
    "leads": "sales.leads",
    "accounts": "sales.accounts",
    "candidates": "recruiter.candidates",
    "followers": "enrichment.followers",
    "employees": "lookc.employees",
    "linkedin.search": "linkedin.search.people",
}
"""Short names of methods; any other goes by the name it has in Python."""


def answering(name: str) -> Method:
    """Return a method that answers once, by its name.

    Raises:
        InvalidArgumentError: there is none of that name that a job can call.
    """
    found = _named(name)
    if found.many:
        raise InvalidArgumentError(f"{found.key} has pages.", hint=f"Use `lixasync fetch {found.key}`.")
    return found


def paging(name: str) -> Method:
    """Return a method that has pages, by its name.

    Raises:
        InvalidArgumentError: there is none of that name that a job can call.
    """
    found = _named(name)
    if not found.many:
        raise InvalidArgumentError(f"{found.key} has no pages.", hint=f"Use `lixasync enrich --with {found.key}`.")
    return found


def _named(name: str) -> Method:
    from lixasync.bulk.methods import method

    name = name.strip()
    return method(SHORT.get(name, name.replace("-", "_")))


def own_method(client: LixClient | LinkedInClient, key: str) -> Any:
    """Return a client's method by its key, with the client's viewer."""
    return reduce(getattr, key.removeprefix(_LINKEDIN).split("."), client)
