"""What one call spends, and what that is part of."""

from __future__ import annotations

from collections.abc import Iterator

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lixasync.limits.meter import METER, Meter, affords, bounded, count


@pytest.fixture
def unmetered() -> Iterator[None]:
    before = METER.set(None)
    yield
    METER.reset(before)


@given(
    bounds=st.lists(st.none() | st.integers(0, 10), min_size=1, max_size=4),
    steps=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 4)), max_size=20),
)
def test_what_is_spent_inside_is_spent_outside_and_every_bound_holds(
    bounds: list[int | None], steps: list[tuple[int, int]]
) -> None:
    meters: list[Meter] = []
    for bound in bounds:
        meters.append(Meter(left=bound, outer=meters[-1] if meters else None))
    for which, amount in steps:
        around = meters[: which % len(meters) + 1]
        inner = around[-1]
        before = [meter.spent for meter in around]
        fits = all(meter.left is None or meter.spent + amount <= meter.left for meter in around)
        assert inner.affords(amount) is fits
        assert [meter.spent for meter in around] == before  # asking costs nothing
        if fits:
            inner.count(amount)
            assert [meter.spent for meter in around] == [spent + amount for spent in before]
        assert all(meter.left is None or meter.spent <= meter.left for meter in meters)


def test_what_was_charged_counts_even_beyond_the_bound() -> None:
    outer = Meter(left=1)
    inner = Meter(left=None, outer=outer)
    inner.count(5)
    assert (inner.spent, outer.spent) == (5, 5)
    assert not inner.affords(0)


@pytest.mark.parametrize(
    ("inner", "outer", "expected"),
    [(None, None, False), (3, None, True), (None, 3, True), (0, 0, True)],
)
def test_a_bound_of_either_is_a_bound(inner: int | None, outer: int | None, expected: bool) -> None:
    assert Meter(left=inner, outer=Meter(left=outer)).bounded is expected
    assert Meter(left=inner).bounded is (inner is not None)


@pytest.mark.usefixtures("unmetered")
def test_without_a_meter_everything_can_be_spent_and_nothing_is_counted() -> None:
    assert not bounded()
    assert affords(10**9)
    count(5)


@pytest.mark.usefixtures("unmetered")
def test_the_meter_of_the_call_under_way_is_meant() -> None:
    meter = Meter(left=2)
    METER.set(meter)
    assert bounded()
    assert affords(2)
    assert not affords(3)
    count(2)
    assert not affords(1)
    assert meter.spent == 2


@pytest.mark.anyio
async def test_tasks_inherit_the_meter_of_who_started_them() -> None:
    meters = [Meter(left=None), Meter(left=None)]

    async def call(amount: int) -> None:
        await anyio.lowlevel.checkpoint()
        count(amount)

    async def stream(meter: Meter, amounts: range) -> None:
        METER.set(meter)
        async with anyio.create_task_group() as group:
            for amount in amounts:
                group.start_soon(call, amount)

    async with anyio.create_task_group() as group:
        group.start_soon(stream, meters[0], range(4))
        group.start_soon(stream, meters[1], range(10, 12))
    assert [meter.spent for meter in meters] == [6, 21]
