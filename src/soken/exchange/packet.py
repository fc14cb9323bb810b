"""The packet that goes with a referral: set as a PDF that is the same bytes for the same data, and signed.

Sections are given as plain data and set by a typst template; nothing is pasted into its source. The signature is RSA
with PKCS #1 v1.5, which has no chance in it; its moment is that of the data, and the file's second id comes from the
data's hash, so that a signed packet too can be made again byte for byte.
"""

from __future__ import annotations

import asyncio
import hashlib
import io
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import UTC, timedelta
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final, TypeVar

import pylopdf_fonts_jp
import typst
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID
from pyhanko.keys import load_certs_from_pemder_data, load_private_key_from_pemder_data
from pyhanko.pdf_utils.generic import ByteStringObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigObjSetup
from pyhanko.sign.signers.pdf_byterange import SignatureObject
from pyhanko.sign.signers.pdf_cms import SimpleSigner
from pyhanko.sign.validation import EmbeddedPdfSignature, async_validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from soken.core.errors import BadInputError, DamagedStoreError

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from datetime import datetime

    from asn1crypto import x509 as asn1_x509

    from soken.refer.packet import Section

T = TypeVar("T")

_FIELD: Final = "Soken"
_BITS: Final = 3072
_DIGEST: Final = "sha256"
_YEARS: Final = 20
#: What reading a damaged PDF and its signature ends in.
_UNREADABLE: Final = (PdfError, ValueError, KeyError, IndexError, TypeError, AttributeError, AssertionError)
#: Room for a signature whose length is not known yet, in hexadecimal digits.
_RESERVED: Final = 16_384


@dataclass(frozen=True, slots=True)
class Packet:
    """What is set.

    Attributes:
        number: the packet's id.
        language: "ja" or "en".
        title: on the covering sheet.
        subtitle: under it.
        moment: of the data, with zone: the document's date and the signature's.
        sections: in order, the covering sheet first.
        foot: what stands on each page beside the id, the page and the hash.
        words: of the template: "hash", "page".
    """

    number: str
    language: str
    title: str
    subtitle: str
    moment: datetime
    sections: tuple[Section, ...]
    foot: str
    words: tuple[tuple[str, str], ...]

    def digest(self) -> str:
        """Return the SHA-256 of everything that is set (hexadecimal); it stands on each page."""
        return hashlib.sha256(self._canonical().encode()).hexdigest()

    def _canonical(self) -> str:
        told = asdict(self) | {"moment": self.moment.isoformat()}
        return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs.

    Attributes:
        key: private key, PEM without password.
        certificate: its certificate, PEM.
    """

    key: bytes
    certificate: bytes


def typeset(packet: Packet) -> bytes:
    """Return the packet as a PDF/A-2b, unsigned; the same packet gives the same bytes.

    Raises:
        DamagedStoreError: the template that ships with Soken makes no PDF.
    """
    moment = packet.moment.astimezone(UTC)
    told = asdict(packet) | {
        "moment": [moment.year, moment.month, moment.day],
        "hash": packet.digest(),
        "words": dict(packet.words),
    }
    made = _compiler().compile(
        _template(), sys_inputs={"packet": json.dumps(told, ensure_ascii=False)}, pdf_standards=["a-2b"]
    )
    if not isinstance(made, bytes):
        raise DamagedStoreError("The packet's template made no single PDF; reinstall Soken.")
    return made


def sign(pdf: bytes, signer: Signer, *, moment: datetime) -> bytes:
    """Return a PDF with a signature over all of it; one altered byte shows.

    Args:
        pdf: an unsigned one.
        signer: who signs.
        moment: said to be the signature's: that of the data, so that the same data give the same bytes.
    """
    hand = _hand(signer)
    # A first round says how long this hand's signatures are: no unsigned byte is left behind one.
    if not hand.digits:
        hand.digits = 2 * len(_embedded(pdf, hand, moment, _RESERVED)[1])
    return _embedded(pdf, hand, moment, hand.digits)[0]


def _embedded(pdf: bytes, hand: SimpleSigner, moment: datetime, reserved: int) -> tuple[bytes, bytes]:
    """Return a PDF with a signature in a place of so many hexadecimal digits, and the signature."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    # The library draws the second id by chance; ours says which bytes were signed.
    writer._document_id[1] = ByteStringObject(hashlib.sha256(pdf).digest()[:16])
    steps = PdfCMSEmbedder(SigFieldSpec(_FIELD)).write_cms(_FIELD, writer)
    try:
        next(steps)
    except SigningError as twice:
        raise BadInputError("This PDF bears a signature already; sign the packet as it was typeset.") from twice
    room = SignatureObject(timestamp=moment, subfilter=SigSeedSubFilter.PADES, bytes_reserved=reserved)
    steps.send(SigObjSetup(room))
    digest, out = steps.send(SigIOSetup(md_algorithm=_DIGEST, in_place=True))
    signed = _waited(hand.async_sign(digest.document_digest, digest_algorithm=_DIGEST, use_pades=True))
    steps.send(signed)
    return bytes(out.getvalue()), bytes(signed.dump())


def _waited(work: Coroutine[Any, Any, T]) -> T:
    """Return what the library's asynchronous work comes to, also where a loop of the caller's runs already."""
    with ThreadPoolExecutor(max_workers=1) as beside:
        return beside.submit(asyncio.run, work).result()


@dataclass(frozen=True, slots=True)
class Verified:
    """What a packet's signature says.

    Attributes:
        whole: nothing was altered or added since it was signed.
        known: the certificate is the one that was given.
        signer: the name in the certificate.
        signed_at: the moment that the signature states, None where it states none.
    """

    whole: bool
    known: bool
    signer: str
    signed_at: datetime | None


def verify(pdf: bytes, certificate: bytes) -> Verified:
    """Check a packet against a certificate.

    Args:
        pdf: the packet.
        certificate: PEM.

    Raises:
        BadInputError: it is no PDF, or is not signed.
    """
    try:
        found = PdfFileReader(io.BytesIO(pdf), strict=False).embedded_signatures
        if len(found) != 1:
            raise BadInputError(f"A packet bears one signature; this file bears {len(found)}.")
        # Whether the bytes are whole is asked of the certificate inside; whether it is ours, of the one that was given.
        inside = found[0].signer_cert
        asked = ValidationContext(trust_roots=[inside], allow_fetching=False)
        status = _waited(async_validate_pdf_signature(found[0], asked))
        covered = status.coverage == SignatureCoverageLevel.ENTIRE_FILE and _nothing_beside(pdf, found[0])
    except _UNREADABLE as unreadable:
        raise BadInputError(
            "This is no signed PDF that can be read: altered, or cut off; ask for it again."
        ) from unreadable
    return Verified(
        whole=bool(status.intact and status.valid and covered),
        known=inside.dump() == _certificate(certificate).dump(),
        signer=inside.subject.human_friendly,
        signed_at=status.signer_reported_dt,
    )


def _nothing_beside(pdf: bytes, signature: EmbeddedPdfSignature) -> bool:
    """Tell whether the one part that a signature does not cover, its own place, holds it and nothing else.

    Around what it signs, a signature has fields that nothing protects; they must be what ours always are.
    """
    _begin, first, second, _length = signature.byte_range
    data, info, inside = signature.signed_data, signature.signer_info, signature.signer_cert
    usual = (
        [dict(one.native) for one in data["digest_algorithms"]] == [{"algorithm": _DIGEST, "parameters": None}]
        and data["version"].native == "v1"
        and data["encap_content_info"].native == {"content_type": "data", "content": None}
        and [one.chosen.dump() for one in data["certificates"]] == [inside.dump()]
        and info["version"].native == "v1"
        and info["sid"].native == {"issuer": inside.issuer.native, "serial_number": inside.serial_number}
        and info["digest_algorithm"].native == {"algorithm": _DIGEST, "parameters": None}
        and info["signature_algorithm"].native["algorithm"] == "sha256_rsa"
    )
    return usual and pdf[first:second] == b"<" + signature.pkcs7_content.hex().upper().encode() + b">"


def make_signer(name: str, *, since: datetime) -> Signer:
    """Return a new key with a certificate that it has signed itself: it says who signed only to whoever knows it.

    Args:
        name: of the installation, in the certificate.
        since: the first moment of its validity, which lasts 20 years.
    """
    key = rsa.generate_private_key(public_exponent=65_537, key_size=_BITS)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    usage = x509.KeyUsage(
        digital_signature=True, content_commitment=True, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=False, crl_sign=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(since)
        .not_valid_after(since + timedelta(days=365 * _YEARS))
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )
    return Signer(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()),
        certificate.public_bytes(serialization.Encoding.PEM),
    )


class _Hand(SimpleSigner):
    """Signs with a key that is loaded once: to check an RSA key takes longer than all the rest of a packet."""

    loaded: rsa.RSAPrivateKey
    #: Of its signatures, which are all of one length.
    digits = 0

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        """Return the signature of some bytes."""
        return self.loaded.sign(data, padding.PKCS1v15(), hashes.SHA256())


@cache
def _hand(signer: Signer) -> _Hand:
    """Return what signs, made once a process.

    Raises:
        BadInputError: the key is no RSA key that can be read without a password.
    """
    try:
        key = serialization.load_pem_private_key(signer.key, password=None)
    except (ValueError, TypeError) as wrong:
        raise BadInputError(
            "The key that signs packets cannot be read: it has to be a PEM without password."
        ) from wrong
    if not isinstance(key, rsa.RSAPrivateKey):
        raise BadInputError("The key that signs packets has to be an RSA key: its signatures have no chance in them.")
    made = _Hand(
        signing_cert=_certificate(signer.certificate),
        signing_key=load_private_key_from_pemder_data(signer.key, None),
        cert_registry=SimpleCertificateStore(),  # type: ignore[no-untyped-call]
        prefer_pss=False,
    )
    made.loaded = key
    return made


def _certificate(pem: bytes) -> asn1_x509.Certificate:
    """Return a certificate as the signing library wants it.

    Raises:
        BadInputError: the file holds none.
    """
    try:
        return next(iter(load_certs_from_pemder_data(pem)))
    except (ValueError, StopIteration) as none:
        raise BadInputError("The certificate file holds no certificate in PEM or DER form.") from none


@cache
def _compiler() -> typst.Compiler:
    """Return the typesetter; the fonts are loaded once a process."""
    return typst.Compiler(font_paths=[str(files(pylopdf_fonts_jp))], ignore_system_fonts=True)


@cache
def _template() -> bytes:
    return files("soken.exchange").joinpath("packet.typ").read_bytes()
