"""A time-stamping authority of the tests' own, invented: it answers requests, and also in every wrong way.

As a program it answers one request: ``python -m tests.ledger.authority REQUEST ANSWER ROOTS``.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

from asn1crypto import cms, core, keys, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.sign.timestamps import DummyTimeStamper

NAME = "Invented Stamps"
#: Since when all certificates are valid, and for how long the authority's is.
SINCE = datetime(2020, 1, 1, tzinfo=UTC)
DAYS = 20 * 365


@cache
def _key(_whose: str) -> rsa.RSAPrivateKey:
    """A key of somebody's; one each for all tests, since to make one takes long."""
    return rsa.generate_private_key(65537, 2048)


def _certificate(
    name: str, *, by: str, days: int = DAYS, purposes: tuple[x509.ObjectIdentifier, ...] = (), critical: bool = True
) -> x509.Certificate:
    """A certificate of ``name`` that ``by`` vouches for; of one who vouches for others where it has no purpose."""
    made = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, by)]))
        .public_key(_key(name).public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(SINCE)
        .not_valid_after(SINCE + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=not purposes, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(_key(name).public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(_key(by).public_key()), critical=False)
    )
    if purposes:
        made = made.add_extension(x509.ExtendedKeyUsage(purposes), critical=critical)
    return made.sign(_key(by), hashes.SHA256())


@dataclass(frozen=True, slots=True)
class Authority:
    """Who stamps.

    Attributes:
        root: vouches for it, PEM: whom to trust.
        certificate: its own.
        between: of the root, vouches for it.
    """

    root: bytes
    certificate: x509.Certificate
    between: x509.Certificate

    def answer(self, request: bytes, *, at: datetime | None = None, signs_by: str | None = None) -> tsp.TimeStampResp:
        """Return what it answers to a request; signed by another digest than that of the request, if one is named."""
        stamper = DummyTimeStamper(
            _read(self.certificate), _private(NAME), certs_to_embed=[_read(self.between)], fixed_dt=at,
            override_md=signs_by,
        )  # fmt: skip
        return stamper.request_tsa_response(tsp.TimeStampReq.load(request))


def make_authority(*, root: str = "Invented Root", **said: Any) -> Authority:
    """An authority as it should be, or not: see `_certificate`."""
    wanted: dict[str, Any] = {"purposes": (ExtendedKeyUsageOID.TIME_STAMPING,), **said}
    between = f"{root} 2"
    return Authority(
        _certificate(root, by=root).public_bytes(serialization.Encoding.PEM),
        _certificate(NAME, by=between, **wanted),
        _certificate(between, by=root),
    )


def _read(certificate: x509.Certificate) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(certificate.public_bytes(serialization.Encoding.DER))


def _private(whose: str) -> keys.PrivateKeyInfo:
    done = _key(whose).private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return keys.PrivateKeyInfo.load(done)


def asked_with(request: bytes, **other: Any) -> bytes:
    """The same request with something else in it."""
    asked = tsp.TimeStampReq.load(request)
    for name, value in other.items():
        asked[name] = value
    return bytes(asked.dump(force=True))


def unsigned(answer: tsp.TimeStampResp) -> bytes:
    """The same answer with nobody's signature."""
    signed = answer["time_stamp_token"]["content"]
    signed["signer_infos"] = cms.SignerInfos([])
    return bytes(answer.dump(force=True))


def said_otherwise(answer: tsp.TimeStampResp, **other: Any) -> bytes:
    """The same answer and signature, over something else than was signed."""
    inside = answer["time_stamp_token"]["content"]["encap_content_info"]
    stated = tsp.TSTInfo.load(inside["content"].parsed.dump())
    for name, value in other.items():
        stated[name] = value
    inside["content"] = cms.ParsableOctetString(stated.dump(force=True))
    return bytes(answer.dump(force=True))


def refused() -> bytes:
    """The answer of an authority that stamps nothing."""
    status = tsp.PKIStatusInfo({"status": "rejection", "status_string": ["no"], "fail_info": {"bad_alg"}})
    return bytes(_Refusal({"status": status}).dump())


class _Refusal(core.Sequence):  # type: ignore[misc]
    _fields: ClassVar = [("status", tsp.PKIStatusInfo)]


def main(request: Path, answer: Path, roots: Path) -> None:
    """Answer one request."""
    authority = make_authority()
    answer.write_bytes(authority.answer(request.read_bytes()).dump())
    roots.write_bytes(authority.root)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
