"""What is known about each saved body of LinkedIn's v1 API can be read from typed attributes."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from v1_bodies import BODIES, ERRORS, PAGES, page, refused

from lixasync.codec import Decoder
from lixasync.codec.members import MemberListing, Refusal
from lixasync.models import Facet, Member, MonthYear, Presence

# people on the page, total, count, start, number of results
NUMBERS = {
    "connections_2009_full.xml": (146, 146, None, None, None),
    "connections_2009_paged.xml": (16, 16, 10, 0, None),
    "connections_2009_short_list.xml": (2, 81, None, None, None),
    "connections_field_selectors.xml": (2, 2, None, None, None),
    "connections_count_mismatch.xml": (4, 234, 233, 0, None),
    "connections_2012_private.xml": (6, 6, None, None, None),
    "connections_2012_private.json": (6, 6, None, None, None),
    "connections_all.json": (3, 3, None, None, None),
    "connections_page.json": (2, 119, 2, 0, None),
    "connections_one.json": (1, 1, None, None, None),
    "connections_oauth2.json": (2, 2, None, None, None),
    "connections_empty.json": (0, 0, None, None, None),
    "connections_page_last_private.json": (10, 11, 10, 0, None),
    "connections_spring.json": (4, 243, None, None, None),
    "connections_doc_sample.xml": (1, 154, None, None, None),
    "search_2009_people.xml": (10, 152, 10, 0, None),
    "search_2009_noquery.xml": (2, 46441, 2, 0, None),
    "search_2009_missing_dates.xml": (10, 787, 10, 0, None),
    "search_2013_out_of_network.xml": (10, 32, 10, 0, None),
    "search_2013_private.xml": (10, 32, 10, 0, None),
    "search_doc_sample.xml": (2, 100, 10, 0, 108),
    "search_first_page_capped.json": (10, 110, 10, 0, 308),
    "search_one_page.json": (6, 6, None, None, 6),
    "search_last_page.json": (1, 6, 1, 5, 6),
    "search_empty.json": (0, 0, None, None, 0),
    "search_same_name.json": (10, 110, 10, 0, 637),
    "search_truncated_values.json": (2, 110, 10, 0, 47943),
    "search_unicode_key_order.json": (10, 110, 10, 0, 605349),
    "search_selected_fields.json": (10, 110, 10, 0, 308),
    "search_people_only.json": (10, 110, 10, 0, None),
    "search_facets_industry.json": (2, 110, 2, 0, 5608),
}


def token(member: Member) -> str:
    """The text of the header that opens a member's profile."""
    request = member.api_standard_profile_request
    assert request is not None
    (header,) = request.headers
    assert header.name == "x-li-auth-token"
    assert header.value is not None
    return header.value.reveal()


def site_url(member: Member) -> str:
    request = member.site_standard_profile_request
    assert request is not None
    assert request.url is not None
    return request.url


def without_country(listing: MemberListing) -> list[int]:
    return [
        index
        for index, member in enumerate(listing.items)
        if member.location is not None and member.location.country_code is None
    ]


def ids(listing: MemberListing) -> list[str | None]:
    return [member.id for member in listing.items]


@pytest.mark.parametrize("name", PAGES)
def test_numbers_of_a_page(name: str) -> None:
    listing = page(name)
    assert (len(listing.items), listing.total, listing.count, listing.start, listing.num_results) == NUMBERS[name]


def test_every_body_is_spoken_for() -> None:
    assert sorted([*NUMBERS, *REFUSALS, "empty_element.xml"]) == BODIES


@pytest.mark.parametrize("name", PAGES)
def test_nothing_documented_is_left_over(name: str) -> None:
    decoder = Decoder()
    page(name, decoder)
    assert str(decoder.drift.report()) == "no drift"


def test_a_whole_network_of_2009() -> None:
    people = page("connections_2009_full.xml").items
    assert len({member.id for member in people}) == 146
    assert (people[0].id, people[-1].id) == ("2SZyCidpY7", "OErCNOJ7Sp")
    assert sum(member.picture_url is None for member in people) == 66
    assert sum("&" in (member.headline or "") for member in people) == 18
    assert not any("&amp;" in (member.headline or "") for member in people)
    name = people[6].last_name
    assert name is not None
    assert "(" in name
    assert "@" in name
    for member in people:
        request = member.api_standard_profile_request
        assert request is not None
        assert request.url is not None
        assert request.url.startswith("http://")
        assert request.url.endswith(":full")


def test_a_page_of_2009() -> None:
    listing = page("connections_2009_paged.xml")
    people = listing.items
    assert without_country(listing) == [2, 11]
    assert people[2].last_name == "Birkmoor, MBA, PHR"
    with_headers = [
        index
        for index, member in enumerate(people)
        if member.site_standard_profile_request and member.site_standard_profile_request.headers
    ]
    assert with_headers == [3, 4, 5, 6, 7, 8]
    assert token(people[4]) == "name:eBal"
    other = people[4].site_standard_profile_request
    assert other is not None
    assert [header.value.reveal() for header in other.headers if header.value] == ["name:bLL2"]
    assert sum(member.picture_url is None for member in people) == 5


def test_ids_of_other_lengths() -> None:
    listing = page("connections_2009_short_list.xml")
    assert ids(listing) == ["hjdxmpe", "picrja"]
    assert [token(member) for member in listing.items] == ["name:QRLi", "name:tJN7"]


def test_selected_fields_only() -> None:
    for member in page("connections_field_selectors.xml").items:
        assert member.to_dict().keys() == {"id", "first_name"}
        assert member.positions == ()
        assert member.presence("positions") is Presence.ABSENT
        assert member.presence("last-name") is Presence.ABSENT


def test_no_way_to_the_profile_through_the_api() -> None:
    people = page("connections_count_mismatch.xml").items
    assert [member.api_standard_profile_request for member in people] == [None] * 4
    assert people[-1].location is not None
    assert people[-1].location.country_code == "fr"


@pytest.mark.parametrize("form", ["xml", "json"])
def test_private_connections(form: str) -> None:
    people = page(f"connections_2012_private.{form}").items
    assert [member.is_private for member in people] == [False, False, True, False, False, False]
    assert people[2] == Member(id="private", first_name="private", last_name="private")
    assert people[2].identity is None
    assert (people[3].headline, people[3].industry) == ("--", None)
    assert people[4].headline == "架空大学 学生"
    codes = [member.location.country_code if member.location else None for member in people]
    assert codes == ["fr", "es", None, "cz", "gb", "td"]
    assert token(people[1]) == "name:zZ-9"


def test_both_forms_of_the_same_people_are_equal() -> None:
    xml, json = page("connections_2012_private.xml"), page("connections_2012_private.json")
    assert xml == json
    assert hash(xml) == hash(json)
    assert {*xml.items} == {*json.items}


def test_all_connections_in_json() -> None:
    people = page("connections_all.json").items
    assert people[0].picture_url is None
    assert people[0].presence("picture-url") is Presence.ABSENT
    assert any("-" in (member.last_name or "") for member in people)
    assert token(people[0]) == "name:oRYo"


def test_an_industry_in_no_table() -> None:
    listing = page("connections_page.json")
    assert "Technology" in [member.industry for member in listing.items]
    assert any("_" in (identity or "") for identity in ids(listing))


def test_one_connection() -> None:
    (member,) = page("connections_one.json").items
    assert member.last_name is not None
    assert member.last_name[-1].isdigit()
    assert "profile/view?id=" in site_url(member)


def test_a_comma_in_an_industry() -> None:
    assert "Leisure, Travel & Tourism" in [member.industry for member in page("connections_oauth2.json").items]


def test_a_private_one_at_the_end_of_a_page() -> None:
    people = page("connections_page_last_private.json").items
    assert [index for index, member in enumerate(people) if member.is_private] == [9]
    assert [index for index, member in enumerate(people) if member.industry is not None] == [8]
    assert "Søren Løvenborg" in [f"{member.first_name} {member.last_name}" for member in people]


def test_header_numbers_after_the_headers() -> None:
    people = page("connections_spring.json").items
    assert [token(member) for member in people] == ["name:17Na", "name:8gS1", "name:C3R4", "name:MgIE"]
    assert sum(member.picture_url is None for member in people) == 2


def test_the_documented_sample() -> None:
    (member,) = page("connections_doc_sample.xml").items
    assert member.location is not None
    assert member.location.country_code == "804"
    request = member.api_standard_profile_request
    assert request is not None
    (header,) = request.headers
    assert header.name == "Content-Type"
    assert header.value is not None
    assert header.value.reveal() == "plain/text"


def test_a_search_of_2009() -> None:
    listing = page("search_2009_people.xml")
    people = listing.items
    assert len(without_country(listing)) == 9
    assert people[0].connections is not None
    assert people[0].connections.total == 333
    assert people[0].connections.people == ()
    assert people[0].distance == 1
    assert token(people[0]).startswith("OUT_OF_NETWORK:")
    assert people[6].positions[0].start_date == MonthYear(year=2007)
    texts = [position.summary for member in people for position in member.positions]
    assert texts.count("") == 4
    assert any(text and "\n" in text for text in texts)


def test_a_search_for_nothing() -> None:
    people = page("search_2009_noquery.xml").items
    assert 4 in [len(member.id or "") for member in people]
    assert [position.is_current for position in people[0].positions].count(True) == 2
    numbers = [position.id for member in people for position in member.positions]
    assert all(isinstance(number, int) for number in numbers)
    assert max(number for number in numbers if number) > 2**31


def test_positions_without_a_beginning() -> None:
    listing = page("search_2009_missing_dates.xml")
    people = listing.items
    assert people[1].distance == 0
    assert 2 in without_country(listing)
    positions = [position for member in people for position in member.positions]
    assert sum(position.start_date is None for position in positions) == 4
    assert [position.summary for position in positions].count("") == 6
    assert "OUT_OF_NETWORK:-V-_" in [token(member) for member in people if member.api_standard_profile_request]


def test_people_out_of_the_network() -> None:
    people = page("search_2013_out_of_network.xml").items
    assert [member.distance for member in people] == [-1] * 10
    assert all(member.num_connections_capped is False for member in people)
    assert all(isinstance(member.num_connections, int) for member in people)
    for member in people:
        for position in member.positions:
            assert position.to_dict().keys() == {"company"}
    assert people[0].positions[0].company is not None
    assert people[0].positions[0].company.size == "51-200 employees"
    names = [(member.first_name, member.last_name) for member in people]
    assert max(names.count(name) for name in names) == 9
    assert len({member.id for member in people}) == 10


def test_private_people_with_a_career() -> None:
    people = page("search_2013_private.xml").items
    assert [index for index, member in enumerate(people) if member.is_private] == [0, 1]
    for member in people[:2]:
        assert member.identity is None
        assert member.headline
        assert member.location
        assert member.positions
    assert people[0] != people[1]
    assert people[2].identity == "member:dIojf2YFPY"


def test_titles_and_suffixes_in_names() -> None:
    names = [member.last_name for member in page("search_first_page_capped.json").items]
    assert {"Jarnbeck, CFA", "Jarnbeck Jr."} <= set(names)


def test_ten_people_of_one_name() -> None:
    people = page("search_same_name.json").items
    assert len({(member.first_name, member.last_name) for member in people}) == 1
    assert len({member.identity for member in people}) == 10


def test_letters_of_other_alphabets() -> None:
    people = page("search_unicode_key_order.json").items
    assert ("Søren", "Pellowdine Løvenborg") in [(member.first_name, member.last_name) for member in people]


def test_fields_of_a_selector() -> None:
    people = page("search_selected_fields.json").items
    assert all(member.public_profile_url for member in people)
    missing = [member for member in people if member.picture_url is None]
    assert missing
    assert not any(member.picture_url == "" for member in people)
    assert {member.presence("pictureUrl") for member in missing} == {Presence.ABSENT}


def test_long_summaries() -> None:
    people = page("search_people_only.json").items
    texts = [member.summary or "" for member in people]
    assert any("€" in text for text in texts)
    assert any("\n\n" in text for text in texts)
    assert sum("authType=OPENLINK" in site_url(member) for member in people) == 1
    assert all(site_url(member).startswith("https://") for member in people)
    assert any("%C3%" in (member.public_profile_url or "").upper() for member in people)


def test_facets() -> None:
    (facet,) = page("search_facets_industry.json").facets
    assert isinstance(facet, Facet)
    assert (facet.code, facet.name, len(facet.buckets)) == ("industry", "Industry", 10)
    first = facet.buckets[0]
    assert (first.code, first.count, first.selected) == ("96", 2062, False)
    assert page("search_one_page.json").facets == ()


def moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds // 1000, UTC).replace(microsecond=milliseconds % 1000 * 1000)


# status, code, message, request id, timestamp
REFUSALS = {
    "error_400_2009.xml": (400, "0000", "Did not understand query", None, 1256621178299),
    "error_404_2009.xml": (404, "0000", "Could not find person based on: ~~", None, 1259166999063),
    "error_403_email_2009.xml": (403, "0000", "Access to member by email address denied", None, 1260453662440),
    "error_403_throttle_2011.xml": (
        403,
        "0",
        "Throttle limit for calls to this resource is reached.",
        None,
        1299190699260,
    ),
    "error_403_throttle.json": (
        403,
        "0",
        "Throttle limit for calls to this resource is reached.",
        "NQ8WD26HJA",
        1375715512125,
    ),
    "error_401_empty_token.json": (401, "0", "Empty oauth2_access_token", "OS8BHJVUV3", 1379777767455),
    "error_401_expired.json": (401, "0", "[unauthorized]. Expired access token.", "M5H2MS4RIM", 1409147388791),
    "error_401_invalid_token.json": (401, "0", "Invalid access token.", "4NPI1JKACP", 1375715473066),
    "error_401_request_id.xml": (401, "0", "Invalid access token.", "8ZZZZZYO7J", 1378122242574),
    "error_404_member_id.json": (404, "0", "Invalid member id {20433218}", "C9NBACG389", 1391375151446),
    "error_http401_body403.json": (
        403,
        "0",
        "Access to member by email address denied",
        "BJWYEOLVWZ",
        1389727130475,
    ),
    "error_403_people_search.json": (403, "0", "Access to people search denied.", "ZZSEARCH01", 1344442222111),
    "error_403_connections.json": (403, "0", "Access to connections denied", "ZZCONN0001", 1432000000123),
    "error_500.json": (500, "0", "Internal API server error", "ZZ500ERR01", 1432000000999),
}


@pytest.mark.parametrize("name", ERRORS)
def test_refusals(name: str) -> None:
    status, code, message, request_id, timestamp = REFUSALS[name]
    assert refused(name) == Refusal(
        status=status, code=code, message=message, request_id=request_id, timestamp=moment(timestamp)
    )
