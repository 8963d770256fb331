"""Prints what a watch finds as it comes, one line a change, and says how the watch gets on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Generic, TypeVar

import anyio
import attrs
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from lixasync import Changes, Limits, LixasyncError, UsageError, Watch
from lixasync.cli.deliver import Item
from lixasync.cli.display import Display, fill
from lixasync.cli.exits import Exit, exit_code
from lixasync.cli.guard import accompanied
from lixasync.cli.hints import LIX, Hints
from lixasync.cli.logs import warnings_on
from lixasync.cli.output import Output
from lixasync.cli.progress import clock, cost
from lixasync.cli.tell import clean, failed, say, unwritten, waiting

T = TypeVar("T", bound=Item)


@attrs.frozen
class Change:
    """One change, as a line of output.

    Attributes:
        change: ``added``, ``changed`` or ``gone``.
        about: What is known of it; what is None is left out.
    """

    change: str
    about: dict[str, Any]

    def to_dict(self) -> dict[str, Any]:
        """Return plain data ready for JSON."""
        return {"change": self.change, **{name: value for name, value in self.about.items() if value is not None}}


def lines(watch: Watch[T], changes: Changes[T]) -> Iterator[Change]:
    """Yield the lines of a batch: who was added, who changed, who is gone."""
    moments = {"since": _iso(changes.since), "until": _iso(changes.until)}
    for change, items in (("added", changes.added), ("changed", changes.changed)):
        for item in items:
            yield Change(change, {**moments, "key": watch.key(item) or None, "item": item.to_dict()})
    for one in changes.gone:
        yield Change("gone", {**moments, "key": one.key, "identity": one.identity})


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


async def follow(
    limits: Limits,
    watch: Watch[T],
    *,
    noun: str,
    state: Path,
    once: bool,
    console: Console,
    hints: Hints = LIX,
) -> Exit:
    """Print what a watch finds until it is interrupted, or once.

    Each batch is out of the process before it counts as done. What could not be printed comes again in the next run.

    Args:
        limits: Of the client that asks; they are shown.
        watch: What to follow.
        noun: What it tells of, in the plural.
        state: Where it remembers.
        once: Whether to poll once only.
        console: Where to say how it gets on.
        hints: What to do about failures.

    Raises:
        BrokenPipeError: nobody reads the output any more; the batch comes again.
    """
    with Output() as output, warnings_on(console):
        vigil = _Vigil(watch, output, console, limits, noun, hints)
        try:
            await accompanied(vigil.once if once else vigil.always, vigil.run)
        except LixasyncError as error:
            failed(console, error, hints=hints)
            if vigil.batches and not isinstance(error, UsageError):
                say(console, f"  nothing is lost: the same command goes on from {state}")
            return exit_code(error)
        except BrokenPipeError:
            raise
        except OSError as error:
            unwritten(console, "The output cannot be written" if vigil.unprinted else f"{state} cannot be kept", error)
            say(console, "  the next run prints the last changes again")
            return Exit.FAILED
        except anyio.get_cancelled_exc_class():
            say(console, await vigil.parting(state))
            raise
    return Exit.OK


class _Vigil(Display, Generic[T]):
    """One watch under way.

    Attributes:
        batches: How many polls have ended, and their changes are printed.
        unprinted: Whether a batch could not be printed.
    """

    def __init__(
        self, watch: Watch[T], output: Output, console: Console, limits: Limits, noun: str, hints: Hints
    ) -> None:
        super().__init__(console)
        self.batches = 0
        self.unprinted = False
        self._watch = watch
        self._output = output
        self._limits = limits
        self._noun = noun
        self._hints = hints
        self._changes = 0
        self._waits = False

    async def always(self) -> None:
        """Print changes without end."""
        while True:
            await self._poll()

    async def once(self) -> None:
        """Print what one poll finds, and save that it is done."""
        await self._poll()
        await self._watch.commit()

    async def parting(self, state: Path) -> str:
        """Save that all that was printed is done, and return what to say of an interruption."""
        with anyio.CancelScope(shield=True):
            try:
                await self._watch.commit()
            except (LixasyncError, OSError) as error:
                why = error.strerror if isinstance(error, OSError) else str(error)
                return f"interrupted; the next run prints the last changes again: {clean(why or type(error).__name__)}"
        if not self._watch.polls:
            return "interrupted"
        return f"interrupted; the same command goes on from {state}"

    async def _poll(self) -> None:
        changes = await self._watch.poll()
        # Nothing waits before the batch is printed: an interruption finds it printed whole, or not yet asked for.
        self.unprinted = True
        with self.aside() if self._output.is_terminal else nullcontext():
            self._output.write(lines(self._watch, changes))
        self.unprinted = False
        self.batches += 1
        self._changes += len(changes) + len(changes.gone)
        self._tell_of_failure()

    def _tell_of_failure(self) -> None:
        error = self._watch.last_error
        if error is not None:
            until = datetime.now(UTC) + timedelta(seconds=self._watch.next_poll_in or 0)
            waiting(self._console, error, until, hints=self._hints)
        elif self._waits:
            say(self._console, "polls succeed again")
        self._waits = error is not None

    def render(self) -> RenderableType:
        """Return the display as it stands now."""
        head = Table.grid(padding=(0, 1))
        pause = self._watch.next_poll_in
        what = f"next poll in {clock(pause)}" if pause else "polling"
        head.add_row(self._spinner, Text.assemble("watching ", (self._noun, "bold"), f": {what}"))
        snapshot = self._limits.snapshot()
        spent, unit = cost(snapshot)
        facts = [
            ("polls", f"{self._watch.polls:,}"),
            ("changes", f"{self._changes:,}"),
            ("requests", f"{snapshot.rate.sent:,}"),
            (f"{unit}s", f"{spent:,}"),
        ]
        return Group(head, *fill(facts, self.width))
