"""What every part of the LinkedIn client shares."""

from __future__ import annotations

import attrs

from lixasync.linkedin.generations import Generation
from lixasync.transport.caller import Caller


@attrs.frozen(kw_only=True)
class Core(Caller):
    """A client's inside, handed to each of its parts.

    Attributes:
        generation: Which generation of the API is spoken.
        base_url: Where the API is.
        search_cap: People a search lists at most.
    """

    generation: Generation
    base_url: str
    search_cap: int
