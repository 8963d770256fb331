"""What the endpoints about one person or one job answer."""

from __future__ import annotations

import re
from typing import Any

from lixasync.sandbox import people
from lixasync.sandbox.replies import RefusedError, Reply, digest, encode

from . import organisations
from .call import Call, Routes
from .profiles import by_email, headline, name_of, named, passer_by, whose
from .vocabulary import COMPANIES, FUNCTIONS, INDUSTRIES, POSTAL_CODES, REGIONS, TITLES

_CLOSED = "com.linkedin.voyager.deco.jobs.web.shared.WebJobPostingCompany"
_JOB = re.compile(r"[0-9]{1,19}")
_LIVING = range(10, 20)  # digits of the number of a job that exists
_TYPES = ("Full-time", "Part-time", "Contract", "Internship")
_TOP_VOICE_EVERY = 7


def get_person(call: Call) -> Reply:
    """GET /v1/person."""
    email = "" if call.query.get("profile_link") else call.query.get("email", "").strip()
    link = "" if email else call.require("profile_link")
    call.viewer(call.query.get("viewer_id"), required=False)
    kind, index = by_email(call, email) if email else whose(call, link)
    call.afford()
    return Reply(status=200, body=people.person_bytes(call.settings.seed, index, kind), credits=1)


def _position(seed: int, slug: str, number: int, job: dict[str, Any]) -> dict[str, Any]:
    """Describe a job of a profile in the other form, in which what is not known is left out."""
    chance = int(digest(seed, slug, "position", number)[:8], 16)
    period = job.get("timePeriod") or {}
    body = {
        "title": job["title"],
        "companyName": (job.get("organisation") or {}).get("name"),
        "companyUrn": f"urn:li:fsd_company:{chance}" if chance % 4 else None,
        "location": job.get("location"),
        "employmentType": _TYPES[chance % len(_TYPES)],
        "startDate": period.get("startedOn"),
        "endDate": period.get("endedOn"),
    }
    return {name: value for name, value in body.items() if value}


def get_person_employment(call: Call) -> Reply:
    """GET /v1/person/employment."""
    name = named(call, "profile_link", "profile_id")
    call.viewer(call.query.get("viewer_id"), required=False)
    kind, index = whose(call, call.require(name), name)
    call.afford()
    slug = people.identity(call.settings.seed, kind, index)["publicIdentifier"]
    jobs = people.person(call.settings.seed, index, kind).get("experience") or []
    found = [_position(call.settings.seed, slug, number, job) for number, job in enumerate(jobs)]
    return Reply(status=200, body=encode({"experiences": found}), credits=1)


def get_person_extended(call: Call) -> Reply:
    """GET /v1/person/extended."""
    link = call.require("profile_link")
    call.viewer(call.query.get("viewer_id"), required=False)
    _, index = whose(call, link)
    call.afford()
    return Reply(status=200, body=encode({"topVoice": index % _TOP_VOICE_EVERY == 0}), credits=1)


def _job(call: Call) -> int:
    """Find the job that is asked about.

    Returns:
        Its number.
    """
    ident = call.require("job_id")
    if _JOB.fullmatch(ident) is None:
        raise RefusedError(400, "params_invalid", "job_id must be the number of a job")
    if len(str(int(ident))) not in _LIVING:
        raise RefusedError(404, "not_found", "job not found")
    call.viewer(call.query.get("viewer_id"), required=False)
    call.afford()
    return int(ident)


def get_job_posting(call: Call) -> Reply:
    """GET /v1/enrich/job."""
    number = _job(call)
    chance = int(digest(call.settings.seed, "job", number)[:8], 16)
    index = chance % len(COMPANIES)
    firm = COMPANIES[index]
    place = REGIONS[firm.home].text
    company = {
        "universalName": organisations.slug(call, index),
        "name": firm.name,
        "url": organisations.links(call, index)["liProfileURL"],
        "description": people.prose(call.settings.seed, 10, 40, "company", firm.id),
        "staffCount": int(organisations.flat(call, index)["liEmployeeCount"]),
        "headquarter": {
            "country": place.rpartition(", ")[2],
            "city": place.partition(",")[0],
            "postalCode": POSTAL_CODES[firm.home].text.partition(",")[0],
        },
        "specialities": ["Kelp", "Timber"],
        "industries": [INDUSTRIES[firm.industry].text],
    }
    body = {
        "title": TITLES[chance % len(TITLES)].text,
        "description": {"text": people.prose(call.settings.seed, 20, 90, "job", number)},
        "formattedLocation": place,
        "employmentStatusResolutionResult": {"localizedName": _TYPES[chance % len(_TYPES)]},
        "jobPostingUrl": f"https://www.linkedin.com/jobs/view/{number}/",
        "jobPostingId": number,
        "formattedJobFunctions": [FUNCTIONS[chance % len(FUNCTIONS)].text],
        "formattedIndustries": [INDUSTRIES[firm.industry].text],
        "companyDetails": {_CLOSED: {"companyResolutionResult": company}},
    }
    return Reply(status=200, body=encode({"jobPosting": body}), credits=1)


def list_job_hirers(call: Call) -> Reply:
    """GET /v1/li/linkedin/jobs/hirers."""
    number = _job(call)
    chance = int(digest(call.settings.seed, "hirers", number)[:8], 16)
    found = [passer_by(call, chance, place) for place in range(chance % 4)]
    hirers = [
        {
            "name": name_of(who),
            "img": people.picture(call.settings.seed, who["publicIdentifier"]),
            "headline": headline(call, who),
            "link": who["link"],
        }
        for who in found
    ]
    return Reply(status=200, body=encode({"people": hirers}), credits=1)


ROUTES: Routes = {
    ("GET", "/v1/person"): get_person,
    ("GET", "/v1/person/employment"): get_person_employment,
    ("GET", "/v1/person/extended"): get_person_extended,
    ("GET", "/v1/enrich/job"): get_job_posting,
    ("GET", "/v1/li/linkedin/jobs/hirers"): list_job_hirers,
}
