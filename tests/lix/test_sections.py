"""Every method that has no pages against the sandbox, and what the items of the others hold."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from lix_runs import ACCOUNTS, COMPANY, JOBS, ORGANISATIONS, POST, POSTS, PROFILE, VIEWER, VIEWERS, client, known
from tests.support.fake import LEADS, SEARCH

from lixasync import APIError, NotFoundError, ViewerError
from lixasync.sandbox import Sandbox

pytestmark = pytest.mark.anyio

JOB = 4_012_345_678_901
UNREADABLE = "https://www.linkedin.com/company/cedar-cloud-1433"


class TestEnrichment:
    @pytest.mark.parametrize("number", [0, 1, 2, 3])
    async def test_a_person_by_link_and_by_email(self, sandbox: Sandbox, number: int) -> None:
        raw = sandbox.person(number)
        slug = raw["link"].rpartition("/")[2]
        async with client(sandbox) as lix:
            by_link = await lix.enrichment.person(raw["link"])
            by_email = await lix.enrichment.person(email=f"{slug}@example.com", viewer_id=VIEWER)
        assert by_link == by_email
        assert (by_link.raw, by_link.link) == (raw, raw["link"])

    async def test_employment_by_link_and_by_id(self, sandbox: Sandbox) -> None:
        number = next(number for number in range(50) if len(sandbox.person(number).get("experience") or ()) > 1)
        raw = sandbox.person(number)
        async with client(sandbox) as lix:
            found = await lix.enrichment.employment(raw["link"])
            assert await lix.enrichment.employment(profile_id=raw["link"].rpartition("/")[2]) == found
        assert [each.title for each in found.experiences] == [job["title"] for job in raw["experience"]]

    async def test_extended(self, sandbox: Sandbox) -> None:
        async with client(sandbox) as lix:
            top = [(await lix.enrichment.extended(sandbox.person(number)["link"])).top_voice for number in (0, 1, 7)]
        assert top == [True, False, True]

    async def test_a_job_and_its_hirers(self, sandbox: Sandbox) -> None:
        async with client(sandbox) as lix:
            job = await lix.enrichment.job(JOB)
            hirers = [await lix.enrichment.hirers(str(JOB + number)) for number in range(8)]
        assert (job.id, job.url) == (str(JOB), f"https://www.linkedin.com/jobs/view/{JOB}/")
        assert job.company is not None
        assert job.company.name
        assert {len(each) for each in hirers} > {0}
        assert all(person.name and person.link for each in hirers for person in each)

    @pytest.mark.parametrize("variant", ["head", "later", "bare"])
    async def test_an_organisation_in_all_shapes(self, sandbox: Sandbox, variant: Any) -> None:
        sandbox.reset(variant=variant)
        async with client(sandbox) as lix:
            found = await lix.enrichment.organisation(COMPANY)
            same = await lix.enrichment.organisation("https://www.linkedin.com/sales/company/1013")
        assert found == same
        assert (found.name, found.link, found.employee_count) == ("Ledgerloom", COMPANY, 140)
        assert found.remark is None

    async def test_organisations_of_a_website(self, sandbox: Sandbox) -> None:
        async with client(sandbox) as lix:
            by_website = await lix.enrichment.organisations_by_website("https://ledgerloom-1013.example.com/about")
            by_domain = await lix.enrichment.organisations_by_domain("ledgerloom-1013.example.com")
            nobody = await lix.enrichment.organisations_by_website("nobody.example.org")
        assert [each.name for each in by_website] == ["Ledgerloom"]
        assert by_domain == by_website
        assert nobody == ()

    async def test_an_organisations_page_that_could_not_be_read(self, sandbox: Sandbox) -> None:
        async with client(sandbox) as lix:
            with pytest.raises(APIError, match="could not be read") as caught:
                await lix.enrichment.organisation(UNREADABLE)
            assert lix.limits.snapshot().quota.credits == {}
        assert type(caught.value) is APIError
        assert caught.value.status == 200
        assert sandbox.stats()["org_credits_left"] == sandbox.settings.org_credits

    async def test_a_post(self, sandbox: Sandbox) -> None:
        async with client(sandbox) as lix:
            post = await lix.enrichment.post(POST)
        assert (post.urn, post.num_likes, post.num_comments) == (POST, 34, 34)

    @pytest.mark.parametrize("variant", ["head", "later"])
    async def test_who_comments_and_reacts(self, sandbox: Sandbox, variant: Any) -> None:
        sandbox.reset(variant=variant)
        async with client(sandbox) as lix:
            comments = await lix.enrichment.post_comments(POST).collect()
            reactions = await lix.enrichment.post_reactions(POST).collect()
        assert {comment.post_urn for comment in comments} == {POST}
        assert comments[0].author == reactions[0].actor or variant == "head"
        assert len({reaction.actor.link for reaction in reactions if reaction.actor}) == 34
        assert {reaction.reaction_type for reaction in reactions} > {"LIKE", "LOVE"}

    async def test_followers(self, sandbox: Sandbox) -> None:
        async with client(sandbox) as lix:
            first = await lix.enrichment.followers(COMPANY).first()
            with pytest.raises(ViewerError):
                await lix.enrichment.followers(COMPANY, viewer_id="nobody").first()
        assert first is not None
        assert first.public_identifier

    @pytest.mark.parametrize("what", ["person", "job", "organisation"])
    async def test_what_does_not_exist(self, sandbox: Sandbox, what: str) -> None:
        subject = {"person": f"{PROFILE}-x", "job": 1, "organisation": "https://www.linkedin.com/company/no-one"}[what]
        async with client(sandbox) as lix:
            with pytest.raises(NotFoundError, match="not found") as caught:
                await getattr(lix.enrichment, what)(subject)
        assert (caught.value.status, caught.value.type) == (404, "not_found")
        assert caught.value.trace_id


class TestSearches:
    async def test_what_each_finds(self, sandbox: Sandbox) -> None:
        sandbox.reset(search_results=30)
        async with client(sandbox) as lix:
            people = await lix.search.people(SEARCH).collect()
            leads = await lix.sales.leads(LEADS).collect()
            jobs = await lix.search.jobs(JOBS).collect()
            posts = await lix.search.posts(POSTS).collect()
            organisations = await lix.search.organisations(ORGANISATIONS).collect()
            accounts = await lix.sales.accounts(ACCOUNTS).collect()
        truth = [sandbox.person(number) for number in range(30)]
        assert [person.raw for person in people] == [person.raw for person in leads] == truth
        assert all(job.title and job.url for job in jobs)
        assert len({post.identity for post in posts}) == 30
        assert any(post.text and post.actor for post in posts)
        assert [each.raw for each in organisations] == [each.raw for each in accounts]
        assert organisations[1].name == "Ledgerloom"

    async def test_a_stream_begins_at_the_page_of_the_url(self, sandbox: Sandbox) -> None:
        sandbox.reset(search_results=60)
        async with client(sandbox) as lix:
            people = await lix.search.people(f"{SEARCH}&page=3").collect()
            leads = await lix.sales.leads(f"{LEADS}&page=2").collect()
            jobs = await lix.search.jobs(f"{JOBS}&start=40").collect()
        assert [person.raw for person in people] == [sandbox.person(number) for number in range(20, 60)]
        assert [person.raw for person in leads] == [sandbox.person(number) for number in range(25, 60)]
        assert len(jobs) == 20

    @pytest.mark.parametrize("viewer", [None, VIEWER])
    async def test_an_order_that_lasts_with_and_without_viewer(self, sandbox: Sandbox, viewer: str | None) -> None:
        sandbox.reset(search_results=70)
        async with client(sandbox, viewer_id=None) as lix:
            for search in (lix.search.people(SEARCH, viewer_id=viewer), lix.sales.leads(LEADS, viewer_id=viewer)):
                assert [person.raw async for person in search] == [sandbox.person(number) for number in range(70)]

    async def test_leads_by_one_filter(self, sandbox: Sandbox) -> None:
        async with client(sandbox) as lix:
            (colorado,) = await lix.sales.facets("BING_GEO", "Colorado").collect()
            pager = lix.sales.leads_by(location=colorado, location_parameter="locations")
            found = await pager.collect()
            assert found == await lix.sales.leads_by(location="Colorado, United States").collect()
        assert {person.location for person in found} == {"Colorado, United States"}
        assert len(found) == 25
        assert pager.total is not None
        assert pager.total > 25

    async def test_candidates_have_the_skills(self, sandbox: Sandbox) -> None:
        async with client(sandbox) as lix:
            found = await lix.recruiter.candidates("sql").collect()
        assert len(found) > 25
        assert all("SQL" in {skill.name for skill in person.skills} for person in found)
        assert sandbox.stats()["by_path"]["/v1/li/recruiter/search/facet"] == 1

    async def test_lists_belong_to_a_viewer(self, sandbox: Sandbox) -> None:
        async with client(sandbox) as lix:
            leads = await lix.sales.lead_list(7_012_345_678_901_234_567, max_items=30).collect()
            with pytest.raises(ViewerError):
                await lix.sales.account_list(7, viewer_id="nobody").first()
        assert len({lead.link for lead in leads}) == 30


class TestActivity:
    @pytest.mark.parametrize("variant", ["head", "later"])
    async def test_what_a_person_does(self, sandbox: Sandbox, variant: Any) -> None:
        sandbox.reset(variant=variant)
        async with client(sandbox) as lix:
            posts = await lix.activity.posts(PROFILE).collect()
            comments = await lix.activity.comments(PROFILE).collect()
            reactions = await lix.activity.reactions(PROFILE).collect()
        assert len(posts) == len(comments) == len(reactions) == 60
        assert all(post.text for post in posts)
        assert all(comment.post_urn for comment in comments)
        assert reactions[0].date_reacted == "1w"


class TestMessages:
    async def test_conversations_and_their_messages(self, sandbox: Sandbox) -> None:
        ids = known(sandbox, messages=30)
        async with client(sandbox) as lix:
            conversation = await lix.messages.conversations().first()
            assert conversation is not None
            messages = await lix.messages.list(conversation_urn=ids.conversation).collect()
            ident = ids.conversation.rpartition(",")[2].rstrip(")")
            assert await lix.messages.list(conversation_id=ident).collect() == messages
            anchor = messages[10].delivered_at
            assert anchor is not None
            window = await lix.messages.around(anchor, before=3, after=2, conversation_id=ident)
        assert conversation.conversation_urn == ids.conversation
        assert len(messages) == 30
        assert list(window) == messages[8:14]

    async def test_threads_of_sales_navigator(self, sandbox: Sandbox) -> None:
        ids = known(sandbox)
        async with client(sandbox) as lix:
            threads = await lix.sales.threads(filter="INBOX", page_size=20).collect()
            thread = await lix.sales.thread(threads[4].id or "", message_count=100)
            answered = await lix.sales.send_message("Hello", thread_id=ids.thread, copy_to_crm=True)
            begun = await lix.sales.send_message("Hello", recipients=[PROFILE, "ACwAA"], subject="Kelp")
        assert threads[0].id == ids.thread
        assert len(thread.messages) == thread.total_message_count == 5
        assert answered.id == ids.thread
        assert begun.id != ids.thread
        assert sandbox.stats()["sales_messages"] == ["Hello", "Hello"]

    async def test_sending(self, sandbox: Sandbox) -> None:
        ids = known(sandbox)
        async with client(sandbox) as lix:
            sent = await lix.messages.send("Grüße 🌊\n", conversation_urn=ids.conversation)
        assert sent.body_text == "Grüße 🌊\n"
        assert sandbox.stats()["sends"] == ["Grüße 🌊\n"]

    async def test_inviting(self, sandbox: Sandbox) -> None:
        sandbox.reset(weekly_invitations=50)
        async with client(sandbox) as lix:
            invitation = await lix.invitations.send(PROFILE, message="Hello")
            await lix.invitations.send(profile_id="robin-marlowe")
            left = await lix.invitations.remaining()
        assert invitation.success
        assert (invitation.entity_urn or "").startswith("urn:li:fsd_invitation:")
        assert (left.weekly_limit, left.used, left.remaining) == (50, 2, 48)
        assert left.next_refresh is not None
        assert left.next_refresh.weekday() == 0
        assert timedelta(0) < left.next_refresh - datetime.now(UTC) <= timedelta(days=7)


class TestIds:
    @pytest.mark.parametrize("variant", ["head", "later", "bare"])
    @pytest.mark.parametrize("kind", ["person", "organisation"])
    async def test_each_leads_to_the_others(self, sandbox: Sandbox, kind: str, variant: Any) -> None:
        sandbox.reset(variant=variant)
        slug = sandbox.person(3)["link"].rpartition("/")[2] if kind == "person" else "ledgerloom-1013"
        async with client(sandbox) as lix:
            ask = getattr(lix.ids, kind)
            found = await ask(li_flagship_id=slug)
            assert await ask(sales_nav_id=found.sales_nav_id) == await ask(lix_id=found.lix_id) == found
        assert found.li_id == slug


class TestAccount:
    @pytest.mark.parametrize("variant", ["head", "later"])
    async def test_what_is_left(self, sandbox: Sandbox, variant: Any) -> None:
        sandbox.reset(variant=variant, credits=77, email_credits=5, org_credits=9)
        async with client(sandbox) as lix:
            balances = await lix.account.balances()
            allowance = await lix.account.daily_allowance()
        assert (balances.standard, balances.email) == (77, 5)
        assert balances.lookc == (9 if variant == "later" else None)
        assert allowance.refreshes_at is not None
        assert (allowance.refreshes_at.hour, allowance.refreshes_at.minute) == (0, 0)

    async def test_the_connected_accounts(self, sandbox: Sandbox) -> None:
        sandbox.reset(viewers=VIEWERS)
        async with client(sandbox) as lix:
            accounts = await lix.account.linkedin_accounts().collect()
            own = await lix.account.linkedin_account()
        assert [account.viewer_id for account in accounts] == list(VIEWERS)
        assert own == accounts[0]
        assert own.warmup is not None
