"""Invitations to connect."""

from __future__ import annotations

import attrs

from lixasync.models.base import Model, wire

__all__ = ["Invitation"]


@attrs.frozen(kw_only=True, repr=False)
class Invitation(Model):
    """An invitation that was sent.

    Lix API, operation send_connection_request.

    Attributes:
        success: Whether LinkedIn took it.
        entity_urn: LinkedIn's own id of the invitation.
    """

    success: bool | None = wire()
    entity_urn: str | None = wire("entity_urn")
