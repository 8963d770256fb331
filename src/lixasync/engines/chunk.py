"""A chunk of a job: a small value that says where its inputs are, and that any task queue can carry."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

import attrs

from lixasync.engines.stores.base import checked_name
from lixasync.errors import InvalidArgumentError


@attrs.frozen(kw_only=True)
class Chunk:
    """Some inputs of a job, to be worked on anywhere. It holds no input, no key and no password.

    Attributes:
        store: The address of the store that the chunk is in, without user, password and query.
        name: The chunk's name in it; the same for the same inputs of the same job.
        method: What is called for each input, such as ``"enrichment.person"``.
        inputs: How many inputs it was made of.
    """

    store: str
    name: str
    method: str
    inputs: int

    def as_json(self) -> dict[str, Any]:
        """Return the chunk as JSON has it: a small dict of texts and a number."""
        return attrs.asdict(self)

    @classmethod
    def from_json(cls, value: object) -> Self:
        """Return a chunk that came as JSON.

        Args:
            value: What `as_json` returned.

        Raises:
            InvalidArgumentError: it is none.
        """
        kinds = {"store": str, "name": str, "method": str, "inputs": int}
        if not isinstance(value, Mapping) or any(type(value.get(name)) is not kind for name, kind in kinds.items()):
            raise InvalidArgumentError("This is no chunk.", hint="Pass what Chunk.as_json() returned.")
        checked_name(value["name"])
        return cls(**{name: value[name] for name in kinds})
