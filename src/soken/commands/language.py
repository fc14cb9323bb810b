"""In which language the command line speaks: that of the setting or the locale; to programs always English."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

#: What sets the language, in the order in which it is asked: the first that says anything counts.
_SAYS: Final = ("SOKEN_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")


def spoken_language(environment: Mapping[str, str] | None = None, words: Sequence[str] | None = None) -> str:
    """Return "ja" where the setting or the locale is Japanese and a person reads, else "en".

    Args:
        environment: by default this process's.
        words: of the command; by default this process's. With ``--json`` a program reads, and knows English alone.
    """
    said = os.environ if environment is None else environment
    if "--json" in (sys.argv[1:] if words is None else words):
        return "en"
    return "ja" if next((said[one] for one in _SAYS if said.get(one)), "").lower().startswith("ja") else "en"


def language_of(option: str) -> str:
    """Return the language that an option ``--language`` asks for; where it says nothing, the one spoken."""
    return ("ja" if option == "ja" else "en") if option else spoken_language()


def gettext(text: str) -> str:
    """Return a text in the language that is on; Django is loaded only by commands that have started it."""
    from django.utils.translation import gettext as translated

    return translated(text)


def in_words(code: object, words: object) -> str:
    """Return a code in words to who reads Japanese; in English output the code itself, as options take it, stands.

    Args:
        code: as it is stored.
        words: as a page says it, in the language that is on.
    """
    from soken.casework.language import page_language

    return str(words) if page_language() == "ja" else str(code)


def said(sentence: str) -> str:
    """Return what a layer below says in English in the language spoken, where its Japanese is known."""
    if spoken_language() == "en":
        return sentence
    from soken.desk.sentences import in_japanese

    return in_japanese(sentence) or sentence
