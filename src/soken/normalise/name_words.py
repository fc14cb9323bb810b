"""The words of a name as typed: folded, in one case, without honorifics, brackets and signs; and their script."""

from __future__ import annotations

import csv
import re
from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

from soken.normalise.kanji import fold_kanji
from soken.normalise.width import katakana, strip_accents

if TYPE_CHECKING:
    from collections.abc import Sequence

#: Kanji, their repetition mark among them.
HAN = re.compile(r"[々〆\u3400-\u9fff\U00020000-\U0003ffff]")
_KANA = re.compile(r"[ァ-ヺぁ-ゖー]")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]")
_BRACKETS = re.compile(r"[(\[「『【<《〔][^)\]」』】>》〕]*[)\]」』】>》〕]")
_SEPARATORS = re.compile(r"[\s,、，・･=＝/._]+")
_INNER_SIGNS = re.compile(r"['\-](?=\w)|[*※?!\"#]+")
#: How many parts of names are kept folded (some fifty megabytes at most); a million rows hold about 110,000.
PARTS = 1 << 18


@cache
def _honorifics() -> tuple[re.Pattern[str], frozenset[str], frozenset[str]]:
    """Return the pattern of honorifics behind a Japanese name, and the words before and behind a Latin one."""
    text = files("soken.normalise").joinpath("data", "honorifics.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(line for line in text.splitlines() if not line.startswith("#")))
    after = sorted((row["word"] for row in rows if row["place"] == "after"), key=len, reverse=True)
    before, behind = ({row["word"] for row in rows if row["place"] == place} for place in ("before", "behind"))
    return re.compile(f"(?<=.)(?:{'|'.join(after)})$"), frozenset(before), frozenset(behind)


def plain_words(text: str, *, sole: bool = True) -> list[str]:
    """Return the words of a name, folded, without honorifics, brackets and signs.

    A comma turns the order: "Yamada, Taro" and "Taro Yamada" give the words in the order typed; who reads them knows.

    Args:
        text: as typed.
        sole: the text is the whole name; in a field of its own a family name may look like an honorific (殿, 方).
    """
    return list(words_kept(text, sole=sole))


@lru_cache(maxsize=PARTS)
def joined_words(text: str, *, sole: bool) -> str:
    """Return the words of a part of a name as one."""
    return joined(words_kept(text, sole=sole))


def joined(words: Sequence[str]) -> str:
    """Return words of a name as one, folded as one: 佐 佐 木 typed apart is 佐々木."""
    return words[0] if len(words) == 1 else fold_kanji("".join(words))


@lru_cache(maxsize=PARTS)
def words_kept(text: str, *, sole: bool) -> tuple[str, ...]:
    """Return what `plain_words` does; parts of names come again and again, so they are kept."""
    folded = fold_kanji(text)
    bare = _BRACKETS.sub(" ", folded).strip() or folded
    words = [word for word in _SEPARATORS.split(_clean(bare)) if word]
    after, before, behind = _honorifics()
    if sole and words:
        words = _without_honorific(words, after)
    while len(words) > 1 and words[0].lower() in before:
        words = words[1:]
    while len(words) > 1 and words[-1].lower() in behind:
        words = words[:-1]
    return tuple(_cased(word) for word in words)


def _clean(text: str) -> str:
    """Return the text with everything but letters, marks between words and apostrophes taken out."""
    return _INNER_SIGNS.sub("", text)


def _without_honorific(words: list[str], after: re.Pattern[str]) -> list[str]:
    """Return the words without the honorifics behind them (山田先生様); a name that would vanish keeps them."""
    last = after.sub("", words[-1])
    if after.fullmatch("x" + words[-1], 1) and len(words) > 1:
        return _without_honorific(words[:-1], after)
    if last == words[-1] or not last or (len(words) == 1 and len(last) == 1):
        return words
    return _without_honorific([*words[:-1], last], after)


def _cased(word: str) -> str:
    """Return a word in one case: Latin letters plain and lower, hiragana as katakana where there is no kanji."""
    if word.isascii():
        return word.lower()
    if HAN.search(word):
        return strip_accents(word).lower()
    return katakana(strip_accents(word).lower())


@lru_cache(maxsize=PARTS)
def script_of(text: str) -> str:
    """Return 'kanji', 'kana', 'latin', 'mixed' or 'none' for a folded name; kanji with kana (ひろ子) count as kanji."""
    han, latin = bool(HAN.search(text)), bool(_LATIN.search(text))
    kana = bool(_KANA.search(text))
    if han:
        return "mixed" if latin else "kanji"
    if kana:
        return "mixed" if latin else "kana"
    return "latin" if latin else "none"


def fold_word(text: str) -> str:
    """Return one field of a name as `names.parse_name` folds it: its words joined, in one case. Accepts any text."""
    return joined(plain_words(text, sole=False))
