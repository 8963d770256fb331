"""URLs of LinkedIn's own people search say exactly what was asked for."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from hypothesis import given
from hypothesis import strategies as st

from lixasync import LixClient
from lixasync.lix.queries.filters import check
from lixasync.lix.queries.page_in_url import number_in
from lixasync.lix.queries.people_url import people_url
from lixasync.lix.queries.wanted import Resolved
from lixasync.models.suggestion import Suggestion


def url(**filters: Any) -> str:
    """Return the URL of a query that holds ids only."""
    wanted = check("people", filters)
    return people_url(Resolved(kind="people", conditions=wanted.conditions))  # type: ignore[arg-type] # no names in it


def test_a_url_as_linkedin_makes_them() -> None:
    made = url(
        companies=Suggestion(id="urn:li:organization:1441", text="Google"),
        locations=[Suggestion(id="103644278", text="United States")],
        relationship=[1, 3],
        keywords="data engineer",
    )
    assert made == (
        "https://www.linkedin.com/search/results/people/?keywords=data%20engineer&currentCompany=%5B%221441%22%5D"
        "&geoUrn=%5B%22103644278%22%5D&network=%5B%22F%22%2C%22O%22%5D"
    )
    assert LixClient("key").search.people(made).cursor is not None  # the method takes it


def test_every_filter_has_its_parameter() -> None:
    one = Suggestion(id="1")
    made = url(
        keywords="k",
        first_name="f",
        last_name="l",
        title="t",
        company="c",
        school="s",
        companies=one,
        past_companies=one,
        locations=one,
        industries=one,
        schools=one,
        languages=Suggestion(id="en", text="English"),
        relationship=2,
    )
    assert parse_qsl(urlsplit(made).query, strict_parsing=True) == [
        ("keywords", "k"),
        ("firstName", "f"),
        ("lastName", "l"),
        ("titleFreeText", "t"),
        ("company", "c"),
        ("schoolFreetext", "s"),
        ("currentCompany", '["1"]'),
        ("pastCompany", '["1"]'),
        ("geoUrn", '["1"]'),
        ("industry", '["1"]'),
        ("schoolFilter", '["1"]'),
        ("profileLanguage", '["en"]'),
        ("network", '["S"]'),
    ]


texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12).filter(str.strip)


@given(
    free=st.dictionaries(st.sampled_from(["keywords", "first_name", "last_name", "title", "company", "school"]), texts),
    ids=st.lists(texts.filter(lambda text: ":" not in text), min_size=1, max_size=3),
)
def test_any_text_comes_back_as_it_was_meant(free: dict[str, str], ids: list[str]) -> None:
    made = url(**free, schools=[Suggestion(id=each) for each in ids])
    params = dict(parse_qsl(urlsplit(made).query, strict_parsing=True, keep_blank_values=True))
    assert sorted(json.loads(params.pop("schoolFilter"))) == sorted(set(ids))
    wire = {
        "first_name": "firstName",
        "last_name": "lastName",
        "title": "titleFreeText",
        "school": "schoolFreetext",
    }
    assert params == {wire.get(name, name): " ".join(text.split()) for name, text in free.items()}
    assert number_in(made, "page", 1) == 1
