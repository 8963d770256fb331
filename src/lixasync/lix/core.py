"""What every section of the Lix API shares: its calls go through one pipeline with one set of options."""

from __future__ import annotations

import secrets

import attrs

from lixasync.errors import InvalidArgumentError
from lixasync.lix.queries.names import Names
from lixasync.transport.caller import Caller, required


@attrs.frozen(kw_only=True)
class Core(Caller):
    """A client's inside, handed to each of its sections.

    Attributes:
        viewer_id: The viewer for calls that name none.
        names: What names stand for, as far as it was asked; shared like the pipeline.
        salt: Makes what this client invents its own.
    """

    viewer_id: str | None
    names: Names
    salt: str = attrs.field(factory=lambda: secrets.token_hex(8), repr=False)

    def viewer(self, viewer_id: str | None) -> str:
        """Return the viewer to act as.

        Raises:
            InvalidArgumentError: neither the call nor the client names one.
        """
        viewer = self.any_viewer(viewer_id)
        if not viewer:
            raise InvalidArgumentError(
                "This call needs a viewer: the connected LinkedIn account that acts.",
                hint="Pass it to the call, or set viewer_id on the client or LIX_VIEWER_ID in the environment.",
            )
        return viewer

    def any_viewer(self, viewer_id: str | None) -> str | None:
        """Return the viewer to act as, or None when neither the call nor the client names one.

        Raises:
            InvalidArgumentError: the call names one that is no text, or empty.
        """
        return self.viewer_id if viewer_id is None else required("viewer_id", viewer_id)
