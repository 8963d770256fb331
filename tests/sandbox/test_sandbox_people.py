"""The invented people: deterministic, unique, resolvable and untidy enough."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from lixasync.sandbox import people

MANY = 1500


def test_an_item_follows_from_the_seed_and_its_index_alone() -> None:
    assert people.person(7, 400) == people.person(7, 400)
    assert people.connection(7, 400) == people.connection(7, 400)
    assert people.person(7, 400) != people.person(8, 400)
    assert people.connection(7, 400) != people.connection(8, 400)


def test_people_are_unique() -> None:
    everybody = [people.connection(7, index) for index in range(MANY)]
    assert len({item["publicIdentifier"] for item in everybody}) == MANY
    assert len({item["link"] for item in everybody}) == MANY
    assert len({item["entityUrn"] for item in everybody}) == MANY
    assert len({people.person(7, index)["link"] for index in range(MANY)}) == MANY


def test_connections_come_newest_first() -> None:
    since = [int(people.connection(7, index)["connectedAt"]) for index in range(MANY)]
    assert since == sorted(since, reverse=True)


@given(seed=st.integers(0, 9), index=st.integers(0, 10**6), kind=st.sampled_from(["person", "connection"]))
def test_a_public_identifier_can_be_resolved(seed: int, index: int, kind: people.Kind) -> None:
    who = people.identity(seed, kind, index)
    assert people.resolve(seed, who["publicIdentifier"]) == (kind, index)
    for link in (
        who["link"], who["link"] + "/", who["link"] + "?locale=en", f" {who['publicIdentifier']} ",
        who["link"].replace("https://www.", "http://uk."),
    ):  # fmt: skip
        assert people.slug_of(link) == who["publicIdentifier"]


def test_strangers_do_not_resolve() -> None:
    real = people.identity(7, "person", 5)["publicIdentifier"]
    for slug in (
        "nobody",
        "somebody-else-p5",
        real + "0",
        real.replace("-p5", "-p05"),
        real.replace("-p5", "-c5"),
    ):
        assert people.resolve(7, slug) is None
    assert people.slug_of("https://www.linkedin.com/in/") is None
    assert people.slug_of("") is None


def test_fields_go_missing_in_every_way() -> None:
    everybody = [people.person(7, index) for index in range(MANY)]
    places = [item.get("location", "absent") for item in everybody]
    assert {"absent", None, ""} < set(places)
    numbers = {type(item["numOfConnections"]) for item in everybody if "numOfConnections" in item}
    assert numbers >= {int, str}
    assert {len(item.get("experience") or []) for item in everybody} >= {0, 1, 2, 3, 4, 7}
    assert any("x_unlisted" in item for item in everybody)
    assert any("x_unlisted" in people.connection(7, index) for index in range(MANY))
    assert any(isinstance(people.connection(7, index)["connectedAt"], str) for index in range(MANY))


def test_names_are_not_only_ascii() -> None:
    text = "".join(people.person(7, index)["name"] for index in range(MANY))
    assert set("'&éŁ霧") <= set(text)
    assert all(people.person(7, index)["link"].isascii() for index in range(MANY))


def test_pictures_can_be_left_out() -> None:
    with_pictures = [people.connection(7, index) for index in range(50)]
    without = [people.connection(7, index, pictures=False) for index in range(50)]
    assert without == [
        {name: value for name, value in item.items() if name != "profile_picture"} for item in with_pictures
    ]


def test_the_encoded_form_is_the_same_item() -> None:
    assert json.loads(people.connection_bytes(7, 3, True)) == people.connection(7, 3)
    assert json.loads(people.connection_bytes(7, 3, False)) == people.connection(7, 3, pictures=False)
    assert json.loads(people.person_bytes(7, 3)) == people.person(7, 3)
    assert people.person(7, 3, "connection")["link"] == people.connection(7, 3)["link"]
