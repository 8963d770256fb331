"""A transport that answers from a script, and bodies for it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

import anyio

from lixasync import LinkedInClient, LixClient, RateLimit, Request, Response

KEY = "sk-lix-0123456789abcdef"
SEARCH = "https://www.linkedin.com/search/results/people/?keywords=engineer"
LEADS = "https://www.linkedin.com/sales/search/people#query=(keywords:a%252Cb)"

Step = Response | Exception | Callable[[Request], Response]


def answer(body: Any, status: int = 200, **headers: str) -> Response:
    """Make an answer with a JSON body."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(status=status, headers=named, body=json.dumps(body).encode())


def refusal(status: int, kind: str, message: str = "no", **headers: str) -> Response:
    """Make a refusal in the API's documented form."""
    return answer({"error": {"type": kind, "message": message}, "traceId": "trace-1"}, status, **headers)


class FakeTransport:
    """Answers each request with the next step of a script; the last step answers all that follow.

    Attributes:
        requests: What was sent.
        times: When, on the event loop's clock.
        latency: Seconds each answer takes.
    """

    def __init__(self, steps: Iterable[Step] = (), *, latency: float = 0.0) -> None:
        self.steps = list(steps) or [answer({"name": "Robin Marlowe"})]
        self.latency = latency
        self.requests: list[Request] = []
        self.times: list[float] = []
        self.under_way = 0
        self.closed = False

    async def send(self, request: Request, *, on_sent: Callable[[], None]) -> Response:
        self.requests.append(request)
        self.times.append(anyio.current_time())
        on_sent()
        step = self.steps[min(len(self.requests), len(self.steps)) - 1]
        self.under_way += 1
        try:
            await anyio.sleep(self.latency)
        finally:
            self.under_way -= 1
        if isinstance(step, Exception):
            raise step
        return step(request) if callable(step) else step

    async def aclose(self) -> None:
        self.closed = True


TOKEN = "AQVtoken-0123456789-abcdef"


def linkedin(transport: FakeTransport, token: Any = TOKEN, **settings: Any) -> LinkedInClient:
    """Make a client of LinkedIn's own API with a fake transport and a rate limit that does not get in the way."""
    given = {"rate_limit": RateLimit(1000, per=1.0, burst=1000), **settings}
    return LinkedInClient(token, transport=transport, **given)


def client(transport: FakeTransport, **settings: Any) -> LixClient:
    """Make a client with a fake transport and a rate limit that does not get in the way."""
    return LixClient(KEY, transport=transport, **{"rate_limit": RateLimit(1000, per=1.0, burst=1000), **settings})
