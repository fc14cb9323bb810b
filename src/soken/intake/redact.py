"""Redacting a sealed original: the bytes of erased rows are overwritten, every other byte stays, and it is proven.

Whether a masked file still reads as before is not argued but tried: the redacted copy is read as the original was, and
every row but the erased ones must come out as it stands in the reading there is. Where it does not, nothing is changed
and the erasure is refused.
"""

from __future__ import annotations

import hashlib
import os
import zipfile
from typing import TYPE_CHECKING, Final

from soken.core.duck import at, connect
from soken.core.errors import BadInputError, ReconciliationError, RefusedError
from soken.core.progress import silent
from soken.core.vault import copy_open, has_key, original_in, renew
from soken.intake.custody import Act, add_custody_event_once
from soken.intake.deciding import Wish
from soken.intake.erased import Erased, erased_of, keep_erased, leave_out, only_said_by
from soken.intake.events import Source
from soken.intake.items import CodeBook
from soken.intake.original import put_in_place
from soken.intake.reading import make_reading
from soken.intake.readings import current_reading, readings_of
from soken.intake.redact_zip import NotMaskedError, Place, mask_zip, members_with
from soken.intake.seal import read_manifest

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from pathlib import Path

    from soken.core.home import Home
    from soken.intake.readings import Reading

_CHUNK: Final = 4 * 1024 * 1024
#: Columns by which somebody is known.
_SAY_WHO: Final = ("full_name", "full_kana", "email", "phone", "address", "login")


def places_of(reading: Reading, rows: Collection[int]) -> list[Place]:
    """Return where rows stand in the original."""
    return [place for _row, place in numbered_places(reading, rows)]


def numbered_places(reading: Reading, rows: Collection[int]) -> list[tuple[int, Place]]:
    """Return where rows stand in the original, each with its number."""
    found: list[tuple[int, str, str, int | None, int | None, int | None]] = []
    with connect() as con:
        for table in (reading.rows, reading.set_aside):
            found += con.execute(
                "select row, coalesce(member, ''), coalesce(source_table, ''), line, byte_offset, byte_length "
                "from read_parquet($p) where row in (select unnest($r::bigint[]))",
                {"p": at(table), "r": sorted(rows)},
            ).fetchall()
    return [(one[0], Place(*one[1:])) for one in found]


def redact(home: Home, evidence_id: str, rows: Collection[int], *, actor: str) -> int:
    """Take rows out of an evidence item for good: original, every reading; return how many are erased of it in all.

    Doing it again finishes what was cut off. The manifest stays, with the hash of the true original.

    Args:
        home: the installation's folders.
        evidence_id: the evidence item.
        rows: numbers of the rows.
        actor: who carries it out.

    Raises:
        RefusedError: a row has no place that could be masked, or the file cannot be masked without changing other rows.
    """
    folder = home.evidence / evidence_id
    before = erased_of(folder)
    wanted = tuple(sorted({*rows, *(before.rows if before else ())}))
    readings = readings_of(home, evidence_id)
    if before is None or set(wanted) - set(before.rows) or not before.done:
        with home.stage() as staging:
            copy, sha256 = _masked_copy(home, evidence_id, wanted, staging)
            keep_erased(folder, Erased(wanted, sha256, done=False))
            put_in_place(folder, copy, staging)
    left_out = [leave_out(one.folder, wanted) for one in readings]
    now = erased_of(folder)
    if now is not None:
        if not now.done and has_key(folder):
            # What lay under the old key, in blocks of the disk or in a copy of the item without key, opens no more.
            renew(folder, fresh=True)
        # Before it is said to be done: what is cut off in between is said once more, and never goes unsaid.
        note = f"{len(wanted)} rows erased in all; SHA-256 of the redacted copy {now.sha256}"
        add_custody_event_once(home, evidence_id, Act.REDACTED, actor=actor, note=note)
        if not now.done:
            keep_erased(folder, Erased(wanted, now.sha256, done=True))
    return left_out[0]


def check_redactable(home: Home, evidence_id: str, rows: Collection[int]) -> None:
    """Try whether rows can be taken out of an evidence item; nothing is changed.

    Raises:
        RefusedError: they cannot.
    """
    before = erased_of(home.evidence / evidence_id)
    with home.stage() as staging:
        _masked_copy(home, evidence_id, tuple(sorted({*rows, *(before.rows if before else ())})), staging)


def _masked_copy(home: Home, evidence_id: str, rows: Collection[int], staging: Path) -> tuple[Path, str]:
    """Return a copy of the original with the rows masked, and its hash; proven to read as before but for them."""
    reading = current_reading(home, evidence_id)
    places = places_of(reading, rows)
    original = original_in(home.evidence / evidence_id)
    codec = str(reading.record.get("encoding") or "utf-8")
    for number, mask in enumerate((_filled, _shaped(codec))):
        copy = staging / f"original-{number}"
        copy_open(original, copy)
        try:
            _mask(copy, places, mask)
        except NotMaskedError as problem:
            raise RefusedError(
                f"Rows cannot be taken out of {reading.evidence_id} one by one, although it is of a kind that is "
                "masked; nothing was changed. Export the other rows to a file of text, and take that in."
            ) from problem
        if _reads_the_same(home, reading, copy, rows, staging / f"try-{number}"):
            _check_gone(reading, copy, rows)
            return copy, _sha256(copy)
        copy.unlink()
    raise RefusedError(
        f"The rows cannot be masked in {evidence_id} without changing how its other rows are read; nothing was "
        "changed. Export the other rows to a file, take that in, and have the whole item destroyed."
    )


def _mask(path: Path, places: Collection[Place], mask: Callable[[bytes], bytes]) -> None:
    """Mask rows of a file: their bytes where they have some, else what a zip file says of them.

    Raises:
        NotMaskedError: rows cannot be masked in it.
    """
    if any(one.member or one.offset is None for one in places):
        mask_zip(path, places, mask, _mask)
        return
    with path.open("r+b") as stream:
        for one in places:
            stream.seek(one.offset or 0)
            raw = stream.read(one.length)
            stream.seek(one.offset or 0)
            stream.write(mask(raw))
        stream.flush()
        os.fsync(stream.fileno())


def _check_gone(reading: Reading, copy: Path, rows: Collection[int]) -> None:
    """Look whether a masked zip file says elsewhere what only the masked rows said: in a comment, a link, a file.

    Raises:
        RefusedError: it does.
    """
    if not zipfile.is_zipfile(copy):
        return
    if left := members_with(copy, only_said_by(reading.folder, rows, _SAY_WHO)):
        raise RefusedError(
            f"What the rows say stands in {left[0]} of {reading.evidence_id} too; nothing was changed. Export the "
            "other rows to a file, take that in, and have the whole item destroyed."
        )


def _filled(raw: bytes) -> bytes:
    """Return as many bytes that say nothing, the end of the line kept: not even the lengths of fields remain."""
    bare = raw.rstrip(b"\r\n\0")
    return b"x" * len(bare) + raw[len(bare) :]


def _shaped(codec: str) -> Callable[[bytes], bytes]:
    """Return a mask that keeps signs and the lengths between them, where a reader needs them (a dump's values)."""

    def mask(raw: bytes) -> bytes:
        try:
            unit = len("x".encode(codec))
            made = b"".join(_sign(one, codec, unit) for one in raw.decode(codec))
        except (UnicodeError, LookupError):
            return _filled(raw)
        return made if len(made) == len(raw) else _filled(raw)

    return mask


def _sign(sign: str, codec: str, unit: int) -> bytes:
    """Return what a sign is masked by: as many bytes."""
    if sign.isascii() and not sign.isalnum():
        return sign.encode(codec)
    if sign.isascii() and sign.isdigit():
        return "0".encode(codec)
    return "x".encode(codec) * (len(sign.encode(codec)) // unit)


def _reads_the_same(home: Home, reading: Reading, copy: Path, rows: Collection[int], folder: Path) -> bool:
    """Tell whether a masked copy reads as the original did, row by row, but for the masked rows."""
    folder.mkdir()
    asked = reading.record["wish"]
    slug = reading.record["operation"]
    wish = Wish(asked["profile"], asked["mapping"], whole=asked["whole"])
    name = read_manifest(home, reading.evidence_id).name
    try:
        # The code book is not saved: what a masked title would be called counts for nothing.
        make_reading(Source(copy, "", name), folder / "reading", folder, wish, CodeBook(home, slug), slug, silent())
    except (BadInputError, ReconciliationError):
        return False
    for table in ("rows.parquet", "set_aside.parquet"):
        if not _same(folder / "reading" / table, reading.folder / table, rows):
            return False
    return True


def _same(made: Path, there: Path, rows: Collection[int]) -> bool:
    """Tell whether two tables hold the same lines, but for some rows."""
    kept = "(select * from read_parquet('{}') where row not in (select unnest($r::bigint[])))"
    one, other = (kept.format(at(path).replace("'", "''")) for path in (made, there))
    with connect() as con:
        for left, right in ((one, other), (other, one)):
            asked = f"select count(*) from (from {left} except all from {right})"  # noqa: S608 (quoted paths of ours)
            if con.execute(asked, {"r": sorted(rows)}).fetchall()[0][0]:
                return False
    return True


def _sha256(path: Path) -> str:
    """Return a file's hash."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
