"""``lixasync recruiter``: candidates by skills."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from lixasync.cli.declare import FREE, streaming
from lixasync.cli.filters import value
from lixasync.cli.subjects import page_size

if TYPE_CHECKING:
    from lixasync import LixClient, Pager, Person, Skill, Suggestion
    from lixasync.cli.options import BoundOptions, RangeOptions

Others = Annotated[tuple[str, ...], Parameter(negative="", show_default=False, metavar="SKILL")]


@streaming("candidates")
def candidates(
    lix: LixClient,
    bounds: BoundOptions,
    /,
    *skills: Annotated[
        str,
        Parameter(help="Skills that candidates may have: names, looked up free of charge, or id: and an id."),
    ],
    required: Annotated[Others, Parameter(help="A skill that they must have; may be repeated.")] = (),
    exclude: Annotated[Others, Parameter(help="A skill that they must not have; may be repeated.")] = (),
) -> Pager[Person]:
    """Stream the candidates who have skills. A page of 25 costs 1 credit; at most 2,500 are listed.

    `lixasync recruiter facets` shows the ids of skills.

    Example: `lixasync recruiter candidates JavaScript --required JSON --max-items 100`
    """
    from lixasync import InvalidArgumentError

    wanted = [
        *_skills("SKILL", skills),
        *_skills("--required", required, required=True),
        *_skills("--exclude", exclude, negated=True),
    ]
    if not wanted:
        raise InvalidArgumentError("No skill was given.", hint="Name one, such as JavaScript.")
    return lix.recruiter.candidates(wanted, **bounds.arguments())


def _skills(option: str, texts: tuple[str, ...], *, required: bool = False, negated: bool = False) -> Iterator[Skill]:
    from lixasync import InvalidArgumentError, Skill, Text

    for text in texts:
        name = value(option, text)
        if isinstance(name, Text):
            raise InvalidArgumentError(
                f"{option} {text}: a skill is no free text.", hint="Write its name, or id: and its id."
            )
        yield Skill(name=name, required=required, negated=negated)


@streaming("suggestions", bounds=FREE)
def facets(
    lix: LixClient,
    bounds: RangeOptions,
    query: Annotated[str, Parameter(help="The beginning of a name, such as java.")],
    /,
    *,
    type: Annotated[str, Parameter(help="What is looked for; skill is the only kind documented.")] = "skill",  # noqa: A002 - the reference's own word for it
    page_size: Annotated[int, page_size("Suggestions, 1 to 100,")] = 100,
) -> Pager[Suggestion]:
    """Stream what Recruiter suggests for a text, with the ids that searches take. Free.

    Example: `lixasync recruiter facets java`
    """
    return lix.recruiter.facets(query, type=type, page_size=page_size, max_items=bounds.max_items, resume=bounds.resume)
