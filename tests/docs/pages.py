"""The pages of the documentation as their tests see them: blocks that are run, files that a page gives, and marks.

Marks are comments of Markdown, which no reader of the page is shown. At the head of a page::

    <!-- after: tutorial/first-list.md -->     it goes on in the home and the folder that this page has left
    <!-- same as: tutorial/first-list.md -->   a translation: its commands are the same, and are not run again

and in the line before a block (three backquotes)::

    <!-- file: NAME -->        the block is a file that the commands of the page find under this name
    <!-- ends: 5 -->           the command in the block ends with this exit code
    <!-- shown -->              each line of the block was shown by the commands above it
    <!-- not run: REASON -->   the block cannot be run here; that what it names exists is checked all the same
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
    r"^(?: *<!--\s*(?P<mark>[a-z ]+?)(?:: *(?P<said>[^\n]*?))? *-->\n+)?"
    r"^(?P<indent> *)```(?P<language>\S*)\n(?P<text>.*?)^(?P=indent)```$",
    re.M | re.S,
)
_HEAD: Final = re.compile(r"^<!-- (after|same as): (\S+) -->$", re.M)


@dataclass(frozen=True, slots=True)
class Block:
    """A block between lines of three backquotes.

    Attributes:
        line: of its first line, from 1.
        language: as written, '' for none.
        text: what stands in it.
        mark: "file", "ends", "shown", "not run", or '' for none.
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
class Page:
    """A page.

    Attributes:
        name: its path below the repository's docs folder, or below the repository.
        text: as written.
        after: the page that it goes on from, '' for none.
        same_as: the page that it translates, '' for none.
        blocks: in order.
    """

    name: str
    text: str
    after: str
    same_as: str
    blocks: tuple[Block, ...]

    def is_run(self) -> bool:
        """Tell whether any block of it is run."""
        return not self.same_as and any(one.is_shell and one.mark != "not run" for one in self.blocks)


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
    return Page(name, text, head.get("after", ""), head.get("same as", ""), blocks)


def pages() -> dict[str, Page]:
    """Return every page that users read, by name."""
    paths = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(DOCS.rglob("*.md"))]
    return {one.name: one for one in map(page, paths)}
