"""Chunks on taskiq: any of its brokers, in turns that are shorter than the broker's patience."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from lixasync.engines.chunk import Chunk
from lixasync.engines.dispatch import TASK, ChunkWorker, MakeClient
from lixasync.errors import ConfigurationError

try:
    from taskiq import AsyncBroker, TaskiqEvents, TaskiqState
    from taskiq.kicker import AsyncKicker
except ModuleNotFoundError as error:
    raise ConfigurationError("Taskiq is not installed.", hint="pip install 'lixasync[taskiq]'") from error


def register(broker: AsyncBroker, *, client: MakeClient, concurrency: int = 4, turn: float = 20.0) -> None:
    """Let the workers of a broker work on chunks, each with one client for all of them.

    Taskiq does not tell its broker that a task is still alive, so a chunk is worked on for a turn, and then goes back
    into the queue with what it has.

    Args:
        broker: The broker.
        client: Makes the client, given the first chunk of an API. For more than one worker, give it a limiter that they
            share: ``LixClient(limiter=RedisLimiter(url))``.
        concurrency: Inputs of one chunk under way at a time.
        turn: Seconds of a turn; shorter than the time after which the broker hands a message to another worker, by as
            much as a call may take.
    """
    desk = ChunkWorker(client, concurrency=concurrency)

    async def lixasync_chunk(chunk: dict[str, Any], after: float | None = None) -> None:
        async def later(moment: datetime) -> None:
            await _kick(broker, chunk, moment.timestamp())

        moment = None if after is None else datetime.fromtimestamp(after, UTC)
        await desk.run(chunk, later=later, after=moment, turn=turn)

    async def leave(_: TaskiqState) -> None:
        await desk.__aexit__(None, None, None)

    broker.register_task(lixasync_chunk, TASK)
    broker.add_event_handler(TaskiqEvents.WORKER_SHUTDOWN, leave)


async def enqueue(broker: AsyncBroker, chunks: Iterable[Chunk]) -> None:
    """Enqueue chunks. The broker has to be started.

    A chunk that is enqueued twice is begun twice: the later worker takes it over from the earlier one, which stops.
    What is answered by then is not asked for again; what the earlier one was just asking for is.

    Args:
        broker: The broker.
        chunks: What `plan` returned.
    """
    for chunk in chunks:
        await _kick(broker, chunk.as_json(), None)


async def _kick(broker: AsyncBroker, chunk: dict[str, Any], after: float | None) -> None:
    kicker: AsyncKicker[..., Any] = AsyncKicker(TASK, broker, {})
    await kicker.kiq(chunk, after)
