"""The commands that a text names, and the lines in which it does."""

from __future__ import annotations

import re
import shlex
from typing import Final

from soken.commands.options import commands

COMMANDS: Final = commands()
#: First words of commands that have further ones: "handover", "handover trust".
GROUPS: Final = frozenset(
    " ".join(name.split()[:length]) for name in COMMANDS for length in range(1, len(name.split()))
)
_COMMAND: Final = re.compile(r"(?:^|[\s/(])soken (?=[a-z-])")


def lines(text: str) -> list[str]:
    """Return what follows ``soken`` in each line that has it, its words parted by one space, in order."""
    found = []
    for line in text.replace("\\\n", " ").splitlines():
        at = _COMMAND.search(line)
        if at:
            found.append(" ".join(line[at.end() :].split()))
    return found


def command_of(line: str) -> str | None:
    """Return the command that a line begins with, as its words without ``soken``; None where there is none."""
    words = shlex.split(line, comments=True)
    names = (" ".join(words[:most]) for most in (3, 2, 1))
    return next((name for name in names if name in COMMANDS), None)


def named(text: str) -> set[str]:
    """Return the commands that a text names, one a line."""
    return {name for line in lines(text) if (name := command_of(line))}
