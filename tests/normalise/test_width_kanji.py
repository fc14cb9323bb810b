"""One width for every text, one form for every variant kanji; different names stay different."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soken.normalise.kanji import fold_kanji
from soken.normalise.numerals import arabic
from soken.normalise.width import dash_digits, fold_width, katakana, strip_accents

_WIDTHS = {
    "half-width kana": ("ﾀﾅｶ", "タナカ"),
    "half-width voiced": ("ﾜﾀﾅﾍﾞ", "ワタナベ"),
    "half-width semi-voiced": ("ﾊﾟﾊﾟ", "パパ"),
    "loose voicing mark": ("カ゛キ", "ガキ"),
    "loose semi-voicing mark": ("ハ゜ン", "パン"),
    "half-width mark after full kana": ("カﾞ", "ガ"),
    "combining mark": ("か\u3099", "が"),
    "full-width digits": ("０９０", "090"),
    "full-width letters": ("Ｔａｒｏ", "Taro"),
    "full-width at": ("ａ＠ｂ", "a@b"),
    "ideographic space": ("山田　太郎", "山田 太郎"),
    "many spaces": ("  山田 \t 太郎\n", "山田 太郎"),
    "minus sign": ("1−2", "1-2"),
    "en dash": ("1–2", "1-2"),
    "full-width hyphen": ("1－2", "1-2"),
    "horizontal bar": ("1―2", "1-2"),
    "box line": ("1─2", "1-2"),
    "long mark stays": ("コーポ", "コーポ"),
    "half-width long mark": ("ｺｰﾎﾟ", "コーポ"),
    "company sign": ("㈱", "(株)"),
    "circled digit": ("①", "1"),
    "era sign": ("㍻", "平成"),
    "variation selector": ("祐\U000e0100", "祐"),
    "text selector": ("辻\ufe00", "辻"),
    "zero width space": ("山\u200b田", "山田"),
    "byte order mark": ("\ufeff山田", "山田"),
    "soft hyphen": ("yama\u00adda", "yamada"),
    "right quote": ("O’Brien", "O'Brien"),
    "compatibility kanji": ("神", "神"),
    "radical": ("⾼", "高"),
    "nothing": ("", ""),
    "only invisible": ("\u200b\ufe00", ""),
}


@pytest.mark.parametrize(("typed", "folded"), _WIDTHS.values(), ids=_WIDTHS)
def test_one_width(typed: str, folded: str) -> None:
    assert fold_width(typed) == folded


_SAME = [
    "髙高",
    "﨑崎",
    "邉辺",
    "邊辺",
    "濵浜",
    "濱浜",
    "嶋島",
    "嶌島",
    "齋斎",
    "斉斎",
    "齊斎",
    "𠮷吉",
    "冨富",
    "德徳",
    "澤沢",
    "瀨瀬",
    "廣広",
    "曾曽",
    "眞真",
    "槇槙",
    "桒桑",
    "舘館",
    "靏鶴",
    "峯峰",
    "嶽岳",
    "淵渕",
    "龍竜",
    "瀧滝",
    "條条",
    "櫻桜",
    "國国",
    "惠恵",
    "榮栄",
    "壽寿",
    "禮礼",
    "彌弥",
    "柗松",
    "黑黒",
    "增増",
    "寬寛",
    "⾼高",
    "隆隆",
    "ヶケ",
    "ヵカ",
    "刘劉",
    "张張",
    "陈陳",
    "钟鍾",
    "马馬",
    "丽麗",
]


@pytest.mark.parametrize("pair", _SAME)
def test_variants_of_one_kanji_fall_together(pair: str) -> None:
    assert fold_kanji(pair[0]) == fold_kanji(pair[1])


_DIFFERENT = [
    "斉藤/佐藤",
    "太田/大田",
    "荻原/萩原",
    "菊地/菊池",
    "阿部/安部",
    "土/士",
    "未/末",
    "祐/裕",
    "真/直",
    "宮/官",
    "幸/辛",
    "谷/穀",
    "里/裏",
    "后/後",
    "弁/辯",
    "沼/招",
    "伊東/伊藤",
    "河合/川合",
    "小野/大野",
    "今井/金井",
    "熊谷/能谷",
    "鳥/烏",
    "岡/丘",
    "徹/撤",
    "浩/治",
    "叶/葉",
    "云/雲",
]


@pytest.mark.parametrize("pair", _DIFFERENT)
def test_different_names_stay_different(pair: str) -> None:
    one, two = pair.split("/")
    assert fold_kanji(one) != fold_kanji(two)


def test_a_kanji_written_twice_is_written_as_usual() -> None:
    assert fold_kanji("佐佐木") == fold_kanji("佐々木") == "佐々木"


_NUMERALS = {
    "positional": ("二〇二四", "2024"), "ten": ("十", "10"), "teens": ("十二", "12"), "tens": ("三十", "30"),
    "tens and ones": ("三十五", "35"), "hundred": ("百五", "105"), "hundreds": ("三百二十一", "321"),
    "thousand": ("千九百八十", "1980"), "document numerals": ("弐拾参", "23"), "old one": ("壱", "1"), "twenty": ("廿", "20"),
    "thirty": ("卅一", "31"), "zero": ("零", "0"), "in a street": ("三丁目十二番", "3丁目12番"),
    "row of three": ("一二三", "123"), "none": ("番地", "番地"), "digits stay": ("12", "12"), "mixed": ("1丁目二", "1丁目2"),
    "ten thousand stays": ("万", "万"), "nothing": ("", ""), "full width stays": ("２", "２"),
}  # fmt: skip


@pytest.mark.parametrize(("typed", "digits"), _NUMERALS.values(), ids=_NUMERALS)
def test_kanji_numerals(typed: str, digits: str) -> None:
    assert arabic(typed) == digits


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("José", "Jose"),
        ("Müller", "Muller"),
        ("Łódź", "Lodz"),
        ("Søren", "Soren"),
        ("Straße", "Strasse"),
        ("ガ", "ガ"),
        ("ñ", "n"),
    ],
)
def test_accents_of_latin_letters_go_and_voicing_marks_stay(typed: str, plain: str) -> None:
    assert strip_accents(typed) == plain


@pytest.mark.parametrize(
    ("typed", "plain"), [("1ー2ー3", "1-2-3"), ("コーポ1", "コーポ1"), ("1〜2", "1-2"), ("ビー1", "ビー1")]
)
def test_long_marks_between_digits_are_hyphens(typed: str, plain: str) -> None:
    assert dash_digits(typed) == plain


@given(st.text())
def test_folds_are_idempotent_and_empty_nothing(text: str) -> None:
    folded = fold_width(text)
    assert fold_width(folded) == folded
    assert fold_kanji(fold_kanji(text)) == fold_kanji(text)
    assert katakana(katakana(text)) == katakana(text)
    if any(mark.isalnum() for mark in text):
        assert folded
        assert fold_kanji(text)
        assert arabic(text)
