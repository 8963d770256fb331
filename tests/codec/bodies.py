"""The saved bodies, how each is decoded, and ways to change a body without changing what it says."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lixasync.codec import Decoder, Listing, parse
from lixasync.codec.accounts import linkedin_accounts
from lixasync.codec.envelope import OLD_ENVELOPES
from lixasync.codec.identifiers import organisation_ids, person_ids
from lixasync.codec.jobs import job_posting
from lixasync.codec.lookc import async_status, employees, person_by_email, webhook
from lixasync.codec.organisations import organisation, organisations
from lixasync.codec.posts import person_comments, person_reactions, post_comments, post_reactions, posts
from lixasync.codec.suggestions import recruiter_suggestions, sales_suggestions
from lixasync.codec.threads import conversations, message, messages, sales_thread, sales_threads
from lixasync.models import (
    AttachedAccount,
    Balances,
    Connection,
    ConnectionRequestAllowance,
    DailyAllowance,
    EmailAnswer,
    Employment,
    Follower,
    Invitation,
    JobPosting,
    LinkedInAccount,
    Model,
    Organisation,
    Person,
    PersonExtended,
)

FIXTURES = Path(__file__).parents[1] / "fixtures" / "lix"
FACTS: list[dict[str, Any]] = [
    json.loads(line) for line in (FIXTURES / "FACTS.jsonl").read_text(encoding="utf-8").splitlines()
]

Decode = Callable[[Decoder, Any], Any]


def one(cls: type[Model]) -> Decode:
    return lambda decoder, data: decoder.model(data, cls)


def page(cls: type[Model], items_key: str, *alternatives: str, **options: Any) -> Decode:
    return lambda decoder, data: decoder.listing(data, cls, items_key=items_key, alternatives=alternatives, **options)


DECODE: dict[str, Decode] = {
    "find_email_by_linkedin": one(EmailAnswer),
    "find_person_by_email": person_by_email,
    "get_async_request": lambda decoder, data: person_by_email(decoder, async_status(data).data),
    "get_balances": one(Balances),
    "get_connection_request_allowance": one(ConnectionRequestAllowance),
    "get_daily_allowance": one(DailyAllowance),
    "get_job_posting": job_posting,
    "get_linkedin_account": one(LinkedInAccount),
    "get_organisation": organisation,
    "get_organisation_ids": organisation_ids,
    "get_person": one(Person),
    "get_person_employment": one(Employment),
    "get_person_extended": one(PersonExtended),
    "get_person_ids": person_ids,
    "get_sales_account_list": page(Organisation, "organisations", "people"),
    "get_sales_lead_list": page(Person, "people"),
    "get_sales_message_thread": sales_thread,
    "list_company_followers": page(Follower, "followers"),
    "list_connections": page(Connection, "elements", envelopes=("connections_response", *OLD_ENVELOPES)),
    "list_conversations": conversations,
    "list_job_hirers": page(Person, "people"),
    "list_linkedin_accounts": linkedin_accounts,
    "list_messages": messages,
    "list_organisation_employees": employees,
    "list_organisations_by_website": organisations,
    "list_person_comments": person_comments,
    "list_person_posts": posts,
    "list_person_reactions": person_reactions,
    "list_post_comments": post_comments,
    "list_post_reactions": post_reactions,
    "list_sales_message_threads": sales_threads,
    "put_linkedin_account": one(AttachedAccount),
    "search_jobs": page(JobPosting, "jobPostings", "people"),
    "search_organisations": page(Organisation, "orgs", "posts"),
    "search_people": page(Person, "people"),
    "search_posts": posts,
    "search_recruiter_candidates": page(Person, "people"),
    "search_sales_accounts": page(Organisation, "organisations", "people"),
    "search_sales_leads": page(Person, "people"),
    "search_sales_leads_by_filters": page(Person, "people"),
    "send_connection_request": one(Invitation),
    "send_message": message,
    "send_sales_message": sales_thread,
    "suggest_recruiter_facets": recruiter_suggestions,
    "suggest_sales_facets": sales_suggestions,
    "webhook_person_by_email": lambda decoder, data: webhook(decoder, data).person_by_email,
}
"""How the body of each operation is read."""


def body(name: str) -> Any:
    return parse((FIXTURES / name).read_bytes())


def operation(name: str) -> str:
    return name.partition(".")[0]


def decode(name: str, data: Any, decoder: Decoder | None = None) -> Any:
    return DECODE[operation(name)](decoder or Decoder(), data)


def refuses(name: str) -> bool:
    return name.startswith("error.") or ".error-" in name


FILES = sorted(path.name for path in FIXTURES.glob("*.json"))
NAMES = [name for name in FILES if not refuses(name)]
PAGES = [name for name in NAMES if isinstance(decode(name, body(name)), Listing)]
OBJECTS = [name for name in NAMES if name not in PAGES]


def expected(function: Decode, data: Any) -> Any:
    """Decode a body that holds nothing unexpected."""
    decoder = Decoder()
    decoded = function(decoder, data)
    assert not decoder.drift.report(), str(decoder.drift.report())
    return decoded


def rewrite(data: Any, *, key: Callable[[str], str] = str, leaf: Callable[[Any], Any] = lambda value: value) -> Any:
    """Return a copy with every key and every value that is neither list nor object passed through a function."""
    if isinstance(data, dict):
        return {key(name): rewrite(value, key=key, leaf=leaf) for name, value in data.items()}
    if isinstance(data, list):
        return [rewrite(value, key=key, leaf=leaf) for value in data]
    return leaf(data)


def quoted(value: Any) -> Any:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)


def camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def without_extra(plain: Any) -> Any:
    """Return the output of to_dict without anything unknown, and without what held nothing else."""
    if isinstance(plain, dict):
        rest = {name: without_extra(value) for name, value in plain.items() if name != "extra"}
        return {name: value for name, value in rest.items() if value != {}}
    return [without_extra(value) for value in plain] if isinstance(plain, list) else plain
