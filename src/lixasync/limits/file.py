"""A rate budget in a file, for the processes of one machine."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs

from lixasync.errors import ConfigurationError, LimiterUnavailableError
from lixasync.limits.rate import RateLimit
from lixasync.limits.shared.book import exchange
from lixasync.limits.shared.limiter import SharedLimiter
from lixasync.limits.shared.messages import Message, Reply
from lixasync.limits.shared.settings import OnOutage, Settings

_HEAD = 16_384  # bytes that hold what is known; the moments of slots stand behind them
_MOMENT = 8  # bytes of one of them
_PATIENCE, _NAP = 1.0, 0.0002  # seconds for which a lock is waited for, and from one look to the next


class FileLimiter(SharedLimiter):
    """A rate limit shared by the processes of one machine, through a file; Linux and macOS.

    ``LixClient(limiter=FileLimiter("lix.budget"))`` in each of them is all it takes, under ``uvicorn --workers 4``,
    say. The files hold times and counts only, and may be deleted while nobody uses them.

    Args:
        path: What the names of the files begin with: there is one for each key, with a hash of it at the end. The
            directory must exist, on a local disk.
        limit: The rate limit; None takes that of the client. The latest one given holds for everybody.
        budget: A name for the budget; None makes one of the API's URL and the key. Give one where the key changes, as
            access tokens do.
        margin: Seconds added to each window, in place of ``limit.margin``: as much as requests may be late by.
        daily: Requests that all may send in a day (UTC); None for any number.
        weekly: Requests that all may send in a week (UTC, from Monday on); None for any number.
        max_wait: Seconds for which a call waits when the file cannot be used, before it fails.
        on_outage: ``"wait"`` does just that; ``"local"`` lets each process send its share meanwhile, one in
            ``processes``.
        processes: How many processes share the rate, for that.

    Raises:
        ConfigurationError: a setting that cannot work, or this is Windows.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        limit: RateLimit | None = None,
        *,
        budget: str | None = None,
        margin: float = 0.035,
        daily: int | None = None,
        weekly: int | None = None,
        max_wait: float = 30.0,
        on_outage: OnOutage = "wait",
        processes: int = 2,
    ) -> None:
        self._path = _checked(path)
        super().__init__(
            Settings(
                limit=limit,
                budget=budget,
                margin=margin,
                daily=daily,
                weekly=weekly,
                max_wait=max_wait,
                on_outage=on_outage,
                processes=processes,
            )
        )

    def _keeper(self, budget: str) -> _File:
        return _File(self._path, budget)

    def _another(self, settings: Settings) -> FileLimiter:
        return FileLimiter(self._path, **attrs.asdict(settings, recurse=False))

    def __repr__(self) -> str:
        return f"FileLimiter({str(self._path)!r}, {self.limit})"


class _File:
    """A budget in a file. Whoever holds its lock may use it; a process that dies lets go of it.

    Args:
        path: What the file's name begins with.
        budget: The budget's name.
    """

    def __init__(self, path: Path, budget: str) -> None:
        self._path = path.with_name(f"{path.name}.{hashlib.sha256(budget.encode()).hexdigest()[:12]}")
        self._file: int | None = None

    def exchange(self, message: Message) -> Reply:
        """Take in a message in one step and answer it.

        Raises:
            LimiterUnavailableError: the file cannot be read or written.
        """
        try:
            with self._locked() as file:
                known = _Known(file)
                reply = exchange(known, time.time_ns() // 1000, message, tick=time.monotonic_ns() // 1000)
                known.write()
        except OSError as error:
            raise LimiterUnavailableError(
                f"The rate limit in {str(self._path)!r} cannot be used ({error.strerror}), so no request was sent.",
                hint="Check its permissions, those of its directory, and the space on the disk.",
            ) from None
        return reply

    @contextlib.contextmanager
    def _locked(self) -> Iterator[int]:
        """Hold the file's lock: that of the file which is there now, should it have been deleted meanwhile."""
        import fcntl

        while True:
            if self._file is None:
                self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            _lock(self._file)
            if self._is_there(self._file):
                break
            self.close()
        try:
            yield self._file
        finally:
            fcntl.flock(self._file, fcntl.LOCK_UN)

    def _is_there(self, file: int) -> bool:
        try:
            return os.path.samestat(os.fstat(file), self._path.stat())
        except OSError:
            return False

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            os.close(self._file)
            self._file = None


class _Known(dict[str, int]):
    """What a file holds. Of the moments of slots, which may be many, only those needed are read and written."""

    def __init__(self, file: int) -> None:
        super().__init__(_numbers(os.pread(file, _HEAD, 0)))
        self._file = file
        self._moments: dict[int, int] = {}

    def get(self, name: str, default: Any = None) -> Any:
        """Return a number."""
        if not _is_moment(name):
            return super().get(name, default)
        place = int(name[1:])
        found = os.pread(self._file, _MOMENT, _HEAD + place * _MOMENT)
        return self._moments.get(place, int.from_bytes(found, "little"))

    def __setitem__(self, name: str, value: int) -> None:
        if _is_moment(name):
            self._moments[int(name[1:])] = value
        else:
            super().__setitem__(name, value)

    def write(self) -> None:
        """Write what was changed: the moments first, so that what is left by a process that dies is late, not early."""
        for place, moment in self._moments.items():
            os.pwrite(self._file, moment.to_bytes(_MOMENT, "little"), _HEAD + place * _MOMENT)
        head = json.dumps(self, separators=(",", ":")).encode()
        if len(head) > _HEAD:
            raise OSError(errno.EFBIG, "it would hold too much")
        os.pwrite(self._file, head.ljust(_HEAD), 0)


def _lock(file: int) -> None:
    """Take a file's lock. Whoever has it is done with it in a moment, unless it was stopped just then."""
    import fcntl

    until = time.monotonic() + _PATIENCE
    while True:
        try:
            return fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until:
                raise
            time.sleep(_NAP)


def _numbers(text: bytes) -> dict[str, int]:
    """Return what a file says; nothing when it is damaged: what processes know themselves is enough to go on."""
    try:
        found = json.loads(text) if text else {}
    except ValueError:
        return {}
    good = isinstance(found, dict) and all(isinstance(number, int) for number in found.values())
    return found if good else {}


def _is_moment(name: str) -> bool:
    return name[0] == "r" and name[1:].isdigit()


def _checked(path: str | os.PathLike[str]) -> Path:
    given: object = path
    if not isinstance(given, str | os.PathLike) or not os.fspath(given):
        raise ConfigurationError(
            f"{path!r} is no path for a rate limit.", hint='For example FileLimiter("lix.budget").'
        )
    if sys.platform == "win32":
        raise ConfigurationError("FileLimiter does not work on Windows.", hint="Use RedisLimiter there.")
    whole = Path(path).resolve()
    if whole.is_dir():
        raise ConfigurationError(
            f"{str(whole)!r} is a directory, and no path for a rate limit.",
            hint="Name a file in it, such as lix.budget.",
        )
    if not whole.parent.is_dir():
        raise ConfigurationError(
            f"There is no directory {str(whole.parent)!r} for the rate limit.", hint="Make it, or give another path."
        )
    return whole
