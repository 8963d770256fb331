"""E-mail addresses (Lix API, section Contact Information API)."""

from __future__ import annotations

from typing import Any

from lixasync.codec.decoder import Decoder
from lixasync.lix.core import Core
from lixasync.lix.links import profile_link
from lixasync.models import EmailAnswer
from lixasync.transport.caller import whole_number
from lixasync.transport.operation import Operation

_PROBABLE = "PROBABLE"


def _email(decoder: Decoder, data: Any) -> EmailAnswer:
    return decoder.model(data, EmailAnswer)


def _charge(answer: EmailAnswer) -> int:
    return 1 if answer.is_valid else 0


FIND_EMAIL_BY_LINKEDIN = Operation(
    id="find_email_by_linkedin",
    method="GET",
    path="/v1/contact/email/by-linkedin",
    decode=_email,
    credits=1,
    credit_kind="email",
    charge=_charge,
)


class Contact:
    """``lix.contact``: how to reach a person."""

    def __init__(self, core: Core) -> None:
        self._core = core

    async def email(self, url: str, *, until_valid: int = 1) -> EmailAnswer:
        """Return the e-mail address behind a profile (Lix API, operation find_email_by_linkedin).

        Each call makes a fresh check, and only a VALID answer costs its Email credit. A PROBABLE one can become VALID
        when asked again; the API's documentation advises five to ten times. Any other answer is taken as it is.

        Args:
            url: Address of a LinkedIn profile.
            until_valid: Ask up to so many times, from 1 up, as long as the answer is PROBABLE. Each takes a slot of the
                rate limit; a ``deadline`` holds for each of them.

        Returns:
            EmailAnswer: the last answer; UNKNOWN, without an address, when there is none: that is no error.

        Raises:
            InvalidArgumentError: the text is not the address of a profile, or ``until_valid`` is below 1.
            NotFoundError: there is no such profile.
            QueuedError: the look-up is still not ready after several attempts; ask again in some minutes.
            APIError: see `lixasync.errors`.
        """
        link = profile_link(url, "url")
        asks = whole_number("until_valid", until_valid, least=1)
        answer = await self._core.send(FIND_EMAIL_BY_LINKEDIN, (("url", link),))
        for _ in range(asks - 1):
            if answer.status != _PROBABLE:
                break
            answer = await self._core.send(FIND_EMAIL_BY_LINKEDIN, (("url", link),))
        return answer
