"""The commands that ask LinkedIn's own API."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Annotated, Literal

from cyclopts import Parameter
from rich.console import Console

from lixasync import InvalidArgumentError, LinkedInClient, Member, Page
from lixasync.cli.arguments import duration, facet, fields, moment, names
from lixasync.cli.deliver import deliver
from lixasync.cli.follow import follow
from lixasync.cli.hints import LINKEDIN
from lixasync.cli.logs import log_to
from lixasync.cli.options import ABOUT_WATCH, GuardedOutput, LinkedInOptions, RangeOptions, WatchOptions
from lixasync.cli.tell import clean, err
from lixasync.linkedin.connections import Modified
from lixasync.linkedin.terms import Network

_RANGE = RangeOptions()
_OUTPUT = GuardedOutput()
_CLIENT = LinkedInOptions()

FieldsText = Annotated[
    str | None,
    Parameter(
        name="--fields",
        help="Fields of each person, such as id,first-name,location:(name,country:(code)); basic or search for the "
        "usual ones of connections or searches. By default the server's own choice.",
        metavar="SELECTOR",
    ),
]
Start = Annotated[int, Parameter(help="Index of the first one, from 0.", metavar="N")]


def _set_up(options: LinkedInOptions) -> tuple[Console, LinkedInClient]:
    console = err()
    if options.verbose:
        log_to(console)
    return console, options.client()


async def connections(
    *,
    member: Annotated[
        str | None, Parameter(help="Id or profile address of the token's own member: others' cannot be read.")
    ] = None,
    selector: FieldsText = None,
    modified: Annotated[
        Modified | None,
        Parameter(help="Only new ones, or those whose profile was updated, since --modified-since."),
    ] = None,
    modified_since: Annotated[
        str | None,
        Parameter(help="ISO 8601, in UTC unless it says otherwise, or milliseconds since 1970.", metavar="MOMENT"),
    ] = None,
    secure_urls: Annotated[
        bool | None, Parameter(help="Whether addresses in the answers use https; by default as the server likes.")
    ] = None,
    start: Start = 0,
    page_size: Annotated[int, Parameter(help="Connections a page, 1 to 500; each page is a call.", metavar="N")] = 500,
    bounds: RangeOptions = _RANGE,
    output: GuardedOutput = _OUTPUT,
    client: LinkedInOptions = _CLIENT,
) -> int:
    """Stream the member's connections. Each page is a call of the daily quota.

    The token is read from LINKEDIN_ACCESS_TOKEN: see `lixasync linkedin --help`. Members who hide from applications
    come with the text private for id and names.

    Example: `lixasync linkedin connections --modified new --modified-since 2026-11-01`
    """
    console, linkedin = _set_up(client)
    async with linkedin:
        pager = linkedin.connections(
            member,
            fields=fields(selector),
            modified=modified,
            modified_since=None if modified_since is None else moment("--modified-since", modified_since),
            secure_urls=secure_urls,
            start=start,
            page_size=page_size,
            max_items=bounds.max_items,
            resume=bounds.cursor,
        )
        with output.open(append=bounds.resume is not None) as out:
            return await deliver(
                linkedin.limits, pager, noun="connections", output=out, console=console, hints=LINKEDIN
            )


async def search(
    *,
    keywords: Annotated[str | None, Parameter(help="Words that all stand in the profile.")] = None,
    first_name: Annotated[str | None, Parameter(help="First name, exactly (2010).")] = None,
    last_name: Annotated[str | None, Parameter(help="Last name, exactly (2010).")] = None,
    name: Annotated[str | None, Parameter(help="Words of the name; one alone is a last name (2009).")] = None,
    company: Annotated[str | None, Parameter(help="Name of a company.")] = None,
    current_company: Annotated[
        bool | None,
        Parameter(help="Only those who work there now; or who no longer do (2010), who ever did (2009)."),
    ] = None,
    title: Annotated[str | None, Parameter(help="Title of a position.")] = None,
    current_title: Annotated[bool | None, Parameter(help="The same for --title.")] = None,
    school: Annotated[str | None, Parameter(help="Name of a school (2010).")] = None,
    current_school: Annotated[bool | None, Parameter(help="The same for --school (2010).")] = None,
    industry: Annotated[
        tuple[str, ...],
        Parameter(negative="", show_default=False, help="Code or name of an industry; repeat it for any of several."),
    ] = (),
    country: Annotated[str | None, Parameter(help="Two letters; in 2009 with --search-location-type I.")] = None,
    postal_code: Annotated[str | None, Parameter(help="Postal code; needs --country.")] = None,
    distance: Annotated[int | None, Parameter(help="Miles around --postal-code (2010).", metavar="MILES")] = None,
    search_location_type: Annotated[
        Literal["I", "Y"] | None, Parameter(help="I within country or postal code, Y anywhere (2009).")
    ] = None,
    network: Annotated[
        Network | None,
        Parameter(help="In the member's network, out of it, or both: two searches, without repeats."),
    ] = None,
    facet_values: Annotated[
        tuple[str, ...],
        Parameter(
            name="--facet",
            negative="",
            show_default=False,
            help="Values of a facet to filter by, such as industry=4,6 or location=us:84; may be repeated (2010).",
            metavar="NAME=VALUE,...",
        ),
    ] = (),
    facets: Annotated[
        tuple[str, ...],
        Parameter(
            negative="",
            show_default=False,
            help="Facets to count: location, industry, network, language, current-company, past-company, school. "
            "The counts go to standard error (2010).",
            metavar="NAME,...",
        ),
    ] = (),
    sort: Annotated[
        str | None,
        Parameter(help="connections, recommenders, distance or relevance; in 2009 ctx, endorsers and the last two."),
    ] = None,
    selector: FieldsText = None,
    start: Start = 0,
    page_size: Annotated[
        int, Parameter(help="People a page, 1 to 25, in 2009 to 10; each page is a call.", metavar="N")
    ] = 10,
    bounds: RangeOptions = _RANGE,
    output: GuardedOutput = _OUTPUT,
    client: LinkedInOptions = _CLIENT,
) -> int:
    """Stream the people a search of the member finds: all terms must match. At most 100 are listed.

    The token is read from LINKEDIN_ACCESS_TOKEN: see `lixasync linkedin --help`. Each page is a call of the daily
    quota, by documentation 100 for searches. When the list is cut off, standard error tells how many can be listed
    (total) and how many match (num_results).

    Example: `lixasync linkedin search --company Acme --current-company --network both --page-size 25`
    """
    console, linkedin = _set_up(client)
    async with linkedin:
        pager = linkedin.search.people(
            keywords=keywords,
            first_name=first_name,
            last_name=last_name,
            name=name,
            company=company,
            current_company=current_company,
            title=title,
            current_title=current_title,
            school=school,
            current_school=current_school,
            industry=industry or None,
            country=country,
            postal_code=postal_code,
            distance=distance,
            search_location_type=search_location_type,
            network=network,
            facet=facet(facet_values),
            facets=names(facets),
            sort=sort,
            fields=fields(selector),
            start=start,
            page_size=page_size,
            max_items=bounds.max_items,
            resume=bounds.cursor,
        )
        with output.open(append=bounds.resume is not None) as out:
            return await deliver(
                linkedin.limits,
                pager,
                noun="people",
                output=out,
                console=console,
                hints=LINKEDIN,
                remarks=_counted(),
            )


def _counted() -> Callable[[Page[Member]], Iterator[str]]:
    """Return what tells the counts of facets, once for each search."""
    told: object = ()

    def counts(page: Page[Member]) -> Iterator[str]:
        nonlocal told
        found = page.meta.get("facets", ())
        if found == told:
            return
        told = found
        for each in found:
            buckets = (f"{bucket.name} ({bucket.code}) {bucket.count:,}" for bucket in each.buckets)
            yield clean(f"facet {each.code}: {', '.join(buckets) or 'nothing'}")

    return counts


async def watch(
    *,
    watching: WatchOptions,
    modified: Annotated[
        Modified, Parameter(group=ABOUT_WATCH, help="New connections, or those whose profile was updated.")
    ] = "new",
    since: Annotated[
        str | None,
        Parameter(
            group=ABOUT_WATCH,
            help="Where a new watch begins: ISO 8601, in UTC unless it says otherwise, or milliseconds since 1970. By "
            "default now. Not used once there is a state.",
            metavar="MOMENT",
        ),
    ] = None,
    overlap: Annotated[
        str,
        Parameter(
            group=ABOUT_WATCH,
            help="How far each poll reaches back before the last one, for changes that can be seen only late; what "
            "that repeats is not printed again, save members who hide: nothing tells them apart.",
            metavar="DURATION",
        ),
    ] = "5m",
    selector: FieldsText = None,
    client: LinkedInOptions = _CLIENT,
) -> int:
    """Print new connections of the member, or those whose profile was updated, as they come. Each poll is a call.

    The token is read from LINKEDIN_ACCESS_TOKEN: see `lixasync linkedin --help`. One line a change; since and until
    are moments of the server's clock, and the key of a member is the same in all lines, as long as the state is kept:

    ```text
    {"change": "added", "since": "...Z", "until": "...Z", "key": "...", "item": {...}}
    {"change": "changed", "since": "...Z", "until": "...Z", "key": "...", "item": {...}}
    ```

    The first is of --modified new, the other of --modified updated. Who is gone is not told. Lines are out before the
    state says that they are, so none is lost. Ctrl-C ends the watch; the same command goes on where it ended. Failures
    that pass, such as the daily limit, are waited out.

    Example: `lixasync linkedin watch --every 15m --state connections.watermark`
    """
    console, linkedin = _set_up(client)
    chosen = fields(selector)
    if chosen is not None and "id" not in chosen.paths():
        raise InvalidArgumentError(
            "--fields names no id, and a watch tells members apart by it.",
            hint=f"Write --fields 'id,{selector}'.",
        )
    async with linkedin:
        following = linkedin.watch(
            watching.interval(),
            watching.state,
            modified=modified,
            fields=chosen,
            since=None if since is None else moment("--since", since),
            overlap=duration("--overlap", overlap, zero=True),
        )
        return await follow(
            linkedin.limits,
            following,
            noun="connections",
            state=watching.state,
            once=watching.once,
            console=console,
            hints=LINKEDIN,
        )
