"""What exports write: every value comes back, and every input shows."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import attrs
import duckdb
import pytest
from export_files import GONE, MOMENT, ODD, PEOPLE, SUFFIXES, lines, result, stream, table
from hypothesis import given
from hypothesis import strategies as st

from lixasync.bulk.files import export as module
from lixasync.bulk.files.export import export
from lixasync.bulk.files.rows import Csv
from lixasync.bulk.result import Result
from lixasync.models import Member, MemberLocation, Person
from lixasync.models.base import Model, wire
from lixasync.paging.cursor import StopReason

pytestmark = pytest.mark.anyio


@attrs.frozen(kw_only=True, repr=False)
class Clash(Model):
    """A model with a position of its own."""

    position: int | None = wire()
    item: str | None = wire()


async def test_json_lines_keep_values_nested(tmp_path: Path) -> None:
    path = tmp_path / "people.jsonl"
    inputs = [{"url": "u", "page": 1}, 17, "three"]
    results = [
        result(each.value, position=each.position, error=each.error, input=given)
        for each, given in zip(PEOPLE, inputs, strict=True)
    ]
    assert await export(stream(results), Person, path, many=False) == 3
    assert lines(path) == [
        {
            "input": {"url": "u", "page": 1},
            "position": 0,
            "value": {
                "name": "Robin Marlowe",
                "li_created_at": "2026-11-01T12:30:15.250000Z",
                "num_of_connections": 7,
                "premium": False,
            },
            "error": None,
        },
        {
            "input": 17,
            "position": 1,
            "value": None,
            "error": {
                "class": "NotFoundError",
                "message": "There is no such person.",
                "status": 404,
                "type": "not_found",
            },
        },
        {
            "input": "three",
            "position": 2,
            "value": {"name": ODD, "emails": ["a@example.org", "b@example.org"], "extra": {"big": 10**30}},
            "error": None,
        },
    ]


async def test_csv_has_a_header_and_ends_lines_as_the_standard_says(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    assert await export(stream(PEOPLE), Person, path, many=False) == 3
    header = path.read_bytes().split(b"\r\n")[0].decode().split(",")
    assert header[:6] == ["input", "position", "error", "error_message", "name", "first_name"]
    names = (
        "input",
        "position",
        "error",
        "error_message",
        "name",
        "li_created_at",
        "num_of_connections",
        "premium",
        "emails",
    )
    assert table(path, *names) == [
        ("in/0", "0", "", "", "Robin Marlowe", "2026-11-01T12:30:15.250000Z", "7", "false", ""),
        ("in/1", "1", "NotFoundError", "There is no such person.", "", "", "", "", ""),
        ("in/2", "2", "", "", ODD, "", "", "", '["a@example.org","b@example.org"]'),
    ]


@pytest.mark.parametrize("suffix", [".parquet", ".duckdb"])
async def test_databases_have_types(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"people{suffix}"
    assert await export(stream(PEOPLE), Person, path, many=False) == 3
    names = ("input", "position", "error", "error_message", "name", "num_of_connections", "premium", "emails", "extra")
    assert table(path, *names) == [
        ("in/0", 0, None, None, "Robin Marlowe", 7, False, None, None),
        ("in/1", 1, "NotFoundError", "There is no such person.", None, None, None, None, None),
        ("in/2", 2, None, None, ODD, None, None, '["a@example.org","b@example.org"]', f'{{"big":{10**30}}}'),
    ]
    source = f"'{path}'" if suffix == ".parquet" else "results"
    connection = duckdb.connect(":memory:" if suffix == ".parquet" else str(path))
    kinds = dict(row[:2] for row in connection.execute(f"DESCRIBE FROM {source}").fetchall())
    moment = connection.execute(f"FROM {source} SELECT epoch_us(li_created_at) LIMIT 1").fetchall()
    connection.close()
    assert moment == [(int(MOMENT.timestamp() * 1_000_000),)]
    assert kinds["li_created_at"] == "TIMESTAMP WITH TIME ZONE"
    assert kinds["position"] == kinds["num_of_connections"] == "BIGINT"
    assert kinds["premium"] == "BOOLEAN"
    assert kinds["emails"] == ("VARCHAR" if suffix == ".parquet" else "JSON")


async def test_a_column_without_any_value_keeps_its_type(tmp_path: Path) -> None:
    path = tmp_path / "none.parquet"
    assert await export(stream([]), Person, path, many=False) == 0
    described = duckdb.connect().execute("DESCRIBE FROM read_parquet(?)", [str(path)]).fetchall()
    assert ("num_of_connections", "BIGINT") in [row[:2] for row in described]
    assert table(path, "input") == []


ITEMS = [
    result((Person(name="A"), Person(name="B")), stopped=StopReason.SERVER_CAP),
    result((), position=1, stopped=StopReason.EXHAUSTED),
    result((Person(name="C"),), position=2, error=GONE),
    result(None, position=3, error=GONE),
]
ITEM_ROWS = [
    ("in/0", 0, 0, "server_cap", None, "A"),
    ("in/0", 0, 1, "server_cap", None, "B"),
    ("in/1", 1, None, "exhausted", None, None),
    ("in/2", 2, 0, None, None, "C"),
    ("in/2", 2, None, None, "NotFoundError", None),
    ("in/3", 3, None, None, "NotFoundError", None),
]


@pytest.mark.parametrize("suffix", [".csv", ".parquet", ".duckdb"])
async def test_every_item_has_a_row_and_every_input_shows(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"people{suffix}"
    assert await export(stream(ITEMS), Person, path, many=True) == 6
    found = table(path, "input", "position", "item", "stopped", "error", "name")
    wanted = (
        ITEM_ROWS
        if suffix != ".csv"
        else [tuple("" if cell is None else str(cell) for cell in row) for row in ITEM_ROWS]
    )
    assert found == wanted


async def test_every_item_has_a_line(tmp_path: Path) -> None:
    path = tmp_path / "people.ndjson"
    assert await export(stream(ITEMS), Person, path, many=True) == 6
    found = [
        (
            line["input"],
            line["position"],
            line["item"],
            line["stopped"],
            (line["error"] or {}).get("class"),
            (line["value"] or {}).get("name"),
        )
        for line in lines(path)
    ]
    assert found == ITEM_ROWS
    assert list(lines(path)[0]) == ["input", "position", "item", "stopped", "value", "error"]


async def test_names_of_the_first_columns_stay_theirs(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    await export(stream([result(Clash(position=9, item="x"))]), Clash, path, many=False)
    assert table(path, "position", "value_position", "item") == [("0", "9", "x")]


@pytest.mark.parametrize("suffix", SUFFIXES)
async def test_what_is_no_model_is_one_column(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    value = (Person(name="A"), Person())
    await export(stream([result(value, input={"a": [1]})]), tuple[Person, ...], path, many=False)
    if suffix in (".jsonl", ".ndjson"):
        assert lines(path)[0]["value"] == [{"name": "A"}, {}]
    else:
        assert table(path, "input", "value") == [('{"a":[1]}', '[{"name":"A"},{}]')]


@pytest.mark.parametrize("suffix", SUFFIXES)
async def test_half_characters_are_replaced(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    await export(
        stream([result(Person(name="x\ud800", extra={"\udc00": 1}), input="\udfff")]), Person, path, many=False
    )
    if suffix in (".jsonl", ".ndjson"):
        (line,) = lines(path)
        assert (line["input"], line["value"]) == ("\ufffd", {"name": "x\ufffd", "extra": {"\ufffd": 1}})
    else:
        assert table(path, "input", "name", "extra") == [("\ufffd", "x\ufffd", '{"\ufffd":1}')]


@pytest.mark.parametrize("suffix", [".parquet", ".duckdb"])
async def test_integers_of_more_than_64_bits_do_not_fit_a_database(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    numbers = [2**63 - 1, -(2**63), 2**63, -(2**63) - 1, 0]
    results = [result(Person(num_of_connections=number), position=at) for at, number in enumerate(numbers)]
    await export(stream(results), Person, path, many=False)
    assert table(path, "num_of_connections") == [(2**63 - 1,), (-(2**63),), (None,), (None,), (0,)]


async def test_integers_of_any_size_stand_in_text_files(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    await export(stream([result(Person(num_of_connections=2**80))]), Person, path, many=False)
    assert table(path, "num_of_connections") == [(str(2**80),)]


@pytest.mark.parametrize("suffix", [".parquet", ".duckdb"])
async def test_a_text_that_was_sent_empty_is_told_from_none(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    await export(stream([result(Member(headline="", location=MemberLocation(name="")))]), Member, path, many=False)
    assert table(path, "headline", "location_name", "summary") == [("", "", None)]


@given(st.text(alphabet=st.sampled_from("=+-@\t\r\n'\uff1d\uff0b\uff0d\uff20a1 \"")))
def test_no_text_of_a_csv_is_a_formula_and_each_can_be_restored(text: str) -> None:
    rows = Csv(Person, many=False)
    line = b"".join(rows.lines(result(Person(name=text, num_of_connections=-5))))
    (cells,) = csv.reader(io.StringIO(line.decode(), newline=""), strict=True)
    names = list(rows.columns)
    found, number = cells[names.index("name")], cells[names.index("num_of_connections")]
    assert number == "-5"
    assert not found or found[0] not in "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20"
    bare = found.lstrip("'")
    guarded = found.startswith("'") and bare and bare[0] in "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20"
    assert (found[1:] if guarded else found) == text


@pytest.mark.parametrize("suffix", [".parquet", ".duckdb"])
async def test_rows_of_many_batches_and_sizes_stay_in_order(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    long = "x" * 20_000_000  # longer than what is read at once by default
    names = [long if number == 2_500 else f"person {number}" for number in range(5_000)]
    results = [result(Person(name=name), position=number) for number, name in enumerate(names)]
    assert await export(stream(results), Person, path, many=False) == 5_000
    assert table(path, "position", "name") == list(enumerate(names))


async def test_batches_are_counted_in_items(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []
    write = module._Writer.write

    def counting(writer: Any, results: Sequence[Result[Any]]) -> None:
        sizes.append(len(results))
        write(writer, results)

    monkeypatch.setattr(module._Writer, "write", counting)
    results = [result((Person(),) * 150, position=number) for number in range(5)]
    assert await export(stream(results), Person, tmp_path / "a.csv", many=True) == 750
    assert (
        await export(stream([result((), position=n) for n in range(450)]), Person, tmp_path / "a.csv", many=True) == 450
    )
    assert sizes == [2, 2, 1, 200, 200, 50]
