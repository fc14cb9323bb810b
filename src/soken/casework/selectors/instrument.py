"""The instrument that this installation uses: its own file in Soken's home, or the one that ships with Soken."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from django.conf import settings

from soken.core.errors import BadInputError
from soken.prioritise.instrument_file import default_instrument, is_shipped, load_instrument, shipped_text

if TYPE_CHECKING:
    from soken.prioritise.instrument import Instrument

#: Where an installation's own instrument stands, in its home.
OWN: Final = ("instruments", "current.toml")


def instrument_in_use() -> Instrument:
    """Return the instrument that counts now.

    Raises:
        BadInputError: the installation's own file is not an instrument that may be used.
    """
    own = Path(settings.HOME.root, *OWN)
    try:
        seen = own.stat()
    except FileNotFoundError:
        return default_instrument()
    return _read(own, seen.st_mtime_ns, seen.st_size)


def targets_in_use() -> Instrument:
    """Return the instrument whose targets count: the one in use, or the shipped one while that cannot be read.

    A damaged file stops assessing. It does not keep a dossier from being opened or a band from being raised: nobody
    waits without a date until somebody mends a file.
    """
    try:
        return instrument_in_use()
    except BadInputError:
        return default_instrument()


def instrument_text() -> str:
    """Return the file of the instrument in use, to begin another one from.

    Raises:
        BadInputError: see `instrument_in_use`.
    """
    own = Path(settings.HOME.root, *OWN)
    return own.read_text("utf-8") if not is_shipped(instrument_in_use()) else shipped_text()


@lru_cache(maxsize=4)
def _read(path: Path, _changed: int, _size: int) -> Instrument:
    """Read a file again only when it has changed."""
    return load_instrument(path)
