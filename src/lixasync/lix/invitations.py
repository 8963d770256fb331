"""Invitations to connect (Lix API, sections Enrichment API and LinkedIn Network API)."""

from __future__ import annotations

from typing import Any

from lixasync.codec.decoder import Decoder
from lixasync.lix.core import Core
from lixasync.lix.links import at_most, exactly_one
from lixasync.lix.links import profile_link as checked
from lixasync.models import ConnectionRequestAllowance, Invitation
from lixasync.transport.body import json_body
from lixasync.transport.operation import Operation

_LONGEST_NOTE = 300  # characters, as documented


def _invitation(decoder: Decoder, data: Any) -> Invitation:
    return decoder.model(data, Invitation)


def _remaining(decoder: Decoder, data: Any) -> ConnectionRequestAllowance:
    return decoder.model(data, ConnectionRequestAllowance)


SEND_CONNECTION_REQUEST = Operation(
    id="send_connection_request",
    method="POST",
    path="/v1/connections/send",
    decode=_invitation,
    credits=1,
    credit_kind="standard",
    safe=False,
)

GET_CONNECTION_REQUEST_ALLOWANCE = Operation(
    id="get_connection_request_allowance",
    method="GET",
    path="/v1/account/connections/remaining",
    decode=_remaining,
    newer=True,
)


class Invitations:
    """``lix.invitations``: inviting people to connect."""

    def __init__(self, core: Core) -> None:
        self._core = core

    async def send(
        self,
        profile_link: str | None = None,
        *,
        profile_id: str | None = None,
        message: str | None = None,
        viewer_id: str | None = None,
    ) -> Invitation:
        """Invite a person to connect (Lix API, operation send_connection_request). Costs 1 Standard credit.

        It is sent once. It is repeated only after a refusal that proves that nothing was done; after any other failure
        the invitation may have been sent, so look before sending it again.

        LinkedIn allows 100 invitations a week to Sales Navigator accounts and 50 to others, counted anew from Monday
        00:00 UTC.

        Args:
            profile_link: Address of a LinkedIn profile; give exactly one of both.
            profile_id: Last part of the profile's address.
            message: A note to the person, 300 characters at most.
            viewer_id: The connected account that invites; the client's by default.

        Raises:
            InvalidArgumentError: the note is too long or empty, not exactly one of both is given, or no viewer.
            WeeklyLimitError: the week's invitations are used up; ``retry_at`` says when the next week begins.
            APIError: see `lixasync.errors`.
        """
        name, value = exactly_one({"profile_link": profile_link, "profile_id": profile_id})
        content = {
            "viewer_id": self._core.viewer(viewer_id),
            name: checked(value) if name == "profile_link" else value,
        }
        if message is not None:
            content["message"] = at_most("message", message, _LONGEST_NOTE)
        return await self._core.send(SEND_CONNECTION_REQUEST, body=json_body(content))

    async def remaining(self, viewer_id: str | None = None) -> ConnectionRequestAllowance:
        """Return how many invitations are left this week (Lix API, operation get_connection_request_allowance).

        Newer than the documentation this SDK follows; it may change.

        Args:
            viewer_id: The connected account; the client's by default.

        Raises:
            InvalidArgumentError: no viewer is named here, on the client or in ``LIX_VIEWER_ID``.
            APIError: see `lixasync.errors`.
        """
        viewer = self._core.viewer(viewer_id)
        return await self._core.send(GET_CONNECTION_REQUEST_ALLOWANCE, (("viewer_id", viewer),))
