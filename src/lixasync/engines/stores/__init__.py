"""Where chunks are kept: folders, object stores and databases, all under one protocol."""

from __future__ import annotations
