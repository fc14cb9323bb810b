"""In which language commands spoke: what of their words is English, and walks through many of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tests.commands.installations import Done, Installation

JAPANESE: Final = re.compile(r"[ぁ-んァ-ン一-龠]")
#: Two English words beside each other are a sentence, or a part of one; what commands are called is none.
_ENGLISH: Final = re.compile(r"[A-Za-z]{2,} [a-z]{2,}[^\n]*")
_COMMAND: Final = re.compile(
    r"soken( [a-z-]+)+( NUMBER)?( [A-Z]-[\w-]+(:\d+)?)*( --[a-z-]+( [\w./-]+)?)*|Operation Tanuki"
    r"|Tanaka Yui|<int range>|command( [a-z-]+)+|--to age1…|[0-9a-f]{4}( [0-9a-f]{4}){4}"
)


def whole(done: Done) -> str:
    """Return all that a command said."""
    return done.out + done.err


def english(text: str) -> list[str]:
    """Return what is English in what a command said."""
    return _ENGLISH.findall(_COMMAND.sub("", text))


def walk(side: Installation, *steps: tuple[str, int, tuple[object, ...]]) -> dict[str, list[str]]:
    """Run commands as users, each to its exit code; return what is English in what they said, and who said no Japanese.

    A command that has nothing to say but codes and names says so by a dash before its user.
    """
    found: dict[str, list[str]] = {}
    for by, code, words in steps:
        said = whole(side(*words, by=by.removeprefix("-"), code=code))
        if wrong := english(said):
            found[" ".join(map(str, words))] = wrong
        elif not by.startswith("-") and not JAPANESE.search(said):
            found[" ".join(map(str, words))] = [said or "nothing"]
    return found
