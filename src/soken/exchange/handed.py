"""What a transfer between installations contains: the handover form, rows with their places, what people established.

Everything is text as it was recorded, users by name, rows by evidence id and number of the sender. Items are codes; no
title has a place here, and no priority band: how soon a person's turn is, the receiver assesses anew.
"""

from __future__ import annotations

import dataclasses
import types
import typing
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from enum import Enum
from functools import cache
from typing import Any, Final, TypeVar

from soken.core.errors import BadInputError
from soken.core.fields import FIELDS
from soken.exchange.handover import canonical
from soken.refer.contents import PersonSpokenOf, Statement  # noqa: TC001 (types are asked for at run time)

Made = TypeVar("Made")

#: Most rows of a person that travel in one file.
MOST_ROWS: Final = 20_000


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the person.

    Attributes:
        evidence, row: where it stands at the sender.
        table: table or sheet.
        kind: what it is to a person (`soken.core.fields.RowKind`).
        owner: row that it belongs to, None for one that claims an identity itself.
        place: where it stands in the original: member, line, byteOffset, byteLength, rowKey, as far as known.
        cells: field → text exactly as typed.
    """

    evidence: str
    row: int
    table: str
    kind: str
    owner: int | None
    place: dict[str, str]
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class Original:
    """A sealed file that rows come from, by its hash; its bytes and its name stay where they are."""

    evidence: str
    sha256: str
    size: int
    received_at: str
    warrant: str


@dataclass(frozen=True, slots=True)
class Offence:
    """An alleged offence, and from when limitation runs ('' where nobody has entered it)."""

    code: str
    first_on: str
    last_on: str
    basis: str
    by: str
    at: str
    ended_on: str
    stood_still: int
    ended_basis: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where the person lives or is, or where the offence was committed."""

    ground: str
    prefecture: str
    basis: str
    by: str
    at: str


@dataclass(frozen=True, slots=True)
class Told:
    """That a body which protects children was told; `acknowledged_at` is '' while it has not answered."""

    body: str
    office: str
    method: str
    notified_at: str
    note: str
    by: str
    acknowledged_at: str
    acknowledged_by: str


@dataclass(frozen=True, slots=True)
class Ruling:
    """A judgement on two rows that both travel."""

    left_evidence: str
    left_row: int
    right_evidence: str
    right_row: int
    verdict: str
    reason: str
    by: str
    at: str


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happened to the person or the dossier: a stage, a time held and its steps."""

    what: str
    at: str
    by: str
    said: str


@dataclass(frozen=True, slots=True)
class Handed:
    """What is handed over.

    Attributes:
        operation: name of the operation.
        person: code of the person at the sender.
        name: claimed name.
        prefecture: code of the prefecture claimed.
        received_on: the day the list was received; all ages run from it.
        stage: how far the dossier has come at the sender.
        kind: code of `soken.route.transfers.rules` kinds.
        from_force, to_force: codes.
        reason: why.
        form: box of the handover form (form 5) → what it says.
        facts, assessments, persons: as in a referral (`soken.refer.contents`).
        originals: the files that the rows come from.
        rows: the rows.
        judgements, offences, places, told: what the receiver takes over as records of its own.
        history: stages and custody, oldest first; told, not taken over.
    """

    operation: str
    person: str
    name: str
    prefecture: str
    received_on: str
    stage: str
    kind: str
    from_force: str
    to_force: str
    reason: str
    form: dict[str, str]
    facts: tuple[Statement, ...]
    assessments: tuple[Statement, ...]
    persons: tuple[PersonSpokenOf, ...]
    originals: tuple[Original, ...]
    rows: tuple[Row, ...]
    judgements: tuple[Ruling, ...]
    offences: tuple[Offence, ...]
    places: tuple[Place, ...]
    told: tuple[Told, ...]
    history: tuple[Step, ...]

    def as_json(self) -> dict[str, Any]:
        """Return it as values that JSON has."""
        import json

        plain: dict[str, Any] = json.loads(canonical(asdict(self)))
        return plain


def read_handed(body: dict[str, Any]) -> Handed:
    """Return what an offer contains, every value of the shape that it must have.

    Raises:
        BadInputError: something is missing or of another shape, or a row has no file or an unknown field.
    """
    try:
        found = _made(Handed, body, "transfer")
        date.fromisoformat(found.received_on)
    except (KeyError, TypeError, ValueError) as wrong:
        raise BadInputError(f"The transfer does not say what a transfer must say ({wrong}); have it sent anew.") from (
            wrong
        )
    _check(found)
    return found


def _check(found: Handed) -> None:
    """Refuse contents that do not hold together."""
    files = {one.evidence for one in found.originals}
    if not 1 <= len(found.rows) <= MOST_ROWS:
        raise BadInputError(f"A transfer holds between 1 and {MOST_ROWS:,} rows; this one holds {len(found.rows):,}.")
    rows = {(one.evidence, one.row) for one in found.rows}
    if len(rows) < len(found.rows) or not {one.evidence for one in found.rows} <= files:
        raise BadInputError(
            "The transfer names a row twice, or one of a file that it does not name; have it sent anew."
        )
    if any(not one.cells.keys() <= FIELDS.keys() for one in found.rows):
        raise BadInputError("The transfer holds a cell that is none of Soken's fields; have it sent anew.")
    ends = {end for one in found.judgements for end in _ends(one)}
    if not ends <= rows:
        raise BadInputError("The transfer holds a judgement on a row that it does not hold; have it sent anew.")


def _ends(one: Ruling) -> tuple[tuple[str, int], tuple[str, int]]:
    """Return the two rows that a judgement speaks of."""
    return (one.left_evidence, one.left_row), (one.right_evidence, one.right_row)


@cache
def _hints(kind: type) -> dict[str, Any]:
    """Return the types of a dataclass's fields."""
    return typing.get_type_hints(kind)


def _made(kind: type[Made], value: Any, where: str) -> Made:
    """Return a dataclass from values that JSON has; every field must be there and nothing else."""
    if not isinstance(value, dict):
        raise TypeError(f"{where} is no object")
    names = {one.name for one in dataclasses.fields(kind)}  # type: ignore[arg-type]
    if value.keys() != names:
        raise KeyError(f"{where}: {sorted(value.keys() ^ names)[0]}")
    hints = _hints(kind)  # type: ignore[arg-type]
    return kind(**{name: _value(hints[name], value[name], f"{where}.{name}") for name in names})


def _value(kind: Any, value: Any, where: str) -> Any:
    """Return a value that has the type which a field wants."""
    if dataclasses.is_dataclass(kind):
        return _made(kind, value, where)  # type: ignore[arg-type]
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if origin is tuple:
        if not isinstance(value, list):
            raise TypeError(f"{where} is no list")
        return tuple(_value(inner[0], one, where) for one in value)
    if origin is dict:
        return {_value(str, key, where): _value(inner[1], one, where) for key, one in dict(value).items()}
    if origin in {types.UnionType, typing.Union}:
        return None if value is None else _value(inner[0], value, where)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(value)
    if type(value) is not kind:
        raise TypeError(f"{where} is no {kind.__name__}")
    return value


def moment(text: str) -> datetime:
    """Return a moment with its zone.

    Raises:
        BadInputError: it is none.
    """
    try:
        found = datetime.fromisoformat(text)
        # Databases keep moments in UTC: one at the ends of the calendar has none there.
        found.astimezone(UTC)
    except (ValueError, OverflowError):
        found = None
    if found is None or found.tzinfo is None:
        raise BadInputError(f"{text[:40]!r} in the transfer is no moment with a zone; have it sent anew.")
    return found
