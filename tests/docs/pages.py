"""The pages of the documentation as their tests see them: blocks that are run, files that a page gives, and marks.

Marks are comments of Markdown, which no reader of the page is shown. At the head of a page::

    <!-- after: tutorial/first-list.md -->     it goes on in the home and the folder that this page has left
    <!-- same as: tutorial/first-list.md -->   a translation: its commands are the same, and are not run again
    <!-- reads: SAID = MEANT -->               what commands say for something that only the reader has, and what it is
                                               here: text of the shell, where "$port" is a port that is free

between blocks, for what follows::

    <!-- given: NAME -->       `given/NAME.sh` brings about what the page speaks of from here on; where it cannot, since
                               this machine lacks something, the next block is passed over and the test says so loudly
    <!-- at: NAME -->          what follows is typed at this installation, one of those that were given

and in the line before a block (three backquotes)::

    <!-- file: NAME -->        the block is a file that the commands of the page find under this name
    <!-- ends: 5 -->           the command in the block ends with this exit code
    <!-- shown -->             each line of the block was shown by the commands above it
    <!-- serves: ADDRESS -->   the command in the block serves until it is stopped: it is, once the address has answered
"""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
DOCS: Final = ROOT / "docs"
#: Languages of blocks that are commands.
SHELL: Final = frozenset({"sh", "bash", "shell", "console"})

_BLOCK: Final = re.compile(
    r"^(?: *<!--\s*(?P<mark>file|ends|shown|serves|example)(?:: *(?P<said>[^\n]*?))? *-->\n+)?"
    r"^(?P<indent> *)```(?P<language>\S*)\n(?P<text>.*?)^(?P=indent)```$",
    re.M | re.S,
)
_HEAD: Final = re.compile(r"^<!-- (after|same as): (\S+) -->$", re.M)
_READS: Final = re.compile(r"^<!-- reads: (.+?) = (.+) -->$", re.M)
_TURN: Final = re.compile(r"^ *<!-- (?P<mark>given|at): (?P<said>[^\n]+?) -->$", re.M)


@dataclass(frozen=True, slots=True)
class Block:
    """A block between lines of three backquotes.

    Attributes:
        line: of its first line, from 1.
        language: as written, '' for none.
        text: what stands in it.
        mark: "file", "ends", "shown", "serves", or '' for none.
        said: what the mark says.
    """

    line: int
    language: str
    text: str
    mark: str
    said: str

    @property
    def is_shell(self) -> bool:
        """Whether it holds commands."""
        return self.language in SHELL


@dataclass(frozen=True, slots=True)
class Turn:
    """A mark between blocks: what is so from there on.

    Attributes:
        line: where it stands, from 1.
        mark: "given" or "at".
        said: what it names.
    """

    line: int
    mark: str
    said: str


@dataclass(frozen=True, slots=True)
class Page:
    """A page.

    Attributes:
        name: its path below the repository's docs folder, or below the repository.
        text: as written.
        after: the page that it goes on from, '' for none.
        same_as: the page that it translates, '' for none.
        reads: what its commands say for something that only the reader has → what that is here.
        turns: marks between blocks, in order.
        blocks: in order.
    """

    name: str
    text: str
    after: str
    same_as: str
    reads: dict[str, str]
    turns: tuple[Turn, ...]
    blocks: tuple[Block, ...]

    def is_run(self) -> bool:
        """Tell whether any block of it is run."""
        return not self.same_as and any(one.is_shell for one in self.blocks)

    def steps(self) -> list[Turn | Block]:
        """Return commands and turns in the order in which they stand."""
        return sorted([*self.turns, *(one for one in self.blocks if one.is_shell)], key=lambda one: one.line)

    def given(self) -> list[str]:
        """Return what is given, in order."""
        return [one.said for one in self.turns if one.mark == "given"]


def page(path: Path) -> Page:
    """Return a page as its tests see it."""
    text = path.read_text(encoding="utf-8")
    head = dict(_HEAD.findall(text))
    blocks = tuple(
        Block(
            text.count("\n", 0, found.start("text")) + 1,
            found["language"],
            textwrap.dedent(found["text"]),
            found["mark"] or "",
            found["said"] or "",
        )
        for found in _BLOCK.finditer(text)
    )
    name = path.relative_to(DOCS if path.is_relative_to(DOCS) else ROOT).as_posix()
    turns = tuple(Turn(text.count("\n", 0, one.start()) + 1, one["mark"], one["said"]) for one in _TURN.finditer(text))
    reads = dict(_READS.findall(text))
    return Page(name, text, head.get("after", ""), head.get("same as", ""), reads, turns, blocks)


def pages() -> dict[str, Page]:
    """Return every page that users read, by name."""
    paths = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(DOCS.rglob("*.md"))]
    return {one.name: one for one in map(page, paths)}
