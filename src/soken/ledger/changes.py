"""From what the triggers caught in a transaction to the entries that tell of it: one for each person concerned."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from soken.ledger.attribution import OUTSIDE
from soken.ledger.entries import Draft, Kind
from soken.ledger.watched import kinds_in_order, watched_tables

if TYPE_CHECKING:
    from collections.abc import Iterable

    from soken.ledger.attribution import Attribution
    from soken.ledger.dialect import Raw
    from soken.ledger.watched import Hop, Watched

#: What a pending row of this kind holds is an entry already, that an act has asked for.
NOTE = "note"


@dataclass(frozen=True, slots=True)
class Caught:
    """A pending row.

    Attributes:
        what: insert, update, delete or note.
        place: the table.
        key: primary key of the row.
        before, after: its columns; None for a row that was not, or is no longer.
        outside: whether it was made in a transaction that Soken's own code did not make.
    """

    what: str
    place: str
    key: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    outside: bool

    def of(self, column: str) -> Any:
        """Return the value of a column as it is now, or was last."""
        return (self.after or self.before or {}).get(column)


def drafts(caught: Iterable[Caught], who: Attribution, raw: Raw) -> list[Draft]:
    """Return the entries for what was caught, in the order of what happened first to each person.

    Args:
        caught: the pending rows, in order.
        who: who acts.
        raw: for asking whom a row is about.
    """
    tables, whom = watched_tables(), _Whom(raw)
    notes: list[Draft] = []
    groups: dict[tuple[bool, str, str], list[tuple[Watched, Caught]]] = {}
    for one in caught:
        if one.what == NOTE:
            notes.append(_noted(one))
        else:
            table = tables[one.place]
            groups.setdefault((one.outside, *whom.is_about(table, one)), []).append((table, one))
    told = [
        _entry(of, OUTSIDE if outside else who, operation, person)
        for (outside, operation, person), of in groups.items()
    ]
    return [*told, *notes]


def _noted(one: Caught) -> Draft:
    """Return the entry that an act has asked for."""
    said = dict(one.after or {})
    return Draft(**{**said, "kind": Kind(said["kind"]), "changes": tuple(said["changes"])})


def _entry(of: list[tuple[Watched, Caught]], who: Attribution, operation: str, person: str) -> Draft:
    """Return the entry for the changes that concern one person."""
    changes, values = [], []
    for table, one in of:
        was, now = one.before or {}, one.after or {}
        names = [name for name in table.columns if was.get(name) != now.get(name)]
        changes.append({"what": one.what, "table": table.label, "key": one.key, "fields": names})
        values.append({name: [_value(table, name, was), _value(table, name, now)] for name in names})
    kinds = {table.kind for table, _one in of}
    return Draft(
        kind=next(kind for kind in kinds_in_order() if kind in kinds),
        by=who.by,
        act=who.act,
        through=who.through,
        operation=operation or who.operation,
        person=person or ("" if operation and operation != who.operation else who.person),
        about=_about(of),
        recipient=next((str(one.of(table.recipient)) for table, one in of if table.recipient), ""),
        changes=tuple(changes),
        secret={"values": values},
        closed_for=next((act_key(one.key) for table, one in of if table.label == "casework.ReviewAct"), ""),
    )


def act_key(key: object) -> str:
    """Return what the words of an act on judgements are closed for: they speak of rows of several persons."""
    return f"act-{key}"


def _about(of: list[tuple[Watched, Caught]]) -> str:
    """Return the evidence item that is concerned, where one is."""
    return next((str(one.of("evidence_id")) for table, one in of if table.label == "casework.EvidenceItem"), "")


def _value(table: Watched, name: str, row: dict[str, Any]) -> Any:
    """Return a value as both databases would tell it."""
    value = row.get(name)
    if name in table.secret:
        return None
    return bool(value) if name in table.truth and value is not None else value


class _Whom:
    """Finds whom rows are about; asks the database once for each parent row."""

    def __init__(self, raw: Raw) -> None:
        self._raw = raw
        self._known: dict[tuple[str, str, tuple[str, ...]], tuple[Any, ...] | None] = {}

    def is_about(self, table: Watched, one: Caught) -> tuple[str, str]:
        """Return operation and person of a row, '' for each that it does not lead to."""
        if table.to_person is not None:
            found = self._along(table.to_person, one, ("person_code", "operation_id"))
            if found is not None:
                return self._operation(found[1]), str(found[0])
        person = one.of("person_code") if "person_code" in table.columns else None
        operation = None
        if table.to_operation is not None:
            operation = self._along(table.to_operation, one, ("slug",))
        return str(operation[0]) if operation else "", str(person or "")

    def _along(self, way: tuple[Hop, ...], one: Caught, at_home: tuple[str, ...]) -> tuple[Any, ...] | None:
        """Follow foreign keys; return what is wanted of the last row, None where a key is empty or a row gone."""
        if not way:
            return tuple(one.of(column) for column in at_home)
        key = one.of(way[0].column)
        found: tuple[Any, ...] | None = None
        for hop in way:
            if key is None:
                return None
            found = self._row(hop.table, key, hop.onward)
            key = found[0] if found else None
        return found

    def _row(self, table: str, key: Any, columns: tuple[str, ...]) -> tuple[Any, ...] | None:
        """Return columns of a row by its key."""
        known = table, str(key), columns
        if known not in self._known:
            names = ", ".join(f'"{column}"' for column in columns)
            # Names of the models' own tables and columns; the key is a parameter.
            self._known[known] = self._raw.row(f'select {names} from "{table}" where id = ?', [key])
        return self._known[known]

    def _operation(self, key: Any) -> str:
        """Return the short name of an operation."""
        found = self._row("casework_operation", key, ("slug",))
        return str(found[0]) if found else ""


def parse(text: str | None) -> dict[str, Any] | None:
    """Return a row as the triggers wrote it."""
    if text is None:
        return None
    found: dict[str, Any] = json.loads(text)
    return found
