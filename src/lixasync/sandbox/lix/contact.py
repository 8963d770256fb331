"""What the contact endpoint answers."""

from __future__ import annotations

from lixasync.sandbox import people
from lixasync.sandbox.replies import RefusedError, Reply, encode

from .call import Call, Routes
from .profiles import MAIL_DOMAIN, whose


def _status(call: Call, name: str, index: int) -> str:
    """Say how sure an address is; asking often makes a probable one valid, where the settings say so."""
    status = ("VALID", "VALID", "PROBABLE", "RISKY", "UNKNOWN")[index % 5]
    needed, asked = call.settings.email_valid_after, call.memory.asked[name]
    call.memory.asked[name] += 1
    return "VALID" if status == "PROBABLE" and 0 < needed <= asked else status


def find_email(call: Call) -> Reply:
    """GET /v1/contact/email/by-linkedin; an Email credit is taken only for a valid address."""
    kind, index = whose(call, call.require("url"), "url")
    if call.ledger.left("email") < 1:
        raise RefusedError(402, "over_quota", "not enough email credits")
    name = people.identity(call.settings.seed, kind, index)["publicIdentifier"]
    address = f"{name}@{MAIL_DOMAIN}"
    status = _status(call, name, index)
    known = status != "UNKNOWN"
    body = {
        "email": address if known else "",
        "status": status,
        "alternatives": [f"mail+{address}"] if status == "PROBABLE" else [],
    }
    return Reply(status=200, body=encode(body), email_credits=int(status == "VALID"))


ROUTES: Routes = {
    ("GET", "/v1/contact/email/by-linkedin"): find_email,
}
