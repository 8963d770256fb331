"""LinkedIn's own API over real HTTP against the sandbox, on both event loops."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest

from lixasync import (
    AccessToken,
    APIError,
    AuthenticationError,
    DailyLimitError,
    Fields,
    InvalidParamsError,
    LinkedInClient,
    LixasyncError,
    Member,
    NotFoundError,
    OAuth1,
    PermissionDeniedError,
    RateLimit,
    RetryPolicy,
    StopReason,
    TokenExpiredError,
)
from lixasync.codec.decoder import Decoder
from lixasync.codec.document import Document
from lixasync.codec.members import member as decoded
from lixasync.sandbox import Sandbox

pytestmark = pytest.mark.anyio

UNHURRIED = RateLimit(1000, per=0.02, burst=1000, margin=0.0)
BRIEF = RetryPolicy(attempts=12, base=0.01, cap=0.05)
FAULTS = "500,503,reset,502-html,cut,200-html,empty,drip,error-200,slow"
FORMATS: list[dict[str, Any]] = [{"format": "json"}, {"format": "xml"}, {"generation": "2009"}]
UNLIMITED = {"people-search": None}


def client(sandbox: Sandbox, token: Any = None, **settings: Any) -> LinkedInClient:
    given = {
        "base_url": sandbox.url,
        "rate_limit": UNHURRIED,
        "retry": BRIEF,
        "daily_limits": UNLIMITED,
        **settings,
    }
    shown = token or (None if "auth" in settings else sandbox.settings.linkedin_token)
    return LinkedInClient(shown, **given)


def signer(sandbox: Sandbox, **changes: str) -> OAuth1:
    settings = sandbox.settings
    return OAuth1(
        **{
            "consumer_key": settings.linkedin_consumer_key,
            "consumer_secret": settings.linkedin_consumer_secret,
            "token": settings.linkedin_oauth_token,
            "token_secret": settings.linkedin_oauth_secret,
            **changes,
        }
    )


def people(trees: list[dict[str, Any]]) -> list[Member]:
    return [decoded(Decoder(), Document(data=tree)) for tree in trees]


class TestConnections:
    @pytest.mark.parametrize("settings", FORMATS)
    async def test_1234_of_them_complete_and_in_order(self, sandbox: Sandbox, settings: dict[str, Any]) -> None:
        async with client(sandbox, **settings) as linkedin:
            pager = linkedin.connections()
            got = await pager.collect()
            assert not linkedin.drift.report()
        assert got == people(sandbox.linkedin.connections())
        assert len(got) == 1234
        assert sum(member.is_private for member in got) == 30
        assert pager.stopped is StopReason.EXHAUSTED
        assert [dict(parse_qsl(event["query"])) for event in sandbox.events()] == [
            {"start": start, "count": "500"} for start in ("0", "500", "1000")
        ]

    @pytest.mark.parametrize("settings", FORMATS)
    async def test_every_fourth_answer_fails(self, sandbox: Sandbox, settings: dict[str, Any]) -> None:
        sandbox.reset(faults=FAULTS, fault_every=4, slow_seconds=0.05, linkedin_connections=600, linkedin_shuffle=True)
        async with client(sandbox, **settings) as linkedin:
            got = await linkedin.connections(page_size=12).collect()
        assert got == people(sandbox.linkedin.connections())
        assert len(sandbox.stats()["by_fault"]) == len(FAULTS.split(","))

    async def test_a_selector_brings_what_it_names(self, sandbox: Sandbox) -> None:
        fields = Fields("headline", "id", location=("name", "country:(code)"))
        sandbox.reset(linkedin_connections=90)
        async with client(sandbox) as linkedin:
            got = await linkedin.connections(fields=fields, page_size=40).collect()
        assert got == people(sandbox.linkedin.connections(str(fields)))
        assert all(member.first_name is None for member in got if not member.is_private)

    async def test_an_unknown_field_is_the_servers_to_refuse_when_asked_for_on_purpose(self, sandbox: Sandbox) -> None:
        async with client(sandbox) as linkedin:
            with pytest.raises(InvalidParamsError):
                await linkedin.connections(fields=Fields.parse("id,shoe-size", known_only=False)).collect()

    async def test_modified_since_and_nothing_new(self, sandbox: Sandbox) -> None:
        since = int(sandbox.linkedin.now() * 1000)
        async with client(sandbox) as linkedin:
            assert await linkedin.connections(modified="new", modified_since=since).collect() == []
            number = sandbox.linkedin.connect()
            (new,) = await linkedin.connections(modified="new", modified_since=since).collect()
        assert new == people([sandbox.linkedin.member(number)])[0]

    async def test_somebody_elses_are_not_shown(self, sandbox: Sandbox) -> None:
        async with client(sandbox) as linkedin:
            with pytest.raises(PermissionDeniedError):
                await linkedin.connections("AbCdEf1234").collect()


class TestSearch:
    @pytest.mark.parametrize("settings", FORMATS)
    async def test_the_cap_after_ten_requests(self, sandbox: Sandbox, settings: dict[str, Any]) -> None:
        async with client(sandbox, **settings) as linkedin:
            pager = linkedin.search.people(keywords="ruby developer")
            got = await pager.collect()
        assert len(got) == 100
        assert sandbox.stats()["arrivals"] == 10
        assert pager.stopped is StopReason.SERVER_CAP
        find = sandbox.linkedin.search_2009 if "generation" in settings else sandbox.linkedin.search
        everybody = find("keywords=ruby%20developer")
        assert got == people(everybody[:100])
        if "generation" not in settings:
            assert (pager.total, pager.num_results) == (110, len(everybody))
        assert all("%2B" not in event["query"] for event in sandbox.events())

    async def test_words_reach_the_server_as_words(self, sandbox: Sandbox) -> None:
        for settings in FORMATS:
            sandbox.reset()
            async with client(sandbox, **settings) as linkedin:
                await linkedin.search.people(keywords="café  au lait", max_items=1).collect()
            sent = dict(parse_qsl(sandbox.events()[0]["query"]))
            assert sent["keywords"] == "café au lait"

    @pytest.mark.parametrize("settings", [{}, {"generation": "2009"}])
    async def test_both_networks_merged(self, sandbox: Sandbox, settings: dict[str, Any]) -> None:
        async with client(sandbox, **settings) as linkedin:
            got = await linkedin.search.people(title="engineer", network="both").collect()
        named = [member.id for member in got if not member.is_private]
        assert len(named) == len(set(named))
        if settings:
            find, halves = sandbox.linkedin.search_2009, ("network=in", "network=out")
        else:
            find, halves = sandbox.linkedin.search, ("facet=network,F,S,A", "facet=network,O")
        assert got == [person for half in halves for person in people(find(f"title=engineer&{half}")[:100])]

    async def test_facets_and_filters(self, sandbox: Sandbox) -> None:
        async with client(sandbox) as linkedin:
            query = linkedin.search.people(industry=[4, "Banking"], facets=["industry", "network"], page_size=25)
            pages = [page async for page in query.pages()]
        expected = sandbox.linkedin.search("facet=industry,4,41")
        assert [m for page in pages for m in page.items] == people(expected[:100])
        facets = {facet.code: facet for facet in pages[0].meta["facets"]}
        assert set(facets) == {"industry", "network"}
        assert pages[0].num_results == len(expected)

    async def test_the_profile_of_somebody_out_of_the_network(self, sandbox: Sandbox) -> None:
        async with client(sandbox) as linkedin:
            query = linkedin.search.people(title="engineer", network="out", fields=Fields.SEARCH)
            found = next(person for person in await query.collect() if not person.is_private)
            profile = await linkedin.profile_of(found, fields="id,headline,positions")
            assert (profile.id, profile.headline) == (found.id, found.headline)
            request = found.api_standard_profile_request
            assert request is not None
            bare = request.url.split("/v1/", 1)[1].partition(":")[0]  # type: ignore[union-attr]
            with pytest.raises((PermissionDeniedError, NotFoundError)):
                await linkedin.request("GET", f"/v1/{bare}")  # without its header


class TestShowingWhoAsks:
    async def test_oauth_1_is_verified_with_repeated_parameters_and_spaces(self, sandbox: Sandbox) -> None:
        async with client(sandbox, auth=signer(sandbox), generation="2009") as linkedin:
            got = await linkedin.search.people(
                keywords="ruby developer", name="é & co", industry=[4, 96, 6], company="Fern+Hill, Inc. (~)"
            ).collect()
            assert got == []
            assert len(await linkedin.connections(fields="id,first-name", page_size=500).collect()) == 1234
            with pytest.raises(NotFoundError):
                await linkedin.request("GET", "/v1/people/url=http:%2F%2Fwww.linkedin.com%2Fin%2Fnobody-here")

    async def test_wrong_secrets_are_told(self, sandbox: Sandbox) -> None:
        async with client(sandbox, auth=signer(sandbox, token_secret="other")) as linkedin:
            with pytest.raises(AuthenticationError) as caught:
                await linkedin.connections().collect()
        assert caught.value.attempts <= 1

    async def test_a_clock_that_is_off_is_told(self, sandbox: Sandbox) -> None:
        sandbox.reset(linkedin_skew=600.0)
        async with client(sandbox, auth=signer(sandbox)) as linkedin:
            with pytest.raises(AuthenticationError, match="clock"):
                await linkedin.connections().collect()

    async def test_the_query_form(self, sandbox: Sandbox) -> None:
        token = AccessToken(sandbox.settings.linkedin_token, form="query")
        async with client(sandbox, token) as linkedin:
            assert await linkedin.connections().first()
        assert sandbox.settings.linkedin_token not in str(sandbox.events())

    async def test_expired_and_invalid_are_two_classes(self, sandbox: Sandbox) -> None:
        for token, kind in (
            (sandbox.settings.linkedin_expired_token, TokenExpiredError),
            ("other", AuthenticationError),
        ):
            async with client(sandbox, token) as linkedin:
                with pytest.raises(AuthenticationError) as caught:
                    await linkedin.connections().collect()
            assert type(caught.value) is kind
            assert caught.value.trace_id
            assert token not in f"{caught.value} {caught.value.__dict__}"

    async def test_a_product_that_was_not_granted(self, sandbox: Sandbox) -> None:
        sandbox.reset(linkedin_connections_open=False, linkedin_search_open=False)
        async with client(sandbox) as linkedin:
            for pager in (linkedin.connections(), linkedin.search.people(keywords="x")):
                with pytest.raises(PermissionDeniedError, match="12 May 2015"):
                    await pager.collect()


class TestThrottling:
    @pytest.mark.parametrize("settings", FORMATS)
    async def test_the_days_calls_end_at_midnight(self, sandbox: Sandbox, settings: dict[str, Any]) -> None:
        sandbox.reset(linkedin_search_calls=3, now=1_784_478_668.0)
        async with client(sandbox, **settings) as linkedin:
            pager = linkedin.search.people(keywords="ruby")
            got = []
            with pytest.raises(DailyLimitError) as caught:
                async for member in pager:
                    got.append(member)
            assert len(got) == 30
            assert caught.value.status == 403
            assert caught.value.retry_at is not None
            assert caught.value.retry_at.timestamp() == 1_784_505_600  # the midnight after, by the server's clock
            arrivals = sandbox.stats()["arrivals"]
            for _ in range(5):
                with pytest.raises(DailyLimitError, match="no request was sent"):
                    await linkedin.search.people(keywords="ruby").first()
            assert sandbox.stats()["arrivals"] == arrivals == 4
            assert await linkedin.connections().first()
            sandbox.linkedin.advance(86_400)
        async with client(sandbox, **settings) as linkedin:
            rest = await linkedin.search.people(keywords="ruby", resume=caught.value.cursor, max_items=20).collect()
        find = sandbox.linkedin.search_2009 if "generation" in settings else sandbox.linkedin.search
        assert [*got, *rest] == people(find("keywords=ruby")[:50])

    async def test_the_clients_own_count_burns_no_call(self, sandbox: Sandbox) -> None:
        async with client(sandbox, daily_limits={"people-search": 4}) as linkedin:
            pager = linkedin.search.people(keywords="ruby")
            with pytest.raises(DailyLimitError) as caught:
                await pager.collect()
            assert caught.value.status is None
        assert sandbox.linkedin.calls("search") == 4


class TestAnswersNobodyWants:
    @pytest.mark.parametrize("fault", ["999", "empty", "200-html", "error-200", "502-html", "500"])
    @pytest.mark.parametrize("form", ["json", "xml"])
    async def test_they_are_errors_of_ours(self, sandbox: Sandbox, fault: str, form: str) -> None:
        sandbox.reset(faults=fault, fault_every=1)
        async with client(sandbox, format=form, retry=RetryPolicy(attempts=1)) as linkedin:
            with pytest.raises(LixasyncError) as caught:
                await linkedin.connections().collect()
        if fault == "999":
            assert isinstance(caught.value, APIError)
            assert caught.value.status == 999


def only_file(folder: Path, name: str) -> Path:
    (file,) = folder.iterdir()
    assert file.name == name
    return file


async def test_no_member_data_on_disk_after_any_of_it(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HOME", "TMPDIR", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.chdir(tmp_path)
    async with client(sandbox) as linkedin:
        await linkedin.connections().collect()
        found = await linkedin.search.people(keywords="ruby", fields=Fields.SEARCH).collect()
        await linkedin.profile_of(next(m for m in found if m.api_standard_profile_request and not m.is_private))
        sandbox.linkedin.connect()
        async for changes in linkedin.watch(0.01, "state"):
            met = changes.added
            break
    content = only_file(tmp_path, "state").read_text(encoding="utf-8")
    for member in (*met, *found):
        for text in (member.id, member.first_name, member.last_name, member.headline):
            assert text is None or len(text) < 4 or text not in content
