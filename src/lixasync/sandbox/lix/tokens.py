"""Tokens that carry a position: each page has its own, the last page has none, invented ones are refused."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence

from lixasync.sandbox.replies import RefusedError, digest

from .call import Call


def issue(call: Call, position: int, *scope: object) -> str:
    """Make the token of a position.

    Args:
        call: The request that is answered.
        position: How many items come before it.
        scope: What is listed, so that the token of another list is refused.
    """
    proof = digest(call.settings.seed, "token", position, *scope)[:20]
    return base64.urlsafe_b64encode(f"{position}:{proof}".encode()).decode()


def read(call: Call, name: str, *scope: object) -> int | None:
    """Read the position of a token.

    Args:
        call: The request.
        name: The parameter that holds the token.
        scope: What is listed, as when the token was issued.

    Returns:
        How many items come before it; None when there is no token.

    Raises:
        RefusedError: The token was not issued for this list.
    """
    token = call.query.get(name, "").strip()
    if not token:
        return None
    try:
        position = int(base64.urlsafe_b64decode(token.encode()).decode().partition(":")[0])
    except (ValueError, binascii.Error):
        position = -1
    if position < 0 or issue(call, position, *scope) != token:
        raise RefusedError(400, "params_invalid", f"{name} was not issued for this list")
    return position


def after(call: Call, first: int, size: int, total: int, scope: Sequence[object]) -> str | None:
    """Make the token of the page behind a page; None when that page is the last one.

    Args:
        call: The request that is answered.
        first: How many items come before the page.
        size: How many items a page holds.
        total: How many items there are.
        scope: What is listed.
    """
    behind = first + size
    return issue(call, behind, *scope) if behind < total else None
