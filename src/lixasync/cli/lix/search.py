"""``lixasync search``: LinkedIn's own searches."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from lixasync.cli.declare import BOUNDS, CLIENT, OUTPUT, searching, streaming
from lixasync.cli.options import BoundOptions, ClientOptions, OutputOptions
from lixasync.cli.subjects import AnyUrl, SearchUrl

if TYPE_CHECKING:
    from lixasync import LixClient, Pager, Person
    from lixasync.lix.url_search import UrlSearch
    from lixasync.models import JobPosting, Organisation, Post


async def search(
    url: SearchUrl,
    /,
    *,
    bounds: BoundOptions = BOUNDS,
    output: OutputOptions = OUTPUT,
    client: ClientOptions = CLIENT,
) -> int:
    """Stream what a search finds. A page costs 1 credit.

    The address tells which search it is: `lixasync search URL` is the same as `lixasync search people URL`,
    `lixasync search jobs URL`, `lixasync search posts URL`, `lixasync search organisations URL`,
    `lixasync sales leads URL` or `lixasync sales accounts URL`.

    Example: `lixasync search "https://www.linkedin.com/search/results/people/?keywords=engineer" --max-items 250`
    """
    from lixasync.cli.run import stream

    noun, method = _search(url)
    return await stream(
        lambda lix: method(lix)(url, **bounds.arguments()), noun=noun, bounds=bounds, output=output, client=client
    )


def _search(url: str) -> tuple[str, Callable[[LixClient], Callable[..., Pager[Any]]]]:
    """Return what a search finds, and the method that takes its URL.

    Raises:
        SearchURLError: there is no such method.
    """
    from lixasync import SearchURLError
    from lixasync.lix import sales, search
    from lixasync.lix.links import on_linkedin

    kinds: tuple[tuple[UrlSearch[Any], str, Callable[[LixClient], Callable[..., Pager[Any]]]], ...] = (
        (search.SEARCH_PEOPLE, "people", lambda lix: lix.search.people),
        (search.SEARCH_JOBS, "jobs", lambda lix: lix.search.jobs),
        (search.SEARCH_POSTS, "posts", lambda lix: lix.search.posts),
        (search.SEARCH_ORGANISATIONS, "organisations", lambda lix: lix.search.organisations),
        (sales.SEARCH_SALES_LEADS, "leads", lambda lix: lix.sales.leads),
        (sales.SEARCH_SALES_ACCOUNTS, "accounts", lambda lix: lix.sales.accounts),
    )
    parts = on_linkedin(url.strip())
    for kind, noun, method in kinds:
        if parts is not None and kind.path.match(parts.path):
            return noun, method
    raise SearchURLError(
        f"This is not the URL of such a search: {url[:100]!r}.",
        hint="Copy the address from the browser, such as "
        "https://www.linkedin.com/search/results/people/?keywords=engineer or "
        "https://www.linkedin.com/sales/search/people#query=(...)",
    )


@searching("people", "people")
def people(lix: LixClient, bounds: BoundOptions, url: AnyUrl = None, /, **filters: Any) -> Pager[Person]:
    """Stream the people a search finds, by its address or by filters. A page of 10 or 25 costs 1 credit.

    At most 1,000 are listed; --partition-by divides a search by filters that matches more. For --company and --school,
    text:acme means any company or school with these words in its name. --plan knows the size of pages only as 10.

    Example: `lixasync search people --keywords engineer --company Acme --location Berlin --max-items 100`
    """
    ask: Callable[..., Pager[Person]] = lix.search.people
    return ask(url, **bounds.arguments(), **filters)


@streaming("jobs")
def jobs(lix: LixClient, bounds: BoundOptions, url: SearchUrl, /) -> Pager[JobPosting]:
    """Stream the jobs a search finds. A page costs 1 credit; at most 1,000 are listed.

    Example: `lixasync search jobs "https://www.linkedin.com/jobs/search/?keywords=engineer" --max-items 50`
    """
    return lix.search.jobs(url, **bounds.arguments())


@streaming("posts")
def posts(lix: LixClient, bounds: BoundOptions, url: SearchUrl, /) -> Pager[Post]:
    """Stream the posts a search finds. A page costs 1 credit; at most 1,000 are listed.

    Example: `lixasync search posts "https://www.linkedin.com/search/results/content/?keywords=hiring" --max-items 50`
    """
    return lix.search.posts(url, **bounds.arguments())


@streaming("organisations")
def organisations(lix: LixClient, bounds: BoundOptions, url: SearchUrl, /) -> Pager[Organisation]:
    """Stream the organisations a search finds. A page costs 1 credit; at most 1,000 are listed.

    Example: `lixasync search organisations "https://www.linkedin.com/search/results/companies/?keywords=software"`
    """
    return lix.search.organisations(url, **bounds.arguments())
