"""Immutable models of what the Lix API and LinkedIn's v1 API answer.

Names are loaded when they are first used: whoever talks to one of the APIs does not pay for the models of the other.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lixasync.models.account import AttachedAccount as AttachedAccount
    from lixasync.models.account import AutoTopUp as AutoTopUp
    from lixasync.models.account import Balances as Balances
    from lixasync.models.account import ConnectionRequestAllowance as ConnectionRequestAllowance
    from lixasync.models.account import DailyAllowance as DailyAllowance
    from lixasync.models.account import LinkedInAccount as LinkedInAccount
    from lixasync.models.account import Warmup as Warmup
    from lixasync.models.account import WarmupDetails as WarmupDetails
    from lixasync.models.base import Model as Model
    from lixasync.models.career import Certification as Certification
    from lixasync.models.career import DayMonthYear as DayMonthYear
    from lixasync.models.career import Duration as Duration
    from lixasync.models.career import Education as Education
    from lixasync.models.career import EntityRef as EntityRef
    from lixasync.models.career import Experience as Experience
    from lixasync.models.career import Language as Language
    from lixasync.models.career import MonthYear as MonthYear
    from lixasync.models.career import Patent as Patent
    from lixasync.models.career import Publication as Publication
    from lixasync.models.career import Skill as Skill
    from lixasync.models.career import TimePeriod as TimePeriod
    from lixasync.models.connection import Connection as Connection
    from lixasync.models.contact import EmailAnswer as EmailAnswer
    from lixasync.models.employment import Employment as Employment
    from lixasync.models.employment import EmploymentPosition as EmploymentPosition
    from lixasync.models.employment import PersonExtended as PersonExtended
    from lixasync.models.facet import Bucket as Bucket
    from lixasync.models.facet import Facet as Facet
    from lixasync.models.follower import Follower as Follower
    from lixasync.models.identifiers import IdLinks as IdLinks
    from lixasync.models.identifiers import OrganisationIds as OrganisationIds
    from lixasync.models.identifiers import PersonIds as PersonIds
    from lixasync.models.invitation import Invitation as Invitation
    from lixasync.models.job import JobCompany as JobCompany
    from lixasync.models.job import JobHeadquarters as JobHeadquarters
    from lixasync.models.job import JobPosting as JobPosting
    from lixasync.models.lookc import DomainInfo as DomainInfo
    from lixasync.models.lookc import Employee as Employee
    from lixasync.models.lookc import EmployeeLinks as EmployeeLinks
    from lixasync.models.lookc import EmployeeOrg as EmployeeOrg
    from lixasync.models.lookc import OrganisationMatch as OrganisationMatch
    from lixasync.models.lookc import PersonByEmail as PersonByEmail
    from lixasync.models.lookc import PersonMatch as PersonMatch
    from lixasync.models.member import Member as Member
    from lixasync.models.member import MemberCountry as MemberCountry
    from lixasync.models.member import MemberLocation as MemberLocation
    from lixasync.models.member import RelatedConnections as RelatedConnections
    from lixasync.models.member import RelationToViewer as RelationToViewer
    from lixasync.models.member_career import MemberEducation as MemberEducation
    from lixasync.models.member_career import Position as Position
    from lixasync.models.member_career import PositionCompany as PositionCompany
    from lixasync.models.member_links import HttpHeader as HttpHeader
    from lixasync.models.member_links import MemberUrl as MemberUrl
    from lixasync.models.member_links import ProfileRequest as ProfileRequest
    from lixasync.models.messaging import Conversation as Conversation
    from lixasync.models.messaging import Message as Message
    from lixasync.models.messaging import Participant as Participant
    from lixasync.models.messaging import SalesMessage as SalesMessage
    from lixasync.models.messaging import SalesProfile as SalesProfile
    from lixasync.models.messaging import SalesThread as SalesThread
    from lixasync.models.organisation import Organisation as Organisation
    from lixasync.models.organisation import SocialAccount as SocialAccount
    from lixasync.models.organisation import SocialAccounts as SocialAccounts
    from lixasync.models.page import Meta as Meta
    from lixasync.models.page import Paging as Paging
    from lixasync.models.page import PagingLinks as PagingLinks
    from lixasync.models.person import Person as Person
    from lixasync.models.person import ViewerConnection as ViewerConnection
    from lixasync.models.post import Actor as Actor
    from lixasync.models.post import Comment as Comment
    from lixasync.models.post import EmbeddedObject as EmbeddedObject
    from lixasync.models.post import PersonReaction as PersonReaction
    from lixasync.models.post import Post as Post
    from lixasync.models.post import PostReaction as PostReaction
    from lixasync.models.post import ReactionCount as ReactionCount
    from lixasync.models.presence import Presence as Presence
    from lixasync.models.secret import VisibilityToken as VisibilityToken
    from lixasync.models.share import Share as Share
    from lixasync.models.share import ShareContent as ShareContent
    from lixasync.models.share import ShareSource as ShareSource
    from lixasync.models.share import ShareVisibility as ShareVisibility
    from lixasync.models.share import SharingService as SharingService
    from lixasync.models.suggestion import Suggestion as Suggestion
    from lixasync.models.v1 import V1Model as V1Model

_HOMES = {
    "AttachedAccount": "account",
    "AutoTopUp": "account",
    "Balances": "account",
    "ConnectionRequestAllowance": "account",
    "DailyAllowance": "account",
    "LinkedInAccount": "account",
    "Warmup": "account",
    "WarmupDetails": "account",
    "Model": "base",
    "Certification": "career",
    "DayMonthYear": "career",
    "Duration": "career",
    "Education": "career",
    "EntityRef": "career",
    "Experience": "career",
    "Language": "career",
    "MonthYear": "career",
    "Patent": "career",
    "Publication": "career",
    "Skill": "career",
    "TimePeriod": "career",
    "Connection": "connection",
    "EmailAnswer": "contact",
    "Employment": "employment",
    "EmploymentPosition": "employment",
    "PersonExtended": "employment",
    "Bucket": "facet",
    "Facet": "facet",
    "Follower": "follower",
    "IdLinks": "identifiers",
    "OrganisationIds": "identifiers",
    "PersonIds": "identifiers",
    "Invitation": "invitation",
    "JobCompany": "job",
    "JobHeadquarters": "job",
    "JobPosting": "job",
    "DomainInfo": "lookc",
    "Employee": "lookc",
    "EmployeeLinks": "lookc",
    "EmployeeOrg": "lookc",
    "OrganisationMatch": "lookc",
    "PersonByEmail": "lookc",
    "PersonMatch": "lookc",
    "Member": "member",
    "MemberCountry": "member",
    "MemberLocation": "member",
    "RelatedConnections": "member",
    "RelationToViewer": "member",
    "MemberEducation": "member_career",
    "Position": "member_career",
    "PositionCompany": "member_career",
    "HttpHeader": "member_links",
    "MemberUrl": "member_links",
    "ProfileRequest": "member_links",
    "Conversation": "messaging",
    "Message": "messaging",
    "Participant": "messaging",
    "SalesMessage": "messaging",
    "SalesProfile": "messaging",
    "SalesThread": "messaging",
    "Organisation": "organisation",
    "SocialAccount": "organisation",
    "SocialAccounts": "organisation",
    "Meta": "page",
    "Paging": "page",
    "PagingLinks": "page",
    "Person": "person",
    "ViewerConnection": "person",
    "Actor": "post",
    "Comment": "post",
    "EmbeddedObject": "post",
    "PersonReaction": "post",
    "Post": "post",
    "PostReaction": "post",
    "ReactionCount": "post",
    "Presence": "presence",
    "VisibilityToken": "secret",
    "Share": "share",
    "ShareContent": "share",
    "ShareSource": "share",
    "ShareVisibility": "share",
    "SharingService": "share",
    "Suggestion": "suggestion",
    "V1Model": "v1",
}

__all__ = [*_HOMES]  # noqa: PLE0604 - strings, from the table above; a test compares it with the imports


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'lixasync.models' has no attribute {name!r}")
    value = getattr(import_module(f"lixasync.models.{home}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
