"""FastAPI: one client for the whole application, typed dependencies, errors as problems, and streams of pages.

Needs ``pip install 'lixasync[fastapi]'``::

    from functools import partial

    from fastapi import FastAPI
    from lixasync import LixClient, Person, RateLimit
    from lixasync.fastapi import PROBLEMS, Lix, Resume, events, install, lifespan

    app = FastAPI(lifespan=lifespan(partial(LixClient, rate_limit=RateLimit(1, per=3.0))), responses=PROBLEMS)
    install(app)


    @app.get("/person")
    async def person(lix: Lix, link: str) -> Person:
        return await lix.enrichment.person(link)


    @app.get("/people")
    async def people(lix: Lix, url: str, resume: Resume):
        return events(lix.search.people(url, resume=resume))
"""

from __future__ import annotations

from lixasync.errors import ConfigurationError

try:
    from lixasync.fastapi.clients import (
        LinkedIn,
        Lix,
        Resume,
        install,
        lifespan,
        linkedin_client,
        lix_client,
        resume_from,
    )
    from lixasync.fastapi.models import teach_pydantic
    from lixasync.fastapi.problems import PROBLEMS, problem
    from lixasync.fastapi.streams import events, jsonl
except ModuleNotFoundError as error:
    if (error.name or "").partition(".")[0] not in ("fastapi", "starlette", "pydantic", "pydantic_core"):
        raise
    raise ConfigurationError(
        "lixasync.fastapi needs FastAPI, which is not installed.", hint="pip install 'lixasync[fastapi]'"
    ) from None

__all__ = [
    "PROBLEMS",
    "LinkedIn",
    "Lix",
    "Resume",
    "events",
    "install",
    "jsonl",
    "lifespan",
    "linkedin_client",
    "lix_client",
    "problem",
    "resume_from",
]

teach_pydantic()
