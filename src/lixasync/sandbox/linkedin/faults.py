"""The faults that answer in place of LinkedIn's API, in its forms."""

from __future__ import annotations

from collections.abc import Callable

from lixasync.sandbox.faults import HTML_502, HTML_CHECK
from lixasync.sandbox.replies import Reply

from .errors import BROKEN, THROTTLED, Form

_ROBOT = (
    b"<!DOCTYPE html>\n<html><head><title>Request denied</title></head>\n"
    b"<body><script>window.location.href = '/authwall';</script></body></html>\n"
)
_HTML = "text/html; charset=utf-8"


def _html(status: int, body: bytes) -> Callable[[Form], Reply]:
    return lambda form: Reply(status=status, body=body, media=_HTML, headers=form.headers()[:1])


INSTEAD: dict[str, Callable[[Form], Reply]] = {
    "500": lambda form: form.error(500, BROKEN),
    "503": lambda form: form.error(503, "Internal service error"),
    "502-html": _html(502, HTML_502),
    "200-html": _html(200, HTML_CHECK),
    "error-200": lambda form: form.error(500, BROKEN, http_status=200),
    "999": _html(999, _ROBOT),
    "throttle": lambda form: form.error(403, THROTTLED),
    "daily_limit": lambda form: form.error(403, THROTTLED),
    "429": lambda form: form.error(429, THROTTLED),
    "429-after": lambda form: form.error(429, THROTTLED, (("Retry-After", "1"),)),
}
"""By name. Lix's other faults have nothing to stand for here and leave this API alone."""
