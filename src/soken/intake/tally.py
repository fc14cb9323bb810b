"""What a reading comes to: rows counted by table and reason, columns and what they were taken for, notes."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import pyarrow.parquet as pq

from soken import __version__
from soken.core.clock import stamp
from soken.core.errors import BadInputError, ReconciliationError
from soken.intake.locale import locale_of
from soken.intake.proposals import Proposal, samples

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from soken.intake.events import Cells, SetAside, Source, TableStart
    from soken.intake.mapping import Mapping
    from soken.intake.profile import Profile

#: How many names of columns or tables a sentence lists, and how much of each: a line that can be read.
_SHOWN_NAMES: Final = 10
_SHOWN_LENGTH: Final = 30


@dataclass(slots=True)
class Tally:
    """What has been read so far; ``table`` is shown as 'member:table' where there are members.

    ``claims``: whether some column says who somebody is; ``things``: whether rows are worth keeping without any.
    """

    rows: int = 0
    aside: int = 0
    per_table: dict[str, Counter[str]] = field(default_factory=dict)
    reasons: Counter[str] = field(default_factory=Counter)
    details: dict[str, str] = field(default_factory=dict)
    mapping: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    unmapped: dict[str, list[str]] = field(default_factory=dict)
    samples: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    tables: list[TableStart] = field(default_factory=list)
    profiles: dict[str, Profile] = field(default_factory=dict)
    claims: bool = False
    things: bool = False
    loose: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, table: TableStart, accepted: int, event: SetAside | None = None) -> None:
        """Count rows of a table."""
        counts = self.per_table.setdefault(table.named, Counter(rows_read=0, rows_accepted=0, rows_set_aside=0))
        counts["rows_read"] += accepted + (event is not None)
        counts["rows_accepted"] += accepted
        self.rows += accepted + (event is not None)
        if event is not None:
            counts["rows_set_aside"] += 1
            self.aside += 1
            self.reasons[event.reason] += 1
            self.details.setdefault(event.reason, event.detail)

    def describe(self, table: TableStart, proposals: Sequence[Proposal], rows: Sequence[Cells]) -> None:
        """Remember what a table's columns were taken for."""
        said = self.mapping.setdefault(table.named, {})
        unmapped = self.unmapped.setdefault(table.named, [])
        for one in proposals:
            if one.field:
                said[one.column] = {"field": one.field, "confidence": round(one.confidence, 2), "how": one.how}
            elif one.column not in said and one.column not in unmapped:
                unmapped.append(one.column)
        fields = {one.column: one.field for one in proposals}
        self.samples.setdefault(table.named, samples(table.columns, rows, fields))

    def name_keys(self, table: TableStart, proposals: Sequence[Proposal]) -> None:
        """Remember which columns of a table were found to be numbers by which tables belong together."""
        for one in proposals:
            if one.how == "key":
                said = {"field": one.field, "confidence": one.confidence, "how": one.how}
                self.mapping[table.named].setdefault(one.column, said)
                if one.column in self.unmapped[table.named]:
                    self.unmapped[table.named].remove(one.column)


def check_named(mapping: Mapping, tally: Tally, source: Source) -> None:
    """Refuse corrections of columns that the file does not have: a slip would silently correct nothing."""
    named = list(dict.fromkeys(name for one in tally.tables for name in (one.named, one.table) if name))
    for table, headings in mapping.items():
        if table and table not in named:
            raise BadInputError(
                f"The mapping names a table {table!r} that {source.name} does not have; it has: "
                f"{_some(named) or 'one table, without a name'}."
            )
        there = {name for one in tally.tables if table in ("", one.table, one.named) for name in one.columns}
        for heading in headings:
            if heading not in there:
                raise BadInputError(
                    f"The mapping names a column {heading!r} that {source.name} does not have; it has: "
                    f"{_listed(tally)}."
                )


def nobody(source: Source, tally: Tally) -> str:
    """Return the sentence for a file in which no row that was read, or no column, says who somebody is."""
    if tally.aside == tally.rows:
        [(reason, _count)] = tally.reasons.most_common(1)
        return (
            f"{source.name} holds no row that can be read, of {tally.rows} ({tally.details[reason]}): open it with "
            "what wrote it, save it anew, and take in both."
        )
    return (
        f"{source.name} has no column that says who somebody is (name, mail, phone, address); say with --mapping FILE "
        f"which column is what; its columns are: {_listed(tally)}."
    )


def _listed(tally: Tally) -> str:
    """Return some of the headings of all tables."""
    return _some(list(dict.fromkeys(name for table in tally.tables for name in table.columns)))


def _some(names: Sequence[str]) -> str:
    """Return the first of many names, none of them at length, and how many more there are: it stands in a sentence."""
    shown = [one if len(one) <= _SHOWN_LENGTH else f"{one[:_SHOWN_LENGTH]}…" for one in names[:_SHOWN_NAMES]]
    return ", ".join(shown) + (f", … (+{len(names) - _SHOWN_NAMES:,})" if len(names) > _SHOWN_NAMES else "")


def reconcile(folder: Path, tally: Tally) -> None:
    """Count again what was written, and stop on any difference."""
    accepted = pq.read_metadata(folder / "rows.parquet").num_rows
    aside = pq.read_metadata(folder / "set_aside.parquet").num_rows
    if tally.rows != accepted + aside or aside != tally.aside:
        raise ReconciliationError(
            f"{tally.rows} rows were read but {accepted} accepted and {aside} set aside: nothing was kept; report this."
        )


def record(folder: Path, tally: Tally, asked: dict[str, Any], operation: str, seconds: float) -> dict[str, Any]:
    """Write ``reading.json`` and return it; ``asked`` is how the file was to be read."""
    found: dict[str, str] = {}
    for table in tally.tables:
        found.update(table.notes)
    used = [*tally.profiles.values()]
    notes = list(tally.notes)
    if len({table.member for table in tally.tables}) <= 1 and len(tally.tables) <= 1:
        notes += [f"{name}: {said}" for name, said in found.items()]
    told = {
        "tool": f"soken {__version__}",
        "made_at": stamp(),
        "operation": operation,
        "profile": "+".join(one.name for one in used)[:80] or "proposed",
        "profile_versions": "; ".join(f"{one.system} {one.versions}" for one in used),
        "wish": asked,
        "locale": locale_of(folder / "rows.parquet"),
        "encoding": found.get("encoding", ""),
        "delimiter": found.get("delimiter", ""),
        "found": [{"table": one.table, "member": one.member, "notes": one.notes} for one in tally.tables],
        "mapping": tally.mapping,
        "unmapped_columns": tally.unmapped,
        "samples": tally.samples,
        "counts": {
            "rows_read": tally.rows,
            "rows_accepted": tally.rows - tally.aside,
            "rows_set_aside": tally.aside,
            "blank_lines": sum(int(one.notes.get("blank lines", 0)) for one in tally.tables),
            "per_table": {name: dict(counts) for name, counts in tally.per_table.items()},
            "per_reason": dict(tally.reasons.most_common()),
        },
        "notes": notes,
        "seconds": round(seconds, 3),
    }
    (folder / "reading.json").write_text(json.dumps(told, ensure_ascii=False, indent=1), encoding="utf-8")
    return told
