"""Cases in CASE/UCO (JSON-LD): each node is a row of a table named after its class; Soken's own rows are rows again.

Such a row keeps where it stood before (`soken.core.origin`), and its item the operation whose code it has.

What another system's file says of a person (family name, mail address, telephone number) stands in facets inside the
node; each of their values is a cell under the property's own name, so that its heading can be understood.
"""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING, Any, Final

from soken.core.errors import BadInputError
from soken.core.fields import FIELDS
from soken.core.origin import NUMBERS, PLACES, Origin, item_key, origin_in
from soken.intake.events import BATCH_ROWS, Event, RowBatch, Source, TableStart, open_source
from soken.intake.formats.json_cursor import Aside
from soken.intake.formats.json_elements import ElementReader
from soken.intake.formats.sqldump_encoding import DumpEncoding, find_encoding
from soken.intake.formats.text_window import TextWindow

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from soken.intake.formats.json_cursor import Element

_HEAD_BYTES: Final = 64 * 1024
_BEGIN_RE: Final = re.compile(r'\s*\{\s*"@context"\s*:')
_WORDS: Final = ("ontology.caseontology.org/", "ontology.unifiedcyberontology.org/")
_NUMBER_RE: Final = re.compile(r"[0-9]{1,18}")
_LOCAL_RE: Final = re.compile(r"[^/#:]*$")
#: What stands for a value, for several in order or in none, or for another node.
_HELD: Final = ("@value", "@list", "@set", "@id")
_GRAPH: Final = "@graph"
#: What Soken's own rows are called here (`profiles/soken_case.toml`), by what a row is to a person.
_OWN: Final = {"identity": "identity rows", "attached": "attached rows", "other": "other rows"}
#: Columns of such a row before its fields: itself and the row that it belongs to, by evidence id and number.
_PLACE: Final = ("row_of", "owner_of")
#: What stands before a heading of Soken's acts and proposals, so that none is taken for a field.
_ACTS: Final = "soken:"
#: Class and property → heading: the name of a node is somebody's where the node is a person, and a thing's elsewhere.
_NAMING: Final = {("Person", "name"): "personName"}
#: What tells an operation from every other.
_OPERATION: Final = ("id", "startTime")
#: More classes or properties than both vocabularies have.
_MOST_TABLES: Final = 2_000
_MOST_COLUMNS: Final = 5_000


class CaseReader:
    """Reads JSON-LD in the words of CASE/UCO (`Reader` protocol)."""

    name = "case"

    def recognises(self, head: bytes, source: Source) -> bool:
        """Tell by how the text begins, and by whose words its context names."""
        with open_source(source) as stream:
            encoding = find_encoding(stream, head[:_HEAD_BYTES], source.name, whole=False)
        text = head[encoding.skip : _HEAD_BYTES].decode(encoding.codec, "replace")
        return _BEGIN_RE.match(text) is not None and any(word in text for word in _WORDS)

    def read(self, source: Source) -> Iterator[Event]:
        """Read every node; a first pass finds out which properties each class has.

        Raises:
            BadInputError: the file holds no node, or more classes than there are.
        """
        with open_source(source) as stream:
            encoding = find_encoding(stream, stream.read(_HEAD_BYTES), source.name, whole=True)
            columns, operation = _columns(stream, encoding, source)
            yield from _rows(stream, encoding, columns, operation)


def nodes_in(source: Source) -> Iterator[dict[str, Any]]:
    """Yield every node of a file as it stands there.

    Raises:
        BadInputError: the file cannot be read.
    """
    with open_source(source) as stream:
        encoding = find_encoding(stream, stream.read(_HEAD_BYTES), source.name, whole=True)
        for element in _elements(stream, encoding):
            if not isinstance(element, Aside):
                yield element.row


def _columns(stream: BinaryIO, encoding: DumpEncoding, source: Source) -> tuple[dict[str, dict[str, int]], str]:
    """Return the headings of every table, as they first appear, and the operation whose rows they are, as a digest."""
    columns: dict[str, dict[str, int]] = {}
    operation = ""
    for element in _elements(stream, encoding):
        if isinstance(element, Aside):
            continue
        operation = operation or _operation(element.row)
        table, cells, _key = _row(element.row, operation)
        known = columns.setdefault(table, {})
        if table in _OWN.values() and not known:
            known.update({name: at for at, name in enumerate((*_PLACE, *FIELDS))})
        for heading in cells:
            known.setdefault(heading, len(known))
        if len(columns) > _MOST_TABLES or len(known) > _MOST_COLUMNS:
            raise BadInputError(
                f"{source.name} names more classes or properties than CASE/UCO has: have it exported anew."
            )
    if not columns:
        raise BadInputError(f"{source.name} holds no node: a CASE/UCO file has its nodes in a list named @graph.")
    return columns, operation


def _operation(node: dict[str, Any]) -> str:
    """Return the digest by which an operation is known, '' for a node that is none: two may bear the same name."""
    if not any(isinstance(one, str) and _local(one) == "Investigation" for one in _each(node.get("@type"))):
        return ""
    cells: dict[str, str] = {}
    _gather({name: value for name, value in node.items() if _local(name) in _OPERATION}, cells)
    return hashlib.sha256(json.dumps(cells, sort_keys=True).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _rows(
    stream: BinaryIO, encoding: DumpEncoding, columns: dict[str, dict[str, int]], operation: str
) -> Iterator[Event]:
    """Yield the rows, table by table in batches; what is no node is set aside where it stands."""
    notes = {"encoding": encoding.codec, **encoding.notes}
    headings = _headings(columns)
    waiting = {table: _empty() for table in columns}
    first = next(iter(columns))
    begun = False
    for element in _elements(stream, encoding):
        if isinstance(element, Aside):
            if not begun:
                yield TableStart(first, headings[first], notes=notes)
                begun = True
            yield element.event
            continue
        table, said, key = _row(element.row, operation)
        cells: list[str | None] = [None] * len(columns[table])
        for heading, value in said.items():
            cells[columns[table][heading]] = value
        batch = waiting[table]
        batch.cells.append(cells)
        batch.keys.append(key)  # type: ignore[union-attr]
        batch.lines.append(element.span.line)  # type: ignore[union-attr]
        batch.offsets.append(element.span.offset)  # type: ignore[union-attr]
        batch.lengths.append(element.span.length)  # type: ignore[union-attr]
        if len(batch) >= BATCH_ROWS:
            yield TableStart(table, headings[table], notes=notes)
            begun = True
            yield batch
            waiting[table] = _empty()
    for table, batch in waiting.items():
        if len(batch):
            yield TableStart(table, headings[table], notes=notes)
            yield batch


def _headings(columns: dict[str, dict[str, int]]) -> dict[str, tuple[str, ...]]:
    """Return the headings of each table.

    Beside rows of Soken's own, all other nodes are its acts and proposals: the description of an act is no title of an
    item, and would take the code of one.
    """
    own = frozenset(_OWN.values())
    if own & columns.keys():
        return {
            table: tuple(known) if table in own else tuple(f"{_ACTS}{heading}" for heading in known)
            for table, known in columns.items()
        }
    return {table: tuple(_NAMING.get((table, one), one) for one in known) for table, known in columns.items()}


def _empty() -> RowBatch:
    return RowBatch([], [], [], [], [])


def _elements(stream: BinaryIO, encoding: DumpEncoding) -> Iterator[Element | Aside]:
    """Yield the nodes; the context says what words mean and is no row."""
    for element in ElementReader(TextWindow(stream, encoding.codec, encoding.skip)).read():
        if isinstance(element, Aside) or element.table == _GRAPH or element.row.keys() & {"@id", "@type"}:
            yield element


def _row(node: dict[str, Any], operation: str) -> tuple[str, dict[str, str], str | None]:
    """Return the table of a node, its cells by heading, and for a row that Soken wrote where it stood before."""
    said = {_local(name): value for name, value in node.items()}
    kind = _OWN.get(str(said.get("kind")))
    if kind and "evidence" in said and "row" in said:
        cells, table = _own_row(said)
        return kind, _keyed(cells, operation), _before(said, table)
    named = next((one for one in _each(node.get("@type")) if isinstance(one, str)), "")
    cells = {}
    _gather({name: value for name, value in node.items() if name != "@type"}, cells)
    return _local(named) or "node", _keyed(cells, operation), None


def _keyed(cells: dict[str, str], operation: str) -> dict[str, str]:
    """Return cells with each item code, wherever a node says one, as the code of that operation."""
    return {heading: item_key(operation, text) for heading, text in cells.items()}


def _own_row(said: dict[str, Any]) -> tuple[dict[str, str], str]:
    """Return a row that Soken wrote, its cells under the fields' names as they were, and its table there."""
    cells = {"row_of": f"{said['evidence']}:{said['row']}", "owner_of": f"{said['evidence']}:{said.get('owner', '')}"}
    table = said.get("table", "")
    for facet in _each(said.get("hasFacet")):
        if not isinstance(facet, dict):
            continue
        told = {_local(name): value for name, value in facet.items()}
        if isinstance(told.get("recordFieldName"), str) and isinstance(told.get("recordFieldValue"), str):
            cells[told["recordFieldName"]] = told["recordFieldValue"]
            table = told.get("tableName", table)
    return cells, str(table)


def _before(said: dict[str, Any], table: str) -> str | None:
    """Return where a row stood before, as its key; None where what the file says of it can be no row of Soken's."""
    if not isinstance(said["evidence"], str) or not _NUMBER_RE.fullmatch(str(said["row"])):
        return None
    place = {name: said[name] for name in PLACES if isinstance(said.get(name), str | int)}
    place |= {name: int(place[name]) for name in NUMBERS & place.keys() if _NUMBER_RE.fullmatch(str(place[name]))}
    key = Origin(said["evidence"], int(said["row"]), table, place).key()
    return key if origin_in(key) else None


def _gather(value: dict[str, Any], cells: dict[str, str]) -> None:
    """Put the values of a node and of what stands inside it under the properties' names; a repeated one gets ``#2``."""
    for name, held in value.items():
        for one in _each(held):
            if isinstance(one, dict) and not one.keys() & {"@value", "@list", "@set"} and set(one) != {"@id"}:
                _gather({key: inner for key, inner in one.items() if not key.startswith("@")}, cells)
            elif isinstance(one, dict):
                _gather({name: next(one[key] for key in _HELD if key in one)}, cells)
            else:
                _put(cells, _local(name), one)


def _each(held: Any) -> Iterator[Any]:
    """Yield the values of a property, one or a list of them, or lists in a list: in JSON-LD it is the same."""
    if isinstance(held, list):
        for one in held:
            yield from _each(one)
    else:
        yield held


def _put(cells: dict[str, str], heading: str, value: Any) -> None:
    """Add a cell under a heading of its own."""
    unique, again = heading, 1
    while unique in cells:
        again += 1
        unique = f"{heading}#{again}"
    cells[unique] = value if isinstance(value, str) else {True: "true", False: "false", None: ""}.get(value, str(value))


def _local(name: str) -> str:
    """Return a name without its namespace: ``uco-identity:familyName`` and the full address are both ``familyName``."""
    found = _LOCAL_RE.search(name)
    return found.group().removeprefix("@") if found else name
