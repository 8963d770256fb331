"""What a job's file gives back is what the client itself returns: every method, whatever goes wrong on the way."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import attrs
import pytest
from bulk_runs import Spy, at, called, finish, results, some, values
from tests.lix.lix_runs import COMPANY, POST, PROFILE, STREAMS, VIEWER, Stream, client, known
from tests.support.fake import LEADS, SEARCH

from lixasync import AmbiguousNameError, QueuedError, StopReason
from lixasync.bulk import Job, Stop
from lixasync.bulk.methods import method
from lixasync.errors import InvalidArgumentError
from lixasync.lix import lookc
from lixasync.lix.operations import OPERATIONS
from lixasync.models import SalesThread
from lixasync.sandbox import Sandbox

pytestmark = pytest.mark.anyio

PAGES = ("500", "cut", "repeat", "reset", "shift", "429", "empty", "502-html", "503", "drip")
ANSWERS = ("500", "cut", "reset", "429", "empty", "200-html", "502-html", "503")
JOB_ID = 4_012_345_678_901
DOMAIN = "ledgerloom-1013.example.com"

SINGLES: dict[str, list[Any]] = {
    "enrichment.person": [PROFILE, {"email": "robin-marlowe@example.com"}],
    "enrichment.employment": [PROFILE, {"profile_id": "robin-marlowe"}],
    "enrichment.extended": [PROFILE],
    "enrichment.organisation": [COMPANY],
    "enrichment.organisations_by_website": [DOMAIN, "nobody.example.org"],
    "enrichment.organisations_by_domain": [DOMAIN, "nobody.example.org"],
    "enrichment.job": [JOB_ID, str(JOB_ID + 1)],
    "enrichment.hirers": [JOB_ID, JOB_ID + 1, JOB_ID + 2],
    "enrichment.post": [POST],
    "sales.thread": [],
    "invitations.remaining": [VIEWER],
    "contact.email": [PROFILE, {"url": PROFILE, "until_valid": 3}],
    "ids.person": [{"li_flagship_id": "robin-marlowe"}],
    "ids.organisation": ["1013", {"li_flagship_id": "ledgerloom-1013"}],
    "account.linkedin_account": [VIEWER],
    "lookc.person_by_email": ["robin-marlowe@example.com", "nobody@example.org"],
    "lookc.request": [],
}


def accepted() -> set[str]:
    """Return every method of the Lix API that a job calls."""
    keys = set()
    for key in OPERATIONS:
        try:
            keys.add(method(key).key)
        except InvalidArgumentError:
            continue
    return keys


def plain(item: Any) -> Any:
    """Return an item without what depends on the others of its page: who is named beside a page of threads."""
    return attrs.evolve(item, people=()) if isinstance(item, SalesThread) else item


def arguments(stream: Stream, ids: Any) -> dict[str, Any]:
    """Return what a stream's method is called with, by name."""
    key, given, named = stream.open(Spy(), ids)
    return {**dict(zip(method(key).arguments, given, strict=False)), **named}


def first_attempts(faults: tuple[str, ...], by: int) -> dict[str, Any]:
    """Return settings under which the first attempt at each answer fails, with one fault after another."""
    turned = [*faults[by:], *faults[:by]]
    return {"faults": [name for fault in turned for name in (fault, "slow")], "fault_every": 1, "slow_seconds": 0}


def test_no_method_is_left_out() -> None:
    assert {stream.key for stream in STREAMS} | SINGLES.keys() == accepted() | {"account.linkedin_accounts"}
    assert not {stream.key for stream in STREAMS} & SINGLES.keys()


@pytest.mark.parametrize(
    "stream", [each for each in STREAMS if each.key != "account.linkedin_accounts"], ids=lambda stream: stream.key
)
async def test_every_stream(sandbox: Sandbox, tmp_path: Path, stream: Stream) -> None:
    ids = known(sandbox, **stream.settings)
    given = arguments(stream, ids)
    async with client(sandbox) as lix:
        expected = await called(at(lix, stream.key), given)
        assert len(expected) == stream.items
        pages = sandbox.stats()["arrivals"]
        job = Job(tmp_path / "plain", at(lix, stream.key), inputs=[given])
        assert await finish(job) is Stop.FINISHED
        (result,) = await results(job)
        assert (result.value, result.stopped, result.error) == (expected, stream.stopped, None)
        sandbox.reset(**first_attempts(PAGES, by=len(stream.key) % len(PAGES)))
        job = Job(tmp_path / "hard", at(lix, stream.key), inputs=[given])
        assert await finish(job) is Stop.FINISHED
        assert len(sandbox.stats()["by_fault"]) >= min(3, pages - 1)
        (result,) = await results(job)
        assert (*map(plain, result.value),) == (*map(plain, expected),)
        status = await job.status()
    assert result.stopped is stream.stopped
    assert (status.items, status.done) == (stream.items, 1)
    assert result.attempts == status.requests == sandbox.stats()["arrivals"]


@pytest.mark.parametrize("key", [key for key in SINGLES if key != "lookc.request"])
async def test_every_single_answer(sandbox: Sandbox, tmp_path: Path, key: str) -> None:
    thread = known(sandbox).thread
    inputs = SINGLES[key] or [thread, {"thread_id": thread, "message_count": 3}]
    async with client(sandbox) as lix:
        bound = at(lix, key)
        first = method(key).arguments[0]
        expected = [await called(bound, each if isinstance(each, dict) else {first: each}) for each in inputs]
        sandbox.reset(**first_attempts(ANSWERS, by=len(key) % len(ANSWERS)))
        job = Job(tmp_path / "job", bound, inputs=inputs)
        assert await finish(job) is Stop.FINISHED
        assert await values(job) == expected
    assert sandbox.stats()["by_fault"]


async def test_requests_that_lookc_answers_later(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.reset(lookc_pending=2)
    async with client(sandbox) as lix:
        with pytest.raises(QueuedError) as caught:
            await lix.lookc.person_by_email("robin-marlowe@example.com", max_wait=0)
        ident = caught.value.details["request_id"]
        found = []
        for name in "abc":
            job = Job(tmp_path / name, lix.lookc.request, inputs=[ident])
            await finish(job)
            found += await values(job)
        assert [each.pending for each in found] == [True, True, False]
        assert found[-1] == await lix.lookc.request(ident)


async def test_people_by_address_whom_lookc_tells_later(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lookc, "_FIRST_PAUSE", 0.001)
    mails = [f"person-{number}@ledgerloom-1013.example.com" for number in range(5)]
    async with client(sandbox) as lix:
        expected = [await lix.lookc.person_by_email(mail) for mail in mails]
        sandbox.reset(lookc_pending=3)
        job = Job(tmp_path / "job", lix.lookc.person_by_email, inputs=mails)
        assert await finish(job) is Stop.FINISHED
        assert await values(job) == expected
    paths = sandbox.stats()["by_path"]
    assert paths == {"/v1/search/person/by-email": 5, "/v1/request": 20}
    assert (await job.status()).credits == {"org": 5}


@pytest.mark.parametrize("viewer", [None, VIEWER])
async def test_a_search_by_names(sandbox: Sandbox, tmp_path: Path, viewer: str | None) -> None:
    sandbox.reset(leads=900)
    given = {"titles": ["Founder", "Director"], "locations": ["Berlin", "Colorado, United States"]}
    async with client(sandbox, viewer_id=viewer) as lix:
        expected = tuple(await lix.sales.leads(**given).collect())
    sandbox.reset(**first_attempts(PAGES, by=2))
    async with client(sandbox, viewer_id=viewer) as lix:
        job = Job(tmp_path / "job", lix.sales.leads, inputs=[given, {**given, "titles": "Wizard"}])
        assert await finish(job) is Stop.FINISHED
        found, unknown = await results(job)
    assert len(expected) > 5
    assert found.value == expected
    assert type(unknown.error) is AmbiguousNameError
    assert unknown.value == ()


@pytest.mark.parametrize("anyio_backend", ["asyncio"])  # long; which part comes next does not depend on the loop
async def test_a_search_in_parts(sandbox: Sandbox, tmp_path: Path) -> None:
    given = {"keywords": "kelp", "partition_by": "relationship"}
    sandbox.reset(leads=2600)
    async with client(sandbox) as lix:
        pager = lix.sales.leads(**given)
        expected = tuple(await pager.collect())
        sandbox.reset(leads=2600, faults="500,cut,repeat,429,shift,empty", fault_every=5)
        job = Job(tmp_path / "job", lix.sales.leads, inputs=[given])
        while await finish(job, max_credits=29) is not Stop.FINISHED:
            pass
        (found,) = await results(job)
    assert len(expected) > 2500
    assert sorted(person.link for person in found.value) == sorted(person.link for person in expected)
    assert found.stopped is pager.stopped


async def test_addresses_that_are_too_long(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.reset(leads=120, faults=["500", "cut", "repeat", "shift"], fault_every=3)
    long = f"{LEADS}&x={'y' * 6000}"
    async with client(sandbox) as lix:
        job = Job(tmp_path / "job", lix.sales.leads, inputs=[long])
        assert await finish(job) is Stop.FINISHED
        (people,) = await values(job)
    assert [person.raw for person in people] == [sandbox.person(number) for number in range(120)]
    assert {event["method"] for event in sandbox.events()} == {"POST"}


@pytest.mark.parametrize("variant", ["head", "later"])
async def test_reactions_in_groups(sandbox: Sandbox, tmp_path: Path, variant: Any) -> None:
    sandbox.reset(variant=variant, engagement=73)
    async with client(sandbox) as lix:
        expected = tuple(await lix.enrichment.post_reactions(POST).collect())
        sandbox.reset(**first_attempts(PAGES, by=3))
        job = Job(tmp_path / "job", lix.enrichment.post_reactions, inputs=[POST])
        assert await finish(job) is Stop.FINISHED
        (found,) = await values(job)
    # Where they are grouped, a page does not tell the order of the list, and a page that is shifted has another one.
    assert len(found) == 73
    assert sorted(found, key=repr) == sorted(expected, key=repr)


@pytest.mark.parametrize("variant", ["head", "response", "searchResponse", "later", "bare", "mixed"])
async def test_whatever_shape_answers_have(sandbox: Sandbox, tmp_path: Path, variant: Any) -> None:
    sandbox.reset(connections=230, variant=variant)
    async with client(sandbox) as lix:
        job = Job(tmp_path / "job", lix.connections, inputs=[VIEWER], params={"page_size": 50})
        await finish(job)
        (found,) = await values(job)
    assert [connection.raw for connection in found] == [sandbox.connection(number) for number in range(230)]


async def test_many_inputs_of_pages_at_once_while_the_server_fails(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.reset(search_results=47, faults=[*PAGES, "queued", "queued-200"], fault_every=3)
    chance = random.Random(7)
    urls = sorted(f"{SEARCH}&origin={number}" for number in range(12))
    async with client(sandbox) as lix:
        job = Job(tmp_path / "job", lix.search.people, inputs=urls)
        taken = await some(job, 1, concurrency=5)
        while (await job.status()).to_do:
            taken += await some(job, chance.randrange(1, 4), concurrency=5)
        found = await results(job)
    assert len({result.position for result in taken}) == len(taken) >= 4
    assert [result.input for result in found] == urls
    for result in [*taken, *found]:
        assert [person.raw for person in result.value] == [sandbox.person(number) for number in range(47)]
    assert {result.stopped for result in found} == {StopReason.EXHAUSTED}


async def test_the_answer_that_counts_is_the_last_of_several(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.reset(email_valid_after=2)
    links = [sandbox.person(number)["link"] for number in range(12)]
    async with client(sandbox) as lix:
        job = Job(tmp_path / "job", lix.contact.email, inputs=links, params={"until_valid": 5})
        async with job.run(warm_up=False) as run:
            handed = {result.position: result.value async for result in run}
        found = await values(job)
        expected = [await lix.contact.email(each) for each in links]
        assert [answer.status for answer in found] == [answer.status for answer in expected]
    assert [handed[position] for position in range(12)] == found
    assert sum(result.attempts == 3 for result in await results(job)) > 0
    assert sandbox.stats()["arrivals"] > 2 * 12
