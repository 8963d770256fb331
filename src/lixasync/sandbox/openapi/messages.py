"""The operations of conversations and messages."""

from __future__ import annotations

from .parts import COUNT, FLAG, MOMENT, START, TEXT, Operation, Parameter, array, record, ref

_CONTINUATION = Parameter(name="sequence_id", says="The sequenceId of the page before.", sample=False)
_WORDS = TEXT | {"minLength": 1, "maxLength": 8000}

CONVERSATIONS = (
    Operation(
        id="list_conversations",
        path="/v1/li/conversations",
        says="The conversations of a viewer, the newest first.",
        answer=record({"conversations": array(ref("Conversation"))}, {"sequenceId": TEXT}),
        viewer="required",
        parameters=(_CONTINUATION, Parameter(name="count", says="How many to list at most.", schema=COUNT)),
        paging="sequence_id",
        page_size=20,
    ),
)

MESSAGES = (
    Operation(
        id="list_messages",
        path="/v1/li/messages",
        says="The messages of a conversation; exactly one of conversation_id and conversation_urn is required.",
        answer=record({"messages": array(ref("Message"))}, {"sequenceId": TEXT}),
        viewer="required",
        parameters=(
            Parameter(name="conversation_id", says="The id of the conversation."),
            Parameter(name="conversation_urn", says="Its URN.", sample=False),
            _CONTINUATION,
            Parameter(name="delivered_at", says="A moment to list the messages around.", schema=MOMENT),
            Parameter(name="count_before", says="How many older ones.", schema=START),
            Parameter(name="count_after", says="How many newer ones.", schema=START),
        ),
        paging="sequence_id",
        page_size=20,
    ),
    Operation(
        id="send_message",
        method="post",
        path="/v1/li/messages",
        says="Send a message.",
        answer=record({"message": ref("Message")}),
        viewer="required",
        body={
            "type": "object",
            "properties": {
                "body": _WORDS,
                "conversation_id": TEXT | {"minLength": 1, "maxLength": 1000},
                "conversation_urn": TEXT | {"minLength": 1, "maxLength": 1000},
            },
            "required": ["body"],
            "oneOf": [{"required": ["conversation_id"]}, {"required": ["conversation_urn"]}],
        },
    ),
)

SALES_MESSAGES = (
    Operation(
        id="list_sales_message_threads",
        path="/v1/li/sales/messages/threads",
        says="The threads of Sales Navigator's messages, the newest first.",
        answer=record(
            {"data": record({"elements": array(ref("SalesThread"))}, {"entityUrn": TEXT})},
            {"included": array(ref("SalesMember"))},
        ),
        viewer="required",
        parameters=(
            Parameter(name="filter", says="Which threads.", schema={"enum": ["INBOX"]}),
            Parameter(name="count", says="How many to list at most.", schema=COUNT),
            Parameter(
                name="page_starts_at",
                says="The nextPageStartsAt of the last thread before.",
                schema=MOMENT,
                sample=False,
            ),
        ),
        paging="page_starts_at",
        page_size=20,
    ),
    Operation(
        id="get_sales_message_thread",
        path="/v1/li/sales/messages/threads/{thread_id}",
        says="One thread with its newest messages.",
        answer=record({"data": ref("SalesThread")}, {"included": array(ref("SalesMember"))}),
        viewer="required",
        parameters=(
            Parameter(name="thread_id", says="The id of the thread.", required=True, place="path"),
            Parameter(name="count", says="Without effect.", schema=COUNT),
            Parameter(name="message_count", says="How many messages at most.", schema=COUNT),
        ),
    ),
    Operation(
        id="send_sales_message",
        method="post",
        path="/v1/li/sales/messages",
        says="Answer in a thread, or begin one with a subject.",
        answer=record({"data": ref("SalesThread")}, {"included": array(ref("SalesMember"))}),
        viewer="required",
        body={
            "type": "object",
            "properties": {
                "body": _WORDS,
                "thread_id": TEXT | {"minLength": 1, "maxLength": 1000},
                "recipients": array(TEXT | {"minLength": 1, "maxLength": 1000}) | {"minItems": 1, "maxItems": 50},
                "subject": TEXT | {"minLength": 1, "maxLength": 200},
                "copy_to_crm": FLAG,
            },
            "required": ["body"],
            "oneOf": [{"required": ["thread_id"]}, {"required": ["recipients", "subject"]}],
        },
    ),
)
