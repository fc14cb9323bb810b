"""Every spelling of one name gives one key; different names give different keys."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soken.normalise.romaji import exact_kana, romaji_key

_GROUPS = """さとう サトウ ｻﾄｳ サトー satoh satou sato SATO satō Satô
おおの オオノ ohno oono ōno Ono
ほんま homma honma HONMA
きょうこ kyohko kyoko kyouko kyôko Kyōko
まっちゃ matcha maccha
しんいち shin'ichi shin-ichi shinichi sin-iti SINITI
いちろう itirou ichiro ichirou ICHIROH Ichirō
しょうた shota shouta syouta shohta
ふじた hujita fujita huzita FUJITA
じょうじ ジョージ joji jouji zyouzi jyouji
たかはし ﾀｶﾊｼ takahashi takahasi
おおはし ohashi oohashi ohhashi
こうへい kohei kouhei KOUHEI
いのうえ inoue INOUE
ゆうこ yuuko yuko yūko yuhko
しんぺい shimpei shinpei sinpei
じゅんこ junko zyunko jyunko
しゅう shu shuu syuu shū
つだ tsuda tuda
こうや kohya kouya koya
おおやま ohyama oyama ooyama
しずか しづか shizuka sizuka shiduka
りゅうじ ryuji ryuuji ryuzi
ちあき chiaki tiaki
けんじ kenji kenzi
はっとり hattori
まさあき masaaki
ヴァン バン ban van
ファン fan
にいがた niigata""".splitlines()


@pytest.mark.parametrize("group", _GROUPS, ids=[group.split()[0] for group in _GROUPS])
def test_spellings_of_one_name_share_a_key(group: str) -> None:
    assert len({romaji_key(spelling) for spelling in group.split()}) == 1


_APART = [
    ("はっとり", "はとり"), ("まさあき", "まさき"), ("かな", "かんな"), ("けんいち", "けいいち"), ("たなか", "なかた"),
    ("やまだ", "やました"), ("たろう", "じろう"), ("ゆき", "ゆか"), ("さいとう", "さとう"), ("いとう", "いど"), ("きく", "きくち"),
    ("かとう", "ごとう"), ("いいだ", "いだ"), ("こうじ", "けんじ"), ("あい", "あおい"), ("みか", "みほ"),
    ("ひろし", "ひろみ"), ("まつだ", "ますだ"), ("はら", "ばら"),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), _APART)
def test_different_names_stay_apart(one: str, other: str) -> None:
    assert romaji_key(one) != romaji_key(other)


@pytest.mark.parametrize("typed", ["山田", "山田たろう", "", "  ", "123", "-", "Иван", "ー・"])
def test_what_has_no_one_reading_has_no_key(typed: str) -> None:
    assert romaji_key(typed) is None


@pytest.mark.parametrize(
    ("typed", "exact"),
    [("おの", "オノ"), ("おおの", "オオノ"), ("ｵｵﾉ", "オオノ"), ("ジョージ", "ジョウジ"), ("じょうじ", "ジョウジ"), ("ゆき", "ユキ"),
     ("ゆうき", "ユウキ"), ("しづか", "シズカ"), ("山", None), ("Ono", None), ("", None), ("ー", None),
     ("ーァー", "ァア")],
)  # fmt: skip
def test_exact_kana_keeps_the_lengths_that_the_key_loses(typed: str, exact: str | None) -> None:
    assert exact_kana(typed) == exact


@given(
    st.text()
    | st.text(st.characters(min_codepoint=0x3041, max_codepoint=0x30FF))
    | st.text("aiueokstnhmyrwgzdbpcfjlvqx'-oh")
)
def test_keys_are_ascii_their_own_keys_and_never_raise(text: str) -> None:
    key = romaji_key(text)
    exact = exact_kana(text)
    assert exact is None or exact_kana(exact) == exact
    if key is not None:
        assert key.isascii()
        assert key.isalpha()
        assert romaji_key(key) == key
