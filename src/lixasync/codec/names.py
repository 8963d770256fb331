"""How names of fields are compared."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

__all__ = ["find", "fold"]

_LONG = 64
"""Characters of a name that no field has; such are not kept in memory."""


def fold(name: str) -> str:
    """Return a name without underscores and case, so that post_urn, postUrn and postURN are one."""
    return _folded(name) if len(name) < _LONG else _folded.__wrapped__(name)


@lru_cache(maxsize=4096)
def _folded(name: str) -> str:
    return name.replace("_", "").casefold()


def find(data: Mapping[str, Any], name: str) -> str | None:
    """Return the key of ``data`` that means ``name``: the exact one, else one of the same letters."""
    if name in data:
        return name
    wanted = fold(name)
    return next((key for key in data if fold(key) == wanted), None)
