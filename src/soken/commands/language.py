"""In which language the command line speaks: that of the setting or the locale; to programs always English."""

from __future__ import annotations

import os
import sys
from functools import cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from gettext import GNUTranslations

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
    """Return a text in the language that is on.

    Commands that do without the case database (restore, key make) and the help never start Django; they read its
    catalogue themselves.
    """
    if _is_django_up():
        from django.utils.translation import gettext as translated

        return translated(text)
    return text if spoken_language() == "en" else _catalogue().gettext(text)


def pgettext(context: str, text: str) -> str:
    """Return a text in the language that is on, where the same English words are other words in Japanese.

    Args:
        context: what the words are said of.
        text: the words.
    """
    if _is_django_up():
        from django.utils.translation import pgettext as translated

        return translated(context, text)
    return text if spoken_language() == "en" else _catalogue().pgettext(context, text)


def _is_django_up() -> bool:
    """Tell whether a command has started Django in this process."""
    conf = sys.modules.get("django.conf")
    return conf is not None and bool(conf.settings.configured)


@cache
def _catalogue() -> GNUTranslations:
    """Return the desk's Japanese, read without Django."""
    from gettext import GNUTranslations
    from importlib import resources

    with resources.files("soken.desk").joinpath("locale/ja/LC_MESSAGES/django.mo").open("rb") as file:
        return GNUTranslations(file)


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


def why(problem: OSError) -> str:
    """Return in the language spoken why the machine would not read or write something."""
    return said(problem.strerror or str(problem))
