"""The calls of one lane that wait in this process, and the slots that were granted for them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

import attrs

from lixasync.limits.base import too_late
from lixasync.limits.lanes import Lane, Queue
from lixasync.limits.rate import Slot
from lixasync.limits.shared.courier import Answer, in_time
from lixasync.limits.shared.messages import SECOND, Allowance


@attrs.define(eq=False, kw_only=True)
class SharedSlot(Slot):
    """Permission for one request, from a budget that is shared.

    Attributes:
        at: From when it may be used.
        expires: Until when; others count on that.
        number: Its number in the budget.
        counted: Quotas that count it, with the numbers of their periods.
    """

    expires: float
    number: int
    counted: tuple[tuple[Allowance, int], ...]


class Line:
    """The calls of one lane that wait, and the slots that were granted for them."""

    def __init__(self, lane: Lane) -> None:
        self.lane: Lane = lane
        self.queue = Queue()
        self.slots: deque[SharedSlot] = deque()
        self.asking = False
        self.ask_at = 0.0  # the moment from which asking again is of use
        self.pace = 0.0  # seconds from one slot to the next, as experience has it
        self._latest: float | None = None  # when the latest slot was used, if somebody waited already

    @property
    def length(self) -> int:
        """How many calls wait."""
        return sum(self.queue.waiting().values())

    def used(self, now: float) -> None:
        """Learn from a slot that was used just now how fast this line moves."""
        if self._latest is not None:
            since = now - self._latest
            self.pace = since if not self.pace else 0.8 * self.pace + 0.2 * since
        self._latest = now if self.length > 1 else None

    def pause(self) -> None:
        """Learn nothing from the time until the next slot: it passes for another reason."""
        self._latest = None

    def first(
        self, now: float, counted: tuple[Allowance, ...], give_up: Callable[[SharedSlot], None]
    ) -> SharedSlot | None:
        """Return the first slot, if it counts for the same quotas; those that are of no use are given up."""
        while self.slots:
            slot = self.slots[0]
            if now <= slot.expires and tuple(each for each, _ in slot.counted) == counted:
                return slot
            give_up(self.slots.popleft())
        return None

    def grant(self, answer: Answer, skew: float) -> None:
        """Take in the slots of an answer; skew is from ``time.monotonic`` to the event loop's clock."""
        reply, message = answer.reply, answer.errand.message
        asked, got, usable = answer.asked + skew, answer.got + skew, in_time(reply.terms) + answer.late
        counted = tuple((each, each.number(reply.clock)) for each in message.allowances)
        self.slots.extend(
            SharedSlot(
                at=got + wait / SECOND,
                expires=asked + wait / SECOND + usable,
                number=reply.number + index,
                counted=counted,
            )
            for index, wait in enumerate(reply.slots)
        )

    def refuse_late(self, due: float, now: float) -> None:
        """Tell the first call that its slot comes too late, if it does."""
        head = self.queue.head()
        if head is not None and due > head.turn.deadline:
            head.refuse(too_late(head.turn.deadline, due, now))

    def wake(self) -> None:
        """Let the first one look again."""
        head = self.queue.head()
        if head is not None:
            head.woken.set()
