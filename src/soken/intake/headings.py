"""What a heading means, by a list of the words that shops use (``headings.toml``)."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import cache
from pathlib import Path
from typing import Final

from soken.core.fields import FIELDS

_FILE: Final = Path(__file__).with_name("headings.toml")
_LEFT_OUT: Final = re.compile(r"[\s\W_]+")


def fold_heading(heading: str) -> str:
    """Return a heading as it is looked up: NFKC, lower case, without spaces, punctuation and brackets."""
    return _LEFT_OUT.sub("", unicodedata.normalize("NFKC", heading.partition("#")[0]).lower())


def meaning(heading: str) -> tuple[str, float] | None:
    """Return the field that a heading names and how sure that is (0 to 1), or None.

    A word in front of it may say whose the value is: ``配送先電話番号`` is ``ship_phone``.
    """
    words, holder, addressee = _vocabulary()
    folded = fold_heading(heading) or ("〒" if "〒" in heading else "")
    if folded in words:
        return words[folded], 0.95
    for prefix in addressee:
        if folded.startswith(prefix) and (field := words.get(folded[len(prefix) :])):
            shipped = f"ship_{field}"
            return (shipped, 0.9) if shipped in FIELDS else None
    for prefix in holder:
        if folded.startswith(prefix) and (field := words.get(folded[len(prefix) :])):
            return field, 0.9
    return None


@cache
def _vocabulary() -> tuple[dict[str, str], tuple[str, ...], tuple[str, ...]]:
    """Return folded heading → field, and the prefixes of holder and addressee, longest first."""
    data = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    words: dict[str, str] = {}
    for field, headings in data["fields"].items():
        for heading in headings:
            folded = fold_heading(heading) or heading
            if words.setdefault(folded, field) != field:
                raise ValueError(f"{_FILE.name}: {heading!r} stands for both {words[folded]!r} and {field!r}")
    prefixes = {
        whose: tuple(sorted((fold_heading(one) for one in data["prefixes"][whose]), key=len, reverse=True))
        for whose in ("holder", "addressee")
    }
    return words, prefixes["holder"], prefixes["addressee"]
