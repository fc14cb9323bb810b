"""The packet that goes with a referral, set as a PDF that is the same bytes for the same data.

Sections are given as plain data and set by a typst template; nothing is pasted into its source.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import UTC
from typing import TYPE_CHECKING

from soken.exchange.typesetting import typeset_pdf

if TYPE_CHECKING:
    from datetime import datetime

    from soken.exchange.mark import Mark
    from soken.refer.packet import Section


@dataclass(frozen=True, slots=True)
class Packet:
    """What is set.

    Attributes:
        number: the packet's id.
        language: "ja" or "en".
        title: on the covering sheet.
        subtitle: under it.
        moment: of the data, with zone: the document's date and the signature's.
        sections: in order, the covering sheet first.
        foot: what stands on each page beside the id, the page and the hash.
        words: of the template: "hash", "page".
    """

    number: str
    language: str
    title: str
    subtitle: str
    moment: datetime
    sections: tuple[Section, ...]
    foot: str
    words: tuple[tuple[str, str], ...]

    def digest(self) -> str:
        """Return the SHA-256 of everything that is set (hexadecimal); it stands on each page."""
        return hashlib.sha256(self._canonical().encode()).hexdigest()

    def _canonical(self) -> str:
        told = asdict(self) | {"moment": self.moment.isoformat()}
        return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def typeset(packet: Packet, mark: Mark | None = None) -> bytes:
    """Return the packet as a PDF/A-2b, unsigned; the same packet and mark give the same bytes.

    Args:
        packet: what is set.
        mark: of the copy: on each page and in the document's keywords; None for what nobody takes.

    Raises:
        DamagedStoreError: the template that ships with Soken makes no PDF.
    """
    moment = packet.moment.astimezone(UTC)
    told = asdict(packet) | {
        "moment": [moment.year, moment.month, moment.day],
        "hash": packet.digest(),
        "words": dict(packet.words),
        "mark": mark.line() if mark else "",
    }
    return typeset_pdf("packet", told)
