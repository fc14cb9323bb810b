"""Destroying an original as a whole, where rows cannot be taken out of it one by one (ADR 14).

Old workbooks, database files and packed archives have no bytes of a row that could be overwritten. What becomes
unreadable then is the original; everybody else's rows stay in its readings with their places, and the manifest keeps
the hash of what was sealed. Where the store is encrypted the item's key goes with it, and the readings get another.
"""

from __future__ import annotations

import hashlib
import zipfile
from typing import TYPE_CHECKING, Any, Final, cast

from soken.core.vault import has_key, opened, original_in, renew
from soken.intake.custody import Act, add_custody_event_once
from soken.intake.erased import Erased, erased_of, keep_erased, leave_out
from soken.intake.original import put_in_place
from soken.intake.readings import current_reading, readings_of
from soken.intake.redact import numbered_places
from soken.intake.redact_zip import WORKBOOK
from soken.intake.seal import read_manifest

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

    from soken.core.home import Home
    from soken.intake.redact_zip import Place

#: Workbooks in an archive in which cells are masked one by one.
_MASKED_IN_ARCHIVES: Final = (".xlsx", ".xlsm")


def goes_as_a_whole(home: Home, evidence_id: str, rows: Collection[int]) -> bool:
    """Tell whether rows can be taken out of an original only by destroying it; by what kind of file it is.

    Args:
        home: the installation's folders.
        evidence_id: the evidence item.
        rows: numbers of the rows.
    """
    return which_go_as_a_whole(home, evidence_id, [rows])[0]


def which_go_as_a_whole(home: Home, evidence_id: str, wanted: Sequence[Collection[int]]) -> list[bool]:
    """Tell it of each of several sets of rows of one original, which is looked at once.

    Args:
        home: the installation's folders.
        evidence_id: the evidence item.
        wanted: sets of numbers of rows.
    """
    folder = home.evidence / evidence_id
    before = erased_of(folder)
    if before is not None and before.whole:
        return [True] * len(wanted)
    places = numbered_places(current_reading(home, evidence_id), set().union(*wanted))
    if all(_is_plain(one) for _row, one in places):
        return [False] * len(wanted)
    names = _members(folder)
    own = ([place for row, place in places if row in rows] for rows in map(frozenset, wanted))
    return [_goes(one, names) for one in own]


def _goes(places: Sequence[Place], names: set[str] | None) -> bool:
    """Tell whether rows at these places go only with the whole; names: of the members, None for no zip file."""
    if all(map(_is_plain, places)):
        return False
    return names is None or any(_is_closed(one, names) for one in places)


def _is_plain(place: Place) -> bool:
    """Tell whether a row is bytes of the file itself."""
    return not place.member and place.offset is not None


def _members(folder: Path) -> set[str] | None:
    """Return the names of an original's members, None where it is no zip file."""
    with opened(original_in(folder)) as stream:
        if not zipfile.is_zipfile(cast("Any", stream)):
            return None
        with zipfile.ZipFile(cast("Any", stream)) as archive:
            return set(archive.namelist())


def _is_closed(place: Place, names: set[str]) -> bool:
    """Tell whether a row of a zip file stands in a member that is not masked row by row."""
    if not place.member:
        return WORKBOOK not in names
    if place.member in names:
        return place.offset is None and not place.member.lower().endswith(_MASKED_IN_ARCHIVES)
    outer = next((name for name in names if place.member.startswith(f"{name}/")), "")
    return not outer.lower().endswith((".zip", *_MASKED_IN_ARCHIVES))


def destroy_original(home: Home, evidence_id: str, rows: Collection[int], *, actor: str) -> int:
    """Destroy an original, and take rows out of every reading of it; return how many are erased of it in all.

    Doing it again finishes what was cut off. In the original's place lies a text that says so.

    Args:
        home: the installation's folders.
        evidence_id: the evidence item.
        rows: numbers of the rows that two people decided to erase.
        actor: who carries it out.
    """
    folder = home.evidence / evidence_id
    before = erased_of(folder)
    wanted = tuple(sorted({*rows, *(before.rows if before else ())}))
    told = _told_instead(read_manifest(home, evidence_id).sha256)
    sha256 = hashlib.sha256(told).hexdigest()
    if before is None or not before.whole or set(wanted) - set(before.rows) or not before.done:
        keep_erased(folder, Erased(wanted, sha256, done=False, whole=True))
        with home.stage() as staging:
            instead = staging / "instead"
            instead.write_bytes(told)
            put_in_place(folder, instead, staging)
    left_out = [leave_out(one.folder, wanted) for one in readings_of(home, evidence_id)]
    now = erased_of(folder)
    if now is not None and not now.done and has_key(folder):
        # The key that the original was encrypted with exists no more: no copy of its file opens with what is left.
        renew(folder, fresh=True)
    # Before it is said to be done: what is cut off in between is said once more, and never goes unsaid.
    note = f"original destroyed as a whole; {len(wanted)} rows erased in all, the others stand in the readings"
    add_custody_event_once(home, evidence_id, Act.DESTROYED, actor=actor, note=note)
    if now is not None and not now.done:
        keep_erased(folder, Erased(wanted, sha256, done=True, whole=True))
    return left_out[0]


def _told_instead(sha256: str) -> bytes:
    """Return what lies in the place of an original of a certain hash: the same each time."""
    return (
        "This original was destroyed as a whole: two people decided to erase rows of it, and it is of a kind from "
        "which rows cannot be taken one by one. The rows of everybody else stand in the readings beside this file.\n"
        f"SHA-256 of the original: {sha256}\n"
    ).encode()
