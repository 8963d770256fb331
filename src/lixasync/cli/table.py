"""Every command: where it is, and what it does in a line.

The lines stand here so that a list of commands needs none of them; a test compares them with the commands' own words.
"""

from __future__ import annotations

from collections.abc import Mapping

import attrs

Path = tuple[str, ...]


@attrs.frozen
class Entry:
    """One command.

    Attributes:
        target: Module within `lixasync.cli`, and function.
        about: What it does, in a line.
    """

    target: str
    about: str


GROUPS: Mapping[str, str] = {
    "job": "Durable jobs: how far they are, going on with them, and writing their results to tables.",
    "search": "Stream what LinkedIn's own searches find; `lixasync search URL` knows the search by its address.",
    "sales": "Sales Navigator: searches, lists, messages, and ids for filters.",
    "recruiter": "Candidates by skills.",
    "enrichment": "Everything known of one person, organisation, job or post.",
    "activity": "What a person posts, comments and reacts to.",
    "messages": "The conversations of a connected account.",
    "invitations": "Inviting people to connect.",
    "contact": "E-mail addresses.",
    "ids": "From one kind of id to the others.",
    "account": "Credits, allowances and connected LinkedIn accounts.",
    "lookc": "The LookC API: people by e-mail address, and who works where; it has a key of its own in LIX_LOOKC_KEY.",
    "linkedin": """\
LinkedIn's own API, which since 12 May 2015 answers applications of approved partners only.

The member's token is read from LINKEDIN_ACCESS_TOKEN. Without one, requests are signed by OAuth 1.0a when all four are
set: LINKEDIN_CONSUMER_KEY, LINKEDIN_CONSUMER_SECRET, LINKEDIN_OAUTH_TOKEN and LINKEDIN_OAUTH_TOKEN_SECRET. No option
takes a token: it would show in the list of processes.

LinkedIn's terms forbid storing connections and search results. Nothing is stored: results go to standard output, and
to a file only when you say that you may (--i-may-store). A watch keeps times and hashes.
""",
}
"""What each group of commands is about."""

COMMANDS: Mapping[Path, Entry] = {
    ("demo",): Entry(
        "serving:demo",
        "Show what lixasync does, on a sandbox that fails on purpose: half a minute, no key, no cost.",
    ),
    ("connections",): Entry("commands:connections", "Stream the connections of a viewer. A page costs 1 credit."),
    ("watch",): Entry(
        "commands:watch",
        "Print who is added to the connections of a viewer, who changes and who is gone, as it comes.",
    ),
    ("person",): Entry("lix.enrichment:person", "Look profiles up by their address. Each costs 1 credit."),
    ("enrich",): Entry(
        "bulk.start:enrich",
        "Look up any number of links, as a job that goes on where it was, however it was ended.",
    ),
    ("fetch",): Entry(
        "bulk.start:fetch",
        "Stream all pages for any number of inputs, as a job that goes on where it was, however it was ended.",
    ),
    ("job", "status"): Entry(
        "bulk.job:status",
        "Show how far a job is: a table on a terminal, JSON elsewhere. No key is needed.",
    ),
    ("job", "plan"): Entry(
        "bulk.job:plan",
        "Say what is left of a job, and what that takes in requests, credits and time. Nothing is asked.",
    ),
    ("job", "run"): Entry("bulk.job:run", "Go on with a job where it was; what it asks stands in its file."),
    ("job", "recall"): Entry(
        "bulk.job:recall",
        "Take back what is left of a job that is on an engine, with all that was answered. No key is needed.",
    ),
    ("job", "retry"): Entry(
        "bulk.job:retry",
        "Mark inputs that failed for good to be tried again by the next run. No key is needed.",
    ),
    ("job", "demo"): Entry(
        "bulk.demo:demo",
        "Kill a job again and again, and see that it loses nothing: on a sandbox, no key, no cost, a few seconds.",
    ),
    ("job", "export"): Entry(
        "bulk.job:export",
        "Write the results of a job to a table: a row for each input that has ended, or for each item. No key is "
        "needed.",
    ),
    ("worker",): Entry("worker:worker", "Work on the chunks of jobs that are on an engine, until Ctrl-C or SIGTERM."),
    ("balance",): Entry("commands:balance", "Show the credits that are left, as JSON. Costs nothing."),
    ("operations",): Entry(
        "lix.operations:operations",
        "List every operation of the Lix API that this SDK calls: a table on a terminal, JSON Lines elsewhere.",
    ),
    ("sandbox",): Entry(
        "serving:sandbox",
        "Serve a local stand-in for the Lix API and LinkedIn's own: real HTTP, invented people, failures on request.",
    ),
    ("search",): Entry("lix.search:search", "Stream what a search finds. A page costs 1 credit."),
    ("search", "people"): Entry(
        "lix.search:people",
        "Stream the people a search finds, by its address or by filters. A page of 10 or 25 costs 1 credit.",
    ),
    ("search", "jobs"): Entry(
        "lix.search:jobs",
        "Stream the jobs a search finds. A page costs 1 credit; at most 1,000 are listed.",
    ),
    ("search", "posts"): Entry(
        "lix.search:posts",
        "Stream the posts a search finds. A page costs 1 credit; at most 1,000 are listed.",
    ),
    ("search", "organisations"): Entry(
        "lix.search:organisations",
        "Stream the organisations a search finds. A page costs 1 credit; at most 1,000 are listed.",
    ),
    ("sales", "leads"): Entry(
        "lix.sales:leads",
        "Stream the leads a search finds, by its address or by filters. A page of 25 costs 1 credit.",
    ),
    ("sales", "leads-by"): Entry(
        "lix.sales:leads_by",
        "Stream the first 25 leads that match; the API documents no way to more. Costs 1 credit.",
    ),
    ("sales", "accounts"): Entry(
        "lix.sales:accounts",
        "Stream the accounts a search finds, by its address or by filters. A page of 25 costs 1 credit.",
    ),
    ("sales", "lead-list"): Entry(
        "lix.sales:lead_list",
        "Stream a saved list of leads. A page of 25 costs 1 credit; the viewer must own the list.",
    ),
    ("sales", "account-list"): Entry(
        "lix.sales:account_list",
        "Stream a saved list of accounts. A page of 25 costs 1 credit; the viewer must own the list.",
    ),
    ("sales", "threads"): Entry(
        "lix.sales:threads",
        "Stream the viewer's message threads, latest first. A page costs 1 credit.",
    ),
    ("sales", "thread"): Entry("lix.sales:thread", "Show message threads of the viewer. Each costs 1 credit."),
    ("sales", "facets"): Entry(
        "lix.sales:facets",
        "Stream what Sales Navigator suggests for a text, with the ids that filters take. Free.",
    ),
    ("recruiter", "candidates"): Entry(
        "lix.recruiter:candidates",
        "Stream the candidates who have skills. A page of 25 costs 1 credit; at most 2,500 are listed.",
    ),
    ("recruiter", "facets"): Entry(
        "lix.recruiter:facets",
        "Stream what Recruiter suggests for a text, with the ids that searches take. Free.",
    ),
    ("enrichment", "person"): Entry("lix.enrichment:person", "Look profiles up by their address. Each costs 1 credit."),
    ("enrichment", "employment"): Entry(
        "lix.enrichment:employment",
        "Look up the positions of persons. Each costs 1 credit.",
    ),
    ("enrichment", "extended"): Entry(
        "lix.enrichment:extended",
        "Look up what else is known of persons. Each costs 1 credit.",
    ),
    ("enrichment", "organisation"): Entry(
        "lix.enrichment:organisation",
        "Look organisations up by their address. Each costs 1 Org credit.",
    ),
    ("enrichment", "organisations-by-website"): Entry(
        "lix.enrichment:organisations_by_website",
        "Look up the organisations of a website, five at most. Each look-up costs 1 Org credit.",
    ),
    ("enrichment", "followers"): Entry(
        "lix.enrichment:followers",
        "Stream the followers of a company's page, which the viewer manages. A page costs 1 credit.",
    ),
    ("enrichment", "job"): Entry("lix.enrichment:job", "Look job postings up. Each costs 1 credit."),
    ("enrichment", "hirers"): Entry(
        "lix.enrichment:hirers",
        "Look up who hires for jobs. Each job costs 1 credit; nothing is printed when nobody is named.",
    ),
    ("enrichment", "post"): Entry("lix.enrichment:post", "Look posts up. Each costs 1 credit."),
    ("enrichment", "post-comments"): Entry(
        "lix.enrichment:post_comments",
        "Stream the comments on a post. A page of some ten costs 1 credit.",
    ),
    ("enrichment", "post-reactions"): Entry(
        "lix.enrichment:post_reactions",
        "Stream who reacted to a post, and how. A page costs 1 credit.",
    ),
    ("activity", "posts"): Entry("lix.activity:posts", "Stream the posts of a person. A page costs 1 credit."),
    ("activity", "comments"): Entry(
        "lix.activity:comments",
        "Stream the comments a person wrote. A page costs 1 credit.",
    ),
    ("activity", "reactions"): Entry(
        "lix.activity:reactions",
        "Stream what a person reacted to. A page costs 1 credit.",
    ),
    ("messages", "conversations"): Entry(
        "lix.messages:conversations",
        "Stream the viewer's conversations. A page costs 1 credit.",
    ),
    ("messages", "list"): Entry(
        "lix.messages:list_messages",
        "Stream the messages of one of the viewer's conversations. A page costs 1 credit.",
    ),
    ("invitations", "remaining"): Entry(
        "lix.invitations:remaining",
        "Show how many invitations the viewer may still send this week.",
    ),
    ("contact", "email"): Entry(
        "lix.contact:email",
        "Look up the e-mail addresses behind profiles. Only an answer that is VALID costs 1 Email credit.",
    ),
    ("ids", "person"): Entry("lix.ids:person", "Show the ids of a person. Costs 1 Org credit."),
    ("ids", "organisation"): Entry("lix.ids:organisation", "Show the ids of an organisation. Costs 1 Org credit."),
    ("account", "balances"): Entry(
        "lix.account:balances",
        "Show the credits that are left, by kind. Costs nothing. The same as `lixasync balance`.",
    ),
    ("account", "daily-allowance"): Entry(
        "lix.account:daily_allowance",
        "Show how many requests are left today, and when that is refreshed. Free.",
    ),
    ("account", "linkedin-account"): Entry(
        "lix.account:linkedin_account",
        "Show whether a LinkedIn account is ready, and how far its warm-up is.",
    ),
    ("account", "linkedin-accounts"): Entry(
        "lix.account:linkedin_accounts",
        "Stream the LinkedIn accounts that are connected. Newer than the API's documentation; it may change.",
    ),
    ("lookc", "person-by-email"): Entry(
        "lix.lookc:person_by_email",
        "Look up whom e-mail addresses belong to. Each costs 1 Org credit.",
    ),
    ("lookc", "request"): Entry(
        "lix.lookc:request",
        "Show the answers to look-ups that were not ready before. The exit code is 5 as long as they are not.",
    ),
    ("lookc", "employees"): Entry(
        "lix.lookc:employees",
        "Stream the employees of an organisation, today's and former ones. Each page is counted as 1 credit.",
    ),
    ("linkedin", "connections"): Entry(
        "linkedin:connections",
        "Stream the member's connections. Each page is a call of the daily quota.",
    ),
    ("linkedin", "search"): Entry(
        "linkedin:search",
        "Stream the people a search of the member finds: all terms must match. At most 100 are listed.",
    ),
    ("linkedin", "watch"): Entry(
        "linkedin:watch",
        "Print new connections of the member, or those whose profile was updated, as they come. Each poll is a call.",
    ),
}
"""Every command by its words."""
