"""Rows, proposed persons and links of an operation as CASE nodes, read from the evidence store a batch at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from soken.casework.selectors import store
from soken.core.fields import FIELDS
from soken.exchange.case import nodes
from soken.exchange.case.terms import node_id

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from soken.casework.models import EvidenceItem, Operation, ResolveRun
    from soken.exchange.case.terms import Node

#: Rows of a table held at once.
_BATCH: Final = 2_000
#: Where a row stands in the original: column of the reading → property.
_PLACE: Final = {
    "kind": "kind", "owner": "owner", "member": "member", "line": "line", "byte_offset": "byteOffset",
    "byte_length": "byteLength", "row_key": "rowKey",
}  # fmt: skip
#: A link's weight is in bits (posterior log2 odds); beyond this it is as good as certain.
_MOST_BITS: Final = 60

_ROWS: Final = "select * from read_parquet($path) {only} order by row"
_PERSONS: Final = """
select p.*, r.family, r.given from read_parquet($persons) p
left join (select c.person, arg_max(r.family, (r.rows, -record)) as family,
                  arg_max(r.given, (r.rows, -record)) as given
           from read_parquet($clusters) c join read_parquet($records) r using (record) group by c.person) r
using (person) where {only} order by p.person"""
_CLAIMED: Final = """
select distinct unnest([email_key, email2_key]) as email, null as phone from read_parquet($records) {records}
union all select distinct null, unnest([phone_key, phone2_key]) from read_parquet($records) {records}
order by all"""
_HELD: Final = """
select distinct c.person, unnest(['email', 'email', 'phone', 'phone']) as kind,
       unnest([r.email_key, r.email2_key, r.phone_key, r.phone2_key]) as value
from read_parquet($clusters) c join read_parquet($records) r using (record) where {only} order by all"""
_MEMBERS: Final = """
select evidence, row, person, band, item_code from read_parquet($membership)
where person is not null and {only} order by evidence, row"""
_LINKS: Final = """
select l.band, l.weight, l.judged, one.first_evidence as left_evidence, one.first_row as left_row,
       two.first_evidence as right_evidence, two.first_row as right_row
from read_parquet($links) l join read_parquet($records) one on one.record = l.left_record
join read_parquet($records) two on two.record = l.right_record {links} order by l.left_record, l.right_record"""


def row_nodes(item: EvidenceItem, run: ResolveRun | None, numbers: list[int] | None = None) -> Iterator[Node]:
    """Yield an item's accepted rows, each with the relationship to its file.

    Args:
        item: the evidence item.
        run: the run whose reading is meant; None for the current reading.
        numbers: these rows only; None for all.
    """
    only = "" if numbers is None else f"where row in ({store.numbers(numbers)})"
    path = store.reading_folder(item, run) / "rows.parquet"
    for one in _read(_ROWS.format(only=only), path=path):
        cells = {name: one[name] for name in FIELDS if one.get(name) is not None}
        place = {said: one[name] for name, said in _PLACE.items()}
        made = nodes.row(item.evidence_id, one["row"], one["source_table"], cells, place)
        yield made
        yield nodes.relationship("Contained_Within", made["@id"], node_id("file", item.sha256))


def person_nodes(operation: Operation, run: ResolveRun, person: str = "") -> Iterator[Node]:
    """Yield proposed persons, their accounts, the rows proposed for them, and the links that speak for it.

    Args:
        operation: whose.
        run: its newest run.
        person: this person only; '' for all.
    """
    folder = store.run_folder(operation, run)
    paths = {name: folder / f"{name}.parquet" for name in ("persons", "clusters", "records", "membership", "links")}
    slug, code = operation.slug, {"person": store.OnePerson(person)} if person else {}
    only = "person = $person" if person else "true"
    mine = "(select record from read_parquet($clusters) where person = $person)"
    records = f"where record in {mine}" if person else ""
    links = f"where l.left_record in {mine} or l.right_record in {mine}" if person else ""
    for one in _read(_PERSONS.format(only=only), **_of(paths, "persons", "clusters", "records"), **code):
        yield _person(slug, one)
    clusters = _of(paths, "clusters") | code if person else {}
    for one in _read(_CLAIMED.format(records=records), **_of(paths, "records"), **clusters):
        kind = "email" if one["email"] else "phone"
        if one[kind]:
            yield from nodes.account(kind, one[kind])
    for one in _read(_HELD.format(only=only), **_of(paths, "clusters", "records"), **code):
        if one["value"]:
            yield nodes.relationship(
                "Has_Account", node_id("person", slug, one["person"]), node_id(one["kind"], one["value"])
            )
    for one in _read(_MEMBERS.format(only=only), **_of(paths, "membership"), **code):
        row, who = node_id("row", one["evidence"], one["row"]), node_id("person", slug, one["person"])
        yield nodes.relationship("Proposed_For", row, who, band=one["band"], item=one["item_code"])
    for one in _read(_LINKS.format(links=links), **_of(paths, "links", "records"), **clusters):
        yield _link(one)


def linked_rows(operation: Operation, run: ResolveRun, person: str) -> dict[str, list[int]]:
    """Return evidence id → rows that a person's export speaks of: its own, and those a link leads to."""
    folder = store.run_folder(operation, run)
    found: dict[str, set[int]] = {}
    own = _read(
        "select evidence, row from read_parquet($path) where person = $person",
        path=folder / "membership.parquet", person=store.OnePerson(person),
    )  # fmt: skip
    mine = "(select record from read_parquet($clusters) where person = $person)"
    linked = _read(
        _LINKS.format(links=f"where l.left_record in {mine} or l.right_record in {mine}"),
        **{name: folder / f"{name}.parquet" for name in ("links", "records", "clusters")},
        person=store.OnePerson(person),
    )  # fmt: skip
    for one in own:
        found.setdefault(one["evidence"], set()).add(one["row"])
    for one in linked:
        for side in ("left", "right"):
            found.setdefault(one[f"{side}_evidence"], set()).add(one[f"{side}_row"])
    return {evidence: sorted(rows) for evidence, rows in found.items()}


def _person(slug: str, one: dict[str, Any]) -> Node:
    """Return a proposed person, said to be proposed."""
    said = {
        "reading": one["kana"], "prefecture": one["prefecture"], "band": one["band"], "rows": one["rows"],
        "records": one["records"], "standing": "proposed by the machine",
    }  # fmt: skip
    return nodes.person(slug, one["person"], one["name"] or "", (one["family"] or "", one["given"] or ""), said)


def _link(one: dict[str, Any]) -> Node:
    """Return what the machine says of two records, by the row in which each stands first."""
    bits = max(-_MOST_BITS, min(_MOST_BITS, one["weight"]))
    return nodes.relationship(
        "Same_Person_Proposed" if one["band"] == "same" else "Same_Person_Asked",
        node_id("row", one["left_evidence"], one["left_row"]),
        node_id("row", one["right_evidence"], one["right_row"]),
        directed=False,
        confidence=int(100 / (1 + 2**-bits)),
        bits=str(one["weight"]),
        judged=one["judged"],
    )


def _of(paths: dict[str, Path], *names: str) -> dict[str, Path]:
    """Return some of the paths: a query is given no value that it does not name."""
    return {name: paths[name] for name in names}


def _read(sql: str, **values: Any) -> Iterator[dict[str, Any]]:
    """Yield what a query over Parquet files gives, a batch at a time.

    Raises:
        DamagedStoreError: a file is missing or cannot be read.
    """
    with store.asked(sql, values) as cursor:
        names = [column[0] for column in cursor.description or ()]
        while batch := cursor.fetchmany(_BATCH):
            for row in batch:
                yield dict(zip(names, row, strict=True))
