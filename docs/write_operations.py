"""Writes the table in `docs/operations.md` from the code: `python -m nox -s operations`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lixasync.lix.operations import OPERATIONS
from lixasync.transport.operation import Operation

TARGET = Path(__file__).with_name("operations.md")
TABLE = re.compile(r"(?<=<!-- table -->\n).*?(?=<!-- end -->)", re.DOTALL)
HEAD = ("`lix.`…", "method and path", "pages", "a page", "cap", "cost", "safe to repeat")


def cells(name: str, operation: Operation[Any]) -> Iterator[str]:
    """Yield what the table says of an operation."""
    yield f"`{name}`" + (" ¹" if operation.newer else "")
    host = " ²" if operation.host == "lookc" else ""
    yield f"`{operation.method} {operation.path}`{host}"
    pages = operation.pages
    yield pages.style if pages else "none"
    yield f"{pages.size:,}" if pages and pages.size else "—"
    yield f"{pages.cap:,}" if pages and pages.cap else "—"
    yield cost(operation)
    yield "yes" if operation.safe else "**no**"


def cost(operation: Operation[Any]) -> str:
    """Return what a good answer costs, in words."""
    if operation.credit_kind == "free":
        return "free"
    if operation.credit_kind == "unstated":
        return f"not stated; counted as {operation.credits}" if operation.credits else "not stated"
    return f"{operation.credits} {operation.credit_kind.capitalize()}" + (" if VALID" if operation.charge else "")


def table() -> str:
    """Return the table of all operations."""
    rows = [HEAD, tuple("---" for _ in HEAD), *(tuple(cells(*each)) for each in OPERATIONS.items())]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def written(text: str) -> str:
    """Return a document with its table as it is now."""
    return TABLE.sub(lambda _: table(), text)


if __name__ == "__main__":
    TARGET.write_text(written(TARGET.read_text(encoding="utf-8")), encoding="utf-8")
