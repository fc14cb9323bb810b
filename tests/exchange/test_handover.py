"""The file of a handover: signed, encrypted, bound to its receiver; what was altered is told, nothing of it is read."""

from __future__ import annotations

import json
from dataclasses import replace

import pyrage
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from soken.core.errors import BadInputError, RefusedError
from soken.exchange import handover
from soken.exchange.handover import FORM, Card, Statement, canonical, content_digest, read_card, seal, unseal
from soken.route.handover import Word


class Side:
    """An installation's keys."""

    def __init__(self, seed: int) -> None:
        self.signing = Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)
        self.identity = pyrage.x25519.Identity.generate()
        self.card = Card("側", self.signing.public_key().public_bytes_raw().hex(), str(self.identity.to_public()))


TOKYO, OSAKA, KYOTO = Side(1), Side(2), Side(3)
BODY = {"name": "佐藤 一郎", "rows": [1, 2]}
OFFER = Statement(
    Word.OFFER, "H-000000000001", TOKYO.card.signing, OSAKA.card.signing, "2026-11-20T09:00:00+00:00",
    content_digest(BODY), BODY,
)  # fmt: skip


def to_osaka(statement: Statement = OFFER) -> bytes:
    return seal(statement, TOKYO.signing, [OSAKA.card.recipient])


def opened(data: bytes, by: Side = OSAKA) -> Statement:
    return unseal(data, str(by.identity))


def test_what_was_said_is_heard() -> None:
    assert opened(to_osaka()) == OFFER


def test_nobody_else_opens_it() -> None:
    with pytest.raises(BadInputError, match="encrypted for another installation"):
        opened(to_osaka(), KYOTO)
    assert "佐藤".encode() not in to_osaka()


def test_what_is_no_handover_is_told() -> None:
    for data in (b"", b"PK\x03\x04", b"name,mail\n", b"age-encryption.org/v2\n"):
        with pytest.raises(BadInputError, match="is no handover of Soken"):
            opened(data)


FILE = to_osaka()
HEAD = f"{FORM}\n".encode()
#: The line of the form, the speaker's key, the signature.
SAID_AT = len(HEAD) + 32 + 64


def encrypted(plain: bytes, side: Side = OSAKA) -> bytes:
    return bytes(pyrage.encrypt(plain, [side.identity.to_public()]))


def signed(said: bytes, by: Side = TOKYO) -> bytes:
    """A file that holds any bytes in the statement's place, the signature right."""
    return encrypted(HEAD + bytes.fromhex(by.card.signing) + by.signing.sign(HEAD + said) + said)


@settings(max_examples=150, deadline=None)
@given(at=st.integers(0, len(FILE) - 1), flip=st.integers(1, 255))
def test_one_altered_byte_anywhere_shows(at: int, flip: int) -> None:
    data = bytearray(FILE)
    data[at] ^= flip
    with pytest.raises(BadInputError):
        opened(bytes(data))


@settings(max_examples=50, deadline=None)
@given(length=st.integers(0, len(FILE) - 1))
def test_a_file_that_is_cut_short_shows(length: int) -> None:
    with pytest.raises(BadInputError):
        opened(FILE[:length])


def _reencrypted(change: dict[str, object], side: Side = OSAKA) -> bytes:
    """What somebody can do who may open the file: change it and encrypt it anew."""
    plain = bytes(pyrage.decrypt(FILE, [OSAKA.identity]))
    head, said = plain[:SAID_AT], json.loads(plain[SAID_AT:])
    return encrypted(head + canonical(said | change).encode(), side)


@pytest.mark.parametrize(
    "change",
    [
        {"word": "withdrawal"},
        {"transfer": "H-000000000002"},
        {"hearer": KYOTO.card.signing},
        {"speaker": OSAKA.card.signing},
        {"at": "2026-11-21T09:00:00+00:00"},
        {"content": "0" * 64},
        {"body": {"name": "別人"}},
    ],
    ids=lambda change: next(iter(change)),
)
def test_whoever_may_open_it_cannot_change_a_word(change: dict[str, object]) -> None:
    with pytest.raises(BadInputError, match="altered or damaged on the way"):
        opened(_reencrypted(change))


def test_who_encrypts_it_anew_for_another_does_not_change_for_whom_it_was_signed() -> None:
    passed_on = opened(_reencrypted({}, KYOTO), KYOTO)
    assert passed_on.hearer == OSAKA.card.signing  # the act refuses it: not Kyoto's key


def test_contents_that_are_not_those_named_are_refused_though_the_signature_fits() -> None:
    with pytest.raises(BadInputError, match="not those that it names"):
        opened(to_osaka(replace(OFFER, content="0" * 64)))


def test_another_form_and_other_shapes_are_told() -> None:
    with pytest.raises(BadInputError, match="soken-handover-9"):
        opened(encrypted(b"soken-handover-9\n{}"))
    for plain in (b"", b"[]", b"nonsense", HEAD, HEAD + b"x" * 10, HEAD + b"x" * 96, HEAD + b"x" * 97):
        with pytest.raises(BadInputError, match="altered or damaged"):
            opened(encrypted(plain))


@pytest.mark.parametrize(
    "said",
    [b"[]", b"{}", b"3", b"nonsense", b"\xff", b'{"word": "offer", "body": 3}', b"[" * 100_000, b'{"body":' * 100_000,
     canonical(OFFER.as_json() | {"at": 3}).encode(), b"9" * 5_000],
    ids=lambda said: said[:12],
)  # fmt: skip
def test_whatever_is_signed_is_told_in_the_one_sentence_where_it_is_no_statement(said: bytes) -> None:
    with pytest.raises(BadInputError, match="altered or damaged on the way"):
        opened(signed(said))


def test_a_statement_is_the_word_of_who_signed_it_and_of_nobody_else() -> None:
    with pytest.raises(BadInputError, match="not that of the speaker"):
        opened(signed(OFFER.as_bytes(), KYOTO))


@pytest.mark.parametrize("said", [b"[" * 100_000, OFFER.as_bytes()], ids=["deep", "statement"])
def test_nothing_is_parsed_before_the_signature_fits(monkeypatch: pytest.MonkeyPatch, said: bytes) -> None:
    def parsed(*_said: object) -> Statement:
        raise AssertionError("parsed before the signature was checked")

    monkeypatch.setattr(handover, "_parsed", parsed)
    with pytest.raises(BadInputError, match="its signature does not fit"):
        opened(encrypted(HEAD + bytes.fromhex(TOKYO.card.signing) + b"x" * 64 + said))


def test_nothing_is_parsed_of_a_speaker_who_is_not_trusted() -> None:
    def trusts(speaker: str) -> None:
        raise RefusedError(speaker)

    with pytest.raises(RefusedError, match=TOKYO.card.signing):
        unseal(signed(b"[" * 100_000), str(OSAKA.identity), trusts=trusts)


def test_a_file_that_opens_to_more_than_is_ever_sent_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    file = to_osaka()
    monkeypatch.setattr(handover, "LARGEST", len(file) // 2 + 1)
    with pytest.raises(BadInputError, match=r"altered or damaged on the way \(it is larger"):
        opened(file)


def test_the_same_words_have_the_same_signature_so_that_a_second_copy_says_nothing_new() -> None:
    one, two = to_osaka(), to_osaka()
    assert one != two
    assert pyrage.decrypt(one, [OSAKA.identity]) == pyrage.decrypt(two, [OSAKA.identity])


def test_a_file_that_is_too_large_is_not_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handover, "LARGEST", 100)
    with pytest.raises(BadInputError, match="larger than"):
        to_osaka()


def test_a_recipient_that_is_no_key_is_told() -> None:
    with pytest.raises(BadInputError, match="no public key of age"):
        seal(OFFER, TOKYO.signing, ["age1nonsense"])


def test_a_card_is_read_back_and_its_fingerprint_is_of_both_keys() -> None:
    card = read_card(TOKYO.card.text().encode(), "card.json")
    assert card == TOKYO.card
    assert len(card.fingerprint.split()) == 8
    assert replace(card, signing=OSAKA.card.signing).fingerprint != card.fingerprint
    assert replace(card, recipient=OSAKA.card.recipient).fingerprint != card.fingerprint
    assert replace(card, name="別名").fingerprint == card.fingerprint


@pytest.mark.parametrize(
    "text",
    ["", "{}", "[1]", "[" * 9_000, '{"form":' * 1_200,
     '{"form": "soken-handover-card-1", "name": "x", "signing": "zz", "recipient": "age1x"}',
     json.dumps({"form": "other", "name": "x", "signing": TOKYO.card.signing, "recipient": TOKYO.card.recipient}),
     json.dumps({"form": "soken-handover-card-1", "name": "x", "signing": "0" * 63, "recipient": TOKYO.card.recipient}),
     json.dumps({"form": "soken-handover-card-1", "name": "x", "signing": TOKYO.card.signing, "recipient": "age1"})],
)  # fmt: skip
def test_what_is_no_card_is_told(text: str) -> None:
    with pytest.raises(BadInputError, match="no card of an installation's keys"):
        read_card(text.encode(), "card.json")
