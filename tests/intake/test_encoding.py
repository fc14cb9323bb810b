"""The encoding of a list is found on the whole file, and nothing that looks Japanese becomes Latin."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soken.core.errors import BadInputError
from soken.intake.encoding import Encoding, find_encoding, is_clean
from soken.intake.encoding_text import decode_euc_jp, decode_iso2022_jp

LIST = "会員番号,氏名,フリガナ,住所\n1,田中 太郎,タナカ タロウ,東京都新宿区\n2,鈴木 花子,スズキ ハナコ,大阪府大阪市\n"
VENDOR = "氏名,会社\n髙橋 一郎,㈱山田\n山﨑 次郎,①番\n"
HALF = "name,kana\nSato,ｻﾄｳ ﾊﾅｺ\nSuzuki,ｽｽﾞｷ ﾀﾛｳ\nWatanabe,ﾜﾀﾅﾍﾞ ｼﾞﾛｳ\n"
LATE = "id,name\n" + "".join(f"{number},customer {number}\n" for number in range(60_000)) + "60001,山田 花子\n"
MARKED = [
    pytest.param("utf-8-sig", "utf-8", id="utf-8 with mark"),
    pytest.param("utf-16", "utf-16-le", id="utf-16 with mark"),
]
EACH = ["utf-8", "cp932", "euc_jp", "utf-16-le", "utf-16-be"]


def found(raw: bytes) -> str:
    return find_encoding(io.BytesIO(raw), "list.csv").codec


@pytest.mark.parametrize("codec", EACH)
@pytest.mark.parametrize("text", [LIST, HALF, LATE], ids=["kanji and kana", "half-width kana", "late byte"])
def test_every_encoding_is_told(text: str, codec: str) -> None:
    assert found(text.encode(codec)) == codec


@pytest.mark.parametrize(("written", "codec"), MARKED)
def test_a_mark_decides(written: str, codec: str) -> None:
    encoding = find_encoding(io.BytesIO(LIST.encode(written)), "list.csv")
    assert (encoding.codec, encoding.skip) == (codec, len(LIST.encode(written)) - len(LIST.encode(codec)))


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        ("1,田中\n", "cp932"),
        ("1,ﾀﾅｶ\n", "cp932"),
        ("1,ﾀﾅｶ\n", "euc_jp"),
        ("1,東京都\n", "cp932"),
        ("1,東京都\n", "euc_jp"),
        ("1,ひらがな\n", "euc_jp"),
        ("1,ｶﾞｷﾞ ﾊﾟﾋﾟ\n", "cp932"),
        ("1,ソ十表ポ能\n", "cp932"),
        ("1,メールアドレス\n", "euc_jp"),
        ("様\n", "cp932"),
        ("1,凜 凛 熙\n", "cp932"),
    ],
)
def test_a_few_bytes_are_enough(text: str, codec: str) -> None:
    assert found(text.encode(codec)) == codec


def test_vendors_characters_are_read_in_every_japanese_encoding() -> None:
    assert Encoding("cp932").decode(VENDOR.encode("cp932")) == VENDOR
    # Row 13, and IBM's rows as NEC placed them: what eucJP-ms writes and Python's own codec refuses.
    assert decode_euc_jp(b"\xad\xea\xb9\xe2\xfc\xe2\xad\xa1") == "㈱高髙①"
    assert decode_iso2022_jp(b"a,\x1b$B\x2d\x6a\x39\x62\x1b(B,b") == "a,㈱高,b"


def test_iso_2022_jp_with_half_width_kana_is_read() -> None:
    raw = "氏名,カナ\n鈴木 一,ｽｽﾞｷ\n".encode("iso2022_jp_ext")
    assert found(raw) == "iso2022_jp"
    assert decode_iso2022_jp(raw) == "氏名,カナ\n鈴木 一,ｽｽﾞｷ\n"


@given(st.text("あいうアイウ亜唖娃田中髙,\"' abc\n", max_size=60))
def test_iso_2022_jp_reads_what_python_writes(text: str) -> None:
    writable = text.replace("髙", "高")
    assert decode_iso2022_jp(writable.encode("iso2022_jp")) == writable


@pytest.mark.parametrize(
    "text",
    ["name,city\nJörg Müller,Köln\n", "José,São Paulo\n", "Zoë,Besançon\nNoël,Orléans\n", "Åse,Tromsø\nBjörn,Malmö\n"],
)
def test_european_lists_are_the_last_resort_and_say_so(text: str) -> None:
    encoding = find_encoding(io.BytesIO(text.encode("cp1252")), "list.csv")
    assert encoding.codec == "cp1252"
    assert "last resort" in encoding.notes["encoding"]


@pytest.mark.parametrize(
    ("most", "few"),
    [("utf-8", "cp932"), ("cp932", "utf-8"), ("cp932", "euc_jp"), ("euc_jp", "cp932"), ("euc_jp", "utf-8")],
)
def test_of_two_encodings_in_one_file_the_greater_part_wins(most: str, few: str) -> None:
    raw = (LIST * 20).encode(most) + "9,佐藤 次郎,サトウ ジロウ,福岡県\n".encode(few) + (LIST * 20).encode(most)
    assert found(raw) == most


@pytest.mark.parametrize("damage", [b"\0" * 4096, b"\0", b"a,\0b\n" * 3])
def test_nul_bytes_in_a_row_do_not_make_a_file_utf_16(damage: bytes) -> None:
    raw = (LIST * 20).encode("cp932")
    cut = raw.index(b"\n", 300) + 1
    assert found(raw[:cut] + damage + b"\n" + raw[cut:]) == "cp932"


def test_utf_32_is_refused() -> None:
    with pytest.raises(BadInputError, match="UTF-32"):
        found(LIST.encode("utf-32"))


@given(st.binary(max_size=200), st.sampled_from([*EACH, "iso2022_jp", "cp1252"]))
def test_marked_decoding_never_fails_and_is_clean_where_strict_decoding_works(raw: bytes, codec: str) -> None:
    encoding = Encoding(codec)
    marked = encoding.decode_marked(raw)
    try:
        assert encoding.decode(raw) == marked
    except UnicodeDecodeError:
        assert not is_clean(marked)
