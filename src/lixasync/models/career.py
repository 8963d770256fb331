"""What a person's profile lists: positions, education, skills and the like."""

from __future__ import annotations

import attrs

from lixasync.models.base import Model, wire
from lixasync.models.organisation import Organisation

__all__ = [
    "Certification",
    "DayMonthYear",
    "Duration",
    "Education",
    "EntityRef",
    "Experience",
    "Language",
    "MonthYear",
    "Patent",
    "Publication",
    "Skill",
    "TimePeriod",
]


@attrs.frozen(kw_only=True, repr=False)
class MonthYear(Model):
    """A month, or a whole year.

    Lix API, object MonthYear.

    Attributes:
        year: Year, four digits.
        month: Month, 1 to 12; None when only the year is known.
    """

    year: int | None = wire()
    month: int | None = wire()


@attrs.frozen(kw_only=True, repr=False)
class DayMonthYear(Model):
    """A day, or as much of it as is known.

    Lix API, objects Patent, Publication and Person (``birthDate``).

    Attributes:
        year: Year, four digits.
        month: Month, 1 to 12.
        day: Day of the month, 1 to 31.
    """

    year: int | None = wire()
    month: int | None = wire()
    day: int | None = wire()


@attrs.frozen(kw_only=True, repr=False)
class TimePeriod(Model):
    """From when to when.

    Lix API, object TimePeriod.

    Attributes:
        started_on: First month; None when unknown.
        ended_on: Last month; None when it still goes on or the end is unknown: nothing tells them apart.
    """

    started_on: MonthYear | None = wire()
    ended_on: MonthYear | None = wire()


@attrs.frozen(kw_only=True, repr=False)
class Duration(Model):
    """A length of time, the sum of both attributes.

    Lix API, object Duration.

    Attributes:
        years: Whole years.
        months: Months beyond them.
    """

    years: int | None = wire()
    months: int | None = wire()


@attrs.frozen(kw_only=True, repr=False)
class Experience(Model):
    """One position of a person.

    Lix API, object Experience.

    Attributes:
        title: Title of the position.
        description: Free text.
        location: Place, free text.
        organisation: The employer; often only its name and link.
        date_started: Text such as "April 2023" or "2013"; "0" when unknown. ``started`` is the reliable form.
        date_ended: The same; "Present" is also sent when the end is merely unknown. See ``ended``.
        time_period: From when to when.
        seniority: Level, free text.
        is_current: Whether the position is held today, when the server says so.
        tenure_at_position: Time spent in the position.
        tenure_at_org: Time spent at the organisation.
        position: Index in the list.
    """

    title: str | None = wire()
    description: str | None = wire()
    location: str | None = wire()
    organisation: Organisation | None = wire()
    date_started: str | None = wire()
    date_ended: str | None = wire()
    time_period: TimePeriod | None = wire()
    seniority: str | None = wire()
    is_current: bool | None = wire()
    tenure_at_position: Duration | None = wire()
    tenure_at_org: Duration | None = wire()
    position: int | None = wire()

    @property
    def started(self) -> MonthYear | None:
        """First month, from ``time_period``; None when unknown."""
        return self.time_period.started_on if self.time_period else None

    @property
    def ended(self) -> MonthYear | None:
        """Last month, from ``time_period``; None when it still goes on or the end is unknown."""
        return self.time_period.ended_on if self.time_period else None


@attrs.frozen(kw_only=True, repr=False)
class Education(Model):
    """One school, course or degree of a person.

    Lix API, object Education.

    Attributes:
        institution_name: Name of the school.
        degree: Degree, free text.
        field_of_study: Subject, free text.
        fields_of_study: Subjects (bodies of 2022).
        date_started: Text such as "2013"; "0" when unknown. ``started`` is the reliable form.
        date_ended: The same; "Present" is also sent when the end is merely unknown. See ``ended``.
        time_period: From when to when.
        description: Free text.
        grade: Grade, free text.
        activities_and_societies: Free text.
        organisation: The school as an organisation.
    """

    institution_name: str | None = wire("institutionName", "schoolName")
    degree: str | None = wire()
    field_of_study: str | None = wire()
    fields_of_study: tuple[str, ...] = wire(default=())
    date_started: str | None = wire()
    date_ended: str | None = wire()
    time_period: TimePeriod | None = wire()
    description: str | None = wire()
    grade: str | None = wire()
    activities_and_societies: str | None = wire()
    organisation: Organisation | None = wire()

    @property
    def started(self) -> MonthYear | None:
        """First month or year, from ``time_period``; None when unknown."""
        return self.time_period.started_on if self.time_period else None

    @property
    def ended(self) -> MonthYear | None:
        """Last month or year, from ``time_period``; None when it still goes on or the end is unknown."""
        return self.time_period.ended_on if self.time_period else None


@attrs.frozen(kw_only=True, repr=False)
class Skill(Model):
    """A skill of a person.

    Lix API, object Skill.

    Attributes:
        name: Name of the skill.
        num_of_endorsement: People who endorsed it.
    """

    name: str | None = wire()
    num_of_endorsement: int | None = wire()


@attrs.frozen(kw_only=True, repr=False)
class Language(Model):
    """A language a person speaks.

    Lix API, object Language.

    Attributes:
        name: Name of the language.
        proficiency: Level, an open enum: NATIVE_OR_BILINGUAL, PROFESSIONAL_WORKING, LIMITED_WORKING, others.
    """

    name: str | None = wire()
    proficiency: str | None = wire(known=("NATIVE_OR_BILINGUAL", "PROFESSIONAL_WORKING", "LIMITED_WORKING"))


@attrs.frozen(kw_only=True, repr=False)
class Certification(Model):
    """A certificate of a person.

    Lix API, object Certification.

    Attributes:
        title: Name of the certificate.
        issued_date: Date of issue, text as displayed.
        expiration_date: Date of expiry, text as displayed.
        organisation: Who issued it.
    """

    title: str | None = wire()
    issued_date: str | None = wire()
    expiration_date: str | None = wire()
    organisation: Organisation | None = wire()


@attrs.frozen(kw_only=True, repr=False)
class EntityRef(Model):
    """A member of LinkedIn, named by id alone.

    Lix API, objects Patent (``inventors``) and Publication (``authors``).

    Attributes:
        entity_urn: LinkedIn's own id.
    """

    entity_urn: str | None = wire()


@attrs.frozen(kw_only=True, repr=False)
class Patent(Model):
    """A patent of a person.

    Lix API, object Patent.

    Attributes:
        title: Title of the patent.
        issuer: Patent office.
        url: Address of the patent.
        issued_on: Day of issue.
        inventors: All inventors.
    """

    title: str | None = wire()
    issuer: str | None = wire()
    url: str | None = wire()
    issued_on: DayMonthYear | None = wire()
    inventors: tuple[EntityRef, ...] = wire(default=())


@attrs.frozen(kw_only=True, repr=False)
class Publication(Model):
    """A publication of a person.

    Lix API, object Publication.

    Attributes:
        name: Title of the publication.
        publisher: Who published it.
        description: Free text.
        published_on: Day of publication.
        url: Address of the publication.
        authors: All authors.
    """

    name: str | None = wire()
    publisher: str | None = wire()
    description: str | None = wire()
    published_on: DayMonthYear | None = wire()
    url: str | None = wire()
    authors: tuple[EntityRef, ...] = wire(default=())
