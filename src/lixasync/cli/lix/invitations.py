"""``lixasync invitations``: inviting people to connect."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lixasync.cli.declare import answering
from lixasync.cli.subjects import Viewer

if TYPE_CHECKING:
    from lixasync import LixClient
    from lixasync.models import ConnectionRequestAllowance


@answering()
async def remaining(lix: LixClient, viewer: Viewer = None, /) -> ConnectionRequestAllowance:
    """Show how many invitations the viewer may still send this week.

    Newer than the API's documentation; it may change.

    Example: `lixasync invitations remaining robin-marlowe`
    """
    return await lix.invitations.remaining(viewer)
