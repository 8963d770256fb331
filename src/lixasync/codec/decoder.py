"""Plain data to models and pages, for one client."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from lixasync.codec.drift import Drift
from lixasync.codec.envelope import OLD_ENVELOPES, unwrapped
from lixasync.codec.json import excerpt
from lixasync.codec.listing import Body, Listing, Page, open_page
from lixasync.codec.names import fold
from lixasync.codec.pages import read_page
from lixasync.codec.scalars import Mismatch, is_nothing
from lixasync.codec.structure import SINK, hook_for
from lixasync.errors import UnknownShapeError
from lixasync.models import Meta, Model, Paging

__all__ = ["Decoder"]

M = TypeVar("M", bound=Model)


class Decoder:
    """Reads parsed answers, whatever their age and spelling, and counts what it did not expect.

    Making one is cheap: how each model is read is worked out once per process.

    Args:
        drift: Where to count; a new ``Drift`` when not given.

    Attributes:
        drift: What was met and not expected, so far.
    """

    def __init__(self, drift: Drift | None = None) -> None:
        self.drift = Drift() if drift is None else drift

    def model(self, data: object, cls: type[M]) -> M:
        """Read one object, out of the old envelopes if it is in one.

        Fields of unexpected kind or name never fail; they stand in the model's ``extra``.

        Raises:
            UnknownShapeError: ``data`` is not a JSON object.
        """
        data = unwrapped(data, self.drift, cls.__name__)
        if not isinstance(data, dict):
            raise UnknownShapeError(
                f"The answer is no object, but {type(data).__name__}, where a {cls.__name__} was due.",
                body=excerpt(data),
            )
        model: M = self._structure(data, cls)
        return model

    def models(self, items: list[Any], cls: type[M]) -> tuple[M, ...]:
        """Read a list of objects. An element that is none becomes a model with ``extra["value"]``."""
        models: tuple[M, ...] = self._structure(items, tuple[cls, ...])  # type: ignore[valid-type] # made at run time
        return models

    def value(self, data: object, kind: Any, *, model: str, name: str) -> Any:
        """Read one value that belongs to no model; None when it is nothing, or not of its kind.

        Args:
            data: The value.
            kind: Its type, as a field of a model would have it.
            model: What a value of another kind is counted under as drift.
            name: The same, for the field.
        """
        if is_nothing(data):
            return None
        try:
            return self._structure(data, kind)
        except Mismatch:
            self.drift.mismatch(model, name)
            return None

    def listing(
        self,
        data: object,
        cls: type[M],
        *,
        items_key: str,
        alternatives: tuple[str, ...] = (),
        envelopes: tuple[str, ...] = OLD_ENVELOPES,
        beside: tuple[str, ...] = (),
        read: Callable[[list[Any]], tuple[M, ...]] | None = None,
    ) -> Listing[M]:
        """Read one page of objects.

        Args:
            data: The parsed body: an object that holds a list, or the list itself.
            cls: Model of the items. An element that is no object becomes a model with ``extra["value"]``.
            items_key: Key the items are documented under.
            alternatives: Keys they were found under at other times.
            envelopes: Objects the page may be wrapped in.
            beside: Keys that this kind of page has besides the usual ones.
            read: How the items are read, where that is not simply one by one.

        Raises:
            UnknownShapeError: No list of items can be found.
        """
        page = open_page(data, (items_key, *alternatives), envelopes)
        self._note(page, cls.__name__, items_key, envelopes, beside)
        paging = self._part(page, "paging", Paging)
        meta = self._part(page, "meta", Meta)
        return Listing(
            items=self.models(page.items, cls) if read is None else read(page.items),
            total=paging.total,
            start=paging.start,
            count=paging.count,
            sequence_id=meta.sequence_id or self._root(page, "sequenceId", str),
            next_token=self._root(page, "paginationToken", str) or self._root(page, "syncToken", str),
            observed_at=self._root(page, "dateObserved", datetime) or self._root(page, "lastUpdated", datetime),
            meta=meta.raw,
            envelope=".".join(page.path) or None,
            items_key=page.items_key,
            raw=data,
        )

    def page(
        self,
        body: bytes,
        cls: type[M],
        *,
        items_key: str,
        envelope: str | None = None,
        beside: tuple[str, ...] = (),
    ) -> Listing[M] | None:
        """Read one page from its body, several times as fast, if it has today's shape.

        The result is what ``listing`` would return for the parsed body, though nothing of it is parsed before somebody
        asks. A refusal is never of this shape.

        Args:
            body: The answer.
            cls: Model of the items.
            items_key: Key the items are documented under.
            envelope: Object the page is documented to be in; None for none.
            beside: Keys that this kind of page has besides the usual ones.

        Returns:
            Listing[M] | None: None when the body has another shape, or is no JSON.
        """
        found = read_page(body, cls, items_key, envelope, beside)
        if found is None:
            return None
        around, items = found
        listing = self.listing(
            around,
            cls,
            items_key=items_key,
            envelopes=OLD_ENVELOPES if envelope is None else (envelope,),
            beside=beside,
            read=lambda _: items,
        )
        # a listing is immutable for those it is handed to; here it is still being made
        object.__setattr__(listing, "raw", Body(body))
        return listing

    def _structure(self, data: Any, kind: Any) -> Any:
        before = SINK.set(self.drift)
        try:
            return hook_for(kind)(data, kind)
        except RecursionError:
            raise UnknownShapeError("The answer is nested too deeply.") from None
        finally:
            SINK.reset(before)

    def _part(self, page: Page, name: str, cls: type[M]) -> M:
        value = page.beside(name)
        if isinstance(value, dict):
            return self.model(value, cls)
        if value is not None:
            self.drift.mismatch(cls.__name__, "(object)")
        return cls()

    def _root(self, page: Page, name: str, kind: Any) -> Any:
        value = page.beside(name)
        return None if value is None else self.value(value, kind, model="Meta", name=name)

    def _note(
        self, page: Page, model: str, items_key: str, envelopes: tuple[str, ...], beside: tuple[str, ...]
    ) -> None:
        """Count what is old or unknown about the page itself."""
        for name in page.unknown_keys(beside):
            self.drift.unknown_field(f"Listing[{model}]", name)
        # envelopes a caller adds to the old ones are today's: there, having none is old
        today = {fold(name) for name in envelopes if name not in OLD_ENVELOPES}
        for name in page.path:
            if fold(name) not in today:
                self.drift.envelope(model, name)
        if today and not page.path:
            self.drift.envelope(model, "(none)")
        if fold(page.items_key) != fold(items_key):
            self.drift.items_key(model, page.items_key or "(root)")
