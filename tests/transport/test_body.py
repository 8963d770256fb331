"""What a request carries: how it is written, and what of it must not show."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lixasync import InvalidArgumentError
from lixasync.transport.body import Body, form_body, json_body

text = st.text(st.characters(exclude_categories=["Cs"]))
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | text,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(text, inner, max_size=4),
    max_leaves=10,
)


class TestJson:
    @given(values)
    def test_it_says_what_it_was_given(self, value: Any) -> None:
        body = json_body(value)
        assert json.loads(body.data) == value
        assert (body.media, body.secrets) == ("application/json", ())

    def test_it_is_compact(self) -> None:
        assert json_body({"a": [1, None], "ü": "é"}).data == '{"a":[1,null],"ü":"é"}'.encode()

    def test_secrets_are_named_beside_it(self) -> None:
        assert json_body({"value": "abcdef"}, secrets=("abcdef",)).secrets == ("abcdef",)

    @pytest.mark.parametrize("value", [object(), {"a": object()}, {(1, 2): 3}, {"a": "\ud800"}])
    def test_what_json_cannot_say_is_refused(self, value: Any) -> None:
        with pytest.raises(InvalidArgumentError, match="cannot be written as JSON"):
            json_body(value)

    def test_what_holds_itself_is_refused(self) -> None:
        endless: list[Any] = []
        endless.append(endless)
        with pytest.raises(InvalidArgumentError, match="cannot be written as JSON"):
            json_body(endless)


class TestForm:
    @given(st.lists(st.tuples(text.filter(bool), text)))
    def test_every_name_and_value_is_encoded_once(self, params: list[tuple[str, str]]) -> None:
        body = form_body(params)
        assert body.media == "application/x-www-form-urlencoded"
        assert parse_qsl(body.data.decode("ascii"), keep_blank_values=True) == params

    def test_a_url_that_is_encoded_already_arrives_as_it_was(self) -> None:
        url = "https://www.linkedin.com/sales/search/people#query=(keywords:a%252Cb+c)"
        assert form_body([("url", url)]).data == (
            b"url=https%3A%2F%2Fwww.linkedin.com%2Fsales%2Fsearch%2Fpeople%23query%3D%28keywords%3Aa%25252Cb%2Bc%29"
        )


class TestBody:
    def test_its_content_does_not_show(self) -> None:
        body = json_body({"value": "li_at-0123456789"}, secrets=("li_at-0123456789",))
        for shown in (repr(body), str(body), f"{body}", repr([body]), repr({"body": body})):
            assert "0123456789" not in shown
        assert repr(body) == "Body(media='application/json', data=<28 bytes>)"

    def test_equal_ones_are_equal(self) -> None:
        assert json_body({"a": 1}) == json_body({"a": 1})
        assert hash(json_body({"a": 1})) == hash(json_body({"a": 1}))
        assert json_body({"a": 1}) != json_body({"a": 2})
        assert Body(data=b"a=1", media="text/plain") != Body(data=b"a=1", media="application/x-www-form-urlencoded")
