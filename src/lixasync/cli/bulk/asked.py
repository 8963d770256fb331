"""What a job is asked about: inputs from a file or the command line, and arguments that are the same for all."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterable, Iterator
from inspect import signature
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lixasync.cli.bulk.options import STANDARD, InputOptions
from lixasync.errors import InvalidArgumentError

if TYPE_CHECKING:
    from lixasync.bulk.methods import Bound
    from lixasync.bulk.result import Input


def parameters(texts: Iterable[str]) -> dict[str, Any] | None:
    """Read arguments that are the same for all inputs, such as ``page_size=100``; None for none.

    A value that is JSON is taken as such, any other as text.

    Raises:
        InvalidArgumentError: a text that is not of this form, or a name that comes twice.
    """
    found: dict[str, Any] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        name = name.strip().replace("-", "_")
        if not equals or not name.isidentifier():
            raise InvalidArgumentError(
                f"{text!r} is no argument with its value.",
                hint="Write --param NAME=VALUE, such as --param page_size=100 or --param viewer_id=robin-marlowe.",
            )
        if name in found:
            raise InvalidArgumentError(
                f"--param {name} is given twice.", hint=f"For several values write JSON: --param '{name}=[...]'."
            )
        found[name] = _value(value)
    return found or None


def _value(text: str) -> Any:
    try:
        return json.loads(text, parse_constant=_no_number)
    except ValueError:
        return text


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is no JSON")


def asked_about(file: str | None, given: InputOptions, method: Bound) -> Iterator[Input] | None:
    """Return the inputs of a job; None when none are given.

    Args:
        file: A file that holds them, or ``-`` for standard input.
        given: Inputs on the command line, and how to read the file.
        method: What is called with them.

    Raises:
        InvalidArgumentError: there is no such file, or there are options for none.
    """
    if file is None and given.column is not None:
        raise InvalidArgumentError("--column is for a file.", hint="Name the file that has this column.")
    if file is None and not given.inputs:
        return None
    if file is not None and file != STANDARD and not Path(file).exists():
        raise InvalidArgumentError(
            f"There is no file {file!r}.", hint=f"If it is an input itself, write --input {shlex.quote(file)}."
        )
    return _named(chain(given.inputs, () if file is None else _read(file, given.column)), given.argument, method)


def _read(file: str, column: str | None) -> Iterator[Input]:
    from lixasync.bulk.files.sources import read_inputs

    return read_inputs(file, column=column)


def _named(inputs: Iterable[Input], argument: str | None, method: Bound) -> Iterator[Input]:
    """Yield the inputs under the name of the argument they are for, unless it is the method's first one."""
    argument = None if argument is None else argument.replace("-", "_")
    first = next(iter(signature(method).parameters.values()))
    unclear = argument is None and first.kind is first.KEYWORD_ONLY
    for each in inputs:
        if unclear and isinstance(each, str | int):
            raise InvalidArgumentError(
                "Which argument the inputs are for is not clear.",
                hint=f"Name it by --argument: one of {', '.join(signature(method).parameters)}.",
            )
        yield {argument: each} if argument is not None and isinstance(each, str | int) else each
