"""Every field of a person that is documented, in both formats."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import attrs

from lixasync.codec import Decoder, dump
from lixasync.codec.document import read_document
from lixasync.codec.members import member
from lixasync.models import (
    HttpHeader,
    Member,
    MemberCountry,
    MemberEducation,
    MemberLocation,
    MemberUrl,
    MonthYear,
    Position,
    PositionCompany,
    ProfileRequest,
    RelatedConnections,
    RelationToViewer,
    Share,
    VisibilityToken,
)
from lixasync.models.share import ShareContent, ShareSource, ShareVisibility, SharingService

EVERYTHING = """\
<person key="~">
  <id>aB-_1</id><first-name>Zoë</first-name><last-name>Marlowe</last-name><maiden-name>Quill</maiden-name>
  <formatted-name>Zoë Marlowe</formatted-name><phonetic-first-name>zo</phonetic-first-name>
  <phonetic-last-name>mar</phonetic-last-name><formatted-phonetic-name>zo mar</formatted-phonetic-name>
  <headline>--</headline><location><name>Bilbao</name><country><code>es</code></country></location>
  <industry>Internet</industry><distance>2</distance>
  <relation-to-viewer><distance>2</distance><num-related-connections>5</num-related-connections>
    <related-connections total="5" count="1" start="0"><person><id>x</id></person></related-connections>
  </relation-to-viewer>
  <num-recommenders>3</num-recommenders><connections total="333"/><num-connections>500</num-connections>
  <num-connections-capped>true</num-connections-capped><current-status>Busy</current-status>
  <current-status-timestamp>1259166999063</current-status-timestamp>
  <current-share><id>s1</id><timestamp>1259166999063</timestamp><comment>Look</comment>
    <visibility><code>anyone</code></visibility>
    <content><title>T</title><description>D</description><submitted-url>u1</submitted-url>
      <submitted-image-url>u2</submitted-image-url><resolved-url>u3</resolved-url>
      <shortened-url>u4</shortened-url><eyebrow-url>u5</eyebrow-url><thumbnail-url>u6</thumbnail-url></content>
    <source><service-provider><name>LINKEDIN</name></service-provider>
      <service-provider-account-id>a</service-provider-account-id>
      <service-provider-account-handle>h</service-provider-account-handle>
      <service-provider-share-id>i</service-provider-share-id></source>
  </current-share>
  <summary>One\n\nTwo</summary><specialties>Tea</specialties>
  <positions total="1"><position><id>4909960308</id><title>Head</title><summary></summary>
    <start-date><year>2009</year><month>4</month></start-date><end-date><year>2010</year></end-date>
    <is-current>false</is-current>
    <company><id>7</id><name>Acme</name><type>Privately Held</type><size>51-200 employees</size>
      <industry>Internet</industry><ticker>ACM</ticker></company></position></positions>
  <three-current-positions total="1"><position><title>Now</title></position></three-current-positions>
  <three-past-positions total="1"><position><title>Then</title></position></three-past-positions>
  <educations total="1"><education><id>9</id><school-name>School</school-name><degree>BSc</degree>
    <field-of-study>Tea</field-of-study><activities>Rowing</activities><notes>Notes</notes>
    <start-date><year>1999</year></start-date><end-date><year>2003</year></end-date></education></educations>
  <picture-url>p</picture-url><public-profile-url>q</public-profile-url>
  <member-url-resources total="1"><member-url><url>w</url><name>Blog</name></member-url></member-url-resources>
  <api-standard-profile-request><url>r</url>
    <headers total="1"><http-header><name>n</name><value>v</value></http-header></headers>
  </api-standard-profile-request>
  <site-standard-profile-request><url>t</url></site-standard-profile-request>
</person>"""
MOMENT = datetime(2009, 11, 25, 16, 36, 39, 63000, tzinfo=UTC)
ALL = Member(
    key="~",
    id="aB-_1",
    first_name="Zoë",
    last_name="Marlowe",
    maiden_name="Quill",
    formatted_name="Zoë Marlowe",
    phonetic_first_name="zo",
    phonetic_last_name="mar",
    formatted_phonetic_name="zo mar",
    headline="--",
    location=MemberLocation(name="Bilbao", country=MemberCountry(code="es")),
    industry="Internet",
    distance=2,
    relation_to_viewer=RelationToViewer(
        distance=2,
        num_related_connections=5,
        related_connections=RelatedConnections(total=5, count=1, start=0, people=(Member(id="x"),)),
    ),
    num_recommenders=3,
    connections=RelatedConnections(total=333),
    num_connections=500,
    num_connections_capped=True,
    current_status="Busy",
    current_status_timestamp=MOMENT,
    current_share=Share(
        id="s1",
        timestamp=MOMENT,
        comment="Look",
        visibility=ShareVisibility(code="anyone"),
        content=ShareContent(
            title="T",
            description="D",
            submitted_url="u1",
            submitted_image_url="u2",
            resolved_url="u3",
            shortened_url="u4",
            eyebrow_url="u5",
            thumbnail_url="u6",
        ),
        source=ShareSource(
            service_provider=SharingService(name="LINKEDIN"),
            service_provider_account_id="a",
            service_provider_account_handle="h",
            service_provider_share_id="i",
        ),
    ),
    summary="One\n\nTwo",
    specialties="Tea",
    positions=(
        Position(
            id=4909960308,
            title="Head",
            summary="",
            start_date=MonthYear(year=2009, month=4),
            end_date=MonthYear(year=2010),
            is_current=False,
            company=PositionCompany(
                id=7, name="Acme", type="Privately Held", size="51-200 employees", industry="Internet", ticker="ACM"
            ),
        ),
    ),
    three_current_positions=(Position(title="Now"),),
    three_past_positions=(Position(title="Then"),),
    educations=(
        MemberEducation(
            id=9,
            school_name="School",
            degree="BSc",
            field_of_study="Tea",
            activities="Rowing",
            notes="Notes",
            start_date=MonthYear(year=1999),
            end_date=MonthYear(year=2003),
        ),
    ),
    picture_url="p",
    public_profile_url="q",
    member_url_resources=(MemberUrl(url="w", name="Blog"),),
    api_standard_profile_request=ProfileRequest(url="r", headers=(HttpHeader(name="n", value=VisibilityToken("v")),)),
    site_standard_profile_request=ProfileRequest(url="t"),
)


def typed(value: Any) -> Any:
    """Make of a tree's texts the numbers and truths that JSON would have."""
    if isinstance(value, dict):
        # ids of people are texts in JSON as well, and stay so here; those of positions are numbers
        return {key: each if key == "id" and not str(each).isdigit() else typed(each) for key, each in value.items()}
    if isinstance(value, list):
        return [typed(each) for each in value]
    if value in ("true", "false"):
        return value == "true"
    return int(value) if re.fullmatch(r"\d+", value) else value


def test_every_field_in_both_forms() -> None:
    decoder = Decoder()
    xml = read_document(EVERYTHING.encode())
    as_json = read_document(dump(typed(xml.data)))
    assert as_json.data["positions"]["values"][0]["id"] == 4909960308
    assert member(decoder, xml) == ALL
    assert member(decoder, as_json) == ALL
    assert not decoder.drift.report()
    assert all(getattr(ALL, field.name) not in (None, ()) for field in attrs.fields(Member) if field.name != "asked")
