"""Small fields: sex, numbers of documents, sign-in names, the shop's customer keys, companies."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from functools import cache
from importlib.resources import files
from typing import Final

from soken.normalise.kanji import fold_kanji
from soken.normalise.width import fold_width

_SIGNS = re.compile(r"[\W_]+")
#: Short for a legal form: 1 sign in brackets, or Latin letters.
_COMPANY_SHORT = (
    r"\((?:株|有|合|同|資|名|医|学|社|財|福)\)"
    r"|(?<![a-z])(?:co\.?,? ?ltd|ltd|limited|inc|llc|plc|corp|pty|gmbh|k\.?k|s\.?a|b\.?v)\b\.?"
)
_LEAST_NUMBER = 3
#: A customer's key of noughts only, or below nought, is what shop systems store for whoever has none.
_NO_KEY = re.compile(r"0+|-[0-9]+")


def normalise_sex(text: str) -> str | None:
    """Return 'm' or 'f'; None for anything else (what 1 and 2 mean differs from shop to shop)."""
    return _words()["sex"].get(fold_width(text).lower().rstrip("."))


#: Twelve digits at least are a whole card's; the month of its end, written either way round, which is no part of a
#: date; what is left of a number.
_WHOLE_CARD: Final = re.compile(r"\d{12,19}")
_ALONE, _ENDED = r"(?<![\d/.-])", r"(?![\d/.-])"
_CARD_ENDS: Final = re.compile(
    rf"{_ALONE}(0?[1-9]|1[0-2]) ?[/-] ?(20\d\d|\d\d){_ENDED}|{_ALONE}(20\d\d) ?[/-] ?(0?[1-9]|1[0-2]){_ENDED}"
)
_CARD_LAST: Final = re.compile(rf"{_ALONE}\d{{4}}{_ENDED}")
#: What stands for the digits that a shop does not keep.
_MASK: Final = re.compile(r"[*xX•]+[ -]?")
_DEVICE: Final = re.compile(r"[0-9a-f]{12,64}|(?=(?:\D*\d){6})[0-9a-z]{10,64}")
#: The number that telephones of one maker gave in 2010, all of them (Android issue 10603).
_SHARED_DEVICE: Final = "9774d56d682e549c"
#: All zeros is what a telephone gives that gives none.
_LEAST_SIGNS: Final = 3


def normalise_number(text: str) -> str | None:
    """Return a document's or customer's number as upper-case letters and digits, without signs and spaces.

    Accepts any text. Refuses (None) what stands for nothing, one character over and over, and less than three
    characters.
    """
    bare, before = text, ""
    while bare != before:  # a capital can come apart into letter and accents, which are put together again
        before, bare = bare, fold_width(_SIGNS.sub("", fold_width(bare)).upper())
    if len(bare) < _LEAST_NUMBER or len(set(bare)) == 1 or _is_nothing(bare):
        return None
    return bare


def normalise_account(text: str) -> str | None:
    """Return a shop's key of a customer in one width; None for what shops write for guests (0, -1, guest, NULL)."""
    key = fold_width(text)
    return None if _NO_KEY.fullmatch(key) or _is_nothing(key) else key


def normalise_login(text: str) -> str | None:
    """Return a sign-in name in one width and lower case, its signs kept; None for what stands for nothing."""
    key = fold_width(text).casefold()
    return None if _NO_KEY.fullmatch(key) or _is_nothing(key) else key


def normalise_card(text: str) -> str | None:
    """Return a payment card's last four digits and the month in which it ends, '1234 2027-05'; or all its digits.

    Accepts what shops keep, the parts in any order: '**** 1234 05/27', '12/2027 0345', a whole number. Refuses (None)
    four digits alone: one card in ten thousand has them.
    """
    plain = _MASK.sub(" ", fold_width(text))
    ends = _CARD_ENDS.findall(plain)
    rest = _CARD_ENDS.sub(" ", plain)
    bare = re.sub(r"[ -]", "", rest)
    if _WHOLE_CARD.fullmatch(bare):
        return bare if _adds_up(bare) else None
    last = _CARD_LAST.findall(rest)
    if len(ends) != 1 or len(last) != 1:
        return None
    month, year, year_first, month_last = ends[0]
    return f"{last[0]} 20{(year or year_first)[-2:]}-{(month or month_last).zfill(2)}"


def normalise_device(text: str) -> str | None:
    """Return a device's number in lower case without its signs; None for what is no number of one device.

    Accepts any text: UUIDs, Android's sixteen hexadecimal digits, IMEIs. Refuses words and models (iPhone 12 Pro),
    short ones, one sign over and over, and what many devices give.
    """
    key = _SIGNS.sub("", fold_width(text).casefold())
    if not _DEVICE.fullmatch(key) or len(set(key)) < _LEAST_SIGNS or key == _SHARED_DEVICE:
        return None
    return key


def _adds_up(number: str) -> bool:
    """Tell whether a card's number ends with its check digit (ISO/IEC 7812-1, Luhn), and is no digit over and over."""
    doubled = [int(digit) * (1 + at % 2) for at, digit in enumerate(reversed(number))]
    return len(set(number)) > 1 and sum(one // 10 + one % 10 for one in doubled) % 10 == 0


def normalise_company(text: str) -> str | None:
    """Return a company's name folded, without its legal form (株式会社, Ltd); None for what stands for nothing."""
    bare, cut = "", fold_kanji(text).casefold()
    # Without its signs a name may end in what is a legal form (Foo B:V).
    while cut != bare:
        bare, cut = cut, _SIGNS.sub("", _company_forms().sub("", cut)) or _SIGNS.sub("", cut)
    return None if bare in _words()["no-company"] or _is_nothing(bare) else bare


def _is_nothing(text: str) -> bool:
    """Tell whether a text, its signs aside, stands for nothing."""
    bare = _SIGNS.sub("", text).casefold()
    return not bare or bare in _words()["nothing"]


@cache
def _company_forms() -> re.Pattern[str]:
    """Return the pattern of legal forms, long ones first, in brackets or not."""
    long = sorted(_words()["company-form"], key=len, reverse=True)
    return re.compile(rf"\(?(?:{'|'.join(map(re.escape, long))})\)?|{_COMPANY_SHORT}")


@cache
def _words() -> dict[str, dict[str, str]]:
    """Return kind → word → key."""
    text = files("soken.normalise").joinpath("data", "field_words.csv").read_text("utf-8")
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for row in csv.DictReader(line for line in text.splitlines() if not line.startswith("#")):
        found[row["kind"]][row["word"]] = row["key"]
    return dict(found)
