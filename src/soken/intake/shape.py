"""The shape of a text: how it is built, without what it says.

A row that cannot be read may hold a title, so its text is never shown; its shape shows what is wrong with it
(a quotation mark that is never closed, a separator too many) and gives nothing away.
"""

from __future__ import annotations

import re
from typing import Final

#: A shape is cut at so many characters.
LONGEST: Final = 200

_MASKS: Final = (
    (re.compile(r"[0-9０-９]"), "9"),
    (re.compile(r"[\u3041-\u3096\u30a1-\u30fa\u30fd-\u30ff\uff66-\uff9f]"), "あ"),
    (re.compile(r"[\u3005-\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af]"), "字"),
    (re.compile(r"[^\W\d_あ字ー]"), "x"),
)


def shape(text: str) -> str:
    """Return ``text`` with letters as x, digits as 9, kana as あ, kanji as 字; punctuation and spaces stay.

    Control characters become ``·`` (tab and line ends ``→`` and ``⏎``); what is longer than `LONGEST` is cut.
    """
    cut = text[: LONGEST + 1]
    for pattern, mask in _MASKS:
        cut = pattern.sub(mask, cut)
    cut = cut.replace("\r\n", "⏎").replace("\n", "⏎").replace("\r", "⏎").replace("\t", "→")
    cut = "".join(character if character.isprintable() else "·" for character in cut)
    return cut if len(cut) <= LONGEST else cut[: LONGEST - 1] + "…"


def shape_of_bytes(raw: bytes, encoding: str) -> str:
    """Return the shape of a row's bytes; bytes that the encoding cannot hold become ``·``."""
    return shape(raw[: LONGEST * 4].decode(encoding, "replace").replace("\ufffd", "\x00"))
