"""Immutable models of the Lix API's answers."""

from lixasync.models.account import AutoTopUp, Balances, DailyAllowance
from lixasync.models.base import Model
from lixasync.models.career import (
    Certification,
    DayMonthYear,
    Duration,
    Education,
    EntityRef,
    Experience,
    Language,
    MonthYear,
    Patent,
    Publication,
    Skill,
    TimePeriod,
)
from lixasync.models.connection import Connection
from lixasync.models.organisation import Organisation, SocialAccount, SocialAccounts
from lixasync.models.page import Meta, Paging
from lixasync.models.person import Person, ViewerConnection

__all__ = [
    "AutoTopUp",
    "Balances",
    "Certification",
    "Connection",
    "DailyAllowance",
    "DayMonthYear",
    "Duration",
    "Education",
    "EntityRef",
    "Experience",
    "Language",
    "Meta",
    "Model",
    "MonthYear",
    "Organisation",
    "Paging",
    "Patent",
    "Person",
    "Publication",
    "Skill",
    "SocialAccount",
    "SocialAccounts",
    "TimePeriod",
    "ViewerConnection",
]
