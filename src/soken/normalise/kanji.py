"""Variant kanji folded to one form, so that 髙橋 meets 高橋 and 渡邉 meets 渡辺.

The fold is a matching key, never a correction: what was typed stays beside it. It joins forms of one character
(joyokanji's table of old forms, the surname variants of ``data/variants.csv``, the simplified forms of China of
``data/simplified.csv``), and leaves different names different: 佐藤/斉藤, 太田/大田, 荻原/萩原, 菊地/菊池, 阿部/安部.
"""

from __future__ import annotations

import csv
import json
import re
from functools import cache
from importlib.resources import files

from soken.core.errors import DamagedStoreError
from soken.normalise.width import fold_width

_REPEATED = re.compile(r"([\u3400-\u9fff\U00020000-\U0003ffff])(?:\1|〻)")


@cache
def _table() -> dict[int, str]:
    """Return the translation table: every variant's code to its final form.

    Raises:
        DamagedStoreError: our files map a character to two forms or round in a circle.
    """
    config = files("joyokanji").joinpath("config")
    forms: dict[str, str] = {}
    for name in ("kanji.json", "variants.json"):
        pairs = json.loads(config.joinpath(name).read_text(encoding="utf-8"))
        forms |= {old: new for old, new in pairs.items() if old != new and len(old) == len(new) == 1}
    seen: set[str] = set()
    for variant, plain in _own_variants():
        if variant in seen:
            raise DamagedStoreError(f"variants.csv or simplified.csv maps {variant} twice; reinstall Soken.")
        seen.add(variant)
        forms[variant] = plain
    return {ord(variant): _final(variant, forms) for variant in forms}


@cache
def _variant() -> re.Pattern[str]:
    """Return the pattern of one variant character."""
    return re.compile("[" + "".join(re.escape(chr(code)) for code in _table()) + "]")


def _own_variants() -> list[tuple[str, str]]:
    """Return the pairs of ``variants.csv`` and ``simplified.csv``."""
    data = files("soken.normalise").joinpath("data")
    texts = [data.joinpath(name).read_text(encoding="utf-8") for name in ("variants.csv", "simplified.csv")]
    return [
        (variant, row["plain"])
        for text in texts
        for row in csv.DictReader(line for line in text.splitlines() if line and not line.startswith("#"))
        for variant in row["variants"]
        if variant != row["plain"]
    ]


def _final(character: str, forms: dict[str, str]) -> str:
    """Follow a chain of variants (齊 → 斉 → 斎) to its end."""
    for _step in range(8):
        if character not in forms:
            return character
        character = forms[character]
    raise DamagedStoreError(f"variants.csv leads {character} round in a circle; reinstall Soken.")


def fold_kanji(text: str) -> str:
    """Return a text in one width (`fold_width`) with every variant kanji in its plain form.

    Accepts any text. Small ヶ and ヵ become ケ and カ, a kanji written twice becomes 佐々 as it is usually written. The
    result is as long as the text in one width; applying it twice gives the same.
    """
    folded = fold_width(text)
    if folded.isascii():
        return folded
    # Most texts hold no variant and no kanji twice; looking is much faster than translating.
    if _variant().search(folded):
        folded = folded.translate(_table())
    return _REPEATED.sub(r"\1々", folded) if _REPEATED.search(folded) else folded
