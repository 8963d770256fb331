"""Where a member works, worked and learned."""

from __future__ import annotations

import attrs

from lixasync.models.base import wire
from lixasync.models.career import MonthYear
from lixasync.models.v1 import V1Model

__all__ = ["MemberEducation", "Position", "PositionCompany"]


@attrs.frozen(kw_only=True, repr=False)
class PositionCompany(V1Model):
    """The employer of a position; mostly its name and nothing else.

    LinkedIn v1, section Responses.

    Attributes:
        id: Number of the company, when it has a page.
        name: Name.
        type: Kind of company, such as "Privately Held".
        size: Number of employees, as text: "51-200 employees".
        industry: Industry, in English; not always one of the documented ones.
        ticker: Symbol at the stock exchange.
    """

    id: int | None = wire()
    name: str | None = wire()
    type: str | None = wire()
    size: str | None = wire()
    industry: str | None = wire()
    ticker: str | None = wire()


@attrs.frozen(kw_only=True, repr=False)
class Position(V1Model):
    """A position of a member.

    LinkedIn v1, section Responses.

    Attributes:
        id: Number of the position; may exceed 32 bits.
        title: Title.
        summary: Text, with its line breaks.
        start_date: Since when; often without a month, often not given at all.
        end_date: Until when.
        is_current: Whether it is held now.
        company: The employer.
    """

    id: int | None = wire()
    title: str | None = wire()
    summary: str | None = wire()
    start_date: MonthYear | None = wire()
    end_date: MonthYear | None = wire()
    is_current: bool | None = wire()
    company: PositionCompany | None = wire()


@attrs.frozen(kw_only=True, repr=False)
class MemberEducation(V1Model):
    """A school a member went to.

    LinkedIn v1, section Responses.

    Attributes:
        id: Number of the entry.
        school_name: Name of the school.
        degree: Degree, free text.
        field_of_study: Subject, free text.
        activities: What else the member did there.
        notes: Text, with its line breaks.
        start_date: Since when.
        end_date: Until when, planned or past.
    """

    id: int | None = wire()
    school_name: str | None = wire()
    degree: str | None = wire()
    field_of_study: str | None = wire()
    activities: str | None = wire()
    notes: str | None = wire()
    start_date: MonthYear | None = wire()
    end_date: MonthYear | None = wire()
