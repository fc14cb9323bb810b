"""A page's commands, run as a reader runs them: one shell from the page's top to its end, in a home of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

from tests.docs.pages import DOCS, ROOT
from tests.loaded import HANGS, load

if TYPE_CHECKING:
    from pathlib import Path

    from tests.docs.pages import Block, Page


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
            timeout=HANGS, check=False,
        )  # fmt: skip
        told = f"{name} ended with {done.returncode}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
        assert done.returncode == 0, told
        said = _plain(done.stdout)
        for block in page.blocks:
            missing = [line for line in block.text.splitlines() if block.mark == "shown" and _plain(line) not in said]
            assert not missing, f"{name}, line {block.line}: not shown: {missing}\n{done.stdout}"
        self._keep(name)

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
        }

    def _new_folder(self) -> None:
        """Make the folder that a reader stands in: a clone, as far as pages speak of one."""
        self._folder.mkdir()
        (self._folder / "soken").symlink_to(self.root / "soken")
        (self._folder / "docs").symlink_to(DOCS)

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


def _script(page: Page) -> str:
    """Return a page's commands as one script, which says where it is."""
    shown = [one for one in page.blocks if one.is_shell and one.mark != "not run"]
    return "\n".join(f"echo '# {page.name}, line {one.line}' >&2\n{_part(one)}" for one in shown)


def _part(block: Block) -> str:
    """Return a block's commands; those of one that must fail are held to the code that it says."""
    if block.mark != "ends":
        return block.text
    return (
        f"code=0; ( {block.text.rstrip()}\n) || code=$?\n"
        f'[ "$code" = {block.said} ] || {{ echo "ended with $code instead of {block.said}" >&2; exit 1; }}'
    )
