"""What a column holds, by the shape of its values: for headings that say nothing, or that say something else.

A title must never be taken for a name: names are recognised only by shapes that titles do not have throughout.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

from soken.reference.prefectures import prefectures
from soken.reference.surnames import surnames

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_SAMPLE: Final = 2000
#: A value is looked at no further: nothing that is recognised here is longer, and a megabyte would take hours.
_LONGEST: Final = 400
_NAMES: Final = "|".join(one.ja for one in prefectures().values())
_KANA: Final = re.compile(r"[\u3041-\u3096\u30a1-\u30fc\uff66-\uff9f][\u3041-\u3096\u30a1-\u30fc\uff66-\uff9f\s・]*")
_DATE: Final = re.compile(
    r"(?:\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}|(?:19|20)\d{6}(?:\d{6})?"
    r"|(?:明治|大正|昭和|平成|令和|[MTSHR])\s*\.?\d{1,2}[-/.年]\d{1,2}[-/.月]\d{1,2}日?)(?:[ T].*)?"
)
_YEAR: Final = re.compile(r"(?:19|20)\d{2}")
_SHAPES: Final[dict[str, re.Pattern[str]]] = {
    "email": re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+"),
    "phone": re.compile(r"\(?(?:\+\d{1,3}|0\d)[\d\-() .‐–ー−]{7,17}"),
    "postal_code": re.compile(r"〒?\s?\d{3}[-‐–ー−]\d{4}"),
    "address": re.compile(rf"(?:〒?\s?\d{{3}}-?\d{{4}}\s*)?(?:{_NAMES}).+"),
    "prefecture": re.compile(_NAMES),
    "full_kana": _KANA,
    "full_name": re.compile(r"[一-鿿々〆ヶ㐀-䶿豈-﫿]{1,3}[\s][一-鿿々ぁ-んァ-ンヶ㐀-䶿豈-﫿]{1,4}"),
}
#: How many of the values must look like it, before a column without a telling heading is taken for it.
_SHARE: Final = {"full_kana": 0.9, "full_name": 0.8}
_USUAL_SHARE: Final = 0.7
_EXPECTED: Final[dict[str, re.Pattern[str]]] = {
    "email": re.compile(r".*@.*"),
    "email2": re.compile(r".*@.*"),
    "phone": re.compile(r"[^A-Za-z]*\d{2}.*"),
    "phone2": re.compile(r"[^A-Za-z]*\d{2}.*"),
    "birth_date": re.compile(r".*\d.*"),
    "ordered_at": re.compile(r".*\d.*"),
    "ip": re.compile(r"[\d.]{7,15}|[0-9a-fA-F:.]{2,45}"),
    "amount": re.compile(r".*\d.*"),
    # A name has a letter; a column of numbers headed "buyer" points at another table.
    "full_name": re.compile(r"(?=.*[^\W\d_])[^@]*"),
    "family_name": re.compile(r"(?=.*[^\W\d_])[^@]*"),
    "given_name": re.compile(r"(?=.*[^\W\d_])[^@]*"),
    "quantity": re.compile(r".*\d.*"),
    # One digit is a switch (default or not), and rarely a whole house number.
    "address": re.compile(r"(?s:.{2,})"),
    "ship_address": re.compile(r"(?s:.{2,})"),
}
_FIRST_AGAINST: Final = 0.2
#: Names of people in kanji as they fill in what others are to call them: with a space in between or none.
_CALLED: Final = re.compile(r"[一-鿿々〆ヶ㐀-䶿豈-﫿]{1,4}\s?[一-鿿々ぁ-んァ-ンヶ㐀-䶿豈-﫿]{1,4}")


def agrees(field: str, cells: Sequence[str]) -> bool | None:
    """Tell whether values can be of a field: False if hardly any can, None if there are none to look at."""
    if not cells:
        return None
    pattern = _EXPECTED.get(field)
    return pattern is None or _share(pattern, cells[:_SAMPLE]) >= _FIRST_AGAINST


def are_called(cells: Sequence[str]) -> bool:
    """Tell whether what stands in a column of account or display names are people's names: kanji, a surname first."""
    looked = cells[:_SAMPLE]
    if not looked or _share(_CALLED, looked) < _USUAL_SHARE:
        return False
    known = surnames()
    named = sum(any(cell.strip()[:length] in known for length in (1, 2, 3)) for cell in looked)
    return named >= _USUAL_SHARE * len(looked)


def guess(columns: Mapping[str, Sequence[str]], taken: set[str]) -> dict[str, tuple[str, float]]:
    """Return what columns are by their values.

    Args:
        columns: heading → values that are not blank.
        taken: fields that have a column already.

    Returns:
        heading → (field, confidence); a field at most once.
    """
    scored = []
    for order, (name, cells) in enumerate(columns.items()):
        for field, share in _scores(cells[:_SAMPLE]):
            scored.append((-round(share, 2), order, name, field))
    result: dict[str, tuple[str, float]] = {}
    used = set(taken)
    if used & {"family_name", "given_name"}:
        used |= {"full_name", "full_kana"}
    for minus, _order, name, field in sorted(scored):
        if name not in result and field not in used:
            result[name] = (field, round(-minus * 0.8, 2))
            used.add(field)
    return result


def _scores(cells: Sequence[str]) -> list[tuple[str, float]]:
    """Return the fields that values may be of, with the share that look like it."""
    if not cells:
        return []
    scores = [
        (field, share)
        for field, pattern in _SHAPES.items()
        if (share := _share(pattern, cells)) >= _SHARE.get(field, _USUAL_SHARE)
    ]
    if (share := _share(_DATE, cells)) >= _USUAL_SHARE:
        scores.append((_which_date(cells), share))
    return scores


def _which_date(cells: Sequence[str]) -> str:
    """Tell birth dates from dates of purchase: those reach back further, and have no time."""
    years = sorted(int(found[0]) for cell in cells if (found := _YEAR.search(cell)))
    if not years:
        return "birth_date"
    return "birth_date" if years[len(years) // 2] < 2003 and years[-1] - years[0] > 15 else "ordered_at"


def _share(pattern: re.Pattern[str], cells: Sequence[str]) -> float:
    """Return the share of values that a pattern matches whole."""
    hits = sum(bool(pattern.fullmatch(unicodedata.normalize("NFKC", cell[:_LONGEST]).strip())) for cell in cells)
    return hits / len(cells)
