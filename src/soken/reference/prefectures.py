"""The 47 prefectures and their names (``prefectures.csv``: JIS X 0401, ISO 3166-2:JP)."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib import resources

from soken.core.errors import DamagedStoreError


@dataclass(frozen=True, slots=True)
class Prefecture:
    """A prefecture.

    Attributes:
        code: JIS X 0401 code, '01' to '47'.
        ja: its name in Japanese.
        en: its name in English, without "Prefecture".
    """

    code: str
    ja: str
    en: str


@cache
def prefectures() -> dict[str, Prefecture]:
    """Return code → prefecture, in the order of the codes.

    Raises:
        DamagedStoreError: the file that ships with Soken does not hold the codes 01 to 47, each once.
    """
    text = resources.files("soken.reference").joinpath("prefectures.csv").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    table = [Prefecture(**row) for row in csv.DictReader(lines)]
    if [one.code for one in table] != [f"{number:02d}" for number in range(1, 48)]:
        raise DamagedStoreError("prefectures.csv does not list the codes 01 to 47 in order; reinstall Soken.")
    return {one.code: one for one in table}


def prefecture_name(code: str, language: str) -> str:
    """Return a prefecture's name.

    Args:
        code: JIS code, or the name of a region elsewhere, which is returned as it is.
        language: "ja" for Japanese, anything else for English.
    """
    found = prefectures().get(code)
    if found is None:
        return code
    return found.ja if language == "ja" else found.en
