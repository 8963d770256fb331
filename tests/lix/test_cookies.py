"""The cookies of a LinkedIn account: sent once, and shown nowhere."""

from __future__ import annotations

import json
import logging
import pickle
import traceback
from typing import Any

import pytest
from lix_runs import client
from tests.support.fake import FakeTransport, answer, refusal
from tests.support.fake import client as fake_client

from lixasync import (
    APIError,
    ConnectionLostError,
    DecodeError,
    InvalidParamsError,
    LixasyncError,
    Response,
    RetryPolicy,
)
from lixasync.sandbox import Sandbox
from lixasync.transport.body import json_body

pytestmark = pytest.mark.anyio

SECRET = "AQEDAR-cookie/0123456789+abc="
QUOTED = '"ajax:4815162342"'
COOKIES = {"li_at": SECRET, "JSESSIONID": QUOTED, "lang": "v=2&"}
TRACES = (SECRET, "4815162342", "0123456789+abc")


def everything_of(error: BaseException) -> str:
    """Return all that an error can show: texts, attributes, traceback, pickle."""
    shown = [str(error), repr(error), repr(vars(error)), "".join(traceback.format_exception(error))]
    return " ".join([*shown, repr(pickle.loads(pickle.dumps(error)))])  # noqa: S301 - pickled here


def assert_hidden(text: str) -> None:
    assert [trace for trace in TRACES if trace in text] == []


async def test_they_are_sent_as_a_list_and_forgotten(sandbox: Sandbox, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with client(sandbox) as lix:
        attached = await lix.account.put_linkedin_account(COOKIES)
        assert_hidden(repr((lix, lix.account, vars(lix), lix.limits.snapshot(), lix.drift.report())))
    assert attached.viewer_id == "robin-marlowe"
    assert sandbox.stats()["by_status"] == {200: 1}
    assert_hidden(repr((sandbox.events(), sandbox.stats(), sandbox)))
    assert_hidden(caplog.text)


ECHO = json.dumps(COOKIES)


@pytest.mark.parametrize(
    ("step", "kind"),
    [
        (refusal(400, "params_invalid", f"bad cookies: {ECHO}"), InvalidParamsError),
        (refusal(400, f"params_invalid {SECRET}", SECRET), InvalidParamsError),
        (answer({"error": {"type": "api_error", "message": QUOTED}, "traceId": SECRET}, 500), APIError),
        (answer({"error": f"cannot use {SECRET} or {QUOTED}"}), APIError),
        (answer({"error": "cannot use ajax:4815162342"}), APIError),
        (Response(status=200, headers={}, body=f"<html>{SECRET} {QUOTED}".encode()), DecodeError),
        (Response(status=502, headers={}, body=ECHO.encode()), APIError),
        (ConnectionLostError("The connection broke."), ConnectionLostError),
    ],
)
async def test_a_server_that_repeats_them(
    step: Any, kind: type[LixasyncError], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    transport = FakeTransport([step])
    lix = fake_client(transport, retry=RetryPolicy(attempts=2, base=0.0))
    with pytest.raises(kind) as caught:
        await lix.account.put_linkedin_account(COOKIES)
    assert_hidden(everything_of(caught.value))
    assert_hidden(caplog.text)
    assert_hidden(repr(transport.requests))
    assert transport.requests[0].method == "PUT"
    assert json.loads(transport.requests[0].body or b"") == {
        "cookies": [{"key": name, "value": value} for name, value in COOKIES.items()]
    }


async def test_short_ones_are_settings_and_blot_nothing_out() -> None:
    transport = FakeTransport([refusal(400, "params_invalid", "v=2& is an odd language")])
    with pytest.raises(InvalidParamsError, match="v=2& is an odd language"):
        await fake_client(transport).account.put_linkedin_account(COOKIES)


async def test_they_do_not_hide_in_the_errors_of_other_calls() -> None:
    transport = FakeTransport([answer({"viewer_id": "me"}), refusal(404, "not_found", "AQEDAR")])
    lix = fake_client(transport)
    await lix.account.put_linkedin_account(COOKIES)
    with pytest.raises(APIError, match="AQEDAR"):
        await lix.enrichment.person("https://www.linkedin.com/in/robin-marlowe")


def test_a_body_shows_its_length_only() -> None:
    assert_hidden(repr(json_body(COOKIES, secrets=(SECRET,))))


async def test_one_that_is_part_of_another_uncovers_nothing_of_it() -> None:
    transport = FakeTransport([refusal(400, "params_invalid", "bad: abcdefgh12345678")])
    with pytest.raises(InvalidParamsError) as caught:
        await fake_client(transport).account.put_linkedin_account({"a": "abcdefgh", "b": "abcdefgh12345678"})
    assert caught.value.message == "bad: ***"
