"""Where two texts differ, character by character as people count them."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

#: Longer texts are not taken apart (the comparison grows with the square of their length) but marked as a whole.
LONGEST: Final = 300


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a text.

    Attributes:
        text: the piece.
        differs: whether the other text has something else, or nothing, here.
    """

    text: str
    differs: bool


def differences(left: str, right: str) -> tuple[tuple[Part, ...], tuple[Part, ...]]:
    """Return two texts in parts, those marked that differ; either's parts together are the text as it was.

    What is written differently differs, however alike it sounds or looks: 髙 and 高, half-width and full-width forms.
    A letter and the marks upon it, or a kanji and its variation selector, are never taken apart.

    Args:
        left: a text.
        right: another. Where one of the two is empty nothing is marked: there is nothing to compare.
    """
    if not left or not right or left == right:
        return _whole(left, differs=False), _whole(right, differs=False)
    if len(left) > LONGEST or len(right) > LONGEST:
        return _whole(left, differs=True), _whole(right, differs=True)
    one, other = _characters(left), _characters(right)
    ones: list[Part] = []
    others: list[Part] = []
    for tag, a, b, c, d in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        ones += _whole("".join(one[a:b]), differs=tag != "equal")
        others += _whole("".join(other[c:d]), differs=tag != "equal")
    return tuple(ones), tuple(others)


def _whole(text: str, *, differs: bool) -> tuple[Part, ...]:
    """Return a text as one part; an empty one has none."""
    return (Part(text, differs),) if text else ()


def _characters(text: str) -> list[str]:
    """Return a text's characters, each with the marks that stand upon it."""
    found: list[str] = []
    for char in text:
        upon = unicodedata.combining(char) or unicodedata.category(char) in {"Mn", "Me", "Mc"} or char in "\u200dﾞﾟ"
        if found and upon:
            found[-1] += char
        else:
            found.append(char)
    return found
