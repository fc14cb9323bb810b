"""One proposed person: what its rows claim, what it bought, why its rows are one person, whom it may be the same as."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from soken.casework.selectors import store
from soken.core.fields import FIELDS, Group
from soken.resolve.explain import link_from

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from soken.casework.models import EvidenceItem, Operation, Person, ResolveRun
    from soken.resolve import Link

#: Claimed identities, rows and links shown at once; more are counted and paged.
IDENTITIES, ROWS, LINKS = 60, 50, 12

#: What a record claims: kind → (columns as typed, columns in comparable form).
_CLAIMS: Final = {
    "name": (("name",), ("name_key",)),
    "kana": (("kana",), ("full_readings",)),
    "email": (("email",), ("email_key", "email2_key")),
    "phone": (("phone",), ("phone_key", "phone2_key")),
    "address": (("postal_code", "address"), ("postal_key", "address_key")),
    "birth": (("birth",), ("birth_date",)),
}

#: Columns of a record and of a row that the page shows; the rest of these wide tables is not read.
_RECORD: Final = (
    "record",
    "rows",
    "first_evidence",
    "first_row",
    *(c for forms in _CLAIMS.values() for f in forms for c in f),
)
_SHOWN: Final = (
    "row", "kind", "full_name", "family_name", "given_name", "email", "phone", "ordered_at", "item_code", "amount"
)  # fmt: skip


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


class Place(NamedTuple):
    """Where a row stands.

    Attributes:
        evidence: evidence id.
        row: row number.
    """

    evidence: str
    row: int


@dataclass(frozen=True, slots=True)
class LinkedPair:
    """A link, with where its two records stand first and to whom the other one belongs.

    Attributes:
        link: the link as the run stored it.
        places: record → place of its first row.
        other: code of the other person; '' where both records are this person's.
    """

    link: Link
    places: dict[int, Place]
    other: str

    @property
    def left(self) -> Place:
        """Where the left record stands first."""
        return self.places[self.link.left_record]

    @property
    def right(self) -> Place:
        """Where the right record stands first."""
        return self.places[self.link.right_record]


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
        joined: links inside the person, strongest first (at most `LINKS`).
        joined_count: how many there are.
        review: links to other persons that somebody must look at, strongest first.
    """

    identities: tuple[ClaimedIdentity, ...]
    identity_count: int
    purchases: tuple[Purchase, ...]
    rows: tuple[dict[str, Any], ...]
    row_count: int
    roles: tuple[RoleClaim, ...]
    joined: tuple[LinkedPair, ...]
    joined_count: int
    review: tuple[LinkedPair, ...]

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
    held = store.ask(
        """select evidence, row, record, item_code, ordered_on from read_parquet($path)
        where person = $person order by evidence, row""",
        path=str(folder / "membership.parquet"),
        person=person.code,
    )
    records = sorted({one["record"] for one in held if one["record"] is not None})
    identities = _identities(folder, records)
    shown = held[ROWS * (page - 1) : ROWS * page]
    links = _links(folder, records)
    inside = [link for link in links if link.band == "same"]
    review = [link for link in links if link.band == "review"]
    placed = _place(folder, [*inside[:LINKS], *review], person.code)
    return PersonFile(
        identities=tuple(identities[:IDENTITIES]),
        identity_count=len(identities),
        purchases=tuple(_purchases(held)),
        rows=tuple(_rows(items, run, shown)),
        row_count=len(held),
        roles=tuple(_roles(items, run, held)),
        joined=tuple(placed[: min(LINKS, len(inside))]),
        joined_count=len(inside),
        review=tuple(placed[min(LINKS, len(inside)) :]),
    )


def _identities(folder: Path, records: Sequence[int]) -> list[ClaimedIdentity]:
    """Return the person's records as people read them, most rows first; what none of them claims is left out."""
    found = store.ask(
        f"""select {", ".join(_RECORD)} from read_parquet($path)
        where record in ({_numbers(records)}) order by rows desc, record""",  # noqa: S608 (our columns, numbers)
        path=str(folder / "records.parquet"),
    )
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


def _links(folder: Path, records: Sequence[int]) -> list[Link]:
    """Return the links that touch any of these records, strongest first.

    First where they stand in the file, by two narrow columns; then those lines alone: their reasons are wide.
    """
    path, numbers = str(folder / "links.parquet"), _numbers(records)
    lines = store.ask(
        f"""select file_row_number as line from read_parquet($path, file_row_number = true)
        where left_record in ({numbers}) or right_record in ({numbers})""",  # noqa: S608 (numbers)
        path=path,
    )
    found = store.ask(
        f"""select * from read_parquet($path, file_row_number = true)
        where file_row_number in ({_numbers(one["line"] for one in lines)})
        order by weight desc, left_record, right_record""",  # noqa: S608 (numbers)
        path=path,
    )
    return [link_from(one) for one in found]


def _joined(record: dict[str, Any], columns: Iterable[str]) -> str:
    """Return the values of columns as one text, without what is missing."""
    values: list[Any] = []
    for column in columns:
        value = record.get(column)
        values += value if isinstance(value, list) else [value]
    return " ".join(str(value) for value in values if value)


def _purchases(held: Iterable[dict[str, Any]]) -> list[Purchase]:
    """Return the rows that name an item, oldest first, those without a date at the end."""
    bought = [
        Purchase(one["evidence"], one["row"], one["item_code"], one["ordered_on"] or "")
        for one in held
        if one["item_code"]
    ]
    return sorted(bought, key=lambda one: (not one.on, one.on, one.evidence, one.row))


def _rows(items: Sequence[EvidenceItem], run: ResolveRun, held: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return rows with their cells, in the order given."""
    cells: dict[tuple[str, int], dict[str, Any]] = {}
    for item, numbers in _by_item(items, held):
        for one in store.ask(
            f"select {', '.join(_SHOWN)} from read_parquet($path) where row in ({_numbers(numbers)})",  # noqa: S608
            path=str(store.reading_folder(item, run) / "rows.parquet"),
        ):
            cells[item.evidence_id, one["row"]] = one
    return [
        {**cells[place], "evidence": place[0], "record": one["record"]}
        for one in held
        if (place := (one["evidence"], one["row"])) in cells
    ]


def _roles(items: Sequence[EvidenceItem], run: ResolveRun, held: Sequence[dict[str, Any]]) -> list[RoleClaim]:
    """Return the addressees and payers that the rows name, most frequent first."""
    roles: list[RoleClaim] = []
    for item, numbers in _by_item(items, held):
        for group in (Group.ADDRESSEE, Group.PAYER):
            columns = [name for name, of in FIELDS.items() if of is group]
            for one in store.ask(
                f"""select {", ".join(columns)}, count(*) as times, min(row) as first from read_parquet($path)
                where row in ({_numbers(numbers)}) group by all order by times desc, first limit 50""",  # noqa: S608
                path=str(store.reading_folder(item, run) / "rows.parquet"),
            ):
                texts = tuple(text for name in columns if (text := one[name]))
                if texts:
                    roles.append(RoleClaim(group, texts, one["times"], item.evidence_id, one["first"]))
    return roles


def _by_item(items: Sequence[EvidenceItem], held: Sequence[dict[str, Any]]) -> list[tuple[EvidenceItem, list[int]]]:
    """Return the row numbers of each evidence item that has any."""
    numbers = {item.evidence_id: [one["row"] for one in held if one["evidence"] == item.evidence_id] for item in items}
    return [(item, numbers[item.evidence_id]) for item in items if numbers[item.evidence_id]]


def _place(folder: Path, links: Sequence[Link], person: str) -> list[LinkedPair]:
    """Return links with the first rows of their records, and whose the other record is."""
    records = sorted({record for link in links for record in (link.left_record, link.right_record)})
    if not records:
        return []
    found = store.ask(
        f"""select r.record, r.first_evidence, r.first_row, c.person from read_parquet($records) r
        join read_parquet($clusters) c using (record) where r.record in ({_numbers(records)})""",  # noqa: S608 (numbers)
        records=str(folder / "records.parquet"),
        clusters=str(folder / "clusters.parquet"),
    )
    places = {one["record"]: Place(one["first_evidence"], one["first_row"]) for one in found}
    owner = {one["record"]: one["person"] for one in found}
    pairs = []
    for link in links:
        others = {owner[link.left_record], owner[link.right_record]} - {person}
        pairs.append(LinkedPair(link, places, others.pop() if others else ""))
    return pairs


def _numbers(values: Iterable[int]) -> str:
    """Return whole numbers as the inside of an SQL list (never empty); constants let DuckDB skip row groups."""
    return ", ".join(str(int(value)) for value in values) or "-1"
