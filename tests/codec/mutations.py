"""Bodies with anything in them: values of every kind, and changes to one thing about one object."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import attrs
from bodies import body, camel, snake
from hypothesis import strategies as st

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.integers(0, 2100)
    | st.floats()
    | st.sampled_from(
        ["", "0", "007", "-0", "-5", "1e2", "5.0", "2024", "1234", "null", "true", "1" * 45, "\ud800", "x"]
    )
    | st.sampled_from(["2024-02-29T01:02:03Z", "2024-12-31T23:59:59.123+05:30", "2024-13-01T00:00:00Z", "2024-01-01"])
    | st.sampled_from([1e30, 3.0, -0.0, 1512345678901, 253402300800000, "LIMITED_WORKING", "SINGS"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["name", "values", "x"]), inner, max_size=3)
    ),
    max_leaves=5,
)


@attrs.define
class Pairs:
    """An object with its keys as they come, which may be twice the same."""

    entries: list[tuple[str, Any]]


def as_pairs(data: Any) -> Any:
    if isinstance(data, dict):
        return Pairs([(key, as_pairs(value)) for key, value in data.items()])
    return [as_pairs(value) for value in data] if isinstance(data, list) else data


def as_text(tree: Any) -> str:
    if isinstance(tree, Pairs):
        return "{" + ", ".join(f"{json.dumps(key)}: {as_text(value)}" for key, value in tree.entries) + "}"
    if isinstance(tree, list):
        return "[" + ", ".join(map(as_text, tree)) + "]"
    return json.dumps(tree)


def objects(tree: Any) -> Iterator[Pairs]:
    if isinstance(tree, Pairs):
        yield tree
    for value in (
        [value for _, value in tree.entries] if isinstance(tree, Pairs) else tree if isinstance(tree, list) else ()
    ):
        yield from objects(value)


def mutate(tree: Any, draw: st.DataObject) -> None:
    """Change one thing about one object."""
    place = draw.draw(st.sampled_from(list(objects(tree))), label="object")
    change = draw.draw(st.sampled_from(["value", "rename", "drop", "add", "twice", "nest", "wrap"]), label="change")
    names = [
        "NAME",
        "fullName",
        "name",
        "socialAccounts",
        "startedOn",
        "relatedPersons",
        "summary",
        "response",
        "error",
    ]
    if change == "add" or not place.entries:
        key = draw.draw(st.sampled_from([*names, "zz", "li_created_at", "liCreatedAt", "meta", "traceId"]), label="key")
        place.entries.append((key, as_pairs(draw.draw(JSON, label="value"))))
        return
    index = draw.draw(st.integers(0, len(place.entries) - 1), label="index")
    key, value = place.entries[index]
    if change == "drop":
        del place.entries[index]
    elif change == "rename":
        respelled = [snake(key), key.upper(), camel(key), key.lower(), *names]
        place.entries[index] = (draw.draw(st.sampled_from(respelled), label="name"), value)
    elif change == "twice":
        place.entries.append((key, as_pairs(draw.draw(JSON, label="second value"))))
    elif change == "nest":
        place.entries[index] = (key, Pairs([(key, value)]))
    elif change == "wrap":
        place.entries[index] = (key, [value])
    else:
        place.entries[index] = (key, as_pairs(draw.draw(JSON, label="value")))


RICH = {
    **body("search_sales_leads.head.json")["people"][0],
    "liCreatedAt": 1367521780840,
    "numOfConnections": "12345",
    "premium": False,
    "languages": [{"name": "Welsh", "proficiency": "NATIVE_OR_BILINGUAL"}, {}],
    "viewerConnection": {"connectionDegree": 2, "saved": True},
    "patents": [{"title": "x", "issuedOn": {"year": 2020}, "inventors": [{"entityUrn": "urn:li:x:1"}]}],
    "birthDate": {"day": 1},
    "emails": ["a@example.com", ""],
}
