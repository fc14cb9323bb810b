"""What an evidence item that another Soken exported says of the originals behind its rows."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from django.conf import settings

from soken.exchange.case.before import ids_in, told_before
from soken.exchange.case.terms import node_id
from soken.intake.archives import expand
from soken.intake.events import Source
from soken.intake.formats import recognise
from soken.intake.formats.case import nodes_in
from soken.intake.original import original_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from soken.casework.models import EvidenceItem
    from soken.exchange.case.terms import Node

#: Profile of what Soken exported.
_OWN: Final = "soken-case"


def behind(told: Iterator[Node], items: Collection[EvidenceItem], own: Collection[EvidenceItem]) -> Iterator[Node]:
    """Yield nodes, and after them what items that another Soken exported say of the originals behind their rows.

    Such a file is a seized file like any other, and whoever wrote it chose its ids: what it says under an id of ours
    is left out, wherever ours stands.

    Args:
        told: ours.
        items: of which the nodes tell.
        own: all that the operation holds.
    """
    files = frozenset(node_id("file", one.sha256) for one in own)
    imported = [one for one in items if one.profile == _OWN]
    theirs = {one["@id"] for item in imported for one in nodes_before(item, files)}
    for node in told:
        if theirs:
            theirs.difference_update(ids_in(node))
        yield node
    for item in imported if theirs else ():
        for node in nodes_before(item, files):
            if node["@id"] in theirs:
                theirs.remove(node["@id"])
                yield node


def nodes_before(item: EvidenceItem, own: Collection[str]) -> Iterator[Node]:
    """Yield the files, custody and warrants that an item tells of, as exported; nothing of any other list.

    Args:
        item: which.
        own: ids of the files that are held here themselves.
    """
    if item.profile != _OWN:
        return
    home = settings.HOME
    with home.stage() as staging, original_of(home, item.evidence_id, staging) as path:
        original = Source(path, "", item.file_name)
        for source in expand(original, staging):
            found = recognise(source)
            if found is not None and found.name == "case":
                yield from told_before(nodes_in(source), own)
            if source.path != original.path:
                Path(source.path).unlink(missing_ok=True)
