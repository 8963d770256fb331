"""What type checkers see of the public face. Not run: checked by mypy and pyright."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, assert_type

from lixasync import (
    AccessToken,
    AsyncRequest,
    Balances,
    Changes,
    Connection,
    Coverage,
    Exclude,
    Fields,
    LeadFilters,
    LinkedInClient,
    LixasyncError,
    LixClient,
    Member,
    OAuth1,
    Page,
    Pager,
    PartitionedPager,
    Person,
    Presence,
    RateLimit,
    Skill,
    StopReason,
    Suggestion,
    Text,
    Watch,
    Webhook,
    models,
    parse_webhook,
)
from lixasync.bulk import Job, JobStatus, Progress, Result, Run, Stop


async def streams(lix: LixClient) -> None:
    pager = lix.connections("robin-marlowe", page_size=500, max_items=10, resume=None)
    assert_type(pager, Pager[Connection])
    async for connection in pager:
        assert_type(connection, Connection)
        assert_type(connection.headline, str | None)
        assert_type(connection.extra, Mapping[str, Any])
    async for page in lix.sales.leads("https://www.linkedin.com/sales/search/people#query=()").pages():
        assert_type(page, Page[Person])
        assert_type(page.items, tuple[Person, ...])
        assert_type(page.cursor, str)
    async with lix.search.people("https://www.linkedin.com/search/results/people/").prefetch(2) as people:
        async for person in people:
            assert_type(person, Person)
    assert_type(await pager.collect(), list[Connection])
    assert_type(await pager.first(), Connection | None)
    assert_type(pager.stopped, StopReason | None)
    assert_type(pager.plan().requests, int | None)


async def answers(lix: LixClient) -> None:
    person = await lix.enrichment.person("https://www.linkedin.com/in/robin-marlowe")
    assert_type(person, Person)
    assert_type(person.num_of_connections, int | None)
    assert_type(await lix.account.balances(), Balances)
    assert_type((await lix.account.daily_allowance()).refreshes_at, datetime | None)
    assert_type(lix.limits.snapshot().rate.next_slot, float)
    assert_type(lix.with_options(lane="bulk", deadline=None), LixClient)


async def searches(lix: LixClient, suggestion: Suggestion) -> None:
    assert_type(lix.search.people("url"), Pager[Person])
    assert_type(lix.search.people(title="founder", relationship=[1, 2]), Pager[Person])
    assert_type(lix.search.people(keywords="a", partition_by="industries"), PartitionedPager[Person])
    assert_type(lix.search.jobs("url"), Pager[models.JobPosting])
    assert_type(lix.search.posts("url"), Pager[models.Post])
    assert_type(lix.search.organisations("url"), Pager[models.Organisation])
    assert_type(lix.sales.leads("url", viewer_id=None, max_items=5, max_credits=2, resume=None), Pager[Person])
    assert_type(lix.sales.leads(titles=["a", Exclude("b"), Text("c"), suggestion], changed_jobs=True), Pager[Person])
    divided = lix.sales.leads(titles="a", partition_by=["functions", "seniorities"])
    assert_type(divided, PartitionedPager[Person])
    assert_type(await divided.survey(), Coverage)
    assert_type(divided.coverage.parts[0].names, tuple[str, ...])
    async for person in divided:
        assert_type(person, Person)
    filters: LeadFilters = {"titles": "a", "locations": [suggestion, "Berlin"]}
    assert_type(lix.sales.leads(**filters), Pager[Person])
    assert_type(await lix.sales.leads_url(**filters), str)
    assert_type(lix.sales.accounts("url"), Pager[models.Organisation])
    assert_type(lix.sales.accounts(annual_revenue=(1, None)), Pager[models.Organisation])
    assert_type(lix.sales.accounts(keywords="a", partition_by="industries"), PartitionedPager[models.Organisation])
    assert_type(lix.sales.leads_by(person_title="a", location=suggestion), Pager[Person])
    assert_type(lix.sales.lead_list(7), Pager[Person])
    assert_type(lix.sales.account_list("7"), Pager[models.Organisation])
    assert_type(lix.sales.facets("TITLE", "a"), Pager[Suggestion])
    assert_type(lix.recruiter.candidates(["SQL", suggestion, Skill(name="Java", required=True)]), Pager[Person])
    assert_type(lix.recruiter.facets("java"), Pager[Suggestion])


def wrong_searches(lix: LixClient) -> None:
    lix.sales.leads(title="a")  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
    lix.sales.leads(relationship="1")  # type: ignore[arg-type]  # pyright: ignore[reportCallIssue, reportArgumentType]
    lix.sales.leads("url", partition_by="functions")  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue, reportArgumentType]
    lix.sales.accounts(titles="a")  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
    lix.search.people(locations=Exclude("a"))  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue, reportArgumentType]
    lix.sales.leads_by(location_parameter="place")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


async def records(lix: LixClient) -> None:
    assert_type(await lix.enrichment.person(email="a@example.com"), Person)
    assert_type(await lix.enrichment.employment(profile_id="a"), models.Employment)
    assert_type(await lix.enrichment.extended("link"), models.PersonExtended)
    assert_type(await lix.enrichment.organisation("link"), models.Organisation)
    assert_type(await lix.enrichment.organisations_by_website("site"), tuple[models.Organisation, ...])
    assert_type(await lix.enrichment.organisations_by_domain("domain"), tuple[models.Organisation, ...])
    assert_type(lix.enrichment.followers("link"), Pager[models.Follower])
    assert_type(await lix.enrichment.job(7), models.JobPosting)
    assert_type(await lix.enrichment.hirers("7"), tuple[Person, ...])
    assert_type(await lix.enrichment.post("urn"), models.Post)
    assert_type(lix.enrichment.post_comments("urn"), Pager[models.Comment])
    assert_type(lix.enrichment.post_reactions("urn"), Pager[models.PostReaction])
    assert_type(lix.activity.posts("link"), Pager[models.Post])
    assert_type(lix.activity.comments("link"), Pager[models.Comment])
    assert_type(lix.activity.reactions("link"), Pager[models.PersonReaction])
    assert_type(await lix.contact.email("link", until_valid=5), models.EmailAnswer)
    assert_type(await lix.ids.person(lix_id="a"), models.PersonIds)
    assert_type(await lix.ids.organisation(sales_nav_id="7"), models.OrganisationIds)
    assert_type(await lix.account.linkedin_account(), models.LinkedInAccount)
    assert_type(lix.account.linkedin_accounts(), Pager[models.LinkedInAccount])
    assert_type(await lix.account.put_linkedin_account({"li_at": "a"}), models.AttachedAccount)
    await lix.account.put_linkedin_account([("li_at", "a")])
    await lix.account.put_linkedin_account({"li_at": 7})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


async def messages(lix: LixClient) -> None:
    assert_type(lix.messages.conversations(), Pager[models.Conversation])
    assert_type(lix.messages.list(conversation_id="a"), Pager[models.Message])
    around = await lix.messages.around(datetime.now(UTC), before=2, conversation_id="a")
    assert_type(around, tuple[models.Message, ...])
    assert_type(await lix.messages.send("a", conversation_urn="urn"), models.Message)
    assert_type(lix.sales.threads(), Pager[models.SalesThread])
    assert_type(await lix.sales.thread("a", message_count=5), models.SalesThread)
    assert_type(await lix.sales.send_message("a", recipients=["b"], subject="c"), models.SalesThread)
    assert_type(await lix.invitations.send("link", message="a"), models.Invitation)
    assert_type((await lix.invitations.remaining()).next_refresh, datetime | None)


async def lookc(lix: LixClient) -> None:
    assert_type(await lix.lookc.person_by_email("a@example.com", max_wait=60), models.PersonByEmail)
    assert_type(await lix.lookc.request("req_1"), AsyncRequest)
    assert_type(lix.lookc.employees("a"), Pager[models.Employee])
    assert_type(parse_webhook(b"{}"), Webhook)
    LixClient("key", lookc_key="other", lookc_rate_limit=RateLimit(50, per=1))


async def members(linkedin: LinkedInClient, member: Member) -> None:
    assert_type(linkedin.connections(modified="new", modified_since=datetime.now(UTC)), Pager[Member])
    pager = linkedin.search.people(company="Acme", current_company=True, network="both", fields=Fields.SEARCH)
    assert_type(pager, Pager[Member])
    assert_type(pager.num_results, int | None)
    assert_type(await linkedin.profile_of(member), Member)
    assert_type(member.presence("summary"), Presence)
    assert_type(member.first_name, str | None)
    watch = linkedin.watch(every=timedelta(minutes=15), state="connections.watermark")
    assert_type(watch, Watch[Member])
    async for changes in watch:
        assert_type(changes, Changes[Member])
        assert_type(changes.added, tuple[Member, ...])
    assert_type(linkedin.with_options(lane="bulk"), LinkedInClient)
    linkedin.connections(modified="all")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    linkedin.search.people(keyword="x")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]


async def followed(lix: LixClient) -> None:
    async for changes in lix.watch_connections(every=60, state="state", viewer_id="robin-marlowe"):
        assert_type(changes, Changes[Connection])
        assert_type(changes.gone[0].identity, str | None)


async def jobs(lix: LixClient, linkedin: LinkedInClient) -> None:
    people = Job("people.db", lix.enrichment.person, inputs=["link", {"email": "a@example.com"}], params={})
    assert_type(people, Job[Person])
    assert_type(Job("hirers.db", lix.enrichment.hirers, inputs=range(9)), Job[tuple[Person, ...]])
    assert_type(Job("found.db", lix.search.people), Job[tuple[Person, ...]])
    assert_type(Job("leads.db", lix.sales.leads), Job[tuple[Person, ...]])
    assert_type(Job("network.db", lix.connections), Job[tuple[Connection, ...]])
    assert_type(Job("mine.db", linkedin.connections, permission="a b c"), Job[tuple[Member, ...]])
    assert_type(Job("strangers.db", linkedin.search.people, permission="a b c"), Job[tuple[Member, ...]])
    assert_type(Job.open("people.db"), Job[Any])
    assert_type(people.method, str)
    async with people.run(concurrency=8, max_credits=5, deadline=timedelta(hours=8), on_limit="stop") as run:
        assert_type(run, Run[Person])
        async for result in run:
            assert_type(result, Result[Person])
            assert_type(result.value, Person | None)
            assert_type(result.error, LixasyncError | None)
            assert_type(result.input, str | int | Mapping[str, Any])
        assert_type(run.progress(), Progress)
        assert_type(run.stopped, Stop | None)
        assert_type(run.until, datetime | None)
    assert_type(await people.run(), Stop)
    async for found in Job("found.db", lix.search.people).results():
        assert_type(found.value, tuple[Person, ...] | None)
        assert_type(found.stopped, StopReason | None)
    assert_type(await people.status(), JobStatus)
    assert_type((await people.plan()).seconds, float | None)
    assert_type(await people.retry_failed(["NotFoundError", LixasyncError]), int)
    assert_type(await people.export("people.parquet"), int)
    Job("people.db", lix.enrichment)  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue, reportArgumentType]
    people.run(on_limit="sleep")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def settings() -> None:
    LinkedInClient("token", generation="2009", daily_limits={"people-search": None})
    LinkedInClient(AccessToken("token", form="query"))
    LinkedInClient(auth=OAuth1(consumer_key="k", consumer_secret="s", token="t", token_secret="u"))
    LinkedInClient("token", generation="2011")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    assert_type(RateLimit(1, per=timedelta(seconds=3)).per, float)
    LixClient("key", rate_limit=RateLimit(50, per=1, burst=5, margin=0.1), lane="bulk", deadline=5)
    LixClient(lane="fast")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    LixClient("key", speed=3)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]


def errors(error: LixasyncError) -> None:
    assert_type(error.cursor, str | None)
    assert_type(error.retry_at, datetime | None)
