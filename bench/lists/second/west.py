"""The people behind the international list: five countries, households, juniors, namesakes."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

from bench.lists.second.person import ALWAYS, END, START
from bench.lists.second.shops import chance
from bench.lists.second.words import NICKNAMES, WEST, plain_urn

if TYPE_CHECKING:
    import random

_HOSTS = plain_urn(
    "mail.example:30 inbox.example:25 post.example.org:10 example.com:6 example.net:6 fastline.example:12"
)
_COUNTRIES = [8, 4, 3, 2, 1.5]
_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ö": "Oe", "Ü": "Ue"})


@dataclass(slots=True)
class Home:
    """A place with an address."""

    line: str
    flat: str
    city: str
    state: str
    code: str
    country: str


@dataclass(slots=True)
class Person:
    """One real person; what changes stands as (from when, what), the oldest first."""

    key: str
    country: dict[str, str]
    female: bool
    born: date
    first: str
    middle: str
    suffix: str
    lasts: list[tuple[date, str]]
    homes: list[tuple[date, Home]]
    mails: list[tuple[date, str]]
    phones: list[tuple[date, str]]
    nickname: str = ""
    near: set[str] = field(default_factory=set)


def plain(name: str, country: str) -> str:
    """Write a name without marks, in German as Germans do."""
    if country == "DE":
        name = name.translate(_GERMAN)
    name = name.replace("ł", "l").replace("Ł", "L")
    return "".join(sign for sign in unicodedata.normalize("NFD", name) if not unicodedata.combining(sign))


class World:
    """Draws people, households and those who are near to others by chance."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.people: list[Person] = []
        self.mails: set[str] = set()

    def person(
        self, country: dict[str, str], home: Home, last: str, *, female: bool, born: date, first: str = ""
    ) -> Person:
        """Make one person and what will change."""
        rng = self.rng
        names = country["female" if female else "male"].split()
        first = first or rng.choices(names, [1 / (place + 5) for place in range(len(names))])[0]
        middle = rng.choice(names)[0] if chance(rng, 0.5) else ""
        one = Person(
            f"W{len(self.people):05}",
            country,
            female,
            born,
            first,
            middle,
            "",
            [(ALWAYS, last)],
            [(ALWAYS, home)],
            [(ALWAYS, self.mail(first, last, country["country"], born))],
            [(ALWAYS, self.phone(country))],
        )
        if chance(rng, 0.12):
            one.homes.append((self.day(), self.home(country)))
        if chance(rng, 0.1):
            one.mails.append((self.day(), self.mail(first, last, country["country"], born)))
        if chance(rng, 0.06):
            one.phones.append((self.day(), self.phone(country)))
        if female and born.year > 1975 and chance(rng, 0.2):
            other = self.last(country)
            one.lasts.append((self.day(), f"{last}-{other}" if chance(rng, 0.3) else other))
        one.nickname = rng.choice(NICKNAMES.get(first, [""]))
        self.people.append(one)
        return one

    def last(self, country: dict[str, str]) -> str:
        """Draw a family name; one in four is put together, for those whom no list of names holds."""
        rng = self.rng
        if chance(rng, 0.25):
            ends = {
                "US": "son field well ton",
                "GB": "ley by worth shaw",
                "DE": "mann hauer stein bach",
                "FR": "ière eau ont ard",
                "PL": "owski icki czak ewicz",
            }
            start = rng.choice(
                ["Br", "Gr", "Kr", "L", "M", "N", "P", "R", "St", "Tr", "W", "H", "Dr", "Fl"]
            ) + rng.choice(["a", "e", "i", "o", "u"])
            return (
                start
                + rng.choice(["l", "m", "n", "r", "st", "ck", "nd", "rt"])
                + rng.choice(ends[country["country"]].split())
            )
        return plain_urn(country["last"]).draw(rng)

    def mail(self, first: str, last: str, country: str, born: date) -> str:
        """Draw an address as people choose them."""
        rng = self.rng
        first, last = (
            plain(part, country).lower().replace("'", "").replace(" ", "").replace("-", "") for part in (first, last)
        )
        while True:
            sign = rng.choice([".", "_", "", "-"])
            local = rng.choice(
                [
                    f"{first}{sign}{last}",
                    f"{first[0]}{sign}{last}",
                    f"{last}{sign}{first}",
                    f"{first}{sign}{last[0]}",
                    f"{first}{rng.randrange(1, 999)}",
                    f"{last}{born.year % 100:02}",
                ]
            )
            local += rng.choice(["", "", str(born.year), str(rng.randrange(1, 99))])
            mail = f"{local}@{_HOSTS.draw(rng)}"
            if mail not in self.mails:
                self.mails.add(mail)
                return mail

    def phone(self, country: dict[str, str]) -> str:
        """Draw a number, international."""
        rng = self.rng
        if country["country"] == "US":
            return f"+1 {rng.randrange(201, 989)}-{rng.randrange(200, 999)}-{rng.randrange(10000):04}"
        return f"{country['dial']} 7{rng.randrange(10, 99)} {rng.randrange(100, 999)} {rng.randrange(100, 999)}"

    def home(self, country: dict[str, str]) -> Home:
        """Draw an address."""
        rng = self.rng
        city, state, start = rng.choice(country["cities"].split()).replace("~", " ").split(",")
        road, number = (
            rng.choice(country["streets"].split()).replace("~", " "),
            rng.randrange(1, 2400 if country["country"] == "US" else 180),
        )
        line = f"{road} {number}" if country["country"] in {"DE", "PL"} else f"{number} {road}"
        ends = {
            "GB": f" {rng.randrange(1, 9)}{rng.choice('ABDEFGHJ')}{rng.choice('LNPQRS')}",
            "PL": f"{rng.randrange(100, 999)}",
        }
        code = start + ends.get(country["country"], f"{rng.randrange(100):02}")
        flat = rng.choice(["Apt {}", "#{}", "Unit {}"]).format(rng.randrange(1, 60)) if chance(rng, 0.3) else ""
        return Home(line, flat, city, state, code, country["country"])

    def day(self) -> date:
        """Draw a day for a change."""
        return START + timedelta(days=self.rng.randrange(200, (END - START).days - 200))

    def grow(self, count: int) -> list[Person]:
        """Make households (couples, twins, father and son of one name), namesakes and people of nearly one mail."""
        rng = self.rng
        while len(self.people) < count:
            country = rng.choices(WEST, _COUNTRIES)[0]
            home, last = self.home(country), self.last(country)
            born = date(rng.randrange(1945, 2003), 1, 1) + timedelta(days=rng.randrange(365))
            one = self.person(country, home, last, female=chance(rng, 0.3), born=born)
            kind = rng.choices(["one", "couple", "twins", "junior", "namesake", "near"], [80, 8, 2, 2.5, 4, 3.5])[0]
            if kind == "one":
                continue
            self._second(one, kind, home, last)
        rng.shuffle(self.people)
        return self.people

    def _second(self, one: Person, kind: str, home: Home, last: str) -> None:
        rng, country, born = self.rng, one.country, one.born
        past = 1 if born.year < 1972 else -1
        if kind == "couple":
            other = self.person(
                country, home, last, female=not one.female, born=born + timedelta(days=rng.randrange(-2000, 2000))
            )
        elif kind == "twins":
            other = self.person(country, home, last, female=one.female, born=born)
            while other.first == one.first:
                other.first = rng.choice(country["female" if one.female else "male"].split())
            other.nickname = ""
        elif kind == "junior":
            one.female, one.lasts = False, one.lasts[:1]
            one.first = rng.choice(country["male"].split())
            one.nickname = ""
            one.mails = [(ALWAYS, self.mail(one.first, last, country["country"], born))]
            other = self.person(
                country,
                home,
                last,
                female=False,
                born=born + timedelta(days=rng.randrange(8000, 12000) * past),
                first=one.first,
            )
            one.suffix, other.suffix = ("Sr.", "Jr.") if past > 0 else ("Jr.", "Sr.")
            other.middle = one.middle
        elif kind == "namesake":
            new = self.home(country)
            new.city, new.state, new.code = home.city, home.state, home.code
            other = self.person(
                country,
                new,
                last,
                female=one.female,
                born=born + timedelta(days=rng.randrange(500, 9000) * past),
                first=one.first,
            )
        else:
            other = self.person(
                country,
                self.home(country),
                last,
                female=one.female,
                born=self.day().replace(year=rng.randrange(1950, 2003), day=1),
            )
            local, _, at_host = one.mails[0][1].partition("@")
            near = rng.choice([f"{local}1", f"{local}_", f"{local[0]}.{local[1:]}", f"{local[0]}_{local[1:]}"])
            other.mails = [(ALWAYS, f"{near}@{at_host}")]
        for who in (one, other):
            who.near.add(f"{kind}-{one.key}")
