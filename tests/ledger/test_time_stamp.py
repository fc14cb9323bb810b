"""A time stamp of a third party counts if all of it holds, and is refused in one sentence otherwise."""

from __future__ import annotations

import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from asn1crypto import tsp
from cryptography.x509.oid import ExtendedKeyUsageOID
from django.conf import settings
from django.db import transaction

from soken.core.errors import BadInputError, NotFoundError, RefusedError
from soken.ledger.checkpoint import make_checkpoint, read_checkpoint
from soken.ledger.models import Entry
from soken.ledger.stamped import ask_stamp, take_stamp
from soken.ledger.time_stamp import check_time_stamp, request, trusted_roots
from soken.ledger.verify import Verdict, verify_ledger
from tests.ledger import authority
from tests.ledger.test_verify import write

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from soken.ledger.checkpoint import Checkpoint

IMPRINT, NONCE = bytes(range(32)), 0x1234567890ABCDEF
MADE, STAMPED = datetime(2026, 11, 30, 9, tzinfo=UTC), datetime(2026, 11, 30, 10, tzinfo=UTC)
ASKED = request(IMPRINT, NONCE)
RIGHT = authority.make_authority()
STRANGER = authority.make_authority(root="Another Root")


@pytest.fixture
def roots(tmp_path: Path) -> Path:
    path = tmp_path / "roots.pem"
    path.write_bytes(RIGHT.root)
    return path


def checked(answer: bytes, roots: Path, **other: Any) -> Any:
    known: dict[str, Any] = {"where": "a.tsr", "imprint": IMPRINT, "nonce": NONCE, "made_at": MADE, **other}
    return check_time_stamp(answer, roots=trusted_roots(roots), **known)


def by(**said: Any) -> tsp.TimeStampResp:
    """The answer of an authority whose certificate is not as it should be."""
    return authority.make_authority(**said).answer(ASKED, at=STAMPED)


def answered(asked: bytes = ASKED, at: datetime = STAMPED) -> tsp.TimeStampResp:
    return RIGHT.answer(asked, at=at)


def test_a_request_says_what_is_to_be_stamped_and_wants_the_certificates() -> None:
    asked = tsp.TimeStampReq.load(ASKED, strict=True).native
    assert asked["message_imprint"]["hash_algorithm"]["algorithm"] == "sha256"
    assert asked["message_imprint"]["hashed_message"] == IMPRINT
    assert (asked["version"], asked["nonce"], asked["cert_req"]) == ("v1", NONCE, True)


def test_a_stamp_that_holds_says_when_and_by_whom(roots: Path) -> None:
    found = checked(answered().dump(), roots)
    assert (found.at, found.by) == (STAMPED, authority.NAME)


WRONG: dict[str, tuple[Callable[[], bytes], str]] = {
    "another imprint": (
        lambda: answered(request(bytes(32), NONCE)).dump(), "its imprint is not the checkpoint's"
    ),
    "another nonce": (lambda: answered(request(IMPRINT, NONCE + 1)).dump(), "its nonce is not the one"),
    "no nonce": (lambda: answered(authority.asked_with(ASKED, nonce=None)).dump(), "its nonce is not the one"),
    "unsigned": (lambda: authority.unsigned(answered()), "not signed by anybody"),
    "altered moment": (
        lambda: authority.said_otherwise(answered(), gen_time=STAMPED + timedelta(hours=1)), "was altered"
    ),
    "altered imprint": (
        lambda: authority.said_otherwise(
            answered(request(bytes(32), NONCE)), message_imprint=tsp.TimeStampReq.load(ASKED)["message_imprint"]
        ),
        "was altered",
    ),
    "certificate that had expired": (lambda: by(days=30).dump(), "was not valid on 2026-11-30"),
    "certificate not valid yet": (
        lambda: answered(at=authority.SINCE - timedelta(days=9)).dump(), "was not valid on 2019-12-23"
    ),
    "certificate for something else": (
        lambda: by(purposes=(ExtendedKeyUsageOID.CODE_SIGNING,)).dump(), "not for time stamping and nothing else"
    ),
    "certificate for something else too": (
        lambda: by(purposes=(ExtendedKeyUsageOID.TIME_STAMPING, ExtendedKeyUsageOID.CODE_SIGNING)).dump(),
        "not for time stamping and nothing else",
    ),
    "purpose that may be passed over": (lambda: by(critical=False).dump(), "not for time stamping and nothing else"),
    "unknown root": (lambda: STRANGER.answer(ASKED, at=STAMPED).dump(), "for whom no trusted root vouches"),
    "too weak a digest": (
        lambda: RIGHT.answer(ASKED, at=STAMPED, signs_by="sha1").dump(), "in a way that is no longer safe"
    ),
    "before the checkpoint": (lambda: answered(at=MADE - timedelta(seconds=1)).dump(), "before the checkpoint was"),
    "refused": (authority.refused, "grants no time stamp, the authority answered rejection"),
    "empty": (lambda: b"", "is no answer"),
    "a text": (lambda: b"<html>Bad gateway</html>", "is no answer"),
    "the request": (lambda: ASKED, "is no answer"),
    "only the token": (lambda: answered()["time_stamp_token"].dump(), "is no answer"),
    "cut off": (lambda: answered().dump()[:-100], "is no answer"),
    "something behind it": (lambda: answered().dump() + b"x", "is no answer"),
}  # fmt: skip


@pytest.mark.parametrize("way", WRONG)
def test_a_stamp_that_does_not_hold_is_refused_in_one_sentence(way: str, roots: Path) -> None:
    made, said = WRONG[way]
    made_at = authority.SINCE - timedelta(days=99) if "yet" in way else MADE
    with pytest.raises(BadInputError, match=said) as refusal:
        checked(made(), roots, made_at=made_at)
    assert refusal.value.message.startswith("a.tsr ")
    assert "\n" not in refusal.value.message


def test_no_byte_of_an_answer_can_be_altered_unseen(roots: Path) -> None:
    """Whatever one altered byte of it comes to: the same words, or a refusal."""
    whole = answered().dump()
    for at in range(0, len(whole), 7):
        altered = bytearray(whole)
        altered[at] ^= 0x41
        try:
            found = checked(bytes(altered), roots)
        except BadInputError:
            continue
        assert (found.at, found.by) == (STAMPED, authority.NAME), at


def test_without_the_request_the_rest_still_has_to_hold(roots: Path) -> None:
    assert checked(answered(request(IMPRINT, 1)).dump(), roots, nonce=None).at == STAMPED
    with pytest.raises(BadInputError, match="imprint"):
        checked(answered(request(bytes(32), 1)).dump(), roots, nonce=None)


@pytest.mark.parametrize("text", [b"", b"nothing", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"])
def test_a_file_without_certificates_is_told_to_have_none(text: bytes, tmp_path: Path) -> None:
    (tmp_path / "roots").write_bytes(text)
    with pytest.raises(BadInputError, match="holds no certificate"):
        trusted_roots(tmp_path / "roots")


# -- of the checkpoints that a home keeps ------------------------------------------------------------------------------


@pytest.fixture
def made(db: None, transactional_db: None) -> Checkpoint:
    with transaction.atomic():
        write()
    return make_checkpoint(settings.HOME)


def looked_at(roots: Path | None, **other: Any) -> Verdict:
    return verify_ledger(settings.HOME, roots=trusted_roots(roots) if roots else [], **other)


def carried_back(asked: bytes, path: Path) -> Path:
    """What an authority answers to a request now."""
    path.write_bytes(RIGHT.answer(asked).dump())
    return path


def test_what_was_stamped_is_kept_recorded_and_told_by_verify(made: Checkpoint, roots: Path, tmp_path: Path) -> None:
    assert looked_at(roots).stamps == []
    of, asked = ask_stamp(settings.HOME)
    assert of == made
    taken, stamp = take_stamp(settings.HOME, carried_back(asked, tmp_path / "a.tsr"), trusted_roots(roots))
    assert (taken, stamp.by) == (made, authority.NAME)
    verdict = looked_at(roots)
    assert verdict.whole
    assert [(one.seq, one.made_at, one.stamp) for one in verdict.stamps] == [(made.seq, made.at, stamp)]
    (entry,) = Entry.objects.filter(act="time-stamp")
    assert (entry.kind, entry.about) == ("system", str(made.seq))
    assert authority.NAME in entry.facts
    assert looked_at(None).unchecked == 1


def test_a_request_that_was_lost_is_written_again_and_every_checkpoint_has_its_own(made: Checkpoint) -> None:
    first = ask_stamp(settings.HOME)[1]
    assert ask_stamp(settings.HOME)[1] == first
    make_checkpoint(settings.HOME)
    assert ask_stamp(settings.HOME)[1] != first
    assert ask_stamp(settings.HOME, made.seq) == (made, first)
    numbers = {tsp.TimeStampReq.load(ask_stamp(settings.HOME, at)[1])["nonce"].native for at in (made.seq, None)}
    assert len(numbers) == 2


def test_there_is_nothing_to_ask_of_before_a_checkpoint(transactional_db: None) -> None:
    with pytest.raises(NotFoundError, match="No checkpoint is kept"):
        ask_stamp(settings.HOME)
    with transaction.atomic():
        write()
    make_checkpoint(settings.HOME)
    with pytest.raises(NotFoundError, match="No checkpoint at entry 1 is kept"):
        ask_stamp(settings.HOME, 1)


def test_what_was_not_asked_for_here_is_not_taken_in(made: Checkpoint, roots: Path, tmp_path: Path) -> None:
    trusted = trusted_roots(roots)
    for asked in (request(made.imprint(), 7), ASKED):  # of a checkpoint that is kept here, and of something else
        with pytest.raises(BadInputError, match="answers to nothing that was asked from here"):
            take_stamp(settings.HOME, carried_back(asked, tmp_path / "a.tsr"), trusted)
    ask_stamp(settings.HOME)
    with pytest.raises(BadInputError, match="nonce"):
        take_stamp(settings.HOME, carried_back(request(made.imprint(), 7), tmp_path / "a.tsr"), trusted)
    assert looked_at(roots).stamps == []
    assert not Entry.objects.filter(act="time-stamp").exists()


def test_a_stamp_is_not_exchanged_for_another(made: Checkpoint, roots: Path, tmp_path: Path) -> None:
    _of, asked = ask_stamp(settings.HOME)
    first = carried_back(asked, tmp_path / "a.tsr")
    take_stamp(settings.HOME, first, trusted_roots(roots))
    take_stamp(settings.HOME, first, trusted_roots(roots))  # the same once more is no harm
    with pytest.raises(RefusedError, match="has a time stamp already"):
        take_stamp(settings.HOME, carried_back(asked, tmp_path / "b.tsr"), trusted_roots(roots))


def test_a_stamp_that_was_exchanged_in_the_home_is_named(made: Checkpoint, roots: Path, tmp_path: Path) -> None:
    _of, asked = ask_stamp(settings.HOME)
    take_stamp(settings.HOME, carried_back(asked, tmp_path / "a.tsr"), trusted_roots(roots))
    (kept,) = settings.HOME.stamps.glob("*.tsr")
    kept.write_bytes(STRANGER.answer(asked).dump())
    verdict = looked_at(roots)
    assert [(one.code, one.seq) for one in verdict.findings] == [("stamp", made.seq)]
    assert "no trusted root vouches" in verdict.findings[0].said
    assert verdict.stamps == []


def test_what_was_carried_off_holds_without_the_home(made: Checkpoint, roots: Path, tmp_path: Path) -> None:
    """Who owns the home can take stamps and requests away; checkpoint and stamp that lie elsewhere still say when."""
    (tmp_path / "c.json").write_bytes(made.line())
    stamp = carried_back(ask_stamp(settings.HOME)[1], tmp_path / "c.tsr")
    shutil.rmtree(settings.HOME.stamps)
    settings.HOME.checkpoints.unlink()
    carried = read_checkpoint(tmp_path / "c.json")
    verdict = looked_at(roots, checkpoints=[carried], stamps=[stamp])
    assert (verdict.whole, [one.seq for one in verdict.stamps]) == (True, [made.seq])
    of_nothing = looked_at(roots, stamps=[stamp])
    assert [one.code for one in of_nothing.findings] == ["stamp"]
    assert "none of the checkpoints" in of_nothing.findings[0].said


def test_another_program_agrees_on_what_was_stamped(made: Checkpoint, roots: Path, tmp_path: Path) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("NO OPENSSL FOUND: no other program has looked at a time stamp")
    (tmp_path / "c.json").write_bytes(made.line())
    (tmp_path / "c.tsq").write_bytes(ask_stamp(settings.HOME)[1])
    carried_back((tmp_path / "c.tsq").read_bytes(), tmp_path / "c.tsr")
    for known in (["-queryfile", "c.tsq"], ["-data", "c.json"]):
        done = subprocess.run(
            ["openssl", "ts", "-verify", *known, "-in", "c.tsr", "-CAfile", str(roots)],
            cwd=tmp_path, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert "Verification: OK" in done.stdout + done.stderr, done.stderr
