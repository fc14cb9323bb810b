"""The words of explanations (``phrases.toml``), in both languages, loaded and checked."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

from soken.core.errors import DamagedStoreError
from soken.resolve.levels import COMPARISONS

LANGUAGES = ("en", "ja")


@cache
def _load() -> dict[str, dict[str, dict[str, str]]]:
    """Return section → key → language → words; every level has words in both languages.

    Raises:
        DamagedStoreError: a level is without words.
    """
    table: dict[str, dict[str, dict[str, str]]] = tomllib.loads(
        files("soken.resolve").joinpath("phrases.toml").read_text("utf-8")
    )
    for comparisons in COMPARISONS.values():
        for comparison in comparisons:
            for level in ("noun", *(level.name for level in comparison.levels)):
                words = table.get(comparison.name, {}).get(level, {})
                if not all(words.get(language) for language in LANGUAGES):
                    raise DamagedStoreError(
                        f"phrases.toml has no words for {comparison.name}.{level}; reinstall Soken."
                    )
    return table


def words(section: str, key: str, locale: str) -> str:
    """Return the words for a key of a section in a language ("ja", else English)."""
    return _load()[section][key]["ja" if locale == "ja" else "en"]


def sentence(locale: str) -> str:
    """Return the pattern of one reason, with {text}, {left}, {right}, {weight}."""
    pattern: dict[str, object] = dict(_load()["sentence"])
    return str(pattern["ja" if locale == "ja" else "en"])
