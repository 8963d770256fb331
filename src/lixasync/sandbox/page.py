"""The page that shows live what arrives."""

from __future__ import annotations

import functools
from importlib import resources

POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; "
    "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""The page's Content-Security-Policy: it may talk to its own sandbox and to nobody else."""


@functools.cache
def page_html() -> str:
    """Load the page, which holds its styles and its script."""
    return resources.files("lixasync.sandbox").joinpath("page.html").read_text(encoding="utf-8")
