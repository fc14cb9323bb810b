"""Cleared cases: three counts that belong to one another, all by codes."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from ninja import Field, Schema

from soken.api.shapes.questions import Placed


class ClearancesAsked(Placed):
    """Which cleared cases of an operation."""

    at: str = Field("", pattern="^[0-9]{0,18}$", description="where to begin: “later” of the page before")
    year: int = Field(0, ge=0, le=2100, description="of clearing; 0 for all")
    force: str = Field("", pattern="^[-a-z]{0,20}$", description="code of the force that cleared; empty for all")
    struck: Literal["no", "yes"] = Field("no", description="yes: those that were struck too")


class SuspectSaid(Schema):
    """A suspect of a cleared case, as they were then."""

    operation: str
    person: str
    age: int | None
    occupation: str = Field(description="code")


class ChildSaid(Schema):
    """A child of a cleared case: a code that names nobody, and codes."""

    child: str = Field(description="code; one child of one operation")
    stage: str = Field(description="school stage at the time")
    form: str
    relation: str


class ClearedCaseSaid(Schema):
    """A case that the police cleared; it counts once, its suspects and children each for themselves."""

    case: int = Field(description="its number")
    operation: str = Field(description="in which it was recorded; empty where that one is not open to the token")
    group: str = Field(description="group of offence, as a code")
    cleared_on: date
    cleared_at: str = Field(description="force that cleared")
    occurred_at: str = Field(description="force where it happened; empty where nobody said")
    act_on: date | None = Field(description="last day of the act")
    network: str
    suspects: list[SuspectSaid] = Field(description="those of operations that are open to the token; the first hundred")
    suspects_elsewhere: int = Field(description="suspects of operations that are not open to the token")
    suspects_total: int
    victims: list[ChildSaid] = Field(
        description="none where the case's operation is not open to the token; the first hundred"
    )
    victims_total: int
    recorded_at: datetime
    struck_at: datetime | None = Field(description="when it was struck as wrong; null while it counts")


class ClearedCaseList(Schema):
    """A page of the cleared cases of an operation, in the order in which they were recorded."""

    cases: list[ClearedCaseSaid]
    total: int = Field(description="on all pages")
    later: str = Field(description="where the next page begins; empty on the last one")
