"""Japanese names from every kind of form: divided, in order, read; unsure where they are unsure."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from soken.normalise.name_split import KnownNames
from soken.normalise.name_words import plain_words
from soken.normalise.names import _JAPANESE, Name, parse_name

_NONE = KnownNames.empty()
_NO_KANA = (None, None, None)


def parsed(
    full: str | None = None,
    family: str | None = None,
    given_: str | None = None,
    kana: tuple[str | None, ...] = _NO_KANA,
) -> Name:
    whole, first, second = kana
    return parse_name(full, family, given_, (whole, first, second), _NONE)


_DIVIDED = {
    "space": ("山田 太郎", "山田", "太郎"), "ideographic space": ("山田　太郎", "山田", "太郎"), "two and two": ("山田太郎", "山田", "太郎"),
    "one and two": ("林太郎", "林", "太郎"), "three and two": ("五十嵐健太", "五十嵐", "健太"), "two and one": ("原田一", "原田", "一"),
    "three and three": ("長谷川三千子", "長谷川", "三千子"), "three with its reading of one": ("東海林太郎", "東海林", "太郎"),
    "two and three": ("田中美智子", "田中", "美智子"), "rare surname": ("小鳥遊六花", "小鳥遊", "六花"), "four": ("勅使河原三郎", "勅使河原", "三郎"),
    "repeated": ("佐々木希", "佐々木", "希"), "variant": ("髙橋一郎", "高橋", "一郎"), "old form": ("渡邊　惠子", "渡辺", "恵子"),
    "kana given": ("田中ひろ子", "田中", "ひろ子"), "katakana given": ("山田タロウ", "山田", "タロウ"), "honorific": ("山田太郎様", "山田", "太郎"),
    "honorific apart": ("山田 太郎 様", "山田", "太郎"), "honorific in kana": ("山田太郎さん", "山田", "太郎"), "brackets": ("山田（旧姓佐藤）花子", "山田", "花子"),
    "spread out": ("山 田 太 郎", "山田", "太郎"), "hiragana": ("やまだたろう", "ヤマダ", "タロウ"), "half width": ("ﾔﾏﾀﾞ ﾀﾛｳ", "ヤマダ", "タロウ"),
    "middle dot": ("ヤマダ・タロウ", "ヤマダ", "タロウ"), "romaji given first": ("TARO YAMADA", "yamada", "taro"),
    "romaji family first": ("Yamada Taro", "yamada", "taro"), "romaji comma": ("Yamada, Taro", "yamada", "taro"),
    "romaji capitals mark the family": ("Ren IGAI", "igai", "ren"), "romaji title": ("Mr. Taro Yamada", "yamada", "taro"),
    "romaji run together": ("YamadaTaro", "yamada", "taro"), "romaji no case": ("satouhanako", "satou", "hanako"),
    "full-width romaji": ("ＴＡＲＯ　ＹＡＭＡＤＡ", "yamada", "taro"), "given first in kanji": ("太郎 山田", "山田", "太郎"),
    "kanji repeated across the parts": ("岩瀬瀬里子", "岩瀬", "瀬里子"),
    "variation selector": ("辻\U000e0100 祐子", "辻", "祐子"),
}  # fmt: skip


@pytest.mark.parametrize(("typed", "family", "given_"), _DIVIDED.values(), ids=_DIVIDED)
def test_one_field(typed: str, family: str, given_: str) -> None:
    found = parsed(typed)
    assert (found.family, found.given, found.split_sure) == (family, given_, True)
    assert found.key == family + given_


@pytest.mark.parametrize(
    "typed",
    [
        "山田",
        "たろう",
        "殿",
        "X",
        "山",
        "東出昌大東出昌大東出昌大",
        "鬼塚",
        "田中",
        "斎藤",
        "伊藤",
        "大久保",
        "佐々木",
        "二階堂",
        "秋男",
        "ー",
        "○○",
        "ミヤモト",
        "ｲﾉｳｴ",
        "さかもと",
        "スギモト",
    ],
)
def test_what_cannot_be_divided_stays_whole(typed: str) -> None:
    found = parsed(typed)
    assert (found.family, found.given, found.split_sure) == (None, None, False)
    assert found.key


_FIELDS = {
    "as meant": (("山田", "太郎"), ("山田", "太郎")), "swapped": (("太郎", "山田"), ("山田", "太郎")), "whole in the first": (("山田太郎", None), ("山田", "太郎")),
    "whole in the second": ((None, "山田 太郎"), ("山田", "太郎")), "whole in both": (("山田太郎", "山田太郎"), ("山田", "太郎")),
    "whole and given": (("山田太郎", "太郎"), ("山田", "太郎")), "hiragana swapped": (("はなこ", "さとう"), ("サトウ", "ハナコ")),
    "romaji swapped": (("Kenta", "Suzuki"), ("suzuki", "kenta")), "two surnames that are given names": (("森", "緑"), ("森", "緑")),
    "looks like an honorific": (("殿", "一郎"), ("殿", "一郎")), "spaces inside": (("山 田", "太 郎"), ("山田", "太郎")),
    "a surname that ends like the given name": (("小林", "林"), ("小林", "林")), "another one": (("山田", "田"), ("山田", "田")),
    "a kanji written twice, typed apart": (("佐 佐 木", "太郎"), ("佐々木", "太郎")),
    "an honorific behind what stands in the wrong field": (("太郎様", "山田"), ("山田", "太郎")),
    "two honorifics": (("山田", "太郎先生様"), ("山田", "太郎")),
    "a kanji that Python does not know yet": (("山田", "太\U0002ebe1"), ("山田", "太\U0002ebe1")),
    "unknown words stay": (("鬼柳院", "炎馬"), ("鬼柳院", "炎馬")), "honorific in the second": (("山田", "太郎様"), ("山田", "太郎")),
}  # fmt: skip


@pytest.mark.parametrize(("fields", "parts"), _FIELDS.values(), ids=_FIELDS)
def test_two_fields(fields: tuple[str | None, str | None], parts: tuple[str, str]) -> None:
    found = parsed(None, *fields)
    assert (found.family, found.given) == parts


def test_a_name_in_latin_letters_keeps_its_words_whichever_order_they_stand_in() -> None:
    said = ("Minh Manh Tran", "TRAN MINH MANH", "Trần Minh Mạnh", "Manh, Tran Minh")
    assert {parsed(one).words for one in said} == {("manh", "minh", "tran")}
    assert parsed(None, "Tran Minh", "Manh").words == ("manh", "minh", "tran")
    assert parsed("Juan A Dela Cruz").words == ("a", "cruz", "dela", "juan")
    assert parsed("山田 太郎").words == parsed("Tanaka").words == ()


@given(st.from_regex(_JAPANESE, fullmatch=True))
def test_what_is_passed_over_as_japanese_holds_no_word_in_latin_letters(typed: str) -> None:
    assert not any(word.isascii() and word.isalpha() for word in plain_words(typed))


def test_an_order_that_may_be_the_other_way_round_is_marked() -> None:
    assert parsed(None, "森", "佐藤").swapped_possible
    assert not parsed(None, "佐藤", "太郎").swapped_possible
    assert not parsed(None, "太郎", "佐藤").swapped_possible


_READ = {
    "kana fields": (("山田", "太郎", (None, "ヤマダ", "タロウ")), ("yamada", "taro", "yamadataro")),
    "half-width kana": (("山田", "太郎", (None, "ﾔﾏﾀﾞ", "ﾀﾛｳ")), ("yamada", "taro", "yamadataro")),
    "hiragana": (("山田", "太郎", (None, "やまだ", "たろう")), ("yamada", "taro", "yamadataro")),
    "whole kana with a space": (("山田", "太郎", ("ヤマダ タロウ", None, None)), ("yamada", "taro", "yamadataro")),
    "whole kana without": (("山田", "太郎", ("ヤマダタロウ", None, None)), ("yamada", "taro", "yamadataro")),
    "kana and name swapped": (("太郎", "山田", (None, "タロウ", "ヤマダ")), ("yamada", "taro", "yamadataro")),
    "only the names swapped": (("太郎", "山田", (None, "ヤマダ", "タロウ")), ("yamada", "taro", "yamadataro")),
    "only the kana swapped": (("山田", "太郎", (None, "タロウ", "ヤマダ")), ("yamada", "taro", "yamadataro")),
    "kana decides the order": (("森", "佐藤", (None, "シゲル", "サトウ")), ("sato", "shigeru", "satoshigeru")),
    "romaji in the kana field": (("山田", "太郎", (None, "YAMADA", "TARO")), ("yamada", "taro", "yamadataro")),
    "the name is its own reading": (("ヤマダ", "タロウ", _NO_KANA), ("yamada", "taro", "yamadataro")),
}  # fmt: skip


@pytest.mark.parametrize(("typed", "keys"), _READ.values(), ids=_READ)
def test_typed_readings(typed: tuple[str, str, tuple[str | None, ...]], keys: tuple[str, str, str]) -> None:
    found = parsed(None, *typed)
    assert (found.family_typed, found.given_typed, found.full_typed) == ((keys[0],), (keys[1],), (keys[2],))


@pytest.mark.parametrize(
    ("family", "given_", "kana_family", "kana_given"),
    [
        ("紗枝子", "庄子", "ショウジ", "サエコ"),
        ("遥彦", "菅井", "スガイ", "ハルヒコ"),
        ("真", "東", "アズマ", "マコト"),
    ],
)
def test_kana_in_order_beside_kanji_in_the_other_say_which_is_the_family_name(
    family: str, given_: str, kana_family: str, kana_given: str
) -> None:
    """Two brothers so entered shared a family name that was no family name, and read alike."""
    found = parsed(None, family, given_, (None, kana_family, kana_given))
    assert (found.family, found.given) == (given_, family)


def test_kanji_alone_have_no_typed_reading() -> None:
    found = parsed("山田太郎")
    assert (found.family_typed, found.given_typed, found.full_typed) == ((), (), ())


def test_kanji_in_the_kana_field_are_no_reading() -> None:
    assert parsed(None, "山田", "太郎", (None, "山田", "太郎")).full_typed == ()


_ONE_SOUND = {
    "kana of four words": (("TRAN THI KIM HOA", "チャン ティ キム ホア"), ("チャン ティ キム ホア", None)),
    "kana of four words, the name cut short": (
        ("Eduardo M. Suzuki Lima", "スズキ リマ エドゥアルド マルシオ"),
        ("スズキ リマ エドゥアルド マルシオ", None),
    ),
    "a given name of two words": (("KIM MI JIN", None), ("KIM MIJIN", None)),
    "a given name of two words, family name last": (("CHANG TAE HYUN", None), ("Tae-hyun Chang", None)),
    "kana in the other order": (("Jayson Cruz", "クルス ジェイソン"), ("ジェイソン クルス", None)),
}


@pytest.mark.parametrize(("one", "other"), _ONE_SOUND.values(), ids=_ONE_SOUND)
def test_names_from_abroad_sound_alike_as_a_whole(one: tuple[str, str | None], other: tuple[str, str | None]) -> None:
    left, right = (parsed(name, kana=(kana, None, None)) for name, kana in (one, other))
    assert set(left.full_typed) & set(right.full_typed)


@pytest.mark.parametrize("other", ["NGUYEN THI NGA", "Minh Ngan Nguyen", "KIM MI JEONG"])
def test_other_names_from_abroad_sound_otherwise(other: str) -> None:
    for name in ("NGUYEN THI NGAN", "KIM MI JIN"):
        assert not set(parsed(name).full_typed) & set(parsed(other).full_typed)


def test_a_reading_divides_a_name_that_tables_cannot() -> None:
    found = parsed("芙美歌小林", kana=(None, "フミカ", "コバヤシ"))
    assert (found.family, found.given, found.full_typed) == ("小林", "芙美歌", ("kobayashifumika",))


def test_a_list_teaches_its_own_names() -> None:
    known = KnownNames.learn([("ズンダ", 40), ("モリナガ", 60)], [("ポコ", 50), ("ピノ", 50)])
    assert parse_name("ズンダポコ", None, None, _NO_KANA, _NONE).family is None
    found = parse_name("ズンダポコ", None, None, _NO_KANA, known)
    assert (found.family, found.given) == ("ズンダ", "ポコ")
    assert parse_name(None, "ポコ", "ズンダ", _NO_KANA, known).family == "ズンダ"


@pytest.mark.parametrize(
    ("typed", "script"),
    [("山田太郎", "kanji"), ("田中ひろ子", "kanji"), ("ヤマダ タロウ", "kana"), ("やまだ", "kana"), ("Taro Yamada", "latin"), ("山田 Taro", "mixed"),
     ("山田 タロウ", "mixed"), ("", "none"), ("123", "none")],
)  # fmt: skip
def test_script(typed: str, script: str) -> None:
    assert parsed(typed).script == script


_ANY = (
    st.none()
    | st.text(max_size=12)
    | st.sampled_from(["山田", "太郎", "ヤマダ", "Taro", "Yamada", "様", ",", " ", "佐々木", "ー"])
)


_WRITTEN = (
    st.none()
    | st.lists(
        st.sampled_from(
            ["山田", "太郎", "ヤマダ", "Taro", "Yamada", "様", "タロウ", "佐々木", "一郎", "森", "緑", " ", "　", "ー", "・", "さとう", "花子",
             "髙橋", "Ｔａｒｏ", "ｻﾄｳ", "TANAKA", "殿", "渡邊"]
        ),
        max_size=4,
    ).map("".join)
    | st.text(st.characters(categories=["L", "Nd"]) | st.sampled_from(" 　・,様"), max_size=12)
)  # fmt: skip


@given(_WRITTEN, _WRITTEN, _WRITTEN)
def test_what_was_read_reads_as_itself(full: str | None, family: str | None, given_: str | None) -> None:
    found = parsed(full, family, given_)
    if not found.family or not found.given:
        assert parsed(found.key).key == found.key
        return
    # A field that ends with the other is taken for the whole name: which it is, the two alone do not say.
    assume(not found.family.endswith(found.given) and not found.given.endswith(found.family))
    once = parsed(None, found.family, found.given)
    assert {once.family, once.given} == {found.family, found.given}, "two surnames may change their order, once"
    again = parsed(None, once.family, once.given)
    assert (again.family, again.given, again.key) == (once.family, once.given, once.key)


@given(_ANY, _ANY, _ANY, st.tuples(_ANY, _ANY, _ANY))
def test_never_raises_and_never_empties(
    full: str | None, family: str | None, given_: str | None, kana: tuple[str | None, ...]
) -> None:
    found = parsed(full, family, given_, kana)
    if any(mark.isalpha() for part in (full, family, given_) for mark in part or ""):
        assert found.key
