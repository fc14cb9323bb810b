"""Signed checkpoints: where the chain stood, in a small file that can be carried off and cannot be made by another.

Whoever can write the database can also write a whole new chain that holds together. A checkpoint that lies elsewhere
shows it, and shows entries that were cut off the end.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from soken.core import clock
from soken.core.errors import BadInputError, RefusedError
from soken.ledger.entries import Draft, Kind, canonical
from soken.ledger.keys import signing_key
from soken.ledger.models import EntryHead
from soken.ledger.record import record

if TYPE_CHECKING:
    from pathlib import Path

    from soken.core.home import Home

#: Name of the form of the file; another would have another number.
FORM: Final = "soken-ledger-checkpoint-1"
_LARGEST: Final = 10_000


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Where the chain stood.

    Attributes:
        seq: number of the newest entry then.
        hash: its hash.
        at: when the checkpoint was made, ISO 8601.
        key: the public key that signed it, 64 hexadecimal digits.
        signature: Ed25519 over the canonical JSON of form, seq, hash, at and key, 128 hexadecimal digits.
    """

    seq: int
    hash: str
    at: str
    key: str
    signature: str

    def signed(self) -> bytes:
        """Return the bytes that the signature is over."""
        told = {"form": FORM, "seq": self.seq, "hash": self.hash, "at": self.at, "key": self.key}
        return canonical(told).encode()

    def text(self) -> str:
        """Return the checkpoint as it stands in a file."""
        told = {"seq": self.seq, "hash": self.hash, "at": self.at, "key": self.key, "signature": self.signature}
        return canonical({"form": FORM, **told})

    def line(self) -> bytes:
        """Return the bytes of a file that holds this checkpoint alone."""
        return self.text().encode() + b"\n"

    def imprint(self) -> bytes:
        """Return the SHA-256 of such a file: what a time stamp is of, so that any program can compare the two."""
        return hashlib.sha256(self.line()).digest()


def make_checkpoint(home: Home) -> Checkpoint:
    """Record that a checkpoint is taken, sign where the chain stands with that, and keep a copy in the home.

    Raises:
        RefusedError: called inside a transaction, whose entries have no place yet.
    """
    record(Draft(Kind.SYSTEM, act="checkpoint", facts={"key": fingerprint(public_key(home))}))
    head = EntryHead.objects.first()
    if head is None:
        raise RefusedError("A checkpoint is made outside any transaction; end it first.")
    unsigned = Checkpoint(head.seq, head.hash, clock.stamp(), public_key(home), "")
    signature = signing_key(home).sign(unsigned.signed()).hex()
    made = Checkpoint(unsigned.seq, unsigned.hash, unsigned.at, unsigned.key, signature)
    _keep(made, home)
    return made


def _keep(made: Checkpoint, home: Home) -> None:
    """Add a checkpoint to those that the home keeps."""
    handle = os.open(home.checkpoints, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(handle, made.line())
        os.fsync(handle)
    finally:
        os.close(handle)


def kept_checkpoints(home: Home) -> list[Checkpoint]:
    """Return the checkpoints that the home keeps, oldest first.

    Raises:
        BadInputError: one of them is none.
    """
    path = home.checkpoints
    if not path.exists():
        return []
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    return [_parsed(line, f"{path}, line {number}") for number, line in enumerate(lines, 1)]


def read_checkpoint(path: Path) -> Checkpoint:
    """Return the checkpoint that a file holds.

    Raises:
        BadInputError: the file is no checkpoint.
    """
    try:
        with path.open("rb") as stream:
            text = stream.read(_LARGEST).decode()
    except (OSError, UnicodeDecodeError) as problem:
        raise BadInputError(
            f"The checkpoint {path} cannot be read; name a file that soken ledger checkpoint wrote."
        ) from problem
    return _parsed(text, str(path))


def _parsed(text: str, where: str) -> Checkpoint:
    """Return the checkpoint that a text tells of."""
    try:
        told: dict[str, Any] = json.loads(text)
        if told["form"] != FORM:
            raise ValueError(told["form"])
        return Checkpoint(
            int(told["seq"]), str(told["hash"]), str(told["at"]), str(told["key"]), str(told["signature"])
        )
    except (ValueError, KeyError, TypeError) as problem:
        raise BadInputError(f"{where} is no checkpoint of a ledger; take it from where it was kept.") from problem


def is_signed(checkpoint: Checkpoint, key: str) -> bool:
    """Tell whether a checkpoint is as it was signed, and signed with this key.

    Args:
        checkpoint: the checkpoint.
        key: the public key that is trusted, 64 hexadecimal digits.
    """
    if checkpoint.key != key:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(
            bytes.fromhex(checkpoint.signature), checkpoint.signed()
        )
    except (ValueError, InvalidSignature):
        return False
    return True


def public_key(home: Home) -> str:
    """Return the public key of this installation's checkpoints, 64 hexadecimal digits; to be kept where they are."""
    return signing_key(home).public_key().public_bytes_raw().hex()


def fingerprint(key: str) -> str:
    """Return a short name of a public key, to be compared by eye."""
    digest = hashlib.sha256(bytes.fromhex(key)).hexdigest()[:20]
    return " ".join(digest[at : at + 4] for at in range(0, len(digest), 4))
