"""A large job on docket, by real workers of which one is killed in the middle."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from tests.integrations.engines.engine_processes import end, scene

from lixasync.sandbox import Sandbox

pytestmark = pytest.mark.soak

INPUTS = 10_000
LEASE = 10
IN_FLIGHT = 2 * 4


def test_ten_thousand_inputs_and_a_killed_worker(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.reset(search_results=INPUTS, credits=INPUTS * 2, daily_allowance=INPUTS * 2, history=INPUTS * 2)
    with scene(sandbox, tmp_path) as stage:
        stage.job(INPUTS)
        killed, *_ = [stage.worker("--lease", f"{LEASE}s") for _ in range(3)]
        follower = stage.follow(500)
        stage.arrivals(INPUTS // 2)
        killed.kill()
        began, asked = time.monotonic(), sandbox.stats()["arrivals"]
        ended = end(follower)
        took = time.monotonic() - began
        assert ended.code == 0, ended.err
        assert f"complete: {INPUTS:,} of {INPUTS:,} inputs done" in ended.err
        assert sandbox.stats()["by_status"] == {200: sandbox.stats()["arrivals"]}
        assert sandbox.stats()["arrivals"] <= INPUTS + IN_FLIGHT
        print(
            f"{asked:,} asked for when one of three was killed, with a lease of {LEASE} s; the rest took {took:.1f} s"
        )
