"""Surnames that people bear, most of all who live in Japan (japanese-personal-name-dataset, from its package)."""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files


@cache
def surnames() -> frozenset[str]:
    """Return surnames in kanji."""
    text = files("japanese_personal_name_dataset").joinpath("dataset", "last_name_org.csv").read_text(encoding="utf-8")
    return frozenset(row[0] for row in csv.reader(text.splitlines()) if row)
