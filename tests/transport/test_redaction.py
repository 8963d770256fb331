"""Law 7: what other libraries log holds no secret."""

from __future__ import annotations

import logging

import pytest
from tests.support.fake import KEY

from lixasync.transport.redaction import guard_foreign_loggers


def test_the_header_logs_of_http_2_are_silenced(caplog: pytest.LogCaptureFixture) -> None:
    from hpack import Encoder

    caplog.set_level(logging.DEBUG)
    guard_foreign_loggers()
    Encoder().encode([("authorization", KEY)])
    logging.getLogger("hpack.hpack").warning("still heard")
    assert KEY not in caplog.text
    assert "still heard" in caplog.text


@pytest.mark.parametrize(
    "logger", ["httpx", "httpcore.http11", "httpcore.http2", "httpx2", "httpcore2.http11", "httpcore2.http2"]
)
@pytest.mark.parametrize("name", ["api_key", "oauth2_access_token"])
def test_no_secret_of_a_query(logger: str, name: str, caplog: pytest.LogCaptureFixture) -> None:
    guard_foreign_loggers()
    caplog.set_level(logging.DEBUG)
    logging.getLogger(logger).debug("%s %r", "location", [(b"location", f"https://h/?a=1&{name}=s3cret&b=2".encode())])
    assert "s3cret" not in caplog.text
    assert f"{name}=***" in caplog.text
    assert "b=2" in caplog.text
