"""Answers about the LinkedIn accounts connected to the Lix account."""

from __future__ import annotations

from typing import Any

from lixasync.codec.decoder import Decoder
from lixasync.codec.listing import Listing
from lixasync.models import LinkedInAccount

__all__ = ["linkedin_accounts"]


def linkedin_accounts(decoder: Decoder, data: Any) -> Listing[LinkedInAccount]:
    """Read a page of accounts; the body is the list itself, with nothing around it.

    Lix API, operation list_linkedin_accounts.

    Raises:
        UnknownShapeError: no list of accounts can be found.
    """
    return decoder.listing(data, LinkedInAccount, items_key="", alternatives=("accounts",))
