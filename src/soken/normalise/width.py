"""Full and half width, invisible characters and the many hyphens: one form for every text before anything else.

Unicode NFKC does most of it. What it leaves or spoils is done here: variation selectors and zero-width characters are
taken out, loose voicing marks are joined to their kana, look-alike hyphens and apostrophes become the ASCII ones. The
kana long mark ー stays, because it is a letter; `dash_digits` turns it into a hyphen where it stands between digits.
"""

from __future__ import annotations

import re
import unicodedata

_DROPPED = {
    **dict.fromkeys(range(0xFE00, 0xFE10)),  # variation selectors
    **dict.fromkeys(range(0xE0100, 0xE01F0)),  # ideographic variation selectors
    **dict.fromkeys(range(0x200B, 0x2010)),  # zero width, direction marks
    **dict.fromkeys(range(0x202A, 0x202F)),
    **dict.fromkeys(range(0x2060, 0x2065)),
    **dict.fromkeys((0x00AD, 0xFEFF, 0x180B, 0x180C, 0x180D, 0x180E)),
}
_HYPHENS = "‐‑‒–—―−﹣－⁃˗─━﹘"
_APOSTROPHES = "’‘‛ʼ′´｀`＇"
#: Applied before NFKC, which would turn a loose voicing mark or an acute accent into a space and a mark.
_BEFORE = str.maketrans(
    {
        **_DROPPED,
        **dict.fromkeys(map(ord, _HYPHENS), "-"),
        **dict.fromkeys(map(ord, _APOSTROPHES), "'"),
        0x309B: "\u3099",
        0x309C: "\u309a",
        0xFF9E: "\u3099",
        0xFF9F: "\u309a",
    }
)
_HIRAGANA = {code: code + 0x60 for code in (*range(0x3041, 0x3097), 0x309D, 0x309E)}
#: What `_BEFORE` touches; beyond the basic plane as a range, because there single characters make the search slow.
_TOUCHED = re.compile(
    "[" + "".join(re.escape(chr(code)) for code in _BEFORE if code < 0x10000) + "\U000e0100-\U000e01ef]"
)
_LONG_MARK = re.compile("[ーｰ~〜]")
_BETWEEN_DIGITS = re.compile(r"(?<=[0-9])\s*[ーｰ~〜]\s*(?=[0-9])")


def fold_width(text: str) -> str:
    """Return a text in one width: NFKC, no invisible characters, plain hyphens, single spaces, none at the ends.

    Accepts any text. Letters, digits and kanji are never lost; a text of spaces and invisible characters becomes "".
    Letter case is kept. Applying it twice gives the same.
    """
    if text.isascii():
        return " ".join(text.split())
    if is_folded(text):
        return " ".join(text.split())
    folded = unicodedata.normalize("NFKC", text.translate(_BEFORE)).translate(_BEFORE)
    # A mark that was set free by a dropped character can now be joined.
    return " ".join(unicodedata.normalize("NFKC", folded).split())


def is_folded(text: str) -> bool:
    """Tell whether `fold_width` would change nothing but spaces: the quick look that most texts pass."""
    return unicodedata.is_normalized("NFKC", text) and not _TOUCHED.search(text)


def katakana(text: str) -> str:
    """Return the text with hiragana turned into katakana; everything else stays."""
    return text.translate(_HIRAGANA)


def dash_digits(text: str) -> str:
    """Return the text with long marks and wave dashes between two digits turned into hyphens ("１ー２" is "1-2")."""
    return _BETWEEN_DIGITS.sub("-", text) if _LONG_MARK.search(text) else text


def strip_accents(text: str) -> str:
    """Return the text with Latin letters' accents taken off (José is Jose, Müller is Muller, Ø is O).

    Only marks on Latin letters go: the voicing marks of kana stay.
    """
    if text.isascii():
        return text
    spread = unicodedata.normalize("NFD", text.translate(_LETTERS))
    return unicodedata.normalize("NFC", _LATIN_MARKS.sub(r"\1", spread))


_LETTERS = str.maketrans(
    {"ß": "ss", "ẞ": "SS", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D",
     "ł": "l", "Ł": "L", "þ": "th", "Þ": "Th", "ð": "d", "Ð": "D", "ı": "i"}
)  # fmt: skip
_LATIN_MARKS = re.compile(r"([A-Za-z])[\u0300-\u036f]+")
