"""Says what the people of the searches are, to compare with what is found."""

from __future__ import annotations

from lixasync.sandbox.lix.population import LEADS, code
from lixasync.sandbox.lix.vocabulary import Value


def attribute(seed: int, filter_type: str, index: int) -> Value | None:
    """What a person is in the eyes of a filter; None for somebody who has no such attribute."""
    trait = LEADS[filter_type]
    found = code(seed, trait.column, index)
    return trait.values[found] if found < len(trait.values) else None
