"""What people and companies of the searches can be: values with the ids that facet suggestions and filters use.

All names are invented; ids of seniorities, functions, headcounts and the like are those of LinkedIn's own lists.
"""

from __future__ import annotations

import dataclasses

from lixasync.sandbox import words


@dataclasses.dataclass(frozen=True, slots=True)
class Value:
    """One value of a facet.

    Attributes:
        id: Its id, as suggestions show it: digits, a letter or an urn.
        text: How it is displayed.
        headline: What tells it from another value of the same text.
    """

    id: str
    text: str
    headline: str | None = None


def _values(*pairs: tuple[str, str]) -> tuple[Value, ...]:
    return tuple(Value(ident, text) for ident, text in pairs)


TITLES = _values(
    ("9", "Software Engineer"), ("39", "Senior Software Engineer"), ("163", "Head of Engineering"),
    ("153", "Chief Technology Officer"), ("25", "Data Analyst"), ("25190", "Data Scientist"), ("27", "Project Manager"),
    ("24", "Product Manager"), ("35", "Founder"), ("103", "Co-Founder"), ("8", "Chief Executive Officer"),
    ("68", "Chief Financial Officer"), ("4", "Account Executive"), ("2", "Sales Manager"), ("212", "Head of Growth"),
    ("26", "Marketing Manager"), ("203", "Buyer, Timber & Slate"), ("1335", "Recruiter"), ("73", "Product Designer"),
    ("197", "Ingénieure d'études"), ("320", "VP Operations"), ("44", "Consultant"), ("11", "Director"),
    ("15", "Teacher"), ("909", "Chief Kelp Officer"),
)  # fmt: skip

_PLACES = (
    ("90009496", "London Area, United Kingdom", "EC1A 1BB"), ("102277331", "San Francisco Bay Area", "94105"),
    ("106967730", "Berlin", "10115"), ("105214831", "Bengaluru, Karnataka, India", "560001"),
    ("90009659", "Greater Paris Metropolitan Region", "75001"), ("105763813", "Colorado, United States", "80202"),
    ("102011674", "Amsterdam, North Holland, Netherlands", "1012 JS"), ("104738473", "Dublin, Ireland", "D02 X285"),
    ("100025096", "Toronto, Ontario, Canada", "M5H 2N2"), ("104769905", "Sydney, New South Wales, Australia", "2000"),
    ("103374081", "Madrid, Spain", "28001"), ("103239229", "Københavns Kommune, Denmark", "1050"),
    ("106942319", "Zürich, Switzerland", "8001"), ("105072130", "Łódź, Poland", "90-001"),
    ("105871508", "São Paulo, Brazil", "01000-000"), ("103873152", "北京市, China", "100000"),
    ("102299470", "Berlin, Connecticut, United States", "06037"), ("90010383", "Greater Reykjavík Area", "101"),
    ("104035893", "Nairobi County, Kenya", "00100"), ("106686604", "Lisbon, Portugal", "1100-148"),
    ("103644278", "Greater Umber Area", "99401"), ("103588929", "Kelpford, Delta County", "99502"),
    ("104514572", "Slate Harbour, Maine", "04101"), ("107032011", "Cork, County Cork, Ireland", "T12 X8N6"),
    ("100587095", "Côte d'Ivoire", "00225"),
)  # fmt: skip

REGIONS = tuple(Value(ident, text) for ident, text, _ in _PLACES)
POSTAL_CODES = tuple(Value(f"2{ident}", f"{postal}, {text}") for ident, text, postal in _PLACES)
"""The postal code of each region, in the same order."""

INDUSTRIES = _values(
    ("4", "Software Development"), ("96", "IT Services and IT Consulting"), ("43", "Financial Services"),
    ("14", "Hospitals and Health Care"), ("6", "Technology, Information and Internet"), ("27", "Retail"),
    ("68", "Higher Education"), ("80", "Advertising Services"), ("11", "Business Consulting and Services"),
    ("53", "Motor Vehicle Manufacturing"), ("41", "Banking"), ("104", "Staffing and Recruiting"),
    ("48", "Construction"), ("57", "Oil and Gas"), ("82", "Book and Periodical Publishing"), ("34", "Food Production"),
    ("61", "Paper and Forest Product Manufacturing"), ("116", "Transportation, Logistics, Supply Chain and Storage"),
    ("12", "Biotechnology Research"), ("66", "Fisheries"),
)  # fmt: skip

SENIORITIES = _values(
    ("110", "Entry Level"), ("120", "Senior"), ("200", "Entry Level Manager"), ("210", "Experienced Manager"),
    ("220", "Director"), ("130", "Strategic"), ("300", "Vice President"), ("310", "CXO"), ("320", "Owner / Partner"),
    ("100", "In Training"),
)  # fmt: skip

FUNCTIONS = _values(
    ("1", "Accounting"), ("2", "Administrative"), ("3", "Arts and Design"), ("4", "Business Development"),
    ("5", "Community and Social Services"), ("6", "Consulting"), ("7", "Education"), ("8", "Engineering"),
    ("9", "Entrepreneurship"), ("10", "Finance"), ("11", "Healthcare Services"), ("12", "Human Resources"),
    ("13", "Information Technology"), ("14", "Legal"), ("15", "Marketing"), ("16", "Media and Communication"),
    ("17", "Military and Protective Services"), ("18", "Operations"), ("19", "Product Management"),
    ("20", "Program and Project Management"), ("21", "Purchasing"), ("22", "Quality Assurance"),
    ("23", "Real Estate"), ("24", "Research"), ("25", "Sales"), ("26", "Customer Success and Support"),
)  # fmt: skip

HEADCOUNTS = _values(
    ("A", "Self-employed"), ("B", "1-10"), ("C", "11-50"), ("D", "51-200"), ("E", "201-500"), ("F", "501-1000"),
    ("G", "1001-5000"), ("H", "5001-10,000"), ("I", "10,001+"),
)  # fmt: skip

COMPANY_TYPES = _values(
    ("C", "Public Company"), ("P", "Privately Held"), ("N", "Non Profit"), ("D", "Educational Institution"),
    ("S", "Partnership"), ("E", "Self Employed"), ("O", "Self Owned"), ("G", "Government Agency"),
)  # fmt: skip

TENURES = _values(
    ("1", "Less than 1 year"), ("2", "1 to 2 years"), ("3", "3 to 5 years"), ("4", "6 to 10 years"),
    ("5", "More than 10 years"),
)  # fmt: skip

SCHOOLS = tuple(
    Value(str(18_000 + 37 * place), name)
    for place, name in enumerate((*words.SCHOOLS, "Kelpford Polytechnic", "Open College of the Delta"))
)

GROUPS = _values(
    ("6812", "Kelp Farmers Worldwide"), ("12977", "Async Programmers"), ("40419", "Women in Timber Grading"),
    ("51822", "Founders of the Umber Area"), ("70903", "Slow Data Club"), ("81240", "Freight & Harbour Forum"),
)  # fmt: skip

LANGUAGES = _values(
    ("en", "English"), ("fr", "French"), ("de", "German"), ("es", "Spanish"), ("pt", "Portuguese"),
    ("zh", "Chinese"), ("da", "Danish"), ("is", "Icelandic"),
)  # fmt: skip

RELATIONSHIPS = _values(("F", "1st degree connections"), ("S", "2nd degree connections"), ("O", "3rd+ Everyone else"))

CHANGED_JOBS = _values(("RPC", "Changed jobs in last 90 days"))
POSTED = _values(("RPOL", "Posted on LinkedIn in last 30 days"))

SKILLS = tuple(
    Value(f"urn:li:ts_skill:{number}", text)
    for number, text in (
        (218, "JavaScript"), (280, "HTML"), (12_383, "JavaScript Libraries"), (26_965, "Mocha (JavaScript Framework)"),
        (687, "AJAX"), (4_956, "JSON"), (37_357, "JavaScriptMVC"), (55_736, "JavaScript eXtension (JSX)"),
        (55_595, "Embedded JavaScript (EJS)"), (13_655, "Unobtrusive Javascript"), (1_346, "Python"),
        (9_571, "Python Asyncio"), (147, "SQL"), (1_724, "C++"), (3_104, "Java"), (6_211, "Java Database Connectivity"),
        (1_017, "R&D"), (2_260, "Négociation"), (50_517, "機械学習"), (366, "Public Speaking"), (731, "Timber Grading"),
        (8_099, "Kelp Farming"), (5_530, "Email Marketing"), (44_019, "Change Management"),
    )
)  # fmt: skip


@dataclasses.dataclass(frozen=True, slots=True)
class Company:
    """Where people work.

    Attributes:
        id: The number in its urn and addresses.
        name: How it is displayed; two companies may share a name.
        headcount: The id of its headcount.
        type: The id of its type.
        home: Where it sits, as an index of `REGIONS`.
        industry: What it does, as an index of `INDUSTRIES`.
    """

    id: int
    name: str
    headcount: str
    type: str
    home: int
    industry: int

    @property
    def headline(self) -> str:
        """What tells it from another company of the same name."""
        return f"{INDUSTRIES[self.industry].text} · {REGIONS[self.home].text}"


COMPANIES: tuple[Company, ...] = (
    Company(1007, "Acme Corporation", "I", "C", 1, 0), Company(1013, "Ledgerloom", "D", "P", 0, 2),
    Company(1021, "Fern & Quill", "C", "S", 7, 14), Company(1039, "Marrow & Pike Ltd", "E", "P", 0, 15),
    Company(1049, "Café Ondine", "B", "O", 4, 5), Company(1061, "Brightwell's", "G", "C", 8, 5),
    Company(1069, "Nørdlys Data", "F", "P", 11, 1), Company(1087, "霧雨製作所", "H", "C", 15, 9),
    Company(1093, "Tidal <Labs>", "C", "P", 1, 18), Company(1103, "Umber/Slate", "D", "S", 20, 12),
    Company(1117, "Kelp+Pebble", "B", "P", 21, 19), Company(1129, 'The "Quiet" Company', "A", "E", 23, 8),
    Company(1151, "Œuvre Systems", "E", "P", 4, 0), Company(1163, "Larch, Birch & Cedar", "F", "S", 17, 16),
    Company(1171, "Orchard 24/7", "G", "C", 9, 5), Company(1187, "Zephyr GmbH & Co. KG", "H", "P", 2, 9),
    Company(1201, "Juniper™ Works", "D", "P", 5, 4), Company(1213, "Amber Valley Freight", "G", "P", 6, 17),
    Company(1223, "Quartz River Bank", "I", "C", 12, 10), Company(1237, "Acme Logistics", "F", "P", 8, 17),
    Company(1249, "Halcyon Partners", "C", "S", 0, 8), Company(1259, "Halcyon Partners", "D", "P", 10, 2),
    Company(1277, "Blue Heron", "B", "P", 5, 7), Company(1289, "Blue Heron", "E", "N", 18, 3),
    Company(1297, "University of Yarrow", "H", "D", 7, 6), Company(1303, "Delta County Council", "G", "G", 21, 6),
    Company(1319, "Meadowlark Health", "I", "N", 8, 3), Company(1321, "Fjord Robotics", "D", "P", 17, 9),
    Company(1361, "Willow Staffing", "C", "P", 3, 11), Company(1373, "Ember Oil & Gas", "I", "C", 14, 13),
    Company(1399, "North Pebble Press", "B", "P", 13, 14), Company(1409, "Harbour Light Studio", "A", "E", 19, 7),
    Company(1423, "Valley Motors", "H", "C", 16, 9), Company(1433, "Cedar Cloud", "F", "P", 24, 1),
)  # fmt: skip

EMPLOYERS = tuple(Value(f"urn:li:organization:{firm.id}", firm.name, firm.headline) for firm in COMPANIES)
