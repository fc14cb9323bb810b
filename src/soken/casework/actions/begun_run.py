"""What a run had finished when it was cut off, so that the next one goes on from there.

A worker that is stopped, a machine that goes down: of a long list everything would have to be done again. Two points
are worth keeping, the records of the lists and the whole run before its persons are loaded. Each is kept under what it
was made from; only a run of exactly the same, by these very versions, takes it, and what nobody takes is removed by the
next. An erasure removes it in any case.
"""

from __future__ import annotations

import json
import os
import shutil
from typing import TYPE_CHECKING, Any, Final

from soken.core.hashing import file_sha256
from soken.core.vault import copy_open, encrypt_tables, has_key

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from soken.core.home import Home

_ACCOUNT: Final = "begun.json"


class BegunRun:
    """What is kept of an operation's run until it is shown; whoever uses it is the only one that resolves.

    Args:
        home: the installation's folders.
        slug: the operation's.
    """

    def __init__(self, home: Home, slug: str) -> None:
        self._home = home
        self._folder = home.begun / slug

    def keep(self, made_from: Mapping[str, Any], built: Path) -> None:
        """Keep what is finished instead of what was kept before; encrypted where the store is.

        Args:
            made_from: everything that it depends on, as JSON has it.
            built: the folder in which the run is made; its files are not copied, and none of them is written to again.
        """
        with self._home.stage() as staged:
            files = _files_of(built)
            for name in files:
                (staged / name).parent.mkdir(parents=True, exist_ok=True)
                _lay_file(built / name, staged / name)
            if not has_key(staged):
                encrypt_tables(staged)
            account = {"made_from": made_from, "files": {name: file_sha256(staged / name) for name in files}}
            (staged / _ACCOUNT).write_text(json.dumps(account), "utf-8")
            self.forget()
            self._folder.parent.mkdir(mode=0o700, exist_ok=True)
            os.rename(staged, self._folder)  # noqa: PTH104 (refuses a folder that is there and not empty)

    def holds(self, made_from: Mapping[str, Any]) -> bool:
        """Tell whether something is kept that was made from just this, every byte of it as it was written.

        After a power cut a file may be there and hold nothing; then there is nothing to go on from.
        """
        account = self._account()
        return account.get("made_from") == made_from and all(
            (self._folder / name).is_file() and file_sha256(self._folder / name) == digest
            for name, digest in account["files"].items()
        )

    def lay(self, into: Path, *, as_it_is: bool = False) -> None:
        """Lay what is kept into the empty folder in which a run is made; ask first whether it `holds`.

        Args:
            into: the folder.
            as_it_is: leave encrypted what is; else the files are open, for what comes next to read.

        Raises:
            EnvironmentProblemError: it is encrypted, and no key or another one is named.
            DamagedStoreError: a file does not open with its key.
        """
        for name in self._account().get("files", ()):
            (into / name).parent.mkdir(parents=True, exist_ok=True)
            if as_it_is:
                _lay_file(self._folder / name, into / name)
            else:
                copy_open(self._folder / name, into / name)

    def forget(self) -> None:
        """Remove what is kept."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def _account(self) -> dict[str, Any]:
        """Return what is kept and what from; nothing where none is, or it did not reach the disk."""
        try:
            account = json.loads((self._folder / _ACCOUNT).read_bytes())
        except (FileNotFoundError, ValueError):
            return {}
        return account if isinstance(account, dict) and account.keys() == {"made_from", "files"} else {}


def _lay_file(path: Path, target: Path) -> None:
    """Have a file stand in another place too; copied where the disk knows no links (some shares and object stores)."""
    try:
        os.link(path, target)
    except OSError:
        shutil.copy2(path, target)


def _files_of(folder: Path) -> list[str]:
    """Return the files of a run, by their names in its folder."""
    return sorted(one.relative_to(folder).as_posix() for one in folder.rglob("*") if one.is_file())
