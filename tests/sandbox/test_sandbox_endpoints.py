"""Every endpoint, over real HTTP."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from lixasync.sandbox import Sandbox

VIEWER = "robin-marlowe"
SEARCH = "https://www.linkedin.com/search/results/people/?keywords=kelp"
SALES = "https://www.linkedin.com/sales/search/people#query=(filters%3AList())"
PEOPLE_PATH = "/v1/li/linkedin/search/people"
SALES_PATH = "/v1/li/sales/search/people"


def connections(client: httpx.Client, **params: Any) -> httpx.Response:
    return client.get("/v1/connections", params={"viewer_id": VIEWER, **params})


def fails(answer: httpx.Response, status: int, kind: str, message: str = "") -> None:
    assert answer.status_code == status
    body = answer.json()
    assert body["error"]["type"] == kind
    assert message in body["error"]["message"]
    assert set(body) == {"error", "traceId"}
    assert len(body["traceId"]) == 16


# --- connections ----------------------------------------------------------------------------------------


def test_connections_page_through_everybody_once(sandbox: Sandbox, client: httpx.Client) -> None:
    sandbox.reset(connections=25)
    found: list[Any] = []
    for start in range(0, 30, 10):
        body = connections(client, start=start, count=10).json()["connections_response"]
        assert body["paging"] == {"count": 10}
        found += body["elements"]
    assert found == [sandbox.connection(index) for index in range(25)]
    assert connections(client, start=30, count=10).json()["connections_response"]["elements"] == []


def test_connections_have_a_default_and_a_largest_page(sandbox: Sandbox, client: httpx.Client) -> None:
    assert len(connections(client).json()["connections_response"]["elements"]) == 10
    assert len(connections(client, count=5000).json()["connections_response"]["elements"]) == 1000
    sandbox.reset(max_page=7)
    body = connections(client, count=50).json()["connections_response"]
    assert len(body["elements"]) == body["paging"]["count"] == 7


def test_connections_without_pictures(client: httpx.Client) -> None:
    with_pictures = connections(client, count=50)
    without = connections(client, count=50, include_profile_pictures="false")
    assert "profile_picture" in with_pictures.text
    assert "profile_picture" not in without.text
    assert "profile_picture" in connections(client, include_profile_pictures="1").text


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"start": "-1"}, "start must be a whole number of at least 0"),
        ({"start": "x"}, "start must be"),
        ({"count": "0"}, "count must be a whole number of at least 1"),
        ({"count": "1" * 10}, "count must be"),
        ({"include_profile_pictures": "perhaps"}, "must be true or false"),
    ],
)
def test_connections_refuse_bad_parameters(client: httpx.Client, params: dict[str, str], message: str) -> None:
    fails(connections(client, **params), 400, "params_invalid", message)


def test_connections_need_an_accepted_viewer(sandbox: Sandbox, client: httpx.Client) -> None:
    fails(client.get("/v1/connections"), 407, "viewer_invalid", "viewer_id is required")
    fails(connections(client, viewer_id="stranger"), 407, "viewer_invalid", "not connected")
    sandbox.reset(viewers=("ACoAAB", "other"))
    fails(connections(client), 407, "viewer_invalid")
    assert connections(client, viewer_id="other").status_code == 200


# --- searches -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mark", ["&", "#", "#a=b&"])
def test_people_search_reads_the_page_in_the_address(sandbox: Sandbox, client: httpx.Client, mark: str) -> None:
    sandbox.reset(search_results=34)
    found: list[Any] = []
    for page in (1, 2, 3, 4, 5):
        params = {"url": f"{SEARCH}{mark}page={page}", "sequence_id": "mine"}
        body = client.get(PEOPLE_PATH, params=params).json()
        assert body["paging"] == {"count": 10, "start": (page - 1) * 10, "total": 34}
        found += body["people"]
    assert found == [sandbox.person(index) for index in range(34)]


def test_the_last_page_number_counts_and_none_is_the_first(sandbox: Sandbox, client: httpx.Client) -> None:
    both = client.get(PEOPLE_PATH, params={"url": f"{SEARCH}&page=1&page=3", "viewer_id": VIEWER}).json()
    assert both["paging"]["start"] == 20
    none = client.get(PEOPLE_PATH, params={"url": SEARCH}).json()
    assert none["paging"]["start"] == 0
    assert none["people"][0] == sandbox.person(0)
    nested = client.get(PEOPLE_PATH, params={"url": f"{SEARCH}%26page%3D4"}).json()
    assert nested["paging"]["start"] == 0


def test_an_address_that_was_not_encoded_loses_its_page(client: httpx.Client) -> None:
    body = client.get(f"{PEOPLE_PATH}?url={SEARCH}&page=3").json()
    assert body["paging"]["start"] == 0


def test_searches_end_at_their_caps(sandbox: Sandbox, client: httpx.Client) -> None:
    sandbox.reset(search_results=9000)
    last = client.get(PEOPLE_PATH, params={"url": f"{SEARCH}&page=100", "viewer_id": VIEWER}).json()
    assert last["people"][-1] == sandbox.person(999)
    assert last["paging"]["total"] == 1000
    beyond = client.get(PEOPLE_PATH, params={"url": f"{SEARCH}&page=101", "viewer_id": VIEWER}).json()
    assert beyond["people"] == []
    leads = client.get(SALES_PATH, params={"url": f"{SALES}&page=100", "viewer_id": VIEWER}).json()
    assert leads["people"][-1] == sandbox.person(2499)
    assert leads["paging"] == {"count": 25, "start": 2475, "total": 9000}
    nothing = client.get(SALES_PATH, params={"url": f"{SALES}&page=101", "viewer_id": VIEWER}).json()
    assert nothing["people"] == []


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("", "url is required"),
        ("kelp", "url must be the address"),
        ("https://a b", "url must be the address"),
        (f"{SEARCH}&page=0", "page must be"),
        (f"{SEARCH}&page=two", "page must be"),
        (f"{SEARCH}&page=", "page must be"),
    ],
)
def test_searches_refuse_bad_addresses(client: httpx.Client, url: str, message: str) -> None:
    fails(client.get(PEOPLE_PATH, params={"url": url}), 400, "params_invalid", message)


def test_search_checks_a_given_viewer(client: httpx.Client) -> None:
    fails(client.get(PEOPLE_PATH, params={"url": SEARCH, "viewer_id": "stranger"}), 407, "viewer_invalid")


def test_sales_search_by_form_answers_the_same_page(sandbox: Sandbox, client: httpx.Client) -> None:
    params = {"url": f"{SALES}&page=2", "sequence_id": "mine"}
    assert client.post(SALES_PATH, data=params).json() == client.get(SALES_PATH, params=params).json()
    fails(client.post(SALES_PATH, content=b"\xff=1&url=x"), 400, "params_invalid")
    fails(client.post(SALES_PATH, content=b"just words"), 400, "params_invalid", "not a form")
    fails(client.post(SALES_PATH), 400, "params_invalid", "url is required")
    viewed = client.post(SALES_PATH, params={"viewer_id": VIEWER}, data={"url": f"{SALES}&page=2"}).json()
    assert viewed["people"] == [sandbox.person(index) for index in range(25, 50)]


# --- sequence ids ---------------------------------------------------------------------------------------


def collect(client: httpx.Client, carry: str) -> list[str]:
    found: list[str] = []
    sequence = "invented" if carry == "invented" else ""
    for page in range(1, 6):
        params = {"url": f"{SEARCH}&page={page}", "sequence_id": sequence}
        body = client.get(PEOPLE_PATH, params=params).json()
        found += [person["link"] for person in body["people"]]
        if carry == "issued":
            sequence = body["meta"]["sequenceId"]
    return found


@pytest.mark.parametrize("carry", ["invented", "issued"])
def test_whoever_carries_a_sequence_id_sees_everybody_once(sandbox: Sandbox, client: httpx.Client, carry: str) -> None:
    sandbox.reset(search_results=50)
    assert collect(client, carry) == [sandbox.person(index)["link"] for index in range(50)]


def test_whoever_forgets_it_sees_repeats(sandbox: Sandbox, client: httpx.Client) -> None:
    sandbox.reset(search_results=50)
    found = collect(client, "forgotten")
    assert len(found) == 50
    assert len(set(found)) < 50
    sandbox.reset()
    assert collect(client, "forgotten") == found


def test_sequence_ids_stay_once_issued(client: httpx.Client) -> None:
    def issued(sequence: str) -> str:
        params = {"url": SEARCH, "sequence_id": sequence}
        answered: str = client.get(PEOPLE_PATH, params=params).json()["meta"]["sequenceId"]
        return answered

    first, second = issued(""), issued("")
    assert first != second
    assert issued(first) == first
    assert issued("mine") == issued("mine") not in ("mine", first, second)


# --- persons, email, account ----------------------------------------------------------------------------


def test_a_person_is_the_one_of_the_search(sandbox: Sandbox, client: httpx.Client) -> None:
    person = sandbox.person(41)
    assert client.get("/v1/person", params={"profile_link": person["link"]}).json() == person
    assert client.get("/v1/person", params={"profile_link": person["link"], "viewer_id": VIEWER}).json() == person


def test_connections_and_viewers_have_profiles(sandbox: Sandbox, client: httpx.Client) -> None:
    link = sandbox.connection(3)["link"]
    assert client.get("/v1/person", params={"profile_link": link}).json()["link"] == link
    own = client.get("/v1/person", params={"profile_link": f"https://www.linkedin.com/in/{VIEWER}"})
    assert own.status_code == 200


def test_persons_that_are_not_there(sandbox: Sandbox, client: httpx.Client) -> None:
    beyond = [
        sandbox.person(1000)["link"],
        sandbox.connection(2345)["link"],
        "https://www.linkedin.com/in/nobody",
    ]
    for link in beyond:
        fails(client.get("/v1/person", params={"profile_link": link}), 404, "not_found", "profile not found")
    fails(client.get("/v1/person"), 400, "params_invalid", "profile_link is required")
    fails(client.get("/v1/person", params={"profile_link": "https://x/in/"}), 400, "params_invalid")
    fails(client.get("/v1/person", params={"profile_link": beyond[0], "viewer_id": "x"}), 407, "viewer_invalid")
    assert sandbox.stats()["credits_spent"] == 0


def test_email_takes_an_email_credit_only_when_valid(sandbox: Sandbox, client: httpx.Client) -> None:
    found = [
        client.get("/v1/contact/email/by-linkedin", params={"url": sandbox.person(index)["link"]}).json()
        for index in range(5)
    ]
    assert [body["status"] for body in found] == ["VALID", "VALID", "PROBABLE", "RISKY", "UNKNOWN"]
    assert [bool(body["email"]) for body in found] == [True, True, True, True, False]
    assert [len(body["alternatives"]) for body in found] == [0, 0, 1, 0, 0]
    assert sandbox.stats()["email_credits_left"] == 998
    assert sandbox.stats()["credits_spent"] == 0
    sandbox.reset(email_credits=0)
    refused = client.get("/v1/contact/email/by-linkedin", params={"url": sandbox.person(0)["link"]})
    fails(refused, 402, "over_quota", "email credits")
    fails(client.get("/v1/contact/email/by-linkedin"), 400, "params_invalid", "url is required")


def test_balances(sandbox: Sandbox, client: httpx.Client) -> None:
    assert client.get("/v1/account/balances").json() == {"emailBalance": 1000, "linkedInBalance": 10_000}
    connections(client)
    assert client.get("/v1/account/balances").json()["linkedInBalance"] == 9_999
    sandbox.reset(variant="later")
    assert client.get("/v1/account/balances").json() == {
        "emailBalance": 1000, "linkedInBalance": 10_000, "lookcBalance": 1000,
        "autoTopUpEnabled": None, "enterprise": None,
    }  # fmt: skip


def test_daily_allowance(sandbox: Sandbox, client: httpx.Client) -> None:
    sandbox.reset(now=1696512494.5, daily_allowance=2)
    path = "/v1/account/allowances/daily"
    assert client.get(path).json() == {"requestsRemaining": 2, "refreshesAt": 1696550400}
    assert [connections(client).status_code for _ in range(2)] == [200, 200]
    fails(connections(client), 429, "daily_limit")
    sandbox.reset(variant="later")
    assert client.get(path).json()["refreshesAtISO"] == "2023-10-06T00:00:00Z"
    sandbox.reset(now=None)
    assert client.get(path).json()["refreshesAt"] % 86_400 == 0


# --- sends ----------------------------------------------------------------------------------------------


def message(client: httpx.Client, **data: Any) -> httpx.Response:
    return client.post("/v1/li/messages", params={"viewer_id": VIEWER}, json=data)


def test_a_message_is_accepted_once(sandbox: Sandbox, client: httpx.Client) -> None:
    body = message(client, body="Hello & grüß 你", conversation_id="2-abc").json()["message"]
    assert body["bodyText"] == "Hello & grüß 你"
    assert body["deliveredAt"].isdigit()
    assert body["backendConversationUrn"] == "urn:li:messagingThread:2-abc"
    assert message(client, body="Again", conversation_urn="urn:li:x").status_code == 200
    stats = sandbox.stats()
    assert stats["sends"] == ["Hello & grüß 你", "Again"]
    assert stats["credits_spent"] == 2


@pytest.mark.parametrize(
    ("data", "message_text"),
    [
        ({"conversation_id": "a"}, "body must be text"),
        ({"conversation_id": "a", "body": ""}, "body is required"),
        ({"conversation_id": "a", "body": "x" * 8001}, "at most 8000"),
        ({"body": "x"}, "exactly one of"),
        ({"body": "x", "conversation_id": "a", "conversation_urn": "b"}, "exactly one of"),
        ({"body": "x", "conversation_id": 5}, "conversation_id must be text"),
    ],
)
def test_messages_are_checked(sandbox: Sandbox, client: httpx.Client, data: dict[str, Any], message_text: str) -> None:
    fails(message(client, **data), 400, "params_invalid", message_text)
    assert sandbox.stats()["sends"] == []


def test_messages_need_json_and_a_viewer(client: httpx.Client) -> None:
    path = "/v1/li/messages"
    fails(client.post(path, content=b"{"), 400, "params_invalid", "not JSON")
    fails(client.post(path, content=b"[" * 100_000), 400, "params_invalid", "not JSON")
    fails(client.post(path, content=b"\xff\xfe"), 400, "params_invalid", "not JSON")
    fails(client.post(path, json=[1]), 400, "params_invalid", "must be a JSON object")
    data = {"body": "x", "conversation_id": "a"}
    fails(client.post(path, json=data), 407, "viewer_invalid")


def invite(client: httpx.Client, **data: Any) -> httpx.Response:
    return client.post("/v1/connections/send", json={"viewer_id": VIEWER, **data})


def test_an_invitation_is_accepted(sandbox: Sandbox, client: httpx.Client) -> None:
    body = invite(client, profile_link="https://www.linkedin.com/in/kelp", message="Hi").json()
    assert body["success"] is True
    assert body["entity_urn"].startswith("urn:li:fsd_invitation:")
    assert len(body["entity_urn"].rsplit(":", 1)[1]) == 19
    assert invite(client, profile_id="pebble").status_code == 200
    assert sandbox.stats()["invitations"] == ["kelp", "pebble"]


def test_invitations_are_checked(client: httpx.Client) -> None:
    fails(invite(client), 400, "params_invalid", "profile_link or profile_id is required")
    fails(invite(client, profile_id="kelp", message="x" * 301), 400, "params_invalid", "at most 300")
    fails(invite(client, profile_id="kelp", viewer_id="stranger"), 407, "viewer_invalid")
    fails(invite(client, profile_id="kelp", viewer_id=["odd"]), 407, "viewer_invalid")


@pytest.mark.parametrize(
    ("now", "wait"),
    [
        (1785110400.0, "604800"),  # Monday 2026-07-27 00:00:00 UTC: the week has just begun
        (1785715199.0, "1"),  # Sunday 2026-08-02 23:59:59 UTC
        (1785412800.0, "302400"),  # Thursday 2026-07-30 12:00:00 UTC
    ],
)
def test_the_weekly_limit(sandbox: Sandbox, client: httpx.Client, now: float, wait: str) -> None:
    sandbox.reset(now=now)
    assert all(invite(client, profile_id=f"kelp-{n}").status_code == 200 for n in range(50))
    refused = invite(client, profile_id="kelp-50")
    fails(refused, 429, "rate_limit", "weekly connection request limit reached")
    assert refused.headers["Retry-After"] == wait
    assert len(sandbox.stats()["invitations"]) == 50


# --- routes, variants -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("method", "path"), [("GET", "/v1/nothing"), ("DELETE", "/v1/person"), ("GET", "/favicon")])
def test_unknown_routes(client: httpx.Client, method: str, path: str) -> None:
    fails(client.request(method, path), 404, "unknown_route", path)


@pytest.mark.parametrize(
    ("variant", "people_wrap", "connection_shape"),
    [
        ("head", None, "head"), ("response", "response", "head"),
        ("searchResponse", "searchResponse", "head"), ("later", None, "later"), ("bare", None, "bare"),
    ],
)  # fmt: skip
def test_variants(
    sandbox: Sandbox, client: httpx.Client, variant: Any, people_wrap: str | None, connection_shape: str
) -> None:
    sandbox.reset(variant=variant)
    found = client.get(PEOPLE_PATH, params={"url": SEARCH}).json()
    assert "meta" in found
    assert len((found[people_wrap] if people_wrap else found)["people"]) == 10
    body = connections(client, start=2340, count=10).json()
    inner = body if connection_shape == "bare" else body["connections_response"]
    assert inner["elements"] == [sandbox.connection(index) for index in range(2340, 2345)]
    paging = {"count": 5, "start": 2340, "total": 2345} if connection_shape == "later" else {"count": 10}
    assert inner["paging"] == paging


def test_mixed_variants_change_from_page_to_page(sandbox: Sandbox, client: httpx.Client) -> None:
    sandbox.reset(variant="mixed")
    shapes = [sorted(client.get(PEOPLE_PATH, params={"url": SEARCH}).json()) for _ in range(4)]
    flat = ["meta", "paging", "people"]
    assert shapes == [flat, ["meta", "response"], ["meta", "searchResponse"], flat]
