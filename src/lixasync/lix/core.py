"""What every section of the Lix API shares: its calls go through one pipeline with one set of options."""

from __future__ import annotations

import re
from urllib.parse import SplitResult

import attrs

from lixasync.errors import InvalidArgumentError
from lixasync.transport.caller import Caller, required
from lixasync.transport.urls import split_url

_LINKEDIN = re.compile(r"(?:[a-z0-9-]+\.)*linkedin\.com")


@attrs.frozen(kw_only=True)
class Core(Caller):
    """A client's inside, handed to each of its sections.

    Attributes:
        viewer_id: The viewer for calls that name none.
    """

    viewer_id: str | None

    def viewer(self, viewer_id: str | None) -> str:
        """Return the viewer to act as.

        Raises:
            InvalidArgumentError: neither the call nor the client names one.
        """
        viewer = self.viewer_id if viewer_id is None else required("viewer_id", viewer_id)
        if not viewer:
            raise InvalidArgumentError(
                "This call needs a viewer: the connected LinkedIn account that acts.",
                hint="Pass it to the call, or set viewer_id on the client or LIX_VIEWER_ID in the environment.",
            )
        return viewer


def on_linkedin(url: str) -> SplitResult | None:
    """Return the parts of a URL of LinkedIn's; None when it is none."""
    parts = split_url(url)
    return parts if parts is not None and _LINKEDIN.fullmatch(parts.hostname or "") else None
