"""One request to LinkedIn's API, read."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from urllib.parse import unquote

from lixasync.sandbox.faults import SHIFT
from lixasync.sandbox.replies import Reply

from .errors import MEDIA, THROTTLED, UNREADABLE, Form, LinkedInError
from .fields import View
from .oauth import Pairs
from .selectors import Schema, Selector, SelectorError, check, parse
from .settings import LinkedInSettings
from .tree import Format, Style, document
from .world import World

OLD_SEARCH = "/v1/people"
SEARCH = "/v1/people-search"

_OWNED = re.compile(r"/v1/people(?!/search\Z)(?:-search)?(?:[/:].*)?", re.DOTALL)
_MISPLACED = re.compile(r":\([^&]*\)$")
_CEILINGS = {
    "connections": "linkedin_connection_calls",
    "search": "linkedin_search_calls",
    "profiles": "linkedin_profile_calls",
}


def owns(path: str) -> bool:
    """Say whether a path, decoded, belongs to LinkedIn's API and not to Lix's, which has `/v1/people/search`."""
    return _OWNED.fullmatch(path) is not None


@dataclasses.dataclass(slots=True, kw_only=True)
class Call:
    """One request on its way.

    Attributes:
        world: Whom it is about.
        settings: The run's settings.
        method: The HTTP method.
        url: The address without its query, as it was sent.
        path: The path, as it was sent.
        query: The query, as it was sent.
        pairs: The query's parameters, decoded: plus and %20 are spaces, %2B is a plus.
        headers: The headers, by lower-case name.
        host: The host of API addresses in the answer.
        member: Who calls, as far as is known.
        fault: The fault of pages to apply, if any.
        struck: Whether that fault had an effect.
        request: The request's id.
    """

    world: World
    settings: LinkedInSettings
    method: str
    url: str
    path: str
    query: str
    pairs: Pairs
    headers: Mapping[str, str]
    host: str
    request: str
    member: str = ""
    fault: str | None = None
    struck: bool = False

    # --- the form of the answer --------------------------------------------------------------------------

    @property
    def format(self) -> Format:
        """Say in which format it wants to be answered; the parameter counts before the header."""
        asked = (self.first("format") or self.headers.get("x-li-format", "")).strip().lower()
        return "json" if asked == "json" else "xml"

    @property
    def old(self) -> bool:
        """Say whether it came by the search path of 2009."""
        return unquote(self.path).partition(":")[0] == OLD_SEARCH and "::" not in unquote(self.path)

    def form(self) -> Form:
        """Say what an error looks like."""
        return Form(format=self.format, old=self.old, request=self.request, time=self.world.millis())

    def style(self, *, asked: bool) -> Style:
        """Say how the answer is written."""
        shuffle = f"{self.world.seed}" if self.settings.linkedin_shuffle else None
        return Style(self.format, asked, shuffle)

    def reply(self, root: str, value: object, style: Style, *, page: bool = False) -> Reply:
        """Build the answer."""
        body = document(root, value, style)
        return Reply(status=200, body=body, headers=self.form().headers(), media=MEDIA[self.format], page=page)

    # --- parameters --------------------------------------------------------------------------------------

    def all(self, name: str) -> list[str]:
        """List the values of a parameter, without outer spaces and without empty ones."""
        return [value.strip() for key, value in self.pairs if key == name and value.strip()]

    def first(self, name: str) -> str:
        """Return the first value of a parameter, or ""."""
        return next(iter(self.all(name)), "")

    def number(self, name: str, default: int, least: int) -> int:
        """Read a whole number.

        Raises:
            LinkedInError: It cannot be read.
        """
        text = self.first(name)
        if not text:
            return default
        if not (text.isascii() and text.isdigit() and len(text) <= 15 and int(text) >= least):
            raise LinkedInError(400, UNREADABLE)
        return int(text)

    def flag(self, name: str) -> bool | None:
        """Read a truth value; None when it is not given or no such value."""
        return {"true": True, "false": False}.get(self.first(name).lower())

    def check_query(self) -> None:
        """Refuse a field selector in the wrong place: behind the query, where it spoils the last parameter.

        Raises:
            LinkedInError: There is one.
        """
        if any(_MISPLACED.search(value) for _, value in self.pairs):
            raise LinkedInError(400, UNREADABLE)

    def selector(self, text: str | None, schema: Schema) -> Selector | None:
        """Read a field selector.

        Raises:
            LinkedInError: It cannot be read, or asks for fields that there are not.
        """
        if not text:
            return None
        try:
            selector = parse(text)
            check(selector, schema)
        except SelectorError as error:
            raise LinkedInError(400, str(error)) from error
        return selector

    # --- limits ------------------------------------------------------------------------------------------

    def spend(self, resource: str) -> None:
        """Count the call against the member's ceiling for the day.

        Raises:
            LinkedInError: The ceiling is reached.
        """
        if not self.world.spend(resource, self.member, getattr(self.settings, _CEILINGS[resource])):
            raise LinkedInError(403, THROTTLED)

    # --- people ------------------------------------------------------------------------------------------

    def rows(self, asked: int, size: int) -> tuple[int, int]:
        """Move a page as the faults "repeat" and "shift" do; the first page stays where it is.

        Returns:
            The first row to answer, and the start to claim.
        """
        if self.fault is None or asked == 0:
            return asked, asked
        self.struck = True
        if self.fault == "repeat":
            return max(0, asked - size), max(0, asked - size)
        return max(0, asked - SHIFT), asked

    def view(self, number: int, distance: int, *, kind: str = "name", full: bool = False, basic: bool = False) -> View:
        """Say how a member appears in this answer."""
        return View(
            distance=distance,
            host=self.host,
            secure=self.flag("secure-urls") is True,
            kind=kind,
            full=full,
            revision=self.world.revision(number),
            private=self.world.hides(number),
            basic=basic,
            related=self.world.related(number) if distance == 2 else (),
        )
