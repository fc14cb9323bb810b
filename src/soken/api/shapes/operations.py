"""Operations, their funnel and their evidence."""

from __future__ import annotations

from datetime import datetime

from ninja import Field, Schema


class TokenSaid(Schema):
    """What the token that was presented may do."""

    key: str = Field(description="the part of it that may be told")
    user: str
    role: str
    force: str = Field(description="code of the user's force; empty for the centre")
    reads: list[str] = Field(description="acts of reading that both the token and the role permit")
    every_operation: bool
    expires_at: datetime


class RunSaid(Schema):
    """The run of resolve whose proposals are shown."""

    run: str
    finished_at: datetime
    records: int
    persons: int
    review_links: int
    stale: bool = Field(description="evidence came, or was read anew, after it")


class OperationLine(Schema):
    """An operation in the list."""

    operation: str = Field(description="short name, as addresses name it")
    name: str
    opened_at: datetime
    items: int = Field(description="evidence items")
    rows_read: int
    persons: int | None = Field(description="that the newest run proposes; null before the first")


class OperationList(Schema):
    """A page of the operations."""

    operations: list[OperationLine]
    later: str = Field(description="where the next page begins; empty on the last")


class FunnelSaid(Schema):
    """How many rows came in and what became of them."""

    rows_read: int
    rows_accepted: int
    rows_set_aside: int
    adds_up: bool = Field(description="rows read are rows accepted and rows set aside (R1, R8)")
    identity_rows: int | None = Field(description="accepted rows that claim an identity; null before the first run")
    records: int | None = Field(description="different claimed identities")
    persons: int | None
    review_links: int | None = Field(description="links that a person must look at")


class OperationSaid(Schema):
    """An operation."""

    operation: str
    name: str
    opened_at: datetime
    run: RunSaid | None
    funnel: FunnelSaid


class StageCount(Schema):
    """Persons at a stage."""

    stage: str
    persons: int


class AgeSaid(Schema):
    """Persons in work in one force and band."""

    force: str = Field(description="empty for none")
    band: str = Field(description="empty where nobody has assessed")
    persons: int
    late: int = Field(description="of them past their target")
    oldest_days: int = Field(description="since the list was received, of who has waited longest")


class StandingSaid(Schema):
    """Where everybody in an operation stands, each person counted once (R8, R40)."""

    total: int
    unopened: int = Field(description="proposed, and nobody has opened a dossier")
    stages: list[StageCount]
    no_longer_proposed: int = Field(description="dossiers among them whose person the newest run does not propose")
    joined: int = Field(description="dossiers joined into another person's, who is counted once")
    adds_up: bool
    ages: list[AgeSaid]


class EvidenceLine(Schema):
    """An evidence item in the list."""

    evidence: str
    file_name: str
    sha256: str
    size: int = Field(description="bytes")
    received_at: datetime
    profile: str
    rows_read: int
    rows_accepted: int
    rows_set_aside: int


class EvidenceList(Schema):
    """A page of the evidence items, in the order of receipt."""

    evidence: list[EvidenceLine]
    total: int
    pages: int


class ReasonCount(Schema):
    """Rows set aside for one reason."""

    reason: str
    says: str = Field(description="the reason in the reader's language")
    rows: int


class CustodySaid(Schema):
    """An entry of the chain of custody."""

    number: int
    at: str
    actor: str
    act: str
    note: str


class ColumnSaid(Schema):
    """A column and what it was taken for."""

    table: str
    column: str
    field: str = Field(description="empty where it is not mapped")
    confidence: float | None


class EvidenceSaid(EvidenceLine):
    """An evidence item."""

    warrant: str
    seized_by: str
    sealed_at: str
    sealed_by: str
    reading: int = Field(description="number of the reading that is in use")
    set_aside: list[ReasonCount]
    columns: list[ColumnSaid]
    columns_total: int
    custody: list[CustodySaid] = Field(description="the newest entries")
    custody_total: int


class AsideRow(Schema):
    """A row that was set aside."""

    row: int
    source_table: str | None
    member: str | None
    line: int | None
    reason: str
    says: str
    detail: str
    shape: str = Field(description="the row with every letter and figure masked")
    raw_sha256: str


class AsideList(Schema):
    """A page of the rows set aside, in file order."""

    rows: list[AsideRow]
    total: int
    pages: int


class RowSaid(Schema):
    """One row of the original."""

    evidence: str
    row: int
    source_table: str | None
    member: str | None
    line: int | None
    byte_offset: int | None
    byte_length: int | None
    cells: dict[str, str] = Field(description="field: text as typed; only what the row says")
    set_aside: str = Field(description="reason code; empty for a row that was accepted")
    person: str = Field(description="proposed person it belongs to; empty for none")
    attached: list[int] = Field(description="rows that belong to this one (the first hundred)")
