"""CPU of decoding a page of people: this project's models beside msgspec, pydantic and cattrs.

Needs orjson and pydantic, which the project itself does not.
"""

from __future__ import annotations

import random
import re
import statistics
from collections.abc import Callable, Iterable
from typing import Any, get_args, get_origin, get_type_hints

import attrs
import cattrs
import msgspec
import orjson
import pydantic
from cattrs.gen import make_dict_structure_fn, override

from lixasync.codec import Decoder, Listing, dump, parse
from lixasync.models import Model, Person
from lixasync.models.base import wire_names
from measure import chart, goal, side_by_side, table

GOAL, GOAL_BY_RULES = 2.3, 4.5
FLOOR = "orjson alone, to plain data"
STRUCT = "msgspec Struct"
PYDANTIC = "pydantic, model_validate_json"
OURS = "lixasync, today's shape"
OTHER_CASE = "lixasync, other case"
OLD_ENVELOPE = "lixasync, old envelope"
UNKNOWN = "lixasync, an unknown field in each"
WORDS = (
    *("brand", "design", "growth", "insight", "market", "platform"),
    *("product", "research", "revenue", "scale", "strategy", "team"),
)

# What the answers hold, as somebody would declare it who writes models for them.
SCHEMA: dict[str, dict[str, Any]] = {
    "Employer": {"name": str, "salesNavLink": str},
    "Month": {"year": int, "month": int},
    "Period": {"startedOn": "Month", "endedOn": "Month"},
    "Job": {
        **dict.fromkeys(("title", "description", "location", "dateStarted", "dateEnded"), str),
        "organisation": "Employer",
        "timePeriod": "Period",
    },
    "Study": {
        **dict.fromkeys(("institutionName", "degree", "fieldOfStudy", "dateStarted", "dateEnded"), str),
        "timePeriod": "Period",
    },
    "Talent": {"name": str, "numOfEndorsement": str},
    "Tongue": {"name": str, "proficiency": str},
    "Relation": {"connectionDegree": int, "saved": bool},
    "Human": {
        **dict.fromkeys(
            ("name", "firstName", "lastName", "headline", "description", "location", "link", "pronoun"), str
        ),
        **dict.fromkeys(("salesNavLink", "salesNavId", "liId", "img", "aboutSummaryText", "twitter", "industry"), str),
        "numOfConnections": int,
        "premium": bool,
        "viewerConnection": "Relation",
        "experience": ["Job"],
        "education": ["Study"],
        "skills": ["Talent"],
        "languages": ["Tongue"],
    },
    "Position": {"count": int, "start": int, "total": int},
    "Page": {"people": ["Human"], "paging": "Position"},
}


def person(number: int) -> dict[str, Any]:
    """Return somebody invented, with everything that a rich search result has."""
    chance = random.Random(number)

    def text(least: int, most: int) -> str:
        return " ".join(chance.choices(WORDS, k=chance.randint(least, most)))

    def month() -> dict[str, int]:
        return {"month": chance.randint(1, 12), "year": chance.randint(1998, 2025)}

    jobs = [
        {
            "title": text(2, 4),
            "description": text(8, 45),
            "location": "London, England, United Kingdom",
            "dateStarted": "April 2019",
            "dateEnded": "Present" if not place else "May 2022",
            "organisation": {"name": text(1, 2), "salesNavLink": f"https://linkedin.com/sales/company/{number}"},
            "timePeriod": {"startedOn": month(), "endedOn": month() if place else {}},
        }
        for place in range(number % 5)
    ]
    return {
        "name": f"Robin Marlowe {number}",
        "firstName": "Robin",
        "lastName": f"Marlowe {number}",
        "headline": text(3, 8),
        "description": text(3, 8),
        "location": "London, England, United Kingdom",
        "link": f"https://www.linkedin.com/in/robin-marlowe-{number}",
        "salesNavLink": f"https://linkedin.com/sales/lead/ACoAA{number:011},NAME_SEARCH,undefined",
        "salesNavId": f"ACoAA{number:011}",
        "liId": str(number),
        "img": f"https://media.licdn.com/dms/image/{number:016x}/profile-displayphoto-shrink_800_800/0/1?e=1&v=beta",
        "aboutSummaryText": text(15, 60),
        "twitter": None,
        "industry": "Software",
        "numOfConnections": chance.randint(0, 500),
        "premium": number % 5 == 0,
        "viewerConnection": {"connectionDegree": chance.randint(1, 3), "saved": False},
        "experience": jobs,
        "education": [
            {
                "institutionName": "University of Bilbao",
                "degree": "BSc",
                "fieldOfStudy": "Physics",
                "dateStarted": "2010",
                "dateEnded": "2013",
                "timePeriod": {"startedOn": {"year": 2010}, "endedOn": {"year": 2013}},
            }
        ]
        * (number % 3),
        "skills": [{"name": text(1, 2), "numOfEndorsement": str(chance.randint(1, 99))} for _ in range(number % 11)],
        "languages": [{"name": "Welsh", "proficiency": "NATIVE_OR_BILINGUAL"}] * (number % 3),
    }


def page(people: int) -> dict[str, Any]:
    return {
        "people": [person(number) for number in range(people)],
        "paging": {"count": people, "start": 0, "total": 100_000},
    }


def respelled(data: Any, spell: Callable[[str], str]) -> Any:
    if isinstance(data, dict):
        return {spell(key): respelled(value, spell) for key, value in data.items()}
    return [respelled(value, spell) for value in data] if isinstance(data, list) else data


def snake(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()


def declared(make: Callable[[str, dict[str, Any]], Any]) -> dict[str, Any]:
    """Declare the models with one of the peers; a list of fields is given with types that may be None."""
    made: dict[str, Any] = {}
    for name, fields in SCHEMA.items():
        kinds = {}
        for field, kind in fields.items():
            of = made[kind] if isinstance(kind, str) else list[made[kind[0]]] if isinstance(kind, list) else kind  # type: ignore[misc] # made at run time
            kinds[field] = of | None
        made[name] = make(name, kinds)
    return made


def struct_page() -> Any:
    return declared(
        lambda name, kinds: msgspec.defstruct(name, [(field, kind, None) for field, kind in kinds.items()])
    )["Page"]


def pydantic_page() -> Any:
    return declared(
        lambda name, kinds: pydantic.create_model(name, **{field: (kind, None) for field, kind in kinds.items()})
    )["Page"]


def cattrs_page() -> Callable[[bytes], object]:
    """Return how cattrs does it in the usual way: attributes in snake_case, each renamed, no detailed errors."""

    def make(name: str, kinds: dict[str, Any]) -> Any:
        fields = {snake(field): attrs.field(default=None, type=kind) for field, kind in kinds.items()}
        return attrs.make_class(name, fields, frozen=True, kw_only=True)

    models = declared(make)
    converter = cattrs.Converter(detailed_validation=False)
    for name, cls in models.items():
        renamed = {snake(field): override(rename=field) for field in SCHEMA[name]}
        converter.register_structure_hook(cls, make_dict_structure_fn(cls, converter, **renamed))
    return lambda body: converter.structure(orjson.loads(body), models["Page"])


def ours(body: bytes) -> Listing[Person]:
    """Decode a body as the pipeline does."""
    decoder = Decoder()
    at_once = decoder.page(body, Person, items_key="people")
    return decoder.listing(parse(body), Person, items_key="people") if at_once is None else at_once


def reader(fields: Iterable[str], nested: dict[str, tuple[Callable[[Any], None], bool]]) -> Callable[[Any], None]:
    """Return a function that reads each attribute of an object, and hands on what is nested in it.

    Args:
        fields: The attributes.
        nested: What to hand them to, for some, and whether they hold several.
    """
    lines = ["def read(model):"]
    for field in fields:
        if field not in nested:
            lines.append(f"    model.{field}")
        elif nested[field][1]:
            lines.append(f"    for each in model.{field} or (): read_{field}(each)")
        else:
            lines.append(f"    if (value := model.{field}) is not None: read_{field}(value)")
    scope: dict[str, Any] = {f"read_{field}": read for field, (read, _) in nested.items()}
    exec("\n".join(lines), scope)  # noqa: S102 - own names
    read: Callable[[Any], None] = scope["read"]
    return read


def reader_of_peers() -> Callable[[Any], None]:
    """Return what reads everything in a page of one of the peers."""
    readers: dict[str, Callable[[Any], None]] = {}
    for name, fields in SCHEMA.items():
        nested = {
            field: (readers[kind if isinstance(kind, str) else kind[0]], isinstance(kind, list))
            for field, kind in fields.items()
            if isinstance(kind, str | list)
        }
        readers[name] = reader(fields, nested)
    return readers["Page"]


def reader_of_ours(cls: type[Model]) -> Callable[[Any], None]:
    """Return what reads everything in one of our models; people within people are not in the page."""
    hints, nested = get_type_hints(cls), {}
    for name in wire_names(cls):
        kind, *_ = get_args(hints[name])
        if issubclass(kind, Model) and kind is not cls:
            nested[name] = (reader_of_ours(kind), get_origin(hints[name]) is tuple)
    return reader(wire_names(cls), nested)


def runs(people: int) -> dict[str, Callable[[], object]]:
    data = page(people)
    body = dump(data)
    other_case = dump(respelled(data, snake))
    old_envelope = dump({"searchResponse": data})
    unknown = dump({**data, "people": [{**each, "trackingId": "x"} for each in data["people"]]})
    wanted = ours(body).items
    for same in (other_case, old_envelope):
        assert ours(same).items == wanted
    assert Decoder().page(body, Person, items_key="people") is not None
    assert Decoder().page(unknown, Person, items_key="people") is None
    struct, model, structure = msgspec.json.Decoder(struct_page()), pydantic_page(), cattrs_page()
    read_peers, read_ours, read_top = reader_of_peers(), reader_of_ours(Person), reader(wire_names(Person), {})

    def each(read: Callable[[Any], None], page: Listing[Person]) -> None:
        for someone in page.items:
            read(someone)

    return {
        STRUCT: lambda: struct.decode(body),
        f"{STRUCT}, everything read": lambda: read_peers(struct.decode(body)),
        FLOOR: lambda: orjson.loads(body),
        PYDANTIC: lambda: model.model_validate_json(body),
        f"{PYDANTIC}, everything read": lambda: read_peers(model.model_validate_json(body)),
        "cattrs as it comes, after orjson": lambda: structure(body),
        OURS: lambda: ours(body),
        f"{OURS}, each attribute read": lambda: each(read_top, ours(body)),
        f"{OURS}, everything read": lambda: each(read_ours, ours(body)),
        OTHER_CASE: lambda: ours(other_case),
        OLD_ENVELOPE: lambda: ours(old_envelope),
        UNKNOWN: lambda: ours(unknown),
        f"{UNKNOWN}, each attribute read": lambda: each(read_top, ours(unknown)),
        f"{UNKNOWN}, everything read": lambda: each(read_ours, ours(unknown)),
    }


def often(run: Callable[[], object], times: int) -> Callable[[], None]:
    """Return a run long enough for the clock, and for the garbage collector to come by in each."""

    def several() -> None:
        for _ in range(times):
            run()

    return several


def measure(people: int, rounds: int) -> dict[str, float]:
    """Print the table of one size, and return the ratios."""
    times = max(1, 200 // people)
    taken = side_by_side({name: often(run, times) for name, run in runs(people).items()}, rounds)
    base = taken[STRUCT]
    ratios = {name: [one / other for one, other in zip(values, base, strict=True)] for name, values in taken.items()}
    rows = []
    for name, values in taken.items():
        low, middle, high = statistics.quantiles(ratios[name], n=4)
        rows.append(
            (name, f"{statistics.median(values) / times * 1e6:,.0f}", f"{middle:.2f}", f"{low:.2f} to {high:.2f}")
        )
    title = f"Decoding {people:,} people: CPU in µs, and as a multiple of msgspec Struct, medians"
    table(title, ("what", "µs", "×", "middle half of rounds"), rows)
    return {name: statistics.median(values) for name, values in ratios.items()}


def main() -> None:
    print(
        "A page of invented people in JSON, about 20 fields each and nested lists, is decoded to objects, in one"
        " process and by turns. The peers' models declare just the fields that occur; ours have all that are"
        " documented, keep what is unknown, and never refuse an answer. What is nested in an object of ours is made"
        " when it is first read, so reading is measured too, for the peers as well. The goal: at most"
        f" {GOAL} × of msgspec Struct for today's shape, {GOAL_BY_RULES} × for others, and ahead of pydantic in both."
    )
    ratios: dict[int, dict[str, float]] = {}
    for people, rounds in ((10, 60), (500, 25), (1000, 12)):
        ratios[people] = measure(people, rounds)
    print()
    for people, found in ratios.items():
        goal(f"{people:,} people, today's shape", found[OURS], "<=", GOAL, unit="× Struct")
        goal(f"{people:,} people, other case", found[OTHER_CASE], "<=", GOAL_BY_RULES, unit="× Struct")
        goal(f"{people:,} people, old envelope", found[OLD_ENVELOPE], "<=", GOAL_BY_RULES, unit="× Struct")
        goal(f"{people:,} people, unknown fields", found[UNKNOWN], "<=", GOAL_BY_RULES, unit="× Struct")
        goal(f"{people:,} people, pydantic beside today's shape", found[PYDANTIC] / found[OURS], ">", 1, unit="×")
        goal(f"{people:,} people, pydantic beside unknown fields", found[PYDANTIC] / found[UNKNOWN], ">", 1, unit="×")
    chart("decode", "Decoding 500 people", ratios[500], unit="× msgspec Struct", goal=GOAL)


if __name__ == "__main__":
    main()
