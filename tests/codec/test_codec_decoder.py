"""Objects: names, older names, older shapes, and what happens to the rest."""

from __future__ import annotations

import pickle
import threading
from datetime import UTC, datetime
from typing import Any

import attrs
import pytest
from bodies import body, decode

from lixasync.codec import Decoder
from lixasync.codec.structure import SINK, hook_for
from lixasync.errors import DecodeError
from lixasync.models import (
    AutoTopUp,
    Balances,
    DailyAllowance,
    Education,
    Experience,
    Language,
    Model,
    MonthYear,
    Organisation,
    Person,
    TimePeriod,
)
from lixasync.models.base import wire


def read(data: Any, cls: Any = Person) -> Any:
    return Decoder().model(data, cls)


@pytest.mark.parametrize("data", [None, [], [{"name": "x"}], "text", 7, True], ids=str)
def test_no_object(data: Any) -> None:
    with pytest.raises(DecodeError, match="where a Person was due") as caught:
        read(data)
    assert caught.value.body is not None


def test_nested_too_deeply() -> None:
    data: dict[str, Any] = {"name": "innermost"}
    for _ in range(100_000):
        data = {"relatedPersons": [data]}
    with pytest.raises(DecodeError, match="nested too deeply"):
        read(data)
    assert SINK.get(None) is None
    assert read({"name": "x"}).name == "x"
    while data:
        data = data.get("relatedPersons", [{}])[0]


def test_raw_is_the_object_received() -> None:
    data = {"name": "x", "experience": [{"title": "y"}]}
    person = read(data)
    assert person.raw is data
    assert person.experience[0].raw is data["experience"][0]


def test_models_made_by_decoding_are_real_models() -> None:
    person = read({"name": "x", "experience": [{"title": "y"}]})
    assert type(person) is Person
    assert type(person.experience[0]) is Experience
    assert person == Person(name="x", experience=(Experience(title="y"),))
    for attempt in (lambda: setattr(person, "name", "z"), lambda: delattr(person, "name")):
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            attempt()
    assert not hasattr(person, "__dict__")
    assert attrs.evolve(person, name="z").name == "z"
    assert pickle.loads(pickle.dumps(person)) == person  # noqa: S301 - our own bytes


def test_objects_share_no_extra() -> None:
    first, second = read({}), read({})
    assert first.extra is not second.extra


@pytest.mark.parametrize("nothing", [None, "", {}], ids=repr)
def test_unknown_field_is_kept_even_when_it_says_nothing(nothing: Any) -> None:
    assert read({"nickname": nothing}).extra == {"nickname": nothing}


def test_best_name_wins() -> None:
    data = {"linkedinUrl": "new", "link": "old", "LINK": "loud"}
    organisation = read(data, Organisation)
    assert organisation.link == "old"
    assert organisation.extra == {"linkedinUrl": "new", "LINK": "loud"}
    assert read({"linkedinUrl": "new", "LINK": "loud"}, Organisation).link == "loud"
    assert read({"linkedinUrl": "new", "link": None}, Organisation).link == "new"
    assert read({"linkedinUrl": "same", "link": "same"}, Organisation).extra == {}


def test_second_name_fills_in_for_a_misfit() -> None:
    organisation = read({"liEmployeeCount": "many", "employeeCount": "26383"}, Organisation)
    assert organisation.employee_count == 26383
    assert organisation.extra == {"liEmployeeCount": "many"}


def test_misfit_under_another_spelling() -> None:
    decoder = Decoder()
    assert decoder.model({"NUM_OF_CONNECTIONS": "many"}, Person).extra == {"NUM_OF_CONNECTIONS": "many"}
    assert decoder.drift.report().mismatches == {"Person.NUM_OF_CONNECTIONS": 1}


def test_empty_list_under_two_names() -> None:
    person = read({"experience": [], "workExperiences": [{"title": "x"}]})
    assert person.experience == (Experience(title="x"),)


def test_later_names_of_an_organisation() -> None:
    organisation = read(
        {
            "linkedinUrl": "l",
            "orgType": "t",
            "employeeCount": 1,
            "followerCount": "2",
            "foundedYear": 3,
            "jobOpeningsCount": 4,
            "salesNavUrl": "s",
            "hqCountry": "US",
        },
        Organisation,
    )
    assert organisation == Organisation(
        link="l",
        company_type="t",
        employee_count=1,
        followers=2,
        year_founded=3,
        number_of_job_openings=4,
        sales_nav_link="s",
        hq_country="US",
    )


def test_organisation_is_text_on_a_person_and_an_object_on_a_position() -> None:
    person = read({"organisation": "Lix", "experience": [{"organisation": {"name": "Lix"}}]})
    assert person.organisation == "Lix"
    assert person.experience[0].organisation == Organisation(name="Lix")
    assert read({"organisation": {"name": "Lix"}}).extra == {"organisation": {"name": "Lix"}}
    assert read({"organisation": "Lix"}, Experience).extra == {"organisation": "Lix"}


def test_undocumented_value_of_an_enum_is_kept() -> None:
    assert read({"proficiency": "SINGS"}, Language).proficiency == "SINGS"


def test_decoding_leaves_no_sink_behind() -> None:
    read({"x": 1})
    Decoder().listing([], Person, items_key="people")
    assert SINK.get(None) is None


def test_unknown_is_not_false() -> None:
    balances = read({"autoTopUpEnabled": None, "enterprise": None}, Balances)
    assert balances.auto_top_up is None
    assert balances.enterprise is None
    assert read({"autoTopUpEnabled": {"standard": False}}, Balances).auto_top_up == AutoTopUp(standard=False)


def test_person_of_2022() -> None:
    person = decode("get_person.x", body("get_person.2022-09-legacy.json"))
    assert person.name == "Robin Marlowe"
    assert person.about_summary_text.startswith("Fjord slate")
    assert person.link == "https://www.linkedin.com/in/robin-marlowe"
    assert person.twitter == "RobinMarlowe"
    assert person.emails == ()
    assert person.experience[0].time_period == TimePeriod(started_on=MonthYear(year=2020, month=11))
    assert person.experience[1].ended == MonthYear(year=2020, month=11)
    assert person.education[0].institution_name == "University of Cambridge"
    assert person.education[0].fields_of_study == ("Human, Social & Political Sciences",)
    assert person.education[0].started == MonthYear(year=2013)
    assert person.raw == body("get_person.2022-09-legacy.json")
    assert "startedOn" in person.experience[0].raw


@pytest.mark.parametrize("cls", [Experience, Education])
def test_period_of_2022(cls: type[Experience | Education]) -> None:
    moved = TimePeriod(started_on=MonthYear(year=2020))
    assert read({"startedOn": {"year": 2020}}, cls) == cls(time_period=moved)
    assert read({"STARTED_ON": {"year": 2020}, "ended_on": {}}, cls) == cls(time_period=moved)
    assert read({"startedOn": {"year": 2020}, "timePeriod": {}}, cls) == cls(time_period=moved)
    assert read({"startedOn": {}, "endedOn": None}, cls) == cls()
    both = read({"startedOn": {"year": 1}, "timePeriod": {"endedOn": {"year": 2}}}, cls)
    assert both.time_period == TimePeriod(ended_on=MonthYear(year=2))
    assert both.extra == {"startedOn": {"year": 1}}


def test_social_accounts_fill_only_what_is_missing() -> None:
    accounts = {"linkedin": {"url": "old"}, "twitter": {"username": "old"}}
    assert read({"socialAccounts": accounts}).link == "old"
    assert read({"SOCIAL_ACCOUNTS": accounts, "link": ""}).twitter == "old"
    person = read({"socialAccounts": accounts, "link": "new", "TWITTER": "new"})
    assert (person.link, person.twitter, person.extra) == ("new", "new", {})
    assert read({"socialAccounts": {"linkedin": "odd", "twitter": {}}}).link is None
    assert read({"socialAccounts": "odd"}).extra == {"socialAccounts": "odd"}


def test_daily_allowance() -> None:
    iso, unix = datetime(2023, 10, 5, 14, 48, 14, tzinfo=UTC), datetime(2023, 10, 5, 13, 28, 14, tzinfo=UTC)
    both = read({"refreshesAt": 1696512494, "refreshesAtISO": "2023-10-05T14:48:14Z"}, DailyAllowance)
    assert (both.refreshes_at, both.refreshes_at_iso) == (unix, iso)
    for data in (
        {"refreshesAtISO": "2023-10-05T14:48:14Z"},
        {"refreshes_at_iso": "2023-10-05T14:48:14Z", "refreshesAt": None},
        {"refreshesAtISO": "2023-10-05T14:48:14Z", "REFRESHES_AT": ""},
    ):
        assert read(data, DailyAllowance).refreshes_at == iso


def test_dates_that_only_look_known() -> None:
    school = decode("get_person.x", body("get_person.real-sample-2025.json")).education[2]
    assert (school.date_started, school.date_ended) == ("0", "Present")
    assert (school.started, school.ended) == (None, None)
    assert Experience(date_ended="Present").ended is None
    assert Education().started is None


@attrs.frozen(kw_only=True, repr=False)
class Clash(Model):
    one: str | None = wire("name")
    two: str | None = wire("other", "NA_ME")


def test_two_attributes_with_one_name_are_refused() -> None:
    for _ in range(2):
        with pytest.raises(TypeError, match="Clash: 'NA_ME' is one and two"):
            hook_for(Clash)


@attrs.frozen(kw_only=True, repr=False)
class Tree(Model):
    name: str | None = wire()
    left: Tree | None = wire()
    right: tuple[Tree, ...] = wire(default=())


def test_first_use_from_several_threads() -> None:
    """A class that contains itself is never seen half prepared."""
    start = threading.Barrier(8)
    data = {"name": "a", "left": {"name": "b", "right": [{"name": "c"}]}}
    found: list[Any] = []

    def work() -> None:
        decoder = Decoder()
        start.wait()
        found.append((decoder.model(data, Tree), decoder.drift.report()))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wanted = Tree(name="a", left=Tree(name="b", right=(Tree(name="c"),)))
    assert [model for model, _ in found] == [wanted] * 8
    assert not any(report for _, report in found)
