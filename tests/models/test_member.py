"""Members as values: what was sent, who they are, and what does not show."""

from __future__ import annotations

import copy
import pickle

import attrs
import pytest

from lixasync.models import (
    HttpHeader,
    Member,
    MemberCountry,
    MemberLocation,
    MonthYear,
    Position,
    Presence,
    ProfileRequest,
    RelatedConnections,
    RelationToViewer,
    VisibilityToken,
)
from lixasync.models.presence import asked_below
from lixasync.models.secret import Secret, TokenLink, mask_links, veiled

SENT, EMPTY, ABSENT, NOT_ASKED = Presence
LINK = "https://www.example/profile?key=70000001&authToken=xYz1&authType=name"


@pytest.mark.parametrize(
    ("member", "identity", "private"),
    [
        (Member(id="aB-_1"), "member:aB-_1", False),
        (Member(id="private"), None, True),
        (Member(id="private", first_name="private", headline="Director"), None, True),
        (Member(), None, False),
        (Member(id=""), None, False),
        (Member(first_name="private"), None, False),
    ],
)
def test_identity(member: Member, identity: str | None, private: bool) -> None:
    assert (member.identity, member.is_private) == (identity, private)


def test_country_code() -> None:
    assert MemberLocation(name="Bilbao", country=MemberCountry(code="es")).country_code == "es"
    assert MemberLocation(name="Bilbao").country_code is None
    assert MemberLocation(country=MemberCountry()).country_code is None


def test_empty_texts_are_kept() -> None:
    member = Member(id="a", summary="", location=MemberLocation(name=""), positions=(Position(title=""),))
    assert member.to_dict() == {"id": "a", "summary": "", "location": {"name": ""}, "positions": [{"title": ""}]}
    assert repr(member) == "Member(id='a', location=MemberLocation(name=''), summary='', positions=<1>)"
    assert member != Member(id="a", location=MemberLocation(name=""), positions=(Position(title=""),))


MEMBER = Member(
    id="a",
    summary="",
    distance=0,
    num_connections_capped=False,
    location=MemberLocation(name="Bilbao", country=MemberCountry(code="")),
    positions=(Position(title="x"), Position(title="", summary="")),
    three_past_positions=(Position(),),
    connections=RelatedConnections(total=1, people=(Member(first_name="b"),)),
    raw={"id": "a", "educations": {"_total": 0}, "industry": None, "picture-url": "", "numConnections": "many"},
)


@pytest.mark.parametrize(
    ("path", "presence"),
    [
        ("id", SENT),
        ("summary", EMPTY),
        ("distance", SENT),
        ("num_connections_capped", SENT),
        ("num-connections-capped", SENT),
        ("numConnectionsCapped", SENT),
        ("first_name", ABSENT),
        ("first-name", ABSENT),
        ("location", SENT),
        ("location.name", SENT),
        ("location.country.code", EMPTY),
        ("positions", SENT),
        ("positions.title", SENT),
        ("positions.summary", EMPTY),
        ("positions.company.name", ABSENT),
        ("positions.start-date.year", ABSENT),
        ("three-past-positions.title", ABSENT),
        ("three-current-positions", ABSENT),
        ("educations", EMPTY),
        ("educations.degree", ABSENT),
        ("industry", EMPTY),
        ("pictureUrl", EMPTY),
        ("num-connections", SENT),
        ("key", ABSENT),
        ("relation-to-viewer.related-connections.people.first-name", ABSENT),
        ("connections.total", SENT),
        ("connections.people", SENT),
        ("connections.people.first-name", SENT),
        ("connections.first-name", SENT),
        ("connections.last-name", ABSENT),
        ("connections.location.name", ABSENT),
    ],
)
def test_presence(path: str, presence: Presence) -> None:
    assert MEMBER.presence(path) is presence
    # what was asked for changes nothing about what came
    if presence is not ABSENT:
        assert attrs.evolve(MEMBER, asked=frozenset()).presence(path) is presence
    else:
        assert attrs.evolve(MEMBER, asked=frozenset()).presence(path) is NOT_ASKED


@pytest.mark.parametrize(
    ("asked", "path", "presence"),
    [
        ({"id"}, "first-name", NOT_ASKED),
        ({"first-name"}, "first-name", ABSENT),
        ({"first_name"}, "firstName", ABSENT),
        ({"location"}, "location", ABSENT),
        ({"location"}, "location.country.code", ABSENT),
        ({"location.country"}, "location.country.code", ABSENT),
        ({"location.country.code"}, "location.country.code", ABSENT),
        ({"location.country.code"}, "location.country", ABSENT),
        ({"location.country.code"}, "location", ABSENT),
        ({"location.country.code"}, "location.name", NOT_ASKED),
        ({"location.name"}, "location.country.code", NOT_ASKED),
        ({"id", "positions.title"}, "positions", ABSENT),
        ({"positions.title"}, "positions.summary", NOT_ASKED),
        ({"positions.company"}, "positions.company.name", ABSENT),
        ({"position"}, "positions", NOT_ASKED),
        ({"connections.first-name"}, "connections.first-name", ABSENT),
        ({"connections.first-name"}, "connections.people.first-name", ABSENT),
        ({"connections.first-name"}, "connections.people", ABSENT),
        ({"connections.first-name"}, "connections.last-name", NOT_ASKED),
        ({"picture"}, "picture-url", NOT_ASKED),
        (set(), "id", NOT_ASKED),
    ],
)
def test_presence_by_what_was_asked_for(asked: set[str], path: str, presence: Presence) -> None:
    assert Member(asked=frozenset(asked)).presence(path) is presence
    assert Member().presence(path) is ABSENT


def test_presence_where_a_part_came_without_the_field() -> None:
    member = Member(location=MemberLocation(name="Bilbao"), asked=frozenset({"location.name", "positions"}))
    assert member.presence("location.country.code") is NOT_ASKED
    assert attrs.evolve(member, asked=frozenset({"location"})).presence("location.country.code") is ABSENT
    assert attrs.evolve(member, asked=None).presence("location.country.code") is ABSENT


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("nickname", "Member has no field 'nickname' .* its fields are id, key, first_name"),
        ("", "Member has no field ''"),
        ("location.city", "MemberLocation has no field 'city' .* its fields are name, country"),
        ("summary.length", "summary is a single value, and has no field 'length'"),
        ("location.", "MemberLocation has no field ''"),
        ("raw", "Member has no field 'raw'"),
        ("asked", "Member has no field 'asked'"),
        ("connections.nickname", "Member has no field 'nickname'"),
    ],
)
def test_presence_of_no_field(path: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Member().presence(path)


@pytest.mark.parametrize(
    ("asked", "below"),
    [
        ({"id", "connections"}, None),
        ({"id", "connections.id", "connections.first-name"}, {"id", "first-name"}),
        ({"id"}, set()),
        (set(), set()),
        ({"connections.location.name"}, {"location.name"}),
    ],
)
def test_asked_below(asked: set[str], below: set[str] | None) -> None:
    assert asked_below("connections", frozenset(asked)) == below
    assert asked_below("relation-to-viewer.connections", frozenset({"relation-to-viewer"})) is None
    assert asked_below("relation-to-viewer.connections", frozenset({"relation-to-viewer.distance"})) == frozenset()


def test_what_was_asked_for_is_not_compared_nor_shown() -> None:
    one, other = Member(id="a", asked=frozenset({"id"})), Member(id="a")
    assert one == other
    assert hash(one) == hash(other)
    assert one.to_dict() == {"id": "a"}
    assert repr(one) == "Member(id='a')"
    assert pickle.loads(pickle.dumps(one)).asked == {"id"}  # noqa: S301 - our own bytes
    assert copy.deepcopy(one).asked == {"id"}


def test_lists_are_tuples() -> None:
    member = Member()
    assert (member.positions, member.educations, member.member_url_resources) == ((), (), ())
    assert ProfileRequest().headers == ()
    assert RelationToViewer().related_connections is None
    assert Position(start_date=MonthYear(year=2009)).start_date == MonthYear(year=2009)


def test_a_token() -> None:
    token = VisibilityToken("name:xYz1")
    assert token.reveal() == "name:xYz1"
    assert not token.lost
    assert isinstance(token, Secret)
    assert repr(token) == str(token) == f"{token}" == "VisibilityToken('***')"
    assert token == VisibilityToken("name:xYz1")
    assert hash(token) == hash(VisibilityToken("name:xYz1"))
    assert token != VisibilityToken("name:other")
    assert token != Secret("name:xYz1")
    assert token.hide_in("a name:xYz1 b") == "a *** b"
    for again in (copy.copy(token), copy.deepcopy(token)):
        assert again is token


def test_a_lost_token() -> None:
    data = pickle.dumps(VisibilityToken("name:xYz1"))
    assert b"xYz1" not in data
    lost = pickle.loads(data)  # noqa: S301 - our own bytes
    assert lost.lost
    with pytest.raises(LookupError, match="went through a pickle"):
        lost.reveal()
    assert lost == pickle.loads(pickle.dumps(lost))  # noqa: S301 - our own bytes
    assert hash(lost) == hash(pickle.loads(data))  # noqa: S301 - our own bytes
    assert lost != VisibilityToken("name:xYz1")
    assert lost != VisibilityToken("")
    assert lost.hide_in("abc") == "abc"
    assert repr(lost) == "VisibilityToken('***')"


def test_other_secrets_are_still_not_pickled() -> None:
    with pytest.raises(TypeError, match="not pickled"):
        pickle.dumps(Secret("key"))
    assert repr(Secret("key")) == "Secret('***')"


def test_a_link_with_a_token() -> None:
    link = TokenLink(LINK)
    masked = LINK.replace("xYz1", "***")
    assert link == LINK
    assert f"{link}" == str(link) == LINK
    assert link.masked == masked
    assert repr(link) == repr(masked)
    assert "xYz1" not in repr([link])
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        data = pickle.dumps(link, protocol)
        assert b"xYz1" not in data
        again = pickle.loads(data)  # noqa: S301 - our own bytes
        assert isinstance(again, TokenLink)
        assert again == masked
    for again in (copy.copy(link), copy.deepcopy(link)):
        assert again is link


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("a?authToken=xYz1", "a?authToken=***"),
        ("a?authToken=xYz1&b=c", "a?authToken=***&b=c"),
        ("a?authToken=xYz1#d", "a?authToken=***#d"),
        ("a?b=%3FauthToken%3DxYz1", "a?b=%3FauthToken%3D***"),
        ("authToken=x and AUTHTOKEN=y", "authToken=*** and AUTHTOKEN=***"),
        ("a?authToken=&b=c", "a?authToken=&b=c"),
        ("nothing", "nothing"),
    ],
)
def test_mask_links(text: str, masked: str) -> None:
    assert mask_links(text) == masked


def test_requests_do_not_show_their_tokens() -> None:
    header = HttpHeader(name="x-li-auth-token", value=VisibilityToken("name:xYz1"))
    request = ProfileRequest(url=TokenLink("https://e.example/?authToken=xYz1&" + "a" * 60), headers=(header,))
    assert repr(header) == "HttpHeader(name='x-li-auth-token', value=VisibilityToken('***'))"
    assert repr(request).startswith("ProfileRequest(url='https://e.example/?authToken=***&aaa")
    assert repr(attrs.evolve(request, url=TokenLink("x?authToken=xYz1"))).startswith(
        "ProfileRequest(url='x?authToken=***'"
    )
    assert request.to_dict()["headers"] == [{"name": "x-li-auth-token", "value": "***"}]
    assert "xYz1" not in str(request.to_dict())


def test_veiled() -> None:
    token, link = VisibilityToken("xYz1"), TokenLink("x?authToken=xYz1")
    data = {"a": [token, {"b": link}, 1, None], "c": "d"}
    assert veiled(data) == {"a": ["***", {"b": "x?authToken=***"}, 1, None], "c": "d"}
    assert data["a"][0] is token
    member = Member(id="a", extra={"new": [token, link]})
    assert member.to_dict() == {"id": "a", "extra": {"new": ["***", "x?authToken=***"]}}
    assert member.extra == {"new": [token, link]}
