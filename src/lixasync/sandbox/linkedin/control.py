"""LinkedIn's API from the other side: what a test compares with, and what it changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .call import OLD_SEARCH, SEARCH, Call
from .fields import CONNECTION_FIELDS, OLD_SEARCH_FIELDS, OUT_OF_REACH, PRIVATE, SEARCH_FIELDS, View, person
from .members import VIEWER
from .search import Found, find_later, find_old
from .selectors import PERSON, Selector
from .service import LinkedIn
from .tree import plain


class LinkedInControl:
    """What LinkedIn's API holds at present. Every method may be called from any thread.

    Members are numbers: the connections of the start from 0, behind them the strangers whom only searches
    find, behind those whoever was connected later. The member who has given the token is `ME`.

    Args:
        api: Returns the present run's API.
        host: The host that callers ask.
    """

    ME = VIEWER

    def __init__(self, api: Callable[[], LinkedIn], host: str) -> None:
        self._api = api
        self._host = host

    # --- the clock ---------------------------------------------------------------------------------------

    def now(self) -> float:
        """Tell the server's time in unix seconds."""
        return self._api().world.clock.now()

    def advance(self, seconds: float) -> None:
        """Put the server's clock forward; a negative number puts it back."""
        self._api().world.clock.advance(seconds)

    # --- what clients must see ---------------------------------------------------------------------------

    def connections(self, fields: str | None = None, *, secure: bool = False) -> list[dict[str, Any]]:
        """List all connections in the order of the answers, each in the JSON form.

        Args:
            fields: A field selector, `:(id,first-name)`; None for the usual fields.
            secure: Whether as with secure-urls=true.
        """
        return [self.member(number, fields, secure=secure) for number in self.numbers()]

    def numbers(self) -> list[int]:
        """List the numbers of all connections, in the order of the answers."""
        return list(self._api().world.connections())

    def member(self, number: int, fields: str | None = None, *, secure: bool = False) -> dict[str, Any]:
        """Build a member in the JSON form, as connections show connections and profiles show others.

        Args:
            number: Which member.
            fields: A field selector; None for the usual fields of connections.
            secure: Whether as with secure-urls=true.
        """
        call = self._call("secure-urls=true" if secure else "")
        selector = call.selector(fields, PERSON) or CONNECTION_FIELDS
        distance = call.world.distance(number)
        kind = "OUT_OF_NETWORK" if distance in OUT_OF_REACH else "name"
        view = call.view(number, distance, kind=kind, basic=distance == 1)
        if view.private and distance == 1:
            selector = tuple(field for field in selector if field[0] in PRIVATE)
        shown: dict[str, Any] = plain(person(call.world.seed, number, view, selector))
        return shown

    def search(self, query: str, fields: str | None = None) -> list[dict[str, Any]]:
        """List everybody a search of the later generation finds, beyond its cap too, in the JSON form.

        Args:
            query: The query, encoded as in an address.
            fields: A field selector for the people; None for the usual fields.
        """
        call = self._call(query, SEARCH)
        selector = call.selector(fields, PERSON) or SEARCH_FIELDS
        kind = "NAME_SEARCH" if call.first("first-name") or call.first("last-name") else "OUT_OF_NETWORK"
        return self._found(call, find_later(call), selector, kind)

    def search_2009(self, query: str) -> list[dict[str, Any]]:
        """List everybody the search of 2009 finds, beyond its cap too, in the JSON form."""
        call = self._call(query, OLD_SEARCH)
        return self._found(call, find_old(call), OLD_SEARCH_FIELDS, None)

    def calls(self, resource: str) -> int:
        """Say how many calls were counted on this day: of "connections", "search" or "profiles"."""
        return self._api().world.calls(resource)

    # --- changes -----------------------------------------------------------------------------------------

    def connect(self, at: float | None = None) -> int:
        """Connect with somebody new, who then stands at the end of the list.

        Args:
            at: The moment it is stamped with, in unix seconds; None for now.

        Returns:
            The number of the new connection.
        """
        return self._api().world.connect(at)

    def update(self, number: int, at: float | None = None) -> None:
        """Change a member's profile: another headline.

        Args:
            number: Which member.
            at: The moment it is stamped with, in unix seconds; None for now.

        Raises:
            ValueError: There is no such member.
        """
        self._api().world.update(number, at)

    def disconnect(self, number: int, at: float | None = None) -> None:
        """End a connection.

        Args:
            number: Which member.
            at: When, in unix seconds; None for now.

        Raises:
            ValueError: The member is no connection.
        """
        self._api().world.disconnect(number, at)

    def _call(self, query: str, path: str = SEARCH) -> Call:
        headers = {"host": self._host}
        return self._api().call(n=0, method="GET", scheme="http", path=path, query=query, headers=headers)

    def _found(self, call: Call, found: Found, selector: Selector, kind: str | None) -> list[dict[str, Any]]:
        people: list[dict[str, Any]] = []
        for who, distance in found:
            view: View = call.view(
                who.number,
                distance,
                kind="OUT_OF_NETWORK" if kind is None else kind if distance in OUT_OF_REACH else "name",
                full=kind is None,
            )
            people.append(plain(person(call.world.seed, who.number, view, selector)))
        return people
