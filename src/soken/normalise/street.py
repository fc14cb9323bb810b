"""Block, lot and house number of a Japanese address, in every spelling, and the building behind them.

一丁目2番3号, 1-2-3, １ー２ー３, 1の2の3, 1・2・3, 1丁目2-3, 2番地の3 all become the numbers with hyphens between.
"""

from __future__ import annotations

import re

from soken.normalise.width import dash_digits

_UNITS = r"丁目|丁|番地割|地割|番地|番町|番|号線|号棟|線|条|街区"
_LINK = rf"(?:\s*(?:(?:{_UNITS})\s*[の\-ー]?|[\-ー]|[のノ・])\s*(?=[0-9]))"
_NUMBERS = re.compile(rf"([0-9]+(?:{_LINK}[0-9]+)*)\s*(丁目|番地割|地割|番地|番|号室|号棟|号|)(?:地)?")
_EACH = re.compile(r"[0-9]+")
_ROOM = re.compile(r"([A-Za-z]?-?[0-9]{1,5}[A-Za-z]?)\s*(?:号室|号|室)?$|([A-Za-z])\s*(?:号室|号|室)?$")
_NAMED_ROOM = re.compile(r"([A-Za-z]?-?[0-9]{1,5}[A-Za-z]?)\s*(?:号室|室)")
_FLOOR = re.compile(r"([0-9]{1,2})\s*(?:f|階)$", re.IGNORECASE)
_SIGNS = re.compile(r"[\s\-ー・,.、。()\[\]'#]+")
#: Remarks to whoever delivers; they name no building.
_REMARK = re.compile(
    r"※.*|\(?[^\s()]*(?:宅配(?:ボ.クス|box)|置き?配|不在|表札|預け|実家|時間指定)[^\s()]*\)?", re.IGNORECASE
)
#: The flat before the numbers, as in Latin letters: 205, 2-8-1 Nishi-Shinjuku.
_FLAT_FIRST = re.compile(r"^\s*([0-9]+)\s*,\s*(?=[0-9]+-[0-9])")
_BLOCKS = 3


def split_street(rest: str) -> tuple[str, str | None, str]:
    """Return what stands before the numbers, the street key, and what stands behind them.

    Accepts the part of a folded address behind the municipality (or behind the town), kanji numerals already digits.

    Returns:
        the text before (a town or hamlet), '1-2-3' or None if there are no numbers, the text of the building. A fourth
        number is taken for a room.
    """
    text = dash_digits(rest)
    flat = _FLAT_FIRST.match(text)
    if flat is not None:
        before, street, building = split_street(text[flat.end() :])
        return before, street, f"{building} {flat.group(1)}".strip()
    match = _NUMBERS.search(text)
    if match is None:
        return text.strip(" -,、"), None, ""
    numbers = [str(int(number)) for number in _EACH.findall(match.group(1))]
    before, behind = text[: match.start()], text[match.end() :]
    if match.group(2) in ("号室", "号棟") and len(numbers) > 1:
        behind = f"{numbers.pop()}{match.group(2)}{behind}"
    if len(numbers) > _BLOCKS:
        behind = f"{behind} {'-'.join(numbers[_BLOCKS:])}"
        numbers = numbers[:_BLOCKS]
    return before.strip(" -,、"), "-".join(numbers), behind.strip(" -,、")


def building_key(text: str) -> str | None:
    """Return what tells flats of one house apart: the room, else the floor, else the building's folded name.

    Accepts any folded text ("メゾン青葉 205号室" is '205', "2F" is '2f', "コーポ山" is コポ山).
    None if it says nothing.
    """
    plain = _REMARK.sub("", dash_digits(text)).strip().lower().rstrip("-、, )")
    plain = re.sub(r"(?:様方|方|気付|気付け)$", "", plain)
    room = _ROOM.search(plain) or _NAMED_ROOM.search(plain)
    if room is not None:
        found = next(group for group in room.groups() if group)
        # A letter that ends a word is no room (ハイツB is one, Court is not).
        start = room.start()
        if not (found.isalpha() and start > 0 and plain[start - 1].isascii() and plain[start - 1].isalpha()):
            return found.replace("-", "").lstrip("0") or found
    if floor := _FLOOR.search(plain):
        return f"{int(floor.group(1))}f"
    return _SIGNS.sub("", plain) or None
