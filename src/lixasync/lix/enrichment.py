"""Enrichment of single records (Lix API, section Enrichment API)."""

from __future__ import annotations

from typing import Any

from lixasync.codec.decoder import Decoder
from lixasync.codec.jobs import job_posting
from lixasync.lix.core import Core
from lixasync.lix.links import digits, email_address, exactly_one
from lixasync.lix.links import profile_link as checked
from lixasync.lix.organisations import Organisations
from lixasync.lix.posts import Posts
from lixasync.models import Employment, JobPosting, Person, PersonExtended
from lixasync.transport.operation import Operation


def _person(decoder: Decoder, data: Any) -> Person:
    return decoder.model(data, Person)


def _employment(decoder: Decoder, data: Any) -> Employment:
    return decoder.model(data, Employment)


def _extended(decoder: Decoder, data: Any) -> PersonExtended:
    return decoder.model(data, PersonExtended)


def _hirers(decoder: Decoder, data: Any) -> tuple[Person, ...]:
    return decoder.listing(data, Person, items_key="people").items


GET_PERSON = Operation(
    id="get_person", method="GET", path="/v1/person", decode=_person, credits=1, credit_kind="standard"
)

GET_PERSON_EMPLOYMENT = Operation(
    id="get_person_employment",
    method="GET",
    path="/v1/person/employment",
    decode=_employment,
    credits=1,
    credit_kind="standard",
)

GET_PERSON_EXTENDED = Operation(
    id="get_person_extended",
    method="GET",
    path="/v1/person/extended",
    decode=_extended,
    credits=1,
    credit_kind="standard",
)

GET_JOB_POSTING = Operation(
    id="get_job_posting", method="GET", path="/v1/enrich/job", decode=job_posting, credits=1, credit_kind="standard"
)

LIST_JOB_HIRERS = Operation(
    id="list_job_hirers",
    method="GET",
    path="/v1/li/linkedin/jobs/hirers",
    decode=_hirers,
    credits=1,
    credit_kind="standard",
)


class Enrichment(Organisations, Posts):
    """``lix.enrichment``: everything known of one person, organisation, job or post."""

    def __init__(self, core: Core) -> None:
        self._core = core

    async def person(
        self, profile_link: str | None = None, *, email: str | None = None, viewer_id: str | None = None
    ) -> Person:
        """Return the profile behind a link (Lix API, operation get_person). Costs 1 Standard credit.

        Args:
            profile_link: Address of a LinkedIn profile, such as ``https://www.linkedin.com/in/robin-marlowe``.
            email: An e-mail address instead of it; newer than the documentation this SDK follows.
            viewer_id: The connected account to look as; the client's by default.

        Raises:
            InvalidArgumentError: the text is not the address of a profile, or not exactly one of both is given.
            NotFoundError: there is no such profile.
            APIError: see `lixasync.errors`.
        """
        given = exactly_one({"profile_link": profile_link, "email": email})
        subject = given[0], email_address(*given) if given[0] == "email" else checked(given[1])
        return await self._core.send(GET_PERSON, (subject, ("viewer_id", self._core.any_viewer(viewer_id))))

    async def employment(
        self, profile_link: str | None = None, *, profile_id: str | None = None, viewer_id: str | None = None
    ) -> Employment:
        """Return the positions of a person (Lix API, operation get_person_employment). Costs 1 Standard credit.

        Args:
            profile_link: Address of a LinkedIn profile; give exactly one of both.
            profile_id: Last part of the profile's address.
            viewer_id: The connected account to look as; the client's by default.

        Raises:
            InvalidArgumentError: the text is not the address of a profile, or not exactly one of both is given.
            NotFoundError: there is no such profile.
            APIError: see `lixasync.errors`.
        """
        given = exactly_one({"profile_link": profile_link, "profile_id": profile_id})
        subject = given if given[0] == "profile_id" else (given[0], checked(given[1]))
        return await self._core.send(GET_PERSON_EMPLOYMENT, (subject, ("viewer_id", self._core.any_viewer(viewer_id))))

    async def extended(self, profile_link: str, *, viewer_id: str | None = None) -> PersonExtended:
        """Return what else is known of a person (Lix API, operation get_person_extended). Costs 1 Standard credit.

        Args:
            profile_link: Address of a LinkedIn profile.
            viewer_id: The connected account to look as; the client's by default.

        Raises:
            InvalidArgumentError: the text is not the address of a profile.
            NotFoundError: there is no such profile.
            APIError: see `lixasync.errors`.
        """
        params = (("profile_link", checked(profile_link)), ("viewer_id", self._core.any_viewer(viewer_id)))
        return await self._core.send(GET_PERSON_EXTENDED, params)

    async def job(self, job_id: str | int, *, viewer_id: str | None = None) -> JobPosting:
        """Return a job posting (Lix API, operation get_job_posting). Costs 1 Standard credit.

        What it holds is not documented: what the attributes do not show stands in ``extra``.

        Args:
            job_id: The number in the posting's address.
            viewer_id: The connected account to look as; the client's by default.

        Raises:
            InvalidArgumentError: the id does not consist of digits.
            NotFoundError: there is no such posting.
            APIError: see `lixasync.errors`.
        """
        params = (("job_id", digits("job_id", job_id)), ("viewer_id", self._core.any_viewer(viewer_id)))
        return await self._core.send(GET_JOB_POSTING, params)

    async def hirers(self, job_id: str | int, *, viewer_id: str | None = None) -> tuple[Person, ...]:
        """Return who hires for a job (Lix API, operation list_job_hirers). Costs 1 Standard credit.

        Args:
            job_id: The number in the posting's address.
            viewer_id: The connected account to look as; the client's by default.

        Returns:
            tuple[Person, ...]: with name, headline, link and picture; empty when nobody is named.

        Raises:
            InvalidArgumentError: the id does not consist of digits.
            NotFoundError: there is no such posting.
            APIError: see `lixasync.errors`.
        """
        params = (("job_id", digits("job_id", job_id)), ("viewer_id", self._core.any_viewer(viewer_id)))
        return await self._core.send(LIST_JOB_HIRERS, params)
