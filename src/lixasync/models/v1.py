"""What the models of LinkedIn's v1 API share."""

from __future__ import annotations

from typing import Any, ClassVar

import attrs

from lixasync.models.base import Model
from lixasync.models.secret import veiled

__all__ = ["V1Model"]


@attrs.frozen(kw_only=True, repr=False)
class V1Model(Model):
    """Base of the models of LinkedIn's v1 API: None means that a text was not sent, "" that it was sent empty.

    LinkedIn v1, section Responses.
    """

    keeps_empty_text: ClassVar[bool] = True

    def to_dict(self) -> dict[str, Any]:
        """Return plain data ready for JSON.

        As for other models, save that empty texts stay, and that ``***`` stands for secrets in ``extra`` too.
        """
        plain = super().to_dict()
        if self.extra:
            plain["extra"] = veiled(self.extra)
        return plain
