"""One word between two installations as one file: signed by who says it, encrypted to who shall hear it.

Inside the encryption (age, X25519) stand a line with the form, the speaker's key (32 bytes), the signature (64) and the
statement as JSON. The signature is Ed25519 over the form and the statement's bytes as they stand, so that nothing is
parsed before it fits. The statement names the transfer, who speaks and to whom: one that its receiver encrypts anew to
somebody else is refused there. The same statement signed again has the same signature.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import pyrage
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from soken.core.errors import BadInputError
from soken.route.handover import Word

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

FORM: Final = "soken-handover-1"
CARD_FORM: Final = "soken-handover-card-1"
#: Most bytes of a file; a person with more rows than fit is divided first.
LARGEST: Final = 64 * 1024 * 1024
_LARGEST_CARD: Final = 10_000
_KEY_DIGITS: Final = 64
_KEY_BYTES: Final = 32
_SIGNATURE_BYTES: Final = 64
_LONGEST_FORM: Final = 40
_HEAD: Final = f"{FORM}\n".encode()
_MAGIC: Final = b"age-encryption.org/v1\n"
_FORMS: Final = "soken-handover-"
_NOT_ITS_FORM: Final = "it is not in the form that its name says"
_MENDED: Final = "ask the sender to send it again"


@dataclass(frozen=True, slots=True)
class Statement:
    """What a file says.

    Attributes:
        word: offer, withdrawal, or an answer.
        transfer: code of the transfer, ``H-`` and twelve letters or digits; the sender's.
        speaker: signing key of the installation that says it, 64 hexadecimal digits.
        hearer: signing key of the installation to which it is said.
        at: when it was said, ISO 8601 with zone.
        content: SHA-256 of what the transfer contains: an answer is an answer to that and to nothing else.
        body: for an offer, what is handed over; for an answer, its reason and the like.
    """

    word: Word
    transfer: str
    speaker: str
    hearer: str
    at: str
    content: str
    body: dict[str, Any] = field(default_factory=dict)

    def as_bytes(self) -> bytes:
        """Return it as it stands in a file; the signature is over these bytes, after the form."""
        return canonical(self.as_json()).encode("utf-8", "surrogatepass")

    def as_json(self) -> dict[str, Any]:
        """Return it as values that JSON has."""
        return {
            "word": str(self.word), "transfer": self.transfer, "speaker": self.speaker, "hearer": self.hearer,
            "at": self.at, "content": self.content, "body": self.body,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Card:
    """The public keys of an installation, to be carried to another and compared there.

    Attributes:
        name: what it calls itself.
        signing: Ed25519 key, 64 hexadecimal digits.
        recipient: age key (age1…).
    """

    name: str
    signing: str
    recipient: str

    @property
    def fingerprint(self) -> str:
        """Return a short name of both keys, to be read out and compared: 128 bits in groups of four digits."""
        digest = hashlib.sha256(f"{CARD_FORM}\n{self.signing}\n{self.recipient}".encode()).hexdigest()[:32]
        return " ".join(digest[at : at + 4] for at in range(0, len(digest), 4))

    def text(self) -> str:
        """Return the card as it stands in a file."""
        told = {"form": CARD_FORM, "name": self.name, "signing": self.signing, "recipient": self.recipient}
        return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def read_card(data: bytes, where: str) -> Card:
    """Return the card that a file holds.

    Raises:
        BadInputError: it holds none, or its keys are none.
    """
    try:
        told = json.loads(data[:_LARGEST_CARD].decode())
        if told["form"] != CARD_FORM:
            raise ValueError(told["form"])
        card = Card(str(told["name"]), str(told["signing"]), str(told["recipient"]))
        _public(card.signing)
        pyrage.x25519.Recipient.from_str(card.recipient)
    except (ValueError, KeyError, TypeError, RecursionError, pyrage.RecipientError) as problem:
        raise BadInputError(
            f"{where} is no card of an installation's keys; have it written there by: soken handover key --out FILE"
        ) from problem
    return card


def canonical(value: Any) -> str:
    """Return a value as JSON that is the same whenever the value is."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def content_digest(body: dict[str, Any]) -> str:
    """Return the SHA-256 (hexadecimal) of what is handed over."""
    return hashlib.sha256(canonical(body).encode("utf-8", "surrogatepass")).hexdigest()


def seal(statement: Statement, key: Ed25519PrivateKey, recipients: Sequence[str]) -> bytes:
    """Return a statement signed and encrypted.

    Args:
        statement: it; its speaker is the public half of the key.
        key: who says it.
        recipients: age keys of who may open it.

    Raises:
        BadInputError: a recipient is no age key, or the file would be larger than `LARGEST`.
    """
    said = statement.as_bytes()
    plain = _HEAD + bytes.fromhex(statement.speaker) + key.sign(_HEAD + said) + said
    if len(plain) > LARGEST:
        raise BadInputError(f"The transfer is larger than {LARGEST // 1024**2} MB; divide the person first.")
    try:
        to = [pyrage.x25519.Recipient.from_str(one) for one in recipients]
    except pyrage.RecipientError as wrong:
        raise BadInputError("A recipient is no public key of age (age1…); register the installation anew.") from wrong
    return bytes(pyrage.encrypt(plain, to))


def unseal(data: bytes, identity: str, *, trusts: Callable[[str], object] | None = None) -> Statement:
    """Return what a file says, its signature checked against the key that it names as its speaker's.

    Whether the statement is meant for who opens it is for the caller to ask.

    Args:
        data: the file.
        identity: secret age key of who opens it (AGE-SECRET-KEY-…).
        trusts: told the speaker's key (64 hexadecimal digits) once the signature fits and before anything of the
            statement is read; raises where the key is not trusted.

    Raises:
        BadInputError: it is no such file, was encrypted for others, or was altered; one sentence says which.
    """
    if len(data) > 2 * LARGEST or not data.startswith(_MAGIC):
        raise BadInputError("The file is no handover of Soken (it is not encrypted with age); choose another.")
    try:
        plain = bytes(pyrage.decrypt(data, [pyrage.x25519.Identity.from_str(identity)]))
    except pyrage.DecryptError as closed:
        if "No matching keys" in str(closed):
            raise BadInputError(
                "The file is encrypted for another installation, or its head was altered on the way; "
                "check whom it was sent to."
            ) from closed
        raise _altered("it does not open whole") from closed
    if len(plain) > LARGEST:
        raise _altered("it is larger than any that is sent")
    speaker, said = _verified(plain)
    if trusts is not None:
        trusts(speaker)
    return _parsed(said, speaker)


def _verified(plain: bytes) -> tuple[str, bytes]:
    """Return who speaks in an opened file, and the bytes of the statement; its signature fits."""
    form = plain[:_LONGEST_FORM].partition(b"\n")[0].decode("utf-8", "replace")
    if form.startswith(_FORMS) and form != FORM:
        raise BadInputError(f"The file has the form {form!r}, this Soken reads {FORM!r}; update.")
    signed_at = len(_HEAD) + _KEY_BYTES
    key, signature = plain[len(_HEAD) : signed_at], plain[signed_at : signed_at + _SIGNATURE_BYTES]
    said = plain[signed_at + _SIGNATURE_BYTES :]
    if form != FORM or not said:
        raise _altered(_NOT_ITS_FORM)
    try:
        _public(key.hex()).verify(signature, _HEAD + said)
    except InvalidSignature as forged:
        raise _altered("its signature does not fit") from forged
    return key.hex(), said


def _parsed(said: bytes, speaker: str) -> Statement:
    """Return the statement that the speaker has signed."""
    try:
        told = json.loads(said.decode("utf-8", "surrogatepass"))
        names = ("transfer", "speaker", "hearer", "at", "content")
        statement = Statement(
            Word(told["word"]), **{name: _text(told[name]) for name in names}, body=dict(told["body"])
        )
        content = content_digest(statement.body)
    except (ValueError, KeyError, TypeError, RecursionError) as broken:
        raise _altered(_NOT_ITS_FORM) from broken
    if statement.speaker != speaker:
        raise _altered("its signature is not that of the speaker whom it names")
    if statement.word is Word.OFFER and content != statement.content:
        raise _altered("its contents are not those that it names")
    return statement


def _altered(why: str) -> BadInputError:
    """Return the refusal of a file that is not as it was made."""
    return BadInputError(f"The file was altered or damaged on the way ({why}); nothing was taken in: {_MENDED}.")


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def _public(key: str) -> Ed25519PublicKey:
    """Return a public key from its 64 hexadecimal digits.

    Raises:
        ValueError: it is none.
    """
    if len(key) != _KEY_DIGITS:
        raise ValueError(key)
    return Ed25519PublicKey.from_public_bytes(bytes.fromhex(key))
