"""What twins read is what the rules of decoding would have made of it."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime
from typing import Any

import attrs
import pytest
from bodies import FIXTURES, NAMES, body, camel, decode, operation, rewrite, snake
from hypothesis import given, settings
from hypothesis import strategies as st
from mutations import JSON, RICH, as_pairs, as_text, mutate
from rules_alone import SHAPES, RulesAlone, assert_same, assert_same_but_for_nan, listing, page

from lixasync import models
from lixasync.codec import Decoder, dump, parse, structure
from lixasync.codec.twins import twin_of
from lixasync.errors import DecodeError
from lixasync.models import Connection, Experience, Member, Model, Person, Post, SalesThread, Skill, TimePeriod
from lixasync.models.base import wire

OF_TODAY = {
    *("get_sales_account_list.head.json", "get_sales_lead_list.head.json", "list_company_followers.head.json"),
    *("list_job_hirers.head.json", "list_job_hirers.mdx.json", "search_organisations.head.json"),
    *("search_people.head.json", "search_recruiter_candidates.head.json", "search_sales_accounts.head.json"),
    *("search_sales_leads.head.json", "search_sales_leads_by_filters.head.json"),
}
"""Pages that can be read from their bodies at once."""
PAGES = [name for name in NAMES if operation(name) in SHAPES]
MANY = settings(max_examples=400, deadline=None, database=None)
SOME = settings(max_examples=150, deadline=None, database=None)


def settle() -> None:
    """Read enough objects of each class that their twins are asked again, whatever they refused before."""
    for name in models.__all__:
        cls = getattr(models, name)
        if issubclass(cls, Model):
            Decoder().models([{}] * 40, cls)


@pytest.fixture(autouse=True, scope="module")
def _settled() -> None:
    settle()


def people(data: Any) -> Any:
    return Decoder().page(data if isinstance(data, bytes) else dump(data), Person, items_key="people")


@pytest.mark.parametrize("name", PAGES)
def test_page(name: str) -> None:
    """Of each saved page: whether it is read at once, and that this makes no difference."""
    content = (FIXTURES / name).read_bytes()
    decoder, rules = Decoder(), RulesAlone()
    found = page(decoder, operation(name), content)
    assert (found is not None) == (name in OF_TODAY)
    if found is not None:
        assert_same(found, listing(rules, operation(name), parse(content)), decoder, rules)


@pytest.mark.parametrize("spelling", [snake, camel])
@pytest.mark.parametrize("name", sorted(OF_TODAY))
def test_page_in_another_spelling(name: str, spelling: Any) -> None:
    data = rewrite(body(name), key=lambda key: spelling(snake(key)))
    decoder, rules = Decoder(), RulesAlone()
    found = page(decoder, operation(name), dump(data))
    assert found is not None
    assert_same(found, listing(rules, operation(name), data), decoder, rules)


@pytest.mark.parametrize("name", NAMES)
def test_any_answer(name: str) -> None:
    decoder, rules = Decoder(), RulesAlone()
    assert_same(decode(name, body(name), decoder), decode(name, body(name), rules), decoder, rules)


@MANY
@given(draw=st.data())
def test_a_page_with_anything_in_it(draw: st.DataObject) -> None:
    tree = as_pairs({"people": [RICH, {}], "paging": {"count": 2, "total": "9"}, "meta": {"sequenceId": "s"}})
    for _ in range(draw.draw(st.integers(0, 3), label="changes")):
        mutate(tree, draw)
    content = as_text(tree).encode()
    decoder, rules = Decoder(), RulesAlone()
    found = wanted = refused = None
    try:
        wanted = listing(rules, "search_people", parse(content))
    except DecodeError as error:
        refused = error
    found = page(decoder, "search_people", content)
    if found is None and refused is None:
        found = listing(decoder, "search_people", parse(content))
    assert (found is None) == (wanted is None)
    if found is not None:
        assert_same_but_for_nan(found, wanted, decoder, rules)


@SOME
@given(name=st.sampled_from(NAMES), draw=st.data())
def test_any_answer_with_anything_in_it(name: str, draw: st.DataObject) -> None:
    tree = as_pairs(body(name))
    for _ in range(draw.draw(st.integers(1, 3), label="changes")):
        mutate(tree, draw)
    data = parse(as_text(tree).encode())
    decoder, rules = Decoder(), RulesAlone()
    try:
        wanted = decode(name, data, rules)
    except DecodeError as error:
        with pytest.raises(type(error)):
            decode(name, data, decoder)
        return
    assert_same_but_for_nan(decode(name, data, decoder), wanted, decoder, rules)


@SOME
@given(value=JSON)
def test_any_moment(value: Any) -> None:
    content = json.dumps({"people": [{"liCreatedAt": value}]}).encode()
    decoder, rules = Decoder(), RulesAlone()
    found = page(decoder, "search_people", content) or listing(decoder, "search_people", parse(content))
    assert_same_but_for_nan(found, listing(rules, "search_people", parse(content)), decoder, rules)


@pytest.mark.parametrize(
    "sent",
    [
        *(0, 1367521780, 1367521780840, "1367521780840", 253402300799999, "99999999999999"),
        *(
            "2013-05-02T19:09:40Z",
            "2013-05-02T19:09:40.840Z",
            "2013-12-31T23:59:59.123456+05:30",
            "2999-04-30T00:00:00",
        ),
    ],
    ids=str,
)
def test_moments_of_today(sent: Any) -> None:
    found = people({"people": [{"liCreatedAt": sent}]})
    (wanted,) = listing(RulesAlone(), "search_people", {"people": [{"liCreatedAt": sent}]}).items
    assert found.items[0].li_created_at == wanted.li_created_at
    assert isinstance(wanted.li_created_at, datetime)
    assert found.items[0].li_created_at.tzinfo is UTC
    assert found.items[0].raw == {"liCreatedAt": sent}


@pytest.mark.parametrize(
    "sent", ["2024-02-29T00:00:00Z", "2024-04-31T00:00:00Z", -1, 253402300800000, "soon", True, 1.5]
)
def test_moments_for_the_rules(sent: Any) -> None:
    assert people({"people": [{"liCreatedAt": sent}]}) is None


@pytest.mark.parametrize(
    "content",
    [
        b'{"people": [], "error": "none"}',
        b'{"people": [{"name": "x"}], "error": {"type": "rate_limit"}}',
        b'{"people": [{"name": "x"}], "ERROR": "x"}',
        b'{"people": [{"name": "x", "nickname": "y"}]}',
        b'{"people": [{"NAME": "x"}]}',
        b'{"people": [null]}',
        b'{"people": null}',
        b'{"response": {"people": []}}',
        b'{"people": [{"socialAccounts": {}}]}',
        b'{"people": [{"relatedPersons": [{"name": "x"}]}]}',
        b'{"people": [{"name": "\\ud800"}]}',
        b'{"people": [{"name": "\xff"}]}',
        b'{"people": [{"name": NaN}]}',
        b'{"people": [{"experience": [{"startedOn": {"year": 2020}}]}]}',
        b'{"people": [{"languages": [{"proficiency": "SINGS"}]}]}',
        b'{"people": [{"numOfConnections": "many"}]}',
        b'{"people": [{"numOfConnections": 1.5}]}',
        b'{"people": [',
        b"",
        b"[]",
        b'{"people": ' + b"[" * 100_000,
    ],
    ids=lambda content: str(content[:50]),
)
def test_what_is_not_of_today(content: bytes) -> None:
    assert people(content) is None


def test_nothing_in_it() -> None:
    data = {"people": [{"name": "", "experience": [], "viewerConnection": {}, "emails": None, "numOfConnections": ""}]}
    found = people(data)
    assert found.items == (Person(),)
    assert found.items[0].raw == data["people"][0]


def test_beside_the_items() -> None:
    data = {
        "people": [],
        "paging": {"count": "3", "new": 1},
        "meta": {"sequenceId": "s"},
        "paginationToken": "t",
        "dateObserved": "2024-02-29T00:00:00Z",
    }
    decoder, rules = Decoder(), RulesAlone()
    assert_same(page(decoder, "search_people", dump(data)), listing(rules, "search_people", data), decoder, rules)
    assert decoder.drift.report().unknown_fields == {"Paging.new": 1}


def test_in_its_envelope() -> None:
    data = {"connections_response": {"elements": [{"first_name": "Robin"}], "paging": {"count": 10}}, "meta": {"a": 1}}
    decoder, rules = Decoder(), RulesAlone()
    found = page(decoder, "list_connections", dump(data))
    assert_same(found, listing(rules, "list_connections", data), decoder, rules)
    assert found is not None
    assert found.envelope == "connections_response"
    assert page(decoder, "list_connections", dump(data["connections_response"])) is None


def test_models_without_a_twin() -> None:
    assert twin_of(Member) is None
    assert Decoder().page(b'{"values": [{"firstName": "x"}]}', Member, items_key="values") is None


def test_what_asks_for_a_change_is_not_in_a_twin() -> None:
    for cls, name in ((Person, "socialAccounts"), (Post, "numReactions"), (SalesThread, "entityUrn")):
        twin = twin_of(cls)
        assert twin is not None
        assert name not in twin.names


def test_a_model_in_itself_is_not_in_its_twin() -> None:
    twin = twin_of(Person)
    assert twin is not None
    assert "relatedPersons" not in twin.names
    data = {"name": "a", "relatedPersons": [{"name": "b", "relatedPersons": [{"name": "c"}]}]}
    assert Decoder().model(data, Person).related_persons[0].related_persons == (Person(name="c"),)


def test_spellings_do_not_mix_up_their_models() -> None:
    usual = people({"people": [{"firstName": "a", "skills": [{"numOfEndorsement": "1"}]}]})
    other = people({"people": [{"first_name": "a", "skills": [{"num_of_endorsement": "1"}]}]})
    for found in (other, usual):
        assert found.items[0].skills == (Skill(num_of_endorsement=1),)
    assert other.items[0].raw == {"first_name": "a", "skills": [{"num_of_endorsement": "1"}]}
    assert other.items[0].skills[0].raw == {"num_of_endorsement": "1"}


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether a twin took the object, one by one."""
    outcomes: list[bool] = []

    def spied(*args: Any) -> Model | None:
        model = of_today(*args)
        outcomes.append(model is not None)
        return model

    settle()
    of_today = structure._of_today
    monkeypatch.setattr(structure, "_of_today", spied)
    return outcomes


def test_an_unknown_field_slows_nobody_down(taken: list[bool]) -> None:
    data = {"people": [{"name": "a"}, {"nickname": {}, "name": "b", "skills": [{"name": "c"}]}, {"name": "d"}]}
    decoder = Decoder()
    items = decoder.listing(data, Person, items_key="people").items
    assert taken == [True] * 3
    assert items[1] == Person(name="b", skills=(Skill(name="c"),), extra={"nickname": {}})
    assert items[1].raw is data["people"][1]
    assert decoder.drift.report().unknown_fields == {"Person.nickname": 1}


def test_a_twin_that_refused_is_not_asked_for_a_while(taken: list[bool]) -> None:
    # one that is not asked for a long time would never be asked again
    odd, good = {"numOfEndorsement": "many"}, {"name": "x"}
    items = Decoder().models([odd, *[good] * 40], Skill)
    assert items[1:] == (Skill(name="x"),) * 40
    assert taken.count(False) <= 1
    assert 20 < taken.count(True) <= 40
    assert taken[-20:] == [True] * 20


@pytest.mark.parametrize("name", ["get_person.head.json", "get_person.later-created-at.json", "get_person.nulls.json"])
def test_a_single_object_of_today(name: str, taken: list[bool]) -> None:
    data = body(name)
    person = Decoder().model(data, Person)
    assert taken == [True]
    assert person.raw is data
    for job, sent in zip(person.experience, data["experience"], strict=True):
        assert job.raw is sent
        assert job.time_period is None or job.time_period.raw is sent["timePeriod"]


def test_what_is_nested_is_made_once() -> None:
    (person,) = people({"people": [RICH]}).items
    assert person.experience is person.experience
    assert person.experience[0].time_period is person.experience[0].time_period
    assert person.raw is person.raw


def test_several_threads_read_equal_values() -> None:
    (person,) = people({"people": [RICH]}).items
    (wanted,) = listing(RulesAlone(), "search_people", {"people": [RICH]}).items
    start = threading.Barrier(8)
    found: list[Any] = []

    def work() -> None:
        start.wait()
        found.append((person.to_dict(), person.raw, person.li_created_at))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [(wanted.to_dict(), RICH, wanted.li_created_at)] * 8


@attrs.frozen(kw_only=True, repr=False)
class Kinds(Model):
    """Has a field of each kind, and one that twins do not take."""

    texts: tuple[str, ...] = wire(default=())
    numbers: tuple[int, ...] = wire(default=())
    count: int | None = wire()
    many: int | None = wire(quoted=True)
    flag: bool | None = wire()
    period: TimePeriod | None = wire()
    jobs: tuple[Experience, ...] = wire(default=())


@SOME
@given(data=st.dictionaries(st.sampled_from(["texts", "numbers", "count", "many", "flag", "period", "jobs"]), JSON))
def test_fields_of_each_kind(data: dict[str, Any]) -> None:
    decoder, rules = Decoder(), RulesAlone()
    assert_same_but_for_nan(decoder.model(data, Kinds), rules.model(data, Kinds), decoder, rules)


def test_connections_keep_what_is_unknown() -> None:
    (item,) = Decoder().listing({"elements": [{"first_name": "a", "x": 1}]}, Connection, items_key="elements").items
    assert item == Connection(first_name="a", extra={"x": 1})
