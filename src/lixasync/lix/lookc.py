"""LookC: people by e-mail address, and who works where (Lix API, section LookC API)."""

from __future__ import annotations

from typing import Any

import anyio
import attrs

from lixasync.codec.decoder import Decoder
from lixasync.codec.json import parse
from lixasync.codec.lookc import AsyncStatus, Webhook, async_status, employees, person_by_email, request_id, webhook
from lixasync.errors import APIError, InvalidArgumentError, LixasyncError, QueuedError, UnknownShapeError
from lixasync.lix.core import Core
from lixasync.lix.links import email_address
from lixasync.lix.listing import batch, paged
from lixasync.models import Employee, PersonByEmail
from lixasync.paging.page import check_page_size
from lixasync.paging.pager import Pager
from lixasync.paging.source import Batch
from lixasync.paging.token import TokenCursor
from lixasync.transport.caller import required
from lixasync.transport.operation import Operation, Pages

_FIRST_PAUSE = 2.0  # seconds before the first question whether an answer is ready
_LONGEST_PAUSE = 30.0


@attrs.frozen(kw_only=True)
class AsyncRequest:
    """A request that LookC answers later.

    Attributes:
        status: What the server says of it; only ``complete`` is documented.
        answer: The answer; None as long as there is none.
    """

    status: str | None
    answer: PersonByEmail | None

    @property
    def pending(self) -> bool:
        """Whether there is no answer yet."""
        return self.answer is None


def _by_email(decoder: Decoder, data: Any) -> PersonByEmail | str:
    """Return the answer, or the id to ask for it with later."""
    later, status = request_id(data), _status(data)
    if later is not None and status.pending:
        return later
    return person_by_email(decoder, data if status.data is None else status.data)


def _request(decoder: Decoder, data: Any) -> AsyncRequest:
    status = _status(data)
    answer = None if status.pending else person_by_email(decoder, status.data or {})
    return AsyncRequest(status=status.status, answer=answer)


def _status(data: Any) -> AsyncStatus:
    """Return how far a request is.

    Raises:
        APIError: it failed, which the server may tell beside other things under a good status.
    """
    status = async_status(data)
    if status.error is not None and status.data is None:
        raise APIError(status.error.message or "The look-up failed.", type=status.error.type)
    return status


def _employees(decoder: Decoder, data: Any) -> Batch[Employee]:
    return batch(employees(decoder, data))


FIND_PERSON_BY_EMAIL = Operation(
    id="find_person_by_email",
    method="GET",
    host="lookc",
    path="/v1/search/person/by-email",
    decode=_by_email,
    credits=1,
    credit_kind="org",
)

GET_ASYNC_REQUEST = Operation(id="get_async_request", method="GET", host="lookc", path="/v1/request", decode=_request)

LIST_ORGANISATION_EMPLOYEES = Operation(
    id="list_organisation_employees",
    method="GET",
    host="lookc",
    path="/org/{org_id}/employees",
    decode=_employees,
    pages=Pages(style="after cursor"),
    credits=1,
    newer=True,
)


class LookC:
    """``lix.lookc``: the LookC API, which has a rate of its own."""

    def __init__(self, core: Core) -> None:
        self._core = core

    async def person_by_email(self, email: str, *, max_wait: float = 600.0) -> PersonByEmail:
        """Return whom an e-mail address belongs to (Lix API, operation find_person_by_email). Costs 1 Org credit.

        The server may take the request and answer it later; then it is asked after 2 seconds, 4, and so on up to every
        30, until the answer is there.

        Args:
            email: The address.
            max_wait: Seconds to wait for such a later answer; the client's ``deadline`` bounds it too.

        Returns:
            PersonByEmail: without ``hits`` when nobody is known.

        Raises:
            InvalidArgumentError: the text is not an e-mail address, or ``max_wait`` is negative.
            QueuedError: there is no answer yet.
            APIError: see `lixasync.errors`. Once the request was taken, ``details["request_id"]`` of each error is
                what to ask for with `request`: it is paid for.
        """
        address = email_address("email", email)
        seconds: object = max_wait
        if not isinstance(seconds, int | float) or not seconds >= 0:
            raise InvalidArgumentError(f"max_wait is {max_wait!r}; it must be 0 seconds or more.")
        began, deadline = anyio.current_time(), self._core.options.deadline
        answer = await self._core.send(FIND_PERSON_BY_EMAIL, (("email", address),))
        if isinstance(answer, PersonByEmail):
            return answer
        until = anyio.current_time() + max_wait
        try:
            return await self._answer_to(answer, until if deadline is None else min(until, began + deadline))
        except LixasyncError as error:
            error.details["request_id"] = answer
            error.hint = f"{error.hint} Ask for it later: await lix.lookc.request({answer!r})".strip()
            raise

    async def _answer_to(self, later: str, until: float) -> PersonByEmail:
        pause = _FIRST_PAUSE
        while anyio.current_time() + pause <= until:
            await anyio.sleep(pause)
            found = await self._within(until).send(GET_ASYNC_REQUEST, (("request_id", later),))
            if found.answer is not None:
                return found.answer
            pause = min(2 * pause, _LONGEST_PAUSE)
        raise QueuedError(
            "The look-up is not answered yet.", operation=FIND_PERSON_BY_EMAIL.id, type="queued", retry_after=pause
        )

    def _within(self, until: float) -> Core:
        """Return the core with what is left of the time as its deadline, if it has one."""
        options = self._core.options
        if options.deadline is None:
            return self._core
        left = max(0.0, until - anyio.current_time())
        return attrs.evolve(self._core, options=attrs.evolve(options, deadline=left))

    async def request(self, request_id: str) -> AsyncRequest:
        """Return how far a request is that is answered later (Lix API, operation get_async_request).

        Args:
            request_id: The id that LookC gave when it took the request.

        Raises:
            InvalidArgumentError: the id is empty.
            NotFoundError: there is no such request.
            APIError: see `lixasync.errors`.
        """
        return await self._core.send(GET_ASYNC_REQUEST, (("request_id", required("request_id", request_id)),))

    def employees(
        self,
        org_id: str,
        *,
        page_size: int | None = None,
        max_items: int | None = None,
        max_credits: int | None = None,
        resume: str | None = None,
    ) -> Pager[Employee]:
        """Stream the employees of an organisation (Lix API, operation list_organisation_employees).

        Its cost is not stated; each page is counted as one credit. Known from the vendor's scripts only; it may change.

        Args:
            org_id: LookC's id of the organisation, a UUID.
            page_size: Employees to ask for per page, from 1 up; None leaves it to the server.
            max_items: Stop after so many employees; None for all.
            max_credits: Stop before the page that would cost more than so many credits in all.
            resume: A cursor of an earlier stream of the same organisation.

        Yields:
            Employee: today's and former ones; ``date_ended`` is None for those who are there today.

        Raises:
            InvalidArgumentError: the id is empty.
            CursorError: the cursor is damaged or of another organisation.
            APIError: while iterating, see `lixasync.errors`; with ``cursor`` to go on from.
        """
        operation = LIST_ORGANISATION_EMPLOYEES.at(org_id=required("org_id", org_id))
        count = None if page_size is None else check_page_size(page_size, None)
        return paged(
            self._core,
            operation,
            lambda query: TokenCursor(query=query, name="after"),
            (),
            choices=(("page_size", None if count is None else str(count)),),
            page_size=count,
            max_items=max_items,
            max_credits=max_credits,
            resume=resume,
        )


def parse_webhook(body: bytes | str | dict[str, Any]) -> Webhook:
    """Return what LookC calls back with, read (Lix API, section LookC API).

    No signature is documented: nothing in a body proves that LookC sent it. Serve the callback under an address that
    nobody can guess, and take what matters from `LookC.request`.

    Args:
        body: The body of the callback: bytes, text, or parsed JSON.

    Raises:
        DecodeError: the body cannot be read.
    """
    data = parse(body.encode() if isinstance(body, str) else body) if isinstance(body, bytes | str) else body
    if not isinstance(data, dict):
        raise UnknownShapeError(
            f"The body of a webhook is a JSON object, not {type(data).__name__}.", hint="Pass the body as it came."
        )
    return webhook(Decoder(), data)
