"""What calls do about each other, about bounds, and about what must not be assumed."""

from __future__ import annotations

import json
import re
from urllib.parse import parse_qs, urlsplit

import anyio
import pytest
from tests.support.fake import SEARCH, FakeTransport, answer, client, refusal

from lixasync import (
    AmbiguousNameError,
    ConnectionLostError,
    InvalidArgumentError,
    InvalidParamsError,
    LixasyncError,
    RateLimit,
    RetryPolicy,
    StopReason,
    UsageError,
)

pytestmark = [pytest.mark.anyio, pytest.mark.virtual_time]

PEOPLE = answer({"people": [{"link": "https://www.linkedin.com/in/a"}], "paging": {"total": 1, "count": 1}})


def asked(transport: FakeTransport, name: str) -> list[str | None]:
    """Return what each request said for a parameter."""
    return [parse_qs(urlsplit(request.url).query).get(name, [None])[0] for request in transport.requests]


class TestTogether:
    async def test_whoever_may_spend_little_does_not_make_others_give_up(self) -> None:
        transport = FakeTransport([ConnectionLostError("broken"), ConnectionLostError("broken"), PEOPLE], latency=1.0)
        lix = client(transport, retry=RetryPolicy(attempts=3, base=0.01))
        ended: dict[str, object] = {}

        async def read(name: str, most: int | None) -> None:
            try:
                ended[name] = len(await lix.search.people(SEARCH, max_credits=most).collect())
            except LixasyncError as error:
                ended[name] = type(error)

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(read, "bounded", 1)
            tasks.start_soon(read, "unbounded", None)
        assert ended == {"bounded": ConnectionLostError, "unbounded": 1}

    async def test_streams_of_one_client_share_an_order_and_those_of_another_do_not(self) -> None:
        transport, other = FakeTransport([PEOPLE]), FakeTransport([PEOPLE])
        lix = client(transport)
        await lix.search.people(SEARCH).collect()
        await lix.with_options(lane="bulk").search.people(SEARCH).collect()
        await client(other).search.people(SEARCH).collect()
        first, second = asked(transport, "sequence_id")
        assert first == second is not None
        assert asked(other, "sequence_id") != [first]

    async def test_an_interactive_look_up_does_not_wait_behind_a_bulk_one(self) -> None:
        found = answer({"data": {"elements": [{"id": "9", "displayValue": "Engineer"}], "paging": {"count": 100}}})
        transport = FakeTransport([PEOPLE, found, PEOPLE])
        slow = client(transport, rate_limit=RateLimit(1, per=10.0, margin=0.0))
        bulk, fast = slow.with_options(lane="bulk"), slow.with_options(lane="interactive", deadline=15.0)
        await bulk.search.people(SEARCH).collect()
        urls: list[str] = []

        async def look_up(lix: object) -> None:
            urls.append(await lix.sales.leads_url(titles="Engineer"))  # type: ignore[attr-defined]

        async with anyio.create_task_group() as tasks:
            for _ in range(3):
                tasks.start_soon(bulk.account.balances)
            await anyio.wait_all_tasks_blocked()
            tasks.start_soon(look_up, bulk)
            await anyio.wait_all_tasks_blocked()
            tasks.start_soon(look_up, fast)
            await anyio.sleep(11)
            assert len(urls) == 2  # one request for both, and as early as the interactive one has it
            tasks.cancel_scope.cancel()


class TestSkills:
    async def test_all_that_are_unclear_are_told_with_the_call_that_shows_them(self) -> None:
        transport = FakeTransport([answer({"results": [{"entity": "urn:li:ts_skill:1", "text": "Java"}]})])
        with pytest.raises(AmbiguousNameError) as caught:
            await client(transport).recruiter.candidates(["Python", "Java", "Ruby"]).collect()
        assert "'Python'" in caught.value.message
        assert "'Ruby'" in caught.value.message
        assert "lix.recruiter.facets('Python')" in caught.value.hint

    async def test_a_name_is_not_looked_for_without_end(self) -> None:
        def page(request: object) -> object:
            start = int(asked(transport, "start")[-1] or 0)
            elements = [{"id": f"{start + i}", "displayValue": f"Engineer {start + i}"} for i in range(100)]
            return answer({"data": {"elements": elements, "paging": {"count": 100}}})

        transport = FakeTransport([page])  # type: ignore[list-item]
        with pytest.raises(AmbiguousNameError):
            await client(transport).sales.leads_url(titles="Engineer")
        assert len(transport.requests) == 3

    async def test_an_unknown_name_costs_one_request(self) -> None:
        transport = FakeTransport([answer({"data": {"elements": [], "paging": {"count": 100}}})])
        with pytest.raises(AmbiguousNameError, match="nothing of that name"):
            await client(transport).sales.leads_url(titles="Engineer")
        assert len(transport.requests) == 1


class TestPaths:
    @pytest.mark.parametrize("part", [".", ".."])
    async def test_an_id_does_not_lead_elsewhere(self, part: str) -> None:
        transport = FakeTransport()
        lix = client(transport, viewer_id="me")
        with pytest.raises(InvalidArgumentError, match="no id"):
            await lix.sales.thread(part)
        with pytest.raises(InvalidArgumentError, match="no id"):
            lix.lookc.employees(part)
        assert not transport.requests

    async def test_an_id_stays_one_part_of_the_path(self) -> None:
        transport = FakeTransport([answer({"data": {}})])
        await client(transport, viewer_id="me").sales.thread("2-a/b==?x#{y}")
        assert urlsplit(transport.requests[0].url).path.endswith("/threads/2-a%2Fb%3D%3D%3Fx%23%7By%7D")


class TestCookies:
    @pytest.mark.parametrize(
        "cookies",
        [
            {"li_at": "sesame"},
            [("li_at", "sesame")],
            [["li_at", "sesame"]],
            [{"key": "li_at", "value": "sesame"}],
            ({"name": "li_at", "value": "sesame", "domain": ".www.linkedin.com"},),
        ],
    )
    async def test_every_form_becomes_the_documented_one(self, cookies: object) -> None:
        transport = FakeTransport([answer({"viewer_id": "me"})])
        await client(transport).account.put_linkedin_account(cookies)  # type: ignore[arg-type]
        body = transport.requests[0].body
        assert body is not None
        assert json.loads(body) == {"cookies": [{"key": "li_at", "value": "sesame"}]}

    @pytest.mark.parametrize(
        "cookies", [None, 5, "li_at=sesame", {}, [], ["ab"], [{"key": "li_at"}], [{"a": "b", "c": "d"}], {"a": 1}]
    )
    async def test_anything_else_is_refused_and_not_shown(self, cookies: object) -> None:
        transport = FakeTransport()
        with pytest.raises(InvalidArgumentError, match="names and values") as caught:
            await client(transport).account.put_linkedin_account(cookies)  # type: ignore[arg-type]
        assert "sesame" not in str(caught.value)
        assert not transport.requests


class TestDoubt:
    @pytest.mark.parametrize("step", [ConnectionLostError("broken"), refusal(500, "api_error"), refusal(503, "queued")])
    async def test_a_send_that_may_have_been_done_says_so(self, step: object) -> None:
        lix = client(FakeTransport([step]), viewer_id="me")  # type: ignore[list-item]
        with pytest.raises(LixasyncError, match="may have been carried out") as caught:
            await lix.messages.send("text", conversation_id="1")
        assert caught.value.attempts == 1

    async def test_a_send_that_was_refused_leaves_none(self) -> None:
        lix = client(FakeTransport([refusal(400, "params_invalid")]), viewer_id="me")
        with pytest.raises(InvalidParamsError) as caught:
            await lix.messages.send("text", conversation_id="1")
        assert not re.search("carried out", str(caught.value))

    async def test_a_read_leaves_none(self) -> None:
        lix = client(FakeTransport([ConnectionLostError("broken")]), retry=RetryPolicy(attempts=1))
        with pytest.raises(ConnectionLostError) as caught:
            await lix.account.balances()
        assert not re.search("carried out", str(caught.value))


class TestEnds:
    async def test_a_sequence_id_under_meta_does_not_continue_a_list(self) -> None:
        body = {"messages": [{"backendUrn": "urn:1"}], "meta": {"sequenceId": "sticky"}}
        transport = FakeTransport([answer(body)])
        pager = client(transport, viewer_id="me").messages.list(conversation_id="1")
        assert len(await pager.collect()) == 1
        assert (pager.stopped, len(transport.requests)) == (StopReason.EXHAUSTED, 1)

    @pytest.mark.parametrize("body", [{"conversations": []}, {"paging": {"count": 20}}])
    async def test_an_empty_list_costs_one_request(self, body: object) -> None:
        transport = FakeTransport([answer(body)])
        pager = client(transport, viewer_id="me").messages.conversations()
        assert await pager.collect() == []
        assert (pager.stopped, len(transport.requests)) == (StopReason.EXHAUSTED, 1)


class TestRates:
    async def test_each_host_has_a_rate_that_can_be_changed(self) -> None:
        lix = client(FakeTransport())
        lix.limits.set_rate(RateLimit(9, per=1.0), lookc=True)
        shown = lix.limits.snapshot()
        assert shown.lookc is not None
        assert shown.lookc.limit == RateLimit(9, per=1.0)
        assert shown.rate.limit == RateLimit(1000, per=1.0, burst=1000)

    async def test_where_there_is_no_lookc_it_has_no_rate(self) -> None:
        from tests.support.fake import linkedin

        with pytest.raises(UsageError, match="no LookC"):
            linkedin(FakeTransport()).limits.set_rate(RateLimit(9, per=1.0), lookc=True)
