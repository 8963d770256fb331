"""``lixasync sales``: Sales Navigator."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter

from lixasync.cli.declare import FREE, looking_up, searching, streaming
from lixasync.cli.filters import described
from lixasync.cli.subjects import AnyUrl, page_size

if TYPE_CHECKING:
    from lixasync import LixClient, Pager, Person, Suggestion
    from lixasync.cli.options import BoundOptions, RangeOptions
    from lixasync.models import Organisation, SalesThread

ListId = Annotated[str, Parameter(help="The number in the list's address.")]


@searching("leads", "leads")
def leads(lix: LixClient, bounds: BoundOptions, url: AnyUrl = None, /, **filters: Any) -> Pager[Person]:
    """Stream the leads a search finds, by its address or by filters. A page of 25 costs 1 credit.

    At most 2,500 are listed; --partition-by divides a search by filters that matches more.

    Example: `lixasync sales leads --title "Software Engineer" --company Acme --exclude-location Berlin`
    """
    ask: Callable[..., Pager[Person]] = lix.sales.leads
    return ask(url, **bounds.arguments(), **filters)


@searching("accounts", "accounts")
def accounts(lix: LixClient, bounds: BoundOptions, url: AnyUrl = None, /, **filters: Any) -> Pager[Organisation]:
    """Stream the accounts a search finds, by its address or by filters. A page of 25 costs 1 credit.

    At most 2,500 are listed; --partition-by divides a search by filters that matches more.

    Example: `lixasync sales accounts --industry "Software Development" --headcount 51-200 --annual-revenue 1..50`
    """
    ask: Callable[..., Pager[Organisation]] = lix.sales.accounts
    return ask(url, **bounds.arguments(), **filters)


@streaming("leads")
def leads_by(
    lix: LixClient,
    bounds: BoundOptions,
    /,
    *,
    person_title: Annotated[
        str | None, Parameter(help="Text of a job title, or id:9=its name.", metavar="TEXT")
    ] = None,
    location: Annotated[
        str | None, Parameter(help='Text of a place, or "id:105763813=Colorado, United States".', metavar="TEXT")
    ] = None,
    organisation: Annotated[
        str | None, Parameter(help="Text of a company's name, or id:1441=its name.", metavar="TEXT")
    ] = None,
    keywords: Annotated[str | None, Parameter(help="Words anywhere in the profile.", metavar="TEXT")] = None,
    location_parameter: Annotated[
        Literal["location", "locations"],
        Parameter(help="The name under which the place is sent; the API's reference gives two."),
    ] = "location",
) -> Pager[Person]:
    """Stream the first 25 leads that match; the API documents no way to more. Costs 1 credit.

    `lixasync sales leads` reaches them all.

    Example: `lixasync sales leads-by --person-title engineer --location Berlin`
    """
    return lix.sales.leads_by(
        person_title=described("--person-title", person_title),
        location=described("--location", location),
        organisation=described("--organisation", organisation),
        keywords=keywords,
        location_parameter=location_parameter,
        **bounds.arguments(),
    )


@streaming("leads")
def lead_list(lix: LixClient, bounds: BoundOptions, list_id: ListId, /) -> Pager[Person]:
    """Stream a saved list of leads. A page of 25 costs 1 credit; the viewer must own the list.

    Example: `lixasync sales lead-list 7019605025920286720 --viewer-id robin-marlowe`
    """
    return lix.sales.lead_list(list_id, **bounds.arguments())


@streaming("accounts")
def account_list(lix: LixClient, bounds: BoundOptions, list_id: ListId, /) -> Pager[Organisation]:
    """Stream a saved list of accounts. A page of 25 costs 1 credit; the viewer must own the list.

    Example: `lixasync sales account-list 7019605025920286721 --viewer-id robin-marlowe`
    """
    return lix.sales.account_list(list_id, **bounds.arguments())


@streaming("threads")
def threads(
    lix: LixClient,
    bounds: BoundOptions,
    /,
    *,
    which: Annotated[
        str | None, Parameter(name="--filter", help="Which threads; INBOX is the default and the only one documented.")
    ] = None,
    page_size: Annotated[int, page_size("Threads")] = 20,
) -> Pager[SalesThread]:
    """Stream the viewer's message threads, latest first. A page costs 1 credit.

    Example: `lixasync sales threads --viewer-id robin-marlowe --max-items 20`
    """
    return lix.sales.threads(filter=which, page_size=page_size, **bounds.arguments())


@looking_up()
async def thread(
    lix: LixClient,
    thread_id: Annotated[str, Parameter(help="Id of a thread, as `lixasync sales threads` shows it.")],
    /,
    *,
    message_count: Annotated[
        int | None, Parameter(help="How many of its messages; 10 by the server's default.", metavar="N")
    ] = None,
) -> SalesThread:
    """Show message threads of the viewer. Each costs 1 credit.

    Example: `lixasync sales thread 2-MTY4 --message-count 50 --viewer-id robin-marlowe`
    """
    return await lix.sales.thread(thread_id, message_count=message_count)


@streaming("suggestions", bounds=FREE)
def facets(
    lix: LixClient,
    bounds: RangeOptions,
    type: Annotated[  # noqa: A002 - the reference's own word for it
        str,
        Parameter(
            help="COMPANY_WITH_LIST, TITLE, BING_GEO, INDUSTRY, SENIORITY_V2, FUNCTION, COMPANY_SIZE, SCHOOL or others."
        ),
    ],
    query: Annotated[
        str, Parameter(help="The beginning of a name; without it, the values of a facet that has few.")
    ] = "",
    /,
    *,
    page_size: Annotated[int, page_size("Suggestions, 1 to 100,")] = 100,
) -> Pager[Suggestion]:
    """Stream what Sales Navigator suggests for a text, with the ids that filters take. Free.

    Example: `lixasync sales facets COMPANY_WITH_LIST acme`
    """
    return lix.sales.facets(type, query, page_size=page_size, max_items=bounds.max_items, resume=bounds.resume)
