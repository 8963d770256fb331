"""``lixasync lookc``: the LookC API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from lixasync.cli.declare import looking_up, streaming
from lixasync.cli.options import LookCOptions

if TYPE_CHECKING:
    from lixasync import LixClient, Pager
    from lixasync.cli.options import BoundOptions
    from lixasync.models import Employee, PersonByEmail

_CLIENT = LookCOptions()


@looking_up(client=_CLIENT)
async def person_by_email(
    lix: LixClient,
    email: Annotated[str, Parameter(help="An e-mail address.")],
    /,
    *,
    max_wait: Annotated[
        float, Parameter(help="Seconds to wait for an answer that comes later; then ask by `lixasync lookc request`.")
    ] = 600.0,
) -> PersonByEmail:
    """Look up whom e-mail addresses belong to. Each costs 1 Org credit.

    Example: `lixasync lookc person-by-email robin@example.com`
    """
    return await lix.lookc.person_by_email(email, max_wait=max_wait)


@looking_up(client=_CLIENT)
async def request(
    lix: LixClient,
    request_id: Annotated[str, Parameter(help="The id that was told when the answer was not ready.")],
    /,
) -> PersonByEmail:
    """Show the answers to look-ups that were not ready before. The exit code is 5 as long as they are not.

    Example: `lixasync lookc request 5f0c9a52-7d0e-4f0a-9d57-2b1f0e6f3f10`
    """
    from lixasync import QueuedError

    found = await lix.lookc.request(request_id)
    if found.answer is None:
        raise QueuedError(
            f"The look-up is not answered yet: the server says {found.status or 'nothing'}.",
            hint="Ask again in a while with the same command; it is paid for already.",
        )
    return found.answer


@streaming("employees", client=_CLIENT)
def employees(
    lix: LixClient,
    bounds: BoundOptions,
    org_id: Annotated[str, Parameter(help="LookC's id of an organisation, a UUID.")],
    /,
    *,
    page_size: Annotated[
        int | None, Parameter(help="Employees a page; by default as the server likes.", metavar="N")
    ] = None,
) -> Pager[Employee]:
    """Stream the employees of an organisation, today's and former ones. Each page is counted as 1 credit.

    Known from the vendor's scripts only; it may change.

    Example: `lixasync lookc employees 8c4de0a4-6e55-4a1e-9a52-7d0e4f0a9d57`
    """
    return lix.lookc.employees(org_id, page_size=page_size, **bounds.arguments())
