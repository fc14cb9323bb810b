"""What the records of a person claim: names, readings, mail, phones, addresses, birth dates, as typed and compared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from soken.casework.selectors import store

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

#: What a record claims: kind → (columns as typed, columns in comparable form).
_CLAIMS: Final = {
    "name": (("name",), ("name_key",)),
    "kana": (("kana",), ("full_readings",)),
    "email": (("email",), ("email_key", "email2_key")),
    "phone": (("phone",), ("phone_key", "phone2_key")),
    "address": (("postal_code", "address"), ("postal_key", "address_key")),
    "birth": (("birth",), ("birth_date",)),
}

#: Columns of a record that the page shows; the rest of this wide table is not read.
_RECORD: Final = (
    "record",
    "rows",
    "first_evidence",
    "first_row",
    *(c for forms in _CLAIMS.values() for f in forms for c in f),
)


@dataclass(frozen=True, slots=True)
class Claim:
    """One thing that a record claims, as typed and as compared.

    Attributes:
        kind: 'name', 'kana', 'email', 'phone', 'address' or 'birth'.
        typed: the text of the record's first row; '' if it says nothing.
        compared: the comparable form; '' if there is none.
    """

    kind: str
    typed: str
    compared: str


@dataclass(frozen=True, slots=True)
class ClaimedIdentity:
    """A record of the person.

    Attributes:
        record: its number in the run.
        rows: how many rows claim exactly this.
        evidence: evidence id of the first of them.
        row: its number there.
        claims: what it claims.
    """

    record: int
    rows: int
    evidence: str
    row: int
    claims: tuple[Claim, ...]


def claimed_identities(folder: Path, records: Sequence[int]) -> list[ClaimedIdentity]:
    """Return the person's records as people read them, most rows first; what none of them claims is left out."""
    told = store.lines(folder / "records.parquet", "record", records, _RECORD).to_pylist()
    found = sorted(told, key=lambda one: (-one["rows"], one["record"]))
    kinds = {kind: forms for kind, forms in _CLAIMS.items() if any(_joined(one, sum(forms, ())) for one in found)}
    return [
        ClaimedIdentity(
            record=one["record"],
            rows=one["rows"],
            evidence=one["first_evidence"],
            row=one["first_row"],
            claims=tuple(
                Claim(kind, _joined(one, typed), _joined(one, compared)) for kind, (typed, compared) in kinds.items()
            ),
        )
        for one in found
    ]


def _joined(record: dict[str, Any], columns: Iterable[str]) -> str:
    """Return the values of columns as one text, without what is missing."""
    values: list[Any] = []
    for column in columns:
        value = record.get(column)
        values += value if isinstance(value, list) else [value]
    return " ".join(str(value) for value in values if value)
