"""A reading: a sealed original's rows as Parquet, each numbered and accounted for.

Tables that stand for themselves (delimited text, sheets, JSON) are mapped in one pass (`direct`); the tables of a
database are first laid down one by one and then joined (`joining`).
"""

from __future__ import annotations

import time
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from soken.core.errors import BadInputError
from soken.core.fields import RowKind
from soken.core.progress import silent
from soken.intake.archives import Notes, expand
from soken.intake.deciding import PROFILES_UNNAMED, Decider, Wish
from soken.intake.direct import TableMapper
from soken.intake.events import SetAside, Source, TableStart
from soken.intake.formats import reader_for
from soken.intake.inside import Outer
from soken.intake.joining import join_tables
from soken.intake.keys import Keyed, Numbers, with_keys
from soken.intake.laid import Laid
from soken.intake.mapping import check_mapping
from soken.intake.profile import profile_named, recognise, shops_in
from soken.intake.proposals import Proposal, propose
from soken.intake.relating import relate
from soken.intake.rules import TableRule
from soken.intake.tables import ROWS_SCHEMA, AsideFile, Behind, TableFile, duck
from soken.intake.tally import Tally, check_named, nobody, reconcile, record

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from soken.core.progress import Progress
    from soken.intake.events import Cells, Event
    from soken.intake.items import CodeBook
    from soken.intake.profile import Profile
    from soken.intake.proposals import Proposal

#: Containers whose tables belong together.
_DATABASES: Final = frozenset({"case", "sqldump", "sqlite"})
_SAMPLE_ROWS: Final = 2000


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
    profile = None if wish.profile in PROFILES_UNNAMED else profile_named(wish.profile)
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
        if not tally.things:
            raise BadInputError(nobody(source, tally))
        tally.notes.append(f"{source.name}: no node says who somebody is; its rows are kept, and nobody is proposed")
    reconcile(folder, tally)
    asked = {"profile": wish.profile, "mapping": wish.mapping, "whole": wish.whole}
    return record(folder, tally, asked, operation, time.perf_counter() - started)


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
        self._decider = Decider(wish, tally)
        self._numbers = Numbers(staging / "numbers")
        self._keyed: list[Keyed] = []

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
                reader, before = reader_for(member), self._tally.rows
                alone = reader.name == "delimited" and member.path == self._source.path
                events = (_with_member(event, member) for event in reader.read(member))
                if reader.name in _DATABASES:
                    yield from self._database(events, rows, aside)
                else:
                    yield from self._tables(events, rows, aside, alone=alone, nested=reader.name == "json")
                self._numbers.close()
                # What another system says of devices and of what was done with them is evidence without any person.
                self._tally.things |= reader.name == "case" and self._tally.aside < self._tally.rows
                if member.member and self._tally.rows == before:
                    self._tally.notes.append(f"{member.member}: passed over (no rows: a heading at most)")
                if member.path != self._source.path:
                    Path(member.path).unlink(missing_ok=True)
        self._relate()
        self._tally.notes += [f"{one.member}: passed over ({one.why})" for one in notes.skipped]

    def _relate(self) -> None:
        """Attach rows of tables that no profile speaks of to the person whose number they have."""
        if not self._tally.loose:
            return
        with duck(self._staging) as connection:
            found = with_keys(self._keyed, connection)
            filled: dict[str, list[str]] = {}
            for one, proposals in zip(self._keyed, found, strict=True):
                for at, proposal in enumerate(proposals):
                    if proposal is not one.proposals[at]:
                        filled.setdefault(proposal.field, []).append(one.query(at))
            related = relate(self._folder / "rows.parquet", self._tally.loose, filled, connection)
        if related:
            self._tally.notes.append(f"tables: {related} rows belong to the person whose number they have")
            for one, proposals in zip(self._keyed, found, strict=True):
                self._tally.name_keys(one.table, proposals)

    def _tables(
        self, events: Iterator[Event], rows: TableFile, aside: AsideFile, *, alone: bool, nested: bool
    ) -> Iterator[int]:
        """Tables that stand for themselves; ``alone``: there is but one; ``nested``: rows may stand inside rows."""
        table: TableStart | None = None
        mapper: TableMapper | None = None
        known: dict[str, TableMapper] = {}
        outer = Outer(self._tally.rows, kept=nested)
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
                    mapper = known[table.table] = self._mapper(table, event.cells, alone=alone)
                first = self._tally.rows + 1
                rows.write(outer.attach(mapper.rows(first, event), event, mapper.rule))
                self._numbers.add(table, mapper.kept, first)
                self._tally.add(table, len(event))
                yield len(event)

    def _mapper(self, table: TableStart, cells: Sequence[Cells], *, alone: bool) -> TableMapper:
        """Decide what a table's columns are."""
        sample = list(islice(cells, _SAMPLE_ROWS))
        profile = self._profile or (recognise([table]) if self._wish.profile == "auto" else None)
        rule = profile.rule_for(table) if profile else None
        by_profile = rule is not None
        rule, proposals = self._decider.decide(table, sample, profile if rule else None, rule)
        lookups = {name: one.values for name, one in profile.lookups.items()} if profile else {}
        if alone or by_profile or self._wish.whole:
            return TableMapper(table, rule, lookups, self._book)
        self._keyed.append(Keyed(table, proposals, partial(self._numbers.query, table)))
        return TableMapper(table, rule, lookups, self._book, self._numbers.columns(table, proposals))

    def _database(self, events: Iterator[Event], rows: TableFile, aside: AsideFile) -> Iterator[int]:
        """Tables that belong together: laid down one by one, then joined."""
        self._databases += 1
        place = self._staging / f"laid-{self._databases}"
        place.mkdir()
        laid: dict[str, Laid] = {}
        with Behind() as behind:
            yield from self._lay(events, laid, aside, place, behind)
            for one in laid.values():
                one.close()
        self._join(list(laid.values()), rows, place)

    def _lay(
        self, events: Iterator[Event], laid: dict[str, Laid], aside: AsideFile, place: Path, behind: Behind
    ) -> Iterator[int]:
        """Lay the tables of a database down one by one; yield how many rows came each time."""
        table: TableStart | None = None
        for event in events:
            if isinstance(event, TableStart):
                table = event
                if event.table not in laid:
                    at = place / f"{len(laid):04d}.parquet"
                    laid[event.table] = Laid(event, at, self._book, self._profile, self._wish.mapping, behind)
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

    def _join(self, laid: list[Laid], rows: TableFile, place: Path) -> None:
        """Decide what the tables are, together, and join them."""
        filled = [one for one in laid if one.rows]
        tables = [one.table for one in filled]
        shops: list[Profile] = [self._profile] if self._profile else []
        left_out: list[Profile] = []
        if not shops and self._wish.profile == "auto":
            shops, left_out = shops_in(tables)
        keyed = [] if shops else self._by_numbers(filled)
        several = len(shops) > 1
        lookups = {
            f"{shop.name}:{name}" if several else name: lookup
            for shop in shops
            for name, lookup in shop.lookups.items()
        }
        for number, one in enumerate(filled):
            profile, rule = _rule_of(shops, one.table)
            if shops and rule is None:
                rule = TableRule(name=one.table.table, kind=RowKind.OTHER)  # the shop system's own affairs
            one.rule, _proposals = self._decider.decide(
                one.table, one.sample, profile, rule, keyed[number] if keyed else None
            )
            if profile:
                one.prefix = profile.prefix(one.table)
            if profile and several:
                one.keep_apart(profile.name)
        for profile in left_out:
            self._tally.notes.append(
                f"tables: some look like {profile.system} ({profile.versions}) as well and were not read as that; "
                f"--profile {profile.name} reads them"
            )
        join_tables(filled, lookups, rows, place)

    def _by_numbers(self, filled: Sequence[Laid]) -> list[list[Proposal]]:
        """Propose what the columns of tables are that no profile speaks of, together."""
        looked_at = [Keyed(one.table, propose(one.table.columns, one.sample), one.numbers) for one in filled]
        with duck(self._staging) as connection:
            return with_keys(looked_at, connection)


def _with_member(event: Event, member: Source) -> Event:
    """Give a table the member that it stands in, which readers of plain files do not know."""
    if isinstance(event, TableStart) and member.member and not event.member:
        return TableStart(event.table, event.columns, member.member, event.notes)
    return event


def _rule_of(shops: Sequence[Profile], table: TableStart) -> tuple[Profile | None, TableRule | None]:
    """Return the first profile that speaks of a table, and what it says."""
    return next(((one, rule) for one in shops if (rule := one.rule_for(table))), (None, None))
