"""Calls that can be cancelled one by one."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Self, TypeVar

import anyio

T = TypeVar("T")


class Reins:
    """Makes one call after the other, each of which can be cancelled by itself; nothing else cancels them.

    All of them share one scope until it is cancelled: to open one for each would cost as much as to store an answer. So
    whatever scope is opened beside them has to be left before the next call.

    Attributes:
        under_way: Whether a call is being made.
    """

    def __enter__(self) -> Self:
        self.under_way = False
        self._scope = anyio.CancelScope(shield=True)
        self._scope.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> bool | None:
        return self._scope.__exit__(kind, error, traceback)

    def cancel(self) -> None:
        """Cancel the call that is under way, if there is one."""
        if self.under_way:
            self._scope.cancel()

    async def call(self, make: Callable[[], Awaitable[T]]) -> T | None:
        """Make a call; None when it was cancelled."""
        self.under_way = True
        try:
            made = await make()
        except BaseException:
            if self._renewed():
                return None
            raise
        self._renewed()
        return made

    def _renewed(self) -> bool:
        """Leave a scope that was cancelled for another one; say whether what is being raised was its cancellation."""
        self.under_way = False
        if not self._scope.cancel_called:
            return False
        caught = self._scope.__exit__(*sys.exc_info())
        self.__enter__()
        return bool(caught)
