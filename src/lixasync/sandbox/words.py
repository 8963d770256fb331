"""Invented words the sandbox's people are made of. Nobody here is real.

Names are pairs: how the name is written, and how a profile address spells it.
"""

from __future__ import annotations

GIVEN: tuple[tuple[str, str], ...] = (
    ("Avelin", "avelin"), ("Brisco", "brisco"), ("Cadéo", "cadeo"), ("Doréane", "doreane"),
    ("Émeril-Jo", "emeril-jo"), ("Fyodrin", "fyodrin"), ("Gwenlys", "gwenlys"), ("Halvår", "halvar"),
    ("Isaüra", "isaura"), ("Jorunel", "jorunel"), ("Kestrine", "kestrine"), ("Liesbö", "liesbo"),
    ("Maëlor", "maelor"), ("Ñandira", "nandira"), ("Odhrane", "odhrane"), ("Přemka", "premka"),
    ("Quillon", "quillon"), ("Røskva", "roskva"), ("Şirinel", "sirinel"), ("Tamsyl", "tamsyl"),
    ("Ulvenna", "ulvenna"), ("Vašek-Ro", "vasek-ro"), ("Wyndra", "wyndra"), ("Xochile", "xochile"),
    ("Ysoldan", "ysoldan"), ("Zofimir", "zofimir"), ("星砂", "hoshizuna"), ("雨葉", "uyo"),
    ("晴川", "qingchuan"), ("Дарослав", "daroslav"), ("Ελιρία", "eliria"), ("נועריה", "noarya"),
)  # fmt: skip

FAMILY: tuple[tuple[str, str], ...] = (
    ("Ashgrove-Linn", "ashgrove-linn"), ("O'Brindle", "obrindle"), ("D'Arvelle", "darvelle"),
    ("Smörgell", "smorgell"), ("Łukovar", "lukovar"), ("Pennyfroth", "pennyfroth"),
    ("Quaresmã", "quaresma"), ("Vandermoot", "vandermoot"), ("Ó Taragh", "o-taragh"),
    ("Nakashiro", "nakashiro"), ("Bjørkmose", "bjorkmose"), ("Castelhão", "castelhao"),
    ("Drumlin", "drumlin"), ("Eßlinger-Au", "esslinger-au"), ("Fennimarsh", "fennimarsh"),
    ("Gözdere", "gozdere"), ("Hollowbeck", "hollowbeck"), ("Ibarrondo", "ibarrondo"),
    ("Jurčevski", "jurcevski"), ("Kettlewhistle", "kettlewhistle"), ("van der Lüth", "van-der-luth"),
    ("Mc'Tavern", "mctavern"), ("N'Dolere", "ndolere"), ("Œrsted-Vale", "oersted-vale"),
    ("霧野原", "kirinohara"), ("月見坂", "tsukimizaka"), ("林雾", "linwu"), ("Žďárek", "zdarek"),
    ("Threlkeld & Sons", "threlkeld-sons"), ("Umberwick", "umberwick"), ("Yarrowmere", "yarrowmere"),
    ("Ízarra", "izarra"),
)  # fmt: skip

COMPANIES: tuple[str, ...] = (
    "Fern & Quill", "Ledgerloom", "Marrow & Pike Ltd", "Café Ondine", "Brightwell's", "Nørdlys Data",
    "霧雨製作所", "Tidal <Labs>", "Umber/Slate", "Kelp+Pebble", 'The "Quiet" Company', "Œuvre Systems",
    "Larch, Birch & Cedar", "Orchard 24/7", "Zephyr GmbH & Co. KG", "Juniper™ Works",
    "Amber Valley Freight", "Quartz River Bank",
)  # fmt: skip

TITLES: tuple[str, ...] = (
    "Head of Growth", "Director", "R&D Lead", "Chief Kelp Officer", "Ingénieure d'études",
    "Staff Engineer", "Buyer, Timber & Slate", "数据分析师", "Sales Manager (EMEA)", "Founder",
    "Översättare", "Product Designer", "VP Operations", "Freelance Journalist", "Team Lead · Platform",
    "Apprentice",
)  # fmt: skip

PLACES: tuple[str, ...] = (
    "London, England, United Kingdom", "København, Capital Region, Denmark", "São Paulo, Brazil",
    "北京市, China", "Zürich, Switzerland", "Cork, County Cork, Ireland", "Łódź, Poland", "Côte d'Ivoire",
    "Remote", "Greater Umber Area",
)  # fmt: skip

SCHOOLS: tuple[str, ...] = (
    "University of Yarrow", "École des Ondes", "Institut für Nebelkunde", "霧大学",
    "Harbour & Vale College", "St. Larch's School",
)  # fmt: skip

DEGREES: tuple[str, ...] = (
    "Bachelor's degree", "Master of Science (MSc)", "Ph.D.", "Maîtrise", "Diploma, Honours",
)  # fmt: skip

FIELDS: tuple[str, ...] = (
    "Human, Social & Political Sciences", "Hydrology", "Génie civil", "Applied Kelp Farming",
    "Information Technology",
)  # fmt: skip

SKILLS: tuple[str, ...] = (
    "Email Marketing", "C++", "R&D", "Négociation", "Storytelling", "Microsoft Excel", "機械学習",
    "Timber Grading", "Public Speaking", "SQL", "Change Management", "Vendor's Relations",
)  # fmt: skip

LANGUAGES: tuple[str, ...] = ("English", "Français", "中文", "Íslenska", "Português")

PROFICIENCIES: tuple[str, ...] = (
    "NATIVE_OR_BILINGUAL", "PROFESSIONAL_WORKING", "LIMITED_WORKING", "ELEMENTARY",
)  # fmt: skip

PROSE: tuple[str, ...] = (
    "kelp", "pebble", "timber", "river", "ember", "quartz", "amber", "slate", "valley", "umber", "fjord",
    "birch", "delta", "harbour", "juniper", "larch", "meadow", "north", "orchard", "willow", "yarrow",
    "zephyr", "naïve", "crème", "&", "«drift»", "漂流", "🌊",
)  # fmt: skip

MONTHS: tuple[str, ...] = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip
