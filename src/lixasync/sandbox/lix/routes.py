"""What can be asked of the Lix API: which endpoint answers a method and a path."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias
from urllib.parse import unquote

from lixasync.sandbox.replies import RefusedError, Reply

from . import (
    account,
    activity,
    company_pages,
    contact,
    conversations,
    enrichment,
    identifiers,
    invitations,
    linkedin_account,
    lookc,
    posts,
    sales_messages,
    searches,
)
from .call import Call, Handler, Routes

Found: TypeAlias = tuple[Handler, Mapping[str, str]]

_GROUPS = (
    account, activity, company_pages, contact, conversations, enrichment, identifiers, invitations, linkedin_account,
    lookc, posts, sales_messages, searches,
)  # fmt: skip

ROUTES: Routes = {route: handler for group in _GROUPS for route, handler in group.ROUTES.items()}
"""What can be asked for: method and template of the path, and what answers."""

_PLAIN = {route: handler for route, handler in ROUTES.items() if "{" not in route[1]}
_TEMPLATES = [
    (method, template.split("/"), handler) for (method, template), handler in ROUTES.items() if "{" in template
]


def find(method: str, path: str) -> Found | None:
    """Find what answers a request; None when nothing does.

    Args:
        method: The HTTP method.
        path: The path as it was sent, so that a "/" in a segment is known from one between segments.

    Returns:
        The endpoint, and what stands in the places of its template, decoded.
    """
    plain = _PLAIN.get((method, unquote(path)))
    if plain is not None:
        return plain, {}
    segments = path.split("/")
    for known, template, handler in _TEMPLATES:
        if known == method and len(template) == len(segments):
            pairs = list(zip(template, map(unquote, segments), strict=True))
            if all((part.startswith("{") and given) or part == given for part, given in pairs):
                return handler, {part[1:-1]: given for part, given in pairs if part.startswith("{")}
    return None


def answer(call: Call, method: str, path: str) -> Reply:
    """Answer a request.

    Args:
        call: The request; the places of the path's template are filled in here.
        method: The HTTP method.
        path: The path as it was sent.

    Raises:
        RefusedError: The request is refused; the error says how.
    """
    found = find(method, path)
    if found is None:
        raise RefusedError(404, "unknown_route", f"there is no {method} {unquote(path)}")
    handler, call.path_params = found
    return handler(call)
