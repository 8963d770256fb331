"""Who works on a job's inputs, and whether it is still alive."""

from __future__ import annotations

import functools
import os
from pathlib import Path

LEASE = 60.0
"""Seconds after which a process that gives no sign of life is taken for dead, where nothing tells it sooner."""

LONGEST = 3600.0
"""Seconds after which a process that exists, but gives no sign of life, is taken for one whose run has died."""

HEARTBEAT = 10.0
"""Seconds from one sign of life to the next."""


@functools.cache
def machine() -> str:
    """Return what tells this machine, since it was started, and its view of processes from others; empty if nothing."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
        return f"{boot} {Path('/proc/self/ns/pid').readlink()}"
    except OSError:
        return ""


def started(pid: int) -> str:
    """Return when a process of this machine was started, in its own measure; empty when there is no such process."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text("utf-8", errors="replace")
    except OSError:
        return ""
    fields = stat.rpartition(")")[2].split()  # the name before it may hold anything
    return "" if fields[0] in ("Z", "X") else fields[19]


def this_process() -> str:
    """Return what tells this process from all others."""
    pid = os.getpid()
    return f"{machine()}/{pid}/{started(pid)}"


def is_alive(process: str, seen: float, now: float) -> bool:
    """Say whether a process still works.

    On a machine that tells, another process is alive as long as it exists, though it be stopped for an hour; otherwise
    as long as it gives signs of life. So is another run of this very process, whose existence says nothing of it.

    Args:
        process: What `this_process` returned there.
        seen: Its latest sign of life, in seconds since 1970.
        now: The present moment, likewise.
    """
    where, pid, start = process.rsplit("/", 2)
    if where and where == machine() and start and process != this_process():
        return started(int(pid)) == start and now - seen < LONGEST
    return now - seen < LEASE
