"""The people behind the third lists: homes, families in them with twins and three generations, namesakes, changes."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from bench.lists.third.latin import latin

if TYPE_CHECKING:
    import random

_Kept = TypeVar("_Kept")
_NICKNAMES = ("neko", "sora", "umi", "hana", "kuro", "tori", "yama")
#: What a list of these years can say.
START, END = date(2021, 4, 1), date(2025, 3, 31)


@dataclass(frozen=True, slots=True)
class Word:
    """A part of a name: in kanji as its bearer writes it, and in katakana."""

    kanji: str
    kana: str


@dataclass(frozen=True, slots=True)
class Home:
    """Where people live; `latin` is town, municipality and prefecture for a label in Latin letters."""

    code: str
    prefecture: str
    city: str
    town: str
    latin: tuple[str, str, str]
    numbers: tuple[int, int, int]
    building: str
    room: str
    landline: str


@dataclass(slots=True)
class Person:
    """Somebody who buys; of what can change (`families`, `homes`, `mails`, `mobiles`) the second holds from `turn`."""

    key: int
    families: list[Word]
    given: Word
    female: bool
    born: date
    homes: list[Home]
    mails: list[str]
    mobiles: list[str]
    turn: date
    near: set[str] = field(default_factory=set)
    western: tuple[str, str] | None = None
    latin_habit: int = 0

    def at(self, day: date, kept: list[_Kept]) -> _Kept:
        """Return what of it holds on a day."""
        return kept[-1] if day >= self.turn else kept[0]


@cache
def words() -> dict[str, list[Any]]:
    """Return the words of these lists."""
    read: dict[str, list[Any]] = tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))
    return read


class World:
    """Grows people of a chance of its own."""

    def __init__(self, rng: random.Random, *, together: float) -> None:
        """Begin.

        Args:
            rng: the chance.
            together: share of homes in which more than one person lives that buys.
        """
        self._rng = rng
        self._together = together
        self._keys = count(1)
        self._taken: set[str] = set()
        self.people: list[Person] = []

    def grow(self, wanted: int) -> list[Person]:
        """Return at least so many people, those of one home together."""
        while len(self.people) < wanted:
            if self._rng.random() < self._together:
                self._family()
            else:
                self._add(self._surname(), self._home(), female=self._rng.random() < 0.4, age=(18, 78))
        for number in range(wanted // 60):
            self._namesakes(number)
        return self.people

    def _family(self) -> None:
        """A couple, or parent and child, or three generations, or twins: one surname, one home, one landline."""
        rng, name, home = self._rng, self._surname(), self._home()
        tag = f"household-{len(self.people)}"
        parents = [self._add(name, home, female=female, age=(38, 62)) for female in (False, True)]
        members = parents if rng.random() < 0.8 else parents[:1]
        for one in parents[len(members) :]:
            self.people.remove(one)
        if rng.random() < 0.55:
            for _ in range(rng.choice((1, 1, 2))):
                members.append(self._add(name, home, female=rng.random() < 0.5, age=(16, 30)))
        if rng.random() < 0.12:
            members.extend(self._twins(name, home))
        if rng.random() < 0.15:
            members.append(self._add(name, home, female=rng.random() < 0.5, age=(66, 88)))
        shared = members[0].mails[0] if rng.random() < 0.3 else ""
        for one in members:
            one.near.add(tag)
            if shared and rng.random() < 0.5:
                one.mails = [shared]
            if rng.random() < 0.15:
                one.mobiles = [members[0].mobiles[0]]

    def _twins(self, name: Word, home: Home) -> list[Person]:
        female = self._rng.random() < 0.5
        pair = self._rng.choice(words()["twins_female" if female else "twins_male"])
        made = [self._add(name, home, female=female, age=(17, 30), given=_word(text)) for text in pair]
        made[1].born = made[0].born
        for one in made:
            one.near.add(f"twins-{made[0].key}")
        return made

    def _namesakes(self, number: int) -> None:
        """Two strangers of one common name, one of them made for it."""
        first = self._rng.choice(self.people)
        if first.western:
            return
        other = self._add(first.families[0], self._home(), female=first.female, age=(18, 78), given=first.given)
        for one in (first, other):
            one.near.add(f"namesakes-{number}")

    def _add(self, name: Word, home: Home, *, female: bool, age: tuple[int, int], given: Word | None = None) -> Person:
        rng = self._rng
        given = given or self._given(female=female)
        while any(given.kana == other.given.kana for other in self.people if home in other.homes):
            given = self._given(female=female)
        born = END - timedelta(days=rng.randrange(age[0] * 365, age[1] * 365))
        turn = START + timedelta(days=rng.randrange((END - START).days))
        one = Person(
            next(self._keys), [name], given, female, born, [home],
            [self._mail(name, given, born)], [self._mobile()], turn,
        )  # fmt: skip
        one.latin_habit = rng.randrange(4)
        if rng.random() < 0.10:
            one.homes.append(self._home())
        if rng.random() < 0.09:
            one.mails.append(self._mail(name, given, born))
        if rng.random() < 0.05:
            one.mobiles.append(self._mobile())
        if female and rng.random() < 0.05:
            one.families.append(self._surname())
        self.people.append(one)
        return one

    def foreigners(self, share: float) -> None:
        """Let some people of no household be residents from abroad."""
        for one in self.people:
            if not one.near and self._rng.random() < share:
                text, kana = self._rng.choice(words()["foreign"]).split("/")
                first, last = text.split(" ")
                family, given = kana.split(" ")
                one.western, one.families, one.given = (first, last), [Word(family, family)], Word(given, given)
                one.mails = [self._mail(Word(last, family), Word(first, given), one.born)]

    def _surname(self) -> Word:
        return _word(_zipf(words()["surnames"], self._rng))

    def _given(self, *, female: bool) -> Word:
        known = words()
        sex = "female" if female else "male"
        if self._rng.random() < 0.4:
            return _word(_zipf(known[sex], self._rng))
        first = last = _word(self._rng.choice(known[f"{sex}_first"]))
        while last.kana == first.kana or last.kanji == first.kanji:
            last = _word(self._rng.choice(known[f"{sex}_last"]))
        return Word(first.kanji + last.kanji, first.kana + last.kana)

    def _home(self) -> Home:
        rng = self._rng
        code, prefecture, city, town, dialling, roman = rng.choice(words()["places"]).split(" ", 5)
        first, second, third = roman.split(",")
        numbers = (rng.randrange(1, 7), rng.randrange(1, 30), rng.randrange(1, 25))
        flat = rng.random() < 0.5
        building = rng.choice(words()["buildings"]) if flat else ""
        room = f"{rng.randrange(1, 10)}{rng.randrange(1, 12):02}" if flat else ""
        rest = f"{rng.randrange(10 ** (10 - len(dialling))):0{10 - len(dialling)}}"
        return Home(
            code, prefecture, city, town, (first, second, third), numbers, building, room,
            f"{dialling}-{rest[:-4]}-{rest[-4:]}",
        )  # fmt: skip

    def _mobile(self) -> str:
        return f"0{self._rng.choice((7, 8, 9))}0-{self._rng.randrange(1000, 9999)}-{self._rng.randrange(10000):04}"

    def _local(self, family: str, first: str, born: date) -> str:
        """What stands before the @: the name, the name and a figure, the birthday, nothing sayable, a nickname."""
        rng = self._rng
        sort = rng.randrange(5)
        if sort == 0:
            return f"{first}.{family}{rng.choice(('', '', str(born.year % 100), str(rng.randrange(100))))}"
        if sort == 1:
            return f"{family}-{first[0]}{rng.randrange(1000)}"
        if sort == 2:
            return f"{first}{born:%m%d}"
        if sort == 3:
            return "".join(rng.choice("abcdefghkmnprstuwyz") for _ in range(7)) + str(rng.randrange(90))
        word, tail = rng.choice(_NICKNAMES), rng.choice(("no", "to", "de", "x"))
        return f"{word}_{tail}{rng.randrange(3000)}"

    def _mail(self, name: Word, given: Word, born: date) -> str:
        rng = self._rng
        family, first = latin(name.kana, 0).replace("'", ""), latin(given.kana, 0).replace("'", "")
        while True:
            local = self._local(family, first, born)
            mail = f"{local}@{rng.choice(words()['hosts'])}".lower()
            if mail not in self._taken:
                self._taken.add(mail)
                return mail


def _word(text: str) -> Word:
    kanji, kana = text.split(" ")
    return Word(kanji, kana)


def _zipf(texts: list[str], rng: random.Random) -> str:
    """Draw the earlier ones more often, as names go."""
    return rng.choices(texts, weights=[1 / (place + 12) for place in range(len(texts))])[0]
