"""A display that moves, on a terminal; silent where nobody watches."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import anyio
from anyio.abc import TaskStatus
from rich.console import Console, RenderableType
from rich.live import Live
from rich.spinner import Spinner
from rich.text import Text

_TICK = 0.2
_WIDEST = 100


def watched(console: Console) -> bool:
    """Say whether somebody sees a display that moves; colour that is forced into a file is no such sign."""
    return console.file.isatty() and not console.is_dumb_terminal


def fill(facts: Sequence[tuple[str, str]], width: int) -> list[Text]:
    """Lay named facts out in as few lines as hold them, without breaking any."""
    lines: list[Text] = []
    for name, value in facts:
        fact = Text.assemble((f"{name} ", "dim"), value)
        if lines and lines[-1].cell_len + 3 + fact.cell_len <= width:
            lines[-1].append("   ").append_text(fact)
        else:
            lines.append(fact)
    return lines


class Display(ABC):
    """What is shown while something runs.

    Args:
        console: Where to show it.
    """

    def __init__(self, console: Console) -> None:
        self._console = console
        self._spinner = Spinner("dots", style="cyan")
        self._live: Live | None = None

    @property
    def width(self) -> int:
        """Columns to fill."""
        return min(self._console.width, _WIDEST)

    @abstractmethod
    def render(self) -> RenderableType:
        """Return the display as it stands now."""

    async def run(self, _scope: anyio.CancelScope, *, task_status: TaskStatus[None]) -> None:
        """Keep the display up to date until cancelled."""
        task_status.started()
        if not watched(self._console):
            return
        self._show()
        try:
            while True:
                await anyio.sleep(_TICK)
                if self._live is not None:
                    self._live.update(self.render(), refresh=True)
        finally:
            self._hide()

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Take the display away while others write to the same terminal."""
        shown = self._live is not None
        self._hide()
        yield
        if shown:
            self._show()

    def _show(self) -> None:
        # refreshed by hand: the numbers may be read inside the event loop only, not in a thread of the display's own
        live = Live(self.render(), console=self._console, auto_refresh=False, transient=True, redirect_stdout=False)
        live.start(refresh=True)
        self._live = live

    def _hide(self) -> None:
        if self._live is not None:
            self._live.stop()
            self._live = None
