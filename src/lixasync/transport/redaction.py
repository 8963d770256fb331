"""Keeps secrets out of what other people's loggers write, and of what servers say."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from functools import cache

from lixasync.errors import LixasyncError

# The HTTP/2 library logs every header it encodes, name and value, at debug level.
_HEADER_LOGGERS = ("hpack.hpack", "hpack.table")
# The HTTP libraries log every URL at info level; below it, what answers say, which may repeat a URL, at debug level.
_URL_LOGGERS = ("httpx", "httpcore.http11", "httpcore.http2", "httpx2", "httpcore2.http11", "httpcore2.http2")
_SECRET_PARAMETER = re.compile(r"(\b(?:api_key|oauth2_access_token)=)[^&#\s\"]+")


def _no_headers(record: logging.LogRecord) -> bool:
    return record.levelno > logging.DEBUG


def _no_secret_parameters(record: logging.LogRecord) -> bool:
    message = record.getMessage()
    masked = _SECRET_PARAMETER.sub(r"\1***", message)
    if masked != message:
        record.msg, record.args = masked, None
    return True


@cache
def guard_foreign_loggers() -> None:
    """Drop the records of other libraries in which the key would appear, or mask it. Done once per process."""
    for name in _HEADER_LOGGERS:
        logging.getLogger(name).addFilter(_no_headers)
    for name in _URL_LOGGERS:
        logging.getLogger(name).addFilter(_no_secret_parameters)


def mask(error: LixasyncError, hide: Callable[[str], str]) -> None:
    """Hide secrets in everything of an error that came from the server: it may repeat what it was sent."""
    error.message = hide(error.message)
    error.args = (error.message,)
    error.body = error.body and hide(error.body)
    error.type = error.type and hide(error.type)
    error.trace_id = error.trace_id and hide(error.trace_id)
    error.details = {key: hide(value) if isinstance(value, str) else value for key, value in error.details.items()}
