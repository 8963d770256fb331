"""What every section of the Lix API shares: its calls go through one pipeline with one set of options."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TypeVar
from urllib.parse import SplitResult

import attrs

from lixasync.errors import InvalidArgumentError, PageSizeError
from lixasync.transport.operation import Operation
from lixasync.transport.pipeline import CallOptions, Pipeline
from lixasync.transport.urls import split_url

T = TypeVar("T")

_LINKEDIN = re.compile(r"(?:[a-z0-9-]+\.)*linkedin\.com")


@attrs.frozen(kw_only=True)
class Core:
    """A client's inside, handed to each of its sections.

    Attributes:
        pipeline: Shared by all clients made from one with ``with_options``.
        options: This client's lane, deadline, timeout and retry policy.
        viewer_id: The viewer for calls that name none.
    """

    pipeline: Pipeline
    options: CallOptions
    viewer_id: str | None

    async def send(
        self,
        operation: Operation[T],
        params: Iterable[tuple[str, str | None]] = (),
        *,
        body: bytes | None = None,
    ) -> T:
        """Make one call; parameters that are None are left out."""
        given = [(name, value) for name, value in params if value is not None]
        return await self.pipeline.send(operation, given, options=self.options, body=body)

    def viewer(self, viewer_id: str | None) -> str:
        """Return the viewer to act as.

        Raises:
            InvalidArgumentError: neither the call nor the client names one.
        """
        viewer = self.viewer_id if viewer_id is None else required("viewer_id", viewer_id)
        if not viewer:
            raise InvalidArgumentError(
                "This call needs a viewer: the connected LinkedIn account that acts.",
                hint="Pass it to the call, or set viewer_id on the client or LIX_VIEWER_ID in the environment.",
            )
        return viewer


def required(name: str, value: object) -> str:
    """Return a text argument stripped of white space around it.

    Raises:
        InvalidArgumentError: it is no text, or empty.
    """
    if not isinstance(value, str) or not value.strip():
        raise InvalidArgumentError(f"{name} is {value!r}; it must be a text that is not empty.")
    return value.strip()


def on_linkedin(url: str) -> SplitResult | None:
    """Return the parts of a URL of LinkedIn's; None when it is none."""
    parts = split_url(url)
    return parts if parts is not None and _LINKEDIN.fullmatch(parts.hostname or "") else None


def check_page_size(value: object, cap: int) -> int:
    """Return a page size within the documented cap.

    Raises:
        PageSizeError: below 1, above the cap, or no whole number.
    """
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= cap:
        raise PageSizeError(
            f"page_size is {value!r}; this operation serves 1 to {cap} items per page.",
            hint="To stop after a number of items, set max_items.",
        )
    return value
