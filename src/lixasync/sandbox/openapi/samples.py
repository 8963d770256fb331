"""Values of parameters that the sandbox of given settings knows."""

from __future__ import annotations

from typing import Any

from lixasync.sandbox import people
from lixasync.sandbox.ledger import Ledger
from lixasync.sandbox.lix import conversations, organisations, sales_messages
from lixasync.sandbox.lix.call import Call
from lixasync.sandbox.lix.memory import Memory
from lixasync.sandbox.lix.profiles import MAIL_DOMAIN
from lixasync.sandbox.settings import Settings

_COMPANY = 0
_PROFILE = "https://www.linkedin.com/in/"


def parameters(settings: Settings) -> dict[tuple[str, str], Any]:
    """List values by the operation and the parameter they are for; "" stands for every other operation."""
    call = Call(settings=settings, ledger=Ledger(settings), memory=Memory(), n=0, page_number=0, query={})
    viewer = next(iter(settings.viewer_ids), "")
    company = organisations.slug(call, _COMPANY)
    address = organisations.links(call, _COMPANY)["liProfileURL"]
    return {
        ("", "viewer_id"): viewer,
        ("", "profile_link"): f"{_PROFILE}{viewer}",
        ("list_company_followers", "profile_link"): address,
        ("", "url"): "https://www.linkedin.com/search/results/people/?keywords=kelp&page=1",
        ("find_email_by_linkedin", "url"): f"{_PROFILE}{viewer}",
        ("", "li_flagship_id"): viewer,
        ("get_organisation_ids", "li_flagship_id"): company,
        ("", "linkedin_url"): address,
        ("", "website"): f"https://{company}.example.com",
        ("", "domain"): f"{company}.example.com",
        ("", "org_id"): organisations.unique(call, _COMPANY),
        ("", "post_urn"): "urn:li:activity:7019605025920286720",
        ("", "job_id"): "3556453411",
        ("", "list_id"): "7018623425",
        ("", "email"): f"{people.identity(settings.seed, 'viewer', 0)['publicIdentifier']}@{MAIL_DOMAIN}",
        ("", "request_id"): "req_0",
        ("", "conversation_id"): conversations.conversation_id(call, viewer, 0),
        ("", "thread_id"): sales_messages.thread_id(call, viewer, 0),
        ("", "person_titles"): "[9,Software Engineer]",
        ("", "location"): "[105763813,Colorado\\, United States]",
        ("", "query"): "s",
        ("suggest_sales_facets", "type"): "TITLE",
        ("suggest_recruiter_facets", "type"): "skill",
        ("", "start"): 0,
        ("", "count"): 10,
        ("", "page"): 1,
        ("", "page_size"): 5,
        ("", "message_count"): 5,
        ("", "include_profile_pictures"): False,
        ("", "filter"): "INBOX",
        ("", "delivered_at"): 1_784_478_668_446,
        ("", "count_before"): 2,
        ("", "count_after"): 2,
    }


def bodies(settings: Settings) -> dict[str, Any]:
    """List bodies by the operation they are for."""
    viewer = next(iter(settings.viewer_ids), "")
    skill = {
        "text": "JavaScript", "entity": "urn:li:ts_skill:218", "negated": False, "required": True, "selected": True,
    }  # fmt: skip
    return {
        "put_linkedin_account": {"cookies": [{"key": "name", "value": "an invented value"}]},
        "send_connection_request": {"viewer_id": viewer, "profile_link": f"{_PROFILE}{viewer}", "message": "Hello"},
        "send_message": {"body": "Hello", "conversation_id": "2-MTg="},
        "send_sales_message": {"body": "Hello", "thread_id": "2-MTg="},
        "search_sales_leads_form": {"url": "https://www.linkedin.com/sales/search/people?page=1"},
        "search_recruiter_candidates": {"skills": [skill], "start": 0},
    }
