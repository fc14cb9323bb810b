"""Looking for values in every file of a home: as bytes in every encoding, inside Parquet, and inside archives.

What cannot be looked into (an encrypted backup) is named: a proof that passes something over in silence is none.
"""

from __future__ import annotations

import gzip
import io
import json
import tarfile
import zipfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, quote_plus

from soken.core.age_file import MAGIC
from soken.core.duck import at, connect
from soken.core.errors import SokenError
from soken.core.vault import KEY, opened

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

#: Encodings in which seized files and databases hold text.
ENCODINGS: Final = ("utf-8", "cp932", "euc_jp", "iso2022_jp", "utf-16-le", "utf-16-be", "latin-1")
_CHUNK: Final = 8 * 1024 * 1024
_DEEPEST: Final = 4


@dataclass(slots=True)
class Traces:
    """What was found.

    Attributes:
        places: where a value still is, each with the value's number in the list.
        looked: how many files, tables and members were looked into.
        closed: what could not be looked into.
    """

    places: list[tuple[str, int]] = field(default_factory=list)
    looked: int = 0
    closed: list[str] = field(default_factory=list)


class Values:
    """The values looked for, as every sequence of bytes that they can stand as."""

    def __init__(self, values: Sequence[str]) -> None:
        self.texts = [one for one in values if one.strip()]
        self._needles: list[tuple[bytes, int]] = []
        for number, text in enumerate(self.texts):
            self._needles += [(needle, number) for needle in _written(text)]
        self.longest = max((len(needle) for needle, _number in self._needles), default=1)

    def in_bytes(self, data: bytes) -> set[int]:
        """Return the numbers of the values that stand in some bytes."""
        return {number for needle, number in self._needles if needle in data}

    def in_text(self, text: str) -> set[int]:
        """Return the numbers of the values that stand in a text."""
        return {number for number, one in enumerate(self.texts) if one in text}


def _written(text: str) -> set[bytes]:
    """Return a text in every encoding that can hold it, as JSON escapes it, and as addresses do."""
    found = {json.dumps(text)[1:-1].encode(), quote(text, safe="").encode(), quote_plus(text).encode()}
    for encoding in ENCODINGS:
        try:
            found.add(text.encode(encoding))
        except UnicodeEncodeError:
            continue
    return found


def look_through(root: Path, values: Values, *, but: Iterable[Path] = ()) -> Traces:
    """Look for values in every file below a folder.

    Args:
        root: the folder.
        values: what is looked for.
        but: files to pass over: the list of the values itself.
    """
    found, passed = Traces(), {one.resolve() for one in but}
    for path in sorted(root.rglob("*")):
        if path.is_file() and not path.is_symlink() and path.resolve() not in passed:
            name = path.relative_to(root).as_posix()
            _look_into(path, name, values, found)
    return found


def _look_into(path: Path, name: str, values: Values, found: Traces) -> None:
    """Look into one file."""
    found.looked += 1
    try:
        # A file of the store under the key that is named; anything else that is encrypted stays closed.
        opening = opened(path)
    except SokenError:
        found.closed.append(name)
        return
    with opening as stream:
        head = stream.read(64)
        stream.seek(0)
        before = b""
        numbers: set[int] = set()
        while chunk := stream.read(_CHUNK):
            numbers |= values.in_bytes(before + chunk)
            before = chunk[-values.longest :]
    found.places += [(name, number) for number in sorted(numbers)]
    if head.startswith(MAGIC) and path.name != KEY:
        # A backup, or a file under a key that is gone or not named; key files hold keys alone.
        found.closed.append(name)
    elif head.startswith(b"%PDF"):
        # Its text is packed, and written by the numbers of its letters.
        found.closed.append(name)
    elif head.startswith(b"PAR1"):
        found.places += [(f"{name} (decoded)", number) for number in sorted(_in_parquet(path, values))]
    elif head[:2] == b"\x1f\x8b" or head[:4] == b"PK\x03\x04" or path.suffix in {".tar", ".tgz"}:
        for member, data in _members(_whole(path), name, 0, found):
            found.looked += 1
            found.places += [(member, number) for number in sorted(values.in_bytes(data))]


def _whole(path: Path) -> bytes:
    """Return what was written into a file."""
    with opened(path) as stream:
        return stream.read()


def _in_parquet(path: Path, values: Values) -> set[int]:
    """Return the numbers of the values that stand in any cell of a Parquet file."""
    numbers: set[int] = set()
    with connect() as con:
        con.execute("select t::varchar from read_parquet($p) t", {"p": at(path)})
        while rows := con.fetchmany(10_000):
            numbers |= values.in_text("\n".join(row[0] or "" for row in rows))
    return numbers


def _members(data: bytes, name: str, depth: int, found: Traces) -> Iterator[tuple[str, bytes]]:
    """Yield what archives hold, archives inside them too."""
    inner: list[tuple[str, bytes]] = []
    try:
        if data[:2] == b"\x1f\x8b":
            inner.append((f"{name}!", gzip.decompress(data)))
        elif data[:4] == b"PK\x03\x04":
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                inner += [(f"{name}!{one}", archive.read(one)) for one in archive.namelist()]
        elif data[257:262] == b"ustar":
            with tarfile.open(fileobj=io.BytesIO(data)) as tar:
                inner += [(f"{name}!{one.name}", tar.extractfile(one).read()) for one in tar if one.isfile()]  # type: ignore[union-attr]
    except (OSError, EOFError, RuntimeError, zipfile.BadZipFile, tarfile.TarError, ValueError):
        found.closed.append(name)
        return
    for member, content in inner:
        yield member, content
        if depth < _DEEPEST:
            yield from _members(content, member, depth + 1, found)
