"""Tells of each request, for ``--verbose``."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from lixasync import HttpxTransport, LixasyncError, Request, Response

log = logging.getLogger("lixasync.cli")


class TracedTransport:
    """The usual transport, with a line in the log for each request: what was asked, the answer, its size and time."""

    def __init__(self) -> None:
        self._transport = HttpxTransport()

    async def send(self, request: Request, *, on_sent: Callable[[], None]) -> Response:
        """Send one request; see `lixasync.Transport`."""
        began = time.monotonic()
        answer = "no answer"
        try:
            response = await self._transport.send(request, on_sent=on_sent)
            answer = f"{response.status}, {len(response.body):,} bytes"
        except LixasyncError as error:
            answer = error.message
            raise
        finally:
            log.debug("%s %s: %s, %.2f s", request.method, request.url, answer, time.monotonic() - began)
        return response

    async def aclose(self) -> None:
        """Close every connection."""
        await self._transport.aclose()
