"""Models as values: equality, hashing, pickling, text, plain output, identity."""

from __future__ import annotations

import ast
import copy
import json
import pickle
import re
import subprocess
import sys
import types
import typing
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import attrs
import pytest

from lixasync import models
from lixasync.models import (
    Balances,
    Connection,
    DailyAllowance,
    Experience,
    Language,
    Model,
    MonthYear,
    Organisation,
    Person,
    Skill,
    TimePeriod,
    VisibilityToken,
)
from lixasync.models.base import known_values, wire_names

PUBLIC = [getattr(models, name) for name in models.__all__]
CLASSES = [cls for cls in PUBLIC if issubclass(cls, Model)]
RICH = Person(
    name="Robin Marlowe",
    link="https://www.linkedin.com/in/robin-marlowe",
    li_created_at=datetime(2013, 5, 2, 19, 9, 40, 840000, tzinfo=UTC),
    num_of_connections=0,
    premium=False,
    experience=(
        Experience(
            title="Director",
            organisation=Organisation(name="Lix", raw={"name": "Lix"}),
            time_period=TimePeriod(started_on=MonthYear(year=2020, month=11)),
        ),
    ),
    skills=(Skill(name="Tea", num_of_endorsement=3), Skill(extra={"value": "x"})),
    emails=("a@example.com",),
    extra={"nickname": ["Rob"]},
    raw={"name": "Robin Marlowe"},
)


def test_all_public_names_are_models_with_their_attributes_described() -> None:
    assert {cls.__name__ for cls in PUBLIC if cls not in CLASSES} == {"Presence", "VisibilityToken"}
    for cls in CLASSES:
        assert cls.__doc__
        if cls is not Model:
            assert "Lix API, o" in cls.__doc__ or "LinkedIn v1, section Responses" in cls.__doc__
        for name in wire_names(cls):
            assert re.search(rf"\n +{name}: ", cls.__doc__), f"{cls.__name__}.{name}"


@pytest.mark.parametrize("cls", CLASSES)
def test_every_field_is_of_a_kind_that_can_be_read(cls: type[Model]) -> None:
    hints = typing.get_type_hints(cls)
    for name in wire_names(cls):
        kind = hints[name]
        field = attrs.fields_dict(cls)[name]
        if typing.get_origin(kind) is tuple:
            item, rest = typing.get_args(kind)
            assert rest is ...
            assert field.default == ()
        else:
            assert isinstance(kind, types.UnionType)
            item, none = typing.get_args(kind)
            assert none is type(None)
            assert field.default is None
        assert item in {str, int, bool, datetime, VisibilityToken} or issubclass(item, Model)


@pytest.mark.parametrize("cls", CLASSES)
def test_made_without_arguments(cls: type[Model]) -> None:
    model = cls()
    assert model == cls()
    assert hash(model) == hash(cls())
    assert model.to_dict() == {}
    assert repr(model) == f"{cls.__name__}()"
    assert pickle.loads(pickle.dumps(model)) == model  # noqa: S301 - our own bytes
    assert not hasattr(model, "__dict__")


def test_frozen_and_by_keyword() -> None:
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        RICH.name = "x"  # type: ignore[misc]
    with pytest.raises(TypeError):
        Skill("Tea")  # type: ignore[misc]


def test_equality_and_hash() -> None:
    assert attrs.evolve(RICH, raw={"other": 1}) == RICH
    assert hash(attrs.evolve(RICH, raw={"other": 1})) == hash(RICH)
    assert attrs.evolve(RICH, extra={}) != RICH
    assert hash(attrs.evolve(RICH, extra={})) == hash(RICH)
    assert attrs.evolve(RICH, name="x") != RICH
    assert {RICH, copy.deepcopy(RICH)} == {RICH}
    assert MonthYear() != TimePeriod()


def test_pickle_keeps_everything() -> None:
    again = pickle.loads(pickle.dumps(RICH))  # noqa: S301 - our own bytes
    assert again == RICH
    assert again.raw == RICH.raw
    assert again.experience[0].organisation.raw == {"name": "Lix"}


def test_to_dict() -> None:
    plain = {
        "name": "Robin Marlowe",
        "link": "https://www.linkedin.com/in/robin-marlowe",
        "li_created_at": "2013-05-02T19:09:40.840000Z",
        "experience": [
            {
                "title": "Director",
                "organisation": {"name": "Lix"},
                "time_period": {"started_on": {"year": 2020, "month": 11}},
            }
        ],
        "skills": [{"name": "Tea", "num_of_endorsement": 3}, {"extra": {"value": "x"}}],
        "num_of_connections": 0,
        "emails": ["a@example.com"],
        "premium": False,
        "extra": {"nickname": ["Rob"]},
    }
    assert RICH.to_dict() == plain
    assert json.loads(json.dumps(RICH.to_dict())) == plain


def test_to_dict_leaves_out_what_says_nothing() -> None:
    empty = Person(
        name="",
        viewer_connection=models.ViewerConnection(),
        experience=(Experience(time_period=TimePeriod(started_on=MonthYear())),),
    )
    # an element keeps its place even when it says nothing
    assert empty.to_dict() == {"experience": [{}]}


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (datetime(2023, 10, 5, 13, 28, 14, tzinfo=UTC), "2023-10-05T13:28:14Z"),
        (datetime(2023, 10, 5, 15, 28, 14, tzinfo=timezone(timedelta(hours=2))), "2023-10-05T13:28:14Z"),
        (datetime(2023, 10, 5, 13, 28, 14), "2023-10-05T13:28:14Z"),  # noqa: DTZ001 - taken as UTC
        (datetime(2023, 10, 5, 13, 28, 14, 5, tzinfo=UTC), "2023-10-05T13:28:14.000005Z"),
    ],
    ids=str,
)
def test_to_dict_of_a_moment(moment: datetime, text: str) -> None:
    assert DailyAllowance(refreshes_at=moment).to_dict() == {"refreshes_at": text}


def test_to_dict_does_not_hand_out_the_model_itself() -> None:
    RICH.to_dict()["extra"]["new"] = 1
    assert "new" not in RICH.extra


def test_repr() -> None:
    assert repr(Skill(name="Tea", num_of_endorsement=0)) == "Skill(name='Tea', num_of_endorsement=0)"
    assert repr(RICH) == (
        "Person(name='Robin Marlowe', link='https://www.linkedin.com/in/robin-marlowe', "
        "li_created_at=datetime.datetime(2013, 5, 2, 19, 9, 40, 840000, tzinfo=datetime.timezone.utc), "
        "experience=<1>, skills=<2>, num_of_connections=0, emails=<1>, premium=False, extra=<1>)"
    )
    assert repr(Balances(email=1, enterprise=False)) == "Balances(email=1, enterprise=False)"


def test_repr_is_short() -> None:
    texts: dict[str, Any] = dict.fromkeys(wire_names(Organisation), "x" * 1_000)
    long = repr(Organisation(name="x" * 1_000))
    assert long == f"Organisation(name='{'x' * 59}…')"
    assert repr(Organisation(name="x" * 60)) == f"Organisation(name='{'x' * 60}')"
    assert len(repr(Organisation(**texts))) == 400
    assert repr(Organisation(**texts)).endswith("…)")
    assert len(repr(Experience(organisation=Organisation(**texts)))) <= 400


def test_wire_names() -> None:
    assert wire_names(DailyAllowance) == {
        "requests_remaining": ("requestsRemaining",),
        "refreshes_at": ("refreshesAt",),
        "refreshes_at_iso": ("refreshesAtISO",),
    }
    assert wire_names(Person)["name"] == ("name", "fullName")
    assert wire_names(Model) == {}
    assert "NATIVE_OR_BILINGUAL" in known_values(Language, "proficiency")
    assert known_values(Language, "name") == frozenset()


SLUG = "https://www.linkedin.com/in/robin-marlowe"
ID = "ACoAAAXQSFkB"


@pytest.mark.parametrize(
    ("person", "identity"),
    [
        (Person(link=SLUG), SLUG),
        (Person(link=SLUG + "/"), SLUG),
        (Person(link=SLUG + "/?trk=x&a=b#top"), SLUG),
        (Person(link=SLUG + "#top?x"), SLUG),
        (Person(link=" HTTPS://WWW.LinkedIn.com/in/robin-marlowe "), SLUG),
        (Person(link="https://www.linkedin.com/in/Robin"), "https://www.linkedin.com/in/Robin"),
        (Person(link="linkedin.com/in/robin"), "linkedin.com/in/robin"),
        (Person(link="https://[broken/in/robin"), "https://[broken/in/robin"),
        (Person(link=SLUG, sales_nav_id="x", li_id="y", img="z"), SLUG),
        (Person(sales_nav_id=ID), f"sales:{ID}"),
        (Person(sales_nav_id=f"{ID},NAME_SEARCH,abc"), f"sales:{ID}"),
        (Person(sales_nav_link=f"https://linkedin.com/sales/lead/{ID},NAME_SEARCH,undefined"), f"sales:{ID}"),
        (Person(sales_nav_link=f"https://www.linkedin.com/sales/people/{ID},NAME?x=1"), f"sales:{ID}"),
        (Person(sales_nav_link="https://www.linkedin.com/sales/people/", li_id="a"), "li:a"),
        (Person(sales_nav_link="https://linkedin.com/sales/lead/,NAME_SEARCH,undefined"), None),
        (Person(li_id="a"), "li:a"),
        (Person(link="https://www.linkedin.com/in/private", li_id="a"), "li:a"),
        (Person(link="https://www.linkedin.com/in/"), None),
        (Person(link="private"), None),
        (Person(link="?x"), None),
        (Person(li_id="Private", sales_nav_id="private"), None),
        (Person(sales_nav_link="https://linkedin.com/sales/lead/private,NAME_SEARCH,x"), None),
        (Person(name="Robin Marlowe", img="https://media.licdn.com/x?e=1"), None),
        (Person(link="", li_id=""), None),
        (Connection(link=SLUG + "/", entity_urn="urn:li:x:1"), SLUG),
        (Connection(entity_urn="urn:li:x:1", public_identifier="robin"), "urn:urn:li:x:1"),
        (Connection(public_identifier="robin"), "slug:robin"),
        (Connection(public_identifier="private"), None),
        (Connection(profile_picture="https://media.licdn.com/x?e=1", name="Robin"), None),
    ],
    ids=str,
)
def test_identity(person: Person | Connection, identity: str | None) -> None:
    assert person.identity == identity


def test_started_and_ended_come_from_the_time_period() -> None:
    period = TimePeriod(started_on=MonthYear(year=2020), ended_on=MonthYear(year=2021))
    assert (Experience(time_period=period).started, Experience(time_period=period).ended) == (
        MonthYear(year=2020),
        MonthYear(year=2021),
    )
    education = models.Education(time_period=period)
    assert (education.started, education.ended) == (MonthYear(year=2020), MonthYear(year=2021))
    assert (models.Education().started, models.Education(date_ended="2016").ended) == (None, None)
    assert Experience(date_started="April 2023").started is None


def test_names_for_type_checkers_and_names_for_python_are_the_same() -> None:
    tree = ast.parse(Path(models.__file__).read_text(encoding="utf-8"))
    (block,) = (node for node in tree.body if isinstance(node, ast.If))
    declared = {
        alias.name: node.module
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.asname == alias.name
    }
    assert declared == {name: f"lixasync.models.{home}" for name, home in models._HOMES.items()}
    assert {cls.__module__ for cls in PUBLIC} <= set(declared.values())
    assert set(models.__all__) <= set(dir(models))
    with pytest.raises(AttributeError, match="nonsense"):
        models.nonsense  # noqa: B018 - it is the look-up that is tested


def test_one_api_does_not_load_the_models_of_the_other() -> None:
    """Law 13: what is not used is not loaded."""
    script = "import sys; from lixasync.models import Person, Connection; print(*sorted(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split()
    assert "lixasync.models.person" in loaded
    assert not {"lixasync.models.member", "lixasync.models.share", "lixasync.models.facet"} & set(loaded)
