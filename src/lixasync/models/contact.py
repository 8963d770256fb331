"""Contact details."""

from __future__ import annotations

import attrs

from lixasync.models.base import Model, wire

__all__ = ["EmailAnswer"]


@attrs.frozen(kw_only=True, repr=False)
class EmailAnswer(Model):
    """The e-mail address that belongs to a profile, as far as one was found.

    Lix API, operation find_email_by_linkedin.

    Attributes:
        email: The address; None when none was found.
        status: How sure it is, an open enum: VALID, PROBABLE, RISKY, UNKNOWN. Only VALID is charged.
        alternatives: Other addresses that may be the person's.
    """

    email: str | None = wire()
    status: str | None = wire("status", known=("VALID", "PROBABLE", "RISKY", "UNKNOWN"))
    alternatives: tuple[str, ...] = wire(default=())

    @property
    def is_valid(self) -> bool:
        """Whether the address was checked and found to work."""
        return self.status == "VALID"
