"""One box that finds persons by name, mail, phone, address, item code, person code or row, and what a reference names.

It reads the tables of the newest run as they lie in the evidence store, by their index where the run has one: runs of
earlier versions have none. A hit says what was found and how, and is no finding about anybody.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Final

from django.db.models import Exists, OuterRef

from soken.access.eyes import machine_sees_all
from soken.access.policy import Act, allows
from soken.casework.models import Dossier, Operation, Person, ResolveRun
from soken.casework.selectors import store
from soken.casework.selectors.references import Reference, references
from soken.casework.selectors.row_sight import row_sight
from soken.casework.selectors.search_keys import LONGEST, Probe, probes
from soken.casework.selectors.search_terms import records_of
from soken.casework.selectors.whose import Whose, anothers
from soken.core.errors import BadInputError, NotFoundError
from soken.core.ordered import ordered
from soken.core.replaced import reread
from soken.normalise.search_index import TERMS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from django.contrib.auth.models import AnonymousUser

    from soken.access.models import User

#: Hits on a page, and the last page: whoever needs more than these asks more closely.
PAGE: Final = 25
LAST_PAGE: Final = 20
#: Operations that one search over all of them looks into for persons, newest first; the next ones are a page further.
OPERATIONS: Final = 20
_ROW: Final = re.compile(r"(E-[0-9a-f]{12}):([1-9][0-9]{0,11})", re.IGNORECASE)
_CODE: Final = re.compile(r"P-[0-9A-Z-]{1,14}", re.IGNORECASE)
_ITEM: Final = re.compile(r"ITEM-[0-9]{1,12}", re.IGNORECASE)

#: Where the index does not help, every record is gone through.
_ONE_BY_ONE: Final = "select record from read_parquet($records) where {condition} order by record limit 100000"
#: Which of some records meet what their words alone did not show.
_MET: Final = "select record from checked where {condition}"
_CHECKED: Final = ("record", "address_key", "address")
#: In the file's order, for all rows are asked for with nobody's eyes: what is seen of them is said afterwards.
_MEMBERS: Final = """
select evidence, row, person from read_parquet($membership) where person is not null and {condition} limit $some
"""
#: Rows of one item that are read at first, and how many times as many each further time.
_SOME_ROWS: Final = 256
#: Records that are asked for beyond those that a page shows.
_SPARE: Final = 6
_OF_ROW: Final = """
select person from read_parquet($row_records) join read_parquet($clusters) using (record)
where evidence = $evidence and row = $row
"""


@dataclass(frozen=True, slots=True)
class Hit:
    """A person that a search found.

    Attributes:
        person: the proposed person.
        how: what was found: 'code', 'row', 'item', 'mail', 'mail-begins', 'phone', 'phone-part', 'postal', 'name',
            'name-begins', 'name-slip', 'reading', 'reading-begins', 'reading-slip' or 'address'.
        shown: the value as typed in which it was found, '' where the person itself says it.
        anothers: whose the person is, where another force keeps the dossier to itself.
    """

    person: Person
    how: str
    shown: str
    anothers: Whose | None = None


@dataclass(frozen=True, slots=True)
class SearchPage:
    """A page of an operation's hits.

    Attributes:
        operation: whose persons.
        hits: at most `PAGE` of them, the closest first.
        page: its number, from 1.
        more: whether there are further ones.
        gone: dossiers of persons of this code whom the newest run no longer proposes, on the first page.
        references: what the text names as a reference, on the first page.
    """

    operation: Operation
    hits: tuple[Hit, ...]
    page: int
    more: bool
    gone: tuple[Dossier, ...] = ()
    references: tuple[Reference, ...] = ()

    @property
    def any(self) -> bool:
        """Whether anybody was found."""
        return bool(self.hits or self.gone)


@dataclass(frozen=True, slots=True)
class Everywhere:
    """What a search over all operations of a user found.

    Attributes:
        pages: the first page of each operation in which somebody was found, of those looked into.
        references: what the text names as a reference, in all operations.
        number: which part of the operations was looked into, from 1.
        looked: how many operations that were.
        operations: how many there are.
    """

    pages: tuple[SearchPage, ...]
    references: tuple[Reference, ...]
    number: int
    looked: int
    operations: int

    @property
    def first(self) -> int:
        """Place of the first operation looked into, from 1."""
        return (self.number - 1) * OPERATIONS + 1

    @property
    def last(self) -> int:
        """Place of the last one."""
        return self.first + self.looked - 1

    @property
    def more(self) -> bool:
        """Whether there are operations after these."""
        return self.last < self.operations


def search(user: User | AnonymousUser, operation: Operation, text: str, *, page: int = 1) -> SearchPage:
    """Find an operation's persons.

    Args:
        user: who asks: a member of the operation whose role may see persons.
        operation: where.
        text: what was typed into the box.
        page: from 1 to `LAST_PAGE`.

    Raises:
        NotFoundError: the user is no member, or the role sees no persons; neither is told from the other.
        BadInputError: the text is too long to be looked for.
        DamagedStoreError: a table of the run cannot be read.
    """
    if not allows(user, Act.SEE_PERSON) or not Operation.objects.visible_to(user).filter(pk=operation.pk).exists():
        raise NotFoundError(f"No operation {operation.slug} is open to you.")
    wanted, number = _wanted(text), min(max(1, page), LAST_PAGE)
    found = _persons(user, operation, wanted, number)
    return replace(found, references=references(user, wanted, operation)) if number == 1 else found


def search_everywhere(user: User | AnonymousUser, text: str, *, page: int = 1) -> Everywhere:
    """Find persons in the operations that the user is a member of, and what a reference names in all of them.

    Args:
        user: who asks.
        text: what was typed into the box.
        page: which `OPERATIONS` of the operations are looked into for persons, from 1 for the newest; first pages only.

    Raises:
        BadInputError, DamagedStoreError: see `search`.
    """
    wanted, number = _wanted(text), max(1, page)
    visible = Operation.objects.visible_to(user)
    some = list(visible[(number - 1) * OPERATIONS : number * OPERATIONS]) if allows(user, Act.SEE_PERSON) else []
    pages = tuple(found for one in some if (found := _persons(user, one, wanted, 1)).any)
    return Everywhere(pages, references(user, wanted), number, len(some), visible.count())


def _wanted(text: str) -> str:
    """Return a text as it is looked for.

    Raises:
        BadInputError: it is too long.
    """
    wanted = text.replace("\0", "").strip()
    if len(wanted) > LONGEST:
        raise BadInputError(f"What is looked for is longer than {LONGEST} characters; type less of it.")
    return wanted


def _persons(user: User | AnonymousUser, operation: Operation, wanted: str, number: int) -> SearchPage:
    """Return a page of the persons whom a text finds in an operation that is open to the user."""
    run = operation.runs.first()
    gone = _gone(operation, wanted) if number == 1 and allows(user, Act.SEE_DOSSIER) else ()
    if run is None or not wanted:
        return SearchPage(operation, (), number, more=False, gone=gone)
    found = _found(operation, run, wanted, (number - 1) * PAGE)
    more = len(found) > PAGE and number < LAST_PAGE
    return SearchPage(operation, _hits(operation, found[:PAGE]), number, more, gone)


def _found(operation: Operation, run: ResolveRun, text: str, start: int) -> list[tuple[str, str, str]]:
    """Return person code, how and shown of one hit more than a page holds."""
    if _CODE.fullmatch(text):
        codes = operation.persons.filter(code__startswith=text.upper()).order_by("code").values_list("code", flat=True)
        return [(code, "code", "") for code in codes[start : start + PAGE + 1]]
    folder = store.run_folder(operation, run)
    if row := _ROW.fullmatch(text):
        return _of_row(folder, f"E-{row[1][2:].lower()}", int(row[2]))[start:]
    if _ITEM.fullmatch(text):
        return _members(folder, "item", "item_code = $item", start, item=text.upper())
    return reread(lambda: _records(folder, probes(text), start))


def _gone(operation: Operation, text: str) -> tuple[Dossier, ...]:
    """Return dossiers by a person code, or the beginning of one, whose person is proposed no longer."""
    if not _CODE.fullmatch(text):
        return ()
    proposed = operation.persons.filter(code=OuterRef("person_code"))
    found = Dossier.objects.filter(operation=operation, person_code__startswith=text.upper())
    return tuple(found.exclude(Exists(proposed)).order_by("person_code")[:PAGE])


def _members(folder: Path, how: str, condition: str, start: int, **values: str | int) -> list[tuple[str, str, str]]:
    """Return the persons of rows that may be seen, in the file's order: of what many bought its beginning is enough."""
    wanted, some, sight = start + PAGE + 1, _SOME_ROWS, row_sight()
    sql, path = _MEMBERS.format(condition=condition), folder / "membership.parquet"
    while True:
        with machine_sees_all():
            rows = store.ask(sql, membership=path, some=some, **values)
        seen = (one["person"] for one in rows if sight is None or sight.sees(one["evidence"], one["row"]))
        persons = list(dict.fromkeys(seen))
        if len(persons) >= wanted or len(rows) < some:
            return [(one, how, "") for one in persons[start:wanted]]
        some *= _SOME_ROWS


def _of_row(folder: Path, evidence: str, row: int) -> list[tuple[str, str, str]]:
    """Return the person of a row; those of rows that claim an identity lie in the order of the rows."""
    found = store.ask(
        _OF_ROW, row_records=folder / "row_records.parquet", clusters=folder / "clusters.parquet",
        evidence=evidence, row=row,
    )  # fmt: skip
    if found:
        return [(one["person"], "row", "") for one in found]
    return _members(folder, "row", "evidence = $evidence and row = $row", 0, evidence=evidence, row=row)


def _records(folder: Path, asked: list[Probe], start: int) -> list[tuple[str, str, str]]:
    """Return the persons of records that fit a probe, those of the first probe first."""
    wanted = start + PAGE + 1
    found: dict[str, tuple[str, str]] = {}
    named = _named(folder, asked)
    # One person in twenty has two records. Where many are left out, more and more are asked for.
    some, further = wanted + _SPARE, _SPARE
    while len(found) < wanted and (here := list(islice(named, some))):
        for person, how, shown in _whose(folder, asked, here):
            found.setdefault(person, (how, shown))
        further *= 4
        some = further
    return [(person, how, shown) for person, (how, shown) in list(found.items())[start:wanted]]


def _named(folder: Path, asked: list[Probe]) -> Iterator[tuple[int, int]]:
    """Yield number of the probe and record of what may be shown, each record of one probe once.

    By the run's index, where it has one and that helps: not for whoever sees a few persons only, nor where a word that
    is common would have to be told from the rest of what was typed record by record.
    """
    sight, index = row_sight(), folder / TERMS
    terms = ordered(index, "term") if index.is_file() and (sight is None or not sight.only) else None
    named: set[int] = set()
    for number, probe in enumerate(asked):
        found = None if terms is None else records_of(terms, probe)
        for record in _one_by_one(folder, probe) if found is None else found:
            if record not in named:
                named.add(record)
                yield number, record


def _one_by_one(folder: Path, probe: Probe) -> Iterator[int]:
    """Yield the records that meet a probe's condition, all of them looked at."""
    sql = _ONE_BY_ONE.format(condition=probe.condition)
    for line in store.ask(sql, records=folder / "records.parquet", **probe.values):
        yield line["record"]


def _whose(folder: Path, asked: list[Probe], named: list[tuple[int, int]]) -> list[tuple[str, str, str]]:
    """Return person, how and the value as typed of records, of those whom whoever looks may see, in their order."""
    records = folder / "records.parquet"
    owners = store.lines(
        folder / "clusters.parquet", "record", [record for _how, record in named], ("record", "person")
    )
    whose = dict(zip(owners["record"].to_pylist(), owners["person"].to_pylist(), strict=True))
    shown: dict[tuple[int, int], str] = {}
    for how, probe in enumerate(asked):
        here = [record for number, record in named if number == how and record in whose]
        if probe.checked and here:
            table = store.lines(records, "record", here, _CHECKED)
            met = store.ask(_MET.format(condition=probe.condition), {"checked": table}, **probe.values)
            here = [one["record"] for one in met]
        for one in store.lines(records, "record", here, ("record", *probe.shown)).to_pylist() if here else ():
            shown[how, one["record"]] = " ".join(one[name] for name in probe.shown if one[name])
    return [(whose[record], asked[how].how, shown[how, record]) for how, record in named if (how, record) in shown]


def _hits(operation: Operation, found: list[tuple[str, str, str]]) -> tuple[Hit, ...]:
    """Return hits with their persons."""
    persons = {one.code: one for one in operation.persons.filter(code__in=[code for code, _how, _shown in found])}
    known = anothers(operation, persons)
    return tuple(Hit(persons[code], how, shown, known.get(code)) for code, how, shown in found if code in persons)
