"""A page's commands, run as a reader runs them: one shell from the page's top to its end, in a home of its own."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from tests.docs.pages import DOCS, ROOT
from tests.loaded import HANGS, load

if TYPE_CHECKING:
    from tests.docs.pages import Block, Page, Turn

#: What a page ends with whose commands ran, but for some that ask for what this machine lacks.
LACKS: Final = 77
#: What scripts find: `at`, `served`, `lacks` and the like.
_WORDS: Final = Path(__file__).with_name("words.sh")
#: What can be given, a script each.
GIVEN: Final = Path(__file__).with_name("given")


class Reader:
    """Somebody who follows pages: has ``soken``, a folder with a clone's ``docs``, and a home.

    Attributes:
        root: a folder of the reader's own.
        home: what the commands of the page that was run last have left.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.home, self._folder, self._kept = root / "home", root / "folder", root / "kept"
        self._kept.mkdir()
        self._loaded = load(root, self._environment(), self.home)
        self._new_folder()
        self._keep("")

    def close(self) -> None:
        """End the loaded command."""
        self._loaded.terminate()
        self._loaded.wait()

    def follow(self, pages: dict[str, Page], name: str) -> None:
        """Run a page's blocks, after those of the page that it goes on from; each page is run once.

        Raises:
            AssertionError: a command failed; what it said stands in the message.
            Skipped: some blocks ask for what this machine lacks; the others ran.
            Failed: the same, where everything has to be there.
        """
        if (self._kept / _flat(name)).exists():
            return
        page = pages[name]
        if page.after:
            self.follow(pages, page.after)
        self._bring_back(page.after)
        for block in page.blocks:
            if block.mark == "file":
                (self._folder / block.said).write_text(block.text, encoding="utf-8")
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", _script(page)],
            cwd=self._folder, env=self._environment(), stdin=subprocess.DEVNULL, capture_output=True, text=True,
            timeout=3 * HANGS, check=False,  # of many commands, and servers beside them
        )  # fmt: skip
        told = f"{name} ended with {done.returncode}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
        assert done.returncode in {0, LACKS}, told
        said = _plain(done.stdout)
        for block in page.blocks:
            missing = [line for line in block.text.splitlines() if block.mark == "shown" and _plain(line) not in said]
            assert not missing, f"{name}, line {block.line}: not shown: {missing}\n{done.stdout}"
        self._keep(name)
        if done.returncode == LACKS:
            _tell_loudly(f"NOT ALL OF {name} WAS RUN: {done.stderr.splitlines()[-1]}")

    def _environment(self) -> dict[str, str]:
        """Return what a reader's shell has; nothing of whoever runs the tests leaks in."""
        return {
            "PATH": os.pathsep.join((str(self.root), os.environ["PATH"])),
            "PYTHONPATH": os.pathsep.join((str(ROOT / "src"), str(ROOT))),
            "HOME": str(self.root),
            "SOKEN_HOME": str(self.home),
            "LANG": "C.UTF-8",
            "TZ": "Asia/Tokyo",
            "COLUMNS": "100",
            "ROOT": str(ROOT),
            "GIVEN": str(GIVEN),
            "python": sys.executable,
            "port": str(_free_port()),
        }

    def _new_folder(self) -> None:
        """Make the folder that a reader stands in: a clone, as far as pages speak of one."""
        self._folder.mkdir()
        (self._folder / "soken").symlink_to(self.root / "soken")
        (self._folder / "docs").symlink_to(DOCS)
        (self._folder / "requirements").symlink_to(ROOT / "requirements")
        (self._folder / ".venv").symlink_to(sys.prefix)

    def _keep(self, name: str) -> None:
        """Keep home and folder as they are, for pages that go on from here."""
        for one in (self.home, self._folder):
            shutil.copytree(one, self._kept / _flat(name) / one.name, symlinks=True)

    def _bring_back(self, name: str) -> None:
        """Bring back home and folder as a page has left them."""
        for one in (self.home, self._folder):
            shutil.rmtree(one)
            shutil.copytree(self._kept / _flat(name) / one.name, one, symlinks=True)


def _flat(name: str) -> str:
    """Return a page's name as a folder's."""
    return name.replace("/", "-") or "nothing"


def _plain(text: str) -> str:
    """Return a text without its layout."""
    return " ".join(text.split())


def _free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _tell_loudly(reason: str) -> None:
    """Skip, or fail where everything has to be there."""
    if os.environ.get("SOKEN_REQUIRE_ALL") == "1":
        pytest.fail(f"SOKEN_REQUIRE_ALL=1, and {reason}")
    pytest.skip(reason)


def _script(page: Page) -> str:
    """Return a page's commands as one script, which says where it is."""
    steps = (f"echo '# {page.name}, line {one.line}' >&2\n{_part(one, page.reads)}" for one in page.steps())
    return "\n".join([f". {_WORDS}", *steps, "done_with_the_page"])


def _part(step: Block | Turn, reads: dict[str, str]) -> str:
    """Return a step's commands; those of a block that must fail are held to the code that it says.

    Args:
        step: a block of commands, or a mark between blocks.
        reads: what the page says → what is meant here.
    """
    if step.mark == "given":
        return f'lacking=""; . "$GIVEN/{step.said.replace(" ", "-")}.sh"'
    if step.mark == "at":
        return f"at {step.said}"
    commands = step.text
    for said, meant in reads.items():
        commands = commands.replace(said, meant)
    if step.mark == "serves":
        commands = f"served \"{step.said}\" <<'SOKEN'\n{commands}SOKEN\n"
    if step.mark == "ends":
        commands = (
            f"code=0; ( {commands.rstrip()}\n) || code=$?\n"
            f'[ "$code" = {step.said} ] || {{ echo "ended with $code instead of {step.said}" >&2; exit 1; }}'
        )
    return f'if [ -z "$lacking" ]; then\n{commands}\nfi'
