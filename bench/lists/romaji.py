"""Katakana to Latin letters, in the spellings that people use for their own names."""

from __future__ import annotations

import re

_KANA = (
    "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモ"
    "ヤユヨラリルレロワヲガギグゲゴザジズゼゾダヂヅデドバビブベボパピプペポヴ"
)
_LATIN = (
    "a i u e o ka ki ku ke ko sa shi su se so ta chi tsu te to na ni nu ne no ha hi fu he ho ma mi mu me mo"
    " ya yu yo ra ri ru re ro wa o ga gi gu ge go za ji zu ze zo da ji zu de do ba bi bu be bo pa pi pu pe po vu"
)
_BASE = dict(zip(_KANA, _LATIN.split(" "), strict=True))
_SMALL_Y = {"ャ": "a", "ュ": "u", "ョ": "o"}
_SMALL_VOWEL = {"ァ": "a", "ィ": "i", "ゥ": "u", "ェ": "e", "ォ": "o"}
_KUNREI = {"shi": "si", "chi": "ti", "tsu": "tu", "fu": "hu", "ji": "zi", "sh": "sy", "ch": "ty", "j": "zy"}
SPELLINGS = ("plain", "passport", "oh", "kunrei", "m")


def syllables(katakana: str) -> list[str]:
    """Return the Hepburn syllables of a katakana name; the long mark repeats the vowel, ``ッ`` doubles what follows."""
    found: list[str] = []
    doubled = False
    for sign in katakana:
        if sign == "ッ":
            doubled = True
            continue
        if sign in _SMALL_Y and found:
            stem = found[-1][:-1]
            found[-1] = stem + ("" if stem in {"sh", "ch", "j"} else "y") + _SMALL_Y[sign]
            continue
        if sign in _SMALL_VOWEL and found:
            found[-1] = found[-1][:-1] + _SMALL_VOWEL[sign]
            continue
        if sign == "ー":
            if found:
                found.append(found[-1][-1])
            continue
        syllable = "n" if sign == "ン" else _BASE.get(sign, "")
        if doubled and syllable:
            syllable = ("t" if syllable.startswith("ch") else syllable[0]) + syllable
            doubled = False
        found.append(syllable)
    return found


def spell(katakana: str, spelling: str = "plain") -> str:
    """Return the name in lower-case Latin letters.

    Args:
        katakana: the reading.
        spelling: ``plain`` (as typed on a keyboard: ou, uu), ``passport`` (long o and u not written), ``oh`` (Satoh),
            ``kunrei`` (si, ti, tu, hu, zi, sya) or ``m`` (passport spelling with m before b, m, p).
    """
    parts = syllables(katakana)
    if spelling == "kunrei":
        parts = [_kunrei(part) for part in parts]
    text = "".join(parts)
    # Only a long vowel is shortened: Inoue stays Inoue, Matsuura stays Matsuura.
    if spelling in {"passport", "m"}:
        text = re.sub(r"(?<=[yhj])uu", "u", re.sub(r"o[uo](?![aeiou])", "o", text))
    if spelling == "oh":
        text = re.sub(r"o[uo](?![aeiou])", "oh", text)
    if spelling == "m":
        for labial in "bmp":
            text = text.replace("n" + labial, "m" + labial)
    return text


def _kunrei(syllable: str) -> str:
    for hepburn, kunrei in _KUNREI.items():
        if hepburn in syllable:
            return syllable.replace(hepburn, kunrei)
    return syllable
