"""One request for all who ask the same thing at the same time."""

from __future__ import annotations

import copy
from collections.abc import Callable, Coroutine, Hashable
from functools import partial
from typing import Any

import anyio
import attrs

from lixasync.errors import ClientClosedError, LixasyncError
from lixasync.limits.lanes import Turn
from lixasync.transport.background import spawn


class Flight:
    """A call under way that any number of callers wait for. It is cancelled when the last of them leaves."""

    def __init__(self, call: Callable[[], Coroutine[Any, Any, Any]], turn: Turn, landed: Callable[[], None]) -> None:
        self.turn = turn
        self._call = call
        self._landed = landed
        self._scope = anyio.CancelScope()
        self._over = anyio.Event()
        self._waiting = 0
        self._value: Any = None
        self._error: Exception | None = None
        self._ended = False

    def start(self) -> None:
        """Start the call; it may be over before this returns."""
        spawn(self._fly)

    async def _fly(self) -> None:
        try:
            with self._scope:
                self._value = await self._call()
                self._ended = True
        except Exception as error:  # noqa: BLE001 - handed to everyone who waits
            self._error, self._ended = error, True
        finally:
            self._over.set()
            self._landed()

    async def join(self) -> Any:
        """Wait for the result."""
        self._waiting += 1
        try:
            await self._over.wait()
        finally:
            self._waiting -= 1
            if not self._waiting and not self._over.is_set():
                self.cancel()
                with anyio.CancelScope(shield=True):
                    await self._over.wait()  # when a cancelled call returns, its connection has been given up too
        if not self._ended:
            raise ClientClosedError("The client was closed while the call was under way.")
        # Each caller gets an answer, or a failure with a traceback, of its own; the last may have the original.
        if self._error is not None:
            raise self._error.copy() if self._waiting and isinstance(self._error, LixasyncError) else self._error
        # Models cannot be changed, so all may have the same; JSON as it came can.
        answer = self._value
        mutable = isinstance(answer.value, dict | list)
        return attrs.evolve(answer, value=copy.deepcopy(answer.value)) if self._waiting and mutable else answer

    def cancel(self) -> None:
        """Give the call up."""
        self._landed()
        self._scope.cancel()

    async def over(self) -> None:
        """Wait until the call has ended, one way or another."""
        await self._over.wait()


class SingleFlight:
    """The calls under way, by what they ask for."""

    def __init__(self) -> None:
        self._flights: dict[Hashable, Flight] = {}

    def get(self, key: Hashable) -> Flight | None:
        """Return the flight for ``key`` that is under way, if there is one."""
        return self._flights.get(key)

    def launch(self, key: Hashable, call: Callable[[], Coroutine[Any, Any, Any]], turn: Turn) -> Flight:
        """Start a flight that others may join by ``key`` until it lands."""
        flight = self._flights[key] = Flight(call, turn, partial(self._remove, key, turn))
        flight.start()
        return flight

    def _remove(self, key: Hashable, turn: Turn) -> None:
        flight = self._flights.get(key)
        if flight is not None and flight.turn is turn:
            del self._flights[key]

    async def aclose(self) -> None:
        """Cancel everything under way and wait until it has ended."""
        flights = list(self._flights.values())
        for flight in flights:
            flight.cancel()
        for flight in flights:
            await flight.over()
