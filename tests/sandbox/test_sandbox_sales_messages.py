"""Messages of Sales Navigator."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import httpx
import pytest
from tests.sandbox.asking import VIEWER, fails, got

from lixasync.sandbox import Sandbox

THREADS, SEND = "/v1/li/sales/messages/threads", "/v1/li/sales/messages"


def threads(client: httpx.Client, **params: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = got(client, THREADS, viewer_id=VIEWER, **params)["data"]["elements"]
    return found


def send(client: httpx.Client, **body: Any) -> httpx.Response:
    return client.post(SEND, params={"viewer_id": VIEWER}, json=body)


def test_threads_are_paged_by_a_moment(client: httpx.Client) -> None:
    pages = [threads(client)]
    while pages[-1]:
        pages.append(threads(client, page_starts_at=pages[-1][-1]["nextPageStartsAt"], filter="INBOX"))
    assert [len(page) for page in pages] == [20, 20, 5, 0]
    idents = [thread["id"] for page in pages for thread in page]
    assert len(set(idents)) == 45
    moments = [thread["nextPageStartsAt"] for page in pages for thread in page]
    assert moments == sorted(moments, reverse=True)


def test_a_thread_names_who_takes_part(client: httpx.Client) -> None:
    body = got(client, THREADS, viewer_id=VIEWER, count=3)
    assert [len(body["data"]["elements"]), len(body["included"])] == [3, 3]
    thread = body["data"]["elements"][2]
    assert set(thread) == {
        "id", "nextPageStartsAt", "totalMessageCount", "unreadMessageCount", "archived", "messages", "participants",
    }  # fmt: skip
    assert thread["messages"][0]["deliveredAt"] == thread["nextPageStartsAt"] + 1
    assert thread["participants"][0].startswith("urn:li:fs_salesProfile:(ACoAA")


def test_one_thread_has_more_messages(client: httpx.Client) -> None:
    listed = threads(client)[12]
    path = f"{THREADS}/{quote(listed['id'], safe='')}"
    assert listed["id"].endswith("==")
    body = got(client, path, viewer_id=VIEWER)
    assert len(body["data"]["messages"]) == 10
    assert body["data"]["messages"][0] == listed["messages"][0]
    assert "nextPageStartsAt" not in body["data"]
    assert len(body["included"]) == 1
    assert len(got(client, path, viewer_id=VIEWER, message_count=50)["data"]["messages"]) == listed["totalMessageCount"]
    fails(client.get(f"{THREADS}/2-unknown", params={"viewer_id": VIEWER}), 404, "not_found", "thread not found")
    fails(client.get(path, params={"viewer_id": VIEWER, "message_count": 0}), 400, "params_invalid", "message_count")


def test_only_the_inbox_is_known(client: httpx.Client) -> None:
    params = {"viewer_id": VIEWER, "filter": "ARCHIVED"}
    fails(client.get(THREADS, params=params), 400, "params_invalid", "filter must be INBOX")


def test_an_answer_in_a_thread(sandbox: Sandbox, client: httpx.Client) -> None:
    listed = threads(client)[2]
    body = send(client, body="Hello", thread_id=listed["id"], copy_to_crm=True).json()
    assert body["included"] == []
    assert body["data"]["id"] == listed["id"]
    assert body["data"]["totalMessageCount"] == listed["totalMessageCount"] + 1
    assert [message["body"] for message in body["data"]["messages"]] == ["Hello"]
    assert send(client, body="Again", thread_id="2-elsewhere==").json()["data"]["totalMessageCount"] == 1
    stats = sandbox.stats()
    assert (stats["sales_messages"], stats["sends"]) == (["Hello", "Again"], [])
    assert stats["credits_spent"] == 3


def test_a_thread_is_begun_with_a_subject(sandbox: Sandbox, client: httpx.Client) -> None:
    answers = [send(client, body="Hi", recipients=["ACwAAAB", "ACwAAAC"], subject="Kelp").json() for _ in range(2)]
    idents = [answer["data"]["id"] for answer in answers]
    assert len(set(idents)) == 2
    assert not {thread["id"] for thread in threads(client, count=100)} & set(idents)
    assert sandbox.stats()["sales_messages"] == ["Hi", "Hi"]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"thread_id": "1"}, "body must be text"),
        ({"thread_id": "1", "body": ""}, "body is required"),
        ({"thread_id": "1", "body": "x" * 8001}, "at most 8000"),
        ({"body": "x"}, "exactly one of thread_id and recipients"),
        ({"body": "x", "thread_id": "1", "recipients": ["A"]}, "exactly one of thread_id and recipients"),
        ({"body": "x", "thread_id": 1}, "thread_id must be text"),
        ({"body": "x", "thread_id": "1", "copy_to_crm": "yes"}, "copy_to_crm must be true or false"),
        ({"body": "x", "thread_id": "1", "subject": "x" * 201}, "subject must be text"),
        ({"body": "x", "recipients": ["A"]}, "subject is required"),
        ({"body": "x", "recipients": "A", "subject": "s"}, "recipients must be a list"),
        ({"body": "x", "recipients": ["A"] * 51, "subject": "s"}, "at most 50"),
        ({"body": "x", "recipients": [1], "subject": "s"}, "each of the recipients must be text"),
    ],
)
def test_what_is_not_sent(sandbox: Sandbox, client: httpx.Client, body: dict[str, Any], message: str) -> None:
    fails(send(client, **body), 400, "params_invalid", message)
    assert sandbox.stats()["sales_messages"] == []


def test_nothing_is_sent_without_a_viewer_or_credits(sandbox: Sandbox, client: httpx.Client) -> None:
    fails(client.post(SEND, json={"body": "x", "thread_id": "1"}), 407, "viewer_invalid")
    sandbox.reset(credits=0)
    fails(send(client, body="x", thread_id="1"), 402, "over_quota")
    assert sandbox.stats()["sales_messages"] == []
