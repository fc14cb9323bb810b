"""Where two texts differ: every character is kept, none is taken apart, and what is marked really differs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soken.review.differences import LONGEST, Part, differences

TYPED = st.text(
    st.sampled_from("高髙橋斎齋ｶﾞがが一二丁目１1-‐ーaAé\u0301\u200d\ufe00\U000e0100 "), max_size=12
) | st.text(max_size=12)


def written(parts: tuple[Part, ...]) -> str:
    """The text with what differs in brackets."""
    return "".join(f"[{part.text}]" if part.differs else part.text for part in parts)


@pytest.mark.parametrize(
    ("left", "right", "shown"),
    [
        ("高橋 健一", "髙橋 健一", ("[高]橋 健一", "[髙]橋 健一")),
        ("090-1234-5678", "090-1234-5679", ("090-1234-567[8]", "090-1234-567[9]")),
        ("一丁目2-3", "１丁目2-3", ("[一]丁目2-3", "[１]丁目2-3")),
        ("ｶﾞ", "ｶ", ("[ｶﾞ]", "[ｶ]")),
        ("葛\U000e0100城", "葛城", ("[葛\U000e0100]城", "[葛]城")),
        ("ken@mail.example", "ken_@mail.example", ("ken@mail.example", "ken[_]@mail.example")),
        ("佐藤", "", ("佐藤", "")),
        ("佐藤", "佐藤", ("佐藤", "佐藤")),
    ],
    ids=[
        "old character",
        "digit",
        "full width",
        "voiced half-width",
        "variant of a kanji",
        "underscore",
        "none",
        "equal",
    ],
)
def test_the_characters_that_differ_are_marked(left: str, right: str, shown: tuple[str, str]) -> None:
    one, other = differences(left, right)
    assert (written(one), written(other)) == shown


@given(TYPED, TYPED)
def test_nothing_is_lost_and_what_is_not_marked_is_common(left: str, right: str) -> None:
    one, other = differences(left, right)
    assert "".join(part.text for part in one) == left
    assert "".join(part.text for part in other) == right
    common = ["".join(part.text for part in side if not part.differs) for side in (one, other)]
    if left and right:
        assert common[0] == common[1]
        assert any(part.differs for part in (*one, *other)) == (left != right)


def test_a_very_long_text_is_marked_whole() -> None:
    one, other = differences("a" * (LONGEST + 1), "a")
    assert all(part.differs for part in (*one, *other))
