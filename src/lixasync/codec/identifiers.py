"""Answers about ids, in all the shapes they have had."""

from __future__ import annotations

from typing import Any

import attrs

from lixasync.codec.decoder import Decoder
from lixasync.codec.envelope import opened
from lixasync.models import OrganisationIds, PersonIds

__all__ = ["organisation_ids", "person_ids"]


def person_ids(decoder: Decoder, data: Any) -> PersonIds:
    """Read the ids of a person, within ``person_ids`` or bare.

    Lix API, operation get_person_ids.

    Raises:
        UnknownShapeError: ``data`` is not a JSON object.
    """
    inner = opened(data, "person_ids", decoder.drift, "PersonIds")
    return attrs.evolve(decoder.model(inner, PersonIds), raw=data)


def organisation_ids(decoder: Decoder, data: Any) -> OrganisationIds:
    """Read the ids of an organisation, within ``organisationIds`` or bare.

    Lix API, operation get_organisation_ids.

    Raises:
        UnknownShapeError: ``data`` is not a JSON object.
    """
    inner = opened(data, "organisationIds", decoder.drift, "OrganisationIds")
    return attrs.evolve(decoder.model(inner, OrganisationIds), raw=data)
