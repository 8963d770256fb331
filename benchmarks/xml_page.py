"""CPU of reading a page of 500 people in XML: this project's reader beside lxml, which builds the same tree.

Needs lxml, which the project itself does not.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable
from typing import Any

from lxml import etree

from lixasync.codec import Decoder, dump
from lixasync.codec.document import read_document
from lixasync.codec.members import members
from lixasync.codec.xml import parse_xml
from measure import side_by_side, table

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


def main(rounds: int = 30) -> None:
    body = page()
    tree = parse_xml(body)
    assert tree == lxml_tree(body)
    as_json = dump(tree[1])
    runs: dict[str, Callable[[], object]] = {
        "this reader: bytes to tree": lambda: parse_xml(body),
        "lxml: bytes to the same tree": lambda: lxml_tree(body),
        "lxml: bytes to its own elements": lambda: etree.fromstring(body, SAFE),
        "bytes to people, from XML": lambda: members(Decoder(), read_document(body)),
        "bytes to people, from JSON": lambda: members(Decoder(), read_document(as_json)),
    }
    taken = side_by_side(runs, rounds)
    ours = taken["this reader: bytes to tree"]
    table(
        f"{PEOPLE} people, {len(body) // 1024} KiB of XML: CPU in ms, and as ratio to this reader, medians",
        ("what", "ms", "ratio"),
        [
            (
                name,
                f"{statistics.median(values) * 1e3:.1f}",
                f"{statistics.median(one / other for one, other in zip(values, ours, strict=True)):.2f}",
            )
            for name, values in taken.items()
        ],
    )


if __name__ == "__main__":
    main()
