"""What each endpoint answers, given that authentication and the rate limit have passed."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import math
import random
import re
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl

from . import people
from .faults import SHIFT, WEEKLY_MESSAGE
from .ledger import Ledger
from .replies import RefusedError, Reply, digest, encode, page_bytes
from .settings import Settings

SALES_PAGE_SIZE = 25

_PAGE = re.compile(r"[?&#]page=([^&#]*)")
_ISSUED = "sbx-"
_SENT_MS = 1_784_478_668_446
_ADDRESSED = re.compile(r"https?://[^\s/]+(?:[/?#]\S*)?", re.IGNORECASE)


@dataclasses.dataclass(slots=True, kw_only=True)
class Call:
    """One request on its way through an endpoint.

    Attributes:
        settings: The run's settings.
        ledger: The run's account.
        n: The arrival's number, the seed of what differs between answers.
        page_number: How many pages were answered before, for the variant "mixed".
        query: The parameters of the address.
        body: The request's body.
        fault: The fault of pages to apply, if any.
        struck: Whether that fault had an effect.
    """

    settings: Settings
    ledger: Ledger
    n: int
    page_number: int
    query: Mapping[str, str]
    body: bytes = b""
    fault: str | None = None
    struck: bool = False

    def require(self, name: str) -> str:
        """Read a parameter that must be there."""
        value = self.query.get(name, "").strip()
        if not value:
            raise RefusedError(400, "params_invalid", f"{name} is required")
        return value

    def number(self, name: str, default: int, least: int) -> int:
        """Read a whole number."""
        text = self.query.get(name, "").strip()
        if not text:
            return default
        if not (text.isascii() and text.isdigit() and len(text) <= 9 and int(text) >= least):
            raise RefusedError(400, "params_invalid", f"{name} must be a whole number of at least {least}")
        return int(text)

    def flag(self, name: str, default: bool) -> bool:  # noqa: FBT001 - the default of a flag is a flag
        """Read a truth value."""
        text = self.query.get(name, "").strip().lower()
        if text not in ("", "true", "false", "1", "0"):
            raise RefusedError(400, "params_invalid", f"{name} must be true or false")
        return default if not text else text in ("true", "1")

    def form(self) -> dict[str, str]:
        """Read a form body."""
        try:
            return dict(parse_qsl(self.body.decode(), keep_blank_values=True, strict_parsing=bool(self.body)))
        except ValueError:
            raise RefusedError(400, "params_invalid", "the body is not a form") from None

    def json(self) -> dict[str, Any]:
        """Read a JSON body, which must be an object."""
        try:
            value = json.loads(self.body)
        except (ValueError, RecursionError):
            raise RefusedError(400, "params_invalid", "the body is not JSON") from None
        if not isinstance(value, dict):
            raise RefusedError(400, "params_invalid", "the body must be a JSON object")
        return value

    def viewer(self, viewer: object, *, required: bool) -> str | None:
        """Check a viewer id; an absent one passes unless it is required."""
        if viewer in (None, "") and not required:
            return None
        if not isinstance(viewer, str) or viewer not in self.settings.viewer_ids:
            message = "viewer_id is required" if viewer in (None, "") else "viewer_id is not connected"
            raise RefusedError(407, "viewer_invalid", message)
        return viewer

    def afford(self) -> None:
        """Check that the daily allowance and the credits last for one more answer."""
        if self.ledger.allowance_left() < 1:
            raise RefusedError(429, "daily_limit", "daily limit reached")
        if self.ledger.credits_left() < 1:
            raise RefusedError(402, "over_quota", "not enough credits")

    def now(self) -> float:
        """Tell the wall clock's unix seconds."""
        return time.time() if self.settings.now is None else self.settings.now

    def variant(self, *known: str) -> str:
        """Choose the shape of this answer from those the endpoint has, the first being the usual one."""
        if self.settings.variant == "mixed":
            return known[self.page_number % len(known)]
        return self.settings.variant if self.settings.variant in known else known[0]


def _rows(call: Call, asked: int, size: int) -> tuple[int, int]:
    """Move a page as the faults "repeat" and "shift" do; the first page stays where it is.

    Returns:
        The first row to answer, and the start to claim in `paging`: a repeated page is the whole page
        before, a shifted one claims to be what was asked for.
    """
    if call.fault is None or asked == 0:
        return asked, asked
    call.struck = True
    if call.fault == "repeat":
        return max(0, asked - size), max(0, asked - size)
    return max(0, asked - SHIFT), asked


def list_connections(call: Call) -> Reply:
    """GET /v1/connections."""
    settings = call.settings
    start = call.number("start", 0, 0)
    count = min(call.number("count", settings.default_page, 1), settings.max_page)
    pictures = call.flag("include_profile_pictures", default=True)
    call.viewer(call.query.get("viewer_id"), required=True)
    call.afford()
    first, start = _rows(call, start, count)
    rows = range(first, min(first + count, settings.connections))
    items = [people.connection_bytes(settings.seed, row, pictures) for row in rows]
    variant = call.variant("head", "later", "bare")
    paging = {"count": count}
    if variant == "later":
        paging = {"count": len(items), "start": start, "total": settings.connections}
    wrap = () if variant == "bare" else ("connections_response",)
    body = page_bytes("elements", items, paging=paging, wrap=wrap)
    return Reply(status=200, body=body, credits=1, page=True)


def _page_in_url(url: str) -> int:
    """Find the page number in a search address, in its query or after the '#'; the last one counts."""
    found = _PAGE.findall(url)
    if not found:
        return 1
    text = found[-1]
    if not (text.isascii() and text.isdigit() and len(text) <= 9 and int(text) >= 1):
        raise RefusedError(400, "params_invalid", "page must be a whole number of at least 1")
    return int(text)


def _sequence(call: Call, given: str) -> str:
    """Choose the sequence id to answer: an issued one stays, an invented one gets its own."""
    if given.startswith(_ISSUED):
        return given
    return _ISSUED + digest(call.settings.seed, "sequence", given or call.n)[:20]


def _search(call: Call, size: int, reach: int, total: int) -> Reply:
    """Answer one page of a search.

    A caller with a sequence id or a viewer id, or on its first page, sees the stable order. Any later
    page without them comes from an order of its own, as from a search made anew: people seen before
    come again and others never come.
    """
    settings = call.settings
    url = call.require("url")
    if not _ADDRESSED.fullmatch(url):
        raise RefusedError(400, "params_invalid", "url must be the address of a LinkedIn search")
    page = _page_in_url(url)
    viewer = call.viewer(call.query.get("viewer_id"), required=False)
    call.afford()
    sequence = call.query.get("sequence_id", "").strip()
    order: Sequence[int] = range(reach)
    if page > 1 and not sequence and viewer is None:
        order = random.Random(f"{settings.seed}:order:{call.n}").sample(order, reach)
    first, start = _rows(call, (page - 1) * size, size)
    items = [people.person_bytes(settings.seed, row) for row in order[first : first + size]]
    variant = call.variant("head", "response", "searchResponse")
    paging = {"count": size, "start": start, "total": total}
    wrap = () if variant == "head" else (variant,)
    meta = {"sequenceId": _sequence(call, sequence)}
    body = page_bytes("people", items, paging=paging, wrap=wrap, meta=meta)
    return Reply(status=200, body=body, credits=1, page=True)


def search_people(call: Call) -> Reply:
    """GET /v1/li/linkedin/search/people."""
    reach = min(call.settings.search_results, call.settings.search_cap)
    return _search(call, call.settings.search_page_size, reach, reach)


def search_sales_leads(call: Call) -> Reply:
    """GET /v1/li/sales/search/people."""
    total = call.settings.search_results
    return _search(call, SALES_PAGE_SIZE, min(total, call.settings.sales_cap), total)


def post_sales_leads(call: Call) -> Reply:
    """POST /v1/li/sales/search/people, for addresses too long for an address."""
    total = call.settings.search_results
    call.query = {**call.query, **call.form()}
    return _search(call, SALES_PAGE_SIZE, min(total, call.settings.sales_cap), total)


def _whose(call: Call, link: str) -> tuple[people.Kind, int]:
    """Find the person a profile address means."""
    slug = people.slug_of(link)
    if slug is None:
        raise RefusedError(400, "params_invalid", "profile_link must be the address of a profile")
    if slug in call.settings.viewer_ids:
        return "viewer", call.settings.viewer_ids.index(slug)
    found = people.resolve(call.settings.seed, slug)
    if found is not None:
        kind, index = found
        if index < (call.settings.search_results if kind == "person" else call.settings.connections):
            return found
    raise RefusedError(404, "not_found", "profile not found")


def get_person(call: Call) -> Reply:
    """GET /v1/person."""
    link = call.require("profile_link")
    call.viewer(call.query.get("viewer_id"), required=False)
    kind, index = _whose(call, link)
    call.afford()
    return Reply(status=200, body=people.person_bytes(call.settings.seed, index, kind), credits=1)


def find_email(call: Call) -> Reply:
    """GET /v1/contact/email/by-linkedin; an Email credit is taken only for a valid address."""
    kind, index = _whose(call, call.require("url"))
    if call.ledger.email_credits_left() < 1:
        raise RefusedError(402, "over_quota", "not enough email credits")
    name = people.identity(call.settings.seed, kind, index)["publicIdentifier"]
    address = f"{name}@example.com"
    status = ("VALID", "VALID", "PROBABLE", "RISKY", "UNKNOWN")[index % 5]
    known = status != "UNKNOWN"
    body = {
        "email": address if known else "",
        "status": status,
        "alternatives": [f"mail+{address}"] if status == "PROBABLE" else [],
    }
    return Reply(status=200, body=encode(body), email_credits=int(status == "VALID"))


def get_balances(call: Call) -> Reply:
    """GET /v1/account/balances."""
    body: dict[str, Any] = {
        "emailBalance": call.ledger.email_credits_left(),
        "linkedInBalance": call.ledger.credits_left(),
    }
    if call.variant("head", "later") == "later":
        body |= {"lookcBalance": 0, "autoTopUpEnabled": None, "enterprise": None}
    return Reply(status=200, body=encode(body))


def get_daily_allowance(call: Call) -> Reply:
    """GET /v1/account/allowances/daily."""
    day = 86_400
    refreshes = (math.floor(call.now()) // day + 1) * day
    body: dict[str, Any] = {"requestsRemaining": call.ledger.allowance_left(), "refreshesAt": refreshes}
    if call.variant("head", "later") == "later":
        moment = dt.datetime.fromtimestamp(refreshes, dt.UTC)
        body["refreshesAtISO"] = moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    return Reply(status=200, body=encode(body))


def _text(value: object, name: str, most: int) -> str:
    if not isinstance(value, str) or len(value) > most:
        raise RefusedError(400, "params_invalid", f"{name} must be text of at most {most} characters")
    return value


def send_message(call: Call) -> Reply:
    """POST /v1/li/messages."""
    data = call.json()
    body = _text(data.get("body"), "body", call.settings.max_message)
    if not body:
        raise RefusedError(400, "params_invalid", "body is required")
    if bool(data.get("conversation_id")) == bool(data.get("conversation_urn")):
        raise RefusedError(400, "params_invalid", "exactly one of conversation_id and conversation_urn is required")
    conversation = _text(data.get("conversation_id") or data.get("conversation_urn"), "conversation_id", 1000)
    viewer = call.viewer(call.query.get("viewer_id"), required=True)
    call.afford()
    call.ledger.sends.append(body)
    number = len(call.ledger.sends)
    token = digest(call.settings.seed, "message", number)
    message = {
        "backendUrn": f"urn:li:messagingMessage:2-{token[:24]}",
        "conversationUrn": f"urn:li:msg_conversation:({conversation})",
        "backendConversationUrn": f"urn:li:messagingThread:{conversation}",
        "deliveredAt": str(_SENT_MS + number * 1000),
        "bodyText": body,
        "originToken": f"{token[:8]}-{token[8:12]}-{token[12:16]}-{token[16:20]}-{token[20:32]}",
        "senderHostIdentityUrn": f"urn:li:fsd_profile:{viewer}",
    }
    return Reply(status=200, body=encode({"message": message}), credits=1)


def _seconds_to_monday(now: float) -> int:
    """Count the seconds until Monday 00:00 UTC; a moment on the hour waits for the next one."""
    week = 7 * 86_400
    since_monday = (math.floor(now) - 4 * 86_400) % week  # unix time began on a Thursday
    return week - since_monday


def send_connection_request(call: Call) -> Reply:
    """POST /v1/connections/send; refuses after the weekly limit, with Retry-After."""
    data = call.json()
    target = _text(data.get("profile_link") or data.get("profile_id") or "", "profile_link", 1000)
    slug = people.slug_of(target)
    if slug is None:
        raise RefusedError(400, "params_invalid", "profile_link or profile_id is required")
    _text(data.get("message") or "", "message", call.settings.max_note)
    call.viewer(data.get("viewer_id"), required=True)
    if len(call.ledger.invitations) >= call.settings.weekly_invitations:
        wait = str(_seconds_to_monday(call.now()))
        raise RefusedError(429, "rate_limit", WEEKLY_MESSAGE, (("Retry-After", wait),))
    call.afford()
    call.ledger.invitations.append(slug)
    token = int(digest(call.settings.seed, "invitation", len(call.ledger.invitations))[:16], 16)
    urn = f"urn:li:fsd_invitation:{10**18 + token % (9 * 10**18)}"
    return Reply(status=200, body=encode({"success": True, "entity_urn": urn}), credits=1)


ROUTES: dict[tuple[str, str], Callable[[Call], Reply]] = {
    ("GET", "/v1/connections"): list_connections,
    ("GET", "/v1/li/linkedin/search/people"): search_people,
    ("GET", "/v1/li/sales/search/people"): search_sales_leads,
    ("POST", "/v1/li/sales/search/people"): post_sales_leads,
    ("GET", "/v1/person"): get_person,
    ("GET", "/v1/account/balances"): get_balances,
    ("GET", "/v1/account/allowances/daily"): get_daily_allowance,
    ("POST", "/v1/li/messages"): send_message,
    ("POST", "/v1/connections/send"): send_connection_request,
    ("GET", "/v1/contact/email/by-linkedin"): find_email,
}
"""What can be asked for: method and path, and what answers."""


def answer(call: Call, method: str, path: str) -> Reply:
    """Answer a request.

    Raises:
        RefusedError: The request is refused; the error says how.
    """
    handler = ROUTES.get((method, path))
    if handler is None:
        raise RefusedError(404, "unknown_route", f"there is no {method} {path}")
    return handler(call)
