"""The body of a refusal, in every form."""

from __future__ import annotations

from typing import Any

import pytest

from lixasync.codec import ErrorBody, error_body


@pytest.mark.parametrize(
    ("data", "wanted"),
    [
        ({"error": {"type": "a", "message": "b"}, "traceId": "c"}, ErrorBody(type="a", message="b", trace_id="c")),
        ({"ERROR": {"Type": "a", "MESSAGE": "b"}, "trace_id": "c"}, ErrorBody(type="a", message="b", trace_id="c")),
        ({"error": {"type": "a", "traceId": "c"}}, ErrorBody(type="a", trace_id="c")),
        ({"error": {"type": "a", "traceId": "in"}, "traceId": "out"}, ErrorBody(type="a", trace_id="out")),
        ({"error": "text", "traceId": "c"}, ErrorBody(message="text", trace_id="c")),
        ({"error": {"type": 7, "message": None}}, ErrorBody(type="7")),
        ({"error": {"type": ["a"], "message": {}}}, ErrorBody()),
        ({"error": {"code": "a"}}, ErrorBody()),
        ({"error": {"type": "", "message": "b"}}, ErrorBody(message="b")),
        ({"error": None}, None),
        ({"error": ""}, None),
        ({"error": {}}, None),
        ({"error": False}, None),
        ({"message": "b"}, None),
        ({}, None),
        ([], None),
        ("error", None),
        (None, None),
    ],
    ids=str,
)
def test_error_body(data: Any, wanted: ErrorBody | None) -> None:
    assert error_body(data) == wanted
