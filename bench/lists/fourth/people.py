"""The people behind the fourth lists: whom they live with, who is like them by chance, what changes over the years.

Rates of change are for one year, so that a list of ten years sees more of them than one of three. Nothing here knows
how easy somebody is to find again.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from bench.lists import japan
from bench.lists.fourth import words
from bench.lists.romaji import SPELLINGS, spell
from bench.lists.romaji_only import PREFECTURES
from bench.lists.second.base import Claim, claim_on
from bench.lists.second.person import ALWAYS, Home, Person
from bench.lists.second.text import STYLES
from bench.lists.second.words import AREA_CODES, Town, Word

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

_STRANGERS = 0.035  # share of people made to be like somebody they do not know
_SPELLING_WEIGHTS = (20, 55, 8, 7, 10)  # of SPELLINGS
_OF_AGE = 18
_TOWER = re.compile(
    "ビル|タワー|センター|ヒルズ|スクエア|プレイス|シティ|ガーデン"
)  # have postal codes, nobody lives there
_ENDS = {
    "市": (("シ", "shi"),),
    "区": (("ク", "ku"),),
    "町": (("チョウ", "cho"), ("マチ", "machi")),
    "村": (("ムラ", "mura"), ("ソン", "son")),
}
#: Where the reading of a city itself holds シ: so many signs are read before its end is looked for.
_SOUNDS_BEFORE = {"広島": 3, "静岡": 3, "北九州": 6}
_CROWDED = {"東京都", "大阪府", "神奈川県", "埼玉県", "千葉県", "愛知県", "福岡県", "兵庫県", "京都府"}


@dataclass(frozen=True, slots=True)
class Habits:
    """What the people of a list do.

    Attributes:
        moves, mails, mobiles: changes of home, mail and mobile in a year.
        marries: marriages in a year, of women of 20 to 42 (of men a thirtieth of it changes the name).
        returns: share of the married who later bear their first name again.
        throwaway: share of people who give another address that nobody reads at every time.
        shared_mail, shared_mobile: share of households with one mailbox, one telephone.
    """

    moves: float = 0.045
    mails: float = 0.03
    mobiles: float = 0.02
    marries: float = 0.05
    returns: float = 0.15
    throwaway: float = 0.05
    shared_mail: float = 0.25
    shared_mobile: float = 0.12


class World:
    """Grows people of a chance of its own, for a list of some years."""

    def __init__(self, rng: random.Random, span: tuple[date, date], habits: Habits | None = None) -> None:
        """Begin.

        Args:
            rng: the chance.
            span: first and last day of the list.
            habits: what they do.
        """
        self.rng = rng
        self.start, self.end = span
        self.habits = habits or Habits()
        self.people: list[Person] = []
        self.throwaway: set[str] = set()
        #: Town, municipality and prefecture in Latin letters.
        self.latin: dict[Town, tuple[str, str, str]] = {}
        #: Who lives in one household with whom.
        self.with_: dict[str, list[Person]] = {}
        self._numbers: set[str] = set()
        self._addresses: set[str] = set()
        self._bearers: Counter[str] = Counter()

    # -- who they are ------------------------------------------------------------------------------------------------

    def grow(self, count: int) -> list[Person]:
        """Return at least so many people in chance order, the one who buys all the time first."""
        self._single().near.add("heavy")
        strangers = round(count * _STRANGERS)
        while len(self.people) < count - strangers:
            self._household()
        likes = (self._namesake, self._namesake, self._near_mail, self._reused_number)
        for number in range(strangers):
            likes[number % len(likes)]()
        self._bearers.update(one.families[0][1].kanji for one in self.people)
        heavy, *others = self.people
        self.rng.shuffle(others)
        return [heavy, *others]

    def alone_with_name(self, one: Person) -> bool:
        """Tell whether nobody else on the list bears this family name, and it is a rare one."""
        name = one.families[0][1].kanji
        return len(one.families) == 1 and not one.near and name not in words.COMMON and self._bearers[name] == 1

    def _household(self) -> None:
        kinds: dict[Callable[[], object], float] = {
            self._single: 84,
            self._couple: 5,
            self._parent_and_child: 4.2,
            self._siblings: 2,
            self._twins: 0.9,
            self._three_generations: 0.6,
            self._dormitory: 0.35,
        }
        self.rng.choices(list(kinds), list(kinds.values()))[0]()

    def _single(self) -> Person:
        return self.person(words.SURNAMES.draw(self.rng), self.home(), female=self.chance(0.32), born=self.born(20, 78))

    def _couple(self) -> None:
        name, home, born = words.SURNAMES.draw(self.rng), self.home(), self.born(26, 75)
        other = self.older(born, -6, 6)
        self._together(
            [self.person(name, home, female=female, born=day) for female, day in ((False, born), (True, other))]
        )

    def _parent_and_child(self) -> None:
        """Father and son, rarely mother and daughter, in six of ten with a sign of the name in common."""
        name, home, female, born = words.SURNAMES.draw(self.rng), self.home(), self.chance(0.25), self.born(44, 80)
        parent = self.person(name, home, female=female, born=born)
        child = self.person(
            name, home, female=female, born=self.older(born, 21, 34), like=parent if self.chance(0.6) else None
        )
        self._together([parent, child])

    def _siblings(self) -> None:
        name, home, born = words.SURNAMES.draw(self.rng), self.home(), self.born(20, 50)
        elder = self.person(name, home, female=self.chance(0.35), born=born)
        younger = self.person(
            name, home, female=self.chance(0.35), born=self.older(born, 2, 6), like=elder if self.chance(0.35) else None
        )
        self._together([elder, younger])

    def _twins(self) -> None:
        name, home, female, born = words.SURNAMES.draw(self.rng), self.home(), self.chance(0.4), self.born(19, 40)
        first = self.person(name, home, female=female, born=born)
        self._together([first, self.person(name, home, female=female, born=born, like=first)], "twins")

    def _three_generations(self) -> None:
        name, home, born = words.SURNAMES.draw(self.rng), self.home(), self.born(66, 86)
        eldest = self.person(name, home, female=False, born=born)
        middle = self.person(name, home, female=False, born=self.older(born, 22, 32), like=eldest)
        youngest = self.person(name, home, female=self.chance(0.3), born=self.older(middle.born, 22, 32), like=middle)
        self._together([eldest, middle, youngest])

    def _dormitory(self) -> None:
        """Students or workers under one roof, each in a room, some of them in one; they move out one day."""
        house = self.dormitory()
        tag = f"dormitory-{len(self.people)}"
        student = self.chance(0.6)
        for _ in range(self.rng.randrange(5, 14)):
            one = self.person(
                words.SURNAMES.draw(self.rng), self.room(house), female=self.chance(0.3), born=self.born(18, 26)
            )
            one.near.add(tag)
            if student:
                number = f"{self.rng.choice('abs')}{one.born.year % 100 + 18:02}{self.rng.randrange(1000, 9999)}"
                left = date(one.born.year + 22, 3, 31)
                one.mails = [(ALWAYS, f"{number}@stu.univ.example"), (left, self.mail(self.romaji(one), one.born))]
                one.homes = [one.homes[0], (left, self.home())]

    def dormitory(self) -> Home:
        """Draw a house with many rooms and one telephone."""
        return replace(self.home(), building=self.rng.choice(words.DORMITORIES), short=False)

    def room(self, house: Home) -> Home:
        """Return a room in a house."""
        return replace(house, room=f"{self.rng.randrange(1, 6)}{self.rng.randrange(1, 19):02}")

    def _together(self, members: list[Person], kind: str = "household") -> None:
        tag = f"{kind}-{members[0].key}"
        shared = members[0].mails[0][1] if self.chance(self.habits.shared_mail) else ""
        for one in members:
            one.near.add(tag)
            one.shared = shared
            self.with_[one.key] = [other for other in members if other is not one]
        if self.chance(self.habits.shared_mobile):
            members[1].mobiles = members[0].mobiles

    def _namesake(self) -> None:
        """Make a stranger of the same name, of three one in the same town, with everything else of his own."""
        other = self.rng.choice(self.people)
        town = other.homes[0][1].town if self.chance(1 / 3) else None
        one = self.person(
            other.families[0][1], self.home(town), female=other.female, born=self.born(20, 78), given=other.given
        )
        self._tag("namesake", one, other)

    def _near_mail(self) -> None:
        """Make a stranger whose mail differs from another's by one sign."""
        rng, other = self.rng, self.rng.choice(self.people)
        local, _, host = other.mails[0][1].partition("@")
        free = [
            mail
            for near in (f"{local}1", f"{local[0]}.{local[1:]}", f"{local[:-1]}", f"{local}_", local.replace(".", "-"))
            if (mail := f"{near}@{host}") not in self._addresses
        ]
        said = spell(other.families[0][1].kana, "passport") in local
        one = self.person(
            other.families[0][1] if said else words.SURNAMES.draw(rng),
            self.home(),
            female=other.female,
            born=self.born(20, 70),
        )
        if one.given.kana == other.given.kana:
            self._tag("namesake", one, other)
        one.mails = [(ALWAYS, rng.choice(free or [one.mails[0][1]]))]
        self._addresses.add(one.mails[0][1])
        self._tag("near-mail", one, other)

    def _reused_number(self) -> None:
        """Give a number that somebody gave up to a stranger, a year later."""
        gave_up = [one for one in self.people if len(one.mobiles) > 1 and not one.near]
        if not gave_up:
            return
        other = self.rng.choice(gave_up)
        since = other.mobiles[1][0] + timedelta(days=365)
        one = self._single()
        one.mobiles = [one.mobiles[0], (since, other.mobiles[0][1])]
        self._tag("reused-number", one, other)

    def _tag(self, kind: str, one: Person, other: Person) -> None:
        for who in (one, other):
            who.near.add(f"{kind}-{other.key}")

    # -- one person --------------------------------------------------------------------------------------------------

    def person(
        self,
        family: Word,
        home: Home,
        *,
        female: bool,
        born: date,
        given: Word | None = None,
        like: Person | None = None,
        latin: tuple[str, str] | None = None,
    ) -> Person:
        """Make a person and what will change.

        Args:
            family: the first family name.
            home: the first home.
            female: or male.
            born: on which day.
            given: the given name, drawn if None.
            like: somebody at home, whose name the drawn one resembles.
            latin: given and family name for the mail, of somebody whose reading does not give them.
        """
        rng = self.rng
        given = given or self._given(born, female=female, like=like)
        one = Person(
            key=str(len(self.people) + 1),
            female=female,
            born=born,
            families=[(ALWAYS, family)],
            given=given,
            homes=[(ALWAYS, home)],
            mobiles=[(ALWAYS, self.mobile())],
            mails=[],
            nick=self.nick(),
            style=(
                rng.choice(STYLES),
                rng.choices(SPELLINGS, _SPELLING_WEIGHTS)[0],
                rng.choice((0, 0, 0, 1, 1, 1, 2, 3)),
                self.chance(0.4),
            ),
        )
        one.mails.append((ALWAYS, self.mail(latin or self.romaji(one), born)))
        self._changes(one, latin)
        if self.chance(self.habits.throwaway):
            self.throwaway.add(one.key)
        self.people.append(one)
        return one

    def romaji(self, one: Person) -> tuple[str, str]:
        """Return given and family name in Latin letters as this person spells them."""
        return spell(one.given.kana, one.style[1]), spell(one.families[0][1].kana, one.style[1])

    def _given(self, born: date, *, female: bool, like: Person | None) -> Word:
        """Draw a given name, if so with a sign in common with another's; never the same to be read."""
        urn = words.givens(born, female=female)
        if like:
            near = [
                name
                for name in words.givens(born, female=like.female).things + urn.things
                if set(name.kanji) & set(like.given.kanji) and name.kana != like.given.kana
            ]
            if near and like.female == female:
                return self.rng.choice(near)
        given = urn.draw(self.rng)
        while like and given.kana == like.given.kana:
            given = urn.draw(self.rng)
        return given

    def _changes(self, one: Person, latin: tuple[str, str] | None) -> None:
        """Let the person move, change mail and number, marry and perhaps part again, each on a day of its own."""
        habits = self.habits
        young = 1.6 if one.born.year >= 1985 else 0.8
        for day in self._days(habits.moves * young):
            near = one.homes[-1][1].town
            one.homes.append((day, self.home(near if self.chance(0.2) else None)))
        one.mails.extend((day, self.mail(latin or self.romaji(one), one.born)) for day in self._days(habits.mails))
        one.mobiles.extend((day, self.mobile()) for day in self._days(habits.mobiles))
        rate = habits.marries * (1 if one.female else 1 / 30)
        for day in self._days(rate)[:1]:
            if not latin and 20 <= day.year - one.born.year <= 42:
                one.families.append((day, words.SURNAMES.draw(self.rng)))
                back = day + timedelta(days=self.rng.randrange(700, 2500))
                if back < self.end and self.chance(habits.returns):
                    one.families.append((back, one.families[0][1]))

    def _days(self, rate: float) -> list[date]:
        """Return the days on which something happens that comes so often in a year."""
        days, day = list[date](), self.start
        while True:
            day += timedelta(days=max(1, round(self.rng.expovariate(rate) * 365)))
            if day >= self.end:
                return days
            days.append(day)

    def chance(self, share: float) -> bool:
        """Say yes in so many cases."""
        return self.rng.random() < share

    def born(self, youngest: int, oldest: int) -> date:
        """Draw a birth date of somebody who is between so many years old when the list ends."""
        return self.end - timedelta(days=self.rng.randrange(youngest * 365, oldest * 365))

    def older(self, day: date, least: int, most: int) -> date:
        """Return a birth date so many years after another, of age all the same."""
        last = date(self.end.year - _OF_AGE, 1, 1)
        return min(
            day + timedelta(days=self.rng.randrange(least * 365, most * 365)), last - timedelta(days=day.day * 9)
        )

    def home(self, town: Town | None = None) -> Home:
        """Draw an address."""
        rng = self.rng
        town = town or self._town()
        flat = self.chance(0.58 if town.urban else 0.18)
        area = AREA_CODES[town.pref]
        rest = rng.randrange(2000, 9999) if len(area) == 2 else rng.randrange(200, 999)
        return Home(
            town=town,
            chome=rng.randrange(1, 7) if town.urban else 0,
            block=rng.randrange(1, 45 if town.urban else 2900),
            house=rng.randrange(1, 28) if town.urban or self.chance(0.35) else 0,
            building=rng.choice(words.BUILDINGS) if flat else "",
            room=f"{rng.randrange(1, 13)}{rng.randrange(1, 9):02}",
            landline=f"{area}-{rest}-{rng.randrange(10000):04}",
            short=self.chance(0.25),
        )

    def _town(self) -> Town:
        spot = japan.spot(self.rng)
        while _TOWER.search(spot.town):
            spot = japan.spot(self.rng)
        urban = "区" in spot.city or (spot.prefecture in _CROWDED and spot.city.endswith("市"))
        town = Town(spot.postal, spot.prefecture, spot.city, spot.town, urban)
        self.latin[town] = (
            spell(spot.town_kana, "passport").title(),
            _municipality(spot.city, spot.city_kana),
            PREFECTURES[spot.prefecture],
        )
        return town

    def mobile(self) -> str:
        """Draw a mobile number that nobody has had."""
        number = ""
        while not number or number in self._numbers:
            number = f"0{self.rng.choice('7899')}0-{self.rng.randrange(1100, 9999)}-{self.rng.randrange(10000):04}"
        self._numbers.add(number)
        return number

    def mail(self, latin: tuple[str, str], born: date) -> str:
        """Draw an address as people choose them, which nobody has.

        Args:
            latin: given and family name in Latin letters.
            born: birth date.
        """
        rng, (given, family) = self.rng, latin
        mail = ""
        while not mail or mail in self._addresses:
            local = rng.choice(
                (
                    f"{given}.{family}",
                    f"{given}{family}",
                    f"{family}{given[:1]}{rng.randrange(1, 99)}",
                    f"{given[:1]}-{family}",
                    f"{given}_{born:%m%d}",
                    f"{family}.{born.year}",
                    f"{given}{rng.choice(('-love-', '.', '_and_', '.no.', '-1000'))}{rng.choice(words.NICK_FIRST)}",
                    f"{given[:1]}{family[:1]}{born:%y%m%d}",
                    f"{rng.choice(words.NICK_FIRST)}.{rng.choice(words.NICK_SECOND)}.{rng.randrange(10, 9999)}",
                    self.nick(),
                )
            )
            mail = f"{local}@{words.HOSTS.draw(rng)}"
        self._addresses.add(mail)
        return mail

    def nick(self) -> str:
        """Draw a nick that is most likely nobody else's."""
        rng = self.rng
        number = rng.choice(("", str(rng.randrange(100)), str(rng.randrange(1000, 9999))))
        return f"{rng.choice(words.NICK_FIRST)}{rng.choice(('', '_', '-', '.'))}{rng.choice(words.NICK_SECOND)}{number}"

    # -- what they say -----------------------------------------------------------------------------------------------

    def said(self, one: Person, day: date) -> Claim:
        """Return what a person says on a day, with a mail address that nobody reads where that is the habit."""
        said = claim_on(one, day, self.rng)
        if one.key in self.throwaway and "shared-mail" not in said.marks:
            letters = "".join(self.rng.choice("abcdefghjkmnpqrstuvwxyz23456789") for _ in range(9))
            said.mail = f"{letters}@{words.THROWAWAY_HOSTS.draw(self.rng)}"
            said.marks.append("throw-away")
        return said


def _municipality(name: str, kana: str) -> str:
    """Write a municipality in Latin letters as on an envelope, the inner one first: Naka-ku, Yokohama-shi."""
    for sign, sound, latin in (("郡", "グン", "gun"), ("市", "シ", "shi")):
        place = name.find(sign, 1)
        if 0 < place < len(name) - 1 and name[-1] in _ENDS:
            cut = kana.find(sound, _SOUNDS_BEFORE.get(name[:place], 1))
            if cut > 0:
                return f"{_ended(name, kana[cut + len(sound) :])}, {spell(kana[:cut], 'passport').title()}-{latin}"
    return _ended(name, kana)


def _ended(name: str, kana: str) -> str:
    """Write one municipality with what it is behind a hyphen."""
    for sound, latin in _ENDS.get(name[-1], ()):
        if kana.endswith(sound) and kana != sound:
            return f"{spell(kana.removesuffix(sound), 'passport').title()}-{latin}"
    return spell(kana, "passport").title()
