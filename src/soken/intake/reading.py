"""A reading: a sealed original's rows as Parquet, each numbered and accounted for.

Tables that stand for themselves (delimited text, sheets, JSON) are mapped in one pass (`direct`); the tables of a
database are first laid down one by one and then joined (`joining`).
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from soken import __version__
from soken.core.clock import stamp
from soken.core.errors import BadInputError
from soken.core.fields import RowKind
from soken.core.progress import silent
from soken.intake.archives import Notes, expand
from soken.intake.direct import TableMapper
from soken.intake.events import SetAside, Source, TableStart
from soken.intake.formats import reader_for
from soken.intake.inside import Outer
from soken.intake.joining import Laid, join_tables
from soken.intake.locale import locale_of
from soken.intake.mapping import Mapping, check_mapping, corrected
from soken.intake.profile import Profile, profile_named, recognise
from soken.intake.proposals import Proposal, propose, rule_of
from soken.intake.relating import relate, with_keys
from soken.intake.rules import TableRule
from soken.intake.tables import ROWS_SCHEMA, AsideFile, TableFile
from soken.intake.tally import Tally, check_named, nobody, reconcile

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from soken.core.progress import Progress
    from soken.intake.events import Cells, Event
    from soken.intake.items import CodeBook

#: Containers whose tables belong together.
_DATABASES: Final = frozenset({"sqldump", "sqlite"})
_SAMPLE_ROWS: Final = 2000


@dataclass(frozen=True, slots=True)
class Wish:
    """How a file is to be read.

    Attributes:
        profile: 'auto', a profile's name, or a profile file.
        mapping: corrections.
        whole: the corrections say all: what they do not name is no field.
    """

    profile: str = "auto"
    mapping: Mapping = field(default_factory=dict)
    whole: bool = False


def make_reading(
    source: Source, folder: Path, staging: Path, wish: Wish, book: CodeBook, operation: str, progress: Progress | None
) -> dict[str, Any]:
    """Read a sealed original into ``folder``: ``rows.parquet``, ``set_aside.parquet``, ``reading.json``.

    Args:
        source: the sealed original.
        folder: a new folder in the staging.
        staging: where members are unpacked and tables laid down.
        wish: profile and corrections.
        book: codes of items; the caller saves it when the reading counts.
        operation: slug, for the record.
        progress: told the rows, as stage 'read'.

    Returns:
        What stands in ``reading.json``.

    Raises:
        BadInputError: the file cannot be read, holds no rows, or no column that says who somebody is.
        ReconciliationError: rows were lost on the way.
    """
    check_mapping(wish.mapping, "The mapping")
    started = time.perf_counter()
    profile = None if wish.profile in ("auto", "proposed") else profile_named(wish.profile)
    folder.mkdir(parents=True)
    tally = Tally()
    with (progress or silent()).stage("read") as advance:
        run = _Run(source, folder, staging, wish, profile, book, tally)
        for count in run.read():
            advance(count)
    check_named(wish.mapping, tally, source)
    if not tally.rows:
        raise BadInputError(f"{source.name} holds no rows (a heading at most): ask for the whole file.")
    if not tally.claims:
        raise BadInputError(nobody(source, tally))
    reconcile(folder, tally)
    return _record(folder, tally, wish, operation, time.perf_counter() - started)


class _Run:
    """One pass over a file."""

    def __init__(
        self, source: Source, folder: Path, staging: Path, wish: Wish, profile: Profile | None, book: CodeBook,
        tally: Tally,
    ) -> None:  # fmt: skip
        self._source = source
        self._folder = folder
        self._staging = staging
        self._wish = wish
        self._profile = profile
        self._book = book
        self._tally = tally
        self._databases = 0

    def read(self) -> Iterator[int]:
        """Read every row; yield how many rows came each time."""
        notes = Notes()
        unpacked = self._staging / "members"
        unpacked.mkdir()
        with (
            TableFile(self._folder / "rows.parquet", ROWS_SCHEMA) as rows,
            AsideFile(self._folder / "set_aside.parquet") as aside,
        ):
            for member in expand(self._source, unpacked, notes):
                reader = reader_for(member)
                events = (_with_member(event, member) for event in reader.read(member))
                if reader.name in _DATABASES:
                    yield from self._database(events, rows, aside)
                else:
                    yield from self._tables(events, rows, aside)
                if member.path != self._source.path:
                    Path(member.path).unlink(missing_ok=True)
        if related := relate(self._folder / "rows.parquet", self._tally.loose, self._staging):
            self._tally.notes.append(f"tables: {related} rows belong to the person whose number they have")
        self._tally.notes += [f"{one.member}: passed over ({one.why})" for one in notes.skipped]

    def _tables(self, events: Iterator[Event], rows: TableFile, aside: AsideFile) -> Iterator[int]:
        """Tables that stand for themselves."""
        table: TableStart | None = None
        mapper: TableMapper | None = None
        known: dict[str, TableMapper] = {}
        outer = Outer(self._tally.rows)
        for event in events:
            if isinstance(event, TableStart):
                table, mapper = event, known.get(event.table)
                self._tally.tables.append(event)
            elif table is None:
                raise RuntimeError("a reader told rows before their table")
            elif isinstance(event, SetAside):
                self._tally.add(table, 0, event)
                aside.add(self._tally.rows, table, event)
                yield 1
            else:
                if mapper is None:
                    mapper = known[table.table] = self._mapper(table, event.cells)
                first = self._tally.rows + 1
                rows.write(outer.attach(mapper.rows(first, event), event, mapper.rule))
                self._tally.add(table, len(event))
                yield len(event)

    def _mapper(self, table: TableStart, cells: Sequence[Cells]) -> TableMapper:
        """Decide what a table's columns are."""
        sample = list(islice(cells, _SAMPLE_ROWS))
        profile = self._profile or (recognise([table]) if self._wish.profile == "auto" else None)
        rule = profile.rule_for(table) if profile else None
        rule, _proposals = self.decide(table, sample, profile if rule else None, rule)
        lookups = {name: one.values for name, one in profile.lookups.items()} if profile else {}
        return TableMapper(table, rule, lookups, self._book)

    def decide(
        self,
        table: TableStart,
        sample: Sequence[Cells],
        profile: Profile | None,
        rule: TableRule | None,
        proposed: list[Proposal] | None = None,
    ) -> tuple[TableRule, list[Proposal]]:
        """Return the rule of a table, as its profile says or as its columns suggest, corrected as wished."""
        corrections = {**self._wish.mapping.get("", {}), **self._wish.mapping.get(table.table, {})}
        corrections = {name: one for name, one in corrections.items() if name in table.columns}
        by_profile = rule is not None
        if rule is None:
            proposals = proposed or propose(table.columns, sample)
        else:
            proposals = _of_rule(table, rule)
            if profile:
                self._tally.profiles[profile.name] = profile
        if corrections:
            proposals = corrected(proposals, corrections, whole=self._wish.whole)
            rule = _with_fields(rule, rule_of(table.table, proposals)) if rule else None
        rule = rule or rule_of(table.table, proposals)
        self._tally.describe(table, proposals, sample)
        self._tally.claims |= rule.kind is RowKind.IDENTITY
        if not by_profile and rule.kind is RowKind.OTHER:
            self._tally.loose.append((table.member or "", table.table))
        return rule, proposals

    def _database(self, events: Iterator[Event], rows: TableFile, aside: AsideFile) -> Iterator[int]:
        """Tables that belong together: laid down one by one, then joined."""
        self._databases += 1
        place = self._staging / f"laid-{self._databases}"
        place.mkdir()
        laid: dict[str, Laid] = {}
        table: TableStart | None = None
        for event in events:
            if isinstance(event, TableStart):
                table = event
                if event.table not in laid:
                    at = place / f"{len(laid):04d}.parquet"
                    laid[event.table] = Laid(event, at, self._book, self._profile, self._wish.mapping)
                    self._tally.tables.append(event)
            elif table is None:
                raise RuntimeError("a reader told rows before their table")
            elif isinstance(event, SetAside):
                self._tally.add(table, 0, event)
                aside.add(self._tally.rows, table, event)
                yield 1
            else:
                first = self._tally.rows + 1
                laid[table.table].add(first, event)
                self._tally.add(table, len(event))
                yield len(event)
        for one in laid.values():
            one.close()
        self._join(list(laid.values()), rows, place)

    def _join(self, laid: list[Laid], rows: TableFile, place: Path) -> None:
        """Decide what the tables are, together, and join them."""
        filled = [one for one in laid if one.rows]
        tables = [one.table for one in filled]
        profile = self._profile or (recognise(tables) if self._wish.profile == "auto" else None)
        keyed: list[list[Proposal]] = []
        if profile is None:
            keyed = with_keys([(one.table, one.sample, propose(one.table.columns, one.sample)) for one in filled])
        for number, one in enumerate(filled):
            rule = profile.rule_for(one.table) if profile else None
            if profile and rule is None:
                rule = TableRule(name=one.table.table, kind=RowKind.OTHER)  # the shop system's own affairs
            one.rule, _proposals = self.decide(one.table, one.sample, profile, rule, keyed[number] if keyed else None)
            one.prefix = profile.prefix(one.table) if profile else ""
        join_tables(filled, profile.lookups if profile else {}, rows, place)


def _with_member(event: Event, member: Source) -> Event:
    """Give a table the member that it stands in, which readers of plain files do not know."""
    if isinstance(event, TableStart) and member.member and not event.member:
        return TableStart(event.table, event.columns, member.member, event.notes)
    return event


def _of_rule(table: TableStart, rule: TableRule) -> list[Proposal]:
    """Return a profile's rule as what each column is taken for."""
    of = {name: one for one, columns in rule.fields.items() for name in columns.names}
    return [Proposal(name, of.get(name, ""), 1.0 if name in of else 0.0, "profile") for name in table.columns]


def _with_fields(rule: TableRule, fields: TableRule) -> TableRule:
    """Return a profile's rule with corrected fields: columns that the correction left alone stay as they were."""
    from dataclasses import replace

    kept = {
        name: columns if set(columns.names) != set(fields.fields[name].names) else rule.fields.get(name, columns)
        for name, columns in fields.fields.items()
    }
    return replace(rule, fields=kept)


def _record(folder: Path, tally: Tally, wish: Wish, operation: str, seconds: float) -> dict[str, Any]:
    """Write ``reading.json`` and return it."""
    found: dict[str, str] = {}
    for table in tally.tables:
        found.update(table.notes)
    used = [*tally.profiles.values()]
    notes = list(tally.notes)
    if len({table.member for table in tally.tables}) <= 1 and len(tally.tables) <= 1:
        notes += [f"{name}: {said}" for name, said in found.items()]
    record = {
        "tool": f"soken {__version__}",
        "made_at": stamp(),
        "operation": operation,
        "profile": "+".join(one.name for one in used)[:80] or "proposed",
        "profile_versions": "; ".join(f"{one.system} {one.versions}" for one in used),
        "wish": {"profile": wish.profile, "mapping": wish.mapping, "whole": wish.whole},
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
    (folder / "reading.json").write_text(json.dumps(record, ensure_ascii=False, indent=1), encoding="utf-8")
    return record
