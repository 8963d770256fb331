"""The sandbox's OpenAPI 3.1 description of the Lix API."""

from __future__ import annotations

from .document import OPERATIONS, document

__all__ = ["OPERATIONS", "document"]
