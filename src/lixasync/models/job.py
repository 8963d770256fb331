"""Job postings."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from lixasync.models.base import Model, wire
from lixasync.models.identity import first_identity, link_key

__all__ = ["JobCompany", "JobHeadquarters", "JobPosting"]


@attrs.frozen(kw_only=True, repr=False)
class JobHeadquarters(Model):
    """Where the company of a posting has its seat.

    Lix API, object JobPosting (``headquarter``).

    Attributes:
        country: Country code.
        city: Name of the city.
        postal_code: Postal code.
    """

    country: str | None = wire()
    city: str | None = wire()
    postal_code: str | None = wire()


@attrs.frozen(kw_only=True, repr=False)
class JobCompany(Model):
    """The company of a posting.

    Lix API, object JobPosting (``companyResolutionResult``).

    Attributes:
        name: Name as displayed.
        universal_name: Last part of the address of the LinkedIn page.
        url: Address of the LinkedIn page.
        description: Text of the page.
        staff_count: Members on LinkedIn who say they work there.
        headquarters: Where the seat is.
        specialities: What the company says it is good at.
        industries: Industries, free texts.
    """

    name: str | None = wire()
    universal_name: str | None = wire()
    url: str | None = wire()
    description: str | None = wire()
    staff_count: int | None = wire()
    headquarters: JobHeadquarters | None = wire("headquarter", "headquarters")
    specialities: tuple[str, ...] = wire(default=())
    industries: tuple[str, ...] = wire(default=())


@attrs.frozen(kw_only=True, repr=False)
class JobPosting(Model):
    """A job posting, from a look-up or from a search.

    Lix API, object JobPosting. No source documents it: the attributes are what public code reads from look-ups, filled
    when the answer has something of that name, and everything else stands in ``extra``.

    Attributes:
        title: Title of the job.
        description: Text of the posting.
        location: Place, free text.
        employment_status: Free text such as "Full-time".
        url: Address of the posting.
        id: LinkedIn's number; text, whether it came quoted or not.
        functions: Job functions, free texts.
        industries: Industries, free texts.
        company: The company that hires.
    """

    title: str | None = wire()
    description: str | None = wire()
    location: str | None = wire("formattedLocation", "location")
    employment_status: str | None = wire()
    url: str | None = wire("jobPostingUrl", "url")
    id: str | None = wire("jobPostingId", "id")
    functions: tuple[str, ...] = wire("formattedJobFunctions", default=())
    industries: tuple[str, ...] = wire("formattedIndustries", default=())
    company: JobCompany | None = wire()

    @property
    def identity(self) -> str | None:
        """A key that is the same whenever this posting is met again; None when nothing identifies one."""
        return first_identity(self._identities())

    def _identities(self) -> Iterator[tuple[str, str | None]]:
        yield "job", self.id
        yield "", link_key(self.url)
