"""How a method and a path find what answers them."""

from __future__ import annotations

import httpx
import pytest
from tests.sandbox.asking import COMPANY, PROFILE, VIEWER, fails, got

from lixasync.sandbox import Sandbox
from lixasync.sandbox.linkedin.call import owns
from lixasync.sandbox.lix.routes import ROUTES, find

THREADS = "/v1/li/sales/messages/threads"


def test_a_template_gives_its_parts_decoded() -> None:
    found = find("GET", f"{THREADS}/2-abc%3D%3D")
    assert found == (ROUTES["GET", f"{THREADS}/{{thread_id}}"], {"thread_id": "2-abc=="})
    assert find("GET", f"{THREADS}/a%2Fb") == (found[0], {"thread_id": "a/b"})


@pytest.mark.parametrize("path", [f"{THREADS}/", f"{THREADS}/a/b", "/org/1007/staff", "/org//employees", "/nowhere"])
def test_what_fits_no_template_is_not_found(path: str) -> None:
    assert find("GET", path) is None


def test_the_method_counts() -> None:
    assert find("POST", f"{THREADS}/1") is None
    assert find("PUT", "/v1/account/linkedin/account") != find("GET", "/v1/account/linkedin/account")
    assert find("GET", "/v1/%70erson") == (ROUTES["GET", "/v1/person"], {})


def test_an_unknown_path_is_refused(client: httpx.Client) -> None:
    fails(client.delete("/v1/person"), 404, "unknown_route", "there is no DELETE /v1/person")


def test_the_search_by_filters_is_not_linkedins() -> None:
    assert not owns("/v1/people/search")
    assert owns("/v1/people/search:(id)")
    assert owns("/v1/people/searching")


@pytest.mark.parametrize(
    ("path", "params", "spent"),
    [
        ("/v1/person/extended", {"profile_link": PROFILE}, (1, 0, 0)),
        ("/v1/person/ids", {"li_flagship_id": VIEWER}, (0, 1, 0)),
        ("/v1/organisations/by-linkedin", {"linkedin_url": COMPANY}, (0, 1, 0)),
        ("/v1/search/person/by-email", {"email": "nobody@example.com"}, (0, 1, 0)),
        ("/v1/contact/email/by-linkedin", {"url": PROFILE}, (0, 0, 1)),
        ("/v1/account/linkedin/accounts", {}, (0, 0, 0)),
        ("/v1/search/sales/facet", {"type": "TITLE", "query": ""}, (0, 0, 0)),
    ],
)
def test_each_kind_of_credit_has_its_balance(
    sandbox: Sandbox, client: httpx.Client, path: str, params: dict[str, str], spent: tuple[int, int, int]
) -> None:
    got(client, path, **params)
    stats = sandbox.stats()
    left = [stats[name] for name in ("credits_left", "org_credits_left", "email_credits_left")]
    assert left == [10_000 - spent[0], 1000 - spent[1], 1000 - spent[2]]
    event = sandbox.events()[-1]
    assert (event["credits"], event["org_credits"], event["email_credits"]) == spent
    kinds = [name for name, cost in zip(("credits", "org_credits", "email_credits"), spent, strict=True) if cost]
    for name in kinds:
        sandbox.reset(**{name: 0})  # type: ignore[arg-type]  # the names are those of settings
        fails(client.get(path, params=params), 402, "over_quota", "not enough")


def test_org_answers_count_for_the_daily_allowance(sandbox: Sandbox, client: httpx.Client) -> None:
    sandbox.reset(daily_allowance=1)
    got(client, "/v1/organisations/by-linkedin", linkedin_url=COMPANY)
    fails(client.get("/v1/person", params={"profile_link": PROFILE}), 429, "daily_limit")


@pytest.mark.parametrize(
    ("path", "params"),
    [
        ("/v1/person/employment", {"profile_link": PROFILE}),
        ("/v1/person/extended", {"profile_link": PROFILE}),
        ("/v1/person/li/activity/posts", {"profile_link": PROFILE}),
        ("/v1/enrich/post", {"post_urn": "urn:li:activity:7019605025920286720"}),
        ("/v1/enrich/post/comments", {"post_urn": "urn:li:activity:7019605025920286720"}),
        ("/v1/enrich/job", {"job_id": "3556453411"}),
        ("/v1/li/linkedin/jobs/hirers", {"job_id": "3556453411"}),
        ("/v1/organisations/by-linkedin", {"linkedin_url": COMPANY}),
        ("/v1/account/linkedin/account", {}),
        ("/v1/account/connections/remaining", {}),
        ("/v1/li/conversations", {}),
        (THREADS, {}),
        (f"{THREADS}/1", {}),
        ("/v1/organisations/followers", {"profile_link": COMPANY}),
    ],
)
def test_a_viewer_must_be_connected(client: httpx.Client, path: str, params: dict[str, str]) -> None:
    fails(client.get(path, params={**params, "viewer_id": "stranger"}), 407, "viewer_invalid", "not connected")
