"""What LinkedIn's own API answers is stored with permission only, and no key or token is stored at all."""

from __future__ import annotations

import sqlite3
import zlib
from pathlib import Path
from typing import Any

import pytest
from bulk_runs import LINKS, People, called, files, finish, link, results, some, values
from tests.lix.lix_runs import BRIEF, UNHURRIED, client
from tests.support.fake import KEY, TOKEN, FakeTransport, answer, linkedin, refusal
from tests.support.fake import client as fake_client

from lixasync import Fields, LinkedInClient, StopReason
from lixasync.bulk import Job, Stop
from lixasync.errors import InvalidArgumentError, PermissionDeniedError
from lixasync.models import Member
from lixasync.sandbox import Sandbox

pytestmark = pytest.mark.anyio

PERMISSION = "LinkedIn permitted us in writing on 3 March 2026 to keep them for 30 days"
FORMATS: list[dict[str, Any]] = [{"format": "json"}, {"format": "xml"}, {"generation": "2009"}]
STRANGERS: dict[str, Any] = {"title": "engineer", "network": "out", "fields": str(Fields.SEARCH)}


def own(sandbox: Sandbox, **settings: Any) -> LinkedInClient:
    given = {"base_url": sandbox.url, "rate_limit": UNHURRIED, "retry": BRIEF, "daily_limits": {"people-search": None}}
    return LinkedInClient(sandbox.settings.linkedin_token, **{**given, **settings})


def without_tokens(found: tuple[Member, ...]) -> list[dict[str, Any]]:
    return [member.to_dict() for member in found]


def stored(path: Path) -> bytes:
    """Return all that a job's file says, its answers unpacked."""
    with sqlite3.connect(path) as file:
        bodies = [zlib.decompress(body) for (body,) in file.execute("SELECT body FROM answers")]
        others = [repr(row).encode() for row in file.execute("SELECT * FROM inputs")]
        facts = [repr(row).encode() for row in file.execute("SELECT * FROM about")]
    file.close()
    return b"\n".join([*bodies, *others, *facts])


class TestPermission:
    @pytest.mark.parametrize("permission", [None, "", "yes", "it is", "  a  b ", 7, True, ["we", "were", "allowed"]])
    def test_it_is_refused_without_words(self, tmp_path: Path, permission: Any) -> None:
        for bound in (linkedin(FakeTransport()).connections, linkedin(FakeTransport()).search.people):
            with pytest.raises(InvalidArgumentError, match=r"LinkedIn's terms forbid storing.*permission="):
                Job(tmp_path / "job", bound, inputs=["~"], permission=permission)
        assert not [*tmp_path.iterdir()]

    async def test_the_words_are_kept_and_not_asked_for_again(self, sandbox: Sandbox, tmp_path: Path) -> None:
        async with own(sandbox) as lin:
            job = Job(tmp_path / "job", lin.connections, inputs=["~"], permission=PERMISSION)
            await finish(job)
            again = Job(tmp_path / "job", lin.connections, inputs=["~"])
            assert await finish(again) is Stop.FINISHED
            assert await finish(Job.open(tmp_path / "job", lin)) is Stop.FINISHED
        with sqlite3.connect(tmp_path / "job") as file:
            assert file.execute("SELECT value FROM about WHERE name = 'permission'").fetchall() == [(PERMISSION,)]
        file.close()
        assert len((await values(Job.open(tmp_path / "job")))[0]) == 1234

    async def test_the_lix_api_needs_none(self, tmp_path: Path) -> None:
        job = Job(tmp_path / "job", fake_client(People()).enrichment.person, inputs=LINKS)
        assert await finish(job) is Stop.FINISHED

    async def test_the_other_client_cannot_run_it(self, sandbox: Sandbox, tmp_path: Path) -> None:
        async with own(sandbox) as lin, client(sandbox) as lix:
            await Job(tmp_path / "job", lin.connections, inputs=["~"], permission=PERMISSION).plan()
            with pytest.raises(InvalidArgumentError, match=r"linkedin.connections.*Pass a LinkedInClient"):
                Job.open(tmp_path / "job", lix)


class TestWhatComesBack:
    @pytest.mark.parametrize("settings", FORMATS)
    async def test_connections(self, sandbox: Sandbox, tmp_path: Path, settings: dict[str, Any]) -> None:
        sandbox.reset(linkedin_connections=260, faults="500,cut,reset,error-200,empty", fault_every=3)
        async with own(sandbox, **settings) as lin:
            job = Job(tmp_path / "job", lin.connections, inputs=["~"], params={"page_size": 50}, permission=PERMISSION)
            assert await finish(job) is Stop.FINISHED
            (found,) = await results(job)
            sandbox.reset(linkedin_connections=260)
            expected = await called(lin.connections, {"page_size": 50})
        assert (without_tokens(found.value), found.stopped) == (without_tokens(expected), StopReason.EXHAUSTED)
        assert len(expected) == 260

    @pytest.mark.parametrize("settings", FORMATS)
    async def test_searches_in_and_out_of_the_network(
        self, sandbox: Sandbox, tmp_path: Path, settings: dict[str, Any]
    ) -> None:
        given = {"title": "engineer", "network": "both", "page_size": 10 if "generation" in settings else 25}
        if "generation" not in settings:
            given["fields"] = "first-name,headline,location:(name,country:(code))"
        async with own(sandbox, **settings) as lin:
            job = Job(
                tmp_path / "job",
                lin.search.people,
                inputs=[given, {"keywords": "ruby developer", "max_items": 25}],
                permission=PERMISSION,
            )
            assert len(await some(job, 1, concurrency=2)) == 1
            assert await finish(job) is Stop.FINISHED
            both, one = await results(job)
            pager = lin.search.people(**given)
            assert without_tokens(both.value) == without_tokens(tuple(await pager.collect()))
            assert both.stopped is pager.stopped
            assert without_tokens(one.value) == without_tokens(
                tuple(await lin.search.people(keywords="ruby developer", max_items=25).collect())
            )
        for member, same in zip(both.value, await self.again(tmp_path), strict=True):
            assert (member, member.asked) == (same, same.asked)
        if "fields" in given:
            assert both.value[0].asked == {"first-name", "headline", "location.name", "location.country.code", "id"}

    @staticmethod
    async def again(folder: Path) -> tuple[Member, ...]:
        found: tuple[Member, ...] = (await values(Job.open(folder / "job")))[0]
        return found

    async def test_what_the_member_may_not_see_is_kept_as_a_failure(self, sandbox: Sandbox, tmp_path: Path) -> None:
        sandbox.reset(linkedin_connections=40)
        async with own(sandbox) as lin:
            job = Job(tmp_path / "job", lin.connections, inputs=["AbCdEf1234", "~"], permission=PERMISSION)
            assert await finish(job) is Stop.FINISHED
            denied, mine = await results(job)
        assert type(denied.error) is PermissionDeniedError
        assert len(mine.value) == 40


class TestSecrets:
    @pytest.mark.parametrize("settings", FORMATS[:2])
    async def test_tokens_that_open_profiles_are_not_written_down(
        self, sandbox: Sandbox, tmp_path: Path, settings: dict[str, Any]
    ) -> None:
        async with own(sandbox, **settings) as lin:
            met = await lin.search.people(**STRANGERS).collect()
            job = Job(tmp_path / "job", lin.search.people, inputs=[STRANGERS], permission=PERMISSION)
            (handed,) = await some(job, 1)
            (found,) = await values(job)
        said = stored(tmp_path / "job")
        tokens = []
        for member in met:
            if member.api_standard_profile_request is not None:
                tokens += [each.value.reveal() for each in member.api_standard_profile_request.headers if each.value]
            if member.site_standard_profile_request is not None and member.site_standard_profile_request.url:
                assert member.site_standard_profile_request.url.encode() not in said
        assert len({*tokens}) > 20
        assert not [token for token in tokens if token.encode() in said]
        assert b"authToken=***" in said
        assert without_tokens(found) == without_tokens(tuple(met))
        assert handed.value == found
        lost = next(member.api_standard_profile_request for member in found if member.api_standard_profile_request)
        with pytest.raises(LookupError, match="lost"):
            lost.headers[0].value.reveal()  # type: ignore[union-attr]  # it is there

    async def test_bodies_without_any_stay_as_they_came(self, tmp_path: Path) -> None:
        body = answer({"_total": 1, "values": [{"id": "a1", "firstName": "Robin", "headers": {"_total": 0}}]})
        odd = body.body.replace(b'"a1"', b'  "a1" ')
        transport = FakeTransport([type(body)(status=200, headers={}, body=odd)])
        job = Job(tmp_path / "job", linkedin(transport).connections, inputs=["~"], permission=PERMISSION)
        await finish(job)
        assert odd in stored(tmp_path / "job")

    async def test_no_key_of_the_lix_api(self, tmp_path: Path) -> None:
        says = f"{KEY} was not accepted for {KEY[:14]}"
        server = People({2: [refusal(404, "not_found", says)], 3: [refusal(400, KEY, says)]})
        lix = fake_client(server)
        job = Job(tmp_path / "job", lix.enrichment.person, inputs=LINKS, params={"viewer_id": "me"})
        async with job.run(warm_up=False) as run:
            async for _ in run:
                assert KEY.encode() not in files(tmp_path)  # nor in what is beside the file while it is open
        assert (await job.status()).failed == 2
        for error in [result.error for result in await results(job) if result.error]:
            assert KEY not in f"{error} {vars(error)}"
        assert KEY.encode() not in files(tmp_path) + stored(tmp_path / "job")
        assert KEY not in f"{job!r} {job.method} {await job.status()} {await job.plan()}"

    async def test_no_token_of_linkedins(self, tmp_path: Path) -> None:
        transport = FakeTransport([refusal(403, "denied", f"Access to connections denied for {TOKEN}")])
        job = Job(tmp_path / "job", linkedin(transport).connections, inputs=["~"], permission=PERMISSION)
        await finish(job, max_failures=None)
        assert (await job.status()).failed == 1
        assert TOKEN.encode() not in files(tmp_path) + stored(tmp_path / "job")

    async def test_only_its_owner_may_read_the_file(self, tmp_path: Path) -> None:
        await Job(tmp_path / "job", fake_client(People()).enrichment.person, inputs=[link(1)]).plan()
        assert (tmp_path / "job").stat().st_mode & 0o777 == 0o600
