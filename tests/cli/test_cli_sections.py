"""Every command that reads from the Lix API, against the sandbox: what it prints is what the client's method gives."""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import anyio
import httpx
import pytest
from cli_runs import QUICK, Ran

from lixasync import AsyncRequest, LixClient, RateLimit, Suggestion
from lixasync.cli.table import COMMANDS
from lixasync.models import Model
from lixasync.sandbox import Sandbox

Cli = Callable[..., Ran]
Ask = Callable[[LixClient], Awaitable[Any]]

VIEWER = "robin-marlowe"
PROFILE = "https://www.linkedin.com/in/robin-marlowe"
COMPANY = "https://www.linkedin.com/company/ledgerloom-1013"
POST = "urn:li:activity:7019605025920286720"
PEOPLE = "https://www.linkedin.com/search/results/people/?keywords=engineer"
JOBS = "https://www.linkedin.com/jobs/search/?keywords=engineer"
POSTS = "https://www.linkedin.com/search/results/content/?keywords=engineer"
ORGANISATIONS = "https://www.linkedin.com/search/results/companies/?keywords=software"
LEADS = "https://www.linkedin.com/sales/search/people#query=(keywords:kelp)"
ACCOUNTS = "https://www.linkedin.com/sales/search/company#query=(keywords:kelp)"
COLORADO = Suggestion(id="105763813", text="Colorado, United States")


@functools.cache
def known(url: str, key: str) -> dict[str, str]:
    """Ids that nothing but the sandbox's answers tells, by what stands for them below."""

    def ask(path: str, **params: str) -> Any:
        response = httpx.get(url + path, params=params, headers={"authorization": key}, trust_env=False)
        return response.raise_for_status().json()

    conversation = ask("/v1/li/conversations", viewer_id=VIEWER)["conversations"][0]["conversationUrn"]
    return {
        "{company}": ask("/v1/organisation/ids", sales_nav_id="1013")["organisationIds"]["uuid"],
        "{conversation}": conversation,
        "{conversation id}": conversation.rpartition(",")[2].rstrip(")"),
        "{thread}": ask("/v1/li/sales/messages/threads", viewer_id=VIEWER)["data"]["elements"][0]["id"],
        "{job}": ask("/v1/li/linkedin/search/jobs", url=JOBS)["jobPostings"][0]["jobPostingUrl"].split("/")[-2],
    }


CASES: Sequence[tuple[str, Sequence[str], Callable[[LixClient, dict[str, str]], Awaitable[Any]]]] = (
    ("search", [PEOPLE], lambda lix, ids: lix.search.people(PEOPLE).collect()),
    ("search", [JOBS], lambda lix, ids: lix.search.jobs(JOBS).collect()),
    ("search", [POSTS], lambda lix, ids: lix.search.posts(POSTS).collect()),
    ("search", [ORGANISATIONS], lambda lix, ids: lix.search.organisations(ORGANISATIONS).collect()),
    ("search", [LEADS], lambda lix, ids: lix.sales.leads(LEADS).collect()),
    ("search", [ACCOUNTS], lambda lix, ids: lix.sales.accounts(ACCOUNTS).collect()),
    ("search people", [PEOPLE], lambda lix, ids: lix.search.people(PEOPLE).collect()),
    ("search jobs", [JOBS], lambda lix, ids: lix.search.jobs(JOBS).collect()),
    ("search posts", [POSTS], lambda lix, ids: lix.search.posts(POSTS).collect()),
    ("search organisations", [ORGANISATIONS], lambda lix, ids: lix.search.organisations(ORGANISATIONS).collect()),
    ("sales leads", [LEADS], lambda lix, ids: lix.sales.leads(LEADS).collect()),
    ("sales accounts", [ACCOUNTS], lambda lix, ids: lix.sales.accounts(ACCOUNTS).collect()),
    (
        "sales leads-by",
        ["--location", "id:105763813=Colorado, United States", "--organisation", "text:e"],
        lambda lix, ids: lix.sales.leads_by(location=COLORADO, organisation="e").collect(),
    ),
    (
        "sales leads-by",
        ["--person-title", "e", "--keywords", "x"],
        lambda lix, ids: lix.sales.leads_by(person_title="e", keywords="x").collect(),
    ),
    ("sales lead-list", ["7"], lambda lix, ids: lix.sales.lead_list(7).collect()),
    ("sales account-list", ["7"], lambda lix, ids: lix.sales.account_list(7).collect()),
    (
        "sales threads",
        ["--filter", "INBOX", "--page-size", "7"],
        lambda lix, ids: lix.sales.threads(page_size=7).collect(),
    ),
    (
        "sales thread",
        ["{thread}", "--message-count", "3"],
        lambda lix, ids: lix.sales.thread(ids["{thread}"], message_count=3),
    ),
    ("sales facets", ["FUNCTION"], lambda lix, ids: lix.sales.facets("FUNCTION").collect()),
    (
        "sales facets",
        ["COMPANY_WITH_LIST", "h", "--page-size", "2", "--max-items", "100"],
        lambda lix, ids: lix.sales.facets("COMPANY_WITH_LIST", "h").collect(),
    ),
    ("recruiter candidates", ["SQL"], lambda lix, ids: lix.recruiter.candidates("SQL").collect()),
    ("recruiter facets", ["java", "--type", "skill"], lambda lix, ids: lix.recruiter.facets("java").collect()),
    ("enrichment person", [PROFILE], lambda lix, ids: lix.enrichment.person(PROFILE)),
    ("enrichment employment", [PROFILE], lambda lix, ids: lix.enrichment.employment(PROFILE)),
    ("enrichment employment", ["robin-marlowe"], lambda lix, ids: lix.enrichment.employment(profile_id=VIEWER)),
    ("enrichment extended", [PROFILE], lambda lix, ids: lix.enrichment.extended(PROFILE)),
    ("enrichment organisation", [COMPANY], lambda lix, ids: lix.enrichment.organisation(COMPANY)),
    (
        "enrichment organisations-by-website",
        ["ledgerloom-1013.example.com"],
        lambda lix, ids: lix.enrichment.organisations_by_website("ledgerloom-1013.example.com"),
    ),
    (
        "enrichment followers",
        [COMPANY, "--page-size", "20"],
        lambda lix, ids: lix.enrichment.followers(COMPANY, page_size=20).collect(),
    ),
    ("enrichment job", ["{job}"], lambda lix, ids: lix.enrichment.job(ids["{job}"])),
    ("enrichment hirers", ["{job}"], lambda lix, ids: lix.enrichment.hirers(ids["{job}"])),
    ("enrichment post", [POST], lambda lix, ids: lix.enrichment.post(POST)),
    ("enrichment post-comments", [POST], lambda lix, ids: lix.enrichment.post_comments(POST).collect()),
    ("enrichment post-reactions", [POST], lambda lix, ids: lix.enrichment.post_reactions(POST).collect()),
    ("activity posts", [PROFILE], lambda lix, ids: lix.activity.posts(PROFILE).collect()),
    ("activity comments", [PROFILE], lambda lix, ids: lix.activity.comments(PROFILE).collect()),
    ("activity reactions", [PROFILE], lambda lix, ids: lix.activity.reactions(PROFILE).collect()),
    (
        "messages conversations",
        ["--page-size", "7"],
        lambda lix, ids: lix.messages.conversations(page_size=7).collect(),
    ),
    (
        "messages list",
        ["{conversation}"],
        lambda lix, ids: lix.messages.list(conversation_urn=ids["{conversation}"]).collect(),
    ),
    (
        "messages list",
        ["{conversation id}"],
        lambda lix, ids: lix.messages.list(conversation_urn=ids["{conversation}"]).collect(),
    ),
    ("invitations remaining", [], lambda lix, ids: lix.invitations.remaining()),
    ("invitations remaining", [VIEWER], lambda lix, ids: lix.invitations.remaining()),
    ("contact email", [PROFILE], lambda lix, ids: lix.contact.email(PROFILE)),
    ("ids person", ["--li-flagship-id", VIEWER], lambda lix, ids: lix.ids.person(li_flagship_id=VIEWER)),
    ("ids organisation", ["--sales-nav-id", "1013"], lambda lix, ids: lix.ids.organisation(sales_nav_id="1013")),
    ("account balances", [], lambda lix, ids: lix.account.balances()),
    ("account daily-allowance", [], lambda lix, ids: lix.account.daily_allowance()),
    ("account linkedin-account", [VIEWER], lambda lix, ids: lix.account.linkedin_account()),
    ("account linkedin-accounts", [], lambda lix, ids: lix.account.linkedin_accounts().collect()),
    ("lookc person-by-email", ["robin@example.com"], lambda lix, ids: lix.lookc.person_by_email("robin@example.com")),
    (
        "lookc employees",
        ["{company}", "--page-size", "9"],
        lambda lix, ids: lix.lookc.employees(ids["{company}"], page_size=9).collect(),
    ),
)
BULK = ("enrich", "fetch", "job", "worker")
"""Commands that run jobs, or are about them; they have tests of their own."""
ELSEWHERE = {"connections", "watch", "person", "balance", "operations", "demo", "sandbox", "lookc request"}
"""Commands that other tests run, and the one below."""


def given(sandbox: Sandbox, ask: Ask) -> list[dict[str, Any]]:
    """What the client gives, as plain data."""

    async def run() -> Any:
        unhurried = RateLimit(1000, per=1.0)
        async with LixClient(rate_limit=unhurried, lookc_url=sandbox.url) as lix:
            return await ask(lix)

    found = anyio.run(run)
    return [found.to_dict()] if isinstance(found, Model) else [each.to_dict() for each in found]


@pytest.fixture
def viewer(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    monkeypatch.setenv("LIX_VIEWER_ID", VIEWER)
    sandbox.reset(search_results=300)  # enough that nobody works for a company twice
    return sandbox


@pytest.mark.parametrize(("command", "arguments", "ask"), CASES, ids=[" ".join(case[0].split()) for case in CASES])
def test_a_command_prints_what_the_method_gives(
    cli: Cli, viewer: Sandbox, command: str, arguments: Sequence[str], ask: Callable[..., Awaitable[Any]]
) -> None:
    ids = known(viewer.url, viewer.key)
    viewer.reset()
    where = ["--lookc-url", viewer.url] if command.startswith("lookc") else []
    ran = cli(*command.split(), *(ids.get(word, word) for word in arguments), *where, *QUICK)
    viewer.reset()
    assert ran.code == 0, ran.err
    assert ran.items == given(viewer, lambda lix: ask(lix, ids))
    assert ran.items


def test_no_command_is_left_out() -> None:
    tested = {case[0] for case in CASES} | ELSEWHERE
    assert {" ".join(path) for path in COMMANDS if path[0] not in ("linkedin", *BULK)} == tested


def test_an_e_mail_address_instead_of_a_profile(cli: Cli, viewer: Sandbox) -> None:
    ran = cli("person", "nobody@example.com", viewer.person(0)["link"], *QUICK)
    assert ran.code == 6
    assert "nobody@example.com:\nerror: " in ran.err
    assert len(ran.items) == 1
    assert viewer.stats()["by_path"] == {"/v1/person": 2}


def test_an_e_mail_address_that_becomes_valid(cli: Cli, viewer: Sandbox) -> None:
    links = [viewer.person(number)["link"] for number in range(5)]
    first = cli("contact", "email", *links, *QUICK).items
    probable = next(link for link, answer in zip(links, first, strict=True) if answer["status"] == "PROBABLE")
    viewer.reset(email_valid_after=3)
    (answer,) = cli("contact", "email", probable, "--until-valid", "5", *QUICK).items
    assert answer["status"] == "VALID"
    assert viewer.stats()["arrivals"] == 4


def test_a_look_up_that_is_answered_later(cli: Cli, viewer: Sandbox) -> None:
    viewer.reset(lookc_pending=2)
    where = ("--lookc-url", viewer.url, *QUICK)
    ran = cli("lookc", "person-by-email", "robin@example.com", "--max-wait", "0", *where)
    assert (ran.code, ran.items) == (5, [])
    assert "await" not in ran.err
    request = ran.err.split("`lixasync lookc request ")[1].split("`")[0]
    pending = [cli("lookc", "request", request, *where) for _ in range(2)]
    assert [each.code for each in pending] == [5, 5]
    assert "the server says pending" in pending[0].err
    assert "it is paid for already" in pending[0].err
    answered = cli("lookc", "request", request, *where)
    assert (answered.code, answered.err) == (0, "")
    assert answered.items == given(viewer, lambda lix: _answer(lix, request))


async def _answer(lix: LixClient, request: str) -> Any:
    found: AsyncRequest = await lix.lookc.request(request)
    return found.answer


def test_lookc_has_a_key_of_its_own(cli: Cli, viewer: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    viewer.reset(lookc_key="lookc-5ec2e7")
    command = ("lookc", "person-by-email", "robin@example.com", "--lookc-url", viewer.url, *QUICK)
    assert cli(*command).code == 3
    monkeypatch.setenv("LIX_LOOKC_KEY", "lookc-5ec2e7")
    assert cli(*command).code == 0


@pytest.mark.usefixtures("quiet_logging")
def test_no_log_line_shows_lookcs_key(cli: Cli, viewer: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    import logging

    from lixasync.cli import run

    original = run._look_up

    async def indiscreet(*arguments: Any) -> Any:
        logging.getLogger("lixasync").info("the key is %s", "lookc-5ec2e7")
        return await original(*arguments)

    monkeypatch.setattr(run, "_look_up", indiscreet)
    monkeypatch.setenv("LIX_LOOKC_KEY", "lookc-5ec2e7")
    ran = cli("lookc", "request", "nothing", "-v", "--lookc-url", viewer.url, *QUICK)
    assert "the key is ***" in ran.err
    assert "lookc-5ec2e7" not in ran.err


def test_skills_that_are_needed_and_unwanted(cli: Cli, viewer: Sandbox) -> None:
    from lixasync import Skill

    viewer.reset(search_results=1000)
    known_id = Suggestion(id="urn:li:ts_skill:218")
    wanted = [Skill(name=known_id), Skill(name="JSON", required=True), Skill(name="HTML", negated=True)]
    ran = cli(*("recruiter", "candidates", "id:urn:li:ts_skill:218", "--required", "JSON", "--exclude", "HTML"), *QUICK)
    assert ran.items == given(viewer, lambda lix: lix.recruiter.candidates(wanted).collect())
    assert ran.items != given(viewer, lambda lix: lix.recruiter.candidates("JavaScript").collect())


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["recruiter", "candidates"], "No skill was given."),
        (["recruiter", "candidates", "text:java"], "a skill is no free text"),
        (["sales", "leads-by"], "no filter"),
        (["sales", "leads-by", "--location", "id:1"], "--location id:1=its name"),
        (["sales", "lead-list", "x"], "must consist of digits"),
        (["sales", "facets"], "lixasync sales facets --help"),
        (["sales", "threads", "--page-size", "0"], "--max-items"),
        (["search", "jobs", PEOPLE], "jobs/search"),
        (["search", "people", LEADS], "`lixasync sales leads`"),
        (["search"], "lixasync search --help"),
        (["enrichment", "post", "x"], "It looks like urn:li:activity"),
        (["enrichment", "followers", PROFILE], "address of a company"),
        (["enrichment"], ""),
        (["ids", "person"], "Exactly one of"),
        (["contact", "email", PROFILE, "--until-valid", "0"], "until_valid"),
        (["lookc", "person-by-email", "x"], "must be an e-mail address"),
        (["sales", "send-message"], 'Unknown command "send-message"'),
        (["account", "put-linkedin-account"], 'Unknown command "put-linkedin-account"'),
    ],
)
def test_bad_arguments(cli: Cli, viewer: Sandbox, arguments: list[str], text: str) -> None:
    ran = cli(*arguments)
    assert text in ran.err
    assert viewer.stats()["arrivals"] == 0
    if text:
        assert (ran.code, ran.out) == (2, b"")
        assert ran.err.startswith("error: ")


@pytest.mark.parametrize(
    "arguments",
    [
        ["messages", "conversations"],
        ["invitations", "remaining"],
        ["account", "linkedin-account"],
        ["sales", "lead-list", "7"],
    ],
)
def test_a_viewer_who_is_not_named(cli: Cli, sandbox: Sandbox, arguments: list[str]) -> None:
    ran = cli(*arguments, *QUICK)
    assert ran.code == 2
    assert "Give it as --viewer-id, or set LIX_VIEWER_ID in the environment." in ran.err
    assert cli(*arguments, "--viewer-id", VIEWER, *QUICK).code == 0


def test_what_is_not_there_has_its_code(cli: Cli, viewer: Sandbox) -> None:
    ran = cli("ids", "organisation", "--li-flagship-id", "nobody", *QUICK)
    assert (ran.code, ran.out) == (6, b"")
    assert ran.err.startswith("error: ")
    ran = cli("enrichment", "job", "404", "405", *QUICK)
    assert ran.code == 6
    assert "404:\nerror: " in ran.err
    assert "405:\nerror: " in ran.err
