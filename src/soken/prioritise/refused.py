"""What no factor may ask or read: address area, nationality and the like (R16); a list, not a matter of taste."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from soken.core.errors import BadInputError

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class RefusedInput:
    """Something that must not be asked.

    Attributes:
        code: which.
        en, ja: in words.
        pattern: by what it is recognised, in either language.
    """

    code: str
    en: str
    ja: str
    pattern: re.Pattern[str]


@cache
def refused_inputs() -> tuple[RefusedInput, ...]:
    """Return what must not be asked (``refused_inputs.toml``)."""
    table = tomllib.loads(files("soken.prioritise").joinpath("refused_inputs.toml").read_text("utf-8"))
    return tuple(
        RefusedInput(code, one["en"], one["ja"], _pattern(one["words_en"], one["words_ja"]))
        for code, one in table.items()
    )


def refuse_input(name: str, code: str, texts: Iterable[str]) -> None:
    """Refuse a factor that asks or reads what must not be asked.

    Args:
        name: the file, for the error.
        code: the factor.
        texts: its code, question, hints, answers and what it reads.

    Raises:
        BadInputError: it does; the sentence names the word and the ground.
    """
    for text in texts:
        for one in refused_inputs():
            found = one.pattern.search(text.replace("_", " ").casefold())
            if found:
                raise BadInputError(
                    f"{name}: the factor {code!r} asks for {one.en} ({found[0]!r}), which may not set anybody's "
                    "priority; take the factor out."
                )


def _pattern(english: list[str], japanese: list[str]) -> re.Pattern[str]:
    """Return the pattern of whole English words, beginnings of words ("*"), and parts of Japanese texts."""
    words = [re.escape(one).replace(r"\*", r"\w*") for one in english]
    return re.compile(rf"\b(?:{'|'.join(words)})\b|{'|'.join(map(re.escape, japanese))}")
