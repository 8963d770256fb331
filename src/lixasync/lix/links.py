"""Addresses and ids of LinkedIn's, checked before they are sent."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import SplitResult

from lixasync.errors import InvalidArgumentError
from lixasync.transport.caller import required
from lixasync.transport.urls import split_url

_LINKEDIN = re.compile(r"(?:[a-z0-9-]+\.)*linkedin\.com")
_PROFILE = re.compile(r"/(?:in|pub|profile|sales/lead|sales/people|talent/profile)/.")
_COMPANY = re.compile(r"/(?:company|school|showcase|organization)/.")
_SALES_COMPANY = re.compile(r"/sales/(?:company|accounts?)/.")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
_URN = re.compile(r"urn:li:\S+:\S+")


def on_linkedin(url: str) -> SplitResult | None:
    """Return the parts of a URL of LinkedIn's; None when it is none."""
    parts = split_url(url)
    return parts if parts is not None and _LINKEDIN.fullmatch(parts.hostname or "") else None


def profile_link(link: str, name: str = "profile_link") -> str:
    """Return the address of a profile, stripped.

    Raises:
        InvalidArgumentError: it is none.
    """
    link = required(name, link)
    parts = on_linkedin(link)
    if parts is None or not _PROFILE.match(parts.path):
        raise InvalidArgumentError(
            f"This is not the address of a LinkedIn profile: {link[:100]!r}.",
            hint="It looks like https://www.linkedin.com/in/robin-marlowe; the API accepts addresses only, no ids.",
        )
    return link


def company_link(link: str) -> tuple[str, bool]:
    """Return the address of a company's page, stripped, and whether it is one of Sales Navigator.

    Raises:
        InvalidArgumentError: it is none.
    """
    link = required("link", link)
    parts = on_linkedin(link)
    sales = parts is not None and bool(_SALES_COMPANY.match(parts.path))
    if parts is None or not (sales or _COMPANY.match(parts.path)):
        raise InvalidArgumentError(
            f"This is not the address of a company on LinkedIn: {link[:100]!r}.",
            hint="It looks like https://www.linkedin.com/company/acme or https://www.linkedin.com/sales/company/1441.",
        )
    return link, sales


def post_urn(urn: str) -> str:
    """Return the URN of a post, stripped.

    Raises:
        InvalidArgumentError: it is none.
    """
    urn = required("post_urn", urn)
    if not _URN.fullmatch(urn):
        raise InvalidArgumentError(
            f"This is not the URN of a post: {urn[:100]!r}.",
            hint="It looks like urn:li:activity:7019605025920286720, and stands in the address of the post.",
        )
    return urn


def digits(name: str, value: str | int) -> str:
    """Return an id that consists of digits; as a text, since some are too long for other programs' numbers.

    Raises:
        InvalidArgumentError: it holds anything else.
    """
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else required(name, value)
    if not (text.isascii() and text.isdigit()):
        raise InvalidArgumentError(
            f"{name} is {value!r}; it must consist of digits.",
            hint="It is the number in the address of the page.",
        )
    return text


def exactly_one(values: Mapping[str, str | None]) -> tuple[str, str]:
    """Return the name and the value, stripped, of the only argument that is given.

    Raises:
        InvalidArgumentError: none is given, or more than one.
    """
    given = [(name, required(name, value)) for name, value in values.items() if value is not None]
    if len(given) != 1:
        names = ", ".join(values)
        found = "none is" if not given else f"{' and '.join(name for name, _ in given)} are"
        raise InvalidArgumentError(f"Exactly one of {names} must be given; {found}.", hint="Give one of them.")
    return given[0]


def at_most(name: str, text: str, most: int) -> str:
    """Return a text that is not empty and not too long.

    Args:
        name: What it is called in the message.
        text: The text; it is sent as it is, white space included.
        most: Characters at most.

    Raises:
        InvalidArgumentError: it is empty, or too long.
    """
    required(name, text)
    if len(text) > most:
        raise InvalidArgumentError(
            f"{name} has {len(text):,} characters; {most:,} are allowed at most.", hint="Shorten it; nothing was sent."
        )
    return text


def email_address(name: str, value: str) -> str:
    """Return an e-mail address, stripped.

    Raises:
        InvalidArgumentError: it is none.
    """
    text = required(name, value)
    if not _EMAIL.fullmatch(text):
        raise InvalidArgumentError(f"{name} is {value!r}; it must be an e-mail address.")
    return text
