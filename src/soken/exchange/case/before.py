"""What a file of Soken's says of the originals behind its rows, told on: their hashes, custody and warrants.

Only what Soken writes of them is told on, property by property: a file can hold anything else, a title too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from soken.intake.custody import Act

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from soken.exchange.case.terms import Node

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
_CUSTODY: Final = frozenset(one.value for one in Act)
_FILE: Final = "uco-observable:File"
_RECORD: Final = "case-investigation:ProvenanceRecord"
_ACT: Final = "case-investigation:InvestigativeAction"


def told_before(nodes: Iterable[dict[str, Any]]) -> Iterator[Node]:
    """Yield what is told on of the nodes of a file, in its order.

    An act is told on if it is one of custody, with who did it and where; a provenance record if it is a file's.
    """
    files: set[str] = set()
    for node in nodes:
        kind = node.get("@type")
        if not isinstance(kind, str) or kind not in _KEPT or not isinstance(node.get("@id"), str):
            continue
        if kind == _FILE:
            files.add(node["@id"])
        if kind == _RECORD and not _of_files(node, files):
            continue
        if kind == _ACT and (node.get("uco-core:name") not in _CUSTODY or not _of_files(node, files)):
            continue
        yield _kept(node, _EVERY | _KEPT[kind])


def _of_files(node: dict[str, Any], files: set[str]) -> bool:
    """Tell whether what a node is about are files alone."""
    about = node.get("uco-core:object", node.get("uco-action:object"))
    told = [one.get("@id") for one in about if isinstance(one, dict)] if isinstance(about, list) else []
    return bool(told) and all(one in files for one in told)


def _kept(held: Any, names: frozenset[str]) -> Any:
    """Return a value with nothing but these properties."""
    if isinstance(held, dict):
        return {name: _number(name, _kept(value, names)) for name, value in held.items() if name in names}
    return [_kept(one, names) for one in held] if isinstance(held, list) else held


def _number(name: str, value: Any) -> Any:
    """Return a number for the digits of a property that is one."""
    return int(value) if name in _NUMBERS and isinstance(value, str) and value.isdecimal() else value
