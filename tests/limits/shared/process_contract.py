"""What limiters hold over several processes: windows, lanes, and whatever befalls one of them. In real time."""

from __future__ import annotations

import os
import signal
from bisect import bisect_left, bisect_right

import attrs
import pytest
from tests.limits.shared.limiter_process import Order, moments, over, running


class ProcessContract:
    """Tests of one kind of limiter; ``order`` is one for 50 requests a second, to be changed."""

    @pytest.mark.parametrize("requests", [50, 500])
    def test_four_processes_are_never_over(self, order: Order, requests: int) -> None:
        each = attrs.evolve(order, requests=requests, bulk=16)
        with running(*[each] * 4) as processes:
            pass
        assert not over(processes)
        assert all(process.uses for process in processes)
        assert len(moments(processes)) > requests

    def test_nor_when_one_stalls_and_the_clock_of_another_is_wrong(self, order: Order) -> None:
        each = attrs.evolve(order, bulk=16)
        with running(attrs.evolve(each, stall=0.7), attrs.evolve(each, ahead=0.4), each, each) as processes:
            pass
        assert not over(processes)
        assert all(process.uses for process in processes)

    def test_nor_when_processes_are_killed_and_stopped(self, order: Order) -> None:
        each = attrs.evolve(order, bulk=16, requests=200)
        with running(*[each] * 4) as processes:
            for process, what in ((processes[0], signal.SIGKILL), (processes[1], signal.SIGSTOP)):
                for _ in range(30):
                    process.program.stdout.readline()  # type: ignore[union-attr] # it has one
                os.kill(process.program.pid, what)
            for _ in range(60):
                processes[2].program.stdout.readline()  # type: ignore[union-attr] # it has one
            os.kill(processes[1].program.pid, signal.SIGCONT)
        assert not over(processes)
        assert all(process.uses for process in processes[1:])

    def test_an_interactive_call_waits_for_hardly_anybody_and_bulk_goes_on(self, order: Order) -> None:
        """Slots that others use between its asking and its turn are counted, not time."""
        bulk = attrs.evolve(order, bulk=100, requests=20, seconds=4.0)
        with running(bulk, bulk, bulk, attrs.evolve(bulk, bulk=0, interactive=-1)) as processes:
            pass
        used = moments(processes[:3])
        ahead = [bisect_left(used, use.moment) - bisect_right(used, use.asked) for use in processes[3].uses]
        assert len(ahead) > 5
        assert sorted(ahead)[len(ahead) // 2] < 3
        assert max(ahead) <= 10  # where a process has to wait for the machine; there are 300 of them

    def test_bulk_is_not_starved(self, order: Order) -> None:
        flood = attrs.evolve(order, interactive=16)
        with running(flood, flood, flood, attrs.evolve(order, bulk=16)) as processes:
            pass
        assert len(processes[3].uses) >= len(moments(processes)) / 30
        assert len(processes[3].uses) <= len(moments(processes)) / 4
        assert not over(processes)
