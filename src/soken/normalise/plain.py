"""Small fields: sex, numbers of documents, sign-in names, the shop's customer keys, companies."""

from __future__ import annotations

import re

from soken.normalise.kanji import fold_kanji
from soken.normalise.width import fold_width

_SEXES = {
    **dict.fromkeys(("m", "male", "man", "男", "男性", "おとこ", "だんせい"), "m"),
    **dict.fromkeys(("f", "female", "woman", "w", "女", "女性", "おんな", "じょせい"), "f"),
}
_SIGNS = re.compile(r"[\W_]+")
_COMPANY = re.compile(
    r"\(?(?:株式会社|有限会社|合同会社|合資会社|合名会社|一般社団法人|一般財団法人|医療法人)\)?|\((?:株|有|合)\)"
    r"|(?<![a-z])(?:co\.?,? ?ltd|ltd|inc|llc|plc|corp|pty|gmbh|kk)\b\.?"
)
#: What shops and people write where there is nothing: it must not join anybody.
_NOTHING = frozenset({"", "0", "null", "none", "nil", "na", "nan", "guest", "test", "unknown", "undefined",
                       "ゲスト", "なし", "無し",
                      "無", "不明", "未登録", "非会員", "会員登録なし", "ー"})  # fmt: skip
_LEAST_NUMBER = 3


def normalise_sex(text: str) -> str | None:
    """Return 'm' or 'f'; None for anything else (what 1 and 2 mean differs from shop to shop)."""
    return _SEXES.get(fold_width(text).lower().rstrip("."))


def normalise_number(text: str) -> str | None:
    """Return a document's or customer's number as upper-case letters and digits, without signs and spaces.

    Accepts any text. Refuses (None) what stands for nothing, one character over and over, and less than three
    characters.
    """
    bare = _SIGNS.sub("", fold_width(text)).upper()
    if len(bare) < _LEAST_NUMBER or len(set(bare)) == 1 or bare.lower() in _NOTHING:
        return None
    return bare


def normalise_account(text: str) -> str | None:
    """Return a shop's key of a customer in one width; None for what shops write for guests (0, guest, NULL)."""
    key = fold_width(text)
    return None if _SIGNS.sub("", key).casefold() in _NOTHING else key


def normalise_login(text: str) -> str | None:
    """Return a sign-in name in one width and lower case, its signs kept; None for what stands for nothing."""
    key = fold_width(text).casefold()
    return None if _SIGNS.sub("", key) in _NOTHING else key


def normalise_company(text: str) -> str | None:
    """Return a company's name folded, without its legal form (株式会社, Ltd); None for what stands for nothing."""
    folded = fold_kanji(text).casefold()
    bare = _SIGNS.sub("", _COMPANY.sub("", folded)) or _SIGNS.sub("", folded)
    return None if bare in _NOTHING else bare
