"""Names become ids, or an error that shows the choice; what was asked once is not asked again."""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from typing import Any

import anyio
import pytest

from lixasync import AmbiguousNameError, InvalidArgumentError
from lixasync.errors import ServerError
from lixasync.lix.queries.filters import Exclude, Text, check
from lixasync.lix.queries.names import Names
from lixasync.lix.queries.wanted import Choice
from lixasync.models.suggestion import Suggestion

pytestmark = pytest.mark.anyio

GOOGLE = Suggestion(id="1441", text="Google", headline="Search")
CLOUD = Suggestion(id="1594050", text="Google Cloud", headline="Servers")
ACME = Suggestion(id="7", text="Acme", headline="Anvils")
ACME_TOO = Suggestion(id="8", text="ACME", headline="Rockets")
BERLIN = Suggestion(id="106967730", text="Berlin, Germany")
KNOWN = {
    "COMPANY_WITH_LIST": [GOOGLE, CLOUD, ACME, ACME_TOO, Suggestion(id="9", text="Acme Logistics")],
    "BING_GEO": [BERLIN],
    "TITLE": [Suggestion(id=f"{number}", text=f"Engineer {number}") for number in range(12)],
    "GROUP": [Suggestion(text="Nobody")],
}


class Server:
    """Suggests what contains the text, after a pause; it counts, and fails as often as it is told to."""

    def __init__(self, failures: int = 0, *, scope: str = "") -> None:
        self.asked: list[tuple[str, str]] = []
        self.failures = failures
        self.scope = scope

    def call(self, facet: str, text: str) -> str:
        return f"ask({facet!r}, {text!r})"

    async def __call__(self, facet: str, text: str) -> Sequence[Suggestion]:
        self.asked.append((facet, text))
        await anyio.lowlevel.checkpoint()
        if self.failures:
            self.failures -= 1
            raise ServerError("The server failed.")
        wanted = " ".join(text.split()).casefold()
        return [each for each in KNOWN[facet] if wanted in (each.text or "").casefold()]


class Says(Server):
    """Suggests the same, whatever it is asked."""

    def __init__(self, *suggestions: Suggestion) -> None:
        super().__init__()
        self.suggestions = suggestions

    async def __call__(self, facet: str, text: str) -> Sequence[Suggestion]:
        return self.suggestions


async def test_a_name_is_found_whatever_its_case_and_spaces() -> None:
    names, server = Names(), Server()
    assert await names.resolve(server, "COMPANY_WITH_LIST", "google") == GOOGLE
    assert await names.resolve(server, "COMPANY_WITH_LIST", " GOOGLE  cloud ") == CLOUD
    assert await names.resolve(server, "BING_GEO", "Berlin, Germany") == BERLIN


async def test_letters_may_be_composed_in_either_way() -> None:
    zurich = Says(Suggestion(id="1", text="Zu\u0308rich"))
    assert (await Names().resolve(zurich, "BING_GEO", "Z\u00fcrich")).id == "1"


async def test_the_same_thing_suggested_twice_is_not_ambiguous() -> None:
    assert await Names().resolve(Says(ACME, ACME), "COMPANY_WITH_LIST", "acme") == ACME


@pytest.mark.parametrize(
    ("facet", "text", "parts", "candidates"),
    [
        ("COMPANY_WITH_LIST", "acme", ["'acme': 2 things have that name", "Acme [7, Anvils]; ACME [8, Rockets]."], 2),
        ("COMPANY_WITH_LIST", "goo", ["nothing has exactly that name", "Google [1441, Search]; Google Cloud"], 2),
        ("BING_GEO", "berlin", ["there are (BING_GEO): Berlin, Germany [106967730]."], 1),
        ("BING_GEO", "Atlantis", ["'Atlantis': nothing of that name is known (BING_GEO)."], 0),
        ("GROUP", "Nobody", ["nothing of that name is known"], 0),
        ("TITLE", "engineer", ["Engineer 9 [9]; and 2 more."], 12),
    ],
)
async def test_the_choice_is_shown_and_never_made(facet: str, text: str, parts: list[str], candidates: int) -> None:
    with pytest.raises(AmbiguousNameError) as caught:
        await Names().resolve(Server(), facet, text)
    assert all(part in str(caught.value) for part in parts), str(caught.value)
    assert f"ask({facet!r}, {text!r})" in str(caught.value)
    assert len(caught.value.candidates) == candidates
    copy = pickle.loads(pickle.dumps(caught.value))  # noqa: S301 - our own
    assert (copy.candidates, str(copy)) == (caught.value.candidates, str(caught.value))


async def test_what_was_asked_once_is_not_asked_again() -> None:
    names, server = Names(), Server()
    for text in ("Google", "google ", "GOOGLE"):
        await names.resolve(server, "COMPANY_WITH_LIST", text)
    for _ in range(2):
        with pytest.raises(AmbiguousNameError):
            await names.resolve(server, "COMPANY_WITH_LIST", "acme")
    await names.resolve(Server(failures=1), "COMPANY_WITH_LIST", "Google")
    with pytest.raises(AmbiguousNameError):
        await names.resolve(server, "BING_GEO", "Google")  # another facet is another question
    assert server.asked == [("COMPANY_WITH_LIST", "Google"), ("COMPANY_WITH_LIST", "acme"), ("BING_GEO", "Google")]


async def test_who_asks_elsewhere_asks_anew() -> None:
    names, other = Names(), Server(scope="of another viewer")
    await names.resolve(Server(), "COMPANY_WITH_LIST", "Google")
    await names.resolve(other, "COMPANY_WITH_LIST", "Google")
    assert len(other.asked) == 1


async def test_a_failure_is_not_remembered() -> None:
    names, server = Names(), Server(failures=1)
    with pytest.raises(ServerError):
        await names.resolve(server, "COMPANY_WITH_LIST", "Google")
    assert await names.resolve(server, "COMPANY_WITH_LIST", "Google") == GOOGLE


async def test_several_names_are_resolved_in_order_or_told_at_once() -> None:
    names, server = Names(), Server()
    assert await names.resolve_each(server, "COMPANY_WITH_LIST", ["google cloud", "google"]) == [CLOUD, GOOGLE]
    with pytest.raises(AmbiguousNameError) as caught:
        await names.resolve_each(server, "COMPANY_WITH_LIST", ["acme", "google", "nobody"])
    assert "'acme': 2 things" in caught.value.message
    assert "'nobody': nothing" in caught.value.message
    assert caught.value.candidates == (ACME, ACME_TOO)
    assert "ask('COMPANY_WITH_LIST', 'acme')" in caught.value.hint


async def test_the_values_of_a_facet_are_asked_for_once() -> None:
    names, server = Names(), Server()
    assert await names.values(server, "TITLE") == tuple(KNOWN["TITLE"])
    assert await names.values(server, "TITLE") == tuple(KNOWN["TITLE"])
    assert server.asked == [("TITLE", "")]


async def test_a_query_is_resolved_in_order_and_keeps_what_needs_no_look_up() -> None:
    server = Server()
    wanted = check(
        "leads",
        {
            "locations": "berlin, germany",
            "companies": ["Google", CLOUD, Text("goo"), Exclude(Suggestion(id="7"))],
            "keywords": "data",
            "titles": Exclude("Engineer 9"),
        },
    )
    query = await Names().resolve_all(server, wanted)
    assert query.kind == "leads"
    assert {each.argument: values for each, values in query.conditions} == {
        "keywords": (Choice(text="data"),),
        "titles": (Choice(id="9", text="Engineer 9", excluded=True),),
        "companies": (
            Choice(id="1441", text="Google"),
            Choice(id="1594050", text="Google Cloud"),
            Choice(id="7", excluded=True),
            Choice(text="goo"),
        ),
        "locations": (Choice(id="106967730", text="Berlin, Germany"),),
    }
    assert server.asked == [("TITLE", "Engineer 9"), ("COMPANY_WITH_LIST", "Google"), ("BING_GEO", "berlin, germany")]


async def test_two_names_of_one_thing_are_one_value() -> None:
    query = await Names().resolve_all(Server(), check("leads", {"companies": ["Google", "GOOGLE", GOOGLE]}))
    assert query.values("companies") == (Choice(id="1441", text="Google"),)


async def test_one_thing_both_wanted_and_excluded_is_refused() -> None:
    wanted = check("leads", {"companies": [GOOGLE, Exclude("google")]})
    with pytest.raises(InvalidArgumentError, match="companies both wants and excludes 'Google'"):
        await Names().resolve_all(Server(), wanted)


async def test_all_names_that_are_unclear_are_told_at_once() -> None:
    filters: dict[str, Any] = {"companies": ["acme", "Google"], "locations": ["Atlantis", "Berlin, Germany"]}
    with pytest.raises(AmbiguousNameError) as caught:
        await Names().resolve_all(Server(), check("leads", filters))
    assert caught.value.message == (
        "companies: 'acme': 2 things have that name (COMPANY_WITH_LIST): Acme [7, Anvils]; ACME [8, Rockets]. "
        "locations: 'Atlantis': nothing of that name is known (BING_GEO)."
    )
    assert caught.value.candidates == (ACME, ACME_TOO)
    assert 'Text("...")' in caught.value.hint
    with pytest.raises(AmbiguousNameError) as caught:
        await Names().resolve_all(Server(), check("people", {"companies": "acme"}))
    assert "Text" not in caught.value.hint


async def test_other_failures_are_raised_as_they_are() -> None:
    with pytest.raises(ServerError):
        await Names().resolve_all(Server(failures=1), check("leads", {"companies": ["acme", "Google"]}))
