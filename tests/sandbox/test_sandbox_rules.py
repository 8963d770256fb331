"""What stands before every endpoint: the key, the rate limit, credits; and the account of it all."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import httpx
import pytest

from lixasync.sandbox import Sandbox, Settings
from lixasync.sandbox.ledger import Ledger
from lixasync.sandbox.run import Run

VIEWER = "robin-marlowe"
PAGE = "/v1/connections?viewer_id=robin-marlowe&count=5"
BALANCES = "/v1/account/balances"
KEY = {"authorization": "sandbox-key"}


def arrive(run: Run, at: float, path: str = BALANCES, **headers: str) -> Any:
    return run.arrive(at=at, time=0.0, method="GET", path=path, query="", headers={**KEY, **headers})


# --- the key --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("given", [None, "", "wrong", "Bearer sandbox-key", "sandbox-key2", "sandbox-kéy"])
def test_only_the_exact_key_is_accepted(sandbox: Sandbox, given: str | None) -> None:
    headers = [] if given is None else [(b"Authorization", given.encode())]
    answer = httpx.get(sandbox.url + BALANCES, headers=headers, trust_env=False)
    assert answer.status_code == 401
    assert answer.json()["error"]["type"] == "unauthorized"
    stats = sandbox.stats()
    assert (stats["arrivals"], stats["admitted"], stats["over_limit"]) == (1, 0, 0)


def test_the_key_is_never_shown(sandbox: Sandbox, client: httpx.Client) -> None:
    key = "s3cret/key+with words"
    sandbox.reset(key=key)
    assert sandbox.key == key
    assert client.get(BALANCES, headers={"Authorization": key}).status_code == 200
    client.get(BALANCES, params={"api_key": key, "other": key})
    client.get(f"/v1/{key}")
    client.get(BALANCES, params={"API_KEY": "another-secret"})
    shown = [json.dumps(sandbox.events()), json.dumps(sandbox.stats())]
    shown += [client.get(path).text for path in ("/", "/__sandbox/events", "/__sandbox/stats")]
    for text in shown:
        assert "s3cret" not in text
        assert "another-secret" not in text
    assert "%5Bkey%5D" in shown[0] or "[key]" in shown[0]


# --- the rate limit -------------------------------------------------------------------------------------


def test_the_limit_refuses_what_is_too_fast(sandbox: Sandbox, client: httpx.Client) -> None:
    sandbox.reset(requests=2, per=3600.0)
    answers = [client.get(BALANCES) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200, 200, 429, 429, 429]
    assert answers[-1].json()["error"]["type"] == "rate_limit"
    assert "Retry-After" not in answers[-1].headers
    stats = sandbox.stats()
    assert (stats["admitted"], stats["over_limit"], stats["max_in_window"]) == (2, 3, 5)
    assert stats["limit"] == {"requests": 2, "per": 3600.0}
    assert stats["by_status"] == {200: 2, 429: 3}
    assert stats["by_fault"] == {}
    assert 0.9 < stats["utilisation"] <= 1.0
    assert [event["outcome"] for event in sandbox.events()] == ["ok", "ok", "refused", "refused", "refused"]


def test_retry_after_when_asked_for(sandbox: Sandbox, client: httpx.Client) -> None:
    sandbox.reset(requests=1, per=3600.0, retry_after=True)
    client.get(BALANCES)
    assert 3500 < int(client.get(BALANCES).headers["Retry-After"]) <= 3600


@pytest.mark.parametrize(("later", "expected"), [(0.0, "3"), (0.5, "3"), (2.0, "1"), (2.9, "1")])
def test_retry_after_is_rounded_up(later: float, expected: str) -> None:
    run = Run(Settings(requests=1, per=3.0, retry_after=True))
    assert arrive(run, 10.0).early is None
    assert arrive(run, 10.0 + later).early.headers == (("Retry-After", expected),)


def test_each_path_can_have_a_window_of_its_own() -> None:
    run = Run(Settings(requests=1, per=3.0, limit_scope="path"))
    assert arrive(run, 10.0, "/a").early is None
    assert arrive(run, 10.0, "/b").early is None
    assert arrive(run, 10.5, "/a").early.status == 429
    assert run.ledger.stats()["max_in_window"] == 2
    assert run.ledger.stats()["limit_scope"] == "path"


def test_strangers_do_not_use_up_the_window(sandbox: Sandbox, client: httpx.Client) -> None:
    sandbox.reset(requests=1, per=3600.0)
    for _ in range(3):
        assert client.get(BALANCES, headers={"Authorization": "wrong"}).status_code == 401
    assert client.get(BALANCES).status_code == 200
    assert sandbox.stats()["max_in_window"] == 4


def test_injected_refusals_are_not_the_limits(sandbox: Sandbox, client: httpx.Client) -> None:
    sandbox.reset(requests=2, per=3600.0)
    assert client.get(BALANCES, headers={"x-sandbox-fault": "429"}).status_code == 429
    stats = sandbox.stats()
    assert (stats["admitted"], stats["over_limit"], stats["by_fault"]) == (1, 0, {"429": 1})


# --- credits --------------------------------------------------------------------------------------------


def test_credits_run_out(sandbox: Sandbox, client: httpx.Client) -> None:
    sandbox.reset(credits=2)
    paths = [PAGE, "/v1/person?profile_link=" + sandbox.person(1)["link"], PAGE, BALANCES]
    answers = [client.get(path) for path in paths]
    assert [answer.status_code for answer in answers] == [200, 200, 402, 200]
    assert answers[2].json()["error"]["type"] == "over_quota"
    assert answers[3].json()["linkedInBalance"] == 0
    stats = sandbox.stats()
    assert (stats["credits_left"], stats["credits_spent"]) == (0, 2)
    assert [event["credits"] for event in sandbox.events()] == [1, 1, 0, 0]


def test_refusals_cost_nothing(sandbox: Sandbox, client: httpx.Client) -> None:
    for path in ("/v1/connections", "/v1/nothing", PAGE + "&start=x", "/v1/person"):
        assert client.get(path).status_code >= 400
    assert sandbox.stats()["credits_spent"] == 0


# --- the account ----------------------------------------------------------------------------------------


def test_stats_have_their_keys(sandbox: Sandbox, client: httpx.Client) -> None:
    empty = sandbox.stats()
    assert (empty["first_at"], empty["last_at"], empty["utilisation"]) == (None, None, None)
    client.get(PAGE)
    client.get(BALANCES)
    stats = sandbox.stats()
    assert set(stats) == {
        "arrivals", "admitted", "over_limit", "by_status", "by_path", "by_fault", "max_in_window", "limit",
        "limit_scope", "credits_left", "credits_spent", "charged_but_lost", "email_credits_left",
            "org_credits_left",
        "allowance_left", "sends", "sales_messages", "invitations", "duplicates", "first_at", "last_at", "utilisation",
    }  # fmt: skip
    assert stats["by_path"] == {"/v1/account/balances": 1, "/v1/connections": 1}
    assert stats["first_at"] < stats["last_at"]
    assert json.loads(json.dumps(stats))["arrivals"] == 2


def test_pages_asked_for_twice_are_counted(sandbox: Sandbox, client: httpx.Client) -> None:
    for path in (PAGE, PAGE, PAGE, PAGE + "&start=5", BALANCES, BALANCES):
        client.get(path)
    client.get(PAGE + "&start=10", headers={"x-sandbox-fault": "empty"})
    client.get(PAGE + "&start=10")
    assert sandbox.stats()["duplicates"] == 2


def test_events_tell_what_happened_in_order(sandbox: Sandbox, client: httpx.Client) -> None:
    client.get(PAGE)
    client.get("/v1/nothing")
    first, second = sandbox.events()
    assert (first["n"], first["method"], first["path"], first["status"]) == (1, "GET", "/v1/connections", 200)
    assert first["query"] == "viewer_id=robin-marlowe&count=5"
    assert (first["outcome"], first["credits"], first["fault"], first["refused"]) == ("ok", 1, None, False)
    assert (second["n"], second["status"], second["outcome"]) == (2, 404, "client")
    assert first["at"] <= second["at"]
    assert first["seconds"] >= 0


def test_events_are_bounded_and_counters_are_not() -> None:
    ledger = Ledger(Settings(history=3))
    for n in range(10):
        event = ledger.arrive(at=float(n), time=0.0, method="GET", path="/", query="", load=1)
        ledger.finish(event, status=200, page=False, lost=False, seconds=0.0)
    assert [event["n"] for event in ledger.events()] == [8, 9, 10]
    assert ledger.stats()["arrivals"] == 10

    def known(after: int, limit: int) -> list[int]:
        return [row["n"] for row in ledger.finished(after, limit)[1]]

    assert known(0, 99) == [8, 9, 10]
    assert known(8, 99) == known(0, 2) == [9, 10]
    assert known(10, 99) == known(99, 99) == []
    assert ledger.finished(0, 99)[0] == 10


def test_reset_forgets_and_changes(sandbox: Sandbox, client: httpx.Client) -> None:
    sandbox.reset(requests=1, per=3600.0, credits=5)
    assert [client.get(PAGE).status_code for _ in range(2)] == [200, 429]
    sandbox.reset(connections=3)
    assert sandbox.events() == []
    stats = sandbox.stats()
    assert (stats["arrivals"], stats["credits_left"], stats["limit"]["per"]) == (0, 5, 3600.0)
    assert len(client.get(PAGE).json()["connections_response"]["elements"]) == 3
    with pytest.raises(TypeError):
        sandbox.reset(nonsense=1)  # type: ignore[call-arg]
    with pytest.raises(ValueError, match="unknown fault"):
        sandbox.reset(faults="nonsense")
    assert sandbox.stats()["arrivals"] == 1


def test_an_answer_of_an_old_run_does_not_touch_the_new_one() -> None:
    run = Run(Settings(requests=None))
    visit = arrive(run, 1.0)
    assert run.ledger.events()[0]["status"] is None
    run.ledger.finish(visit.event, status=200, page=False, lost=False, seconds=0.1)
    assert Run(run.settings, 1).ledger.stats()["arrivals"] == 0


# --- determinism ----------------------------------------------------------------------------------------


def tour(sandbox: Sandbox) -> list[tuple[int, bytes, list[tuple[str, str]]]]:
    search = "https://www.linkedin.com/search/results/people/?page="
    asked = [
        PAGE, PAGE + "&start=5", "/v1/connections", "/v1/nothing", BALANCES, "/v1/account/allowances/daily",
        *(f"/v1/li/linkedin/search/people?url={search}{page}" for page in (1, 2, 3)),
        "/v1/person?profile_link=" + sandbox.person(9)["link"],
        "/v1/contact/email/by-linkedin?url=" + sandbox.person(9)["link"],
    ]  # fmt: skip
    found = []
    with httpx.Client(base_url=sandbox.url, headers={"Authorization": sandbox.key}, trust_env=False) as client:
        for path in asked:
            answer = client.get(path)
            found.append((answer.status_code, answer.content, sorted(answer.headers.items())))
        sent = client.post(f"/v1/li/messages?viewer_id={VIEWER}", json={"body": "x", "conversation_id": "2-a"})
        found.append((sent.status_code, sent.content, sorted(sent.headers.items())))
    return found


def test_one_seed_answers_the_same_bytes() -> None:
    settings: dict[str, Any] = {
        "requests": None, "variant": "mixed", "faults": "503,queued-200", "fault_every": 4,
        "jitter": 0.002, "now": 1e9,
    }  # fmt: skip
    with (
        Sandbox(seed=3, **settings) as one,
        Sandbox(seed=3, **settings) as two,
        Sandbox(seed=4, **settings) as three,
    ):
        first, second, other = tour(one), tour(two), tour(three)
    assert first == second
    assert first != other


def test_settings_are_shown_as_they_are(sandbox: Sandbox) -> None:
    assert dataclasses.asdict(sandbox.settings) == dataclasses.asdict(Settings(requests=None))
