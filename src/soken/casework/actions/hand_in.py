"""Hand a seized file in on the desk: kept aside with its hash until a worker has taken it in."""

from __future__ import annotations

import hashlib
import shutil
import time
import uuid
from contextlib import contextmanager, nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Final

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from soken.access.policy import Act
from soken.casework.actions.dossier_act import check_right
from soken.casework.actions.said import in_words
from soken.casework.models import Job, JobKind, JobState
from soken.casework.models.job import UNFINISHED
from soken.core import clock
from soken.core.documents import keys_given
from soken.core.errors import BadInputError, DamagedStoreError
from soken.core.vault import UPLOAD, check_named, copy_open, created, give_key, sync_file
from soken.intake.acquisition import check_acquisition
from soken.intake.room import Room

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from soken.access.models import User
    from soken.casework.models import Operation
    from soken.core.home import Home
    from soken.intake import Acquisition

#: File systems take names of 255 bytes; a Japanese character is three.
_NAME_BYTES: Final = 200
#: Seconds after which an upload that no job names counts as left behind.
_LEFT: Final = 24 * 60 * 60


def hand_in(
    operation: Operation, *, by: User, name: str, chunks: Iterable[bytes], acquisition: Acquisition, home: Home
) -> Job:
    """Keep a file aside, hashed while it is written and encrypted where the store is; ask that a worker take it in.

    Args:
        operation: the operation that it belongs to.
        by: who hands it in; the custody record names them.
        name: what the file is called.
        chunks: its bytes, piece by piece; never all at once in memory.
        acquisition: what is said about the seizure.
        home: the installation's folders.

    Raises:
        NotFoundError: no member of the operation.
        RefusedError: the role does not permit it.
        BadInputError: the file is empty or has no name, or a moment cannot be; nothing is kept.
        EnvironmentProblemError: the store is encrypted, and no key is named.
    """
    check_right(operation, by, Act.TAKE_IN)
    check_acquisition(acquisition)
    said = in_words(Path(name.replace("\\", "/")).name, _("The name of the file"), longest=250)
    folder = home.uploads / uuid.uuid4().hex
    check_named(home.evidence.iterdir())
    try:
        with keys_given(home):
            folder.mkdir(parents=True, mode=0o700)
            closed = give_key(folder)
        sha256 = _written(folder / (UPLOAD if closed else _short(said)), chunks)
        arguments = {
            "upload": folder.name, "name": _short(said), "sha256": sha256, "acquisition": asdict(acquisition),
            "language": get_language(), "closed": closed,
        }  # fmt: skip
        return Job.objects.create(
            operation=operation, kind=JobKind.INTAKE, asked_by=by, asked_at=clock.now(), arguments=arguments
        )
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


@contextmanager
def handed_over(job: Job, home: Home) -> Iterator[Path]:
    """Give the file that a job is to take in; it is gone afterwards unless the job is to be begun again.

    Raises:
        DamagedStoreError: what lies there is not what was handed in.
    """
    folder, name = home.uploads / job.arguments["upload"], job.arguments["name"]
    try:
        with _readable(folder, name, home) if job.arguments.get("closed") else nullcontext(folder / name) as path:
            if not path.is_file() or _hashed(path) != job.arguments["sha256"]:
                raise _not_whole(name)
            yield path
    finally:
        if Job.objects.filter(pk=job.pk, state__in=(JobState.DONE, JobState.CANCELLED)).exists():
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _readable(folder: Path, name: str, home: Home) -> Iterator[Path]:
    """Give what lies encrypted in an upload's folder as a file of its name, for readers; it goes with the block."""
    if not (folder / UPLOAD).is_file():
        raise _not_whole(name)
    with home.stage() as staging:
        try:
            with Room(home):
                copy_open(folder / UPLOAD, staging / name)
        except DamagedStoreError as wrong:
            raise _not_whole(name) from wrong
        yield staging / name


def _not_whole(name: str) -> DamagedStoreError:
    return DamagedStoreError(f"What was handed in as {name} is not whole any more; hand the file in again.")


def clear_uploads(home: Home) -> int:
    """Remove uploads of a day ago that no unfinished job needs (its server or worker died); return how many."""
    if not home.uploads.is_dir():
        return 0
    needed = {
        one["upload"]
        for one in Job.objects.filter(kind=JobKind.INTAKE, state__in=UNFINISHED).values_list("arguments", flat=True)
    }
    left = [
        one for one in home.uploads.iterdir()
        if one.name not in needed and one.lstat().st_mtime < time.time() - _LEFT
    ]  # fmt: skip
    for one in left:
        if one.is_dir():
            shutil.rmtree(one, ignore_errors=True)
        else:
            one.unlink(missing_ok=True)
    return len(left)


def _written(path: Path, chunks: Iterable[bytes]) -> str:
    """Write the pieces, durably; return their SHA-256.

    Raises:
        BadInputError: there are none.
    """
    digest, size = hashlib.sha256(), 0
    with created(path) as stream:
        for chunk in chunks:
            digest.update(chunk)
            size += stream.write(chunk)
    sync_file(path)
    if not size:
        raise BadInputError(_("The file is empty; choose the seized file itself."))
    return digest.hexdigest()


def _hashed(path: Path) -> str:
    """Return a file's SHA-256."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _short(name: str) -> str:
    """Return a name that a file system takes: its beginning, and what stands after its last point."""
    if len(name.encode()) <= _NAME_BYTES:
        return name
    kind = Path(name).suffix if len(Path(name).suffix.encode()) <= 20 else ""
    return name.encode()[: _NAME_BYTES - len(kind.encode())].decode(errors="ignore") + kind
