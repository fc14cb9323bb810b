"""Time stamps of the checkpoints that a home keeps: asked for in one file, brought back in another, kept beside them.

Of a request only its number is kept: with the checkpoint it makes the same file again, as often as one is lost.
"""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from soken.core.errors import BadInputError, NotFoundError, RefusedError
from soken.core.key_file import kept_text
from soken.ledger.checkpoint import kept_checkpoints
from soken.ledger.entries import Draft, Kind
from soken.ledger.record import record
from soken.ledger.time_stamp import TimeStamp, check_time_stamp, imprint_of, request

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from asn1crypto import x509

    from soken.core.home import Home
    from soken.ledger.checkpoint import Checkpoint

#: Bytes of a request's number.
_NONCE: Final = 8
#: An answer has some thousands of bytes: a few certificates and a signature.
_LARGEST: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Stamped:
    """A time stamp that was looked at.

    Attributes:
        seq: number of the entry at which its checkpoint stands, 0 where it belongs to none.
        made_at: when that checkpoint was made, as it says.
        stamp: what it says, None where it does not hold.
        wrong: why it does not, in a sentence; '' where it does.
    """

    seq: int
    made_at: str
    stamp: TimeStamp | None
    wrong: str


def ask_stamp(home: Home, seq: int | None = None) -> tuple[Checkpoint, bytes]:
    """Return a checkpoint that the home keeps and the request for its time stamp; asked again, the same request.

    Args:
        home: the installation's folders.
        seq: number of the entry at which the checkpoint stands; None for the newest that is kept.

    Raises:
        NotFoundError: none is kept, or none at this entry.
        BadInputError: what is kept is no checkpoint.
    """
    kept = [one for one in kept_checkpoints(home) if seq in {None, one.seq}]
    if not kept:
        at = "" if seq is None else f" at entry {seq}"
        raise NotFoundError(f"No checkpoint{at} is kept in this home; make one with soken ledger checkpoint.")
    home.stamps.mkdir(mode=0o700, exist_ok=True)
    kept_text(_place(home, kept[-1], "nonce"), lambda: secrets.token_hex(_NONCE))
    return kept[-1], request(kept[-1].imprint(), _nonce(home, kept[-1]) or 0)


def take_stamp(home: Home, path: Path, roots: Sequence[x509.Certificate]) -> tuple[Checkpoint, TimeStamp]:
    """Take in what an authority answered, check all of it, keep it beside its checkpoint and record that.

    Args:
        home: the installation's folders.
        path: the answer.
        roots: certificates that are trusted.

    Raises:
        BadInputError: it is no answer to a request of this home, or does not hold (`check_time_stamp`).
        RefusedError: the checkpoint has another time stamp already.
    """
    answer, where = _read(path), str(path)
    stamped = _stamped_by(imprint_of(answer, where), kept_checkpoints(home))
    nonce = _nonce(home, stamped) if stamped else None
    if stamped is None or nonce is None:
        raise BadInputError(
            f"{where} answers to nothing that was asked from here; bring the answer to what soken ledger ask-stamp "
            "wrote."
        )
    found = check_time_stamp(
        answer, where=where, imprint=stamped.imprint(), nonce=nonce, made_at=datetime.fromisoformat(stamped.at),
        roots=roots,
    )  # fmt: skip
    _keep(home, stamped, answer)
    facts = {"at": found.at.isoformat(), "by": found.by, "sha256": sha256(answer).hexdigest()}
    record(Draft(Kind.SYSTEM, act="time-stamp", about=str(stamped.seq), facts=facts))
    return stamped, found


def _keep(home: Home, checkpoint: Checkpoint, answer: bytes) -> None:
    """Put an answer beside its checkpoint, whole or not at all.

    Raises:
        RefusedError: another is there.
    """
    place = _place(home, checkpoint, "tsr")
    if place.exists() and place.read_bytes() != answer:
        raise RefusedError(
            f"The checkpoint at entry {checkpoint.seq} has a time stamp already; if soken ledger verify refuses that, "
            f"move {place} away first."
        )
    with home.stage() as staged:
        written = staged / place.name
        with os.fdopen(os.open(written, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(answer)
            file.flush()
            os.fsync(file.fileno())
        written.rename(place)


def stamps_looked_at(
    home: Home, checkpoints: Sequence[Checkpoint], carried: Iterable[Path], roots: Sequence[x509.Certificate]
) -> Iterator[Stamped]:
    """Check every time stamp that the home keeps, and those that were carried off.

    Args:
        home: the installation's folders.
        checkpoints: all that are known: those of the home and those that were carried off.
        carried: answers that were kept elsewhere, of any of these checkpoints.
        roots: certificates that are trusted.
    """
    for one in _with_stamp(home, checkpoints):
        yield _looked_at(home, _place(home, one, "tsr"), [one], roots)
    for path in carried:
        yield _looked_at(home, path, checkpoints, roots)


def count_stamps(home: Home, checkpoints: Iterable[Checkpoint]) -> int:
    """Return how many of the checkpoints have a time stamp in the home, whatever it says."""
    return len(_with_stamp(home, checkpoints))


def _with_stamp(home: Home, checkpoints: Iterable[Checkpoint]) -> list[Checkpoint]:
    """Return the checkpoints that have a time stamp in the home, each once."""
    return [one for one in dict.fromkeys(checkpoints) if _place(home, one, "tsr").exists()]


def _looked_at(home: Home, path: Path, of: Sequence[Checkpoint], roots: Sequence[x509.Certificate]) -> Stamped:
    """Check one time stamp, which has to be of one of these checkpoints."""
    checkpoint = of[0] if len(of) == 1 else None
    try:
        answer = _read(path)
        checkpoint = checkpoint or _stamped_by(imprint_of(answer, str(path)), of)
        if checkpoint is None:
            raise BadInputError(f"{path} is of none of the checkpoints that were compared; name its own with it.")
        found = check_time_stamp(
            answer, where=str(path), imprint=checkpoint.imprint(), nonce=_nonce(home, checkpoint),
            made_at=datetime.fromisoformat(checkpoint.at), roots=roots,
        )  # fmt: skip
    except BadInputError as problem:
        return Stamped(checkpoint.seq if checkpoint else 0, checkpoint.at if checkpoint else "", None, problem.message)
    return Stamped(checkpoint.seq, checkpoint.at, found, "")


def _stamped_by(imprint: bytes, checkpoints: Iterable[Checkpoint]) -> Checkpoint | None:
    """Return the checkpoint that an imprint is of."""
    return next((one for one in checkpoints if one.imprint() == imprint), None)


def _place(home: Home, checkpoint: Checkpoint, kind: str) -> Path:
    """Return where the number of a checkpoint's request, or its time stamp, is kept."""
    return home.stamps / f"{checkpoint.seq}-{checkpoint.imprint().hex()[:16]}.{kind}"


def _nonce(home: Home, checkpoint: Checkpoint) -> int | None:
    """Return the number of the request for a checkpoint's time stamp, None where none was asked for from here.

    Raises:
        BadInputError: the file that keeps it holds something else.
    """
    path = _place(home, checkpoint, "nonce")
    if not path.exists():
        return None
    try:
        return int(path.read_text(encoding="ascii"), 16)
    except ValueError as damaged:
        raise BadInputError(f"{path} does not hold the number of a request; restore it from a backup.") from damaged


def _read(path: Path) -> bytes:
    """Return what a file holds that may be an answer.

    Raises:
        BadInputError: it cannot be read, or is far too large for one.
    """
    try:
        with path.open("rb") as stream:
            answer = stream.read(_LARGEST + 1)
    except OSError as problem:
        raise BadInputError(
            f"The time stamp {path} cannot be read; name the file that the authority gave."
        ) from problem
    if len(answer) > _LARGEST:
        raise BadInputError(f"{path} is too large to be a time stamp; name the file that the authority gave.")
    return answer
