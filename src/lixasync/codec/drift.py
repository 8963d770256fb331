"""Counts of what the server sends that the models do not expect."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

__all__ = ["Drift", "DriftReport"]

_NAME = 80
_VALUE = 40
_SHOWN = 10


@attrs.frozen(kw_only=True)
class DriftReport:
    """How far the answers were from what is documented, at one moment.

    Keys are names such as ``Person.nickname``, values are how often that was met.

    Attributes:
        unknown_fields: Fields a model has no attribute for.
        unknown_values: Values of open enums that are not documented, as ``Language.proficiency=NEW``.
        mismatches: Values of an unexpected kind, or a second, different value for the same attribute.
        envelopes: Objects met around a page that are old or unknown, as ``Person: searchResponse``.
        items_keys: Keys met for the items of a page that are old or unknown, as ``Person: results``.
        uncounted: What was met after the limit of distinct names, all together.
    """

    unknown_fields: Mapping[str, int] = attrs.field(factory=dict)
    unknown_values: Mapping[str, int] = attrs.field(factory=dict)
    mismatches: Mapping[str, int] = attrs.field(factory=dict)
    envelopes: Mapping[str, int] = attrs.field(factory=dict)
    items_keys: Mapping[str, int] = attrs.field(factory=dict)
    uncounted: int = 0

    def __bool__(self) -> bool:
        return any(attrs.astuple(self, recurse=False))

    def __str__(self) -> str:
        lines = [
            f"{title}: {_most(counts)}"
            for title, counts in (
                ("unknown fields", self.unknown_fields),
                ("unknown values", self.unknown_values),
                ("unexpected kinds", self.mismatches),
                ("envelopes", self.envelopes),
                ("item keys", self.items_keys),
            )
            if counts
        ]
        if self.uncounted:
            lines.append(f"beyond the limit of names: {self.uncounted}")
        return "\n".join(lines) or "no drift"


class Drift:
    """Counts unknown fields, values, envelopes and kinds; holds names only, never the values of fields.

    Memory is bounded: long names are cut, and after ``limit`` distinct names the rest is counted together.
    Not meant for several threads at once.

    Args:
        limit: How many distinct names are counted one by one.
    """

    __slots__ = ("_counts", "_limit", "_uncounted")

    def __init__(self, limit: int = 1000) -> None:
        self._limit = limit
        self._uncounted = 0
        self._counts: dict[tuple[str, str], int] = {}

    def unknown_field(self, model: str, field: str) -> None:
        """Count a field the model has no attribute for."""
        self._count("unknown_fields", f"{model}.{field[:_NAME]}")

    def unknown_value(self, model: str, field: str, value: str) -> None:
        """Count an undocumented value of an open enum; its first 40 characters are kept as its name."""
        self._count("unknown_values", f"{model}.{field[:_NAME]}={value[:_VALUE]}")

    def mismatch(self, model: str, field: str) -> None:
        """Count a value of an unexpected kind."""
        self._count("mismatches", f"{model}.{field[:_NAME]}")

    def envelope(self, model: str, name: str) -> None:
        """Count an old or unknown object around a page of this model."""
        self._count("envelopes", f"{model}: {name[:_NAME]}")

    def items_key(self, model: str, name: str) -> None:
        """Count an old or unknown key for the items of a page of this model."""
        self._count("items_keys", f"{model}: {name[:_NAME]}")

    def report(self) -> DriftReport:
        """Return the counts so far."""
        kinds: dict[str, dict[str, int]] = {}
        for (kind, name), count in self._counts.items():
            kinds.setdefault(kind, {})[name] = count
        return DriftReport(**kinds, uncounted=self._uncounted)

    def clear(self) -> None:
        """Start again from zero."""
        self._counts.clear()
        self._uncounted = 0

    def _count(self, kind: str, name: str) -> None:
        key = (kind, name)
        seen = self._counts.get(key)
        if seen is not None:
            self._counts[key] = seen + 1
        elif len(self._counts) < self._limit:
            self._counts[key] = 1
        else:
            self._uncounted += 1


def _most(counts: Mapping[str, int]) -> str:
    ranked = sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))
    shown = [f"{name} ({count})" for name, count in ranked[:_SHOWN]]
    if len(ranked) > _SHOWN:
        shown.append(f"and {len(ranked) - _SHOWN} more")
    return ", ".join(shown)
