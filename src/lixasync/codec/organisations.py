"""Answers about organisations: one, whose data may come in several parts, and those of a website."""

from __future__ import annotations

from typing import Any

import attrs

from lixasync.codec.decoder import Decoder
from lixasync.codec.envelope import child, unwrapped, without
from lixasync.codec.listing import Listing
from lixasync.codec.names import fold
from lixasync.models import Organisation
from lixasync.models.base import wire_names

__all__ = ["organisation", "organisations"]

_PARTS = ("profile", "liOrganisation")
"""Objects that each hold an organisation, the one to be preferred first."""


def organisation(decoder: Decoder, data: Any) -> Organisation:
    """Read one organisation: ``profile``, filled up from ``liOrganisation`` and from what stands beside them.

    Lix API, operation get_organisation.

    Raises:
        UnknownShapeError: ``data`` is not a JSON object.
    """
    data = unwrapped(data, decoder.drift, "Organisation")
    if not isinstance(data, dict):
        return decoder.model(data, Organisation)
    found = {name: child(data, name) for name in _PARTS}
    parts = {name: part for name, part in found.items() if part is None or isinstance(part, dict)}
    readings = [decoder.model(part, Organisation) for part in (*filter(None, parts.values()), without(data, *parts))]
    known: dict[str, Any] = {}
    for reading in reversed(readings):
        known |= {name: value for name in wire_names(Organisation) if (value := getattr(reading, name)) is not None}
        known["extra"] = {**known.get("extra", {}), **reading.extra}
    return Organisation(**known, raw=data)


def organisations(decoder: Decoder, data: Any) -> Listing[Organisation]:
    """Read the organisations of a website, each laid out flat or as ids and profile.

    Lix API, operations list_organisations_by_website and list_organisations_by_domain.

    Raises:
        UnknownShapeError: no list of organisations can be found.
    """

    def read(items: list[Any]) -> tuple[Organisation, ...]:
        return tuple(
            _of_website(decoder, item) if isinstance(item, dict) else decoder.models([item], Organisation)[0]
            for item in items
        )

    return decoder.listing(data, Organisation, items_key="organisations", read=read)


def _of_website(decoder: Decoder, item: dict[str, Any]) -> Organisation:
    """Read one item, whose ids stand under ``org``: that name holds other things elsewhere."""
    renamed = {("organisationIds" if fold(key) == "org" else key): value for key, value in item.items()}
    return attrs.evolve(organisation(decoder, renamed), raw=item)
