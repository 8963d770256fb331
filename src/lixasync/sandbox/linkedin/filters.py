"""Whom a people search finds: the parameters of both generations, as tests of a member.

Combinations that make no sense are ignored without a word, as the real service does.
"""

from __future__ import annotations

import functools
import math
import re
import unicodedata
from collections.abc import Callable, Iterable

from . import facets
from .call import Call
from .industries import INDUSTRIES
from .members import Education, Member, Position
from .words import PLACES, Place

Test = Callable[[Member, int], bool]
"""Whether a member at a distance is meant."""

_WORD = re.compile(r"[\w+#&'@.]+")
_SPACE = re.compile(r"\s+")


def plain(text: str) -> str:
    """Bring text into the form in which it is compared: case and kinds of composed letters do not count."""
    return unicodedata.normalize("NFC", text).casefold()


def words_in(text: str) -> set[str]:
    """List the words of a text; a plus sign belongs to its word."""
    return {word.strip(".'") for word in _WORD.findall(plain(text))}


@functools.lru_cache(maxsize=65_536)
def profile_words(who: Member) -> frozenset[str]:
    """List all words of a profile; remembered, because keywords are looked up in everybody's."""
    places = () if who.place is None else (who.place.name,)
    jobs = (text for work in who.positions for text in (work.title, work.summary, work.company.name))
    studies = (text for study in who.educations for text in (study.school[1], study.degree, study.field))
    texts = (who.first, who.last, who.headline, who.industry, who.summary, who.specialties, *places, *jobs, *studies)
    return frozenset(words_in(" ".join(text for text in texts if text)))


def _has_words(asked: str) -> Test:
    wanted = words_in(asked)
    return lambda who, _: wanted <= profile_words(who)


def _named(asked: str, name_of: Callable[[Member], str]) -> Test:
    wanted = words_in(asked)
    return lambda who, _: wanted <= words_in(name_of(who))


def _old_name(asked: str) -> Test:
    """One word is a last name; several may stand anywhere in the name."""
    if _SPACE.search(asked) is None:
        return _named(asked, lambda who: who.last)
    return _named(asked, lambda who: f"{who.first} {who.last}")


def _loosely(asked: str) -> Callable[[str], bool]:
    part = plain(asked)
    return lambda text: part in plain(text)


def _wholly(asked: str) -> Callable[[str], bool]:
    wanted = words_in(asked)
    return lambda text: wanted <= words_in(text)


def _ever_or_now(matches: Callable[[Position], bool], *, now: bool | None) -> Test:
    """The older meaning: true is now, false and nothing are ever."""
    return lambda who, _: any(matches(work) and (work.current or not now) for work in who.positions)


def _now_or_past(current: Iterable[bool], *, now: bool | None) -> bool:
    """The later meaning, given of each match whether it is current: true is now, false only in the past."""
    found = list(current)
    if now is None:
        return bool(found)
    return any(found) if now else bool(found) and not any(found)


def _work(matches: Callable[[Position], bool], *, now: bool | None) -> Test:
    return lambda who, _: _now_or_past((work.current for work in who.positions if matches(work)), now=now)


def _study(matches: Callable[[str], bool], *, now: bool | None) -> Test:
    def attends(study: Education) -> bool:
        return study.start is not None and study.end is None

    return lambda who, _: _now_or_past(
        (attends(study) for study in who.educations if matches(study.school[1])), now=now
    )


def _lives(fits: Callable[[Place], bool]) -> Test:
    """Somebody whose profile tells no place lives nowhere."""
    return lambda who, _: who.place is not None and fits(who.place)


def _around(country: str, postal: str, miles: int | None) -> Test:
    centre = next((place for place in PLACES if place.country == country and _same_code(place, postal)), None)
    if centre is None:
        return lambda _who, _distance: False
    reach = 0 if miles is None else miles
    return _lives(
        lambda place: (
            place.country == country and math.hypot(place.east - centre.east, place.north - centre.north) <= reach
        )
    )


def _same_code(place: Place, postal: str) -> bool:
    return bool(place.postal) and place.postal.replace(" ", "").lower() == postal.replace(" ", "").lower()


def _in_network(_: Member, distance: int) -> bool:
    return 0 <= distance <= 3


def _out_of_network(_: Member, distance: int) -> bool:
    return not 0 <= distance <= 3


def old_tests(call: Call) -> list[Test]:
    """Read the search parameters of 2009; those of the later generation mean nothing here."""
    tests: list[Test] = [_out_of_network if call.first("network").lower() == "out" else _in_network]
    if keywords := call.first("keywords"):
        tests.append(_has_words(keywords))
    if name := call.first("name"):
        tests.append(_old_name(name))
    if company := call.first("company"):
        employs = _loosely(company)
        tests.append(_ever_or_now(lambda work: employs(work.company.name), now=call.flag("current-company")))
    if title := call.first("title"):
        entitles = _loosely(title)
        tests.append(_ever_or_now(lambda work: entitles(work.title or ""), now=call.flag("current-title")))
    # A code that is in no table drops out, and with it the whole condition when it was the only one.
    codes = {int(code) for code in call.all("industry-code") if code.isascii() and code.isdigit()} & INDUSTRIES.keys()
    if codes:
        tests.append(lambda who, _: who.industry_code in codes)
    return [*tests, *_old_place(call)]


def _old_place(call: Call) -> list[Test]:
    country = call.first("country-code").lower()
    if call.first("search-location-type").upper() != "I" or not country:
        return []
    if postal := call.first("postal-code"):
        return [_around(country, postal, None)]
    return [_lives(lambda place: place.country == country)]


def later_tests(call: Call) -> list[Test]:
    """Read the search parameters of the later generation; those of 2009 mean nothing here."""
    tests: list[Test] = []
    if keywords := call.first("keywords"):
        tests.append(_has_words(keywords))
    if first := call.first("first-name"):
        tests.append(_named(first, lambda who: who.first))
    if last := call.first("last-name"):
        tests.append(_named(last, lambda who: who.last))
    if company := call.first("company-name"):
        employs = _wholly(company)
        tests.append(_work(lambda work: employs(work.company.name), now=call.flag("current-company")))
    if title := call.first("title"):
        entitles = _wholly(title)
        tests.append(_work(lambda work: entitles(work.title or ""), now=call.flag("current-title")))
    if school := call.first("school-name"):
        tests.append(_study(_wholly(school), now=call.flag("current-school")))
    if chosen := facets.chosen(call.all("facet")):
        tests.append(lambda who, distance: facets.fits(who, distance, chosen))
    return [*tests, *_later_place(call)]


def _later_place(call: Call) -> list[Test]:
    country = call.first("country-code")  # in capitals it is the code of no country
    if not country:
        return []
    postal, miles = call.first("postal-code"), call.number("distance", -1, 0)
    if not postal:
        return [_lives(lambda place: place.country == country)]
    return [_around(country, postal, None if miles < 0 else miles)]
