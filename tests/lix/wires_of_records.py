"""Calls about single records, messages, accounts and LookC, and what each puts on the wire."""

from __future__ import annotations

from datetime import UTC, datetime

from lix_runs import COMPANY, POST, PROFILE
from wires_of_searches import Wire

from lixasync import Person, models
from lixasync.lix.lookc import AsyncRequest

SALES_COMPANY = "https://www.linkedin.com/sales/company/1013"
URN = "urn:li:msg_conversation:(urn:li:fsd_profile:me,2-MQ==)"
LINK = "profile_link=https%3A%2F%2Fwww.linkedin.com%2Fin%2Frobin-marlowe"
MOMENT = datetime(2026, 7, 19, 16, 31, 8, 446_000, tzinfo=UTC)

RECORDS = (
    Wire(
        "enrichment.person",
        lambda lix: lix.enrichment.person(f" {PROFILE}\n"),
        f"/v1/person?{LINK}&viewer_id=me",
        "get_person.head",
        Person,
    ),
    Wire(
        "enrichment.person",
        lambda lix: lix.enrichment.person(email="robin+a@example.com"),
        "/v1/person?email=robin%2Ba%40example.com&viewer_id=me",
        "get_person.2022-09-legacy",
        Person,
    ),
    Wire(
        "enrichment.employment",
        lambda lix: lix.enrichment.employment(PROFILE),
        f"/v1/person/employment?{LINK}&viewer_id=me",
        "get_person_employment.head",
        models.Employment,
    ),
    Wire(
        "enrichment.employment",
        lambda lix: lix.enrichment.employment(profile_id="robin-marlowe", viewer_id="other"),
        "/v1/person/employment?profile_id=robin-marlowe&viewer_id=other",
        "get_person_employment.head",
        models.Employment,
    ),
    Wire(
        "enrichment.extended",
        lambda lix: lix.enrichment.extended(PROFILE),
        f"/v1/person/extended?{LINK}&viewer_id=me",
        "get_person_extended.head",
        models.PersonExtended,
    ),
    Wire(
        "enrichment.organisation",
        lambda lix: lix.enrichment.organisation(COMPANY),
        "/v1/organisations/by-linkedin?linkedin_url=https%3A%2F%2Fwww.linkedin.com%2Fcompany%2Fledgerloom-1013"
        "&viewer_id=me",
        "get_organisation.later-profile",
        models.Organisation,
    ),
    Wire(
        "enrichment.organisation",
        lambda lix: lix.enrichment.organisation(SALES_COMPANY),
        "/v1/organisations/by-linkedin?sales_nav_url=https%3A%2F%2Fwww.linkedin.com%2Fsales%2Fcompany%2F1013"
        "&viewer_id=me",
        "get_organisation.head",
        models.Organisation,
    ),
    Wire(
        "enrichment.organisations_by_website",
        lambda lix: lix.enrichment.organisations_by_website("https://acme.example/a?b=c"),
        "/v1/organisations/by-website?website=https%3A%2F%2Facme.example%2Fa%3Fb%3Dc",
        "list_organisations_by_website.mdx",
        models.Organisation,
    ),
    Wire(
        "enrichment.organisations_by_domain",
        lambda lix: lix.enrichment.organisations_by_domain("acme.example"),
        "/v1/organisations/by-domain/acme.example",
        "list_organisations_by_website.pr45",
        models.Organisation,
    ),
    Wire(
        "enrichment.followers",
        lambda lix: lix.enrichment.followers(SALES_COMPANY, page_size=20),
        "/v1/organisations/followers?profile_link=https%3A%2F%2Fwww.linkedin.com%2Fsales%2Fcompany%2F1013"
        "&viewer_id=me&start=0&count=20",
        "list_company_followers.head",
        models.Follower,
    ),
    Wire(
        "enrichment.job",
        lambda lix: lix.enrichment.job(4012345678),
        "/v1/enrich/job?job_id=4012345678&viewer_id=me",
        "get_job_posting.code-2023",
        models.JobPosting,
    ),
    Wire(
        "enrichment.hirers",
        lambda lix: lix.enrichment.hirers("4012345678"),
        "/v1/li/linkedin/jobs/hirers?job_id=4012345678&viewer_id=me",
        "list_job_hirers.head",
        Person,
    ),
    Wire(
        "enrichment.post",
        lambda lix: lix.enrichment.post(POST),
        "/v1/enrich/post?post_urn=urn%3Ali%3Aactivity%3A7019605025920286720&viewer_id=me",
        "post",
        models.Post,
    ),
    Wire(
        "enrichment.post_comments",
        lambda lix: lix.enrichment.post_comments(POST),
        "/v1/enrich/post/comments?post_urn=urn%3Ali%3Aactivity%3A7019605025920286720&viewer_id=me",
        "list_post_comments.mdx-camel",
        models.Comment,
    ),
    Wire(
        "enrichment.post_reactions",
        lambda lix: lix.enrichment.post_reactions(POST),
        "/v1/enrich/post/reactions?post_urn=urn%3Ali%3Aactivity%3A7019605025920286720",  # it lists no viewer_id
        "list_post_reactions.head",
        models.PostReaction,
    ),
    Wire(
        "activity.posts",
        lambda lix: lix.activity.posts(PROFILE),
        f"/v1/person/li/activity/posts?{LINK}&viewer_id=me",
        "list_person_posts.mdx",
        models.Post,
    ),
    Wire(
        "activity.comments",
        lambda lix: lix.activity.comments(PROFILE),
        f"/v1/person/li/activity/comments?{LINK}&viewer_id=me",
        "list_person_comments.mdx",
        models.Comment,
    ),
    Wire(
        "activity.reactions",
        lambda lix: lix.activity.reactions(PROFILE),
        f"/v1/person/li/activity/reactions?{LINK}&viewer_id=me",
        "list_person_reactions.head",
        models.PersonReaction,
    ),
    Wire(
        "messages.conversations",
        lambda lix: lix.messages.conversations(page_size=3),
        "/v1/li/conversations?viewer_id=me&count=3",
        "list_conversations.head",
        models.Conversation,
    ),
    Wire(
        "messages.list",
        lambda lix: lix.messages.list(conversation_urn=URN),
        "/v1/li/messages?conversation_urn=urn%3Ali%3Amsg_conversation%3A%28urn%3Ali%3Afsd_profile%3Ame%2C2-MQ%3D%3D%29"
        "&viewer_id=me",
        "list_messages.head",
        models.Message,
    ),
    Wire(
        "messages.list",
        lambda lix: lix.messages.around(MOMENT, before=3, conversation_id="2-MQ=="),
        "/v1/li/messages?conversation_id=2-MQ%3D%3D&viewer_id=me&delivered_at=1784478668446&count_before=3"
        "&count_after=0",
        "list_messages.2026-07-19-sync-token",
        models.Message,
    ),
    Wire(
        "messages.send",
        lambda lix: lix.messages.send("Grüße\n", conversation_urn=URN),
        "/v1/li/messages?viewer_id=me",
        "send_message.head",
        models.Message,
        {"conversation_urn": URN, "body": "Grüße\n"},
    ),
    Wire(
        "invitations.send",
        lambda lix: lix.invitations.send(PROFILE, message="Hello"),
        "/v1/connections/send",  # the viewer stands in the body, and there alone
        "send_connection_request.head",
        models.Invitation,
        {"viewer_id": "me", "profile_link": PROFILE, "message": "Hello"},
    ),
    Wire(
        "invitations.send",
        lambda lix: lix.invitations.send(profile_id="robin-marlowe", viewer_id="other"),
        "/v1/connections/send",
        "send_connection_request.head",
        models.Invitation,
        {"viewer_id": "other", "profile_id": "robin-marlowe"},
    ),
    Wire(
        "invitations.remaining",
        lambda lix: lix.invitations.remaining(),
        "/v1/account/connections/remaining?viewer_id=me",
        "get_connection_request_allowance.later",
        models.ConnectionRequestAllowance,
    ),
    Wire(
        "contact.email",
        lambda lix: lix.contact.email(PROFILE),
        "/v1/contact/email/by-linkedin?url=https%3A%2F%2Fwww.linkedin.com%2Fin%2Frobin-marlowe",
        "find_email_by_linkedin.head",
        models.EmailAnswer,
    ),
    *(
        Wire(f"ids.{name}", call, f"/v1/{name}/ids?{query}", f"get_{name}_ids.head", result)
        for name, result in (("person", models.PersonIds), ("organisation", models.OrganisationIds))
        for call, query in (
            (lambda lix, name=name: getattr(lix.ids, name)(sales_nav_id="1013"), "sales_nav_id=1013"),
            (lambda lix, name=name: getattr(lix.ids, name)(li_flagship_id="a-b"), "li_flagship_id=a-b"),
            (lambda lix, name=name: getattr(lix.ids, name)(lix_id="aZ+/=="), "lix_id=aZ%2B%2F%3D%3D"),
        )
    ),
    Wire(
        "account.balances",
        lambda lix: lix.account.balances(),
        "/v1/account/balances",
        "get_balances.2023-03-29-snake",
        models.Balances,
    ),
    Wire(
        "account.daily_allowance",
        lambda lix: lix.account.daily_allowance(),
        "/v1/account/allowances/daily",
        "get_daily_allowance.pr59-iso",
        models.DailyAllowance,
    ),
    Wire(
        "account.linkedin_account",
        lambda lix: lix.account.linkedin_account("other"),
        "/v1/account/linkedin/account?viewer_id=other",
        "get_linkedin_account.pr63-target",
        models.LinkedInAccount,
    ),
    Wire(
        "account.linkedin_accounts",
        lambda lix: lix.account.linkedin_accounts(),
        "/v1/account/linkedin/accounts?page=1",
        "list_linkedin_accounts.later",
        models.LinkedInAccount,
    ),
    *(
        Wire(
            "account.put_linkedin_account",
            lambda lix, given=given: lix.account.put_linkedin_account(given),
            "/v1/account/linkedin/account",
            "put_linkedin_account.head",
            models.AttachedAccount,
            {"cookies": [{"key": "li_at", "value": "AQED-secret"}, {"key": "lang", "value": "v=2"}]},
        )
        for given in ({"li_at": "AQED-secret", "lang": "v=2"}, [("li_at", "AQED-secret"), ("lang", "v=2")])
    ),
    Wire(
        "lookc.person_by_email",
        lambda lix: lix.lookc.person_by_email(" robin@example.com "),
        "/v1/search/person/by-email?email=robin%40example.com",
        "find_person_by_email.head",
        models.PersonByEmail,
    ),
    Wire(
        "lookc.request",
        lambda lix: lix.lookc.request("req_1"),
        "/v1/request?request_id=req_1",
        "get_async_request.head",
        AsyncRequest,
    ),
    Wire(
        "lookc.employees",
        lambda lix: lix.lookc.employees("014d9377-5f86", page_size=50),
        "/org/014d9377-5f86/employees?page_size=50",
        "list_organisation_employees.script",
        models.Employee,
    ),
)
