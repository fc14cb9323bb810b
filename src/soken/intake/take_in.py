"""Take a seized file in: seal, read, reconcile, and put everything in place at once or nothing at all."""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from soken.core.errors import NotFoundError
from soken.core.vault import check_named, sync_folder
from soken.intake.custody import Act, add_custody_event
from soken.intake.deciding import PROFILES_UNNAMED, Wish
from soken.intake.erased import check_original_kept, erased_of, leave_out
from soken.intake.events import Source
from soken.intake.items import CodeBook
from soken.intake.mapping import Mapping, check_mapping
from soken.intake.original import original_of
from soken.intake.profile import profile_named
from soken.intake.reading import make_reading
from soken.intake.readings import Reading, current_reading, encrypt_reading, place_reading, readings_of, sync_reading
from soken.intake.room import Room
from soken.intake.seal import keep, prepare, read_manifest, verify

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from soken.core.home import Home
    from soken.core.progress import Progress
    from soken.intake.acquisition import Acquisition
    from soken.intake.seal import Manifest


@dataclass(frozen=True, slots=True)
class IntakeResult:
    """What taking a file in came to.

    Attributes:
        evidence_id: the evidence item.
        file_name: the file's name as it was first handed in.
        sha256: of its bytes.
        size: bytes.
        known_before: the same bytes had been taken in before.
        reading: number of the reading, from 1.
        profile: the shop profile's name, or 'proposed'.
        locale: 'ja' or 'intl'.
        rows_read: data rows in the file.
        rows_accepted: of them.
        rows_set_aside: of them.
        rows_erased: of them, by the decision of two people; the three together are exactly ``rows_read``.
        reasons: reason code → rows set aside for it.
        mapping: table → heading → field, confidence, how.
        notes: what was found out, for people.
    """

    evidence_id: str
    file_name: str
    sha256: str
    size: int
    known_before: bool
    reading: int
    profile: str
    locale: str
    rows_read: int
    rows_accepted: int
    rows_set_aside: int
    reasons: dict[str, int]
    mapping: dict[str, dict[str, dict[str, Any]]]
    notes: tuple[str, ...]
    rows_erased: int = 0


def take_in(
    path: Path,
    *,
    home: Home,
    operation_slug: str,
    acquisition: Acquisition,
    profile: str = "auto",
    mapping: Mapping | None = None,
    actor: str,
    progress: Progress | None = None,
) -> IntakeResult:
    """Seal a file and read its rows; the same bytes again are recognised and read anew only if asked for otherwise.

    Args:
        path: the file handed in.
        home: the installation's folders.
        operation_slug: the operation that it belongs to; its items' codes are this operation's.
        acquisition: what is said about the seizure.
        profile: 'auto', a shop profile's name, 'proposed' for none, or the path of a profile file.
        mapping: corrections to what the columns are taken for; columns not named stay as proposed.
        actor: who takes it in.
        progress: told of the stages 'seal' and 'read'.

    Raises:
        BadInputError: the file, the profile or the mapping cannot be used; the store is as it was.
        NotFoundError: there is no such profile.
        ReconciliationError: rows were lost; the store is as it was.
        EnvironmentProblemError: the disk is full or not writable; the store is as it was.
    """
    wish = Wish(profile, dict(mapping or {}))
    # Before gigabytes are copied for a slip.
    check_mapping(wish.mapping, "The mapping")
    if wish.profile not in PROFILES_UNNAMED:
        profile_named(wish.profile)
    check_named(home.evidence.iterdir())
    with home.stage() as staging, Room(home):
        original = staging / "original"
        sealed = prepare(path, staging / "item", acquisition, actor=actor, progress=progress, beside=original)
        known = _known(home, sealed.manifest, operation_slug, wish)
        if known is not None:
            keep(home, sealed, actor=actor)
            return _result(read_manifest(home, known.evidence_id), known, known_before=True)
        book = CodeBook(home, operation_slug)
        target = staging / "reading"
        make_reading(Source(original, "", path.name), target, staging, wish, book, operation_slug, progress)
        original.unlink()
        _leave_out_erased(home, sealed.evidence_id, target)
        sync_reading(target)
        encrypt_reading(sealed.folder, target)
        book.save()
        is_new = not (home.evidence / sealed.evidence_id).exists()
        if is_new:
            (sealed.folder / "readings").mkdir()
            os.rename(target, sealed.folder / "readings" / "0001")  # noqa: PTH104 (atomic, refuses what is there)
            sync_folder(sealed.folder / "readings")
        kept = keep(home, sealed, actor=actor)
        if not kept.is_new:
            place_reading(kept.folder, staging / "item" / "readings" / "0001" if is_new else target)
        return _done(home, kept.evidence_id, operation_slug, actor, known_before=not kept.is_new)


@dataclass(frozen=True, slots=True)
class ReadAnew:
    """A reading that is made, and not in its place yet.

    Attributes:
        rows: its rows, as a Parquet file.
        place: puts it beside the readings that there are.
    """

    rows: Path
    place: Callable[[], IntakeResult]


@contextmanager
def rereading(
    evidence_id: str,
    *,
    home: Home,
    operation_slug: str,
    mapping: Mapping | None = None,
    profile: str = "",
    actor: str,
    progress: Progress | None = None,
) -> Iterator[ReadAnew]:
    """Read the same sealed original again; give the reading, to be put beside those there are. Row numbers stay.

    Left without putting it in place, nothing has changed.

    Args:
        evidence_id: the evidence item.
        home: the installation's folders.
        operation_slug: the operation whose item codes are used.
        mapping: table → heading → field; in the tables that it names, columns that it does not name become no field.
        profile: another profile; '' for the one used last.
        actor: who wants it.
        progress: told of the stages 'verify' and 'read'.

    Raises:
        NotFoundError: there is no such evidence item or profile.
        BadInputError: the mapping names a column or a field that does not exist, or leaves nobody to be found.
        DamagedStoreError: the original is not what was sealed.
        RefusedError: it was destroyed.
    """
    wish = Wish(profile or _profile_of(home, evidence_id), dict(mapping or {}), whole=True)
    check_mapping(wish.mapping, "The mapping")
    manifest = verify(home, evidence_id, progress=progress)
    check_original_kept(home.evidence / evidence_id)
    with home.stage() as staging, Room(home):
        book = CodeBook(home, operation_slug)
        with original_of(home, evidence_id, staging) as original:
            source = Source(original, "", manifest.name)
            make_reading(source, staging / "reading", staging, wish, book, operation_slug, progress)
        _leave_out_erased(home, evidence_id, staging / "reading")
        sync_reading(staging / "reading")

        def place() -> IntakeResult:
            book.save()
            place_reading(home.evidence / evidence_id, staging / "reading")
            return _done(home, evidence_id, operation_slug, actor, known_before=True)

        yield ReadAnew(staging / "reading" / "rows.parquet", place)


def reread(
    evidence_id: str,
    *,
    home: Home,
    operation_slug: str,
    mapping: Mapping | None = None,
    profile: str = "",
    actor: str,
    progress: Progress | None = None,
) -> IntakeResult:
    """Read the same sealed original again and put the reading in place; see `rereading`."""
    with rereading(
        evidence_id, home=home, operation_slug=operation_slug, mapping=mapping, profile=profile, actor=actor,
        progress=progress,
    ) as made:  # fmt: skip
        return made.place()


def _leave_out_erased(home: Home, evidence_id: str, reading: Path) -> None:
    """Leave out of a new reading what two people have erased of the same bytes."""
    erased = erased_of(home.evidence / evidence_id)
    if erased is not None:
        leave_out(reading, erased.rows)


def _known(home: Home, manifest: Manifest, operation_slug: str, wish: Wish) -> Reading | None:
    """Return the reading that already is what is asked for, if these bytes were taken in before."""
    for reading in readings_of(home, manifest.evidence_id):
        if reading.record.get("operation") == operation_slug:
            asked = reading.record.get("wish", {})
            same = asked == {"profile": wish.profile, "mapping": wish.mapping, "whole": wish.whole}
            return reading if same or (wish.profile == "auto" and not wish.mapping) else None
    return None


def _profile_of(home: Home, evidence_id: str) -> str:
    try:
        asked = current_reading(home, evidence_id).record.get("wish", {})
    except NotFoundError:
        return "auto"
    return str(asked.get("profile", "auto"))


def _done(home: Home, evidence_id: str, operation_slug: str, actor: str, *, known_before: bool) -> IntakeResult:
    """Add the custody event of a reading and return what it came to."""
    reading = current_reading(home, evidence_id, operation_slug)
    counts = reading.record["counts"]
    note = (
        f"reading {reading.number} for {operation_slug}: {counts['rows_read']} rows = "
        f"{counts['rows_accepted']} accepted + {counts['rows_set_aside']} set aside"
        + (f" + {counts['rows_erased']} erased" if counts.get("rows_erased") else "")
    )
    add_custody_event(home, evidence_id, Act.READ, actor=actor, note=note)
    return _result(read_manifest(home, evidence_id), reading, known_before=known_before)


def _result(manifest: Manifest, reading: Reading, *, known_before: bool) -> IntakeResult:
    counts = reading.record["counts"]
    return IntakeResult(
        evidence_id=manifest.evidence_id,
        file_name=manifest.name,
        sha256=manifest.sha256,
        size=manifest.size,
        known_before=known_before,
        reading=reading.number,
        profile=reading.record["profile"],
        locale=reading.locale,
        rows_read=counts["rows_read"],
        rows_accepted=counts["rows_accepted"],
        rows_set_aside=counts["rows_set_aside"],
        reasons=counts["per_reason"],
        mapping=reading.record["mapping"],
        notes=tuple(reading.record["notes"]),
        rows_erased=counts.get("rows_erased", 0),
    )
