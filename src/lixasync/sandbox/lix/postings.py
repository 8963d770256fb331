"""The job postings and posts that searches find: each follows from the seed and its own index alone."""

from __future__ import annotations

import random
from typing import Any

from lixasync.sandbox import people
from lixasync.sandbox.replies import encode

from . import vocabulary

_FIRST_JOB = 3_556_453_411
_FIRST_POST = 7_019_605_025_920_286_720
_REACTIONS = ("LIKE", "PRAISE", "EMPATHY", "INTEREST", "APPRECIATION", "ENTERTAINMENT")
_OF_PEOPLE = 500
_NEWEST_MS = 1_780_000_000_000


def job(seed: int, index: int) -> bytes:
    """Encode the job posting at an index."""
    rng = random.Random(f"{seed}:job:{index}")
    number = str(_FIRST_JOB + 97 * index)
    item: dict[str, Any] = {
        "title": rng.choice(vocabulary.TITLES).text,
        "formattedLocation": rng.choice(vocabulary.REGIONS).text,
        "jobPostingId": number,
        "jobPostingUrl": f"https://www.linkedin.com/jobs/view/{number}/",
    }
    if rng.random() < 0.1:
        del item["formattedLocation"]
    if rng.random() < 0.1:
        item["x_unlisted"] = {"kept": True}
    return encode(item)


def post(seed: int, index: int) -> bytes:
    """Encode the post at an index."""
    rng = random.Random(f"{seed}:post:{index}")
    urn = f"urn:li:activity:{_FIRST_POST + 1013 * index}"
    who = people.identity(seed, "person", rng.randrange(_OF_PEOPLE))
    item: dict[str, Any] = {
        "id": urn,
        "text": people.prose(seed, 4, 60, urn),
        "actor": {"id": who["liId"], "name": f"{who['firstName']} {who['lastName']}", "url": who["link"]},
        "numReactions": [
            {"reactionType": f"REACTION_TYPE_{name}", "count": rng.choice((count := rng.randrange(1, 99), str(count)))}
            for name in rng.sample(_REACTIONS, rng.randrange(4))
        ],
        "commentCount": rng.randrange(40),
        "createdAt": _NEWEST_MS - index * 60_000,
    }
    fate = rng.random()
    if fate < 0.2:
        item["embeddedObject"] = {"title": people.prose(seed, 2, 6, urn, "title")}
    if fate < 0.05:
        item["text"] = ""
        del item["actor"]
    return encode(item)
