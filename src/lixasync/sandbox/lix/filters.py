"""What a search asks for: the filters of both kinds of addresses and of `/v1/people/search`, as conditions.

What the sandbox cannot read or has no attribute for is refused, where the real service would find something or other.
Keywords find everybody: the sandbox has no full texts.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote

from lixasync.sandbox.replies import RefusedError

from .grammar import GrammarError, Node, parse
from .population import EVERY_CODE, LEADS, Condition, Conditions, Trait

_QUERY = re.compile(r"[?&#]query=([^&#]*)")
_PAIR = re.compile(r"\[([^\[\],\\]*),((?:[^,\\]|\\[,\\])*)\]", re.DOTALL)
_ESCAPED = re.compile(r"\\([,\\])")

_LISTS = {
    "currentCompany": "CURRENT_COMPANY",
    "pastCompany": "PAST_COMPANY",
    "geoUrn": "REGION",
    "industry": "INDUSTRY",
    "schoolFilter": "SCHOOL",
    "profileLanguage": "PROFILE_LANGUAGE",
    "network": "RELATIONSHIP",
}
_TEXTS = {
    "firstName": "FIRST_NAME",
    "lastName": "LAST_NAME",
    "title": "CURRENT_TITLE",
    "titleFreeText": "CURRENT_TITLE",
    "company": "CURRENT_COMPANY",
    "school": "SCHOOL",
    "schoolFreetext": "SCHOOL",
}


def plain(text: str) -> str:
    """Bring text into the form in which it is compared: case and kinds of composed letters do not count."""
    return unicodedata.normalize("NFC", text).casefold()


def bad(message: str) -> RefusedError:
    """Refuse parameters."""
    return RefusedError(400, "params_invalid", message)


def _codes(trait: Trait, ident: str, text: str, name: str) -> frozenset[int]:
    """List the codes a value means: those with its id, or without one those whose text holds its text."""
    if ident:
        number = ident.rpartition(":")[2]
        return frozenset(code for code, value in enumerate(trait.values) if value.id.rpartition(":")[2] == number)
    part = plain(text).strip()
    if not part:
        raise bad(f"{name} has a value without id and text")
    return frozenset(code for code, value in enumerate(trait.values) if part in plain(value.text))


def _union(codes: Iterable[frozenset[int]]) -> frozenset[int]:
    return frozenset().union(*codes)


# --- Sales Navigator -----------------------------------------------------------------------------------------


def of_sales_address(url: str, traits: Mapping[str, Trait]) -> Conditions:
    """Read the filters in an address of Sales Navigator, which stand behind `query=` in its query or after the '#'.

    Args:
        url: The address.
        traits: What can be filtered by, under the names of the filters.

    Raises:
        RefusedError: The query cannot be read, or asks for what the sandbox has no attribute for.
    """
    found = _QUERY.findall(url)
    if not found:
        return ()
    try:
        query = parse(unquote(found[-1], errors="strict"))
    except (GrammarError, UnicodeDecodeError) as error:
        raise bad(f"the query of the url cannot be read: {error}") from None
    if not isinstance(query, dict):
        raise bad("the query of the url must stand in parentheses")
    filters = query.get("filters", [])
    if not isinstance(filters, list):
        raise bad("filters must be a list: filters:List(...)")
    return tuple(_sales_filter(each, traits) for each in filters)


def _sales_filter(node: Node, traits: Mapping[str, Trait]) -> Condition:
    if not isinstance(node, dict) or not isinstance(node.get("type"), str):
        raise bad("each filter must be a record with a type: (type:REGION,values:List(...))")
    name = str(node["type"])
    trait = traits.get(name)
    if trait is None:
        raise bad(f"there is no filter {name[:50]}")
    if trait.ranged:
        return Condition((trait.column,), _between(node.get("rangeValue", ""), trait, name))
    values = node.get("values")
    if not isinstance(values, list) or not values:
        raise bad(f"{name} has no values")
    wanted: list[frozenset[int]] = []
    unwanted: list[frozenset[int]] = []
    for each in values:
        texts = _texts(each, name)
        choice = texts.get("selectionType", "INCLUDED")
        if choice not in ("INCLUDED", "EXCLUDED"):
            raise bad(f"the selectionType of {name} must be INCLUDED or EXCLUDED")
        codes = _codes(trait, texts.get("id", ""), texts.get("text", ""), name)
        (wanted if choice == "INCLUDED" else unwanted).append(codes)
    good = _union(wanted) if wanted else EVERY_CODE
    return Condition((trait.column,), good - _union(unwanted))


def _texts(node: Node, name: str) -> dict[str, str]:
    if not isinstance(node, dict):
        raise bad(f"each value of {name} must be a record: (id:1,text:a,selectionType:INCLUDED)")
    return {key: text for key, text in node.items() if isinstance(text, str)}


def _between(node: Node, trait: Trait, name: str) -> frozenset[int]:
    """List the codes whose values are numbers within a range, both ends included."""
    if not isinstance(node, dict):
        raise bad(f"{name} takes a rangeValue: (min:1,max:10)")
    texts = _texts(node, name)
    try:
        least, most = float(texts.get("min", "-inf")), float(texts.get("max", "inf"))
        return frozenset(code for code, value in enumerate(trait.values) if least <= float(value.id) <= most)
    except ValueError:
        raise bad(f"the rangeValue of {name} must hold numbers: (min:1,max:10)") from None


# --- LinkedIn ------------------------------------------------------------------------------------------------


def of_people_address(url: str) -> Conditions:
    """Read the filters in the address of a people search of LinkedIn's.

    Raises:
        RefusedError: A filter cannot be read.
    """
    query = url.partition("#")[0].partition("?")[2]
    found: list[Condition] = []
    for name, text in parse_qsl(query, keep_blank_values=True):
        if name in _LISTS:
            trait = LEADS[_LISTS[name]]
            found.append(Condition((trait.column,), _union(_codes(trait, each, "", name) for each in _ids(name, text))))
        elif name in _TEXTS:
            trait = LEADS[_TEXTS[name]]
            found.append(Condition((trait.column,), _codes(trait, "", text, name)))
    return tuple(found)


def _ids(name: str, text: str) -> list[str]:
    try:
        ids: Any = json.loads(text)
    except (ValueError, RecursionError):
        ids = None
    if not isinstance(ids, list) or not ids or not all(isinstance(each, str) and each for each in ids):
        raise bad(f'{name} must be a JSON array of ids: ["1007"]')
    return ids


# --- /v1/people/search ---------------------------------------------------------------------------------------


def of_pair(name: str, pair: str, filter_type: str) -> Condition:
    r"""Read a filter of the form `[id,text]`, in which a comma of the text stands behind a backslash.

    Args:
        name: The name of the parameter.
        pair: Its value, such as `[105763813,Colorado\, United States]` or `[,engineer]`.
        filter_type: A filter of `LEADS`.

    Raises:
        RefusedError: It is not of that form.
    """
    match = _PAIR.fullmatch(pair)
    if match is None:
        raise bad(rf"{name} must be of the form [id,text], with \, for a comma in the text")
    trait = LEADS[filter_type]
    return Condition((trait.column,), _codes(trait, match[1].strip(), _ESCAPED.sub(r"\1", match[2]), name))
