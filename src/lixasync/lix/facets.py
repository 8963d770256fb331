"""Suggestions for the values of search filters (Lix API, section LinkedIn Search API). They are free."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import attrs

from lixasync.codec.decoder import Decoder
from lixasync.codec.suggestions import recruiter_suggestions, sales_suggestions
from lixasync.lix.core import Core
from lixasync.lix.listing import batch, paged
from lixasync.models import Suggestion
from lixasync.paging.offset import OffsetCursor
from lixasync.paging.page import check_page_size
from lixasync.paging.pager import Pager
from lixasync.paging.source import Batch
from lixasync.transport.operation import Operation, Pages

PAGE_SIZE = 100
_MOST = 300  # suggestions to look through for a name; what is not among them is not what was meant


def _sales(decoder: Decoder, data: Any) -> Batch[Suggestion]:
    return batch(sales_suggestions(decoder, data))


def _recruiter(decoder: Decoder, data: Any) -> Batch[Suggestion]:
    return batch(recruiter_suggestions(decoder, data))


SUGGEST_SALES_FACETS = Operation(
    id="suggest_sales_facets",
    method="GET",
    path="/v1/search/sales/facet",
    decode=_sales,
    pages=Pages(style="offset", size=PAGE_SIZE),
    credit_kind="free",
)

SUGGEST_RECRUITER_FACETS = Operation(
    id="suggest_recruiter_facets",
    method="GET",
    path="/v1/li/recruiter/search/facet",
    decode=_recruiter,
    pages=Pages(style="offset", size=PAGE_SIZE),
    credit_kind="free",
)


def suggestions(
    core: Core,
    operation: Operation[Batch[Suggestion]],
    facet: str,
    query: str,
    *,
    viewer_id: str | None = None,
    page_size: int = PAGE_SIZE,
    max_items: int | None = None,
    resume: str | None = None,
) -> Pager[Suggestion]:
    """Return the pager of the suggestions for a text; the empty text lists all values where that is possible."""
    count = check_page_size(page_size, PAGE_SIZE)
    return paged(
        core,
        operation,
        lambda fingerprint: OffsetCursor(query=fingerprint, count=count, empty_ends=True),
        (("type", facet), ("query", query), ("viewer_id", core.any_viewer(viewer_id))),
        page_size=count,
        max_items=max_items,
        max_credits=None,
        resume=resume,
    )


@attrs.frozen
class Asks:
    """Asks for what names stand for, see `lixasync.lix.queries.names.Ask`.

    Attributes:
        core: Makes the calls.
        viewer: The viewer to ask as; what is suggested may depend on it.
        namespace: Of the two products: ``sales`` or ``recruiter``.
    """

    core: Core
    viewer: str | None
    namespace: Literal["sales", "recruiter"] = "sales"

    @property
    def scope(self) -> str:
        """What tells its suggestions from those of others."""
        return f"{self.namespace} {self.viewer or ''}"

    async def __call__(self, facet: str, text: str) -> Sequence[Suggestion]:
        """Return what is suggested for a text, or all values of a facet for the empty text."""
        operation = SUGGEST_SALES_FACETS if self.namespace == "sales" else SUGGEST_RECRUITER_FACETS
        most = _MOST if text else None
        return await suggestions(self.core, operation, facet, text, viewer_id=self.viewer, max_items=most).collect()

    def call(self, facet: str, text: str) -> str:
        """Return the call by which a user sees the same suggestions."""
        asked = f"{facet!r}, {text!r}" if self.namespace == "sales" else repr(text)
        return f"await lix.{self.namespace}.facets({asked}).collect()"
