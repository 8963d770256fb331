"""One request to the Lix API on its way, given that authentication and the rate limit have passed."""

from __future__ import annotations

import dataclasses
import json
import re
import time
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias
from urllib.parse import parse_qsl

from lixasync.sandbox.faults import SHIFT
from lixasync.sandbox.ledger import CreditKind, Ledger
from lixasync.sandbox.replies import RefusedError, Reply
from lixasync.sandbox.settings import Settings

from .memory import Memory

_HALVES = re.compile(r"[\ud800-\udfff]")  # a JSON text can hold what no encoding of an answer can


@dataclasses.dataclass(slots=True, kw_only=True)
class Call:
    """One request on its way through an endpoint.

    Attributes:
        settings: The run's settings.
        ledger: The run's account.
        memory: What the run remembers beside the account.
        n: The arrival's number, the seed of what differs between answers.
        page_number: How many pages were answered before, for the variant "mixed".
        query: The parameters of the address.
        path_params: What stood in the places of the path's template, decoded.
        body: The request's body.
        fault: The fault of pages to apply, if any.
        struck: Whether that fault had an effect.
    """

    settings: Settings
    ledger: Ledger
    memory: Memory
    n: int
    page_number: int
    query: Mapping[str, str]
    path_params: Mapping[str, str] = dataclasses.field(default_factory=dict[str, str])
    body: bytes = b""
    fault: str | None = None
    struck: bool = False

    # --- what was asked ----------------------------------------------------------------------------------

    def require(self, name: str) -> str:
        """Read a parameter that must be there."""
        value = self.query.get(name, "").strip()
        if not value:
            raise RefusedError(400, "params_invalid", f"{name} is required")
        return value

    def number(self, name: str, default: int, least: int, *, digits: int = 9) -> int:
        """Read a whole number of no more than so many digits."""
        text = self.query.get(name, "").strip()
        if not text:
            return default
        if not (text.isascii() and text.isdigit() and len(text) <= digits and int(text) >= least):
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

    # --- who may -----------------------------------------------------------------------------------------

    def viewer(self, viewer: object, *, required: bool) -> str | None:
        """Check a viewer id; an absent one passes unless it is required."""
        if viewer in (None, "") and not required:
            return None
        if not isinstance(viewer, str) or viewer not in self.settings.viewer_ids:
            message = "viewer_id is required" if viewer in (None, "") else "viewer_id is not connected"
            raise RefusedError(407, "viewer_invalid", message)
        return viewer

    def afford(self, kind: CreditKind = "standard") -> None:
        """Check that the daily allowance and the credits of a kind last for one more answer."""
        if self.ledger.allowance_left() < 1:
            raise RefusedError(429, "daily_limit", "daily limit reached")
        if self.ledger.left(kind) < 1:
            message = "not enough credits" if kind == "standard" else f"not enough {kind} credits"
            raise RefusedError(402, "over_quota", message)

    def now(self) -> float:
        """Tell the wall clock's unix seconds."""
        return time.time() if self.settings.now is None else self.settings.now

    # --- how it is answered ------------------------------------------------------------------------------

    def variant(self, *known: str) -> str:
        """Choose the shape of this answer from those the endpoint has, the first being the usual one."""
        if self.settings.variant == "mixed":
            return known[self.page_number % len(known)]
        return self.settings.variant if self.settings.variant in known else known[0]

    def rows(self, asked: int, size: int) -> tuple[int, int]:
        """Move a page as the faults "repeat" and "shift" do; the first page stays where it is.

        Returns:
            The first row to answer, and the start to claim in `paging`: a repeated page is the whole page
            before, a shifted one claims to be what was asked for.
        """
        if self.fault is None or asked == 0:
            return asked, asked
        self.struck = True
        if self.fault == "repeat":
            return max(0, asked - size), max(0, asked - size)
        return max(0, asked - SHIFT), asked


Handler: TypeAlias = Callable[[Call], Reply]
Routes: TypeAlias = Mapping[tuple[str, str], Handler]
"""What answers, by the method and the template of the path, in which `{name}` stands for one segment."""


def text(value: object, name: str, most: int) -> str:
    """Read text from a JSON body.

    Raises:
        RefusedError: It is no text, holds half a character, or is longer than `most` characters.
    """
    if not isinstance(value, str) or len(value) > most or _HALVES.search(value):
        raise RefusedError(400, "params_invalid", f"{name} must be text of at most {most} characters")
    return value
