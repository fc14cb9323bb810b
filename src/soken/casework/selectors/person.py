"""One proposed person: what its rows claim, what it bought, why its rows are one person, whom it may be the same as."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from soken.casework.selectors import store
from soken.casework.selectors.person_claims import claimed_identities
from soken.casework.selectors.person_links import person_links
from soken.core.fields import FIELDS, Group

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from soken.casework.models import EvidenceItem, Operation, Person, ResolveRun
    from soken.casework.selectors.person_claims import ClaimedIdentity
    from soken.casework.selectors.person_links import PersonLinks

#: Claimed identities and rows shown at once; more are counted and paged.
IDENTITIES, ROWS = 60, 50

#: What a run says of a row.
_HELD: Final = ("evidence", "row", "record", "item_code", "ordered_on")
#: Columns of a row that the page shows; the rest of this wide table is not read.
_SHOWN: Final = (
    "row", "kind", "full_name", "family_name", "given_name", "email", "phone", "ordered_at", "item_code", "amount"
)  # fmt: skip

#: Columns that name somebody else.
_ROLES: Final = {
    group: tuple(name for name, of in FIELDS.items() if of is group) for group in (Group.ADDRESSEE, Group.PAYER)
}
#: Different claims of one role that are looked at in one list.
_MOST_ROLES: Final = 50


@dataclass(frozen=True, slots=True)
class Purchase:
    """A row of the person that names an item.

    Attributes:
        evidence, row: where it stands.
        item: item code.
        on: ISO date, '' where the row gives none that can be read.
    """

    evidence: str
    row: int
    item: str
    on: str


@dataclass(frozen=True, slots=True)
class RoleClaim:
    """Somebody else's name on the person's rows: who was to receive, who paid.

    Attributes:
        group: `Group.ADDRESSEE` or `Group.PAYER`.
        texts: name, reading, phone, address as typed; blanks left out.
        rows: how many rows say so.
        evidence, row: the first of them.
    """

    group: Group
    texts: tuple[str, ...]
    rows: int
    evidence: str
    row: int


@dataclass(frozen=True, slots=True)
class PersonFile:
    """Everything that the page of one person shows.

    Attributes:
        identities: claimed identities, most rows first (at most `IDENTITIES`).
        identity_count: how many there are.
        purchases: rows with an item, oldest first.
        rows: one page of the rows, with their cells.
        row_count: how many rows there are.
        roles: addressees and payers that the rows name.
        links: which links join its records, and which lead to somebody else.
    """

    identities: tuple[ClaimedIdentity, ...]
    identity_count: int
    purchases: tuple[Purchase, ...]
    rows: tuple[dict[str, Any], ...]
    row_count: int
    roles: tuple[RoleClaim, ...]
    links: PersonLinks

    @property
    def kinds(self) -> list[str]:
        """Kinds of claims that any of the identities shown makes."""
        return [claim.kind for one in self.identities[:1] for claim in one.claims]

    @property
    def attached(self) -> bool:
        """Tell whether rows are shown that belong to another row instead of claiming an identity themselves."""
        return any(row["kind"] != "identity" for row in self.rows)


def person_file(
    operation: Operation, items: Sequence[EvidenceItem], run: ResolveRun, person: Person, *, page: int = 1
) -> PersonFile:
    """Return what is known of a proposed person.

    Args:
        operation: the person's.
        items: the operation's evidence items.
        run: its newest run.
        person: the person.
        page: 1-based page of the rows.
    """
    folder = store.run_folder(operation, run)
    told = store.lines(folder / "membership.parquet", "person", [store.OnePerson(person.code)], _HELD)
    held = sorted(told.to_pylist(), key=lambda one: (one["evidence"], one["row"]))
    records = sorted({one["record"] for one in held if one["record"] is not None})
    identities = claimed_identities(folder, records)
    shown = held[ROWS * (page - 1) : ROWS * page]
    # Of nearly everybody all rows fit one page: one question then gives their cells and the others whom they name.
    few = len(held) <= ROWS
    cells = _cells(items, run, held if few else shown, (*_SHOWN, *sum(_ROLES.values(), ())) if few else _SHOWN)
    return PersonFile(
        identities=tuple(identities[:IDENTITIES]),
        identity_count=len(identities),
        purchases=tuple(_purchases(held)),
        rows=tuple(_rows(cells, shown)),
        row_count=len(held),
        roles=tuple(_roles_in(cells) if few else _roles(items, run, held)),
        links=person_links(folder, records, person.code),
    )


def _purchases(held: Iterable[dict[str, Any]]) -> list[Purchase]:
    """Return the rows that name an item, oldest first, those without a date at the end."""
    bought = [
        Purchase(one["evidence"], one["row"], one["item_code"], one["ordered_on"] or "")
        for one in held
        if one["item_code"]
    ]
    return sorted(bought, key=lambda one: (not one.on, one.on, one.evidence, one.row))


def _cells(
    items: Sequence[EvidenceItem], run: ResolveRun, held: Sequence[dict[str, Any]], columns: Sequence[str]
) -> dict[tuple[str, int], dict[str, Any]]:
    """Return cells of rows by evidence and row, in the order of the evidence items and of the rows."""
    return {
        (item.evidence_id, one["row"]): one
        for item, numbers in _by_item(items, held)
        for one in store.lines(store.reading_folder(item, run) / "rows.parquet", "row", numbers, columns)
        .sort_by("row")
        .to_pylist()
    }


def _rows(cells: dict[tuple[str, int], dict[str, Any]], held: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return rows with the cells that the page shows, in the order given."""
    return [
        {**{name: cells[place][name] for name in _SHOWN}, "evidence": place[0], "record": one["record"]}
        for one in held
        if (place := (one["evidence"], one["row"])) in cells
    ]


def _roles_in(cells: dict[tuple[str, int], dict[str, Any]]) -> list[RoleClaim]:
    """Return the addressees and payers that rows name, as `_roles` does, from all of a person's cells."""
    found: dict[tuple[str, Group], dict[tuple[Any, ...], list[int]]] = {}
    for (evidence, row), one in cells.items():
        for group, columns in _ROLES.items():
            said = tuple(one[name] for name in columns)
            found.setdefault((evidence, group), {}).setdefault(said, []).append(row)
    return [
        RoleClaim(group, texts, len(rows), evidence, rows[0])
        for (evidence, group), claims in found.items()
        for said, rows in sorted(claims.items(), key=lambda claim: (-len(claim[1]), claim[1][0]))[:_MOST_ROLES]
        if (texts := tuple(filter(None, said)))
    ]


def _roles(items: Sequence[EvidenceItem], run: ResolveRun, held: Sequence[dict[str, Any]]) -> list[RoleClaim]:
    """Return the addressees and payers that the rows name, most frequent first, counted where the rows are."""
    roles: list[RoleClaim] = []
    for item, numbers in _by_item(items, held):
        for group, columns in _ROLES.items():
            for one in store.ask(
                f"""select {", ".join(columns)}, count(*) as times, min(row) as first from read_parquet($path)
                where row in ({store.numbers(numbers)}) group by all order by times desc, first
                limit {_MOST_ROLES}""",  # noqa: S608
                path=store.reading_folder(item, run) / "rows.parquet",
            ):
                texts = tuple(text for name in columns if (text := one[name]))
                if texts:
                    roles.append(RoleClaim(group, texts, one["times"], item.evidence_id, one["first"]))
    return roles


def _by_item(items: Sequence[EvidenceItem], held: Sequence[dict[str, Any]]) -> list[tuple[EvidenceItem, list[int]]]:
    """Return the row numbers of each evidence item that has any."""
    numbers = {item.evidence_id: [one["row"] for one in held if one["evidence"] == item.evidence_id] for item in items}
    return [(item, numbers[item.evidence_id]) for item in items if numbers[item.evidence_id]]
