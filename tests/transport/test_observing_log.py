"""Every record of the log says what it is about by fields, and the documentation names them all."""

from __future__ import annotations

import ast
import logging
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from tests.support.fake import FakeTransport, answer, linkedin, refusal

import lixasync
from lixasync import RetryPolicy

SOURCE = Path(lixasync.__file__).parent
DOCUMENT = Path(__file__).parents[2] / "docs" / "telemetry.md"
EVENT = re.compile(r"""["']?event["']?\s*[:=]\s*"(\w+)\"""")
LEVELS = ("debug", "info", "warning", "error", "exception", "log")


def sources() -> Iterator[tuple[str, str]]:
    """Yield name and text of the files of the SDK but for its faces, which tell people what came of their calls."""
    for path in SOURCE.rglob("*.py"):
        if path.relative_to(SOURCE).parts[0] != "cli":
            yield path.name, path.read_text(encoding="utf-8")


def calls() -> Iterator[tuple[str, ast.Call]]:
    """Yield the calls of the logger."""
    for name, text in sources():
        for node in ast.walk(ast.parse(text)):
            match node:
                case ast.Call(func=ast.Attribute(value=ast.Name(id="log"), attr=level)) if level in LEVELS:
                    yield f"{name}:{node.lineno}", node


def test_every_record_has_fields() -> None:
    found = list(calls())
    assert len(found) > 5
    assert [place for place, call in found if not any(keyword.arg == "extra" for keyword in call.keywords)] == []


def test_every_event_is_documented() -> None:
    events = {event for _, text in sources() for event in EVENT.findall(text)}
    documented = set(
        re.findall(r"^\| `(\w+)` \| (?:DEBUG|INFO|WARNING|ERROR)", DOCUMENT.read_text("utf-8"), re.MULTILINE)
    )
    assert "attempt_failed" in events
    assert events == documented


@pytest.mark.anyio
@pytest.mark.virtual_time
async def test_a_poll_that_failed(caplog: pytest.LogCaptureFixture) -> None:
    nobody, somebody = ({"_total": total, "values": [{"id": "a1"}][:total]} for total in (0, 1))
    broken = refusal(500, "api_error", "Could not find Robin Marlowe")
    member = linkedin(FakeTransport([answer(nobody), broken, answer(somebody)]), retry=RetryPolicy(attempts=1))
    async with member:
        await anext(member.watch(every=timedelta(minutes=15), state=Memory()))
    told = {vars(record).get("event"): vars(record) for record in caplog.records if record.levelno == logging.WARNING}
    assert set(told) == {"no_server_time", "poll_failed"}
    names = ("operation", "attempt", "error", "status", "retry_after", "poll")
    assert [told["poll_failed"][name] for name in names] == ["connections", 1, "ServerError", 500, None, 2]
    assert "Marlowe" not in str(told)


class Memory:
    """A state that is kept nowhere."""

    def load(self) -> str | None:
        return None

    def save(self, state: str) -> None:
        """Forget it."""
