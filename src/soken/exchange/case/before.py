"""What a file of Soken's says of the originals behind its rows, told on: their hashes, custody and warrants.

Only what Soken writes of them is told on, property by property: a file can hold anything else, a title too. It can also
bear any id: what it tells is never of a file that is held here itself, and points nowhere but to names and to itself.
Where two files say different things under one id, neither is the first: each is told on under an id of its own.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import sha256
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from soken.exchange.case.terms import node_id, ref, told
from soken.intake.custody import Act

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from soken.exchange.case.terms import Node

#: The id under which a file says what is told on under another.
_BEFORE: Final = "soken:idBefore"
_EVERY: Final = frozenset({"@id", "@type", "@value", "uco-core:name"})
#: Class → its properties, and those of what stands inside it.
_KEPT: Final = {
    "case-investigation:Authorization": frozenset({
        "case-investigation:authorizationType", "case-investigation:authorizationIdentifier", "soken:issuedBy",
        "soken:issuedOn", "soken:goodUntil",
    }),
    "uco-observable:File": frozenset({
        "soken:evidence", "soken:rowsRead", "soken:rowsAccepted", "soken:rowsSetAside", "uco-core:hasFacet",
        "uco-observable:fileName", "uco-observable:sizeInBytes", "uco-observable:hash", "uco-types:hashMethod",
        "uco-types:hashValue",
    }),
    "case-investigation:ProvenanceRecord": frozenset({"case-investigation:exhibitNumber", "uco-core:object"}),
    "case-investigation:InvestigativeAction": frozenset({
        "uco-core:description", "uco-action:startTime", "soken:on", "uco-action:performer", "uco-action:location",
        "uco-action:object", "uco-action:result", "case-investigation:wasInformedBy",
    }),
    "uco-identity:Identity": frozenset[str](),
    "uco-location:Location": frozenset[str](),
}  # fmt: skip
#: Those that are numbers, which a reader of JSON may have as it read them, in digits.
_NUMBERS: Final = frozenset(
    {"soken:rowsRead", "soken:rowsAccepted", "soken:rowsSetAside", "uco-observable:sizeInBytes"}
)
#: Most digits of such a number: more than any file has bytes, and few enough for Python to read them.
_DIGITS: Final = 18
#: Properties that point to another node, by its id alone.
_POINTING: Final = frozenset(
    {
        "uco-core:object", "uco-action:object", "uco-action:performer", "uco-action:location", "uco-action:result",
        "case-investigation:wasInformedBy",
    }
)  # fmt: skip
#: Those of them that point to what was told of the file before.
_WITHIN: Final = frozenset({"uco-action:result", "case-investigation:wasInformedBy"})
_CUSTODY: Final = frozenset(one.value for one in Act)
_FILE: Final = "uco-observable:File"
_RECORD: Final = "case-investigation:ProvenanceRecord"
_ACT: Final = "case-investigation:InvestigativeAction"
#: Class → its property that says what it is about.
_ABOUT: Final = {_RECORD: "uco-core:object", _ACT: "uco-action:object"}


@dataclass(frozen=True, slots=True)
class Said:
    """What a file says under an id.

    Attributes:
        digest: of all of it.
        to: ids that it points to.
    """

    digest: bytes
    to: frozenset[str]


def said_by(node: Node) -> Said:
    """Return what a node says, for comparing it with what another file says under the same id."""
    digest = sha256(json.dumps(node, sort_keys=True).encode("utf-8", "surrogatepass")).digest()
    return Said(digest, frozenset(_pointers_in(node)))


def told_apart(files: Mapping[str, Mapping[str, Said]]) -> dict[str, dict[str, str]]:
    """Return under which ids files are told on, where they say different things under one.

    What points to such a thing differs too: in each file it points to that file's.

    Args:
        files: hash of a file → id → what it says under it.

    Returns:
        Hash of a file → id → another id, of the two.
    """
    tellers: dict[str, list[Said]] = {}
    for saying in files.values():
        for identity, said in saying.items():
            tellers.setdefault(identity, []).append(said)
    several = {identity: said for identity, said in tellers.items() if len(said) > 1}
    unlike = {identity for identity, said in several.items() if len({one.digest for one in said}) > 1}
    # An id that another file would get, which whoever has seen that file can write into theirs.
    unlike |= tellers.keys() & {node_id("told-by", name, identity) for name in files for identity in several}
    more = unlike
    while more:
        more = {one for one, said in several.items() if one not in unlike and not unlike.isdisjoint(said[0].to)}
        unlike |= more
    return {
        name: {identity: node_id("told-by", name, identity) for identity in saying if identity in unlike}
        for name, saying in files.items()
    }


def told_before(
    nodes: Iterable[dict[str, Any]],
    own: Collection[str] = (),
    renamed: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[Node]:
    """Yield what is told on of the nodes of a file, in its order.

    An act is told on if it is one of custody, with who did it and where; a provenance record if it is a file's.

    Args:
        nodes: of the file.
        own: ids of the files that are held here themselves: of them the record here tells, and no other.
        renamed: id in the file → id under which that is told on (`told_apart`).
    """
    files: set[str] = set()
    before: set[str] = set()
    for node in nodes:
        kind, identity = node.get("@type"), node.get("@id")
        if not isinstance(kind, str) or kind not in _KEPT or not isinstance(identity, str):
            continue
        if kind == _FILE:
            if identity in own:
                continue
            files.add(identity)
        if kind in _ABOUT and not _of_files(node.get(_ABOUT[kind]), files):
            continue
        if kind == _ACT and node.get("uco-core:name") not in _CUSTODY:
            continue
        name = renamed.get(identity, identity)
        kept = _kept(node, _EVERY | _KEPT[kind], name)
        for within in _WITHIN & kept.keys():
            kept[within] = [one for one in kept[within] if one["@id"] in before]
        before.add(identity)
        first = _first(node, identity, renamed)
        yield told({**_pointed(kept, renamed), "@id": name, _BEFORE: first})


def _first(node: Node, identity: str, renamed: Mapping[str, str]) -> str | None:
    """Return the id under which something was told first, None where that is its id still."""
    before = node.get(_BEFORE)
    return before if isinstance(before, str) else identity if identity in renamed else None


def _pointers_in(held: Any) -> Iterator[str]:
    """Yield the ids to which a value points."""
    if isinstance(held, list):
        for one in held:
            yield from _pointers_in(one)
    elif isinstance(held, dict) and held.keys() == {"@id"}:
        yield held["@id"]
    elif isinstance(held, dict):
        for value in held.values():
            yield from _pointers_in(value)


def _pointed(held: Any, renamed: Mapping[str, str]) -> Any:
    """Return a value whose pointers follow what they point to."""
    if isinstance(held, list):
        return [_pointed(one, renamed) for one in held]
    if not isinstance(held, dict):
        return held
    if held.keys() == {"@id"}:
        return ref(renamed.get(held["@id"], held["@id"]))
    return {name: _pointed(value, renamed) for name, value in held.items()}


def ids_in(held: Any) -> Iterator[str]:
    """Yield the ids under which a node says something: its own, and those of what stands inside it."""
    if isinstance(held, dict):
        if len(held) > 1 and isinstance(held.get("@id"), str):
            yield held["@id"]
        for value in held.values():
            yield from ids_in(value)
    elif isinstance(held, list):
        for one in held:
            yield from ids_in(one)


def _of_files(about: Any, files: set[str]) -> bool:
    """Tell whether what a node is about are files alone."""
    found = _pointers(about) if isinstance(about, list) else None
    return bool(found) and all(one["@id"] in files for one in found or ())


def _kept(held: Any, names: frozenset[str], owner: str) -> Any:
    """Return a value with nothing but these properties; what stands inside it is its owner's, whatever id it bears."""
    if isinstance(held, dict):
        found = {name: _value(name, value, names, owner) for name, value in held.items() if name in names}
        return found | {"@id": node_id("facet", owner, str(found.get("@type")))} if "@id" in found else found
    return [_kept(one, names, owner) for one in held] if isinstance(held, list) else held


def _value(name: str, value: Any, names: frozenset[str], owner: str) -> Any:
    """Return the value of a property: pointers by their ids alone, a number for the digits of one that is one."""
    if name in _WITHIN:
        return _pointers(value if isinstance(value, list) else [value])
    if name in _POINTING:
        return _pointers(value)
    if name in _NUMBERS and isinstance(value, str) and value.isdecimal() and len(value) <= _DIGITS:
        return int(value)
    return _kept(value, names, owner)


def _pointers(value: Any) -> Any:
    """Return a pointer, or a list of them, that says nothing of what it points to; None for what is no pointer."""
    if isinstance(value, list):
        return [one for one in map(_pointers, value) if isinstance(one, dict)]
    return ref(value["@id"]) if isinstance(value, dict) and isinstance(value.get("@id"), str) else None
