"""Phone numbers as E.164 keys, with junk told apart: a junk number shared by strangers must join nobody.

Ordinary Japanese numbers take a short way of our own (it judges the shape only: ranges come and go); everything else
goes through the `phonenumbers` library.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import phonenumbers

from soken.normalise.width import dash_digits, fold_width

_EXTENSION = re.compile(r"(?:内線|ext(?:ension)?\.?|(?<=\d)\s*x)\s*[:.]?\s*\d+\s*\)?$", re.IGNORECASE)
_SECOND = re.compile(r"[/;,、､]|または|or", re.IGNORECASE)
_NOT_DIGITS = re.compile(r"\D+")
_COUNTRY = re.compile(r"^\s*(?:\+|00)\s*81[\s\-.()]*(?:\(?0\)?)?")
#: Shapes of the Japanese plan, in a form that DuckDB reads too.
JA_MOBILE, JA_FIXED = r"0[5-9]0[0-9]{8}|020[0-9]{8}", r"0[1-9][0-9]{8}|0800[0-9]{7}"
_JA_MOBILE, _JA_FIXED = re.compile(JA_MOBILE), re.compile(JA_FIXED)
_LOST_ZERO = re.compile(r"[5-9]0[1-9][0-9]{7}|[1-9][1-9][0-9]{7}")
_LEAST, _MOST = 6, 15


@dataclass(frozen=True, slots=True)
class PhoneKey:
    """A phone number in comparable form.

    Attributes:
        key: E.164 ("+819012345678"); bare digits where the number fits no plan; None for junk.
        sure: False where something was assumed or the number fits no plan.
        flag: 'zero-lost', 'no-plan' with a key; 'too-short', 'too-long', 'junk', 'no-digits' without; "" otherwise.
    """

    key: str | None
    sure: bool = True
    flag: str = ""


def normalise_phone(text: str, region: str = "JP") -> PhoneKey:
    """Return the comparable form of a phone number.

    Accepts any text: full width, brackets, dots, long marks as hyphens, +81, 0081, +81 (0), an extension, a second
    number behind a slash (the first counts), a first zero that a spreadsheet dropped.

    Args:
        text: as typed.
        region: ISO country code that numbers without a country code belong to.
    """
    plain = dash_digits(fold_width(text))
    if not any(mark.isdigit() for mark in plain):
        return PhoneKey(None, sure=False, flag="no-digits")
    plain = _EXTENSION.sub("", plain)
    first = next((part for part in _SECOND.split(plain) if len(_NOT_DIGITS.sub("", part)) >= _LEAST), plain)
    found = _japanese(first, region)
    return found if found is not None else _elsewhere(first, region)


def _japanese(text: str, region: str) -> PhoneKey | None:
    """Return the key of a number of the Japanese plan, or None if it does not look like one."""
    country = _COUNTRY.match(text)
    digits = _NOT_DIGITS.sub("", text[country.end() :] if country else text)
    if country:
        digits = "0" + digits
    elif text.lstrip().startswith("+") or region != "JP":
        return None
    elif digits.startswith("81") and len(digits) in (11, 12) and not _JA_MOBILE.fullmatch(digits):
        digits = "0" + digits[2:].removeprefix("0")
    flag = ""
    if not (_JA_MOBILE.fullmatch(digits) or _JA_FIXED.fullmatch(digits)):
        if country or not _LOST_ZERO.fullmatch(digits):
            return None
        digits, flag = "0" + digits, "zero-lost"
    if is_junk(digits):
        return PhoneKey(None, sure=False, flag="junk")
    return PhoneKey("+81" + digits[1:], sure=not flag, flag=flag)


def _elsewhere(text: str, region: str) -> PhoneKey:
    """Return the key of any other number."""
    digits = _NOT_DIGITS.sub("", text)
    if len(digits) < _LEAST:
        return PhoneKey(None, sure=False, flag="too-short")
    if is_junk(digits):
        return PhoneKey(None, sure=False, flag="junk")
    try:
        parsed = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        parsed = None
    if parsed is not None and phonenumbers.is_valid_number(parsed):
        return PhoneKey(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))
    if len(digits) > _MOST:
        return PhoneKey(None, sure=False, flag="too-long")
    return PhoneKey(digits, sure=False, flag="no-plan")


def is_junk(digits: str) -> bool:
    """Tell whether a string of digits was typed to get past a form: one digit over and over, or counting up or down."""
    tail = digits[3:] if len(digits) > 9 else digits
    if len(set(tail)) == 1 or len(set(digits)) == 1:
        return True
    bare = digits.lstrip("0")
    return len(bare) >= _LEAST and ("12345678901234567890".startswith(bare) or "98765432109876543210".startswith(bare))
