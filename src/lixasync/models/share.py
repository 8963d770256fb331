"""What a member has shared last."""

from __future__ import annotations

from datetime import datetime

import attrs

from lixasync.models.base import wire
from lixasync.models.v1 import V1Model

__all__ = ["Share", "ShareContent", "ShareSource", "ShareVisibility", "SharingService"]


@attrs.frozen(kw_only=True, repr=False)
class ShareVisibility(V1Model):
    """Who may see a share.

    LinkedIn v1, section Responses; its fields are not documented there, the names are those clients use.

    Attributes:
        code: ``anyone`` or ``connections-only``.
    """

    code: str | None = wire()


@attrs.frozen(kw_only=True, repr=False)
class ShareContent(V1Model):
    """The page a share points to.

    LinkedIn v1, section Responses; its fields are not documented there, the names are those clients use.

    Attributes:
        title: Title.
        description: Text under the title.
        submitted_url: Address as the member gave it.
        submitted_image_url: Address of the picture as the member gave it.
        resolved_url: Address it led to.
        shortened_url: Short form of it.
        eyebrow_url: Address shown above the title.
        thumbnail_url: Address of a small picture.
    """

    title: str | None = wire()
    description: str | None = wire()
    submitted_url: str | None = wire()
    submitted_image_url: str | None = wire()
    resolved_url: str | None = wire()
    shortened_url: str | None = wire()
    eyebrow_url: str | None = wire()
    thumbnail_url: str | None = wire()


@attrs.frozen(kw_only=True, repr=False)
class SharingService(V1Model):
    """The service a share was made with.

    LinkedIn v1, section Responses; its fields are not documented there, the names are those clients use.

    Attributes:
        name: Name of the service.
    """

    name: str | None = wire()


@attrs.frozen(kw_only=True, repr=False)
class ShareSource(V1Model):
    """Where a share came from.

    LinkedIn v1, section Responses; its fields are not documented there, the names are those clients use.

    Attributes:
        service_provider: The service.
        service_provider_account_id: The member's id there.
        service_provider_account_handle: The member's name there.
        service_provider_share_id: The share's id there.
    """

    service_provider: SharingService | None = wire()
    service_provider_account_id: str | None = wire()
    service_provider_account_handle: str | None = wire()
    service_provider_share_id: str | None = wire()


@attrs.frozen(kw_only=True, repr=False)
class Share(V1Model):
    """What a member has shared last.

    LinkedIn v1, section Responses; its fields are not documented there, the names are those clients use.

    Attributes:
        id: Id of the share.
        timestamp: When it was shared, in UTC.
        comment: What the member wrote.
        visibility: Who may see it.
        content: The page it points to.
        source: Where it came from.
    """

    id: str | None = wire()
    timestamp: datetime | None = wire()
    comment: str | None = wire()
    visibility: ShareVisibility | None = wire()
    content: ShareContent | None = wire()
    source: ShareSource | None = wire()
