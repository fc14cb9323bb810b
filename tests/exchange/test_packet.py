"""The packet as a file: the same data are the same bytes, an altered byte shows, and every character is printed."""

from __future__ import annotations

import contextlib
import hashlib
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pypdfium2
import pytest
import time_machine

from soken.core.errors import BadInputError, DamagedStoreError
from soken.exchange import signature
from soken.exchange.mark import Mark
from soken.exchange.packet import Packet, typeset
from soken.exchange.signature import Signer, make_signer, sign, verify
from soken.exchange.typesetting import typeset_pdf
from soken.refer.packet import Section
from soken.refer.packet_words import packet_words

MOMENT = datetime(2026, 11, 24, 1, 2, 3, tzinfo=UTC)
PACKET = Packet(
    number="PK-TEST-1",
    language="ja",
    title="送致資料",
    subtitle="書類送致",
    moment=MOMENT,
    sections=(
        Section("表紙", pairs=(("申告上の氏名", "髙﨑 𠮷郎"), ("送致内容の SHA-256", "ab" * 32))),
        Section(
            "購入",
            head=("日付", "品目"),
            rows=tuple((f"2017-01-{1 + at % 28:02}", f"ITEM-{at:04}") for at in range(200)),
        ),
        Section("空", empty="記録なし。"),
        Section("判明していないこと", points=("#import が文字として出る", "$a$ も")),
    ),
    foot="取扱注意",
    words=tuple(packet_words("ja").items()),
)


@pytest.fixture(scope="module")
def signer() -> Signer:
    return make_signer("Soken test", since=MOMENT)


@pytest.fixture(scope="module")
def signed(signer: Signer) -> bytes:
    return sign(typeset(PACKET), signer, moment=MOMENT)


def text_of(pdf: bytes) -> list[str]:
    return [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf)]


def test_the_same_data_give_the_same_bytes_signature_and_all(signed: bytes, signer: Signer) -> None:
    with time_machine.travel(MOMENT + timedelta(days=400)):
        assert sign(typeset(replace(PACKET)), signer, moment=MOMENT) == signed


def test_a_signature_by_the_pattern_is_the_one_that_the_library_makes(signer: Signer) -> None:
    """Learnt from one packet, it gives the next one the same bytes as if it were learnt from that."""
    other = typeset(replace(PACKET, sections=(*PACKET.sections, Section("more", points=("x",)))))
    sign(typeset(PACKET), signer, moment=MOMENT)
    by_pattern = sign(other, signer, moment=MOMENT)
    signature._hand.cache_clear()
    assert sign(other, signer, moment=MOMENT) == by_pattern
    assert verify(by_pattern, signer.certificate).whole


def test_two_copies_differ_in_their_mark_and_verify_says_the_hash_that_they_share(signer: Signer) -> None:
    marks = [Mark("", "desk", MOMENT + timedelta(hours=at), "office") for at in (1, 2)]
    one, two = (sign(typeset(PACKET, mark), signer, moment=MOMENT) for mark in marks)
    assert one != two
    assert sign(typeset(PACKET, marks[0]), signer, moment=MOMENT) == one, "the same mark, the same bytes"
    said = [verify(copy, signer.certificate) for copy in (one, two)]
    assert [(copy.whole, copy.printed) for copy in said] == [(True, PACKET.digest())] * 2
    other = replace(PACKET, sections=PACKET.sections[:-1])
    assert verify(sign(typeset(other, marks[0]), signer, moment=MOMENT), signer.certificate).printed == other.digest()


def test_one_figure_more_is_another_hash_on_every_page(signed: bytes) -> None:
    other = replace(PACKET, sections=(*PACKET.sections, Section("more", points=("x",))))
    assert PACKET.digest() != other.digest()
    for pages, digest in ((text_of(signed), PACKET.digest()), (text_of(typeset(other)), other.digest())):
        assert len(pages) > 2
        for number, page in enumerate(pages, 1):
            plain = "".join(page.split())
            assert digest in plain
            assert f"{number}/{len(pages)}" in plain
            assert "PK-TEST-1" in plain


def test_a_hash_is_copied_as_it_is_and_cut_by_ends_of_lines_alone() -> None:
    """Whoever compares a hash copies it out of the packet: a letter nobody sees would match nothing."""
    hashes = [hashlib.sha256(bytes([at])).hexdigest() for at in range(3)]
    narrow = Section("行", head=("a", "b", "c", "d"), rows=((hashes[2], "x" * 30, "y" * 30, "z" * 30),))
    wide = Section("証拠", pairs=(("SHA-256", hashes[0]), ("前後", f"前 {hashes[1]} 後")), points=(hashes[1],))
    (page,) = text_of(typeset(replace(PACKET, sections=(wide, narrow))))
    assert not re.search(r"[\u200b\u00ad\u2060\ufeff]", page)
    assert [page.count(one) for one in hashes] == [1, 2, 0]
    # In the narrow column it is broken: its parts are whole signs in order.
    parts = re.findall(r"\b[0-9a-f]{4,}\b", page[page.index("行") :])
    assert "".join(parts).startswith(hashes[2])


def test_every_name_is_printed_and_nothing_is_run(signed: bytes) -> None:
    text = "".join(text_of(signed))
    for said in ("髙﨑 𠮷郎", "ITEM-0199", "記録なし。", "#import が文字として出る", "$a$ も"):
        assert said in text


def test_the_mark_is_said_in_the_packets_language_and_to_programs_as_they_read_it() -> None:
    """What is printed has no English word in a Japanese packet; the moment is Japan's."""
    mark = Mark("D-3", "sato", MOMENT, "東京地検", "suzuki")
    pdf = typeset(PACKET, mark)
    foot = "この写し： 持出し D-3 · 取得 sato、2026-11-24 10:02 JST · 許可 suzuki · 交付先 東京地検"
    for page in text_of(pdf):
        assert "".join(foot.split()) in "".join(page.split())
        assert not re.search("disclosure|taken|released", page)
    assert pypdfium2.PdfDocument(pdf).get_metadata_value("Keywords") == mark.line()
    alone = "".join("".join(page.split()) for page in text_of(typeset(PACKET, Mark("", "root", MOMENT))))
    assert "持出しの許可なし" in alone


NAMED = {
    "김철수": "[U+AE40][U+CCA0][U+C218]",
    "张伟": "[U+5F20][U+4F1F]",
    "สมชาย": "[U+0E2A][U+0E21][U+0E0A][U+0E32][U+0E22]",
    "山田 😀": "山田 [U+1F600]",
    "\ue000田": "[U+E000]田",  # a private sign: each font draws another
    "abc\u202edef": "abc[U+202E]def",  # turns what follows round
    "a\u200bb\x07": "a[U+200B]b[U+0007]",
}


@pytest.mark.parametrize("name", NAMED)
def test_a_sign_that_no_font_has_or_nobody_sees_stands_by_its_number_and_stops_no_packet(name: str) -> None:
    """Whoever bears such a name is referred like anybody, and under no other name."""
    packet = replace(
        PACKET, sections=(Section("表紙", pairs=(("申告上の氏名", f"{name}。"), ("裏付け", "髙﨑 𠮷郎"))),)
    )
    pdf = typeset(packet)
    text = "".join("".join(text_of(pdf)).split())
    assert "".join(f"{NAMED[name]}。".split()) in text
    assert "髙﨑𠮷郎" in text, "what the font has is printed as it is"
    assert "Unicodeの番号で示したもの" in text
    assert typeset(packet) == pdf
    assert packet.digest() in text
    other = replace(packet, sections=(Section("表紙", pairs=(("申告上の氏名", NAMED[name]),)),))
    assert other.digest() != packet.digest(), "the hash is of what was sent, not of how it is printed"


def test_where_every_sign_is_printed_nothing_is_said_of_numbers_and_programs_read_the_mark_as_it_is() -> None:
    assert "Unicode" not in "".join(text_of(typeset(PACKET)))
    mark = Mark("D-3", "sato", MOMENT, "서울 검찰청", "suzuki")
    pdf = typeset(PACKET, mark)
    assert "[U+C11C][U+C6B8]" in "".join("".join(text_of(pdf)).split())
    assert pypdfium2.PdfDocument(pdf).get_metadata_value("Keywords") == mark.line()


def test_a_template_that_is_wrong_is_said_to_be() -> None:
    with pytest.raises(DamagedStoreError, match="reinstall"):
        typeset_pdf("packet", {"language": "en"})


LONG = {
    "words": "田中 美咲 (investigator, Osaka Prefectural Police, demo-osaka)",
    "numbers": "김철수박영희이순신",
    "one word": "somebody.with.a.long.mailbox+shop2017@members.mail-of-a-provider.example",
    "base64": "Zm9vYmFyYmF6" * 12,
}


@pytest.mark.parametrize("long", LONG.values(), ids=LONG.keys())
def test_nothing_is_printed_over_the_edge_of_the_page_or_over_its_neighbour(long: str) -> None:
    wide = Section("x", head=("a", "b", "c", "d"), rows=((long, long, long, "2026-11-29"),) * 2)
    others = Section("y", pairs=(("名", long),), points=(long,))
    page = pypdfium2.PdfDocument(typeset(replace(PACKET, sections=(wide, others))))[0]
    text = page.get_textpage()
    boxes = [text.get_charbox(at) for at in range(text.count_chars())]
    assert "2026-11-29" in text.get_text_range()
    assert max(right for _left, _bottom, right, _top in boxes) < page.get_width() - 50
    middles = sorted(((left + right) / 2, (bottom + top) / 2) for left, bottom, right, top in boxes if right > left)
    assert len({(round(x), round(y)) for x, y in middles}) > 0.97 * len(middles), "no sign stands on another"


def test_a_packet_is_known_by_its_certificate(signed: bytes, signer: Signer) -> None:
    found = verify(signed, signer.certificate)
    assert (found.whole, found.known, found.signed_at) == (True, True, MOMENT)
    assert "Soken test" in found.signer
    stranger = verify(signed, make_signer("Soken test", since=MOMENT).certificate)
    assert (stranger.whole, stranger.known) == (True, False), "the same name is not the same key"


@pytest.mark.parametrize("part", ["text", "places of objects", "signature", "end"])
def test_any_altered_byte_shows(part: str, signed: bytes, signer: Signer) -> None:
    """Each part of the file, a bit here and there; in the signature also a digit written large."""
    place = signed.index(b"/Contents <")
    span = {
        "text": range(100, place, place // 40),
        "places of objects": range(place - 200, place, 7),
        "signature": range(place + 11, len(signed) - 700, 97),
        "end": range(len(signed) - 300, len(signed), 11),
    }[part]
    assert len(span) > 20
    for at in span:
        altered = bytearray(signed)
        altered[at] ^= 0x20 if part == "signature" else 1 << at % 8
        # Where it is no signed PDF any more, that is said.
        with contextlib.suppress(BadInputError):
            assert not verify(bytes(altered), signer.certificate).whole, at


def test_a_signature_that_says_the_same_in_another_spelling_shows(signed: bytes, signer: Signer) -> None:
    """The outer header of DER (a length) written as BER may (no length, an end), in the same room."""
    begin = signed.index(b"/Contents <") + len(b"/Contents <")
    end = signed.index(b">", begin)
    written = bytes.fromhex(signed[begin:end].decode())
    assert written[:2] == b"\x30\x82"
    other = b"\x30\x80" + written[4:] + b"\x00\x00"
    altered = signed[:begin] + other.hex().upper().encode() + signed[end:]
    assert len(altered) == len(signed)
    with contextlib.suppress(BadInputError):
        assert not verify(altered, signer.certificate).whole


def test_what_is_added_after_the_signature_shows(signed: bytes, signer: Signer) -> None:
    assert not verify(signed + b"\n% more\n", signer.certificate).whole
    with pytest.raises(BadInputError, match="bears a signature already"):
        sign(signed, signer, moment=MOMENT)


@pytest.mark.parametrize("data", [b"", b"no pdf", b"%PDF-1.7\n%%EOF"], ids=["nothing", "text", "an empty one"])
def test_what_is_no_packet_is_refused_in_a_sentence(data: bytes, signer: Signer) -> None:
    with pytest.raises(BadInputError):
        verify(data, signer.certificate)


def test_an_unsigned_packet_bears_no_signature(signer: Signer) -> None:
    with pytest.raises(BadInputError, match="this file bears 0"):
        verify(typeset(PACKET), signer.certificate)


def test_a_key_that_cannot_sign_is_refused(signer: Signer) -> None:
    with pytest.raises(BadInputError, match="PEM without password"):
        sign(typeset(PACKET), Signer(b"no key", signer.certificate), moment=MOMENT)
