"""Messages of Sales Navigator (Lix API, section LinkedIn Search API)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import attrs

from lixasync.codec.decoder import Decoder
from lixasync.codec.threads import sales_thread, sales_threads
from lixasync.errors import InvalidArgumentError
from lixasync.lix.core import Core
from lixasync.lix.listing import Bounds, batch, paged
from lixasync.models import SalesThread
from lixasync.paging.page import check_page_size
from lixasync.paging.pager import Pager
from lixasync.paging.source import Batch
from lixasync.paging.token import TokenCursor
from lixasync.transport.body import json_body
from lixasync.transport.caller import required, whole_number
from lixasync.transport.operation import Operation, Pages

_PAGE = 20


def _threads(decoder: Decoder, data: Any) -> Batch[SalesThread]:
    page = batch(sales_threads(decoder, data))
    older = page.items[-1].next_page_starts_at if page.items else None
    return attrs.evolve(page, next_token=None if older is None else str(older))


LIST_SALES_MESSAGE_THREADS = Operation(
    id="list_sales_message_threads",
    method="GET",
    path="/v1/li/sales/messages/threads",
    decode=_threads,
    pages=Pages(style="timestamp cursor", size=_PAGE),
    credits=1,
    credit_kind="standard",
)

GET_SALES_MESSAGE_THREAD = Operation(
    id="get_sales_message_thread",
    method="GET",
    path="/v1/li/sales/messages/threads/{thread_id}",
    decode=sales_thread,
    credits=1,
    credit_kind="standard",
)

SEND_SALES_MESSAGE = Operation(
    id="send_sales_message",
    method="POST",
    path="/v1/li/sales/messages",
    decode=sales_thread,
    credits=1,
    credit_kind="standard",
    safe=False,
)


class SalesMessages:
    """The part of ``lix.sales`` that is about messages."""

    _core: Core

    def threads(
        self,
        *,
        filter: str | None = None,  # noqa: A002 - the reference's own word for it
        viewer_id: str | None = None,
        page_size: int = _PAGE,
        max_items: int | None = None,
        max_credits: int | None = None,
        resume: str | None = None,
    ) -> Pager[SalesThread]:
        """Stream the message threads of a viewer, latest first (Lix API, operation list_sales_message_threads).

        A page costs 1 Standard credit.

        Args:
            filter: Which threads; ``INBOX``, the server's default, is the only one that is documented.
            viewer_id: The connected account; the client's by default.
            page_size: Threads to ask for per page, from 1 up; no cap is documented.
            max_items: Stop after so many threads; None for all.
            max_credits: Stop before the page that would cost more than so many credits in all.
            resume: A cursor of an earlier stream of the same threads.

        Yields:
            SalesThread: with its latest messages; `thread` gives more of them.

        Raises:
            InvalidArgumentError: no viewer is named here, on the client or in ``LIX_VIEWER_ID``.
            CursorError: the cursor is damaged or of another stream.
            APIError: while iterating, see `lixasync.errors`; with ``cursor`` to go on from.
        """
        count = check_page_size(page_size, None)
        bounds = Bounds(max_items=max_items, max_credits=max_credits, resume=resume)
        return paged(
            self._core,
            LIST_SALES_MESSAGE_THREADS,
            lambda query: TokenCursor(query=query, name="page_starts_at", falls=True),
            (
                ("viewer_id", self._core.viewer(viewer_id)),
                ("filter", None if filter is None else required("filter", filter)),
            ),
            choices=(("count", str(count)),),
            page_size=count,
            **bounds,
        )

    async def thread(
        self, thread_id: str, *, message_count: int | None = None, viewer_id: str | None = None
    ) -> SalesThread:
        """Return a message thread (Lix API, operation get_sales_message_thread). Costs 1 Standard credit.

        Args:
            thread_id: Id of the thread, see ``SalesThread.id``.
            message_count: Messages to return, from 1 up; 10 by the server's default. There are no further pages: raise
                it to see more.
            viewer_id: The connected account; the client's by default.

        Raises:
            InvalidArgumentError: the id is empty, ``message_count`` below 1, or no viewer is named.
            NotFoundError: there is no such thread.
            APIError: see `lixasync.errors`.
        """
        operation = GET_SALES_MESSAGE_THREAD.at(thread_id=required("thread_id", thread_id))
        count = None if message_count is None else str(whole_number("message_count", message_count, least=1))
        return await self._core.send(operation, (("viewer_id", self._core.viewer(viewer_id)), ("message_count", count)))

    async def send_message(
        self,
        body: str,
        *,
        thread_id: str | None = None,
        recipients: str | Sequence[str] | None = None,
        subject: str | None = None,
        copy_to_crm: bool | None = None,
        viewer_id: str | None = None,
    ) -> SalesThread:
        """Send a message in Sales Navigator (Lix API, operation send_sales_message). Costs 1 Standard credit.

        It is sent once. It is repeated only after a refusal that proves that nothing was done; after any other failure
        the message may have been sent, so look before sending it again.

        Args:
            body: The text.
            thread_id: The thread to answer in; give exactly one of ``thread_id`` and ``recipients``.
            recipients: Whom to write to in a new InMail, which spends an InMail credit at LinkedIn: URNs of Sales
                Navigator profiles, addresses of leads or profiles, or ids. Newer than the documentation.
            subject: The subject; needed with ``recipients``.
            copy_to_crm: Whether to copy the message to the connected CRM; None leaves it to the server, which does not.
            viewer_id: The connected account that sends; the client's by default.

        Returns:
            SalesThread: the thread with the message.

        Raises:
            InvalidArgumentError: a text is empty, not exactly one of both is given, recipients without a subject, or
                no viewer.
            APIError: see `lixasync.errors`.
        """
        required("body", body)
        content: dict[str, Any] = {"body": body, **_whom(thread_id, recipients, subject)}
        if copy_to_crm is not None:
            if not isinstance(copy_to_crm, bool):
                raise InvalidArgumentError(f"copy_to_crm is {copy_to_crm!r}; it must be True or False.")
            content["copy_to_crm"] = copy_to_crm
        viewer = self._core.viewer(viewer_id)
        return await self._core.send(SEND_SALES_MESSAGE, (("viewer_id", viewer),), body=json_body(content))


def _whom(thread_id: str | None, recipients: str | Sequence[str] | None, subject: str | None) -> dict[str, Any]:
    """Return to whom a message goes, and about what."""
    if (thread_id is None) == (recipients is None):
        raise InvalidArgumentError(
            f"Exactly one of thread_id, recipients must be given; {'none is' if thread_id is None else 'both are'}.",
            hint="Answer in a thread, or begin a new one with recipients and a subject.",
        )
    about = {} if subject is None else {"subject": required("subject", subject)}
    if thread_id is not None:
        return {"thread_id": required("thread_id", thread_id), **about}
    if not about:
        raise InvalidArgumentError("A message to recipients needs a subject.", hint="Pass subject=...")
    listed: object = [recipients] if isinstance(recipients, str) else recipients
    if not isinstance(listed, Sequence) or not listed:
        raise InvalidArgumentError(f"recipients is {recipients!r}; it must be one recipient, or several.")
    return {"recipients": [required("recipients", each) for each in listed], **about}
