"""Inputs from files: every format, and what is wrong with a file said with its line."""

from __future__ import annotations

import gzip
import importlib.util
import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lixasync.bulk.files.sources import read_inputs
from lixasync.errors import ConfigurationError, InvalidArgumentError


def made(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def parquet(path: Path, query: str) -> Path:
    duckdb.connect().execute(f"COPY ({query}) TO '{path}' (FORMAT parquet)").close()
    return path


def refused(path: Any, match: str, column: str | None = None) -> InvalidArgumentError:
    with pytest.raises(InvalidArgumentError, match=match) as caught:
        list(read_inputs(path, column=column))
    return caught.value


@pytest.mark.parametrize("name", ["links.txt", "links", "links.list"])
def test_lines_of_text(tmp_path: Path, name: str) -> None:
    path = made(tmp_path, name, "\ufeff one \r\n\n\t\ntwo, too\nthree")
    assert list(read_inputs(path)) == ["one", "two, too", "three"]
    assert list(read_inputs(str(path))) == ["one", "two, too", "three"]


@pytest.mark.parametrize(
    ("name", "content"), [("a.txt.gz", "one\n"), ("A.CSV.GZ", "link\none\n"), ("a.jsonl.gz", '"one"\n')]
)
def test_compressed_files(tmp_path: Path, name: str, content: str) -> None:
    assert list(read_inputs(made(tmp_path, name, gzip.compress(content.encode())))) == ["one"]


@pytest.mark.parametrize(
    "damage",
    [b"no gzip", gzip.compress(b"one\n" * 999)[:30], gzip.compress(b"a")[:12] + b"\xff" * 9],
    ids=["no gzip", "cut off", "changed"],
)
def test_a_damaged_compressed_file(tmp_path: Path, damage: bytes) -> None:
    refused(made(tmp_path, "links.txt.gz", damage), "links.txt.gz' cannot be read")


class TestStandardInput:
    def test_each_line_is_an_input(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO("one\n\n zwei ü \n".encode()), "ascii"))
        assert list(read_inputs("-")) == ["one", "zwei ü"]

    def test_it_may_be_closed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sys, "stdin", None)
        refused("-", "no standard input")

    def test_it_has_no_columns(self) -> None:
        with pytest.raises(InvalidArgumentError, match="standard input has no columns"):
            read_inputs("-", column="link")


class TestCsv:
    @pytest.mark.parametrize("delimiter", [",", ";", "\t"])
    @pytest.mark.parametrize("column", ["link", "the name"])
    def test_what_stands_between_cells_is_found_out(self, tmp_path: Path, delimiter: str, column: str) -> None:
        rows = [["the name", " link ", "a,b;c"], ["x", " y ", "z"], ["", "", ""], ["only"], [], ['"q""\n"', "w", ""]]
        rows[0][2] = "else"
        path = made(tmp_path, "people.csv", "\ufeff" + "\r\n".join(delimiter.join(row) for row in rows))
        assert list(read_inputs(path, column=column)) == (["y", "w"] if column == "link" else ["x", "only", 'q"'])

    def test_a_known_column_tells_more_than_the_number_of_cells(self, tmp_path: Path) -> None:
        path = made(tmp_path, "people.csv", "link;last, first, middle\nhttps://l/in/a;Marlowe, R\n")
        assert list(read_inputs(path, column="link")) == ["https://l/in/a"]

    def test_a_single_column_needs_no_name(self, tmp_path: Path) -> None:
        assert list(read_inputs(made(tmp_path, "links.csv", "link,\none,\n two,\n"))) == ["one", "two"]

    def test_a_tsv_has_tabs_only(self, tmp_path: Path) -> None:
        assert list(read_inputs(made(tmp_path, "a.tsv", "a,b,c\td\n1,2\t3\n"), column="a,b,c")) == ["1,2"]

    def test_an_empty_file_has_no_inputs(self, tmp_path: Path) -> None:
        assert list(read_inputs(made(tmp_path, "a.csv", ""), column="link")) == []

    def test_a_missing_column_names_the_others(self, tmp_path: Path) -> None:
        error = refused(made(tmp_path, "a.csv", "name,url\nx,y\n"), "a.csv has no column 'link'", "link")
        assert "name, url" in error.hint

    def test_a_long_list_of_columns_is_cut(self, tmp_path: Path) -> None:
        header = ",".join(f"c{number}" for number in range(30))
        error = refused(made(tmp_path, "a.csv", header), "has 30 columns")
        assert error.hint.endswith("c19, ....")

    def test_a_header_without_names(self, tmp_path: Path) -> None:
        assert "none" in refused(made(tmp_path, "a.csv", "\nx\n"), "has 0 columns").hint

    def test_a_column_that_is_there_twice(self, tmp_path: Path) -> None:
        refused(made(tmp_path, "a.csv", "link,link\nx,y\n"), "several columns 'link'", "link")

    def test_a_quote_without_end_takes_nothing_along(self, tmp_path: Path) -> None:
        found: Iterator[Any] = read_inputs(made(tmp_path, "a.csv", 'link,n\nx,1\n"y,2\nz,3\n'), column="link")
        assert next(found) == "x"
        with pytest.raises(InvalidArgumentError, match=r"a\.csv, line 4: this is no CSV"):
            next(found)

    def test_a_text_of_another_encoding(self, tmp_path: Path) -> None:
        error = refused(
            made(tmp_path, "a.csv", "link\nx\nMüller\n".encode("latin-1")), r"a\.csv, line 3: .* UTF-8", "link"
        )
        assert "UTF-8" in error.hint

    @given(st.lists(st.tuples(st.text(), st.text()), max_size=20), st.sampled_from(",;\t"))
    def test_cells_are_read_as_they_were_written(
        self, tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]], delimiter: str
    ) -> None:
        def cell(text: str) -> str:
            return '"' + text.replace('"', '""') + '"'

        # a line break of another kind within a cell is the cell's own
        lines = [delimiter.join(map(cell, row)) for row in [("first", "second"), *rows]]
        path = made(tmp_path_factory.mktemp("csv"), "a.csv", "\n".join(lines).encode("utf-8", "replace"))
        wanted = [row[1].encode("utf-8", "replace").decode().strip() for row in rows]
        assert list(read_inputs(path, column="second")) == [text for text in wanted if text]


class TestJsonLines:
    def test_texts_and_numbers(self, tmp_path: Path) -> None:
        path = made(tmp_path, "a.ndjson", '" one "\n\n17\n3.0\nnull\n""\n12345678901234567890123\n')
        assert list(read_inputs(path)) == ["one", 17, 3, 12345678901234567890123]

    def test_a_column_of_objects(self, tmp_path: Path) -> None:
        path = made(tmp_path, "a.jsonl", '{"id": 7, "x": []}\n{"x": 1}\n{"id": null}\n{"id": " b "}\n"c"\n')
        assert list(read_inputs(path, column="id")) == [7, "b", "c"]

    def test_an_object_is_several_arguments(self, tmp_path: Path) -> None:
        path = made(tmp_path, "a.jsonl", '{"url": "u", "page_size": 5}\n{}\n')
        assert list(read_inputs(path)) == [{"url": "u", "page_size": 5}]

    def test_a_column_that_no_object_has(self, tmp_path: Path) -> None:
        error = refused(made(tmp_path, "a.jsonl", '{"link": "a", "n": 1}\n{"other": 1}\n'), "no column 'url'", "url")
        assert "link, n" in error.hint

    def test_a_single_other_column_is_not_taken_for_it(self, tmp_path: Path) -> None:
        refused(made(tmp_path, "a.jsonl", '{"link": "a"}\n'), "no column 'url'", "url")

    @pytest.mark.parametrize("line", ["true", "1.5", "[1]", "NaN", '{"id": {}}', '{"id": false}'])
    def test_what_is_no_input(self, tmp_path: Path, line: str) -> None:
        refused(
            made(tmp_path, "a.jsonl", f'"a"\n\n{line}\n'),
            r"a\.jsonl, line 3: an input is a text or a whole number",
            "id",
        )

    def test_what_is_no_json(self, tmp_path: Path) -> None:
        found = read_inputs(made(tmp_path, "a.jsonl", '"a"\n{"id": \n'))
        assert next(found) == "a"
        with pytest.raises(InvalidArgumentError, match=r"a\.jsonl, line 2: this is no JSON"):
            next(found)


class TestParquet:
    def test_a_column(self, tmp_path: Path) -> None:
        query = "SELECT * FROM (VALUES (' a ', 1), (NULL, 2), ('', 3), ('b', 4)) AS t(\"the \"\"link\", n)"
        path = parquet(tmp_path / "a.parquet", query)
        assert list(read_inputs(path, column='the "link')) == ["a", "b"]
        assert list(read_inputs(path, column="n")) == [1, 2, 3, 4]

    def test_more_rows_than_are_read_at_once_stay_in_order(self, tmp_path: Path) -> None:
        path = parquet(tmp_path / "a.parquet", "SELECT range::DOUBLE AS id FROM range(2500)")
        assert list(read_inputs(path)) == list(range(2500))

    def test_a_name_is_no_pattern(self, tmp_path: Path) -> None:
        parquet(tmp_path / "ab.parquet", "SELECT 'other' AS link")
        path = parquet(tmp_path / "a[bx].parquet", "SELECT 'this' AS link")
        assert list(read_inputs(path)) == ["this"]

    def test_what_is_no_input(self, tmp_path: Path) -> None:
        refused(
            parquet(tmp_path / "a.parquet", "SELECT unnest([1.0::DOUBLE, 1.5]) AS id"),
            r"a\.parquet, row 2: .* not 1\.5",
        )

    def test_a_missing_column_names_the_others(self, tmp_path: Path) -> None:
        error = refused(parquet(tmp_path / "a.parquet", "SELECT 1 AS a, 2 AS b"), "no column 'link'", "link")
        assert "a, b" in error.hint

    def test_a_damaged_file(self, tmp_path: Path) -> None:
        refused(made(tmp_path, "a.parquet", "PAR1 no more"), "a.parquet' cannot be read")

    def test_without_the_library(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
        with pytest.raises(ConfigurationError, match="DuckDB") as caught:
            read_inputs(made(tmp_path, "a.parquet", ""))
        assert "lixasync[export]" in caught.value.hint


def test_what_is_there_to_read_is_looked_at_first(tmp_path: Path) -> None:
    with pytest.raises(InvalidArgumentError, match="does not exist"):
        read_inputs(tmp_path / "a.csv")
    with pytest.raises(InvalidArgumentError, match="is no file"):
        read_inputs(tmp_path)
    with pytest.raises(InvalidArgumentError, match=r"a\.txt has no columns"):
        read_inputs(made(tmp_path, "a.txt", "x"), column="link")


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    found = read_inputs(path := made(tmp_path, "a.txt", "x"))
    path.unlink()
    with pytest.raises(InvalidArgumentError, match=r"a\.txt' cannot be read"):
        next(found)


def test_reading_is_lazy(tmp_path: Path) -> None:
    lines = [json.dumps(f"https://www.linkedin.com/in/{number}") for number in range(50_000)]
    found = read_inputs(made(tmp_path, "a.jsonl", "\n".join([*lines, "no JSON"])))
    assert next(found) == "https://www.linkedin.com/in/0"
