"""Proposed persons: the list, and what one's rows claim, bought, and are linked by."""

from __future__ import annotations

from typing import Literal

from ninja import Field, Schema

from soken.api.shapes.questions import Placed


class PersonsAsked(Placed):
    """What the list of persons is filtered by: what its page is."""

    q: str = Field("", max_length=100, description="beginning of a claimed name, its reading, or a person code")
    prefecture: str = Field("", max_length=60, description="JIS code, a region elsewhere, or - for none; empty for all")
    band: Literal["", "same", "review"] = Field("", description="how sure the machine is; empty for both")
    least: int = Field(1, ge=1, le=10**9, description="at least so many rows")
    order: Literal["rows", "name", "last", "prefecture"] = Field("rows", description="what the list is ordered by")


class AnothersSaid(Schema):
    """Whose a person is whom another force keeps to itself."""

    force: str = Field(description="code of the force that owns the dossier")
    stage: str = Field(description="where the dossier stands")


class PersonLine(Schema):
    """A proposed person in the list: the machine's proposal, no finding."""

    person: str
    name: str = Field(description="claimed name of the record with most rows")
    kana: str
    prefecture: str
    band: str
    rows: int
    records: int
    items: int
    first_order: str
    last_order: str
    review_with: list[str] = Field(description="persons it may be the same as")
    anothers: AnothersSaid | None = Field(description="whose it is, where that force reads its own persons alone")


class PersonList(Schema):
    """A page of the persons."""

    persons: list[PersonLine]
    total: int = Field(description="that fit the filters; 10000 where “more” is true")
    more: bool = Field(description="whether more than “total” fit the filters")
    first: int = Field(description="position of the first one shown, from 1; 0 where none is")
    earlier: str = Field(description="“at” of the page before; empty on the first")
    later: str = Field(description="“at” of the page after; empty on the last")


class PlaceSaid(Schema):
    """Where a row stands."""

    evidence: str
    row: int


class ClaimSaid(Schema):
    """One thing that a record claims."""

    kind: str = Field(description="name, kana, email, phone, address or birth")
    typed: str
    compared: str = Field(description="the form that is compared; empty for none")


class IdentitySaid(Schema):
    """What some rows claim alike."""

    record: int = Field(description="its number in the run")
    rows: int
    first: PlaceSaid
    claims: list[ClaimSaid]


class PurchaseSaid(Schema):
    """A row that names an item."""

    evidence: str
    row: int
    item: str
    on: str = Field(description="ISO date; empty where none can be read")


class PersonRow(Schema):
    """A row of the person, as typed."""

    evidence: str
    row: int
    kind: str
    record: int | None
    cells: dict[str, str]


class RoleSaid(Schema):
    """Somebody else's name on the person's rows."""

    role: str = Field(description="addressee or payer")
    texts: list[str]
    rows: int
    first: PlaceSaid


class ReasonSaid(Schema):
    """What one comparison of two records found."""

    comparison: str
    level: str
    says: str
    weight: float = Field(description="bits; above 0 for one person")
    left: str | None
    right: str | None


class LinkSaid(Schema):
    """Two records and the evidence that they are one person."""

    band: str
    weight: float = Field(description="bits, all in all")
    left: PlaceSaid
    right: PlaceSaid
    other: str = Field(description="the other person; empty where both records are this one's")
    judged: str | None = Field(description="what people have said of the two")
    question: str = Field(description="why somebody must look at it; empty where nobody must")
    reasons: list[ReasonSaid]


class PersonSaid(PersonLine):
    """One proposed person."""

    run: str
    stale: bool = Field(description="evidence came, or was read anew, after the run")
    identities: list[IdentitySaid] = Field(description="most rows first; the first sixty")
    identities_total: int
    purchases: list[PurchaseSaid] = Field(description="oldest first; the first five hundred")
    purchases_total: int
    rows_shown: list[PersonRow] = Field(description="one page")
    pages: int
    roles: list[RoleSaid]
    joined: list[LinkSaid] = Field(description="links inside the person, strongest first; the first twelve")
    joined_total: int
    review: list[LinkSaid] = Field(description="links to others that somebody must look at; the first hundred")
    review_total: int
