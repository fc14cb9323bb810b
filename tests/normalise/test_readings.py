"""How a given name in kanji is guessed to be read: what people are called, not all that the kanji might be."""

from __future__ import annotations

import pytest

from soken.normalise.readings import guess_given


@pytest.mark.parametrize(
    ("name", "reading", "guessed"),
    [
        pytest.param("直樹", "naoki", True, id="what everybody of this name is called"),
        pytest.param("直樹", "masaki", False, id="what his twin 正樹 is called"),
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
    ],
)
def test_what_somebody_may_be_called(name: str, reading: str, guessed: bool) -> None:
    assert (reading in guess_given(name, {})) is guessed


def test_what_the_list_says_comes_first() -> None:
    assert guess_given("直樹", {"直樹": [("masaki", 3)]})[0] == "masaki"
