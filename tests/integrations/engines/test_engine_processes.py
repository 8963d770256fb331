"""Jobs on docket by real processes: killed, stopped, left alone."""

from __future__ import annotations

import json
import re
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
from engine_processes import Scene, end, scene
from engine_runs import repeated
from tests.limits.shared.valkey import Server

from lixasync.sandbox import Sandbox


@pytest.fixture
def stage(sandbox: Sandbox, tmp_path: Path) -> Iterator[Scene]:
    with scene(sandbox, tmp_path) as made:
        yield made


def exported(stage: Scene) -> list[str]:
    """The names of all people that the job has."""
    lines = stage.run("job", "export", "people.db", "-").out.splitlines()
    return [json.loads(line)["value"]["name"] for line in lines]


def test_a_killed_worker_loses_nothing(stage: Scene) -> None:
    """In flight were the inputs of its chunks, two chunks with four each; no more are asked for again."""
    stage.job(1000)
    stage.box.reset(latency=0.02)
    killed, *others = [stage.worker("--lease", "3s") for _ in range(3)]
    follower = stage.follow(100)
    stage.arrivals(300)
    killed.kill()
    ended = end(follower)
    assert ended.code == 0, ended.err
    assert "complete: 1,000 of 1,000 inputs done" in ended.err
    assert repeated(stage.box) <= 8
    assert exported(stage) == [stage.box.person(index)["name"] for index in range(1000)]
    for other in others:
        other.send_signal(signal.SIGTERM)
        ended = end(other)
        assert (ended.code, ended.out) == (130, "")
        assert ended.err.endswith("stopped; what was answered is stored, and the rest is in the queue\n")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["SIGINT", "SIGTERM"])
def test_a_stopped_worker_gives_back_what_it_has(stage: Scene, number: signal.Signals) -> None:
    """Its lease would be over in an hour, so that others can only have it because it was given back."""
    stage.job(120)
    stage.box.reset(latency=0.05)
    first = stage.worker("--lease", "1h")
    follower = stage.follow(30)
    stage.arrivals(20)
    first.send_signal(number)
    assert end(first).code == 130
    stage.worker("--lease", "1h")
    assert end(follower).code == 0
    assert (repeated(stage.box), stage.box.stats()["arrivals"]) == (0, 120)


def test_who_follows_may_leave_and_come_back(stage: Scene) -> None:
    stage.job(150)
    stage.box.reset(latency=0.05)
    follower = stage.follow(50)
    stage.worker()
    stage.arrivals(20)
    follower.send_signal(signal.SIGINT)
    ended = end(follower)
    assert ended.code == 130
    assert "interrupted; the workers go on: " in ended.err
    assert "follow them by: lixasync job run people.db --engine docket --chunk-size 50" in ended.err
    again = stage.run("job", "run", "people.db", "--engine", "docket", "--chunk-size", "50", "--quiet")
    assert again.code == 0
    assert "complete: 150 of 150 inputs done" in again.err
    assert stage.box.stats()["arrivals"] == 150
    done = stage.run("job", "run", "people.db", "--engine", "docket", "--out", "people.csv")
    assert done.code == 0
    assert "0 chunks on docket" in done.err
    assert "nobody is at work" not in done.err
    assert "150 rows in people.csv" in done.err


def test_all_workers_share_one_rate(stage: Scene) -> None:
    stage.job(60)
    stage.box.reset(requests=40, per=1.0)
    for _ in range(3):
        stage.worker(rate="40/1")
    assert end(stage.follow(10)).code == 0
    assert stage.box.stats()["by_status"] == {200: 60}


def test_out_of_credits(stage: Scene) -> None:
    stage.job(30)
    stage.box.reset(credits=12)
    worker = stage.worker()
    ended = end(stage.follow(10))
    assert ended.code == 4
    assert "12 of 30 inputs done" in ended.err
    assert "go on with: lixasync job run people.db --engine docket --chunk-size 10" in ended.err
    stage.box.reset(credits=100)
    assert end(stage.follow(10)).code == 0
    worker.send_signal(signal.SIGTERM)
    assert re.search("^chunk .* failed: .*credits", end(worker).err, re.MULTILINE)


def test_nobody_has_the_chunks_any_more(stage: Scene) -> None:
    stage.job(30)
    follower = stage.follow(10)
    while "3 chunks on docket, 3 of them new" not in follower.stderr.readline():
        pass
    assert stage.run("job", "recall", "people.db").code == 0
    worker = stage.worker()
    ended = end(follower)
    assert ended.code == 1
    assert "nobody is at work on lixasync yet: start `lixasync worker` on any machine" in ended.err
    assert "0 of 30 inputs done" in ended.err
    worker.send_signal(signal.SIGTERM)
    assert stage.run("job", "run", "people.db", "--rate", "1000/1").code == 0


def test_a_server_that_forgets_all(stage: Scene) -> None:
    stage.job(30)
    follower = stage.follow(10)
    while "3 chunks on docket, 3 of them new" not in follower.stderr.readline():
        pass
    with redis.Redis.from_url(stage.url) as server:
        server.flushall()
    ended = end(follower)
    assert ended.code == 9
    assert "STOPPED: no chunk is on the engine any more" in ended.err
    stage.worker()
    assert end(stage.follow(10)).code == 0


def test_a_password_is_shown_to_nobody(stage: Scene) -> None:
    secret = "5ec2e7"
    away = f"redis://somebody:{secret}@127.0.0.1:1"
    stage.job(3)
    worker = end(stage.worker("--url", away, "-v"))
    for ended in (stage.run("job", "run", "people.db", "--engine", "docket", "--url", away), worker):
        assert ended.code == 8
        assert "The engine's server redis://127.0.0.1:1 cannot be used: " in ended.err
        assert secret not in ended.err
    assert "working on" not in worker.err


def test_a_server_that_is_gone_for_a_while(stage: Scene) -> None:
    with Server() as server:
        worker = stage.worker(LIXASYNC_ENGINE_URL=server.url)
        assert "working on" in worker.stderr.readline()
    assert "unavailable" in worker.stderr.readline()
    worker.send_signal(signal.SIGINT)
    assert end(worker).code == 130


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (["job", "run", "people.db", "--engine", "docket", "--url", ""], "LIXASYNC_ENGINE_URL"),
        (["job", "run", "people.db", "--engine", "docket", "--url", "http://secret"], "begins with redis://"),
        (["worker", "--chunks", "0"], "--chunks is 0"),
        (["worker", "--concurrency", "0"], "--concurrency is 0"),
        (["worker", "--lease", "soon"], "not a duration for --lease"),
        (["worker", "--rate", "50"], "'50' is not a rate"),
        (["worker", "--url", "redis://localhost:1?foo=secret"], "server is none: redis://localhost:1."),
    ],
)
def test_what_cannot_work(stage: Scene, words: list[str], text: str) -> None:
    stage.job(3)
    ended = stage.run(*words, LIXASYNC_ENGINE_URL="")
    assert ended.code == 2
    assert text in ended.err
    assert "secret" not in ended.err


def test_a_worker_without_a_key(stage: Scene) -> None:
    ended = stage.run("worker", LIX_API_KEY="")
    assert ended.code == 2
    assert "LIX_API_KEY is not set" in ended.err
