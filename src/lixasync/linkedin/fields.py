"""Field selectors: which fields of a person are asked for (LinkedIn v1, section Addresses). Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from typing import ClassVar, Self

import attrs

from lixasync.errors import InvalidArgumentError

PERSON_FIELDS = frozenset({
    # what r_basicprofile opens, and what searches add
    "id", "first-name", "last-name", "maiden-name", "formatted-name", "phonetic-first-name", "phonetic-last-name",
    "formatted-phonetic-name", "headline", "location", "industry", "distance", "relation-to-viewer", "current-share",
    "current-status", "current-status-timestamp", "network", "connections", "num-connections",
    "num-connections-capped", "num-recommenders", "summary", "specialties", "positions", "three-current-positions",
    "three-past-positions", "picture-url", "picture-urls", "public-profile-url", "site-standard-profile-request",
    "api-standard-profile-request", "site-public-profile-request", "api-public-profile-request",
    # what wider scopes open
    "last-modified-timestamp", "proposal-comments", "associations", "honors", "honors-awards", "interests",
    "publications", "patents", "languages", "skills", "certifications", "educations", "courses", "volunteer",
    "recommendations-received", "recommendations-given", "mfeed-rss-url", "following", "job-bookmarks", "suggestions",
    "date-of-birth", "member-url-resources", "related-profile-views", "group-memberships", "email-address",
    "phone-numbers", "bound-account-types", "im-accounts", "main-address", "twitter-accounts",
    "primary-twitter-account",
})  # fmt: skip
"""Every field of a person that the API has had; which of them a member may read depends on the scopes granted."""

_NAME = re.compile(r"[a-z][a-z0-9-]*(?:::\([a-z][a-z0-9-]*\))?")
_TOKEN = re.compile(r"\s*(:\(|[(),]|[A-Za-z][A-Za-z0-9_-]*(?:::\([A-Za-z0-9_-]+\))?)\s*")


@attrs.frozen(init=False, repr=False)
class Fields:
    """The fields of a person to ask for, in order: ``Fields("id", "first-name", location=("name", "country"))``.

    Underscores may stand for hyphens. Names are compared with the fields the API has had, since one wrong name makes
    the server refuse the whole request; `parse` takes others too, when told so.

    Args:
        names: Fields wanted whole, or a text with a selector such as ``"location:(name,country:(code))"``.
        groups: Fields of which only some parts are wanted.

    Raises:
        InvalidArgumentError: an unknown or repeated name, or nothing at all.
    """

    BASIC: ClassVar[Fields]
    """What the scope ``r_basicprofile`` opens; more is not given of connections."""
    SEARCH: ClassVar[Fields]
    """What a search usually needs: name, headline, place, distance, and the way to the profile."""

    items: tuple[tuple[str, Fields | None], ...]

    def __init__(self, *names: str | Fields, **groups: str | Iterable[str] | Fields) -> None:
        found: list[tuple[str, Fields | None]] = []
        for name in names:
            found.extend(name.items if isinstance(name, Fields) else _Parser(name).selector())
        for name, inside in groups.items():
            if not isinstance(inside, Fields | str):
                inside = tuple(inside)
            found.append((_hyphens(name), _group(inside)))
        object.__setattr__(self, "items", _checked(found))
        _check_known(self)

    @classmethod
    def parse(cls, text: str, *, known_only: bool = True) -> Self:
        """Return the fields that a selector stands for, such as ``:(id,first-name,location:(name))``.

        Args:
            text: The selector, with or without its outer ``:(`` and ``)``.
            known_only: Whether to refuse names that the API is not known to have had.

        Raises:
            InvalidArgumentError: it cannot be read.
        """
        text = text.strip()
        if text.startswith(":(") and text.endswith(")"):
            text = text[2:-1]
        fields = cls.of(_Parser(text).selector())
        if known_only:
            _check_known(fields)
        return fields

    @classmethod
    def of(cls, items: Iterable[tuple[str, Fields | None]]) -> Self:
        """Return fields of names and what is wanted within them, without comparing names with the known ones."""
        fields = cls.__new__(cls)
        object.__setattr__(fields, "items", _checked(items))
        return fields

    def __str__(self) -> str:
        """Return the selector as it stands in the path: ``:(id,location:(name))``."""
        return f":({','.join(name if inside is None else f'{name}{inside}' for name, inside in self.items)})"

    def __repr__(self) -> str:
        return f"Fields.parse({str(self)!r})"

    def __add__(self, other: Fields) -> Fields:
        """Return these fields and those of another that are not among them; groups are joined."""
        mine: dict[str, Fields | None] = dict(self.items)
        for name, inside in other.items:
            here = mine.get(name, inside)
            mine[name] = None if here is None or inside is None else here + inside
        return Fields.of(mine.items())

    def paths(self) -> frozenset[str]:
        """Return what is asked for as dotted paths: ``{"id", "location.name"}``."""
        return frozenset(_paths(self))


def as_fields(fields: Fields | str | Iterable[str] | None) -> Fields | None:
    """Return fields given as a value, a selector, or names; None for None, which leaves the choice to the server."""
    if fields is None or isinstance(fields, Fields):
        return fields
    if isinstance(fields, str):
        return Fields.parse(fields)
    if not isinstance(fields, Iterable):
        raise InvalidArgumentError(f"fields is {fields!r}; it must be Fields, a selector, names, or None.")
    return Fields(*fields)


def with_id(fields: Fields) -> Fields:
    """Return fields with the id among them, first when it was not."""
    return fields if any(name == "id" for name, _ in fields.items) else Fields("id") + fields


class _Parser:
    """Reads a selector by its grammar: names, commas, and groups in parentheses after a colon."""

    def __init__(self, text: str) -> None:
        if not isinstance(text, str):
            raise InvalidArgumentError(f"{text!r} is no name of a field.")
        self._text = text
        self._tokens = [*self._scan()]
        self._next = 0

    def _scan(self) -> Iterator[str]:
        at = 0
        while at < len(self._text.rstrip()):
            found = _TOKEN.match(self._text, at)
            if found is None:
                raise self._wrong()
            yield found[1]
            at = found.end()

    def selector(self) -> list[tuple[str, Fields | None]]:
        items = self._list(depth=0)
        if self._next != len(self._tokens):
            raise self._wrong()
        return items

    def _list(self, depth: int) -> list[tuple[str, Fields | None]]:
        if depth > _DEEPEST:
            raise self._wrong()
        items: list[tuple[str, Fields | None]] = []
        while True:
            name = self._take()
            if not _NAME.fullmatch(_hyphens(name)):
                raise self._wrong()
            inside = None
            if self._peek() == ":(":
                self._take()
                inside = Fields.of(self._list(depth + 1))
                if self._take() != ")":
                    raise self._wrong()
            items.append((_hyphens(name), inside))
            if self._peek() != ",":
                return items
            self._take()

    def _peek(self) -> str:
        return self._tokens[self._next] if self._next < len(self._tokens) else ""

    def _take(self) -> str:
        token = self._peek()
        self._next += 1
        return token

    def _wrong(self) -> InvalidArgumentError:
        return InvalidArgumentError(
            f"{self._text!r} is no field selector.",
            hint='Write it like "id,first-name,location:(name,country:(code))".',
        )


_DEEPEST = 12


def _hyphens(name: str) -> str:
    return name.replace("_", "-").lower()


def _group(inside: str | tuple[str, ...] | Fields) -> Fields:
    if isinstance(inside, Fields):
        return inside
    names = (inside,) if isinstance(inside, str) else inside
    return Fields.of([item for name in names for item in _Parser(name).selector()])


def _checked(items: Iterable[tuple[str, Fields | None]]) -> tuple[tuple[str, Fields | None], ...]:
    found = tuple(items)
    names = [name for name, _ in found]
    if not names:
        raise InvalidArgumentError("A field selector names at least one field.", hint="Pass None for the server's own.")
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise InvalidArgumentError(f"The field selector names {', '.join(twice)} more than once.")
    return found


def _check_known(fields: Fields) -> None:
    for name, _ in fields.items:
        plain = name.partition("::")[0]
        if plain not in PERSON_FIELDS:
            near = get_close_matches(plain, PERSON_FIELDS, n=1)
            raise InvalidArgumentError(
                f"A person has no field {plain!r}." + (f" Did you mean {near[0]!r}?" if near else ""),
                hint="One unknown field makes the server refuse the request; Fields.parse(..., known_only=False) "
                "asks for it all the same.",
            )


def _paths(fields: Fields) -> Iterator[str]:
    for name, inside in fields.items:
        plain = name.partition("::")[0]
        if inside is None:
            yield plain
        else:
            yield from (f"{plain}.{path}" for path in _paths(inside))


_ID_NAME = ("id", "first-name", "last-name")
Fields.BASIC = Fields(
    *_ID_NAME,
    "maiden-name",
    "formatted-name",
    "phonetic-first-name",
    "phonetic-last-name",
    "formatted-phonetic-name",
    "headline",
    "location:(name,country:(code))",
    "industry",
    "current-share",
    "num-connections",
    "num-connections-capped",
    "summary",
    "specialties",
    "positions",
    "picture-url",
    "site-standard-profile-request",
    "api-standard-profile-request",
    "public-profile-url",
)
Fields.SEARCH = Fields(
    *_ID_NAME,
    "headline",
    "location:(name,country:(code))",
    "industry",
    "distance",
    "num-connections",
    "num-connections-capped",
    "three-current-positions",
    "picture-url",
    "public-profile-url",
    "site-standard-profile-request",
    "api-standard-profile-request",
)
