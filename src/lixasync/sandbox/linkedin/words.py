"""Places, companies and schools of the invented members, with the codes that LinkedIn's API gives such things."""

from __future__ import annotations

import dataclasses


@dataclasses.dataclass(frozen=True, slots=True)
class Place:
    """Where a member lives.

    Attributes:
        name: As profiles show it.
        country: Two lower-case letters, or None when the profile does not say.
        postal: A postal code, or "".
        code: The code of its facet bucket.
        east: Miles east of the country's middle.
        north: Miles north of the country's middle.
    """

    name: str
    country: str | None
    postal: str
    code: str
    east: int = 0
    north: int = 0


@dataclasses.dataclass(frozen=True, slots=True)
class Company:
    """Where a member works; most profiles tell only the name."""

    name: str
    id: int | None = None
    type: str | None = None
    size: str | None = None
    industry: str | None = None
    ticker: str | None = None


PLACES: tuple[Place, ...] = (
    Place("Greater Umber Area", "us", "94105", "us:84", 0, 0),
    Place("Umber Heights", "us", "94110", "us:84", 4, 3),
    Place("Kelpford, Delta Area", "us", "95814", "us:82", 60, 50),
    Place("Slate Harbor, Maine Area", "us", "04101", "us:70", 2500, 300),
    Place("London, United Kingdom", "gb", "EC1A 1BB", "gb:4573", 0, 0),
    Place("Reading, United Kingdom", "gb", "RG1 1AA", "gb:4584", -40, -5),
    Place("København Område, Danmark", "dk", "1050", "dk:5038", 0, 0),
    Place("São Paulo Area, Brazil", "br", "01000-000", "br:6368", 0, 0),
    Place("北京市", "cn", "100000", "cn:8911", 0, 0),
    Place("Łódź, Polska", "pl", "90-001", "pl:9158", 0, 0),
    Place("Côte d'Ivoire", "ci", "", "ci:0", 0, 0),
    Place("Chad", "td", "", "td:0", 0, 0),
    Place("Kelp & Pebble [Remote]", None, "", "_o:0", 0, 0),
    Place('Somewhere "between" <two> rivers', None, "", "_o:0", 0, 0),
)  # fmt: skip

COMPANIES: tuple[Company, ...] = (
    Company("Fern & Quill", 1007, "Privately Held", "51-200 employees", "Publishing"),
    Company("Ledgerloom", 1013, "Public Company", "1001-5000 employees", "Banking", "LDGL"),
    Company("Marrow & Pike Ltd"),
    Company("Café Ondine", 1031, "Privately Held", "1-10 employees", "Restaurants"),
    Company("Brightwell's", None, "Partnership", "11-50 employees"),
    Company("Nørdlys Data", 1049, "Public Company", "10,001+ employees", "Computer Software", "NRDL"),
    Company("霧雨製作所", 1061),
    Company("Tidal <Labs>", 1069, "Educational", "501-1000 employees"),
    Company("Umber/Slate"),
    Company("Kelp+Pebble", 3_000_000_019, "Self-Employed", "Myself Only"),
    Company('The "Quiet" Company'),
    Company("Œuvre Systems", 1093, "Nonprofit", "51-200 employees", "Civic & Social Organization"),
    Company("Larch, Birch & Cedar"),
    Company("Zephyr GmbH & Co. KG", 1103),
    Company("Amber Valley Freight (Holdings)"),
    Company("Quartz River Bank", 1117, "Public Company", "5001-10,000 employees", "Banking", "QRB"),
)

SCHOOLS: tuple[tuple[int, str], ...] = (
    (501, "University of Yarrow"), (502, "École des Ondes"), (503, "Institut für Nebelkunde"), (504, "霧大学"),
    (505, "Harbour & Vale College"), (506, "St. Larch's School"),
)  # fmt: skip

LANGUAGES: tuple[tuple[str, str], ...] = (
    ("en", "English"), ("es", "Spanish"), ("fr", "French"), ("de", "German"), ("it", "Italian"), ("pt", "Portuguese"),
    ("_o", "Others"),
)  # fmt: skip

TITLES: tuple[str, ...] = (
    "Head of Growth", "Director", "R&D Lead", "Chief Kelp Officer", "Ingénieure d'études", "Staff Engineer",
    "Buyer, Timber & Slate", "数据分析师", "Sales Manager (EMEA)", "Founder", "Översättare", "Ruby on Rails Developer",
    "C++ Engineer", "VP Operations", "Freelance Journalist", "Team Lead · Platform", "Apprentice",
)  # fmt: skip

LAST_NAME_ENDINGS: tuple[str, ...] = (", MBA, PHR", " Jr.", " (umber@example.com)", "2", ", CFA", " [LION]")

STATUSES: tuple[str, ...] = (
    "is counting pebbles & kelp", "reads <between> the lines", "a la dérive… 漂流", "hiring?\nNo. Resting.",
)  # fmt: skip

SPECIALTIES: tuple[str, ...] = (
    "kelp, pebbles, C++", "ruby rails & timber\n- slate\n- amber", "naïve crème [sic]; «drift»", "",
)  # fmt: skip
