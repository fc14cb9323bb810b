"""One ASCII key for a name in kana or in any spelling of Latin letters.

Satoh, Satou, Satō, SATO and さとう fall together as ``sato``; Hattori and Hatori stay apart. The key folds Hepburn,
Kunrei and Nihon-shiki, long vowels however written, n and m before b, m, p, and the apostrophe of Shin'ichi. Long
vowels are lost in most Latin entries, so the key cannot keep them: ゆうこ and ゆこ share one. Where both sides were
typed in kana, `exact_kana` tells them apart.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from soken.normalise.width import fold_width, katakana, strip_accents

# fmt: off
_ROWS = {
    "": "アイウエオ", "k": "カキクケコ", "s": "サシスセソ", "t": "タチツテト", "n": "ナニヌネノ", "h": "ハヒフヘホ",
    "m": "マミムメモ", "r": "ラリルレロ", "g": "ガギグゲゴ", "z": "ザジズゼゾ", "d": "ダヂヅデド", "b": "バビブベボ",
    "p": "パピプペポ",
}
_MORAS = {kana: row + vowel for row, line in _ROWS.items() for kana, vowel in zip(line, "aiueo", strict=True)}
_MORAS |= {
    "ヤ": "ya", "ユ": "yu", "ヨ": "yo", "ワ": "wa", "ヰ": "i", "ヱ": "e", "ヲ": "o", "ン": "n", "ヴ": "bu",
    "ァ": "a", "ィ": "i", "ゥ": "u", "ェ": "e", "ォ": "o", "ャ": "ya", "ュ": "yu", "ョ": "yo",
    "ヮ": "wa", "ヵ": "ka", "ヶ": "ke",
}
_SMALL = {"ァ": "a", "ィ": "i", "ゥ": "u", "ェ": "e", "ォ": "o", "ャ": "ya", "ュ": "yu", "ョ": "yo", "ヮ": "wa"}
# fmt: on
_MORAS |= {
    kana + small: sound[:-1] + vowel
    for kana, sound in tuple(_MORAS.items())
    if len(kana) == 1 and kana not in "アイウエオァィゥェォャュョヮン" and len(sound) == 2
    for small, vowel in _SMALL.items()
}
_FOREIGN = {"フ": "f", "シ": "sh", "チ": "ch", "ジ": "j", "ヂ": "j", "ツ": "ts"}
_MORAS |= {k + small: c + vowel for k, c in _FOREIGN.items() for small, vowel in _SMALL.items() if len(vowel) == 1}
_MORAS |= {"ウ" + small: "w" + vowel for small, vowel in _SMALL.items() if len(vowel) == 1}
_MORAS |= {"イ" + small: "y" + vowel for small, vowel in _SMALL.items() if len(vowel) == 1}
_KANA = re.compile(r"ッ*(?:" + "|".join(sorted(map(re.escape, _MORAS), key=len, reverse=True)) + r")ー*|[ッー]")
_HAS_KANA = re.compile(r"[ァ-ヺ]")
_NOT_LETTERS = re.compile(r"[^a-z]+")
#: Macrons and circumflexes are long vowels; they are doubled before accents are taken off.
_LONG = str.maketrans(
    {"ā": "aa", "â": "aa", "ī": "ii", "î": "ii", "ū": "uu", "û": "uu", "ē": "ee", "ê": "ee", "ō": "oo", "ô": "oo"}
)
#: What must stand in a key for the fold to be tried, the pattern, its plain form; in this order, again and again.
_SOUNDS = (
    ("l", r"l", "r"), ("v", r"v", "b"), ("q", r"q", "k"), ("ph", r"ph", "f"), ("c", r"c(?![chy])", "k"),
    ("c", r"tch|cch|ccy", "tch"), ("x", r"x", "kus"),
    ("shy", r"shy", "sh"), ("chy", r"chy", "ch"), ("jy", r"jy", "j"), ("cy", r"cy", "ch"),
    ("sy", r"sy(?=[aeou])", "sh"), ("si", r"si", "shi"), ("ssh", r"ssh", "ssh"), ("ty", r"ty(?=[aeou])", "ch"),
    ("ti", r"ti", "chi"), ("tch", r"tch", "cch"),
    ("tu", r"tu", "tsu"), ("hu", r"(?<![sc])hu", "fu"), ("y", r"(?:z|d)y(?=[aeou])", "j"), ("i", r"(?:z|d)i", "ji"),
    ("dj", r"dj", "j"),
    ("d", r"dzu|du", "zu"),
    ("wo", r"wo", "o"), ("m", r"m(?=[bmp])", "n"),
    # oh, ah, uh are long vowels unless the h begins the next sound (Kohei); Ohhashi holds both. aa and ii stay: Latin
    # entries keep them, and Masaaki and Masaki are two names.
    ("h", r"([aou])h(?=h|[^aiueoh]|$)", r"\1"),
    ("o", r"o[ou]+", "o"), ("uu", r"uu+", "u"), ("aaa", r"aaa+", "aa"), ("ee", r"ee+", "e"), ("iii", r"iii+", "ii"),
)  # fmt: skip
_FOLDS = tuple((mark, re.compile(pattern), plain) for mark, pattern, plain in _SOUNDS)


def _spell(match: re.Match[str]) -> str:
    """Return one kana sound in Latin letters, with doubled consonant and lengthened vowel."""
    sound = match.group()
    core = sound.strip("ッー")
    letters = _MORAS.get(core, "")
    if not letters:
        return ""
    doubled = letters[0] if sound[0] == "ッ" and letters[0] not in "aiueon" else ""
    return doubled + letters + letters[-1] * (len(sound) - len(sound.rstrip("ー")))


@lru_cache(maxsize=1 << 18)
def romaji_key(text: str) -> str | None:
    """Return the folded romaji key of a name or a part of one.

    Accepts hiragana, katakana (any width), Latin letters with or without accents, and mixtures; spaces, hyphens and
    apostrophes are passed over. The key is lower-case ASCII letters, and its own key.

    Returns:
        the key, or None where the text holds kanji or any other letter that has no one reading, or no letter at all.
    """
    folded = katakana(fold_width(text))
    if _HAS_KANA.search(folded):
        folded = _KANA.sub(_spell, folded)
    folded = strip_accents(folded.lower().translate(_LONG))
    if any(unicodedata.category(mark).startswith("L") for mark in folded if not mark.isascii()):
        return None
    key = _NOT_LETTERS.sub("", folded)
    for _turn in range(6):
        before = key
        for mark, pattern, plain in _FOLDS:
            if mark in key:
                key = pattern.sub(plain, key)
        if key == before:
            break
    return key or None


@lru_cache(maxsize=1 << 18)
def exact_kana(text: str) -> str | None:
    """Return a name typed in kana as katakana with its vowel lengths (オノ, オオノ), or None if it is not all kana.

    ー is written out as the vowel it lengthens, ヂ and ヅ as ジ and ズ, so that only what is heard differs.
    """
    folded = katakana(fold_width(text)).replace(" ", "").replace("・", "").lstrip("ー")
    if not folded or not _ALL_KANA.fullmatch(folded):
        return None
    while (at := folded.find("ー")) > 0:
        vowel = (_MORAS.get(folded[at - 1]) or "-")[-1]
        folded = folded[:at] + _VOWELS.get(vowel, "") + folded[at + 1 :]
    return folded.translate(_HEARD)


_ALL_KANA = re.compile(r"[ァ-ヺー]+")
_VOWELS = {"a": "ア", "i": "イ", "u": "ウ", "e": "エ", "o": "ウ"}
_HEARD = str.maketrans("ヂヅヲヰヱ", "ジズオイエ")
