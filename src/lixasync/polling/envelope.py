"""The text in which a state is saved: what it belongs to, a check against damage, and a body. Pure.

It holds times, hashes and a salt; never an id, a name, a link or any content.
"""

from __future__ import annotations

import hashlib
import re
from typing import Any, TypeVar

import msgspec

from lixasync.errors import StateError
from lixasync.polling.hashes import SALT, keyed_hash

_VERSION = 1
_SALT = re.compile(f"[0-9a-f]{{{2 * SALT}}}")
_START_OVER = (
    "Without the state the watch starts over: it repeats what it has delivered, or begins at the present. "
    "So it is left as it is: decide, and remove it yourself."
)

S = TypeVar("S")


class _Versioned(msgspec.Struct):
    version: int


class _Envelope(_Versioned, forbid_unknown_fields=True):
    watch: str
    salt: str
    check: str
    body: msgspec.Raw


def write_state(watch: str, salt: str, body: object) -> str:
    """Return the text of a state.

    Args:
        watch: What tells this watch from others; only a hash of it is written.
        salt: The state's salt, in hexadecimal.
        body: What the watch has to remember: times and hashes.
    """
    owner = keyed_hash(salt, "watch", watch)
    raw = msgspec.json.encode(body)
    check = _check(owner, salt, raw)
    envelope = _Envelope(version=_VERSION, watch=owner, salt=salt, check=check, body=msgspec.Raw(raw))
    return msgspec.json.encode(envelope).decode()


def read_state(text: object, watch: str, kind: type[S]) -> tuple[str, S]:
    """Return the salt and the body of a state's text.

    Args:
        text: The text, as it was loaded.
        watch: What tells this watch from others.
        kind: The type of the body.

    Raises:
        StateError: the text is no state, is damaged, or belongs to another watch or version.
    """
    version = _decoded(text, _Versioned).version
    if version != _VERSION:
        raise StateError(
            f"The saved state is of version {version}; this lixasync reads version {_VERSION}.",
            hint=f"Use the lixasync that wrote it. {_START_OVER}",
        )
    envelope = _decoded(text, _Envelope)
    whole = envelope.check == _check(envelope.watch, envelope.salt, bytes(envelope.body))
    if not whole or not _SALT.fullmatch(envelope.salt):
        raise _damaged()
    if envelope.watch != keyed_hash(envelope.salt, "watch", watch):
        raise StateError(
            "The saved state belongs to another watch: another list, method or kind.",
            hint="Give each watch a state of its own. Only `every`, `overlap` and `since` may differ between runs.",
        )
    return envelope.salt, _decoded(bytes(envelope.body), kind)


def _decoded(text: Any, kind: type[S]) -> S:
    try:
        return msgspec.json.decode(text, type=kind)
    except (TypeError, ValueError):  # msgspec's own errors and UnicodeError are ValueErrors
        raise _damaged() from None


def _check(owner: str, salt: str, body: bytes) -> str:
    return hashlib.blake2b(b"\0".join((owner.encode(), salt.encode(), body)), digest_size=12).hexdigest()


def _damaged() -> StateError:
    return StateError("The saved state is damaged.", hint=f"Bring back a copy of it, if there is one. {_START_OVER}")
