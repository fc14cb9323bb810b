"""The packet that goes with a referral, set as a PDF that is the same bytes for the same data.

Sections are given as plain data and set by a typst template; nothing is pasted into its source.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import UTC
from typing import TYPE_CHECKING, Any, Final
from unicodedata import east_asian_width

from soken.exchange.typesetting import typeset_pdf
from soken.route.clocks import JAPAN

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from soken.exchange.mark import Mark
    from soken.refer.packet import Section

#: Columns up to this width are as wide as what they hold; no column asks for more than the other: in halves of a
#: Japanese character.
_NARROW: Final = 22
_WIDEST: Final = 60
_ROOM: Final = 2


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
        words: of the template: "hash", "page", and of the mark.
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
        mark: of the copy: on each page in the packet's language, in the document's keywords as programs read it; None
            for what nobody takes.

    Raises:
        DamagedStoreError: the template that ships with Soken makes no PDF.
    """
    moment = packet.moment.astimezone(UTC)
    told = asdict(packet) | {
        "moment": [moment.year, moment.month, moment.day],
        "hash": packet.digest(),
        "words": dict(packet.words),
        "said_mark": _said(mark, dict(packet.words)) if mark else "",
    }
    return typeset_pdf("packet", told, {"mark": mark.line() if mark else ""}, _laid_out)


def _laid_out(told: dict[str, Any]) -> dict[str, Any]:
    """Return what is set with the widths of each section's columns."""
    return told | {"sections": [one | {"widths": _widths(one["head"], one["rows"])} for one in told["sections"]]}


def _widths(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[int]:
    """Return for each column 0 where it is as wide as what it holds, else its share of the rest.

    Left to themselves, columns of long words take what they want and push the last one over the edge of the page.
    """
    columns = list(zip(head, *rows, strict=True))
    longest = [max(map(_length, column)) for column in columns]
    shares = [min(one, _WIDEST) + _ROOM if one > _NARROW else 0 for one in longest]
    return shares if any(shares) or not shares else [*shares[:-1], 1]


def _length(text: str) -> int:
    """Return how wide a text is, in halves of a Japanese character."""
    return sum(2 if east_asian_width(one) in "WFA" else 1 for one in text)


def _said(mark: Mark, words: Mapping[str, str]) -> str:
    """Return the mark as people read it."""
    at = mark.at.astimezone(JAPAN).strftime("%Y-%m-%d %H:%M %Z")
    said = (
        words["disclosure"].format(mark.number) if mark.number else words["alone"],
        words["taken"].format(mark.by, at),
        words["released"].format(mark.second) if mark.second else "",
        words["recipient"].format(mark.recipient) if mark.recipient else "",
    )
    return " · ".join(part for part in said if part)
