"""How a state knows items without naming them: keyed hashes. Pure."""

from __future__ import annotations

import hashlib
import json
from base64 import urlsafe_b64encode

SALT = 16
"""Bytes of salt. Each state has a random one, so that the same member has another hash in every state."""
_DIGEST = 12  # 96 bits: two of a million items share a hash once in 10**17 states


def keyed_hash(salt: str, purpose: str, *parts: object) -> str:
    """Return a hash of plain data.

    Args:
        salt: The state's salt, in hexadecimal.
        purpose: What the hash is for: hashes for different purposes never meet.
        parts: What to hash: JSON-able data. The order of an object's keys does not matter.
    """
    # json, unlike msgspec, also takes the half characters (lone surrogates) that servers send now and then
    data = json.dumps(parts, sort_keys=True, separators=(",", ":")).encode()
    digest = hashlib.blake2b(data, digest_size=_DIGEST, key=bytes.fromhex(salt), person=purpose.encode())
    return urlsafe_b64encode(digest.digest()).decode()
