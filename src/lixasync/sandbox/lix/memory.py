"""What one run of the sandbox remembers of the Lix API, beside the account."""

from __future__ import annotations

import dataclasses
from collections import Counter
from typing import Any


@dataclasses.dataclass(slots=True, kw_only=True)
class Pending:
    """A request of LookC's that was accepted and is answered later.

    Attributes:
        polls: How many more times it says that it is pending.
        data: The answer.
    """

    polls: int
    data: Any


@dataclasses.dataclass(slots=True, kw_only=True)
class Memory:
    """What callers did that later answers depend on.

    Attributes:
        asked: How often the address of each profile was asked for.
        pending: LookC's accepted requests, by their id.
    """

    asked: Counter[str] = dataclasses.field(default_factory=Counter[str])
    pending: dict[str, Pending] = dataclasses.field(default_factory=dict[str, Pending])
