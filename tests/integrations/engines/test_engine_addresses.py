"""Addresses of engines and stores on the command line: what is none is refused, and no password shows."""

from __future__ import annotations

import pytest
from tests.limits.shared.valkey import Server

from lixasync import ConnectError, InvalidArgumentError
from lixasync.cli.bulk.engine import EngineOptions, opened

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"  # docket's


@pytest.mark.parametrize(
    "url",
    [
        "redis://robin:se/cret@host:6379/0",
        "redis://:se#cret@host/0",
        "redis://:se?cret@host/0",
        "redis://[se:cret@host",
        "redis://host:port/0",
        "redis://host:port/0?password=se@cret",
        "redis://host:99999999/0",
        "redis://host/0?socket_timeout=soon",
    ],
)
async def test_addresses_of_no_server(url: str) -> None:
    with pytest.raises(InvalidArgumentError, match=r"address of the engine.s server is none.*%2F") as raised:
        async with opened(url, "queue"):
            raise AssertionError("it was opened")
    assert "cret" not in str(raised.value)


async def test_an_option_that_is_none() -> None:
    with pytest.raises(InvalidArgumentError, match=r"server is none: redis://host:6379/0\. Check"):
        async with opened("redis://host:6379/0?foo=1", "queue"):
            raise AssertionError("it was opened")


async def test_a_password_that_is_wrong() -> None:
    with Server() as server:
        url = server.url.replace("://", "://robin:secret@") + "?password=se@cret"
        with pytest.raises(ConnectError) as raised:
            async with opened(url, "queue"):
                raise AssertionError("it was opened")
    assert f"server {server.url} cannot be used: " in str(raised.value)
    assert "cret" not in str(raised.value)


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("redis://host:6379/0", "redis://host:6379/0"),
        ("redis://:se/cret@host", None),
        ("redis://[se:cret@host", None),
        ("postgresql://host/people?password=secret", None),
        ("folder/a@b?", "folder/a@b?"),
        (None, None),
    ],
)
async def test_what_is_shown_of_an_address(url: str | None, told: str | None) -> None:
    shown = EngineOptions(url=url, store=url).told()
    assert (shown.url, shown.store) == (told, told)
