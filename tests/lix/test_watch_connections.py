"""Following a viewer's connections by comparing listings, over real HTTP."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.support.fake import FakeTransport, answer
from tests.support.fake import client as scripted

from lixasync import Changes, Connection, InvalidArgumentError, LixClient, PageSizeError, RateLimit, RetryPolicy
from lixasync.sandbox import Sandbox

pytestmark = pytest.mark.anyio

VIEWER = "robin-marlowe"
UNHURRIED = RateLimit(1000, per=0.02, burst=1000, margin=0.0)


def client(sandbox: Sandbox) -> LixClient:
    return LixClient(
        sandbox.key,
        base_url=sandbox.url,
        viewer_id=VIEWER,
        rate_limit=UNHURRIED,
        retry=RetryPolicy(attempts=12, base=0.01, cap=0.05),
    )


async def test_added_and_gone_across_a_restart(sandbox: Sandbox, tmp_path: Path) -> None:
    state = tmp_path / "state"
    sandbox.reset(connections=230)
    async with client(sandbox) as lix:
        watch = lix.watch_connections(0.01, state, page_size=100)
        first: Changes[Connection] = await anext(watch)
        assert [one.raw for one in first.added] == [sandbox.connection(number) for number in range(230)]
        keys = {watch.key(one): one.identity for one in first.added}
        await watch.commit()
        sandbox.reset(connections=233)
        assert [one.raw for one in (await anext(watch)).added] == [sandbox.connection(n) for n in range(230, 233)]
        await watch.commit()
    sandbox.reset(connections=228)
    async with client(sandbox) as lix:
        changes = await anext(lix.watch_connections(0.01, state, page_size=100))
    assert not changes.added
    assert not changes.changed
    gone = [keys.get(one.key) for one in changes.gone]
    assert set(gone) - {None} == {f"{first.added[n].identity}" for n in (228, 229)}
    assert len(gone) == 5
    assert all(one.identity is None for one in changes.gone)  # another process met them
    content = state.read_text(encoding="utf-8")
    assert not any(text in content for one in first.added for text in (one.identity, one.name) if text)


async def test_faults_make_nobody_gone(sandbox: Sandbox, tmp_path: Path) -> None:
    faults = "500,reset,cut,repeat,200-html,shift,empty"
    sandbox.reset(connections=400, faults=faults, fault_every=3)
    async with client(sandbox) as lix:
        watch = lix.watch_connections(0.01, tmp_path / "state", page_size=50)
        assert len((await anext(watch)).added) == 400
        sandbox.reset(connections=401, faults=faults, fault_every=3)
        changes = await anext(watch)
    assert (len(changes.added), changes.changed, changes.gone) == (1, (), ())


def page(*people: dict[str, Any], total: int | None = None) -> Any:
    return answer({"elements": list(people), "paging": {"start": 0, "count": 10, "total": total or len(people)}})


def someone(name: str, **more: str) -> dict[str, Any]:
    return {"link": f"https://www.linkedin.com/in/{name}", "name": name.title(), **more}


async def test_a_new_headline_is_a_change_and_a_new_picture_address_is_none() -> None:
    transport = FakeTransport(
        [
            page(someone("robin", headline="A", profile_picture="https://x/1"), someone("sam")),
            page(someone("robin", headline="A", profile_picture="https://x/2"), someone("sam")),
            page(someone("robin", headline="B", profile_picture="https://x/3"), someone("sam")),
        ]
    )
    store = Memory()
    async with scripted(transport, viewer_id=VIEWER) as lix:
        watch = lix.watch_connections(0.001, store)
        assert len((await anext(watch)).added) == 2
        (changed,) = (await anext(watch)).changed
    assert changed.headline == "B"
    assert watch.polls == 3


class Memory:
    """A store of the caller's own."""

    text: str | None = None

    async def load(self) -> str | None:
        return self.text

    async def save(self, state: str) -> None:
        self.text = state


async def test_a_listing_cut_short_makes_nobody_gone() -> None:
    everybody = [someone(name) for name in ("a", "b", "c", "d")]
    transport = FakeTransport(
        [page(*everybody), page(*everybody[:2], total=4), page(total=4), page(total=4), page(*everybody[1:], total=3)]
    )
    async with scripted(transport, viewer_id=VIEWER) as lix:
        watch = lix.watch_connections(0.001, Memory())
        assert len((await anext(watch)).added) == 4
        changes = await anext(watch)
    assert [one.identity for one in changes.gone] == ["https://www.linkedin.com/in/a"]


async def test_bad_input_is_refused_at_once() -> None:
    transport = FakeTransport()
    async with scripted(transport) as lix:
        with pytest.raises(InvalidArgumentError, match="viewer"):
            lix.watch_connections(1, Memory())
        with pytest.raises(PageSizeError):
            lix.watch_connections(1, Memory(), viewer_id=VIEWER, page_size=1001)
        with pytest.raises(InvalidArgumentError):
            lix.watch_connections(-1, Memory(), viewer_id=VIEWER)
    assert not transport.requests
