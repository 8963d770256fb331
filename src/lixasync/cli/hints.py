"""What to do about a failure, in the words of the command: the SDK's own hints speak of Python. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

import attrs

from lixasync.errors import (
    CreditsError,
    CursorError,
    DailyLimitError,
    LixasyncError,
    PageSizeError,
    UnknownShapeError,
    ViewerError,
)

_Table = Mapping[type[LixasyncError], str]

_EVERYWHERE: _Table = {
    CursorError: "Copy all that stood behind --resume, and repeat the other arguments as they were.",
    PageSizeError: "To stop after a number of items, use --max-items.",
}
_USUAL: _Table = {UnknownShapeError: "The API may have changed: look for a newer version of lixasync."}
_OPTIONS = tuple(
    (re.compile(python), option)
    for python, option in (
        (r'LinkedInClient\(generation="2010"\)', "--generation 2010"),
        (r"the client's generation=", "--generation"),
        (
            r"lixasync\.linkedin\.industries\.INDUSTRIES lists codes and names\.",
            "--facets industry counts the industries of a search, with their codes and names.",
        ),
        (r"Pass it to the call, or set viewer_id on the client or", "Give it as --viewer-id, or set"),
        (r"Filters are .*", "--help lists the filters; for others, give the URL of a search from the browser."),
        (r"such as titles=\[\.\.\.\], to use partition_by", "such as --title, to use --partition-by"),
        (r"\ba Suggestion\b", "id: and its id"),
        (r"await lix\.lookc\.request\('([^']*)'\)", r"`lixasync lookc request \1`"),
        (r"\blix\.(search|sales)\.(\w+)", r"`lixasync \1 \2`"),
    )
)
"""What the SDK's hints made for the case say in Python, and how it is said on the command line."""


@attrs.frozen(kw_only=True)
class Hints:
    """The hints of the commands that ask one API.

    Attributes:
        always: By class, what is said whatever the SDK says.
        usual: By class, what is said when the SDK has nothing made for the case.
    """

    always: _Table
    usual: _Table

    def of(self, error: LixasyncError) -> str:
        """Return what to do about a failure; empty when there is nothing to add."""
        kinds = type(error).__mro__
        always = next((self.always[kind] for kind in kinds if kind in self.always), None)
        if always is not None:
            return always
        if error.hint and error.hint != error.default_hint:
            return _in_options(error.hint)
        return next((self.usual[kind] for kind in kinds if kind in self.usual), error.hint)


def _in_options(hint: str) -> str:
    for python, option in _OPTIONS:
        hint = python.sub(option, hint)
    return hint


LIX = Hints(
    always={
        **_EVERYWHERE,
        DailyLimitError: "`lixasync balance --daily` says when the allowance is refreshed.",
    },
    usual={
        **_USUAL,
        CreditsError: "`lixasync balance` shows what is left.",
        ViewerError: "The LinkedIn account must be connected in the Lix extension or dashboard.",
    },
)
LINKEDIN = Hints(
    always={
        **_EVERYWHERE,
        DailyLimitError: "LinkedIn counts the calls of each day; the count begins anew at midnight UTC.",
    },
    usual=_USUAL,
)
