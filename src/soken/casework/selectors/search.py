"""One box that finds persons: by name, mail, phone, address, item code, person code or row.

It reads the tables of the newest run as they lie in the evidence store: nothing is kept twice, and a run costs
nothing more. A hit says what was found and how, and is no finding about anybody.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from soken.access.policy import Act, allows
from soken.casework.models import Operation, Person, ResolveRun
from soken.casework.selectors import store
from soken.casework.selectors.search_keys import LONGEST, Probe, probes
from soken.core.errors import BadInputError, NotFoundError

if TYPE_CHECKING:
    from pathlib import Path

    from django.contrib.auth.models import AnonymousUser

    from soken.access.models import User

#: Hits on a page, and the last page: whoever needs more than these asks more closely.
PAGE: Final = 50
LAST_PAGE: Final = 20
#: Operations that one search over all of them looks into, newest first.
OPERATIONS: Final = 20
_ROW: Final = re.compile(r"(E-[0-9a-f]{12}):([1-9][0-9]{0,11})", re.IGNORECASE)
_CODE: Final = re.compile(r"P-[0-9A-Z-]{1,14}", re.IGNORECASE)
_ITEM: Final = re.compile(r"ITEM-[0-9]{1,12}", re.IGNORECASE)

_RECORDS: Final = """
select c.person, min(f.how) as how, arg_min(f.shown, f.how) as shown
from (select record, {shown} as shown, how from (select *, case {cases} end as how from read_parquet($records))
      where how is not null) f
join read_parquet($clusters) c using (record)
group by c.person order by how, c.person limit $most offset $start
"""
_MEMBERS: Final = """
select person, 0 as how, '' as shown from read_parquet($membership)
where person is not null and {condition} group by person order by person limit $most offset $start
"""


@dataclass(frozen=True, slots=True)
class Hit:
    """A person that a search found.

    Attributes:
        person: the proposed person.
        how: what was found: 'code', 'row', 'item', 'mail', 'mail-begins', 'phone', 'phone-part', 'postal', 'name',
            'name-begins', 'name-slip', 'reading', 'reading-begins', 'reading-slip' or 'address'.
        shown: the value as typed in which it was found, '' where the person itself says it.
    """

    person: Person
    how: str
    shown: str


@dataclass(frozen=True, slots=True)
class SearchPage:
    """A page of an operation's hits.

    Attributes:
        operation: whose persons.
        hits: at most `PAGE` of them, the closest first.
        page: its number, from 1.
        more: whether there are further ones.
    """

    operation: Operation
    hits: tuple[Hit, ...]
    page: int
    more: bool


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
    wanted = text.replace("\0", "").strip()
    if len(wanted) > LONGEST:
        raise BadInputError(f"What is looked for is longer than {LONGEST} characters; type less of it.")
    number = min(max(1, page), LAST_PAGE)
    run = operation.runs.first()
    if run is None or not wanted:
        return SearchPage(operation, (), number, more=False)
    found = _found(operation, run, wanted, (number - 1) * PAGE)
    return SearchPage(operation, _hits(operation, found[:PAGE]), number, len(found) > PAGE and number < LAST_PAGE)


def search_everywhere(user: User | AnonymousUser, text: str) -> list[SearchPage]:
    """Find persons in the operations that the user is a member of, the newest `OPERATIONS` of them; first pages only.

    Raises:
        NotFoundError, BadInputError, DamagedStoreError: see `search`.
    """
    visible = Operation.objects.visible_to(user)[:OPERATIONS]
    return [found for one in visible if (found := search(user, one, text)).hits]


def _found(operation: Operation, run: ResolveRun, text: str, start: int) -> list[tuple[str, str, str]]:
    """Return person code, how and shown of one hit more than a page holds."""
    if _CODE.fullmatch(text):
        codes = operation.persons.filter(code__startswith=text.upper()).order_by("code").values_list("code", flat=True)
        return [(code, "code", "") for code in codes[start : start + PAGE + 1]]
    folder = store.run_folder(operation, run)
    if row := _ROW.fullmatch(text):
        condition = "evidence = $evidence and row = $row"
        evidence = f"E-{row[1][2:].lower()}"
        return _members(folder, "row", condition, start, evidence=evidence, row=int(row[2]))
    if _ITEM.fullmatch(text):
        return _members(folder, "item", "item_code = $item", start, item=text.upper())
    return _records(folder, probes(text), start)


def _members(folder: Path, how: str, condition: str, start: int, **values: str | int) -> list[tuple[str, str, str]]:
    """Return the persons of rows."""
    found = store.ask(
        _MEMBERS.format(condition=condition),
        membership=str(folder / "membership.parquet"),
        most=PAGE + 1,
        start=start,
        **values,
    )
    return [(one["person"], how, "") for one in found]


def _records(folder: Path, asked: list[Probe], start: int) -> list[tuple[str, str, str]]:
    """Return the persons of records that fit a probe, those of the first probe first."""
    if not asked:
        return []
    found = store.ask(
        _RECORDS.format(
            cases=" ".join(f"when {one.condition} then {number}" for number, one in enumerate(asked)),
            shown="case how " + " ".join(f"when {n} then {one.shown}" for n, one in enumerate(asked)) + " end",
        ),
        records=str(folder / "records.parquet"),
        clusters=str(folder / "clusters.parquet"),
        most=PAGE + 1,
        start=start,
        **{name: value for one in asked for name, value in one.values.items()},
    )
    return [(one["person"], asked[one["how"]].how, one["shown"] or "") for one in found]


def _hits(operation: Operation, found: list[tuple[str, str, str]]) -> tuple[Hit, ...]:
    """Return hits with their persons."""
    persons = {one.code: one for one in operation.persons.filter(code__in=[code for code, _how, _shown in found])}
    return tuple(Hit(persons[code], how, shown) for code, how, shown in found if code in persons)
