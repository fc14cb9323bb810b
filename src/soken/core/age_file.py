"""Files in the format of age (age-encryption.org/v1), written as a stream and read at any place.

The format is another's, published (C2SP, "The age file encryption format", v1) and kept up: what lies in the store is
opened by every program that speaks it. `pyrage` reads and writes whole files only, at a sixth of this speed; a Parquet
file is read in places. One kind of recipient is written, X25519.

A file is a header that holds its own key for whoever may read it, and chunks of 64 KiB, each authenticated with its
number and with whether it is the last: nothing can be altered, left out, put elsewhere or cut off unnoticed.
"""

from __future__ import annotations

import base64
import hmac
import io
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pyrage
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from soken.core.placed import AlteredError, pieced

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

MAGIC: Final = b"age-encryption.org/v1\n"
_CHUNK: Final = 64 * 1024
_TAG: Final = 16
_NONCE: Final = 16
_HEADER: Final = 64 * 1024
_KIND: Final = b"X25519"
_LABEL: Final = b"age-encryption.org/v1/X25519"
_LINE: Final = 64
_BECH32: Final = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_PREFIX: Final = "AGE-SECRET-KEY-1"
_CHECKSUM: Final = 6


class WrongKeyError(Exception):
    """None of the keys opens a file."""


@dataclass(frozen=True, slots=True)
class Identity:
    """A secret key of age.

    Attributes:
        text: as age writes it (``AGE-SECRET-KEY-1…``).
        secret: its 32 bytes.
    """

    text: str
    secret: bytes

    @classmethod
    def make(cls) -> Identity:
        """Return a new one."""
        return cls.read(str(pyrage.x25519.Identity.generate()))

    @classmethod
    def read(cls, text: str) -> Identity:
        """Return the key that a text is.

        Raises:
            WrongKeyError: it is none.
        """
        try:
            pyrage.x25519.Identity.from_str(text)  # which looks at the check sum
        except pyrage.IdentityError as wrong:
            raise WrongKeyError from wrong
        digits = text.upper().removeprefix(_PREFIX).lower()[:-_CHECKSUM]
        number = 0
        for digit in digits:
            number = number << 5 | _BECH32.index(digit)
        return cls(text, (number >> (len(digits) * 5 % 8)).to_bytes(32, "big"))

    @property
    def recipient(self) -> str:
        """The public key (``age1…``)."""
        return str(pyrage.x25519.Identity.from_str(self.text).to_public())

    def __repr__(self) -> str:
        return f"Identity({self.recipient})"


def is_age(path: Path) -> bool:
    """Tell whether a file there is one of this format."""
    try:
        with path.open("rb") as stream:
            return stream.read(len(MAGIC)) == MAGIC
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return False


class AgeFile:
    """A file opened for reading at any place; many threads may ask at once.

    Args:
        path: the file.
        identities: keys of which one opens it.

    Raises:
        WrongKeyError: none does.
        AlteredError: the file is cut off, or its header or its end is not what was written.
    """

    def __init__(self, path: Path, identities: Sequence[Identity]) -> None:
        self._handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            header, begin = _read_header(os.pread(self._handle, _HEADER, 0))
            nonce = os.pread(self._handle, _NONCE, begin)
            self._begin = begin + _NONCE
            self._cipher = ChaCha20Poly1305(_derived(_file_key(header, identities), nonce, b"payload"))
            length = os.fstat(self._handle).st_size - self._begin
            self._last = max(0, (length - 1) // (_CHUNK + _TAG))
            #: Bytes of what was written.
            self.size = length - (self._last + 1) * _TAG
            if length < _TAG or len(nonce) < _NONCE:
                raise AlteredError
            self._chunk(self._last)
        except BaseException:
            self.close()
            raise

    def at(self, offset: int, length: int) -> bytes:
        """Return up to so many bytes from an offset on.

        Raises:
            AlteredError: they are not what was written.
        """
        return pieced(self._chunk, _CHUNK, self.size, offset, length)

    def close(self) -> None:
        """Close it."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1

    def _chunk(self, number: int) -> bytes:
        sealed = os.pread(self._handle, _CHUNK + _TAG, self._begin + number * (_CHUNK + _TAG))
        try:
            return self._cipher.decrypt(_counter(number, last=number == self._last), sealed, None)
        except InvalidTag as wrong:
            raise AlteredError from wrong


class AgeWriter(io.RawIOBase):
    """A stream whose bytes reach a new file encrypted; whole and on the disk only when it was closed.

    Left by an error it is closed without its end, and cannot be read.

    Args:
        path: a file that does not exist yet; readable by its user only.
        identity: whoever has it can read the file.
    """

    def __init__(self, path: Path, identity: Identity) -> None:
        file_key, nonce = os.urandom(16), os.urandom(_NONCE)
        self._file = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), "wb")
        self._file.write(_header_for(file_key, identity) + nonce)
        self._cipher = ChaCha20Poly1305(_derived(file_key, nonce, b"payload"))
        self._held = bytearray()
        self._number = 0
        self._written = 0

    def writable(self) -> bool:
        """It is."""
        return True

    def tell(self) -> int:
        """Return how many bytes were given."""
        return self._written

    def write(self, data: bytes | memoryview) -> int:  # type: ignore[override]
        """Take bytes; return how many."""
        size = memoryview(data).nbytes
        self._held += data
        self._written += size
        whole = (len(self._held) - 1) // _CHUNK  # the last chunk says that it is the last, so one is held back
        for at in range(0, whole * _CHUNK, _CHUNK):
            self._seal(bytes(self._held[at : at + _CHUNK]), last=False)
        if whole > 0:
            del self._held[: whole * _CHUNK]
        return size

    def __exit__(self, *problem: object) -> None:
        if problem[0] is not None:
            self._file.close()
        super().__exit__(*problem)  # type: ignore[arg-type]

    def close(self) -> None:
        """Write the end, and make the file survive a power cut."""
        if not self.closed and not self._file.closed:
            self._seal(bytes(self._held), last=True)
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
        super().close()

    def _seal(self, chunk: bytes, *, last: bool) -> None:
        self._file.write(self._cipher.encrypt(_counter(self._number, last=last), chunk, None))
        self._number += 1


def _counter(number: int, *, last: bool) -> bytes:
    """Return the nonce of a chunk."""
    return number.to_bytes(11, "big") + bytes([last])


def _derived(key: bytes, salt: bytes, info: bytes) -> bytes:
    """Return a key of 32 bytes made from another."""
    return HKDF(hashes.SHA256(), 32, salt, info).derive(key)


def _header_for(file_key: bytes, identity: Identity) -> bytes:
    """Return a header that holds a file's key for one recipient."""
    to = X25519PrivateKey.from_private_bytes(identity.secret).public_key()
    ephemeral = X25519PrivateKey.generate()
    share = ephemeral.public_key().public_bytes_raw()
    wrapping = _derived(ephemeral.exchange(to), share + to.public_bytes_raw(), _LABEL)
    body = ChaCha20Poly1305(wrapping).encrypt(bytes(12), file_key, None)
    header = MAGIC + b"-> " + _KIND + b" " + _base64(share) + b"\n" + _base64(body) + b"\n---"
    return header + b" " + _base64(_mac(file_key, header)) + b"\n"


@dataclass(frozen=True, slots=True)
class _Header:
    """What stands before the chunks.

    Attributes:
        shares: ephemeral share and wrapped file key of each recipient of the kind that is known here.
        said: the header's bytes without its code.
        mac: its code.
    """

    shares: list[tuple[bytes, bytes]]
    said: bytes
    mac: bytes


def _read_header(data: bytes) -> tuple[_Header, int]:
    """Return the header at the beginning of some bytes, and where it ends."""
    end = data.find(b"\n--- ")
    line_end = data.find(b"\n", end + 1)
    if not data.startswith(MAGIC) or end < 0 or line_end < 0:
        raise AlteredError
    lines, shares = data[len(MAGIC) : end].split(b"\n"), []
    try:
        while lines:
            arguments, body = lines.pop(0).split(b" "), b""
            while True:
                line = lines.pop(0)
                body += line
                if len(line) < _LINE:
                    break
            if arguments[:2] == [b"->", _KIND]:
                shares.append((_bytes(arguments[2]), _bytes(body)))
        said = data[: end + len(b"\n---")]
        return _Header(shares, said, _bytes(data[end + len(b"\n--- ") : line_end])), line_end + 1
    except (IndexError, ValueError) as wrong:
        raise AlteredError from wrong


def _file_key(header: _Header, identities: Sequence[Identity]) -> bytes:
    """Return the file's key, which one of the identities unwraps."""
    for identity in identities:
        secret = X25519PrivateKey.from_private_bytes(identity.secret)
        public = secret.public_key().public_bytes_raw()
        for share, body in header.shares:
            try:
                shared = secret.exchange(X25519PublicKey.from_public_bytes(share))
                wrapping = _derived(shared, share + public, _LABEL)
                file_key = ChaCha20Poly1305(wrapping).decrypt(bytes(12), body, None)
            except (InvalidTag, ValueError):
                continue
            if not hmac.compare_digest(_mac(file_key, header.said), header.mac):
                raise AlteredError
            return file_key
    raise WrongKeyError


def _mac(file_key: bytes, header: bytes) -> bytes:
    """Return the code that ties a header to its file's key."""
    return hmac.digest(_derived(file_key, b"", b"header"), header, "sha256")


def _base64(data: bytes) -> bytes:
    return base64.b64encode(data).rstrip(b"=")


def _bytes(text: bytes) -> bytes:
    return base64.b64decode(text + b"=" * (-len(text) % 4), validate=True)
