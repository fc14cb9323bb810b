"""Titles become opaque codes: the only place where a title is looked at, and it is not kept.

The code book of an operation maps a keyed hash of the item's key (the shop's product id, else its title) to
``ITEM-0001``, ``ITEM-0002``, … in the order in which items first appear. The key of the hash is this installation's
secret, so that nobody can try titles against the book. An item that had a code in the installation that exported it
keeps that code, unless it is another item's here.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
import unicodedata
from typing import TYPE_CHECKING

from soken.core.origin import code_in

if TYPE_CHECKING:
    from pathlib import Path

    from soken.core.home import Home


class CodeBook:
    """The codes of one operation's items; kept only by `save`.

    Args:
        home: the installation's folders.
        operation_slug: short name of the operation.
    """

    def __init__(self, home: Home, operation_slug: str) -> None:
        self._path = home.operations / operation_slug / "items.jsonl"
        self._secret = _secret(home.keys / "items.key")
        self._codes: dict[str, str] = {}
        self._seen: dict[str, str | None] = {}
        self._used: set[str] = set()
        if self._path.exists():
            with self._path.open(encoding="ascii") as lines:
                for line in lines:
                    entry = json.loads(line)
                    self._codes[entry["hmac"]] = entry["code"]
        self._used.update(self._codes.values())

    def code(self, key: str | None) -> str | None:
        """Return the code of an item by its key as typed; None for no key or a blank one."""
        if key is None:
            return None
        try:
            return self._seen[key]
        except KeyError:
            code = self._seen[key] = self._look_up(key)
            return code

    def _look_up(self, key: str) -> str | None:
        """Return the code of a key met for the first time in this reading."""
        folded = " ".join(unicodedata.normalize("NFKC", key).split())
        if not folded:
            return None
        digest = hmac.new(self._secret, folded.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()
        if digest not in self._codes:
            before = code_in(folded)
            self._codes[digest] = before if before and before not in self._used else self._next()
            self._used.add(self._codes[digest])
        return self._codes[digest]

    def _next(self) -> str:
        """Return the next code that no item has."""
        number = len(self._codes) + 1
        while (code := f"ITEM-{number:04d}") in self._used:
            number += 1
        return code

    def save(self) -> None:
        """Write the book in place of the old one, in one step."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        part = self._path.with_suffix(".part")
        with part.open("w", encoding="ascii") as stream:
            for digest, code in self._codes.items():
                stream.write(json.dumps({"hmac": digest, "code": code}) + "\n")
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(self._path)


def _secret(path: Path) -> bytes:
    """Return the secret in ``path``; made, readable by this user only, if there is none."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_bytes()
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(secrets.token_bytes(32))
        stream.flush()
        os.fsync(stream.fileno())
    return path.read_bytes()
