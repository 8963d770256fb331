"""Which methods a job calls, with what arguments, and as which client."""

from __future__ import annotations

from typing import Any

import anyio
import pytest
from bulk_runs import at
from tests.support.fake import KEY, LEADS, FakeTransport, answer, client, linkedin

from lixasync import LixClient, RateLimit, RetryPolicy
from lixasync.bulk.methods import Method, answer_to, items_of, method, method_of, of_client, patient, viewer_of
from lixasync.errors import InvalidArgumentError, LixasyncError, QueuedError
from lixasync.lix.operations import OPERATIONS
from lixasync.models import Connection, Member, Person, PersonByEmail
from lixasync.paging.source import Batch

pytestmark = pytest.mark.anyio

REFUSED = {
    "sales.leads (long URLs)",
    "sales.send_message",
    "messages.send",
    "invitations.send",
    "account.balances",
    "account.daily_allowance",
    "account.linkedin_accounts",
    "account.put_linkedin_account",
}
"""Whatever sends or changes something, or has nothing to be called with."""

ACCEPTED = (*sorted(OPERATIONS.keys() - REFUSED), "linkedin.connections", "linkedin.search.people")
ODD: tuple[Any, ...] = (7, -1, 1.5, "x", "", True, [], [1], [None], {}, {"a": ["b"]}, [{}], 10**30, "\ud800")
BASES = ({}, {"url": LEADS}, {"profile_link": "https://www.linkedin.com/in/x"}, {"list_id": "7"}, {"type": "TITLE"})


class TestWhich:
    @pytest.mark.parametrize("key", ACCEPTED)
    def test_what_asks(self, key: str) -> None:
        what = method(key)
        assert what.key == key
        assert what.linkedin is key.startswith("linkedin.")
        assert what.operation.method == "GET"
        assert what.many is (what.operation.pages is not None or what.linkedin)
        assert what.arguments
        assert {*what.required} <= {*what.arguments}
        assert not {"self", "resume", "max_wait"} & {*what.arguments}
        assert what.viewer == ("viewer_id" if "viewer_id" in what.arguments else None)

    @pytest.mark.parametrize("key", sorted(REFUSED))
    def test_what_changes_something_or_asks_for_nothing_in_particular(self, key: str) -> None:
        with pytest.raises(InvalidArgumentError, match=r"A job|takes no arguments|a job would repeat"):
            method(key)

    @pytest.mark.parametrize("key", ["", "person", "enrichment", "enrichment.people", "request", "linkedin.profile_of"])
    def test_what_does_not_exist(self, key: str) -> None:
        with pytest.raises(InvalidArgumentError, match="cannot call"):
            method(key)

    @pytest.mark.parametrize("key", ACCEPTED)
    def test_by_the_method_itself(self, key: str) -> None:
        owner: Any = linkedin(FakeTransport()) if key.startswith("linkedin.") else client(FakeTransport())
        bound = of_client(key, owner)
        assert method_of(bound) == method_of(of_client(key, owner.with_options(lane="bulk"))) == method(key)

    @pytest.mark.parametrize(
        "what",
        [
            None,
            "enrichment.person",
            print,
            lambda link: link,
            LixClient,
            LixClient.connections,
            [].append,
            client(FakeTransport()),
            client(FakeTransport()).enrichment,
        ],
    )
    def test_what_is_no_method_of_a_client(self, what: object) -> None:
        with pytest.raises(InvalidArgumentError, match=r"a method of a client.*lix.enrichment.person"):
            method_of(what)

    def test_methods_that_make_several_calls(self) -> None:
        lix, own = client(FakeTransport()), linkedin(FakeTransport())
        for bound in (
            lix.request,
            lix.watch_connections,
            lix.with_options,
            lix.sales.leads_url,
            lix.messages.around,
            own.profile_of,
            own.watch,
            own.request,
        ):
            with pytest.raises(InvalidArgumentError, match="cannot call"):
                method_of(bound)

    @pytest.mark.parametrize(
        ("key", "many", "kind"),
        [
            ("connections", True, Connection),
            ("search.people", True, Person),
            ("sales.leads", True, Person),
            ("enrichment.person", False, Person),
            ("enrichment.hirers", False, tuple[Person, ...]),
            ("lookc.person_by_email", False, PersonByEmail),
            ("linkedin.connections", True, Member),
            ("linkedin.search.people", True, Member),
        ],
    )
    def test_what_they_return(self, key: str, many: bool, kind: object) -> None:
        what = method(key)
        assert (what.many, what.kind) == (many, kind)


class TestArguments:
    def test_the_first_one_or_several_by_name(self) -> None:
        what = method("enrichment.person")
        assert what.called_with("a", {}) == {"profile_link": "a"}
        assert what.called_with("a", {"viewer_id": "me"}) == {"profile_link": "a", "viewer_id": "me"}
        assert what.called_with({"email": "a", "viewer_id": "you"}, {"viewer_id": "me"}) == {
            "email": "a",
            "viewer_id": "you",
        }
        assert method("enrichment.job").called_with(7, {}) == {"job_id": 7}

    @pytest.mark.parametrize("name", ["resume", "self", "link", "max_wait", "filters"])
    def test_those_it_does_not_take(self, name: str) -> None:
        for key in ("enrichment.person", "sales.leads", "lookc.person_by_email"):
            with pytest.raises(InvalidArgumentError, match=rf"params holds '{name}', which {key} does not take.*takes"):
                method(key).check({name: 1}, "params")

    def test_filters_of_searches_are_arguments(self) -> None:
        method("sales.leads").check({"titles": ["a"], "partition_by": "functions", "max_items": 5}, "params")

    def test_what_is_missing(self) -> None:
        with pytest.raises(InvalidArgumentError, match=r"sales.facets needs type"):
            method("sales.facets").going_on({"query": "a"}, cursor=None, items=0, spent=0)

    def test_going_on(self) -> None:
        what = method("connections")
        given = {"viewer_id": "me", "max_items": 50, "max_credits": 9}
        assert what.going_on(given, cursor=None, items=0, spent=0) == given
        assert what.going_on(given, cursor="c", items=20, spent=2) == {
            "viewer_id": "me",
            "max_items": 30,
            "max_credits": 7,
            "resume": "c",
        }
        assert what.going_on(given, cursor=None, items=0, spent=10)["max_credits"] == 0
        assert what.going_on({"viewer_id": "me", "max_items": None}, cursor="c", items=5, spent=5) == {
            "viewer_id": "me",
            "max_items": None,
            "resume": "c",
        }
        assert what.going_on({"viewer_id": "me", "max_items": "x"}, cursor=None, items=1, spent=1)["max_items"] == "x"

    def test_a_job_waits_in_its_own_way(self) -> None:
        given = {"email": "a@example.com"}
        assert method("lookc.person_by_email").going_on(given, cursor=None, items=0, spent=0) == {
            **given,
            "max_wait": 0,
        }

    @pytest.mark.parametrize("anyio_backend", ["asyncio"])
    @pytest.mark.parametrize("key", ACCEPTED)
    async def test_odd_ones_are_refused_in_words(self, key: str) -> None:
        """An input that made a method stumble would stop every run again."""
        what = method(key)
        owner: Any = linkedin(FakeTransport([answer({})])) if what.linkedin else client(FakeTransport([answer({})]))
        bound = of_client(key, owner)
        base = next((each for each in BASES if each and {*each} <= {*what.arguments}), {})
        for name in what.arguments:
            for odd in ODD:
                with anyio.move_on_after(1):
                    try:
                        made = bound(**what.going_on({**base, name: odd}, cursor=None, items=0, spent=0))
                        await (made.pages().reader.read_any() if what.many else made)
                    except LixasyncError:
                        continue


class TestAsAJobCalls:
    async def test_in_the_slow_lane_without_deadline_and_one_question_at_a_time(self) -> None:
        transport = FakeTransport()
        retry = RetryPolicy(attempts=3, queued_attempts=7)
        lix = client(transport, lane="interactive", deadline=5.0, retry=retry, viewer_id="me", timeout=9.0)
        for bound in (lix.enrichment.person, lix.connections):
            call, core, asks = patient(bound)
            owner: Any = call.__self__  # type: ignore[attr-defined] # a method
            for options in (owner._core.options, core.options):
                assert (options.lane, options.deadline, options.timeout) == ("bulk", None, 9.0)
                assert (options.retry.attempts, options.retry.queued_attempts) == (3, 1)
            assert asks == 7
            assert core.pipeline is owner._core.pipeline is lix._core.pipeline
            assert viewer_of(core) == "me"
        assert lix._core.options.lane == "interactive"

    async def test_of_linkedins_own_api(self) -> None:
        own = linkedin(FakeTransport(), deadline=3.0)
        for bound in (own.connections, own.search.people):
            call, core, _ = patient(bound)
            assert (core.options.lane, core.options.deadline) == ("bulk", None)
            assert call.__name__ == bound.__name__
            assert viewer_of(core) is None

    def test_the_other_clients_methods(self) -> None:
        with pytest.raises(InvalidArgumentError, match=r"enrichment.person, which a LinkedInClient.*Pass a LixClient"):
            of_client("enrichment.person", linkedin(FakeTransport()))
        with pytest.raises(InvalidArgumentError, match="Pass a LinkedInClient"):
            of_client("linkedin.connections", client(FakeTransport()))

    async def test_a_job_that_is_opened_has_the_viewers_of_its_file_alone(self) -> None:
        transport = FakeTransport()
        lix = client(transport, viewer_id="somebody")
        await of_client("enrichment.person", lix)("https://www.linkedin.com/in/x")
        assert "viewer_id" not in transport.requests[0].url
        assert viewer_of(patient(of_client("connections", lix))[1]) is None

    async def test_later_answers(self) -> None:
        found = {"status": "complete", "data": {"hits": []}}
        transport = FakeTransport([answer({"status": "pending"}), answer(found)])
        core = client(transport)._core
        with pytest.raises(QueuedError) as caught:
            await answer_to(core, "req_1")
        assert caught.value.details == {"request_id": "req_1"}
        assert isinstance(await answer_to(core, "req_1"), PersonByEmail)


def test_items() -> None:
    assert items_of(Batch(items=(Person(name="a"),))) == (Person(name="a"),)
    assert items_of(Person(name="a")) == ()


def test_nothing_of_a_method_shows_what_it_is_called_with() -> None:
    lix = client(FakeTransport(), rate_limit=RateLimit(1, per=3.0))
    what: Method = method_of(at(lix, "enrichment.person"))
    assert repr(what) == "Method(key='enrichment.person', many=False)"
    assert KEY not in repr(what)
