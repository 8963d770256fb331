"""What every store of chunks must do; each kind has a class of tests that inherits these."""

from __future__ import annotations

from collections.abc import Callable

import anyio
import pytest

from lixasync.engines import ChunkStore, ConflictError, Stored
from lixasync.errors import InvalidArgumentError

Open = Callable[[], ChunkStore]


class StoreContract:
    """Give it a fixture ``reopen``, which returns the same empty store, opened anew, each time it is called."""

    async def test_an_empty_store_holds_nothing(self, reopen: Open) -> None:
        async with reopen() as store:
            assert await store.get("one.db") is None
            assert await store.names() == {}
            await store.delete("one.db")

    @pytest.mark.parametrize("body", [b"", b"\0\xff one", bytes(1_000_000)], ids=["empty", "few", "many"])
    async def test_what_was_put_is_there_for_all(self, reopen: Open, body: bytes) -> None:
        async with reopen() as store:
            version = await store.put("one.db", body, None)
        async with reopen() as other:
            assert await other.get("one.db") == Stored(body=body, version=version)
            assert await other.names() == {"one.db": version}

    async def test_each_version_replaces_the_one_before(self, reopen: Open) -> None:
        async with reopen() as store:
            version = None
            seen = set()
            for number in range(10):
                version = await store.put("one.db", b"body %d" % number, version)
                seen.add(version)
            assert len(seen) == 10
            assert await store.get("one.db") == Stored(body=b"body 9", version=version)

    async def test_nothing_is_put_over_what_is_there(self, reopen: Open) -> None:
        async with reopen() as store, reopen() as other:
            version = await store.put("one.db", b"first", None)
            with pytest.raises(ConflictError):
                await other.put("one.db", b"second", None)
            assert await other.get("one.db") == Stored(body=b"first", version=version)

    async def test_nothing_is_put_over_another_version(self, reopen: Open) -> None:
        async with reopen() as store, reopen() as other:
            old = await store.put("one.db", b"first", None)
            new = await other.put("one.db", b"second", old)
            with pytest.raises(ConflictError):
                await store.put("one.db", b"third", old)
            assert await store.get("one.db") == Stored(body=b"second", version=new)

    async def test_nothing_is_put_in_place_of_what_is_gone(self, reopen: Open) -> None:
        async with reopen() as store, reopen() as other:
            old = await store.put("one.db", b"first", None)
            await other.delete("one.db")
            assert await store.get("one.db") is None
            assert await store.names() == {}
            with pytest.raises(ConflictError):
                await store.put("one.db", b"second", old)
            await other.put("one.db", b"third", None)
            with pytest.raises(ConflictError):
                await store.put("one.db", b"fourth", old)

    async def test_names_are_apart(self, reopen: Open) -> None:
        async with reopen() as store:
            versions = {name: await store.put(name, name.encode(), None) for name in ("a.db", "A-1_b", "b" * 128)}
            assert await store.names() == versions
            await store.delete("a.db")
            found = await store.get("A-1_b")
            assert found is not None
            assert found.body == b"A-1_b"
            assert set(await store.names()) == {"A-1_b", "b" * 128}

    async def test_of_many_at_once_one_wins(self, reopen: Open) -> None:
        won: list[bytes] = []

        async def try_to_win(body: bytes) -> None:
            async with reopen() as store:
                try:
                    await store.put("one.db", body, version)
                except ConflictError:
                    return
                won.append(body)

        async with reopen() as store:
            version = await store.put("one.db", b"begin", None)
            async with anyio.create_task_group() as group:
                for number in range(8):
                    group.start_soon(try_to_win, b"body %d" % number)
            found = await store.get("one.db")
            assert found is not None
            assert [found.body] == won

    @pytest.mark.parametrize("name", ["", "..", ".hidden", "a/b", "../a", "a\\b", "a\n", "a b", "ä", "a" * 129])
    async def test_names_that_lead_elsewhere_are_refused(self, reopen: Open, name: str) -> None:
        async with reopen() as store:
            for call in (store.get(name), store.put(name, b"", None), store.delete(name)):
                with pytest.raises(InvalidArgumentError, match="no name in a store"):
                    await call
