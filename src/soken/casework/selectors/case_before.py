"""What an evidence item that another Soken exported says of the originals behind its rows."""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from django.conf import settings

from soken.exchange.case.before import ids_in, said_by, told_apart, told_before
from soken.exchange.case.terms import node_id
from soken.intake.archives import expand
from soken.intake.events import Source
from soken.intake.formats import recognise
from soken.intake.formats.case import nodes_in
from soken.intake.original import original_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from soken.casework.models import EvidenceItem
    from soken.exchange.case.before import Said
    from soken.exchange.case.terms import Node

#: Profile of what Soken exported.
_OWN: Final = "soken-case"


def behind(told: Iterator[Node], items: Collection[EvidenceItem], own: Collection[EvidenceItem]) -> Iterator[Node]:
    """Yield nodes, and after them what items that another Soken exported say of the originals behind their rows.

    Such a file is a seized file like any other, and whoever wrote it chose its ids: what it says under an id of ours
    is left out, wherever ours stands. What two of them say under one id is told once where it is the same, and else
    under an id of each, whichever came first and whichever of them is exported now.

    Args:
        told: ours.
        items: of which the nodes tell.
        own: all that the operation holds.
    """
    files = frozenset(node_id("file", one.sha256) for one in own)
    imported = [one for one in items if one.profile == _OWN]
    if not imported:
        yield from told
        return
    said = {one.sha256: _said(one, files) for one in own if one.profile == _OWN}
    for node in told:
        for identity in ids_in(node):
            for theirs in said.values():
                theirs.pop(identity, None)
        yield node
    renamed = told_apart(said)
    left = {renamed[one.sha256].get(identity, identity) for one in imported for identity in said[one.sha256]}
    for item in imported:
        for node in nodes_before(item, files, renamed[item.sha256]):
            if node["@id"] in left:
                left.remove(node["@id"])
                yield node


def _said(item: EvidenceItem, own: Collection[str]) -> dict[str, Said]:
    """Return id → what an item says under it; of an id that it uses twice, what it says first."""
    found: dict[str, Said] = {}
    for node in nodes_before(item, own):
        found.setdefault(node["@id"], said_by(node))
    return found


def nodes_before(
    item: EvidenceItem, own: Collection[str], renamed: Mapping[str, str] = MappingProxyType({})
) -> Iterator[Node]:
    """Yield the files, custody and warrants that an item tells of, as exported; nothing of any other list.

    Args:
        item: which.
        own: ids of the files that are held here themselves.
        renamed: see `told_before`.
    """
    if item.profile != _OWN:
        return
    home = settings.HOME
    with home.stage() as staging, original_of(home, item.evidence_id, staging) as path:
        original = Source(path, "", item.file_name)
        for source in expand(original, staging):
            found = recognise(source)
            if found is not None and found.name == "case":
                yield from told_before(nodes_in(source), own, renamed)
            if source.path != original.path:
                Path(source.path).unlink(missing_ok=True)
