"""The commands that a line of a page names, and what it names that there is not."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING, Final

from soken.commands.options import commands

if TYPE_CHECKING:
    from collections.abc import Iterator

COMMANDS: Final = commands()
#: First words of commands that have further ones: "handover", "handover trust".
GROUPS: Final = frozenset(
    " ".join(name.split()[:length]) for name in COMMANDS for length in range(1, len(name.split()))
)
#: What the launcher does before Python is there.
_LAUNCHED: Final = frozenset({"test"})
_LIST: Final = re.compile(r"[a-z-]+([,|\\]+[a-z-]*)*")


def unknown(text: str) -> Iterator[str]:
    """Yield each command, and each option, of a text that ``soken`` does not have."""
    for words in _lines(text):
        names, rest = _parted(words)
        for name in names:
            if name in COMMANDS:
                params = COMMANDS[name].params
                has = {"--help", *(option for one in params for option in (*one.opts, *one.secondary_opts))}
                yield from (f"soken {name} {one}" for one in rest if one[:2] == "--" and one.split("=")[0] not in has)
            elif name not in GROUPS | _LAUNCHED:
                yield f"soken {name}"


def named(text: str) -> set[str]:
    """Return the commands that a text names."""
    return {name for words in _lines(text) for name in _parted(words)[0] if name in COMMANDS}


def _lines(text: str) -> Iterator[list[str]]:
    """Yield the words after ``soken`` of each line that has it."""
    for line in text.replace("\\\n", " ").splitlines():
        at = re.search(r"(?:^|[\s(])(?:\./)?soken (?=[a-z-])", line)
        if at:
            yield shlex.split(line[at.end() :], comments=True)


def _parted(words: list[str]) -> tuple[list[str], list[str]]:
    """Return the commands that words begin with, and the rest; names of one group may be parted by "," or "|"."""
    if words[0].startswith("--"):
        return [""], words
    group, rest = "", words
    while rest and f"{group} {rest[0]}".strip() in GROUPS:
        group, rest = f"{group} {rest[0]}".strip(), rest[1:]
    names: list[str] = []
    while rest and not rest[0].startswith("-") and _LIST.fullmatch(rest[0]):
        told, *rest = rest
        names += [f"{group} {name}".strip() for name in re.split(r"[,|\\]+", told) if name]
        if not told.endswith(","):
            break
    return names or [group], rest
