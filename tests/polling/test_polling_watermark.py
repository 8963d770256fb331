"""The watermark: nothing lost and nothing twice, whatever the clocks do; against a model of a server."""

from __future__ import annotations

import random
from collections import Counter

import attrs
from hypothesis import given
from hypothesis import strategies as st

from lixasync.polling.envelope import read_state, write_state
from lixasync.polling.watermark import Poll, Print, Watermark, advance

BASE = 1_793_491_200_000  # any day
OVERLAP = 300_000
SALT = "5a" * 16


def restarted(mark: Watermark) -> Watermark:
    """Return what a new process reads from the saved state."""
    return read_state(write_state("w", SALT, mark), "w", Watermark)[1]


@attrs.frozen
class Event:
    """A member says something new; seen by those who ask ``lag`` later."""

    at: int
    member: str
    lag: int


@attrs.define
class World:
    """A server, its clock, and what its members say, in milliseconds since the watch began.

    Attributes:
        events: What happens, by time.
        offsets: From when on the server's clock is how much ahead of true time.
        skew: How much ahead the local clock is.
        honest: Whether the server heeds modified-since.
        strict: Whether it takes "since" as "after".
    """

    events: list[Event]
    offsets: list[tuple[int, int]]
    skew: int = 0
    honest: bool = True
    strict: bool = False

    def clock(self, at: int) -> int:
        offset = next((offset for begin, offset in reversed(self.offsets) if begin <= at), 0)
        return BASE + at + offset

    def visible(self, at: int) -> dict[str, tuple[int, int]]:
        """Return the number of the last visible version of each member, and its stamp."""
        found: dict[str, tuple[int, int]] = {}
        for number, event in enumerate(self.events):
            if event.at + event.lag <= at:
                found[event.member] = (number, self.clock(event.at))
        return found

    def answer(self, since: int, at: int) -> list[tuple[str, int]]:
        floor = since + self.strict
        found = self.visible(at).items()
        return [(member, number) for member, (number, stamp) in found if not self.honest or stamp >= floor]


@attrs.define
class Watcher:
    """Polls a world as a watch does, and keeps what was delivered.

    Attributes:
        updated: Whether it compares what members say.
        mark: The watermark, as it is saved.
        delivered: Members and versions, in order.
    """

    world: World
    updated: bool
    mark: Watermark
    delivered: list[tuple[str, int]] = attrs.field(factory=list)

    def poll(self, at: int, took: int, *, asked: bool = True, answered: bool = True, kill: str = "") -> None:
        world = self.world
        items = world.answer(self.mark.since, at + took // 2)
        prints: list[Print | None] = [(member, str(number) if self.updated else "") for member, number in items]
        poll = Poll(
            prints=prints,
            asked=world.clock(at) - 1000 if asked else None,
            answered=world.clock(at + took) + 1000 if answered else None,
            began=BASE + world.skew + at,
            ended=BASE + world.skew + at + took,
        )
        after, news = advance(self.mark, poll, OVERLAP)
        if kill == "before handing out":
            return
        self.delivered += [item for item, new in zip(items, news, strict=True) if new]
        if kill != "before saving":
            self.mark = restarted(after)

    def has(self, at: int) -> bool:
        """Say whether everything visible at a moment has been delivered, the last version last."""
        last = dict(self.delivered)
        first = {member for member, _ in self.delivered}
        return all(last.get(m) == n if self.updated else m in first for m, (n, _) in self.world.visible(at).items())


def begin(world: World, *, updated: bool) -> Watcher:
    if not updated:  # whoever is new is new once
        world.events = [attrs.evolve(event, member=f"m{number}") for number, event in enumerate(world.events)]
    local = BASE + world.skew
    return Watcher(world, updated, Watermark(since=local - OVERLAP, counted=local, guessed=True))


times = st.integers(1, 40 * 60_000)
polls = st.lists(
    st.tuples(
        st.integers(1000, 30 * 60_000),  # pause before it
        st.integers(2, 20_000),  # how long it takes
        st.booleans(),  # whether the server tells the time
        st.booleans(),
    ),
    min_size=1,
    max_size=25,
)
SWING = 100_000
LAG = OVERLAP - SWING - 2000  # the request is up to a second later than the time told for it


def events(longest: int) -> st.SearchStrategy[list[Event]]:
    one = st.builds(
        Event, at=times.map(lambda at: at * 3), member=st.sampled_from("abcde"), lag=st.integers(0, longest)
    )
    return st.lists(one, max_size=20).map(lambda found: sorted(found, key=lambda event: event.at))


swings = st.lists(st.tuples(st.integers(0, 2 * 3_600_000), st.integers(0, SWING)), max_size=6).map(sorted)
worlds = st.builds(
    World,
    events=events(LAG),
    offsets=swings,
    skew=st.integers(-3_600_000, 3_600_000),
    honest=st.booleans(),
    strict=st.booleans(),
)


@given(world=worlds, updated=st.booleans(), polls=polls)
def test_everything_once_while_lateness_and_steps_stay_within_the_overlap(
    world: World, updated: bool, polls: list[tuple[int, int, bool, bool]]
) -> None:
    watcher = begin(world, updated=updated)
    at = 0
    for pause, took, asked, answered in polls:
        at += pause
        watcher.poll(at, took, asked=asked, answered=answered)
        if world.skew <= 0:  # a local clock that is ahead lets the first polls miss what the later ones find
            assert watcher.has(at + took // 2)
        at += took
    end = 12 * 3_600_000
    for _ in range(2):
        watcher.poll(end, 1000)
        end += 900_000
    assert watcher.has(end)
    assert max(Counter(watcher.delivered).values(), default=1) == 1


@given(
    world=worlds,
    updated=st.booleans(),
    polls=polls,
    kills=st.lists(st.sampled_from(["", "before handing out", "before saving"]), min_size=25, max_size=25),
)
def test_a_kill_loses_nothing_and_repeats_only_what_was_not_done(
    world: World, updated: bool, polls: list[tuple[int, int, bool, bool]], kills: list[str]
) -> None:
    watcher = begin(world, updated=updated)
    at = 0
    for (pause, took, asked, answered), kill in zip(polls, kills, strict=False):
        at += pause
        watcher.poll(at, took, asked=asked, answered=answered, kill=kill)
        at += took
    for _ in range(2):
        watcher.poll(at + OVERLAP + LAG + 3 * 3_600_000, 1000)
        at += 900_000
    assert watcher.has(at + OVERLAP + LAG + 3 * 3_600_000)
    if "before saving" not in kills[: len(polls)]:
        assert max(Counter(watcher.delivered).values(), default=1) == 1


@given(
    happenings=events(OVERLAP - 2000),
    step=st.tuples(st.integers(0, 2 * 3_600_000), st.integers(0, 10 * 24 * 3_600_000)),
    polls=polls,
    skew=st.integers(-3_600_000, 3_600_000),
)
def test_a_clock_that_goes_back_by_any_step_loses_nothing(
    happenings: list[Event], step: tuple[int, int], polls: list[tuple[int, int, bool, bool]], skew: int
) -> None:
    when, back = step
    world = World(happenings, [(0, back), (when, 0)], skew=skew)
    watcher = begin(world, updated=True)
    at = 0
    for pause, took, asked, answered in polls:
        at += pause
        watcher.poll(at, took, asked=asked, answered=answered)
        at += took
    at = max(at, 3 * 3_600_000)
    for _ in range(2):
        at += 900_000
        watcher.poll(at, 1000)
    assert watcher.has(at)


@given(skew=st.integers(-86_400_000, 86_400_000), polls=polls)
def test_a_server_that_returns_everybody_delivers_each_once(
    skew: int, polls: list[tuple[int, int, bool, bool]]
) -> None:
    world = World([Event(n, f"m{n}", 0) for n in range(50)], [], skew=skew, honest=False)
    watcher = begin(world, updated=True)
    at = 100
    for pause, took, asked, answered in polls:
        at += pause
        watcher.poll(at, took, asked=asked, answered=answered)
        at += took
    assert len(watcher.delivered) == len(set(watcher.delivered)) == 50


def mark() -> Watermark:
    return Watermark(since=BASE - OVERLAP, counted=BASE)


def poll(*prints: Print | None, asked: int | None, answered: int | None = None, took: int = 2000) -> Poll:
    at = BASE if asked is None else asked
    return Poll(prints=prints, asked=asked, answered=answered, began=at, ended=at + took)


def test_the_next_poll_reaches_back_by_the_overlap() -> None:
    after, _ = advance(mark(), poll(asked=BASE + 900_000, answered=BASE + 901_000), OVERLAP)
    assert after == Watermark(since=BASE + 600_000, counted=BASE + 900_000)


def test_after_a_step_back_the_next_poll_reaches_back_behind_the_one_before() -> None:
    back = Poll(prints=(), asked=BASE - 3_600_000, answered=None, began=BASE + 900_000, ended=BASE + 902_000)
    after, _ = advance(mark(), back, OVERLAP)
    assert after == Watermark(since=BASE - 3_600_000 - 902_000 - OVERLAP, counted=BASE + 900_000)


def test_a_guess_by_the_local_clock_ends_with_the_first_time_told() -> None:
    ahead = Watermark(since=BASE + 10 * OVERLAP, counted=BASE + 11 * OVERLAP, guessed=True)
    timeless = Poll(prints=(), asked=None, answered=None, began=BASE + 11 * OVERLAP, ended=BASE + 11 * OVERLAP + 2000)
    same, _ = advance(ahead, timeless, OVERLAP)
    assert same == ahead
    told = Poll(prints=(), asked=BASE + 20 * OVERLAP, answered=None, began=BASE, ended=BASE + 31 * OVERLAP)
    after, _ = advance(ahead, told, OVERLAP)
    assert after == Watermark(since=BASE - OVERLAP, counted=BASE)


def test_without_the_servers_time_the_watermark_stays() -> None:
    timeless = Poll(prints=[("a", "1")], asked=None, answered=None, began=BASE + 900_000, ended=BASE + 902_000)
    after, news = advance(mark(), timeless, OVERLAP)
    assert (after.since, after.counted, news) == (BASE - OVERLAP, BASE, [True])
    again, news = advance(after, poll(("a", "1"), asked=None), OVERLAP)
    assert (again, news) == (after, [False])


def test_what_was_delivered_without_a_time_is_forgotten_once_one_is_told() -> None:
    after, _ = advance(mark(), poll(("a", "1"), asked=None), OVERLAP)
    assert after.seen["a"][0] is None
    told, _ = advance(after, poll(asked=BASE + 900_000, answered=BASE + 900_000), OVERLAP)
    assert told.seen["a"][0] == BASE + 900_000 + 3 * OVERLAP
    later, _ = advance(told, poll(asked=BASE + 10_000_000, answered=BASE + 10_000_000), OVERLAP)
    assert later.seen == {}


def test_hashes_are_forgotten_only_when_the_watermark_is_later_than_their_bound() -> None:
    seen = {"a": (BASE, ("1",)), "b": (BASE + 1, ("1",))}
    before = Watermark(since=BASE - OVERLAP, counted=BASE, seen=seen)
    at, _ = advance(before, poll(asked=BASE + OVERLAP, answered=BASE + OVERLAP), OVERLAP)
    assert set(at.seen) == {"a", "b"}
    past, _ = advance(before, poll(asked=BASE + OVERLAP + 1, answered=BASE + OVERLAP + 1), OVERLAP)
    assert set(past.seen) == {"b"}


def test_a_member_who_says_again_what_was_said_before_has_changed_twice() -> None:
    at, state, delivered = BASE, mark(), []
    for said in "ABAAB":
        at += 60_000
        state, news = advance(state, poll(("m", said), asked=at, answered=at + 1000), OVERLAP)
        delivered += [said] * sum(news)
    assert delivered == list("ABAB")


def test_a_member_met_twice_in_one_poll_counts_once_for_each_thing_said() -> None:
    both = poll(("m", "A"), ("m", "A"), ("m", "B"), asked=BASE + 1000, answered=BASE + 2000)
    after, news = advance(mark(), both, OVERLAP)
    assert news == [True, False, True]
    for said in "BA":  # pages of one poll may show the new before the old
        _, news = advance(after, poll(("m", said), asked=BASE + 3000, answered=BASE + 4000), OVERLAP)
        assert news == [False]


def test_items_that_nothing_identifies_are_never_dropped() -> None:
    after, news = advance(mark(), poll(None, None, asked=BASE + 1000, answered=BASE + 2000), OVERLAP)
    assert (news, after.seen) == ([True, True], {})
    assert advance(after, poll(None, asked=BASE + 3000), OVERLAP)[1] == [True]


def test_an_overlap_beyond_the_epoch_asks_for_everything() -> None:
    after, _ = advance(mark(), poll(asked=BASE, answered=BASE), 10 * BASE)
    assert after.since == 0


def test_the_state_of_a_quiet_watch_does_not_grow() -> None:
    state, at = mark(), BASE
    dice = random.Random(1)
    sizes = []
    for number in range(300):
        at += 900_000
        prints = [(f"{number}-{n}", "") for n in range(dice.randrange(5))]
        state, _ = advance(state, poll(*prints, asked=at, answered=at + 1000), OVERLAP)
        sizes.append(len(state.seen))
    assert max(sizes) <= 15
