"""CPU of reading a page of 500 people in XML: this project's reader beside lxml, xml.etree and xmltodict.

Needs lxml and xmltodict, which the project itself does not.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree as ET
from xml.parsers import expat

import xmltodict
from lxml import etree

from lixasync.codec import Decoder, dump
from lixasync.codec.document import read_document
from lixasync.codec.members import members
from lixasync.codec.xml import parse_xml
from measure import chart, goal, side_by_side, spread, table

PEOPLE = 500
PERSON = """\
  <person>
    <id>Mb{number:07}-</id>
    <first-name>Zoë</first-name>
    <last-name>Marlowe &amp; Sons</last-name>
    <headline>Head of Growth at Lambert &amp; Bizzle</headline>
    <location>
      <name>Greater Bilbao Area, Spain</name>
      <country>
        <code>es</code>
      </country>
    </location>
    <industry>Information Technology and Services</industry>
    <num-connections>{number}</num-connections>
    <num-connections-capped>false</num-connections-capped>
    <api-standard-profile-request>
      <url>https://api.linkedin.com/v1/people/Mb{number:07}-</url>
      <headers total="1">
        <http-header>
          <name>x-li-auth-token</name>
          <value>name:{number:04x}</value>
        </http-header>
      </headers>
    </api-standard-profile-request>
    <site-standard-profile-request>
      <url>https://www.linkedin.com/profile?viewProfile=&amp;key={number}&amp;authToken={number:04x}&amp;authType=name</url>
    </site-standard-profile-request>
    <picture-url>https://media.linkedin.com/mpr/mprx/0_{number:060}</picture-url>
    <positions total="2">
      <position>
        <id>{number}00000001</id>
        <title>Head of Growth</title>
        <summary>Looks after data, products and markets.\n\nAnd after everything else that grows.</summary>
        <start-date>
          <year>2009</year>
          <month>4</month>
        </start-date>
        <is-current>true</is-current>
        <company>
          <name>Lambert &amp; Bizzle</name>
        </company>
      </position>
      <position>
        <id>{number}00000002</id>
        <title>Consultant</title>
        <summary></summary>
        <is-current>false</is-current>
        <company>
          <name>Globex</name>
        </company>
      </position>
    </positions>
  </person>
"""
COLLECTIONS = frozenset({"connections", "headers", "positions"})
SAFE = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)


def page(people: int = PEOPLE) -> bytes:
    persons = "".join(PERSON.format(number=number) for number in range(people))
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<connections total="{people}">\n{persons}</connections>\n'.encode()


def lxml_tree(body: bytes, parser: Any = SAFE) -> tuple[str, Any]:
    names: dict[str, str] = {}

    def walk(element: Any) -> Any:
        tag = element.tag
        own = {f"_{name}": value for name, value in element.items()}
        if tag in COLLECTIONS:
            values = [walk(child) for child in element]
            return {**own, "values": values} if values else own
        for child in element:
            child_tag = child.tag
            name = names.get(child_tag) or names.setdefault(child_tag, camel(child_tag))
            own[name] = walk(child)
        return own or element.text or ""

    root = etree.fromstring(body, parser)
    return camel(root.tag), walk(root)


def camel(tag: str) -> str:
    first, *others = tag.split("-")
    return first + "".join(word.capitalize() for word in others)


def validated(body: bytes) -> None:
    """Let expat check the document, and do nothing with it."""
    expat.ParserCreate().Parse(body, True)


FLOOR, OURS = "lxml, parse only", "lixasync, to plain data"


def main(rounds: int = 40) -> None:
    body = page()
    tree = parse_xml(body)
    assert tree == lxml_tree(body)
    as_json = dump(tree[1])
    print(
        f"A page of {PEOPLE} people, {len(body) // 1024} KiB. lxml and xml.etree stop at their own elements; this "
        "project's reader, xmltodict and the second row of lxml go on to dicts, lists and texts. expat is the standard "
        "library's parser, below xml.etree and this reader: alone, without telling anybody what it finds, it takes "
        "what its row says, and that much no reader without a compiled part can go under."
    )
    runs: dict[str, Callable[[], object]] = {
        FLOOR: lambda: etree.fromstring(body, SAFE),
        "expat, without any result": lambda: validated(body),
        "xml.etree, parse only": lambda: ET.fromstring(body),  # noqa: S314 - the page above
        OURS: lambda: parse_xml(body),
        "lxml, to the same plain data": lambda: lxml_tree(body),
        "xmltodict, to its plain data": lambda: xmltodict.parse(body),
        "lixasync, to people": lambda: members(Decoder(), read_document(body)),
        "lixasync, to people, the same page in JSON": lambda: members(Decoder(), read_document(as_json)),
    }
    taken = side_by_side(runs, rounds)
    ratios, rows = {}, []
    for name, values in taken.items():
        each = [one / floor for one, floor in zip(values, taken[FLOOR], strict=True)]
        ratios[name] = statistics.median(each)
        rows.append((name, spread(values, 1e-3), f"{ratios[name]:.2f} ({min(each):.2f} to {max(each):.2f})"))
    header = ("what", "CPU", f"× {FLOOR}")
    table(f"{PEOPLE} people in XML: CPU in ms, median (lowest to highest)", header, rows)
    print()
    chart("xml_page", f"Reading {PEOPLE} people in XML", ratios, unit=f"× {FLOOR}", goal=2.0)
    goal(f"{PEOPLE} people in XML to plain data", ratios[OURS], "<=", 2.0, unit=f"× {FLOOR}")


if __name__ == "__main__":
    main()
