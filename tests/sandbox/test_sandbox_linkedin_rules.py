"""What stands before every answer of LinkedIn's API: tokens, methods, ceilings; and what is recorded of it."""

from __future__ import annotations

import json
import threading
import time
from typing import Any

import httpx
import pytest
from xml_bodies import element

from lixasync.sandbox import Sandbox, Settings
from lixasync.sandbox.run import Run

OWN = "/v1/people/~/connections"
JSON = {"x-li-format": "json"}
NOON = 1_400_068_800.0  # a noon, UTC


# --- tokens ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headers", "query", "message"),
    [
        ({}, "", "Empty oauth2_access_token"),
        ({"Authorization": "Bearer"}, "", "Empty oauth2_access_token"),
        ({"Authorization": "sandbox-key"}, "", "Empty oauth2_access_token"),
        ({}, "oauth2_access_token=", "Empty oauth2_access_token"),
        ({"Authorization": "Bearer wrong"}, "", "Invalid access token."),
        ({}, "oauth2_access_token=wr%C3%B6ng", "Invalid access token."),
        ({"Authorization": "Bearer expired-token"}, "", "[unauthorized]. Expired access token."),
        ({}, "oauth2_access_token=expired-token", "[unauthorized]. Expired access token."),
        ({"Authorization": "OAuth oauth_token=1"}, "", "Unable to verify access token"),
    ],
)
def test_who_may_not_call(sandbox: Sandbox, headers: dict[str, str], query: str, message: str) -> None:
    answer = httpx.get(f"{sandbox.url}{OWN}?{query}", headers={**headers, **JSON}, trust_env=False)
    assert (answer.status_code, answer.json()["message"]) == (401, message)
    stats = sandbox.stats()
    assert (stats["arrivals"], stats["admitted"]) == (1, 0)


def test_both_places_of_the_token(sandbox: Sandbox, linkedin: httpx.Client) -> None:
    assert linkedin.get(f"{OWN}?count=1").status_code == 200
    url = f"{sandbox.url}{OWN}?count=1&oauth2_access_token=sandbox-token"
    assert httpx.get(url, trust_env=False).status_code == 200
    sandbox.reset(linkedin_token="another")
    assert httpx.get(url, trust_env=False).status_code == 401


def test_lixs_key_opens_nothing_here_and_the_token_nothing_there(client: httpx.Client, linkedin: httpx.Client) -> None:
    assert client.get(OWN).status_code == 401
    assert linkedin.get("/v1/account/balances").status_code == 401


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_only_get(linkedin: httpx.Client, method: str) -> None:
    answer = linkedin.request(method, OWN)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET")


def test_every_answer_sets_a_cookie_that_nobody_needs(sandbox: Sandbox, linkedin: httpx.Client) -> None:
    for path in ("/v1/people/~", "/v1/people/id=1"):
        assert linkedin.get(path).headers["Set-Cookie"].startswith("lidc=")
    assert httpx.get(f"{sandbox.url}/v1/people/~", trust_env=False).headers["Set-Cookie"].startswith("lidc=")


# --- errors ---------------------------------------------------------------------------------------------


def test_errors_in_xml(linkedin: httpx.Client) -> None:
    answer = linkedin.get("/v1/people/id=1")
    root = element(answer.text)
    assert [child.tag for child in root] == ["status", "timestamp", "request-id", "error-code", "message"]
    assert (root.tag, root.findtext("status"), root.findtext("error-code")) == ("error", "404", "0")
    assert root.findtext("request-id") == answer.headers["x-li-request-id"]


def test_errors_in_json(linkedin: httpx.Client) -> None:
    answer = linkedin.get("/v1/people/id=1", headers=JSON)
    body = answer.json()
    assert list(body) == ["errorCode", "message", "requestId", "status", "timestamp"]
    assert (body["errorCode"], body["status"]) == (0, 404)
    assert body["requestId"] == answer.headers["x-li-request-id"]
    assert answer.headers["x-li-format"] == "json"


def test_errors_of_2009(linkedin: httpx.Client) -> None:
    root = element(linkedin.get("/v1/people?count=x").text)
    assert [child.tag for child in root] == ["status", "timestamp", "error-code", "message"]
    assert root.findtext("error-code") == "0000"


# --- ceilings -------------------------------------------------------------------------------------------

PATHS = {
    "linkedin_connection_calls": f"{OWN}:(id)?count=1",
    "linkedin_search_calls": "/v1/people-search?count=1",
    "linkedin_profile_calls": "/v1/people/~",
}


@pytest.mark.parametrize("setting", PATHS)
def test_each_resource_has_its_ceiling(sandbox: Sandbox, linkedin: httpx.Client, setting: str) -> None:
    sandbox.reset(**{setting: 2})  # type: ignore[arg-type]  # one of the settings by name
    found = {name: [linkedin.get(path).status_code for _ in range(3)] for name, path in PATHS.items()}
    assert found.pop(setting) == [200, 200, 403]
    assert list(found.values()) == [[200] * 3] * 2


def test_both_searches_share_a_ceiling(sandbox: Sandbox, linkedin: httpx.Client) -> None:
    sandbox.reset(linkedin_search_calls=1)
    assert linkedin.get("/v1/people?count=1").status_code == 200
    assert linkedin.get("/v1/people-search?count=1").status_code == 403


def test_a_throttled_call_says_so_in_its_format(sandbox: Sandbox, linkedin: httpx.Client) -> None:
    sandbox.reset(linkedin_connection_calls=0)
    message = "Throttle limit for calls to this resource is reached."
    assert f"<message>{message}</message>" in linkedin.get(OWN).text
    assert linkedin.get(OWN, headers=JSON).json()["message"] == message


def test_the_day_ends_at_midnight_utc(sandbox: Sandbox, linkedin: httpx.Client) -> None:
    sandbox.reset(linkedin_connection_calls=1, now=NOON)
    statuses = []
    for seconds in (0, 0, 12 * 3600 - 1, 1, 0):
        sandbox.linkedin.advance(seconds)
        statuses.append(linkedin.get(f"{OWN}:(id)?count=1").status_code)
    assert statuses == [200, 403, 403, 200, 403]
    assert sandbox.linkedin.calls("connections") == 1


def test_refusals_before_the_resource_are_not_counted(sandbox: Sandbox, linkedin: httpx.Client) -> None:
    sandbox.reset(linkedin_connections_open=False)
    linkedin.get(OWN)
    linkedin.get(OWN, headers={"Authorization": "Bearer wrong"})
    linkedin.get(OWN, headers={"x-sandbox-fault": "500"})
    assert sandbox.linkedin.calls("connections") == 0
    sandbox.reset(linkedin_connections_open=True)
    linkedin.get(f"{OWN}?count=x")
    assert sandbox.linkedin.calls("connections") == 1


# --- the rate limit -------------------------------------------------------------------------------------


def test_the_rate_is_watched_and_not_enforced(sandbox: Sandbox, linkedin: httpx.Client) -> None:
    sandbox.reset(requests=2, per=3600.0)
    assert [linkedin.get(f"{OWN}:(id)?count=1").status_code for _ in range(5)] == [200] * 5
    stats = sandbox.stats()
    assert (stats["admitted"], stats["over_limit"], stats["max_in_window"]) == (2, 3, 5)
    assert [event["outcome"] for event in sandbox.events()] == ["ok"] * 5


def test_the_rate_can_be_enforced(sandbox: Sandbox, linkedin: httpx.Client) -> None:
    sandbox.reset(requests=1, per=3600.0, linkedin_429=True, retry_after=True)
    answers = [linkedin.get(f"{OWN}:(id)?count=1", headers=JSON) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 429]
    assert answers[1].json()["status"] == 429
    assert int(answers[1].headers["Retry-After"]) > 3000
    assert sandbox.events()[1]["outcome"] == "refused"


def test_each_api_has_a_window_of_its_own(sandbox: Sandbox, client: httpx.Client, linkedin: httpx.Client) -> None:
    sandbox.reset(requests=1, per=3600.0, linkedin_429=True)
    assert linkedin.get(f"{OWN}:(id)?count=1").status_code == 200
    assert client.get("/v1/account/balances").status_code == 200
    assert sandbox.stats()["max_in_window"] == 1


# --- the record -----------------------------------------------------------------------------------------


def test_request_lines_are_recorded_as_sent(sandbox: Sandbox, linkedin: httpx.Client) -> None:
    targets = [
        f"{OWN}:(id,first-name,picture-url)?format=json&count=1",
        "/v1/people-search?keywords=jos%C3%A9%20ruby&count=1",
        "/v1/people/url=http:%2F%2Fwww.linkedin.com%2Fin%2Fsomeone",
        "/v1/people?keywords=ruby+rails",
        "/v1/people/~",
    ]
    for target in targets:
        linkedin.get(httpx.URL(sandbox.url + target), headers={"x-li-format": "json"})
    events = sandbox.events()
    assert [event["target"] for event in events] == targets
    assert events[2]["path"] == "/v1/people/url=http://www.linkedin.com/in/someone"
    assert events[0]["headers"] == {"x-li-format": "json", "authorization": "Bearer [key]"}


def test_tokens_are_never_shown(sandbox: Sandbox, client: httpx.Client) -> None:
    secrets = {
        "linkedin_token": "t0ken/+ &", "linkedin_oauth_token": "oauth~token", "linkedin_consumer_key": "c0nsumer",
        "linkedin_oauth_secret": "0auth-s3cret", "linkedin_consumer_secret": "c0nsumer-s3cret",
    }  # fmt: skip
    sandbox.reset(**secrets)  # type: ignore[arg-type]  # settings by name
    with httpx.Client(base_url=sandbox.url, trust_env=False) as caller:
        caller.get(OWN, headers={"Authorization": "Bearer t0ken/+ &", "x-li-auth-token": "name:v1sible"})
        caller.get(OWN, headers={"Authorization": "uns3en", "x-li-auth-token": "uns3en"})
        caller.get(OWN, headers={"Authorization": 'OAuth oauth_token="uns3en"'})
        caller.get(OWN, params={"oauth2_access_token": "t0ken/+ &", "x": "oauth~token", "y": "c0nsumer-s3cret"})
        caller.get(f"{OWN}?oauth2_access_token=uns3en&oauth_token=uns3en&oauth_signature=uns3en")
        caller.get("/v1/people/t0ken%2F%2B%20&/0auth-s3cret/t0ken/%2b%20&")
    shown = [json.dumps(sandbox.events()), json.dumps(sandbox.stats())]
    shown += [client.get(path).text for path in ("/__sandbox/events", "/__sandbox/stats")]
    for text in shown:
        for secret in ("t0ken", "oauth~token", "c0nsumer", "s3cret", "v1sible", "uns3en"):
            assert secret not in text, secret
    assert sandbox.events()[0]["headers"] == {"authorization": "Bearer [key]", "x-li-auth-token": "name:[key]"}


def test_stats_count_these_calls(sandbox: Sandbox, linkedin: httpx.Client) -> None:
    for _ in range(2):
        linkedin.get(f"{OWN}:(id)?count=1")
    stats = sandbox.stats()
    assert stats["by_path"] == {f"{OWN}:(id)": 2}
    assert (stats["duplicates"], stats["credits_spent"], stats["by_status"]) == (1, 0, {200: 2})


def test_paths_of_lix_stay_lixs(client: httpx.Client) -> None:
    for path in ("/v1/peoples", "/v1/people-searching", "/v1/person"):
        assert "error" in client.get(path).json()


def test_an_arrival_without_its_raw_path_is_understood() -> None:
    run = Run(Settings(requests=None))
    visit = run.arrive(
        at=1.0, time=2.0, method="GET", path=f"{OWN}:(id)", query="count=2",
        headers={"authorization": "Bearer sandbox-token"},
    )  # fmt: skip
    assert run.answer(visit, b"").status == 200


def test_control_and_answers_may_go_on_at_the_same_time(sandbox: Sandbox, linkedin: httpx.Client) -> None:
    sandbox.reset(linkedin_connections=50)
    threads = [threading.Thread(target=lambda: [sandbox.linkedin.connect() for _ in range(50)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    totals: list[Any] = [linkedin.get(f"{OWN}:(id)?count=1", headers=JSON).json()["_total"] for _ in range(10)]
    for thread in threads:
        thread.join()
    assert totals == sorted(totals)
    assert len(sandbox.linkedin.numbers()) == len(set(sandbox.linkedin.numbers())) == 250


def test_the_clock_runs_when_it_is_not_set(sandbox: Sandbox) -> None:
    before = time.time()
    assert before <= sandbox.linkedin.now() <= time.time()
