"""The words of a packet in one language (data: TOML)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from soken.reference.offences import offences

if TYPE_CHECKING:
    from collections.abc import Mapping

    from soken.review.words import Word

#: Words of the mark of a copy.
MARK_WORDS: Final = ("copy", "disclosure", "alone", "taken", "released", "recipient")


@dataclass(frozen=True, slots=True)
class Officer:
    """Somebody who did something, as the installation knows them.

    Attributes:
        name: theirs, '' where nobody entered it.
        role: code of their post.
        force: their force in words, '' for none.
    """

    name: str
    role: str
    force: str = ""


def packet_words(language: str) -> dict[str, str]:
    """Return the words around the sections: "title", "draft", "foot", "hash", "page", and of the mark."""
    return {key: sentence(key, language) for key in ("title", "draft", "foot", "hash", "page", *MARK_WORDS)}


def sentence(key: str, language: str) -> str:
    """Return a sentence of the file in "ja", else in English."""
    return _said(_file()[key], language)


class Sayer:
    """Says words in one language.

    Args:
        language: "ja" or "en".
        people: user name → who that is; who is not among them stands under the name alone.
    """

    def __init__(self, language: str, people: Mapping[str, Officer] = MappingProxyType({})) -> None:
        self.language = language
        self._people = people
        self.nothing = self.said("empty", "none")
        self.between = self.said("empty", "between")

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

    def person(self, username: str) -> str:
        """Return who somebody is: name and post, the user name as an addition."""
        known = self._people.get(username)
        if known is None:
            return username
        post = {"role": self.said("posts", known.role), "force": known.force, "user": username if known.name else ""}
        told = self.between.join(text for text in post.values() if text)
        return self.said("empty", "person").format(name=known.name or username, post=told)

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
