"""Kanji numerals to digits: 二〇二四 is 2024, 十二 is 12, 百五 is 105, 弐拾参 is 23, 廿 is 20."""

from __future__ import annotations

import re

_DIGITS = {
    mark: value
    for value, marks in enumerate(("〇零", "一壱壹", "二弐貳", "三参參", "四", "五伍", "六", "七", "八", "九"))
    for mark in marks
}
_UNITS = {"十": 10, "拾": 10, "百": 100, "千": 1000}
_TENS = {"廿": 20, "卅": 30}
_RUN = re.compile("[" + "".join((*_DIGITS, *_UNITS, *_TENS)) + "]+")


def is_numeral(text: str) -> bool:
    """Tell whether a text is nothing but kanji numerals."""
    return bool(_RUN.fullmatch(text))


def arabic(text: str) -> str:
    """Return the text with every run of kanji numerals as Arabic digits; everything else stays.

    Accepts any text. A run with 十, 百 or 千 is counted out; one without is read digit by digit. 万 is left alone: it
    stands in names of places far more often than in house numbers.
    """
    return text if text.isascii() else _RUN.sub(lambda match: _value(match.group()), text)


def _value(run: str) -> str:
    """Return the digits of one run."""
    if not any(mark in _UNITS or mark in _TENS for mark in run):
        return "".join(str(_DIGITS[mark]) for mark in run)
    total, number = 0, 0
    for mark in run:
        if mark in _DIGITS:
            number = number * 10 + _DIGITS[mark]
        elif mark in _TENS:
            total, number = total + _TENS[mark], 0
        else:
            total, number = total + (number or 1) * _UNITS[mark], 0
    return str(total + number)
