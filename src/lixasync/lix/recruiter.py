"""Recruiter (Lix API, section LinkedIn Search API)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from lixasync.errors import InvalidArgumentError
from lixasync.lix.core import Core
from lixasync.lix.facets import PAGE_SIZE, SUGGEST_RECRUITER_FACETS, Asks, suggestions
from lixasync.lix.listing import decode_people, query_of, source
from lixasync.models import Person, Suggestion
from lixasync.paging.offset import OffsetCursor
from lixasync.paging.pager import Pager
from lixasync.paging.source import Batch
from lixasync.transport.body import json_body
from lixasync.transport.caller import required
from lixasync.transport.operation import Operation, Pages

_FACET = "skill"


SEARCH_RECRUITER_CANDIDATES = Operation(
    id="search_recruiter_candidates",
    method="GET",
    path="/v1/li/recruiter/search/people",
    decode=decode_people,
    pages=Pages(style="offset", size=25, cap=2500),
    credits=1,
    credit_kind="standard",
)


@attrs.frozen(kw_only=True)
class Skill:
    """A skill to search candidates by (Lix API, operation search_recruiter_candidates).

    Attributes:
        name: Its name, looked up free of charge, or a `Suggestion` of ``lix.recruiter.facets``.
        negated: Whether candidates must not have it.
        required: Whether they must have it, rather than may.
        selected: Whether the search goes by it.
    """

    name: str | Suggestion
    negated: bool = False
    required: bool = False
    selected: bool = True


class Recruiter:
    """``lix.recruiter``: searching candidates by skills."""

    def __init__(self, core: Core) -> None:
        self._core = core

    def candidates(
        self,
        skills: str | Suggestion | Skill | Sequence[str | Suggestion | Skill],
        *,
        viewer_id: str | None = None,
        max_items: int | None = None,
        max_credits: int | None = None,
        resume: str | None = None,
    ) -> Pager[Person]:
        """Stream the candidates who have skills (Lix API, operation search_recruiter_candidates).

        A page holds 25 candidates and costs 1 Standard credit; 2,500 are listed at most.

        Args:
            skills: Names of skills, looked up free of charge and never guessed; `Suggestion`; or `Skill` for more say.
            viewer_id: The connected account to search as; the client's by default.
            max_items: Stop after so many candidates; None for all.
            max_credits: Stop before the page that would cost more than so many credits in all.
            resume: A cursor of an earlier stream of the same search.

        Yields:
            Person: with the fields a search shows.

        Raises:
            InvalidArgumentError: no skill, or one that is none of the above.
            CursorError: the cursor is damaged or of another search.
            AmbiguousNameError: while iterating: a name stands for several skills, or for none.
            APIError: while iterating, see `lixasync.errors`; with ``cursor`` to go on from.
        """
        core, wanted = self._core, _skills(skills)
        viewer = core.any_viewer(viewer_id)
        ask = Asks(core, viewer, "recruiter")
        said = json_body([_told(skill, _shown(skill)) for skill in wanted]).data.decode()

        async def fetch(position: Mapping[str, str]) -> Batch[Person]:
            named = [skill.name for skill in wanted if isinstance(skill.name, str)]
            found = iter(await core.names.resolve_each(ask, _FACET, named))
            chosen = [_told(skill, next(found) if isinstance(skill.name, str) else skill.name) for skill in wanted]
            body = json_body({"skills": chosen, "start": int(position.get("start", 0))})
            params = (("viewer_id", viewer), ("sequence_id", position.get("sequence_id")))
            return await core.send(SEARCH_RECRUITER_CANDIDATES, params, body=body)

        query = query_of(SEARCH_RECRUITER_CANDIDATES, (("skills", said), ("viewer_id", viewer)))
        begin = OffsetCursor(query=query, count=None, cap=2500)
        return Pager(
            source(core, SEARCH_RECRUITER_CANDIDATES, begin, fetch),
            max_items=max_items,
            max_credits=max_credits,
            resume=resume,
        )

    def facets(
        self,
        query: str,
        *,
        type: str = _FACET,  # noqa: A002 - the reference's own word for it
        viewer_id: str | None = None,
        page_size: int = PAGE_SIZE,
        max_items: int | None = None,
        resume: str | None = None,
    ) -> Pager[Suggestion]:
        """Stream what Recruiter suggests for a text (Lix API, operation suggest_recruiter_facets). Free.

        Args:
            query: The beginning of a name, such as "java".
            type: What is looked for; ``skill`` is the only kind that is documented.
            viewer_id: The connected account to ask as; the client's by default.
            page_size: Suggestions to ask for per page, 1 to 100.
            max_items: Stop after so many suggestions; None for all.
            resume: A cursor of an earlier stream of the same question.

        Yields:
            Suggestion: its ``id`` is the URN that searches know it by.

        Raises:
            PageSizeError: ``page_size`` outside 1 to 100.
            InvalidArgumentError: a text is empty.
            CursorError: the cursor is damaged or of another question.
            APIError: while iterating, see `lixasync.errors`; with ``cursor`` to go on from.
        """
        return suggestions(
            self._core,
            SUGGEST_RECRUITER_FACETS,
            required("type", type),
            required("query", query),
            viewer_id=viewer_id,
            page_size=page_size,
            max_items=max_items,
            resume=resume,
        )


def _skills(skills: object) -> tuple[Skill, ...]:
    given = (skills,) if isinstance(skills, str | Suggestion | Skill) else skills
    if not isinstance(given, Sequence) or not given:
        raise InvalidArgumentError(f"skills is {skills!r}; it must be a skill or several.")
    return tuple(_skill(each) for each in given)


def _skill(value: object) -> Skill:
    skill = value if isinstance(value, Skill) else Skill(name=value)  # type: ignore[arg-type]  # checked next
    if isinstance(skill.name, Suggestion):
        if not skill.name.id:
            raise InvalidArgumentError(f"skills holds a suggestion without an id: {skill.name!r}.")
        return skill
    return attrs.evolve(skill, name=required("skills", skill.name))


def _shown(skill: Skill) -> Suggestion:
    return skill.name if isinstance(skill.name, Suggestion) else Suggestion(text=skill.name)


def _told(skill: Skill, found: Suggestion) -> dict[str, Any]:
    return {
        "text": found.text or "",
        "entity": found.id or "",
        "negated": skill.negated,
        "required": skill.required,
        "selected": skill.selected,
    }
