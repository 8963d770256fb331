"""From when on to ask for changes, and which answers are repetitions. Pure: times are arguments.

The server's clock decides. After a poll that was asked when it showed ``a``, the next one asks for everything since
``a - overlap``: changes that were stamped before the poll but could be seen only after it are then found, as long as
their lateness and the clock's forward steps together stay within the overlap. What the overlap repeats is recognised
by hash.

A hash is forgotten when nothing that the server returned under it will be asked for again: when the watermark has
passed the server's clock at the last answer that held it, and some overlaps more. A server that ignores modified-since
returns everybody each time; nothing is forgotten then, and everything is delivered once all the same.

All times are whole milliseconds since the epoch.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import attrs

from lixasync.polling.moments import Moment

_SLACK = 3
"""Overlaps for which a hash outlives the answer that held it, for a clock that steps within the overlap: one because it
may have been stamped before a step back, two because the watermark may go back by so much."""

Print = tuple[str, str]
"""Hashes of what identifies an item, and of what it says."""
Seen = tuple[Moment | None, tuple[str, ...]]
"""Until when (server's clock) an item may have been modified at the latest, None while the server told no time; and the
hashes of what it said when it was last returned."""


@attrs.frozen(kw_only=True)
class Watermark:
    """Where a watch by modified-since stands.

    Attributes:
        since: From when on the next poll asks for changes; the server's clock.
        counted: When the poll began that gave ``since``, or the watch itself did; the local clock.
        guessed: Whether ``since`` is of the local clock, because the server has told no time yet.
        seen: What has been delivered and may be returned again, by the hash of its identity.
    """

    since: Moment
    counted: Moment
    guessed: bool = False
    seen: Mapping[str, Seen] = attrs.field(factory=dict)


@attrs.frozen(kw_only=True)
class Poll:
    """What came back from one poll.

    Attributes:
        prints: For each item, in order, its hashes; None when nothing identifies it.
        asked: A moment of the server's clock not after the request was sent; None when it told no time.
        answered: The server's clock at the last answer; None when it told no time.
        began: The local clock before the poll.
        ended: The local clock after it.
    """

    prints: Sequence[Print | None]
    asked: int | None
    answered: int | None
    began: int
    ended: int


def advance(mark: Watermark, poll: Poll, overlap: int) -> tuple[Watermark, list[bool]]:
    """Return the watermark after a poll, and for each item whether it is news.

    Items that nothing identifies are always news: repeating one is better than losing one.

    Args:
        mark: The watermark the poll was made with.
        poll: What came back.
        overlap: How far before the last poll the next one reaches back.
    """
    after = mark  # without the server's time it stays where it is: nothing can be lost, and no hash is forgotten
    if poll.asked is not None:
        after = Watermark(since=_next_since(mark, poll, poll.asked, overlap), counted=poll.began)
    met, news = _sift(mark, poll.prints)
    latest = None if poll.answered is None else max(poll.answered, poll.asked or 0) + _SLACK * overlap
    seen: dict[str, Seen] = {}
    for key in {**mark.seen, **met}:
        bound, said = mark.seen.get(key, (None, ()))
        if bound is None:
            bound = latest  # the server's first told time is not before any answer without one
        elif key in met:
            bound = None if latest is None else max(bound, latest)
        if bound is None or bound >= after.since or poll.asked is None:
            seen[key] = (bound, met.get(key, said))
    return attrs.evolve(after, seen=seen), news


def _next_since(mark: Watermark, poll: Poll, asked: int, overlap: int) -> int:
    # Where the server's clock, as it goes now, stood when the poll before began: at this moment or later.
    former = asked - max(0, poll.ended - mark.counted)
    # When that is before what this poll asked for, the clock was another or has gone back: changes since then may have
    # been too early for this poll, so the next one reaches back behind both.
    missed = mark.guessed or former < mark.since
    return max(0, (former if missed else asked) - overlap)


def _sift(mark: Watermark, prints: Sequence[Print | None]) -> tuple[dict[str, tuple[str, ...]], list[bool]]:
    met: dict[str, tuple[str, ...]] = {}
    news = []
    for print_ in prints:
        if print_ is None:
            news.append(True)
            continue
        key, said = print_
        # Only what an item said last counts as known: one that says again what it said before that has changed twice.
        known = mark.seen.get(key, (None, ()))[1]
        here = met.get(key, ())
        news.append(said not in known and said not in here)
        if said not in here:
            met[key] = (*here, said)
    return met, news
