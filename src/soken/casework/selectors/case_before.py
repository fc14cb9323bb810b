"""What an evidence item that another Soken exported says of the originals behind its rows."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from django.conf import settings

from soken.exchange.case.before import told_before
from soken.intake.archives import expand
from soken.intake.events import Source
from soken.intake.formats import recognise
from soken.intake.formats.case import nodes_in
from soken.intake.seal import original_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from soken.casework.models import EvidenceItem
    from soken.exchange.case.terms import Node

#: Profile of what Soken exported.
_OWN: Final = "soken-case"


def nodes_before(item: EvidenceItem) -> Iterator[Node]:
    """Yield the files, custody and warrants that an item tells of, as exported; nothing of any other list."""
    if item.profile != _OWN:
        return
    home = settings.HOME
    with home.stage() as staging, original_of(home, item.evidence_id, staging) as path:
        original = Source(path, "", item.file_name)
        for source in expand(original, staging):
            found = recognise(source)
            if found is not None and found.name == "case":
                yield from told_before(nodes_in(source))
            if source.path != original.path:
                Path(source.path).unlink(missing_ok=True)
