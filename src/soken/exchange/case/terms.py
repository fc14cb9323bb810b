"""The words of CASE and UCO that Soken writes, and ids that two exports of the same thing share.

Source: CASE 1.4 and UCO 1.4, https://caseontology.org/ (read 2026-11-24). What they have no class for yet (a referral,
a count of rows) stands under Soken's own prefix, which a reader that does not know it may skip.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final
from uuid import NAMESPACE_URL, uuid5

if TYPE_CHECKING:
    from datetime import date, datetime

_UCO: Final = "https://ontology.unifiedcyberontology.org/uco/"
#: Soken's own prefix.
OWN: Final = "https://soken.example/case/1#"

#: Prefix → namespace, as it stands at the head of every file.
CONTEXT: Final = MappingProxyType(
    {
        "xsd": "http://www.w3.org/2001/XMLSchema#",
        "case-investigation": "https://ontology.caseontology.org/case/investigation/",
        **{
            f"uco-{part}": f"{_UCO}{part}/"
            for part in ("action", "core", "identity", "location", "observable", "role", "tool", "types")
        },
        "soken": OWN,
    }
)

_SPACE: Final = uuid5(NAMESPACE_URL, OWN)

Node = dict[str, Any]


def node_id(kind: str, *parts: object) -> str:
    """Return the id of a thing: the same for the same kind and parts, wherever and whenever it is written."""
    return f"urn:uuid:{uuid5(_SPACE, chr(31).join((kind, *map(str, parts))))}"


def ref(identity: str) -> Node:
    """Return a pointer to a node."""
    return {"@id": identity}


def refs(identities: list[str] | tuple[str, ...]) -> list[Node]:
    """Return pointers to nodes."""
    return [ref(one) for one in identities]


def moment(at: datetime | str) -> Node:
    """Return a moment as CASE has it.

    Args:
        at: with its zone; text in ISO 8601.
    """
    return {"@type": "xsd:dateTime", "@value": at if isinstance(at, str) else at.isoformat()}


def day(on: date | str) -> Node:
    """Return a day, which has no zone and no hour."""
    return {"@type": "xsd:date", "@value": on if isinstance(on, str) else on.isoformat()}


def told(node: Node) -> Node:
    """Return a node without what is not known."""
    return {name: value for name, value in node.items() if value not in (None, "", [], {})}
