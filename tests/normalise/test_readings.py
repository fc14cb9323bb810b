"""How a given name in kanji is guessed to be read: what people are called, not all that the kanji might be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soken.normalise.name_split import KnownNames
from soken.normalise.readings import guess_family, guess_given, guess_whole, learned


@pytest.mark.parametrize(
    ("name", "reading", "guessed"),
    [
        pytest.param("直樹", "naoki", True, id="what everybody of this name is called"),
        pytest.param("直樹", "masaki", False, id="what his twin 正樹 is called"),
        pytest.param("正樹", "naoki", False, id="what his twin 直樹 is called"),
        pytest.param("健太", "taketo", False, id="in the data set alone, and far less likely"),
        pytest.param("裕子", "hiroko", True, id="two readings in use, the first"),
        pytest.param("裕子", "yuko", True, id="two readings in use, the second"),
        pytest.param("見絃", "miito", True, id="the likelier of two that the dictionary has"),
        pytest.param("見絃", "mio", True, id="the other one, in the dictionary as well"),
        pytest.param("智修", "tomonobu", True, id="a name that the dictionary does not know"),
        pytest.param("智修", "toshimasa", True, id="nobody knows what is usual for it"),
        pytest.param("大和", "yamato", True, id="no kanji by itself is read so"),
        pytest.param("博之", "hiroshi", True, id="in the data set alone, and nearly as likely"),
        pytest.param("翔", "tsubasa", True, id="a single kanji"),
        pytest.param("大翔", "hiroto", True, id="none of its kanji is usually read so"),
        pytest.param("大翔", "haruto", False, id="a brother's name that sounds alike"),
        pytest.param("心愛", "kokoa", True, id="cut in the middle of a word"),
        pytest.param("五郎", "goro", True, id="a number"),
        pytest.param("五郎", "shiro", False, id="the brother before him"),
        pytest.param("太郎", "jiro", False, id="the brother behind him"),
        pytest.param("健", "kiyoshi", True, id="the fourth of five in use"),
        pytest.param("仁", "hitoshi", True, id="a single kanji, its meaning"),
        pytest.param("和子", "satomi", True, id="rare, in the dictionary"),
        pytest.param("光宙", "pikachu", False, id="what nobody can know is not guessed"),
        pytest.param("", "taro", False, id="no name"),
        pytest.param("タロウ", "taro", True, id="kana that a table has"),
        pytest.param("たろう", "taro", False, id="hiragana, which no folded name has"),
    ],
)
def test_what_somebody_may_be_called(name: str, reading: str, guessed: bool) -> None:
    assert (reading in guess_given(name, {})) is guessed


@pytest.mark.parametrize(
    ("name", "readings"),
    [
        ("佐藤", ["sato"]), ("上村", ["uemura"]), ("河野", ["kawano", "kono"]), ("東", ["azuma", "to", "higashi"]),
        ("中田", ["nakata", "nakada"]), ("角田", ["kakuta", "tsunoda"]), ("五十嵐", ["igarashi"]), ("小鳥遊", ["takanashi"]),
        ("長谷川", ["hasegawa"]), ("菅原", ["sugawara"]), ("々", []), ("", []), ("山田太郎", []), ("サトウ", ["sato"]), ("佐藤 ", []),
    ],
)  # fmt: skip
def test_how_a_surname_may_be_read(name: str, readings: list[str]) -> None:
    assert guess_family(name, {}) == readings


def test_a_whole_name_is_read_by_its_likely_division_and_a_surname_alone_as_one() -> None:
    assert guess_whole("山田太郎", KnownNames.empty(), {}, {}) == ["yamadataro"]
    assert guess_whole("河野", KnownNames.empty(), {}, {}) == ["kawano", "kono"]


def test_what_the_list_says_comes_first() -> None:
    assert guess_given("直樹", {"直樹": [("masaki", 3)]})[0] == "masaki"


_NAMES = st.text(alphabet="直樹裕子太郎健一美山田中東大翔博々あア1 ", max_size=5) | st.text(max_size=8)
_KEYS = st.sampled_from(["naoki", "masaki", "yuko", "taro", "yamada", "x" * 40, ""])


@given(_NAMES, st.lists(st.tuples(_NAMES, _KEYS, st.integers(1, 9)), max_size=8))
def test_any_name_can_be_guessed_at_and_no_guess_comes_twice(name: str, typed: list[tuple[str, str, int]]) -> None:
    known = learned(typed)
    found = [
        (guess_family(name, known), 3), (guess_given(name, known), 5),
        (guess_whole(name, KnownNames.empty(), known, known), 6),
    ]  # fmt: skip
    for guesses, most in found:
        assert len(guesses) == len(set(guesses)) <= most
        assert all(one.isascii() and one for one in guesses)


@given(st.lists(st.tuples(_NAMES, _KEYS, st.integers(1, 9)), max_size=12))
def test_what_was_learned_is_learned_again_from_itself(typed: list[tuple[str, str, int]]) -> None:
    once = learned(typed)
    assert learned((name, reading, count) for name, kept in once.items() for reading, count in kept) == once
