"""The words of a packet in one language (data: TOML)."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from soken.reference.offences import offences

if TYPE_CHECKING:
    from collections.abc import Mapping

    from soken.review.words import Word


def packet_words(language: str) -> dict[str, str]:
    """Return the words around the sections: "title", "draft", "foot", "hash", "page", "copy"."""
    return {key: sentence(key, language) for key in ("title", "draft", "foot", "hash", "page", "copy")}


def sentence(key: str, language: str) -> str:
    """Return a sentence of the file in "ja", else in English."""
    return _said(_file()[key], language)


class Sayer:
    """Says words in one language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.nothing = self.said("empty", "none")

    def said(self, table: str, key: str) -> str:
        """Return a word of a table of the file."""
        return _said(_file()[table][key], self.language)

    def heading(self, key: str) -> str:
        """Return a heading."""
        return self.said("headings", key)

    def note(self, key: str) -> str:
        """Return what one has to know to read a section."""
        return self.said("notes", key)

    def name(self, key: str) -> str:
        """Return what a figure or column is called."""
        return self.said("names", key)

    def head(self, *keys: str) -> tuple[str, ...]:
        """Return the headings of columns."""
        return tuple(self.name(key) for key in keys)

    def value(self, key: str) -> str:
        """Return a stored value in words; one that has none stands for itself."""
        return self.said("values", key) if key in _file()["values"] else key

    def unknown(self, key: str, **values: object) -> str:
        """Return what is open."""
        return self.said("unknown", key).format(**values)

    def coded(self, table: Mapping[str, Word], code: str) -> str:
        """Return a code of one of our tables in words; one that has gone stands for itself."""
        return table[code].said(self.language) if code in table else code

    def offence(self, code: str) -> str:
        """Return a code in words."""
        return offences()[code].said(self.language) if code in offences() else code


def _said(text: Mapping[str, str], language: str) -> str:
    return text["ja" if language == "ja" else "en"]


@cache
def _file() -> dict[str, Any]:
    """Return the words as the file has them."""
    return tomllib.loads(files("soken.refer").joinpath("packet.toml").read_text("utf-8"))
