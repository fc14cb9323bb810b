"""One home, written in the many ways that people and clerks write it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.lists.third.people import Home, words

if TYPE_CHECKING:
    import random

_FULL = str.maketrans("0123456789-", "０１２３４５６７８９－")
_KANJI = "〇一二三四五六七八九"


def japanese(home: Home, rng: random.Random) -> str:
    """Write an address as a form asks for it: prefecture to room in one field, width as it comes."""
    first, second, third = home.numbers
    numbers = (
        f"{first}-{second}-{third}", f"{first}丁目{second}-{third}", f"{first}丁目{second}番{third}号",
        f"{_KANJI[first]}丁目{second}番地{third}",
    )[rng.choice((0, 0, 0, 1, 2, 3))]  # fmt: skip
    text = f"{home.prefecture if rng.random() < 0.95 else ''}{home.city}{home.town}{numbers}"
    if home.building and rng.random() < 0.9:
        text += f"{rng.choice((' ', '　', ''))}{home.building}{rng.choice(('', ' '))}{home.room}"
    elif home.room:
        text += f"-{home.room}"
    return text.translate(_FULL) if rng.random() < 0.15 else text


def one_field(home: Home, rng: random.Random) -> str:
    """Write an address as somebody keeps it who never sorts by it: parts missing, remarks, any hyphen."""
    first, second, third = home.numbers
    hyphen = rng.choice(("-", "-", "‐", "－", "ー", "−", "の", "・"))
    numbers = rng.choice((
        f"{first}{hyphen}{second}{hyphen}{third}", f"{first}丁目{second}{hyphen}{third}",
        f"{first}丁目{second}番{third}号",
        f"{_KANJI[first]}丁目{second}の{third}", f"{first} - {second} - {third}",
    ))  # fmt: skip
    prefecture = home.prefecture if rng.random() < 0.55 else ""
    ward = home.city.partition("市")
    city = ward[2] if ward[2] and not prefecture and rng.random() < 0.15 else home.city
    code = rng.choice(("", "", "〒" + home.code + " ", home.code.replace("-", ""), "(" + home.code + ")"))
    gap = rng.choice(("", "", " ", "　"))
    text = gap.join((code + prefecture, city, home.town, numbers))
    if home.room:
        text += rng.choice((
            f" {home.building}{home.room}", f"　{home.building} {home.room}号室", f"-{home.room}",
            f"（{home.building}{home.room}）",
            f" {home.building}", f" {home.room}号",
        ))  # fmt: skip
    if rng.random() < 0.10:
        text += rng.choice(words()["notes"])
    return text.translate(_FULL) if rng.random() < 0.2 else text


def western(home: Home, rng: random.Random) -> str:
    """Write an address in Latin letters, house number first."""
    town, city, prefecture = home.latin
    numbers = "-".join(map(str, home.numbers))
    front = (
        f"{home.room}, {numbers}"
        if home.room and rng.random() < 0.5
        else f"{numbers}-{home.room}"
        if home.room
        else numbers
    )
    text = f"{front} {town}, {city}, {prefecture}"
    return text if rng.random() < 0.6 else f"{text}, Japan"
