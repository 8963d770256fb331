"""Object stores as stores of chunks: one in memory, and one that speaks as S3 does; whole jobs in them."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import obstore
import pytest
from obstore.exceptions import GenericError
from tests.bulk.bulk_runs import LINKS, People
from tests.engines.engine_chunks import found, lookups
from tests.engines.store_contract import StoreContract
from tests.integrations.stores.s3_server import serve
from tests.support.fake import client

from lixasync.engines import ChunkStore, collect, open_store, plan, recall, run_chunk
from lixasync.engines.stores.objects import ObjectStore
from lixasync.errors import ConfigurationError, JobFileError

pytestmark = pytest.mark.anyio

NUMBERS = itertools.count()
SECRET = "hush-0123456789"


@pytest.fixture
def url() -> str:
    return f"memory:///{next(NUMBERS)}"


class TestMemory(StoreContract):
    @pytest.fixture
    def reopen(self, url: str) -> Callable[[], ChunkStore]:
        return lambda: open_store(url)


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    with serve() as address:
        yield address


@pytest.fixture
def bucket(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """An empty folder in a bucket."""
    for name, value in {
        "ENDPOINT_URL": endpoint,
        "ALLOW_HTTP": "true",
        "REGION": "eu-central-2",
        "ACCESS_KEY_ID": "robin",
        "SECRET_ACCESS_KEY": SECRET,
    }.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    return f"s3://people/{next(NUMBERS)}"


class TestS3(StoreContract):
    @pytest.fixture
    def reopen(self, bucket: str) -> Callable[[], ChunkStore]:
        return lambda: open_store(bucket)


async def test_a_job_in_a_bucket(tmp_path: Path, bucket: str) -> None:
    job = lookups(lix := client(server := People()), tmp_path / "job.db", range(12))
    for chunk in await plan(job, f"{bucket}/", size=5):
        assert chunk.store == bucket
        await run_chunk(chunk.as_json(), lix)
    await collect(job, bucket)
    assert await found(job) == sorted(server.links) == list(LINKS)
    await recall(job, bucket)
    assert await open_store(bucket).names() == {}


async def test_a_job_in_chunks(tmp_path: Path, url: str) -> None:
    job = lookups(lix := client(server := People()), tmp_path / "job.db", range(12))
    for chunk in await plan(job, url, size=5):
        assert chunk.store == url
        await run_chunk(chunk.as_json(), lix)
    await collect(job, url)
    assert await found(job) == sorted(server.links) == list(LINKS)


@pytest.mark.parametrize(
    ("url", "settings", "shown"),
    [
        ("s3://bucket/people/x", {"AWS_REGION": "eu-central-2"}, "s3://bucket/people/x"),
        ("gs://bucket/people", {}, "gs://bucket/people"),
        ("az://container/people", {"AZURE_STORAGE_ACCOUNT_NAME": "robin"}, "az://container/people"),
    ],
)
def test_stores_of_all_kinds(url: str, settings: dict[str, str], shown: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {**settings, "AWS_ACCESS_KEY_ID": "robin", "AWS_SECRET_ACCESS_KEY": SECRET}.items():
        monkeypatch.setenv(name, value)
    store = open_store(url)
    assert isinstance(store, ObjectStore)
    assert store.url == shown
    assert SECRET not in repr(store)


def test_an_address_that_cannot_be_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AZURE_STORAGE_ACCOUNT_NAME", raising=False)
    with pytest.raises(ConfigurationError, match="az://container cannot be used") as caught:
        open_store(f"az://container?sig={SECRET}")
    assert SECRET not in f"{caught.value} {caught.value.__cause__} {caught.value.__context__ and ''}"


async def test_failures_are_told_without_secrets(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    store = open_store(url)

    def fail(*_: Any, **__: Any) -> None:
        raise GenericError(f"no answer from https://robin:{SECRET}@example.org")

    for name in ("get", "put", "list", "delete"):
        monkeypatch.setattr(obstore, name, fail)
    for call in (store.get("a"), store.put("a", b"", None), store.names(), store.delete("a")):
        with pytest.raises(JobFileError, match=rf"{url} cannot be read or written \(GenericError\)") as caught:
            await call
        assert SECRET not in str(caught.value)
