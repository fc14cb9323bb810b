"""A secret of this installation in a file of its own, made at the first use."""

from __future__ import annotations

import os
import secrets
from typing import TYPE_CHECKING, Final

from soken.core.errors import DamagedStoreError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_KEY: Final = 32


def kept_key(path: Path) -> bytes:
    """Return the 32 bytes that a file holds as hexadecimal digits; made whole and once, whoever else makes it too.

    Raises:
        DamagedStoreError: the file holds something else.
    """
    try:
        key = bytes.fromhex(kept_text(path, lambda: secrets.token_hex(_KEY)))
    except ValueError as damaged:
        raise _damaged(path) from damaged
    if len(key) != _KEY:
        raise _damaged(path)
    return key


def kept_text(path: Path, make: Callable[[], str]) -> str:
    """Return what a key file holds; made whole and once, readable by its user only, whoever else makes it too.

    Args:
        path: the file.
        make: what to write where it is not there yet.
    """
    if not path.exists():
        made = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
        descriptor = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as stream:
            stream.write(make())
            stream.flush()
            os.fsync(stream.fileno())
        try:
            os.link(made, path)
        except FileExistsError:
            pass  # another process was first: its key counts
        finally:
            made.unlink()
    return path.read_text(encoding="ascii").strip()


def _damaged(path: Path) -> DamagedStoreError:
    """Return the refusal of a key file that holds no key."""
    return DamagedStoreError(f"The key file {path} does not hold a key; restore it from a backup of the home's keys.")
