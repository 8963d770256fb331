"""``lixasync enrichment``: everything known of one person, organisation, job or post."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from lixasync.cli.declare import looking_up, streaming
from lixasync.cli.subjects import CompanyLink, JobId, PostUrn, ProfileLink, page_size

if TYPE_CHECKING:
    from lixasync import LixClient, Pager, Person
    from lixasync.cli.options import BoundOptions
    from lixasync.models import (
        Comment,
        Employment,
        Follower,
        JobPosting,
        Organisation,
        PersonExtended,
        Post,
        PostReaction,
    )


@looking_up()
async def person(
    lix: LixClient, link: Annotated[str, Parameter(help="Address of a LinkedIn profile, or an e-mail address.")], /
) -> Person:
    """Look profiles up by their address. Each costs 1 credit.

    A profile that does not exist is reported, and the others follow; the exit code is then 6. `lixasync person` and
    `lixasync enrichment person` are the same. E-mail addresses are newer than the API's documentation.

    Example: `lixasync person https://www.linkedin.com/in/robin-marlowe`
    """
    if "@" in link and "/" not in link:
        return await lix.enrichment.person(email=link)
    return await lix.enrichment.person(link)


@looking_up()
async def employment(
    lix: LixClient,
    link: Annotated[str, Parameter(help="Address of a LinkedIn profile, or the last part of it.")],
    /,
) -> Employment:
    """Look up the positions of persons. Each costs 1 credit.

    Example: `lixasync enrichment employment https://www.linkedin.com/in/robin-marlowe`
    """
    if "/" in link:
        return await lix.enrichment.employment(link)
    return await lix.enrichment.employment(profile_id=link)


@looking_up()
async def extended(lix: LixClient, link: ProfileLink, /) -> PersonExtended:
    """Look up what else is known of persons. Each costs 1 credit.

    Example: `lixasync enrichment extended https://www.linkedin.com/in/robin-marlowe`
    """
    return await lix.enrichment.extended(link)


@looking_up()
async def organisation(lix: LixClient, link: CompanyLink, /) -> Organisation:
    """Look organisations up by their address. Each costs 1 Org credit.

    Example: `lixasync enrichment organisation https://www.linkedin.com/company/acme`
    """
    return await lix.enrichment.organisation(link)


@looking_up()
async def organisations_by_website(
    lix: LixClient, website: Annotated[str, Parameter(help="Address of a site, or its bare domain.")], /
) -> tuple[Organisation, ...]:
    """Look up the organisations of a website, five at most. Each look-up costs 1 Org credit.

    Nothing is printed when none is known. Newer than the API's documentation; it may change.

    Example: `lixasync enrichment organisations-by-website acme.example`
    """
    return await lix.enrichment.organisations_by_website(website)


@streaming("followers")
def followers(
    lix: LixClient,
    bounds: BoundOptions,
    link: CompanyLink,
    /,
    *,
    page_size: Annotated[int, page_size("Followers, 1 to 100,")] = 100,
) -> Pager[Follower]:
    """Stream the followers of a company's page, which the viewer manages. A page costs 1 credit.

    Example: `lixasync enrichment followers https://www.linkedin.com/company/acme --viewer-id robin-marlowe`
    """
    return lix.enrichment.followers(link, page_size=page_size, **bounds.arguments())


@looking_up()
async def job(lix: LixClient, job_id: JobId, /) -> JobPosting:
    """Look job postings up. Each costs 1 credit.

    Example: `lixasync enrichment job 3471234567`
    """
    return await lix.enrichment.job(job_id)


@looking_up()
async def hirers(lix: LixClient, job_id: JobId, /) -> tuple[Person, ...]:
    """Look up who hires for jobs. Each job costs 1 credit; nothing is printed when nobody is named.

    Example: `lixasync enrichment hirers 3471234567`
    """
    return await lix.enrichment.hirers(job_id)


@looking_up()
async def post(lix: LixClient, post_urn: PostUrn, /) -> Post:
    """Look posts up. Each costs 1 credit.

    Example: `lixasync enrichment post urn:li:activity:7019605025920286720`
    """
    return await lix.enrichment.post(post_urn)


@streaming("comments")
def post_comments(lix: LixClient, bounds: BoundOptions, post_urn: PostUrn, /) -> Pager[Comment]:
    """Stream the comments on a post. A page of some ten costs 1 credit.

    Example: `lixasync enrichment post-comments urn:li:activity:7019605025920286720`
    """
    return lix.enrichment.post_comments(post_urn, **bounds.arguments())


@streaming("reactions")
def post_reactions(lix: LixClient, bounds: BoundOptions, post_urn: PostUrn, /) -> Pager[PostReaction]:
    """Stream who reacted to a post, and how. A page costs 1 credit.

    Example: `lixasync enrichment post-reactions urn:li:activity:7019605025920286720`
    """
    return lix.enrichment.post_reactions(post_urn, **bounds.arguments())
