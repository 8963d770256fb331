"""The OpenAPI description, put together."""

from __future__ import annotations

from typing import Any

from lixasync.sandbox.settings import Settings

from . import account, enrichment, messages, samples, searches
from .parts import TEXT, Json, Operation, Parameter, ref
from .schemas import SCHEMAS

SECTIONS: dict[str, tuple[Operation, ...]] = {
    "Lix Account API": account.LIX_ACCOUNT,
    "LinkedIn Account API": account.LINKEDIN_ACCOUNT,
    "Disambiguation API": account.DISAMBIGUATION,
    "Enrichment API": enrichment.ENRICHMENT,
    "Activity API": enrichment.ACTIVITY,
    "LinkedIn Search API": (
        *searches.LINKEDIN_SEARCH,
        *searches.SALES_SEARCH,
        *messages.SALES_MESSAGES,
        *searches.RECRUITER,
    ),
    "LinkedIn Conversations API": messages.CONVERSATIONS,
    "LinkedIn Messages API": messages.MESSAGES,
    "LookC API": account.LOOKC,
    "Contact Information API": account.CONTACT,
}
"""The operations by the section of the API they belong to."""

OPERATIONS: tuple[Operation, ...] = tuple(operation for section in SECTIONS.values() for operation in section)
"""Every operation."""

_REFUSALS = {
    400: "A parameter is wrong, or the viewer has no rights.",
    401: "The key is not allowed here.",
    402: "There is no credit of this kind left.",
    404: "There is no such record, or no such endpoint.",
    407: "The viewer is not connected.",
    429: "Too fast, or a daily or weekly limit is reached.",
    500: "The service has failed.",
    503: "The service is not available, or the answer is not ready.",
}
_RETRY_AFTER: Json = {
    "Retry-After": {"description": "Seconds to wait, where they are known.", "schema": {"type": "string"}}
}
_LOOKC = "LookC API"


def _refusal(status: int, says: str) -> Json:
    content: Json = {"application/json": {"schema": ref("Error")}}
    if status == 503:
        content["text/plain"] = {"schema": TEXT}
    return {"description": says, "content": content} | ({"headers": _RETRY_AFTER} if status == 429 else {})


def _parameter(operation: Operation, parameter: Parameter, known: dict[tuple[str, str], Any]) -> Json:
    described: Json = {
        "name": parameter.name,
        "in": parameter.place,
        "description": parameter.says,
        "required": parameter.required,
        "schema": parameter.schema,
    }
    if parameter.sample:
        described["example"] = known.get((operation.id, parameter.name), known.get(("", parameter.name)))
    return described


def _operation(section: str, operation: Operation, known: dict[tuple[str, str], Any], bodies: dict[str, Any]) -> Json:
    parameters = list(operation.parameters)
    if operation.viewer is not None:
        says = "The connected LinkedIn account that acts."
        parameters.append(Parameter(name="viewer_id", says=says, required=operation.viewer == "required"))
    described: Json = {
        "operationId": operation.id,
        "tags": [section],
        "summary": operation.says,
        "parameters": [_parameter(operation, parameter, known) for parameter in parameters],
        "responses": {
            "200": {"description": operation.says, "content": {"application/json": {"schema": operation.answer}}},
            **{str(status): {"$ref": f"#/components/responses/{status}"} for status in _REFUSALS},
        },
        "security": [{"lookc" if section == _LOOKC else "lix": []}],
        "x-credits": {"kind": operation.kind, "cost": operation.cost},
        "x-paging": {"style": operation.paging, "page_size": operation.page_size},
    }
    if operation.body is not None:
        media = {"schema": operation.body, "example": bodies[operation.id]}
        described["requestBody"] = {"required": True, "content": {operation.body_media: media}}
    return described


def document(settings: Settings) -> Json:
    """Describe the Lix API as the sandbox serves it.

    Args:
        settings: What the sandbox is told to do; the examples of parameters are values it knows.
    """
    known, bodies = samples.parameters(settings), samples.bodies(settings)
    paths: dict[str, Json] = {}
    for section, operations in SECTIONS.items():
        for operation in operations:
            paths.setdefault(operation.path, {})[operation.method] = _operation(section, operation, known, bodies)
    key = {"type": "apiKey", "in": "header", "name": "Authorization"}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Lix API, as the sandbox of lixasync serves it",
            "version": "1",
            "description": "Written from public documentation; it is not the service's own description.",
        },
        "servers": [{"url": "/"}],
        "tags": [{"name": section} for section in SECTIONS],
        "paths": paths,
        "components": {
            "schemas": SCHEMAS,
            "responses": {str(status): _refusal(status, says) for status, says in _REFUSALS.items()},
            "securitySchemes": {
                "lix": key | {"description": "The key alone, without a scheme."},
                "lookc": key | {"description": "LookC's key, where it has one of its own, else the key."},
            },
        },
    }
