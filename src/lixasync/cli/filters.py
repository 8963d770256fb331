"""The filters of searches as options, and how their values are written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from inspect import Parameter as Taken
from typing import Annotated, Any

import attrs
from cyclopts import Group, Parameter

from lixasync import Exclude, InvalidArgumentError, Suggestion, Text
from lixasync.lix.queries.filter_tables import TABLES, Filter, Kind

VALUES = """\
A value is a name, which is looked up free of charge and must be clear; or id:1441, an id as `lixasync sales facets`
shows it; or text:engineer, whatever contains that text, for titles and companies. A name that begins like these is
written name:id:x. Several values of one filter are alternatives; different filters all have to hold.
"""

_FILTERS = Group("Filters", help=" ".join(VALUES.split()), sort_key=1)
_DIVISION = Group("Division", sort_key=2)

_OPTIONS = {
    "keywords": ("keywords", "Words anywhere in the profile or page; AND, OR, NOT and quotes work."),
    "first_name": ("first-name", "First name."),
    "last_name": ("last-name", "Last name."),
    "title": ("title", "Words of the job title."),
    "titles": ("title", "Current job title."),
    "past_titles": ("past-title", "Former job title."),
    "companies": ("company", "Current company."),
    "past_companies": ("past-company", "Former company."),
    "locations": ("location", "Where people live, or a company has its headquarters."),
    "postal_codes": ("postal-code", "Postal code of where people live."),
    "industries": ("industry", "Industry."),
    "seniorities": ("seniority", "Seniority level."),
    "functions": ("function", "Job function."),
    "headcounts": ("headcount", "Size of the company, such as 51-200."),
    "headcount_growth": ("headcount-growth", "Growth within a year in per cent, such as 10..50, 10.. or ..50."),
    "annual_revenue": ("annual-revenue", "Revenue in millions of US dollars, such as 1..50, 1.. or ..50."),
    "company_types": ("company-type", 'Kind of company, such as "Public Company".'),
    "company_locations": ("company-location", "Where the current company has its headquarters."),
    "schools": ("school", "School attended."),
    "groups": ("group", "LinkedIn group."),
    "languages": ("language", "Language of the profile."),
    "years_at_company": ("years-at-company", 'Time at the current company, such as "1 to 2 years".'),
    "years_in_position": ("years-in-position", "Time in the current position."),
    "years_of_experience": ("years-of-experience", "Years of experience."),
    "relationship": ("relationship", "Degree from the searching account: 1, 2, or 3 for everybody further away."),
    "changed_jobs": ("changed-jobs", "Only people who changed jobs lately."),
    "posted_recently": ("posted-recently", "Only people who posted lately."),
}
"""The option of each filter, and what it is for."""

_TEXTS = {"companies": "company", "schools": "school"}
"""Filters of LinkedIn's own search that have a sister for free text; both are one option."""

_METAVARS = {"names": "VALUE", "choices": "DEGREE", "range": "FROM..TO", "text": "TEXT"}


def taken(kind: Kind) -> Iterator[Taken]:
    """Yield the filters of a kind of search as arguments of a command."""
    for argument, each in TABLES[kind].items():
        if argument not in _TEXTS.values():
            option, about = _OPTIONS[argument]
            yield _argument(argument, option, about, each)
            if each.exclusion:
                yield _argument(f"exclude_{argument}", f"exclude-{option}", "Leave these out.", each)


def _argument(name: str, option: str, about: str, each: Filter) -> Taken:
    parameter = Parameter(
        name=f"--{option}",
        group=_FILTERS,
        negative="",
        show_default=False,
        help=about,
        metavar=_METAVARS.get(each.form),
    )
    hint: Any
    default: object = ()
    if each.form == "names":
        hint = Annotated[tuple[str, ...], parameter]
    elif each.form == "choices":
        hint = Annotated[tuple[int, ...], parameter]
    elif each.form == "switch":
        hint, default = Annotated[bool, parameter], False
    else:
        hint, default = Annotated[str | None, parameter], None
    return Taken(name, Taken.KEYWORD_ONLY, default=default, annotation=hint)


@attrs.frozen(kw_only=True)
class Query:
    """What a search is narrowed by.

    Attributes:
        kind: What is searched.
        filters: The filters as the client takes them.
        names: Every name that has to be looked up: its option, the filter, the name, and the value for the filter.
    """

    kind: Kind
    filters: Mapping[str, Any]
    names: Sequence[tuple[str, str, str, Any]]

    @classmethod
    def read(cls, kind: Kind, given: Mapping[str, Any]) -> Query:
        """Read the options of a search.

        Args:
            kind: What is searched.
            given: What was given for the arguments that `taken` yields.

        Raises:
            InvalidArgumentError: a value that cannot be read.
        """
        filters: dict[str, Any] = {}
        names: list[tuple[str, str, str, Any]] = []
        for argument, each in TABLES[kind].items():
            if each.form == "names":
                values = list(_values(argument, given))
                names += [
                    (option, argument, text, value)
                    for option, value in values
                    if isinstance(text := value.value if isinstance(value, Exclude) else value, str)
                ]
                filters.update(_sorted_out(kind, argument, [value for _, value in values]))
            elif given.get(argument):
                option = f"--{_OPTIONS[argument][0]}"
                filters[argument] = span(option, given[argument]) if each.form == "range" else given[argument]
        return cls(kind=kind, filters=filters, names=names)


def _values(argument: str, given: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    option = _OPTIONS[argument][0]
    for text in given.get(argument, ()):
        yield f"--{option}", value(f"--{option}", text)
    for text in given.get(f"exclude_{argument}", ()):
        yield f"--exclude-{option}", Exclude(value(f"--exclude-{option}", text))


def _sorted_out(kind: Kind, argument: str, values: Sequence[Any]) -> dict[str, Any]:
    """Return the values under the names of the filters that take them."""
    texts = [each.text for each in values if isinstance(each, Text)]
    if kind != "people" or argument not in _TEXTS or not texts:
        return {argument: values} if values else {}
    if len(texts) > 1:
        option = _OPTIONS[argument][0]
        raise InvalidArgumentError(f"--{option} has {len(texts)} texts; LinkedIn's own search takes one there.")
    rest = [each for each in values if not isinstance(each, Text)]
    return {_TEXTS[argument]: texts[0], **({argument: rest} if rest else {})}


def value(option: str, text: str) -> str | Suggestion | Text:
    """Read a value: a name, ``id:1441`` or ``id:1441=its name``, ``text:engineer`` or ``name:id:x``.

    Raises:
        InvalidArgumentError: there is nothing behind the colon.
    """
    how, colon, rest = text.partition(":")
    if not colon or how not in ("id", "text", "name"):
        return text
    if not rest.strip():
        raise InvalidArgumentError(
            f"{option} {text} says nothing.", hint=f"Write {option} id:1441, {option} text:engineer, or a name."
        )
    if how == "id":
        ident, _, name = rest.partition("=")
        return Suggestion(id=ident.strip(), text=name.strip() or None)
    return Text(rest) if how == "text" else rest


def described(option: str, text: str | None) -> str | Suggestion | None:
    """Read a value that is sent with its text: a text, or ``id:9=its name``.

    Raises:
        InvalidArgumentError: an id without its text.
    """
    found = None if text is None else value(option, text)
    if isinstance(found, Suggestion) and not found.text:
        raise InvalidArgumentError(
            f"{option} {text} lacks the text of that id.", hint=f"Write {option} id:{found.id}=its name."
        )
    return found.text if isinstance(found, Text) else found


def span(option: str, text: str) -> tuple[float | None, float | None]:
    """Read a range: ``10..50``, ``10..`` or ``..50``.

    Raises:
        InvalidArgumentError: it is no such text, or its ends are in the wrong order.
    """
    low, dots, high = text.partition("..")
    try:
        ends = float(low) if low.strip() else None, float(high) if high.strip() else None
    except ValueError:
        dots = ""
    else:
        known = [end for end in ends if end is not None]
        if dots and known and known == sorted(known):
            return ends
    raise InvalidArgumentError(
        f"{text!r} is no range for {option}.", hint=f"Write {option} 10..50, {option} 10.. or {option} ..50."
    )


@Parameter(name="*", group=_DIVISION)
@attrs.frozen(kw_only=True)
class DivisionOptions:
    """How a search by filters that matches more than is listed is divided; see the help of each."""

    partition_by: Annotated[
        tuple[str, ...],
        Parameter(
            negative="",
            show_default=False,
            help="Divide the search by this filter when it matches more than is listed, such as functions; repeat it "
            "to divide further by another one.",
            metavar="FILTER",
        ),
    ] = ()
    survey: Annotated[
        bool,
        Parameter(
            negative="",
            show_default=False,
            help="First ask for the first page of every part, a credit each, and tell the parts, what can be reached "
            "and what the rest costs; then go on, without paying for those pages again. With --plan, end there.",
        ),
    ] = False

    def by(self, kind: Kind) -> tuple[str, ...] | None:
        """Return what to divide a search by, as the client takes it; None for nothing.

        Options and filters may both be named: ``function`` is ``functions``, ``past-company`` is ``past_companies``.

        Raises:
            InvalidArgumentError: there is nothing to survey.
        """
        if self.survey and not self.partition_by:
            raise InvalidArgumentError(
                "--survey is for a search that is divided.", hint="Say by what: --partition-by functions, for example."
            )
        known = {_OPTIONS[name][0]: name for name in TABLES[kind] if name in _OPTIONS}
        named = [each.removeprefix("--") for each in self.partition_by]
        return tuple(known.get(each, each.replace("-", "_")) for each in named) or None


DIVISION = DivisionOptions()
