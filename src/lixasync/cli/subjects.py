"""What commands are asked about, as it is written on the command line."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from cyclopts import Parameter

ProfileLink: TypeAlias = Annotated[str, Parameter(help="Address of a LinkedIn profile.")]
CompanyLink: TypeAlias = Annotated[
    str, Parameter(help="Address of a company's page on LinkedIn, or in Sales Navigator.")
]
JobId: TypeAlias = Annotated[str, Parameter(help="The number in the posting's address.")]
PostUrn: TypeAlias = Annotated[
    str, Parameter(help="URN of a post, such as urn:li:activity:7019605025920286720; it stands in its address.")
]
Viewer: TypeAlias = Annotated[
    str | None, Parameter(help="The connected LinkedIn account; by default --viewer-id or LIX_VIEWER_ID.")
]
SearchUrl: TypeAlias = Annotated[
    str, Parameter(help="The search's address, copied from the browser; put it in quotes.")
]
AnyUrl: TypeAlias = Annotated[
    str | None,
    Parameter(help="The search's address, copied from the browser, in quotes; without it, give filters."),
]


def page_size(what: str) -> Parameter:
    """Return the option for the size of pages.

    Args:
        what: What a page holds, and how many of it.
    """
    return Parameter(help=f"{what} a page.", metavar="N")
