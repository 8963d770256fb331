"""Whatever processes do that share a book: no window holds more than the limit. Pure, in simulated time."""

from __future__ import annotations

from collections.abc import Callable

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.limits.shared.book_world import Crowd, Process, World, most_in_a_window

from lixasync.limits.shared.messages import SECOND, Terms

seeds = st.integers(0, 10_000)


@st.composite
def terms(draw: st.DrawFn) -> Terms:
    requests = draw(st.one_of(st.integers(1, 5), st.integers(1, 60)))
    per = draw(st.integers(20_000, 5 * SECOND))
    burst = draw(st.one_of(st.just(1), st.integers(1, requests)))
    return Terms(requests=requests, per=per, burst=burst, margin=draw(st.integers(1, 100_000)))


@st.composite
def crowds(draw: st.DrawFn, *, far: float = 0.5, **habits: float) -> Crowd:
    world = World(draw(terms()), seed=draw(seeds), tick=draw(st.booleans()))
    distances = st.one_of(st.just(0), st.integers(0, int((world.terms.per + world.terms.margin) * far)))
    late = draw(st.lists(distances, min_size=1, max_size=4))
    crowd = Crowd(world, [Process(late=each) for each in late], **habits)
    crowd.pause = draw(st.sampled_from([0.1, 1.0, 5.0]))
    crowd.begin()
    return crowd


def check(world: World) -> None:
    assert world.used
    assert most_in_a_window(world.used, world.terms.per) <= world.terms.requests


HABITS = {
    "in time": {"lost": 0.0},
    "many lost": {"lost": 0.6},
    "slow connections": {"lost": 0.1, "slow": 0.2},
    "refusals": {"lost": 0.1, "refused": 0.02},
    "unheard": {"lost": 0.3, "unheard": 0.3},
    "all": {"lost": 0.3, "slow": 0.1, "refused": 0.02, "unheard": 0.1},
}


@pytest.mark.parametrize("habits", HABITS.values(), ids=HABITS)
@given(data=st.data())
def test_no_window_is_over(habits: dict[str, float], data: st.DataObject) -> None:
    crowd = data.draw(crowds(**habits))
    crowd.world.run(300)
    check(crowd.world)


def set_back(world: World) -> None:
    world.error -= world.chance.randint(1, 3 * world.terms.per)


def lose_the_book(world: World) -> None:
    world.state.clear()


def lose_the_head(world: World) -> None:
    """As a damaged file does: the moments of slots stand behind it."""
    for name in [name for name in world.state if not (name[0] == "r" and name[1:].isdigit())]:
        del world.state[name]


@pytest.mark.parametrize("happens", [set_back, lose_the_book, lose_the_head])
@given(data=st.data())
def test_nor_when_the_keeper_goes_wrong(happens: Callable[[World], None], data: st.DataObject) -> None:
    """Everybody has asked before; who comes new cannot know."""
    crowd = data.draw(crowds(far=0.1, lost=0.1))
    world = crowd.world
    world.tick = world.tick and happens is not set_back
    for process in crowd.processes:
        world.tell(process)
    for _ in range(3):
        world.run(100)
        happens(world)
    world.run(100)
    check(world)


@given(data=st.data())
def test_other_terms_keep_counting(data: st.DataObject) -> None:
    """Under one rate, then under another, everything that was sent counts: windows of either hold."""
    crowd = data.draw(crowds(lost=0.0))
    crowd.world.run(100)
    world = crowd.world
    before, world.used = world.used, []
    former = world.terms
    world.terms = data.draw(terms())
    world.terms = attrs.evolve(world.terms, margin=former.margin)  # as slots that are under way may be late by it
    world.tell(crowd.processes[0], change=True)
    changed = world.now
    world.run(200)
    # what was granted before may be used for some time
    after = [moment for moment in world.used if moment > changed + 2 * (former.per + former.margin)]
    assert most_in_a_window(after, world.terms.per) <= world.terms.requests
    shorter, most = min(former.per, world.terms.per), max(former.requests, world.terms.requests)
    assert most_in_a_window([*before, *world.used], shorter) <= most
