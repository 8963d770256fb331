"""The adapters, each with its library, and requests for them."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import attrs
import httpx
import httpx2

from lixasync import Httpx2Transport, HttpxTransport, Request
from tests.support.fake import KEY


@attrs.frozen
class Adapter:
    """An adapter and its library."""

    make: Any
    library: ModuleType


ADAPTERS = {"httpx": Adapter(HttpxTransport, httpx), "httpx2": Adapter(Httpx2Transport, httpx2)}


def request(url: str, method: str = "GET", body: bytes | None = None) -> Request:
    """Make a request with a key."""
    return Request(method=method, url=url, headers=(("authorization", KEY), ("user-agent", "lixasync/1")), body=body)


def ignore() -> None:
    """Be told that a request leaves, and do nothing."""
