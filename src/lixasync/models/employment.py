"""What the smaller person look-ups answer: employment, and the rest."""

from __future__ import annotations

import attrs

from lixasync.models.base import Model, wire
from lixasync.models.career import MonthYear

__all__ = ["Employment", "EmploymentPosition", "PersonExtended"]


@attrs.frozen(kw_only=True, repr=False)
class EmploymentPosition(Model):
    """One position of a person, with the employer as a name and an id.

    Lix API, operation get_person_employment.

    Attributes:
        title: Title of the position.
        company_name: Name of the employer.
        company_urn: LinkedIn's own id of the employer.
        location: Place, free text.
        employment_type: Free text such as "Full-time" or "Contract".
        start_date: First month; None when unknown.
        end_date: Last month; None while the position is held.
    """

    title: str | None = wire()
    company_name: str | None = wire()
    company_urn: str | None = wire()
    location: str | None = wire()
    employment_type: str | None = wire()
    start_date: MonthYear | None = wire()
    end_date: MonthYear | None = wire()

    @property
    def is_current(self) -> bool:
        """Whether the position is held today: it has no end."""
        return self.end_date is None


@attrs.frozen(kw_only=True, repr=False)
class Employment(Model):
    """All positions of a person.

    Lix API, operation get_person_employment.

    Attributes:
        experiences: The positions, latest first.
    """

    experiences: tuple[EmploymentPosition, ...] = wire(default=())


@attrs.frozen(kw_only=True, repr=False)
class PersonExtended(Model):
    """What else is known of a person.

    Lix API, operation get_person_extended.

    Attributes:
        top_voice: Whether LinkedIn calls the person a Top Voice.
    """

    top_voice: bool | None = wire()
