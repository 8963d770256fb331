"""The script on the server does what the pure arithmetic does: same replies, same state, on a real Valkey."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from redis import Redis
from tests.limits.shared.valkey import Server

from lixasync.limits.redis import _script
from lixasync.limits.shared.book import exchange
from lixasync.limits.shared.messages import DAY, SECOND, Allowance, Message, Reply, Report, Terms

KEY = "lixasync:test"
TIME = "redis.call('TIME')"
START = 1_800_000_000 * SECOND

lengths = st.one_of(st.just(0), st.integers(0, 10_000), st.integers(0, 20 * SECOND))
moments = st.one_of(st.just(0), st.integers(0, 3 * SECOND))
names = st.sampled_from(["people", "posts"])
allowances = st.lists(
    st.builds(Allowance, st.sampled_from(["*", "people"]), st.sampled_from(["day", "week"]), st.integers(1, 12)),
    max_size=2,
    unique_by=lambda each: each.field,
)


@st.composite
def terms(draw: st.DrawFn) -> Terms:
    requests = draw(st.integers(1, 8))
    return Terms(
        requests=requests,
        per=draw(st.sampled_from([20_000, SECOND, 3 * SECOND])),
        burst=draw(st.integers(1, requests)),
        margin=draw(st.sampled_from([0, 35_000, 60_123])),
    )


@st.composite
def reports(draw: st.DrawFn, numbers: list[int], periods: list[int]) -> Report:
    kind: Any = draw(st.sampled_from(["moved", "lost", "refused", "unused", "closed", "freeze", "apart"]))
    if kind in ("moved", "lost"):
        return Report(kind, draw(st.sampled_from(numbers)), draw(lengths))
    if kind == "refused":
        return Report(kind, draw(lengths), draw(st.one_of(st.just(-1), lengths)))
    if kind == "unused":
        return Report(kind, draw(st.sampled_from(["day:*", "week:*", "day:people"])), draw(st.sampled_from(periods)))
    if kind == "closed":
        return Report(kind, draw(names), draw(lengths))
    return Report(kind, draw(lengths) if kind == "freeze" else 0)


@pytest.fixture(scope="module")
def server() -> Iterator[Redis]:
    with Server() as running:
        redis = Redis.from_url(running.url)
        yield redis
        redis.close()


@settings(max_examples=100)
@given(data=st.data())
def test_it_answers_and_keeps_the_same(server: Redis, data: st.DataObject) -> None:
    server.delete(KEY)
    text = _script()
    assert text.count(TIME) == 1
    script = server.register_script(text.replace(TIME, "{KEYS[2], KEYS[3]}"))
    known = data.draw(st.lists(terms(), min_size=1, max_size=2))
    state: dict[str, int] = {}
    numbers, generations = [0, 7], [0]
    clock = START
    for _ in range(data.draw(st.integers(1, 25))):
        clock += data.draw(st.one_of(lengths, st.just(-SECOND), st.just(DAY)))
        if data.draw(st.integers(0, 15)) == 0:
            state.clear()
            server.delete(KEY)
        message = Message(
            terms=data.draw(st.sampled_from(known)),
            change=data.draw(st.booleans()),
            want=data.draw(st.integers(0, 5)),
            horizon=data.draw(lengths),
            waited=data.draw(lengths),
            bulk=data.draw(st.booleans()),
            late=data.draw(moments),
            generation=data.draw(st.sampled_from(generations)),
            number=data.draw(st.integers(0, 60)),
            ahead=data.draw(moments),
            frozen=data.draw(moments),
            accepted=data.draw(st.one_of(st.integers(0, 3), st.integers(0, 1200))),
            reports=tuple(data.draw(st.lists(reports(numbers, [clock // DAY, (clock // DAY + 3) // 7]), max_size=3))),
            resource=data.draw(st.one_of(st.just(""), names)),
            allowances=tuple(data.draw(allowances)),
        )
        parts: Any = script(keys=[KEY, str(clock // SECOND), str(clock % SECOND)], args=message.flat())
        answered = Reply.read(part.decode() if isinstance(part, bytes) else part for part in parts)
        assert answered == exchange(state, clock, message)
        kept: Any = server.hgetall(KEY)
        assert {name.decode(): int(value) for name, value in kept.items()} == state
        generations.append(answered.generation)
        numbers.extend(answered.number + index for index in range(len(answered.slots)))


def test_a_budget_is_forgotten_when_it_was_not_used_for_longer_than_a_week(server: Redis) -> None:
    server.delete(KEY)
    message = Message(terms=Terms(requests=1, per=3 * SECOND, burst=1, margin=0))
    server.register_script(_script())(keys=[KEY], args=message.flat())
    left: Any = server.pttl(KEY)
    assert 8 * DAY // 1000 < left <= 8 * DAY // 1000 + 6000
