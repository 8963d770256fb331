"""What the endpoint of connection requests answers."""

from __future__ import annotations

from lixasync.sandbox import people
from lixasync.sandbox.faults import WEEKLY_MESSAGE
from lixasync.sandbox.replies import RefusedError, Reply, digest, encode

from .account import seconds_to_monday
from .call import Call, Routes, text


def send_connection_request(call: Call) -> Reply:
    """POST /v1/connections/send; refuses after the weekly limit, with Retry-After."""
    data = call.json()
    target = text(data.get("profile_link") or data.get("profile_id") or "", "profile_link", 1000)
    slug = people.slug_of(target)
    if slug is None:
        raise RefusedError(400, "params_invalid", "profile_link or profile_id is required")
    text(data.get("message") or "", "message", call.settings.max_note)
    call.viewer(data.get("viewer_id"), required=True)
    if len(call.ledger.invitations) >= call.settings.weekly_invitations:
        wait = str(seconds_to_monday(call.now()))
        raise RefusedError(429, "rate_limit", WEEKLY_MESSAGE, (("Retry-After", wait),))
    call.afford()
    call.ledger.invitations.append(slug)
    token = int(digest(call.settings.seed, "invitation", len(call.ledger.invitations))[:16], 16)
    urn = f"urn:li:fsd_invitation:{10**18 + token % (9 * 10**18)}"
    return Reply(status=200, body=encode({"success": True, "entity_urn": urn}), credits=1)


ROUTES: Routes = {
    ("POST", "/v1/connections/send"): send_connection_request,
}
