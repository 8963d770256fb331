"""What the search of Recruiter answers: a GET with a JSON body, which also holds the start of the page."""

from __future__ import annotations

import dataclasses
from typing import Any

from lixasync.sandbox.replies import RefusedError, Reply

from . import population, vocabulary
from .call import Call, Routes
from .pages import SALES_PAGE_SIZE, Results, answer
from .population import EVERY_CODE, SKILLS_IN, Condition, Conditions

_CODES = {value.id: code for code, value in enumerate(vocabulary.SKILLS)}
_TEXTS = ("text", "entity")
_FLAGS = ("negated", "required", "selected")


def _conditions(skills: object) -> Conditions:
    """Say who has the skills: all that are required, else one at least, and none that is negated."""
    if not isinstance(skills, list) or not skills:
        raise RefusedError(400, "params_invalid", "skills must be a list of at least one skill")
    read = [_skill(each) for each in skills]
    required = [Condition(SKILLS_IN, frozenset((code,))) for code, negated, needed in read if needed and not negated]
    some = Condition(SKILLS_IN, frozenset(code for code, negated, _ in read if not negated))
    never = frozenset(code for code, negated, _ in read if negated)
    without = [Condition((name,), EVERY_CODE - never) for name in SKILLS_IN] if never else []
    return (*(required or ([some] if some.codes else [])), *without)


def _skill(each: object) -> tuple[int, bool, bool]:
    """Read one skill.

    Returns:
        Its code, whether it is negated, and whether it is required.
    """
    if not isinstance(each, dict) or set(each) != {*_TEXTS, *_FLAGS}:
        raise RefusedError(400, "params_invalid", f"each skill must have {', '.join((*_TEXTS, *_FLAGS))}")
    if not all(isinstance(each[name], str) for name in _TEXTS) or not all(type(each[name]) is bool for name in _FLAGS):
        raise RefusedError(
            400, "params_invalid", f"{', '.join(_TEXTS)} must be text, {', '.join(_FLAGS)} true or false"
        )
    # A skill of the service's that nobody here has stands for a code that no column holds.
    return _CODES.get(each["entity"], population.NO_VALUE), each["negated"], each["required"]


def _start(data: dict[str, Any]) -> int:
    start = data.get("start", 0)
    if type(start) is not int or not 0 <= start < 10**9:
        raise RefusedError(400, "params_invalid", "start must be a whole number of at least 0")
    return start


def search_recruiter_candidates(call: Call) -> Reply:
    """GET /v1/li/recruiter/search/people."""
    data = call.json()
    conditions = _conditions(data.get("skills"))
    start = _start(data)
    settings = call.settings
    found = population.find(settings.seed, settings.lead_count, conditions)
    results = Results(
        key="people",
        size=SALES_PAGE_SIZE,
        rows=found[: settings.sales_cap],
        total=len(found),
        item=lambda row: population.found_bytes(settings.seed, row),
        variants=("head",),
    )
    # The address is the same for every page, so that it does not tell whether one is asked for twice.
    return dataclasses.replace(answer(call, results, start), page=False)


ROUTES: Routes = {
    ("GET", "/v1/li/recruiter/search/people"): search_recruiter_candidates,
}
