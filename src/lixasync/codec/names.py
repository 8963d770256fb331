"""How names of fields are compared."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["find", "fold"]


def fold(name: str) -> str:
    """Return a name without underscores and case, so that post_urn, postUrn and postURN are one."""
    return name.replace("_", "").casefold()


def find(data: Mapping[str, Any], name: str) -> str | None:
    """Return the key of ``data`` that means ``name``: the exact one, else one of the same letters."""
    if name in data:
        return name
    wanted = fold(name)
    return next((key for key in data if fold(key) == wanted), None)
