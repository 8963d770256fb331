"""``lixasync contact``: how to reach a person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from lixasync.cli.declare import looking_up
from lixasync.cli.subjects import ProfileLink

if TYPE_CHECKING:
    from lixasync import LixClient
    from lixasync.models import EmailAnswer


@looking_up()
async def email(
    lix: LixClient,
    link: ProfileLink,
    /,
    *,
    until_valid: Annotated[
        int,
        Parameter(
            help="Ask up to so many times as long as the answer is PROBABLE; the API's documentation advises 5 to 10.",
            metavar="N",
        ),
    ] = 1,
) -> EmailAnswer:
    """Look up the e-mail addresses behind profiles. Only an answer that is VALID costs 1 Email credit.

    An address that is not known is an answer too, with the status UNKNOWN.

    Example: `lixasync contact email https://www.linkedin.com/in/robin-marlowe --until-valid 5`
    """
    return await lix.contact.email(link, until_valid=until_valid)
