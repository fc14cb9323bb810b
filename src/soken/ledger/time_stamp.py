"""A time stamp by a third party (RFC 3161): the request for one, and whether what an authority answered holds.

Nothing is fetched: request and answer are files that somebody carries. So it is not asked either whether a certificate
was revoked; the authority's own must have been valid at the moment that it states.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Final

from asn1crypto import cms, core, tsp
from pyhanko.keys import load_certs_from_pemder_data
from pyhanko.sign.ades.report import AdESIndeterminate
from pyhanko.sign.general import extract_certificate_info
from pyhanko.sign.validation.generic_cms import get_signing_cert_attr, validate_tst_signed_data
from pyhanko.sign.validation.status import TimestampSignatureStatus
from pyhanko_certvalidator import ValidationContext

from soken.core.errors import BadInputError
from soken.core.waiting import waited

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from asn1crypto import x509

#: The algorithm of the imprint; a checkpoint's is SHA-256 (`Checkpoint.imprint`).
_DIGEST: Final = "sha256"
#: What reading something that is no answer, or a damaged one, ends in.
_UNREADABLE: Final = (ValueError, KeyError, IndexError, TypeError, AttributeError, AssertionError, OverflowError)
#: What the library calls a way of signing that is too weak.
_TOO_WEAK: Final = (
    AdESIndeterminate.CRYPTO_CONSTRAINTS_FAILURE, AdESIndeterminate.CRYPTO_CONSTRAINTS_FAILURE_NO_POE,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class TimeStamp:
    """What a time stamp says that holds.

    Attributes:
        at: when the authority had the checkpoint before it, aware.
        by: the name in the authority's certificate.
    """

    at: datetime
    by: str


class _Answer(core.Sequence):  # type: ignore[misc]
    """An answer; the library's own form has no room for one that grants nothing, and so brings no token."""

    _fields: ClassVar = [("status", tsp.PKIStatusInfo), ("time_stamp_token", cms.ContentInfo, {"optional": True})]


def request(imprint: bytes, nonce: int) -> bytes:
    """Return a request for a time stamp (TimeStampReq, DER), which wants the authority's certificates sent along.

    Args:
        imprint: SHA-256 of what is to be stamped.
        nonce: a number that nobody can guess; the answer has to bear it.
    """
    asked = tsp.TimeStampReq({
        "version": "v1", "message_imprint": {"hash_algorithm": {"algorithm": _DIGEST}, "hashed_message": imprint},
        "nonce": nonce, "cert_req": True,
    })  # fmt: skip
    return bytes(asked.dump())


def trusted_roots(path: Path) -> list[x509.Certificate]:
    """Return the certificates that a file names as trusted, in PEM or DER.

    Raises:
        BadInputError: it holds none, or cannot be read.
    """
    try:
        found = list(load_certs_from_pemder_data(path.read_bytes()))
        for one in found:
            _name(one)  # what is no certificate shows when it is read
    except (OSError, *_UNREADABLE) as problem:
        raise _no_roots(path) from problem
    if not found:
        raise _no_roots(path)
    return found


def _no_roots(path: Path) -> BadInputError:
    """Return the refusal of a file without certificates."""
    return BadInputError(
        f"{path} holds no certificate in PEM or DER form; name the file with the roots of the time-stamping authority."
    )


def imprint_of(answer: bytes, where: str) -> bytes:
    """Return the hash that an answer says it stamps; nothing of it is checked yet.

    Args:
        answer: a TimeStampResp, DER.
        where: names it in a refusal.

    Raises:
        BadInputError: it is no answer, or grants nothing.
    """
    try:
        return bytes(_told(_token(answer, where))["message_imprint"]["hashed_message"].native)
    except _UNREADABLE as problem:
        raise _no_answer(where) from problem


def check_time_stamp(
    answer: bytes, *, where: str, imprint: bytes, nonce: int | None, made_at: datetime,
    roots: Sequence[x509.Certificate],
) -> TimeStamp:  # fmt: skip
    """Return what an answer says, if all of it holds.

    Args:
        answer: a TimeStampResp, DER.
        where: names it in a refusal.
        imprint: SHA-256 of what has to be stamped.
        nonce: of the request; None where the request is not here.
        made_at: when that was made, aware: nobody can have stamped it before.
        roots: certificates that are trusted; one of them has to vouch for the authority.

    Raises:
        BadInputError: it is no answer, grants nothing, is of something else, answers another request, was altered, is
            signed by whom no trusted root vouches for, or with a certificate that was not valid or is not for this, or
            is of a time before ``made_at``.
    """
    try:
        signed = _token(answer, where)
        _check_asked(_told(signed), where, imprint, nonce)
        _check_named(signed, where)
        by = _name(_check_signature(signed, where, imprint, roots))
        at: datetime = _told(signed)["gen_time"].native
    except _UNREADABLE as problem:
        raise _no_answer(where) from problem
    if at < made_at:
        raise BadInputError(
            f"{where} is of {at.isoformat()}, before the checkpoint was made ({made_at.isoformat()}): the clock of "
            "one of the two is wrong; see to it, make a new checkpoint and have that stamped."
        )
    return TimeStamp(at, by)


def _no_answer(where: str) -> BadInputError:
    """Return the refusal of a file that is no answer."""
    return BadInputError(
        f"{where} is no answer of a time-stamping authority that can be read (RFC 3161); bring the file that it gave."
    )


def _token(answer: bytes, where: str) -> cms.SignedData:
    """Return the token of an answer that grants one."""
    read = _Answer.load(answer, strict=True)
    status = read["status"]["status"].native
    if status != "granted":
        raise BadInputError(
            f"{where} grants no time stamp, the authority answered {status}; ask it again, or another one."
        )
    token = read["time_stamp_token"]
    if token["content_type"].native != "signed_data":
        raise ValueError(token["content_type"].native)
    return token["content"]


def _told(signed: cms.SignedData) -> tsp.TSTInfo:
    """Return what a token states."""
    stated = signed["encap_content_info"]["content"].parsed
    if not isinstance(stated, tsp.TSTInfo):
        raise TypeError(type(stated).__name__)
    return stated


def _check_asked(stated: tsp.TSTInfo, where: str, imprint: bytes, nonce: int | None) -> None:
    """Refuse a token that stamps something else than was asked for, or answers another request."""
    stamped = stated["message_imprint"]
    if stamped["hash_algorithm"]["algorithm"].native != _DIGEST or stamped["hashed_message"].native != imprint:
        raise BadInputError(f"{where} stamps something else: its imprint is not the checkpoint's; bring the right one.")
    if nonce is not None and stated["nonce"].native != nonce:
        raise BadInputError(
            f"{where} answers another request: its nonce is not the one that was asked with; bring the right answer."
        )


def _check_named(signed: cms.SignedData, where: str) -> None:
    """Refuse a token that nobody signed, or that does not name and bring the certificate that it is signed with."""
    if not len(signed["signer_infos"]):
        raise BadInputError(f"{where} is not signed by anybody; bring the file that the authority gave.")
    (signer,) = signed["signer_infos"]
    attributes = signer["signed_attrs"]
    if attributes is core.VOID or get_signing_cert_attr(attributes) is None:
        raise BadInputError(f"{where} does not name the certificate that it is signed with, as RFC 3161 asks.")
    extract_certificate_info(signed)


def _check_signature(
    signed: cms.SignedData, where: str, imprint: bytes, roots: Sequence[x509.Certificate]
) -> x509.Certificate:
    """Return the certificate that a token is signed with, if the signature fits and a trusted root vouches for it."""
    at = _told(signed)["gen_time"].native
    context = ValidationContext(trust_roots=list(roots), moment=at, allow_fetching=False)
    found: dict[str, Any] = waited(validate_tst_signed_data(signed, context, lambda _algorithm: imprint))
    status = TimestampSignatureStatus(**found)
    if not (status.intact and status.valid):
        raise BadInputError(f"{where} was altered: the authority's signature does not fit what it says.")
    by = _name(status.signing_cert)
    if not _is_for_stamping(status.signing_cert):
        raise BadInputError(
            f"{where} is signed by {by} with a certificate that is not for time stamping and nothing else (critical "
            "extended key usage timeStamping); ask another authority."
        )
    if not status.signing_cert.not_valid_before <= at <= status.signing_cert.not_valid_after:
        raise BadInputError(f"{where} is signed by {by} with a certificate that was not valid on {at.isoformat()}.")
    if status.trust_problem_indic in _TOO_WEAK:
        raise BadInputError(f"{where} is signed by {by} in a way that is no longer safe; ask another authority.")
    if not status.trusted:
        raise BadInputError(
            f"{where} is signed by {by}, for whom no trusted root vouches; name the file with the authority's roots."
        )
    return status.signing_cert


def _is_for_stamping(certificate: x509.Certificate) -> bool:
    """Tell whether a certificate is for time stamping alone, and says so as something that nobody may pass over."""
    return "extended_key_usage" in certificate.critical_extensions and certificate.extended_key_usage_value.native == [
        "time_stamping"
    ]


def _name(certificate: x509.Certificate) -> str:
    """Return whose a certificate is, in one line."""
    names = certificate.subject.native
    return " ".join(str(names.get("common_name") or certificate.subject.human_friendly).split())
