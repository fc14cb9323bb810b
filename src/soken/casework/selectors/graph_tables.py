"""What a link graph asks of a run's tables; each question reads few columns and gives a bounded answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.crypto import salted_hmac

from soken.casework.selectors import store
from soken.resolve.explain import link_from

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from pathlib import Path

    from soken.resolve import Link

#: Kind of value → the column as typed, and the columns in comparable form.
_COLUMNS: Final = {
    "mail": ("email", ("email_key", "email2_key")),
    "phone": ("phone", ("phone_key", "phone2_key")),
    "address": ("address", ("address_key",)),
}
#: Values of the persons of one step, and links among them, looked at; more would not be drawn.
_MOST_VALUES: Final = 400
_MOST_LINKS: Final = 400
_MOST_RECORDS: Final = 20_000


@dataclass(frozen=True, slots=True, order=True)
class Value:
    """A mail, phone or address in comparable form.

    Attributes:
        kind: 'mail', 'phone' or 'address'.
        key: the comparable form; an address is without its building and room.
    """

    kind: str
    key: str

    @property
    def node(self) -> str:
        """Key of its node."""
        return f"{self.kind}:{self.key}"

    @property
    def mark(self) -> str:
        """What names it in an address of a page without saying it; a plain hash of a phone can be guessed."""
        return salted_hmac("soken.link_graph", self.node, algorithm="sha256").hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Claimed:
    """A value that a person's rows claim.

    Attributes:
        person: code.
        value: the value.
        typed: as typed by a record of the person with most rows.
        rows: how many rows claim it.
    """

    person: str
    value: Value
    typed: str
    rows: int


def claimed_by(folder: Path, persons: Collection[str]) -> list[Claimed]:
    """Return the values that persons claim, those of most rows first; bounded."""
    records = _records_of(folder, persons)
    return _claims(folder, f"record in ({_numbers(records)})", {}, _MOST_VALUES) if records else []


def holding(folder: Path, values: Collection[Value], most: int) -> list[Claimed]:
    """Return who claims any of the values: of each at most so many persons, those with most rows first."""
    if not values:
        return []
    found = _claims(folder, "list_contains($keys, {key})", {"keys": sorted({one.key for one in values})}, None, most)
    return [one for one in found if one.value in set(values)]


def holders(folder: Path, values: Collection[Value]) -> dict[Value, int]:
    """Return how many persons claim each value."""
    counts = dict.fromkeys(values, 0)
    if not counts:
        return counts
    found = store.ask(
        f"""select kind, key, count(distinct person) as persons from ({_union("list_contains($keys, {key})")})
        join read_parquet($clusters) using (record) group by kind, key""",  # noqa: S608 (our columns)
        keys=sorted({one.key for one in values}),
        **_tables(folder),
    )
    counts.update({value: one["persons"] for one in found if (value := Value(one["kind"], one["key"])) in counts})
    return counts


def linked_to(folder: Path, person: str) -> list[str]:
    """Return the other persons whom the run may take for the same as a person, the strongest link first; bounded."""
    pairs = links_among(folder, [person], others=True)
    return [right if left == person else left for left, right, _link in pairs]


def links_among(folder: Path, persons: Collection[str], *, others: bool = False) -> list[tuple[str, str, Link]]:
    """Return pairs of different persons with the strongest link between them, strongest first.

    A pair of records that the run holds to be different people joins nobody, however much they share.

    Args:
        folder: the run's.
        persons: whose links.
        others: also links of these to anybody else.
    """
    records = _records_of(folder, persons)
    if not records:
        return []
    either, numbers = "or" if others else "and", _numbers(records)
    # First narrow columns to find the lines, then those lines alone: their reasons are wide.
    lines = store.ask(
        f"""select least(a.person, b.person) as left, greatest(a.person, b.person) as right,
            arg_max(line, (weight, -line)) as line, max(weight) as weight
        from (select file_row_number as line, left_record, right_record, weight
              from read_parquet($links, file_row_number = true)
              where band in ('same', 'review')
              and (left_record in ({numbers}) {either} right_record in ({numbers}))) l
        join read_parquet($clusters) a on a.record = l.left_record
        join read_parquet($clusters) b on b.record = l.right_record
        where a.person <> b.person group by all order by weight desc, line limit {_MOST_LINKS}""",  # noqa: S608 (numbers)
        links=folder / "links.parquet",
        clusters=folder / "clusters.parquet",
    )
    if not lines:
        return []
    found = store.ask(
        f"""select * from read_parquet($links, file_row_number = true)
        where file_row_number in ({_numbers(one["line"] for one in lines)})""",  # noqa: S608 (numbers)
        links=folder / "links.parquet",
    )
    links = {one["file_row_number"]: link_from(one) for one in found}
    return [(one["left"], one["right"], links[one["line"]]) for one in lines]


def _records_of(folder: Path, persons: Collection[str]) -> list[int]:
    """Return the records of persons; bounded."""
    found = store.ask(
        f"""select record from read_parquet($clusters) where list_contains($persons, person)
        order by record limit {_MOST_RECORDS}""",  # noqa: S608 (our number)
        persons=list(persons),
        clusters=folder / "clusters.parquet",
    )
    return [one["record"] for one in found]


def _claims(
    folder: Path, condition: str, values: dict[str, list[str]], most: int | None, most_each: int = _MOST_VALUES
) -> list[Claimed]:
    """Return claims that fit a condition, those of most rows first: so many in all, so many of each value."""
    limit = f"limit {most}" if most else ""
    found = store.ask(
        f"""select person, kind, key, arg_max(typed, (rows, -record)) as typed, sum(rows) as claimed
        from ({_union(condition)}) join read_parquet($clusters) using (record)
        group by person, kind, key
        qualify row_number() over (partition by kind, key order by claimed desc, person) <= {most_each}
        order by claimed desc, kind, key, person {limit}""",  # noqa: S608 (our columns, our numbers)
        **values,
        **_tables(folder),
    )
    return [
        Claimed(one["person"], Value(one["kind"], one["key"]), one["typed"] or one["key"], int(one["claimed"]))
        for one in found
    ]


def _union(condition: str) -> str:
    """Return the query of all claims that fit a condition: kind, key, record, rows, typed."""
    parts = []
    for kind, (typed, keys) in _COLUMNS.items():
        for number, key in enumerate(keys):
            # What was typed stands beside the first key alone; a second number is shown in its comparable form.
            shown = typed if number == 0 else key
            parts.append(
                f"select '{kind}' as kind, {key} as key, record, rows, {shown} as typed "  # noqa: S608 (our columns)
                f"from read_parquet($records) where {key} is not null and {condition.format(key=key)}"
            )
    return " union all ".join(parts)


def _tables(folder: Path) -> dict[str, Path]:
    """Return the paths that `_union` and its neighbours name."""
    return {"records": folder / "records.parquet", "clusters": folder / "clusters.parquet"}


def _numbers(values: Iterable[int]) -> str:
    """Return whole numbers as the inside of an SQL list (never empty)."""
    return ", ".join(str(int(value)) for value in values) or "-1"
