"""What the models of the Lix API say of themselves: identities, links, and questions with yes or no."""

from __future__ import annotations

import pytest

from lixasync.models import (
    Actor,
    Comment,
    Conversation,
    EmailAnswer,
    Employee,
    EmployeeLinks,
    EmploymentPosition,
    Follower,
    JobPosting,
    LinkedInAccount,
    Message,
    Model,
    MonthYear,
    Organisation,
    OrganisationIds,
    OrganisationMatch,
    PersonMatch,
    PersonReaction,
    Post,
    PostReaction,
    SalesThread,
    Suggestion,
)

ACME = "https://www.linkedin.com/company/acme"
ROBIN = "https://www.linkedin.com/in/robin-marlowe"
SALES = "https://www.linkedin.com/sales"


@pytest.mark.parametrize(
    ("model", "identity"),
    [
        (Organisation(link=f"{ACME}/?trk=x", sales_nav_link=f"{SALES}/company/7", id="8"), ACME),
        (Organisation(link="https://www.linkedin.com/company/", id="8"), "id:8"),
        (Organisation(link="https://www.linkedin.com/School/", id="8"), "id:8"),
        (Organisation(link="https://www.linkedin.com/showcase", name="Acme"), None),
        (Organisation(link="https://www.linkedin.com/company/company"), "https://www.linkedin.com/company/company"),
        (Organisation(sales_nav_link=f"{SALES}/company/7"), "sales:7"),
        (Organisation(sales_nav_link=f"{SALES}/company/7/?x=1"), "sales:7"),
        (Organisation(sales_nav_link=f"{SALES}/accounts/insights?companyId=7&trk=x"), "sales:7"),
        (Organisation(sales_nav_link=f"{SALES}/accounts/insights?trk=x&companyid=7#top"), "sales:7"),
        (Organisation(sales_nav_link=f"{SALES}/accounts/insights?companyId=&trk=x"), None),
        (Organisation(sales_nav_link=f"{SALES}/accounts/insights"), None),
        (Organisation(sales_nav_link="https://linkedin.com/sales/company/", id="8"), "id:8"),
        (Organisation(sales_nav_link=f"{SALES}/company/", ids=OrganisationIds(sales_nav_id="7", id="8")), "sales:7"),
        (Organisation(urn="urn:li:company:7", id="8"), "urn:urn:li:company:7"),
        (Organisation(ids=OrganisationIds(id="8", li_id="acme")), "id:8"),
        (Organisation(ids=OrganisationIds(li_id="acme")), "slug:acme"),
        (Organisation(ids=OrganisationIds(lix_id="x"), name="Acme"), None),
        (Actor(link=f"{ROBIN}/", id="u"), ROBIN),
        (Actor(id="u", li_id="robin"), "id:u"),
        (Actor(li_id="robin", sales_nav_link=f"{SALES}/lead/ACw,NAME"), "slug:robin"),
        (Actor(sales_nav_link=f"{SALES}/lead/ACw,NAME"), "sales:ACw"),
        (Actor(name="Robin"), None),
        (Post(urn="u", url="https://x.example/1"), "post:u"),
        (Post(url="https://x.example/1?id=2"), "https://x.example/1?id=2"),
        (Post(text="x"), None),
        (Comment(urn="u", permalink="https://x.example/1"), "comment:u"),
        (Comment(permalink="https://x.example/1?commentUrn=2"), "https://x.example/1?commentUrn=2"),
        (Comment(text="x", post_urn="u"), None),
        (PersonReaction(post_urn="u"), "post:u"),
        (PersonReaction(date_reacted="1mo"), None),
        (PostReaction(actor=Actor(link=ROBIN), reaction_type="LIKE"), ROBIN),
        (PostReaction(actor=Actor(name="Robin")), None),
        (PostReaction(reaction_type="LIKE"), None),
        (JobPosting(id="7", url="https://www.linkedin.com/jobs/view/7/"), "job:7"),
        (JobPosting(url="https://www.linkedin.com/jobs/view/7/?trk=x"), "https://www.linkedin.com/jobs/view/7"),
        (JobPosting(title="Engineer"), None),
        (Follower(entity_urn="u", public_identifier="robin"), "urn:u"),
        (Follower(public_identifier="robin"), "slug:robin"),
        (Follower(first_name="Robin"), None),
        (Conversation(conversation_urn="c", backend_urn="b"), "urn:c"),
        (Conversation(backend_urn="b"), "urn:b"),
        (Conversation(title="Robin"), None),
        (Message(backend_urn="m", conversation_urn="c"), "urn:m"),
        (Message(conversation_urn="c"), None),
        (SalesThread(id="t", entity_urn="u"), "thread:t"),
        (SalesThread(archived=True), None),
        (Employee(person_id="p", links=EmployeeLinks(linkedin=ROBIN)), "person:p"),
        (Employee(links=EmployeeLinks(linkedin=f"{ROBIN}/")), ROBIN),
        (Employee(links=EmployeeLinks(), name="Robin"), None),
        (Employee(name="Robin"), None),
        (Suggestion(id="7", text="Acme"), "id:7"),
        (Suggestion(text="Acme"), None),
        (LinkedInAccount(viewer_id="robin"), "viewer:robin"),
        (LinkedInAccount(linkedin_ready=True), None),
        (MonthYear(year=2021), None),
    ],
    ids=str,
)
def test_identity_of(model: Model, identity: str | None) -> None:
    assert model.identity == identity


@pytest.mark.parametrize(
    ("sent", "person", "organisation"),
    [
        ("robin-marlowe", ROBIN, "https://www.linkedin.com/company/robin-marlowe"),
        ("/robin-marlowe/", ROBIN, "https://www.linkedin.com/company/robin-marlowe"),
        (ROBIN, ROBIN, ROBIN),
        ("https://linkedin.com/company/lix", "https://linkedin.com/company/lix", "https://linkedin.com/company/lix"),
        ("linkedin.com/in/robin", "https://linkedin.com/in/robin", "https://linkedin.com/in/robin"),
        ("", None, None),
        (None, None, None),
    ],
)
def test_profile_link(sent: str | None, person: str | None, organisation: str | None) -> None:
    assert PersonMatch(li_profile_url=sent).profile_link == person
    assert OrganisationMatch(li_profile_url=sent).profile_link == organisation


def test_position_without_end_is_current() -> None:
    assert EmploymentPosition(start_date=MonthYear(year=2021)).is_current
    assert not EmploymentPosition(end_date=MonthYear(year=2021)).is_current


@pytest.mark.parametrize(
    ("status", "valid"), [("VALID", True), ("PROBABLE", False), ("RISKY", False), ("UNKNOWN", False), (None, False)]
)
def test_email_is_valid(status: str | None, valid: bool) -> None:
    assert EmailAnswer(email="robin@example.com", status=status).is_valid is valid
