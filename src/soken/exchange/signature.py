"""A signature over a whole PDF, without chance in it: the same file and key give the same bytes.

It is RSA with PKCS #1 v1.5 and states the moment of the data; the file's second id comes from the bytes that are
signed. Nothing unsigned stands beside it: one altered byte shows.
"""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Final

from asn1crypto import cms
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

from soken.core.errors import BadInputError
from soken.core.waiting import waited

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from asn1crypto import x509 as asn1_x509


_FIELD: Final = "Soken"
_BITS: Final = 3072
_DIGEST: Final = "sha256"
_YEARS: Final = 20
#: What reading a damaged PDF and its signature ends in.
_UNREADABLE: Final = (
    PdfError, ValueError, KeyError, IndexError, TypeError, AttributeError, AssertionError, ArithmeticError,
)  # fmt: skip
#: The tag of a set, in DER.
_SET: Final = b"\x31"
#: Room for a signature whose length is not known yet, in hexadecimal digits.
_RESERVED: Final = 16_384


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs.

    Attributes:
        key: private key, PEM without password.
        certificate: its certificate, PEM.
    """

    key: bytes
    certificate: bytes


def sign(pdf: bytes, signer: Signer, *, moment: datetime) -> bytes:
    """Return a PDF with a signature over all of it; one altered byte shows.

    Args:
        pdf: an unsigned one.
        signer: who signs.
        moment: said to be the signature's: that of the data, so that the same data give the same bytes.
    """
    hand = _hand(signer)
    if hand.pattern is None:
        hand.pattern = _learnt(pdf, hand, moment)
    # As long as its signatures are: no unsigned byte is left behind one.
    return _embedded(pdf, hand.pattern.signature, moment, 2 * len(hand.pattern.whole))


class _Writer(IncrementalPdfFileWriter):
    """Adds a signature and nothing else: the library would write the clock's moment into the document's dates."""

    def _update_meta(self) -> None:
        """Leave the document's dates as they were typeset."""


@dataclass(frozen=True, slots=True)
class _Pattern:
    """A signature of a hand's as the library makes it, in which two parts alone depend on what is signed.

    To build it anew for each packet takes four times as long as signing, and comes to the same bytes.

    Attributes:
        whole: the signature, in DER.
        digest: where the digest of what is signed stands in it.
        attributes: where what the key signs stands: the digest among it.
        key: signs.
    """

    whole: bytes
    digest: slice
    attributes: slice
    key: rsa.RSAPrivateKey

    def signature(self, digest: bytes) -> bytes:
        """Return the signature over something of this digest."""
        made = bytearray(self.whole)
        made[self.digest] = digest
        # They are signed as the set that they are, not under the tag that they bear in here (RFC 5652, 5.4).
        signed = self.key.sign(_SET + bytes(made[self.attributes])[1:], padding.PKCS1v15(), hashes.SHA256())
        made[-len(signed) :] = signed
        return bytes(made)


def _learnt(pdf: bytes, hand: _Hand, moment: datetime) -> _Pattern:
    """Return the pattern of a hand's signatures, by a first one that the library makes.

    Raises:
        BadInputError: see `_embedded`.
    """
    found: list[tuple[bytes, cms.ContentInfo]] = []

    def by_library(digest: bytes) -> bytes:
        signed = waited(hand.async_sign(digest, digest_algorithm=_DIGEST, use_pades=True))
        found.append((digest, signed))
        return bytes(signed.dump())

    _embedded(pdf, by_library, moment, _RESERVED)
    digest, signed = found[0]
    whole, attributes = signed.dump(), signed["content"]["signer_infos"][0]["signed_attrs"].dump()
    at, begin = whole.index(digest), whole.index(attributes)
    return _Pattern(whole, slice(at, at + len(digest)), slice(begin, begin + len(attributes)), hand.loaded)


def _embedded(pdf: bytes, signature: Callable[[bytes], bytes], moment: datetime, reserved: int) -> bytes:
    """Return a PDF with a signature in a place of so many hexadecimal digits.

    Args:
        pdf: an unsigned one.
        signature: makes one over something of a digest.
        moment: said to be the signature's.
        reserved: the place.

    Raises:
        BadInputError: it bears a signature already.
    """
    writer = _Writer(io.BytesIO(pdf))
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
    steps.send(signature(digest.document_digest))
    return bytes(out.getvalue())


@dataclass(frozen=True, slots=True)
class Verified:
    """What a packet's signature says.

    Attributes:
        whole: nothing was altered or added since it was signed.
        known: the certificate is the one that was given.
        signer: the name in the certificate.
        signed_at: the moment that the signature states, None where it states none.
        printed: SHA-256 of all that is printed beside the mark of the copy, as it stands on each page: every copy of
            the same packet has it; '' in a file made before it was written there.
    """

    whole: bool
    known: bool
    signer: str
    signed_at: datetime | None
    printed: str


def verify(pdf: bytes, certificate: bytes) -> Verified:
    """Check a packet against a certificate.

    Args:
        pdf: the packet.
        certificate: PEM.

    Raises:
        BadInputError: it is no PDF, or is not signed.
    """
    try:
        read = PdfFileReader(io.BytesIO(pdf), strict=False)
        found = read.embedded_signatures
        if len(found) != 1:
            raise BadInputError(f"A packet bears one signature; this file bears {len(found)}.")
        # Whether the bytes are whole is asked of the certificate inside; whether it is ours, of the one that was given.
        inside = found[0].signer_cert
        asked = ValidationContext(trust_roots=[inside], allow_fetching=False)
        status = waited(async_validate_pdf_signature(found[0], asked))
        about = read.trailer_view["/Info"]
        printed = str(about["/Subject"]) if "/Subject" in about else ""
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
        printed=printed,
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
        and _one_spelling(signature.pkcs7_content)
    )
    return usual and pdf[first:second] == b"<" + signature.pkcs7_content.hex().upper().encode() + b">"


def _one_spelling(written: bytes) -> bool:
    """Tell whether a signature is written in the one way of DER; BER has many ways to say the same."""
    return bool(cms.ContentInfo.load(written, strict=True).dump(force=True) == written)


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
    #: Of its signatures, once it has made one.
    pattern: _Pattern | None = None

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
