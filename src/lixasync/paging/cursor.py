"""Where a stream stands, as a value: it knows the next request, when to stop, and how to become a string.

Pure: a cursor learns of a page through `PageFacts` and answers with the cursor after it. Its string holds positions
and short hashes only: no key, no search text, no personal data.
"""

from __future__ import annotations

import hashlib
import zlib
from abc import ABC, abstractmethod
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, Self, get_type_hints

import attrs
import msgspec

from lixasync.errors import CursorError

_PREFIX = "lixasync1-"
_LONGEST = 2**26  # bytes of a cursor's content; text of more is no cursor of ours
_TAIL = 25  # delivered items remembered by hash, to notice pages that come again or have shifted
PART = "part"
"""The name under which a request says which of several queries it belongs to."""
PATIENCE = 2  # how often a page without anything new is asked for again


class StopReason(StrEnum):
    """Why a stream ended."""

    EXHAUSTED = "exhausted"
    """Everything was delivered."""
    MAX_ITEMS = "max_items"
    """The caller's own ``max_items`` was reached."""
    MAX_CREDITS = "max_credits"
    """The next page would have passed the caller's own ``max_credits``."""
    SERVER_CAP = "server_cap"
    """The server has, or may have, more but lists no further: its cap is reached, or its own total is not."""
    REPEATED_PAGE = "repeated_page"
    """The server kept answering a page that had been delivered already, so the rest cannot be reached."""


@attrs.frozen(kw_only=True)
class PageFacts:
    """What a cursor has to know of a page.

    Attributes:
        identities: For each item, in order, what identifies it; None where nothing does.
        total: How many items there are in all, as the server says; None when it does not.
        num_results: How many items match, where the server tells that apart from how many it lists; None otherwise.
        size: How many items a page may hold, as the server says; None when it does not.
        sequence_id: The server's stickiness token; None when it gave none.
        next_token: The token of the page that follows; None when the server gave none.
        divisions: What the query can be divided by when it matches more than the server lists; empty otherwise.
        covers: Whether the divisions together are the whole query, with nobody outside them.
    """

    identities: Sequence[str | None]
    total: int | None = None
    num_results: int | None = None
    size: int | None = None
    sequence_id: str | None = None
    next_token: str | None = None
    divisions: Sequence[str] = ()
    covers: bool = False


def short_hash(identity: str | None) -> str:
    """Return a short hash of an identity; the empty text for None."""
    return "" if identity is None else hashlib.blake2b(identity.encode(), digest_size=4).hexdigest()


def fingerprint(*parts: str) -> str:
    """Return a short hash that tells one query from another."""
    return hashlib.blake2b("\0".join(parts).encode(), digest_size=8).hexdigest()


def repeated(tail: Sequence[str], page: Sequence[str]) -> int:
    """Return how many items at the start of a page have been delivered already.

    They are old when the page holds the run of items that was delivered last: everything up to its end is then old.
    A page that ends within that run is old altogether.

    Args:
        tail: Hashes of the latest delivered items, oldest first.
        page: Hashes of the page's items.
    """
    for end in range(len(page), 0, -1):
        if _same_run(tail, page[:end]):
            return end
    return len(page) if any(_same_run(tail[:end], page) for end in range(len(tail) - 1, 0, -1)) else 0


def _same_run(tail: Sequence[str], page: Sequence[str]) -> bool:
    """Say whether two lists end with the same items, as far back as both reach, and something identifies them."""
    reach = min(len(tail), len(page))
    run = page[len(page) - reach :]
    return any(run) and list(run) == list(tail[len(tail) - reach :])


def fixed(default: Any = attrs.NOTHING) -> Any:
    """Declare an attribute that follows from the query, so that it is not part of a cursor's string."""
    return attrs.field(default=default, metadata={"fixed": True})


@attrs.frozen(kw_only=True)
class Cursor(ABC):
    """What all cursors share.

    Attributes:
        query: Fingerprint of the query it belongs to; a cursor is refused for another.
        delivered: Items delivered by the stream before this point.
        tail: Hashes of the latest delivered items.
        landmarks: Hashes of whole pages passed on the way, ever further apart: a server that goes round in circles
            comes by one of them again.
        stalls: How often the next page was answered without anything new.
        stopped: Why the stream has ended; None while it goes on.
    """

    query: str = fixed()
    delivered: int = 0
    tail: tuple[str, ...] = ()
    landmarks: tuple[str, ...] = ()
    stalls: int = 0
    stopped: StopReason | None = None

    @abstractmethod
    def request(self) -> Mapping[str, str]:
        """Return the parameters of the next request that depend on the position."""

    @abstractmethod
    def after(self, page: PageFacts) -> tuple[Self, int]:
        """Return the cursor after a page, and how many of the page's first items are old."""

    def fresh(self, identities: Sequence[str | None]) -> Sequence[int]:
        """Return which of the next page's new items have not come up elsewhere in the stream, as indexes in order.

        Args:
            identities: Of the page's items behind the old ones.
        """
        return range(len(identities))

    @abstractmethod
    def within(self, identities: Sequence[str | None]) -> Self:
        """Return the cursor after only some of the next page's new items were gone through.

        Args:
            identities: Of these items, in order, those left out by `fresh` included.
        """

    def stop(self, reason: StopReason) -> Self:
        """Return this cursor with the stream ended."""
        return attrs.evolve(self, stopped=reason)

    def look(self, page: PageFacts, hashes: Sequence[str]) -> str:  # noqa: ARG002 - for cursors that know it by more
        """Return what a page is known by when it comes again; the empty text when nothing would show it.

        Args:
            page: The page.
            hashes: Hashes of its items.
        """
        return short_hash("".join(f"{mark}," for mark in hashes)) if any(hashes) else ""

    def known(self, page: PageFacts, hashes: Sequence[str]) -> int:
        """Return how many items at the start of a page have been delivered already, as far as they show it."""
        return len(hashes) if self.look(page, hashes) in self.landmarks else repeated(self.tail, hashes)

    def landmarks_with(self, page: PageFacts, hashes: Sequence[str], delivered: int) -> tuple[str, ...]:
        """Return the landmarks after a page, up to which so many items were delivered."""
        look = self.look(page, hashes)
        return (*self.landmarks, look) if look and delivered >= 2 ** len(self.landmarks) else self.landmarks

    def tail_with(self, new: Sequence[str]) -> tuple[str, ...]:
        """Return the tail after new items were delivered."""
        return (*self.tail, *new)[-_TAIL:]

    def state(self) -> dict[str, Any]:
        """Return what of the cursor does not follow from the query, as plain data."""
        return {
            field.name: getattr(self, field.name)
            for field in attrs.fields(type(self))
            if not field.metadata.get("fixed") and getattr(self, field.name) != field.default
        }

    def restored(self, state: Mapping[str, Any]) -> Self:
        """Return the cursor of the same query with another state.

        Raises:
            CursorError: the state is of another version.
        """
        kinds = get_type_hints(type(self))
        own = {field.name: kinds[field.name] for field in attrs.fields(type(self)) if not field.metadata.get("fixed")}
        try:
            given = {name: msgspec.convert(value, own[name]) for name, value in state.items()}
        except (KeyError, msgspec.ValidationError) as error:
            raise CursorError("The cursor was made by another version of lixasync.") from error
        return attrs.evolve(self, **given)

    def __str__(self) -> str:
        body = zlib.compress(msgspec.json.encode([type(self).__name__, self.query, self.state()]))
        check = hashlib.blake2b(body, digest_size=3).digest()
        return _PREFIX + urlsafe_b64encode(check + body).decode().rstrip("=")

    def resumed(self, text: object) -> Self:
        """Return the cursor that a string of the same query stands for.

        Raises:
            CursorError: the text is no cursor, is damaged, or belongs to another query or version.
        """
        kind, query, state = _read(text)
        if (kind, query) != (type(self).__name__, self.query):
            raise CursorError(
                "The cursor belongs to another query.",
                hint="Resume with the same method and arguments; only page_size, max_items and max_credits may differ.",
            )
        return self.restored(state)


def _read(text: object) -> tuple[str, str, dict[str, Any]]:
    if not isinstance(text, str) or not text.startswith(_PREFIX):
        raise CursorError(
            "This is not a cursor.",
            hint=f"Cursors start with {_PREFIX}: take page.cursor, pager.cursor or error.cursor.",
        )
    try:
        data = urlsafe_b64decode(text[len(_PREFIX) :] + "===")
        check, body = data[:3], data[3:]
        if hashlib.blake2b(body, digest_size=3).digest() != check:
            raise _damaged()
        return msgspec.json.decode(
            zlib.decompressobj().decompress(body, _LONGEST), type=tuple[str, str, dict[str, Any]]
        )
    except (ValueError, zlib.error):
        raise _damaged() from None


def _damaged() -> CursorError:
    return CursorError("The cursor is damaged.", hint="Copy it again, whole.")
