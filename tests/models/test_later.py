"""Attributes that are made when they are first read."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from typing import Any

import attrs
import pytest

from lixasync.codec import Decoder, dump
from lixasync.models import Experience, MonthYear, Person, Skill, TimePeriod
from lixasync.models.base import later, slots_of

DATA = {
    "name": "Robin",
    "liCreatedAt": 1367521780840,
    "viewerConnection": {"saved": True},
    "experience": [{"title": "x", "timePeriod": {"startedOn": {"year": 2020}, "endedOn": {}}}],
    "skills": [{"name": "Tea", "numOfEndorsement": "57"}],
}


def unread() -> Person:
    """A person of whom nothing nested has been made yet."""
    page = Decoder().page(dump({"people": [DATA]}), Person, items_key="people")
    assert page is not None
    return page.items[0]


WANTED = Decoder().model(DATA, Person)


@pytest.mark.parametrize(
    "way",
    [
        lambda person: person,
        copy.copy,
        copy.deepcopy,
        lambda person: pickle.loads(pickle.dumps(person)),  # noqa: S301 - our own bytes
        lambda person: attrs.evolve(person, name="Robin"),
    ],
    ids=["itself", "copy", "deepcopy", "pickle", "evolve"],
)
def test_it_is_a_person_like_any_other(way: Callable[[Person], Person]) -> None:
    person = way(unread())
    assert type(person) is Person
    assert person == WANTED
    assert hash(person) == hash(WANTED)
    assert repr(person) == repr(WANTED)
    assert person.to_dict() == WANTED.to_dict()
    assert attrs.asdict(person) == attrs.asdict(WANTED)
    assert person.raw == DATA
    assert person.experience == (Experience(title="x", time_period=TimePeriod(started_on=MonthYear(year=2020))),)
    assert person.skills == (Skill(name="Tea", num_of_endorsement=57),)
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        person.skills = ()  # type: ignore[misc]
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        del person.raw
    assert not hasattr(person, "__dict__")


def test_a_match_reads_it() -> None:
    match unread():
        case Person(name=str(name), skills=(Skill(name=skill),)):
            assert (name, skill) == ("Robin", "Tea")
        case _:
            pytest.fail("nothing matched")


def test_a_subclass_of_ones_own_has_it_too() -> None:
    unread()

    @attrs.frozen(kw_only=True, repr=False)
    class Contact(Person):
        note: str = ""

    contact = Contact(name="Robin", skills=(Skill(name="Tea"),), raw={"a": 1}, note="x")
    assert (contact.skills, contact.raw, contact.note) == ((Skill(name="Tea"),), {"a": 1}, "x")


@attrs.define(slots=True)
class Base:
    one: Any = None


@attrs.define(slots=True)
class Derived(Base):
    two: Any = None


def test_later() -> None:
    made: list[object] = []

    def make(value: complex) -> str:
        made.append(value)
        return f"made of {value}"

    how = later(Derived, "one")
    how.makers[complex] = make
    assert later(Base, "one") is later(Derived, "one") is how
    assert slots_of(Derived, ("one", "two")) == {"one": how.slot}
    for owner in (Base(1j), Derived(1j)):
        assert how.slot.__get__(owner) == 1j
        assert owner.one == owner.one == "made of 1j"
        assert how.slot.__get__(owner) == "made of 1j"
    assert made == [1j, 1j]
    owner.one = 2j
    assert owner.one == "made of 2j"
    assert Derived(one=None, two=1j).two == 1j
