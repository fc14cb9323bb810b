"""What the layers below the desk say for people in English, said in Japanese on Japanese pages.

Intake and resolve know no page and no reader: their notes, details and errors are English sentences, and many are
kept in the evidence store as they were said. `sentences.toml` holds each sentence in both languages, the parts that
vary in braces; a sentence is recognised by its shape and said anew. What is not recognised stays English, marked so.
"""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

from soken.desk.words import ACQUISITION_WORDS, FIELD_WORDS, page_language

_PART: Final = re.compile(r"\{(\w+)\}")

#: Longest text that is looked up; no sentence of ours comes near, and a text of many lines is somebody else's.
_LONGEST: Final = 4000


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence in both languages.

    Attributes:
        english: with its varying parts in braces.
        japanese: the same sentence with the same parts.
        shape: what texts of the English sentence look like.
    """

    english: str
    japanese: str
    shape: re.Pattern[str]


@cache
def sentences() -> tuple[Sentence, ...]:
    """Return the sentences, in the order in which they are tried.

    Raises:
        ValueError: the Japanese of a sentence names other parts than its English.
    """
    said = tomllib.loads(resources.files("soken.desk").joinpath("sentences.toml").read_text(encoding="utf-8"))
    return tuple(_sentence(one["en"], one["ja"]) for one in said["sentence"])


def _sentence(english: str, japanese: str) -> Sentence:
    """Return a sentence with the pattern that its English makes."""
    if not set(_PART.findall(japanese)) <= set(_PART.findall(english)):
        raise ValueError(f"The Japanese of {english!r} names parts that the English does not have.")
    texts = _PART.split(english)
    pattern = "".join(f"(?P<{text}>.+?)" if at % 2 else re.escape(text) for at, text in enumerate(texts))
    return Sentence(english, japanese, re.compile(pattern, re.DOTALL))


def in_japanese(text: str) -> str | None:
    """Return a sentence of the layers below in Japanese; None where it is none that is known.

    Args:
        text: what intake, resolve or the core said.
    """
    if len(text) > _LONGEST:
        return None
    for one in sentences():
        if found := one.shape.fullmatch(text):
            parts = {name: _part(name, part) for name, part in found.groupdict().items()}
            return one.japanese.format_map(parts)
    return None


def _part(name: str, text: str) -> str:
    """Return a varying part as the Japanese sentence has it: clauses and causes are said anew, fields have names."""
    if name == "why" or name.startswith("clause"):
        return in_japanese(text) or text
    return str(FIELD_WORDS.get(text.strip("'"), text)) if name == "field" else text


def on_this_page(text: str) -> tuple[str, bool]:
    """Return a text in the language of the page, and whether it is in that language.

    Args:
        text: a note, a detail or an error of the layers below; one already said in Japanese comes back as it is.
    """
    if page_language() == "en" or not text.strip() or text.isdecimal():
        return text, True
    if (japanese := in_japanese(text)) is not None:
        return japanese, True
    return text, _is_japanese(text)


def _is_japanese(text: str) -> bool:
    """Tell whether most of a text's words are Japanese: it ends as Japanese sentences do, or holds no Latin word."""
    return text.rstrip().endswith(("。", "？")) or not re.search(r"[A-Za-z]{2,} [a-z]{2,}", text)


def custody_note(note: str) -> str:
    """Return the note of a custody event as a clause: what came with bytes received again is kept as a JSON object."""
    if not note.startswith("{"):
        return note
    try:
        said = json.loads(note)
    except ValueError:
        return note
    if not isinstance(said, dict):
        return note
    words = {name: str(word) for name, word in ACQUISITION_WORDS.items()}
    between, after = ("：", "、") if page_language() == "ja" else (": ", "; ")
    return after.join(
        f"{words[name]}{between}{value}" if name in words else str(value) for name, value in said.items() if value
    )
