"""A packet with the notes of custody records in its own language, whatever the page's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import override

from soken.casework.selectors.packet import packet_of
from soken.desk.sentences import custody_note, in_japanese
from soken.desk.words import page_language

if TYPE_CHECKING:
    from soken.casework.models import Dossier
    from soken.exchange.packet import Packet


def packet_in_words(dossier: Dossier, language: str) -> Packet:
    """Return the packet of a person's case.

    Args:
        dossier: whose.
        language: "ja" or "en".

    Raises:
        RefusedError: the person has more rows than can be printed.
    """
    with override(language):
        return packet_of(dossier, language, said=_said)


def _said(note: str) -> str:
    """Return a note of a custody record in the language of the page; what is no sentence of ours stays as it is."""
    told = custody_note(note)
    return (in_japanese(told) if page_language() == "ja" else None) or told
