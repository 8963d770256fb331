"""Conversations and their messages."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from tests.sandbox.asking import VIEWER, fails, got

from lixasync.sandbox import Sandbox

CONVERSATIONS, MESSAGES = "/v1/li/conversations", "/v1/li/messages"


def conversation(client: httpx.Client, number: int = 0) -> tuple[dict[str, Any], str]:
    found = got(client, CONVERSATIONS, viewer_id=VIEWER, count=45)["conversations"][number]
    return found, found["backendUrn"].removeprefix("urn:li:messagingThread:")


def messages(client: httpx.Client, number: int = 0, **params: Any) -> list[dict[str, Any]]:
    _, ident = conversation(client, number)
    found: list[dict[str, Any]] = got(client, MESSAGES, viewer_id=VIEWER, conversation_id=ident, **params)["messages"]
    return found


def test_conversations(client: httpx.Client) -> None:
    body = got(client, CONVERSATIONS, viewer_id=VIEWER)
    assert set(body["conversations"][0]) == {
        "backendUrn", "conversationUrn", "title", "createdAt", "lastActivityAt", "unreadCount", "read", "groupChat",
        "conversationUrl", "participants", "lastMessage",
    }  # fmt: skip
    moments = [int(found["lastActivityAt"]) for found in body["conversations"]]
    assert moments == sorted(moments, reverse=True)
    first = body["conversations"][0]
    assert first["lastMessage"]["deliveredAt"] == first["lastActivityAt"]
    assert first["participants"][0]["hostIdentityUrn"] == f"urn:li:fsd_profile:{VIEWER}"
    assert first["title"] == "{firstName} {lastName}".format(**first["participants"][1])
    assert "senderHeadline" not in first["lastMessage"]


def test_a_conversation_without_messages(sandbox: Sandbox, client: httpx.Client) -> None:
    sandbox.reset(messages=0)
    found, _ = conversation(client)
    assert "lastMessage" not in found
    assert messages(client) == []


def test_viewers_have_their_own(sandbox: Sandbox, client: httpx.Client) -> None:
    sandbox.reset(viewers=(VIEWER, "other"))
    _, ident = conversation(client)
    others = got(client, CONVERSATIONS, viewer_id="other")
    assert ident not in str(others)
    params = {"viewer_id": "other", "conversation_id": ident}
    fails(client.get(MESSAGES, params=params), 404, "not_found", "conversation not found")
    token = {"viewer_id": VIEWER, "sequence_id": others["sequenceId"]}
    fails(client.get(CONVERSATIONS, params=token), 400, "params_invalid", "sequence_id was not issued")


def test_messages_come_in_pages(client: httpx.Client) -> None:
    found, ident = conversation(client, 3)
    first = got(client, MESSAGES, viewer_id=VIEWER, conversation_urn=found["conversationUrn"])
    second = got(client, MESSAGES, viewer_id=VIEWER, conversation_id=ident, sequence_id=first["sequenceId"])
    assert [len(first["messages"]), len(second["messages"])] == [20, 10]
    assert "sequenceId" not in second
    moments = [int(message["deliveredAt"]) for message in first["messages"] + second["messages"]]
    assert moments == sorted(set(moments), reverse=True)
    senders = {message["senderHostIdentityUrn"] for message in first["messages"]}
    assert senders == {person["hostIdentityUrn"] for person in found["participants"]}
    assert first["messages"][0].items() >= found["lastMessage"].items()


@pytest.mark.parametrize(
    ("params", "rows"),
    [
        ({}, slice(10, 11)),
        ({"count_before": 2}, slice(10, 13)),
        ({"count_after": 3}, slice(7, 11)),
        ({"count_before": 4, "count_after": 1}, slice(9, 15)),
        ({"count_after": 99}, slice(11)),
    ],
)
def test_messages_around_a_moment(client: httpx.Client, params: dict[str, int], rows: slice) -> None:
    usual = messages(client)
    moment = int(usual[10]["deliveredAt"])
    assert messages(client, delivered_at=moment, **params) == usual[rows]


def test_messages_around_a_moment_between_them(client: httpx.Client) -> None:
    usual = messages(client)
    moment = int(usual[10]["deliveredAt"]) + 1
    around = messages(client, delivered_at=moment, count_before=2, count_after=1)
    assert around == usual[9:12]
    assert messages(client, delivered_at=moment) == []
    body = client.get(MESSAGES, params={"viewer_id": VIEWER, "conversation_id": conversation(client)[1],
                                        "delivered_at": moment}).json()  # fmt: skip
    assert "sequenceId" not in body


@pytest.mark.parametrize(
    ("params", "status", "kind", "message"),
    [
        ({}, 400, "params_invalid", "exactly one of conversation_id, conversation_urn"),
        ({"conversation_id": "1", "conversation_urn": "2"}, 400, "params_invalid", "exactly one"),
        ({"conversation_urn": "urn:li:other:(1)"}, 400, "params_invalid", "must be the URN"),
        ({"conversation_urn": "urn:li:msg_conversation:(2-OTk5OmFi)"}, 404, "not_found", ""),
        ({"conversation_id": "2-OTk5OmFi"}, 404, "not_found", ""),
        ({"conversation_id": "é"}, 404, "not_found", ""),
        ({"conversation_id": "2-MDphYg=="}, 404, "not_found", ""),
    ],
)
def test_other_conversations_are_not_found(
    client: httpx.Client, params: dict[str, str], status: int, kind: str, message: str
) -> None:
    fails(client.get(MESSAGES, params={"viewer_id": VIEWER, **params}), status, kind, message)


def test_moments_are_milliseconds(client: httpx.Client) -> None:
    params = {"viewer_id": VIEWER, "conversation_id": conversation(client)[1], "delivered_at": "x"}
    fails(client.get(MESSAGES, params=params), 400, "params_invalid", "delivered_at must be a whole number")


def test_half_a_character_is_no_text(client: httpx.Client, sandbox: Sandbox) -> None:
    body = b'{"body": "\\ud800", "conversation_id": "1"}'
    answer = client.post(MESSAGES, params={"viewer_id": VIEWER}, content=body)
    fails(answer, 400, "params_invalid", "body must be text")
    assert sandbox.stats()["sends"] == []
