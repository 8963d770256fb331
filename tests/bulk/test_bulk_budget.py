"""A run's credits: whatever is under way together, they are never exceeded."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from lixasync.bulk.budget import Budget, Share
from lixasync.limits.meter import METER, Meter, affords, bounded, count

PRICE = st.integers(0, 3)


class Run(RuleBasedStateMachine):
    """Calls that hold, cost, fail, are repeated and given up in any order, as workers make them."""

    def __init__(self) -> None:
        super().__init__()
        self.budget = Budget(limit=None)
        self.shares: list[Share] = []
        self.under_way: dict[int, int] = {}  # what each call may cost that is on its way
        self.charged = 0

    @initialize(limit=st.none() | st.integers(0, 12), calls=st.integers(1, 5))
    def begin(self, limit: int | None, calls: int) -> None:
        self.budget.limit = limit
        self.shares = [Share(budget=self.budget) for _ in range(calls)]

    def share(self, which: int) -> int:
        return which % len(self.shares)

    @rule(which=st.integers(0, 4), price=PRICE)
    def send_or_send_again(self, which: int, price: int) -> None:
        which = self.share(which)
        if which not in self.under_way and self.shares[which].affords(price):
            self.under_way[which] = price

    @rule(which=st.integers(0, 4), part=st.integers(0, 3))
    def be_answered(self, which: int, part: int) -> None:
        which = self.share(which)
        price = self.under_way.pop(which, None)
        if price is not None:
            cost = min(part, price)
            if cost:
                self.shares[which].count(cost)
            self.charged += cost

    @rule(which=st.integers(0, 4))
    def end(self, which: int) -> None:
        which = self.share(which)
        if which not in self.under_way:
            self.shares[which].release()
            assert self.shares[which].held == 0

    @rule(which=st.integers(0, 4))
    def halt(self, which: int) -> None:
        which = self.share(which)
        self.shares[which].closed = True
        assert not self.shares[which].affords(0)

    @invariant()
    def nothing_is_exceeded_and_nothing_forgotten(self) -> None:
        limit = self.budget.limit
        assert self.budget.spent == self.charged == sum(share.spent for share in self.shares)
        assert self.budget.held == sum(share.held for share in self.shares)
        assert all(share.held >= 0 for share in self.shares)
        assert all(self.shares[which].held >= price for which, price in self.under_way.items())
        assert limit is None or self.budget.spent + self.budget.held <= limit

    def teardown(self) -> None:
        for which in list(self.under_way):
            self.be_answered(which, 0)
        for share in self.shares:
            share.release()
        assert self.budget.held == 0


TestRun = Run.TestCase


def test_a_call_that_costs_nothing_gives_back_what_it_held() -> None:
    budget = Budget(limit=1)
    first, second = Share(budget=budget), Share(budget=budget)
    assert first.affords(1)
    assert not second.affords(1)
    first.release()
    assert (budget.spent, budget.held) == (0, 0)
    assert second.affords(1)


def test_what_is_spent_is_not_given_back() -> None:
    budget = Budget(limit=1)
    first, second = Share(budget=budget), Share(budget=budget)
    assert first.affords(1)
    first.count(1)
    first.release()
    assert (budget.spent, budget.held, first.spent) == (1, 0, 1)
    assert not second.affords(1)
    assert second.affords(0)


def test_holding_twice_holds_once() -> None:
    share = Share(budget=Budget(limit=2))
    assert share.affords(2)
    assert share.affords(1)
    assert share.affords(2)
    assert share.held == share.budget.held == 2
    assert not share.affords(3)


def test_what_costs_more_than_it_held_is_counted_whole() -> None:
    share = Share(budget=Budget(limit=5))
    assert share.affords(1)
    share.count(3)
    assert (share.spent, share.held, share.budget.spent, share.budget.held) == (3, 0, 3, 0)


@pytest.mark.parametrize("limit", [None, 5])
def test_a_closed_share_spends_nothing_more_and_counts_what_still_comes(limit: int | None) -> None:
    share = Share(budget=Budget(limit=limit))
    assert share.affords(1)
    share.closed = True
    assert not share.affords(1)
    share.count(1)
    assert share.budget.spent == 1


@pytest.mark.parametrize("limit", [None, 5])
def test_others_do_not_share_a_request_with_who_may_give_up_early(limit: int | None) -> None:
    before = METER.set(Share(budget=Budget(limit=limit)))
    try:
        assert bounded()
        assert affords(5)
        assert affords(6) is (limit is None)
        count(2)
    finally:
        METER.reset(before)


@given(
    limit=st.integers(0, 8),
    left=st.none() | st.integers(0, 8),
    prices=st.lists(st.integers(0, 3), max_size=12),
)
def test_the_pages_of_an_input_are_bound_by_the_run_and_by_their_own_limit(
    limit: int, left: int | None, prices: list[int]
) -> None:
    budget = Budget(limit=limit)
    share = Share(budget=budget)
    meter = Meter(left=left, outer=share)
    for price in prices:
        if meter.affords(price):
            meter.count(price)
        share.release()
        assert meter.spent == share.spent == budget.spent <= limit
        assert left is None or meter.spent <= left
        assert budget.held == 0
