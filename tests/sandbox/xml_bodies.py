"""Reads the XML answers of the sandbox."""

from __future__ import annotations

import xml.etree.ElementTree as ET


def element(text: str | bytes) -> ET.Element:
    """Parse an answer and return its root element."""
    return ET.fromstring(text)  # noqa: S314 - the sandbox wrote it
