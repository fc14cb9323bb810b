"""The people behind the second lists: who they are, whom they live and work with, and what changes over the years.

A person is made first; what a shop comes to know is drawn from the person later. Nothing here knows how easy somebody
is to find again.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from bench.lists.second import words
from bench.lists.second.person import ALWAYS, END, START, Home, Person, at
from bench.lists.second.text import ROMAJI, STYLES, romaji

if TYPE_CHECKING:
    import random

    from bench.lists.second.words import Word

_MOVES, _NEW_MAIL, _NEW_MOBILE, _MARRIES = 0.12, 0.12, 0.06, 0.2


class Population:
    """Draws people until there are enough of them."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.people: list[Person] = []
        self.numbers: set[str] = set()
        self.addresses: set[str] = set()

    def grow(self, count: int) -> list[Person]:
        """Make households until there are so many people, then those who are near to others by chance."""
        strangers = round(count * 0.06)
        while len(self.people) < count - strangers:
            self._household()
        for _ in range(strangers // 3):
            self._namesake()
            self._near_mail()
            self._same_number_reused()
        self._offices()
        return self.people

    def mobile(self) -> str:
        """Draw a mobile number that nobody has."""
        rng = self.rng
        while True:
            number = f"0{rng.choice('789')}0-{rng.randrange(1000, 9999)}-{rng.randrange(10000):04}"
            if number not in self.numbers:
                self.numbers.add(number)
                return number

    def home(self, town: words.Town | None = None) -> Home:
        """Draw an address."""
        rng = self.rng
        town = town or rng.choice(words.URBAN if rng.random() < 0.75 else words.RURAL)
        flat = rng.random() < (0.6 if town.urban else 0.15)
        area = words.AREA_CODES[town.pref]
        rest = rng.randrange(2000, 9999) if len(area) == 2 else rng.randrange(200, 999)
        room = str(rng.randrange(1, 12) * 100 + rng.randrange(1, 9))
        return Home(
            town=town,
            chome=rng.randrange(1, 6) if town.urban else 0,
            block=rng.randrange(1, 40 if town.urban else 2400),
            house=rng.randrange(1, 26) if town.urban or rng.random() < 0.3 else 0,
            building=rng.choice(words.BUILDINGS) if flat else "",
            room=room,
            landline=f"{area}-{rest}-{rng.randrange(10000):04}",
            short=rng.random() < 0.2,
        )

    def mail(self, family: Word, given: Word, born: date) -> str:
        """Draw an address as people choose them."""
        rng = self.rng
        first, last = romaji(given.kana).lower(), romaji(family.kana).lower()
        year = born.year
        sign = rng.choice([".", "_", "-", ""])
        while True:
            local = rng.choice(
                [
                    f"{first}{sign}{last}",
                    f"{last}{sign}{first}",
                    f"{first[0]}{sign or '.'}{last}",
                    f"{last}{year % 100:02}",
                    f"{first}{sign}{rng.randrange(1, 999)}",
                    f"{first}{born.month:02}{born.day:02}",
                    self.nick(),
                    f"{last}{sign}{first[:2]}{rng.randrange(1, 99)}",
                ]
            )
            if rng.random() < 0.3:
                local += str(rng.choice([year, born.month * 100 + born.day, rng.randrange(10)]))
            mail = f"{local}@{words.HOSTS.draw(rng)}"
            if mail not in self.addresses:
                self.addresses.add(mail)
                return mail

    def nick(self) -> str:
        """Draw a nick that is most likely nobody else's."""
        rng = self.rng
        return f"{rng.choice(words.NICK_FIRST)}{rng.choice(['_', '', '-'])}{rng.choice(words.NICK_SECOND)}" + str(
            rng.choice([rng.randrange(10, 99), rng.randrange(100, 9999)])
        )

    def person(self, family: Word, home: Home, *, female: bool, born: date, given: Word | None = None) -> Person:
        """Make a person and what will change in the years of the list."""
        rng = self.rng
        given = given or (words.FEMALE if female else words.MALE).draw(rng)
        one = Person(
            key=f"P{len(self.people):05}",
            female=female,
            born=born,
            families=[(ALWAYS, family)],
            given=given,
            homes=[(ALWAYS, home)],
            mobiles=[(ALWAYS, self.mobile())],
            mails=[(ALWAYS, self.mail(family, given, born))],
            nick=self.nick(),
            style=(rng.choice(STYLES), rng.choice(ROMAJI), rng.choice([0, 0, 0, 1, 1, 2, 3]), rng.random() < 0.5),
        )
        self._changes(one)
        self.people.append(one)
        return one

    def _changes(self, one: Person) -> None:
        """Let the person move, marry, change number or mail: each on a day of its own."""
        rng = self.rng
        if rng.random() < _MOVES:
            near = at(one.homes, END).town
            one.homes.append((self.day(), self.home(near if rng.random() < 0.15 else None)))
        if rng.random() < _NEW_MAIL:
            one.mails.append((self.day(), self.mail(one.families[0][1], one.given, one.born)))
        if rng.random() < _NEW_MOBILE:
            one.mobiles.append((self.day(), self.mobile()))
        if 20 < 2021 - one.born.year < 42 and rng.random() < (_MARRIES if one.female else 0.004):
            one.families.append((self.day(), words.SURNAMES.draw(rng)))

    def day(self) -> date:
        """Draw a day of the years of the list, not at its very ends."""
        return START + timedelta(days=self.rng.randrange(200, (END - START).days - 200))

    def _born(self, first: int, last: int) -> date:
        return date(self.rng.randrange(first, last), 1, 1) + timedelta(days=self.rng.randrange(365))

    def _household(self) -> None:
        """Make those of one household who buy: mostly one, sometimes a couple, siblings, twins, parent and child."""
        rng = self.rng
        kind = rng.choices(["one", "couple", "siblings", "twins", "child"], [78, 10, 4, 1.5, 6.5])[0]
        family, home = words.SURNAMES.draw(rng), self.home()
        female, born = rng.random() < 0.35, self._born(1945, 2004)
        first = self.person(family, home, female=female, born=born)
        if kind == "one":
            return
        if kind == "couple":
            other = self.person(family, home, female=not female, born=born + timedelta(days=rng.randrange(-2500, 2500)))
        elif kind == "twins":
            other = self.person(family, home, female=female, born=born, given=self._like(first))
        elif kind == "siblings":
            other = self.person(
                family,
                home,
                female=rng.random() < 0.4,
                born=born + timedelta(days=rng.randrange(700, 2500)),
                given=self._like(first) if not female and rng.random() < 0.4 else None,
            )
        else:
            other = self.person(
                family,
                home,
                female=female,
                born=born + timedelta(days=rng.randrange(8500, 12000) * (1 if born.year < 1972 else -1)),
                given=self._like(first) if rng.random() < 0.6 else None,
            )
        while other.given.kana == first.given.kana:
            other.given = (words.FEMALE if other.female else words.MALE).draw(rng)
        shared = self.mail(family, other.given, other.born) if rng.random() < 0.3 else ""
        for one in (first, other):
            one.near.add(f"{'twins' if kind == 'twins' else 'household'}-{first.key}")
            one.shared = shared

    def _like(self, first: Person) -> Word:
        """Find a given name that shares a kanji with another's, as parents like to choose."""
        names = (words.FEMALE if first.female else words.MALE).things
        like = [name for name in names if set(name.kanji) & set(first.given.kanji) and name.kana != first.given.kana]
        return self.rng.choice(like or names)

    def _namesake(self) -> None:
        """Make a stranger of the same name in the same town, with everything else of his own."""
        rng = self.rng
        other = rng.choice(self.people)
        town = other.homes[0][1].town
        one = self.person(
            other.families[0][1], self.home(town), female=other.female, born=self._born(1945, 2004), given=other.given
        )
        for who in (one, other):
            who.near.add(f"namesake-{other.key}")

    def _near_mail(self) -> None:
        """Make a stranger whose mail differs from another's by one sign, of one family name if the mail has it."""
        rng = self.rng
        other = rng.choice(self.people)
        local, _, host = other.mails[0][1].partition("@")
        bare = local.replace(".", "").replace("_", "").replace("-", "")
        near = [
            f"{local}1",
            f"{bare[0]}_{bare[1:]}",
            f"{bare[0]}.{bare[1:]}",
            f"{local}_",
            local.replace("_", "-"),
            bare,
        ]
        free = [f"{name}@{host}" for name in near if name != local and f"{name}@{host}" not in self.addresses]
        if not free:
            return
        family = other.families[0][1]
        if romaji(family.kana).lower() not in local and romaji(other.given.kana).lower() in local:
            return  # a stranger with another's given name in the address would be odd
        if romaji(family.kana).lower() not in local:
            family = words.SURNAMES.draw(rng)
        one = self.person(family, self.home(), female=other.female, born=self._born(1945, 2004))
        if one.given.kana == other.given.kana and family == other.families[0][1]:
            one.near.add(f"namesake-{other.key}")
            other.near.add(f"namesake-{other.key}")
        mail = rng.choice(free)
        self.addresses.add(mail)
        one.mails = [(ALWAYS, mail)]
        for who in (one, other):
            who.near.add(f"near-mail-{other.key}")

    def _same_number_reused(self) -> None:
        """Give the number that somebody gave up to a stranger, a year later or more; and one surname in four again."""
        rng = self.rng
        given_up = [one for one in self.people if len(one.mobiles) > 1 and not one.near]
        if not given_up:
            return
        other = rng.choice(given_up)
        since, number = other.mobiles[1][0] + timedelta(days=365), other.mobiles[0][1]
        if since >= END:
            return
        one = self.person(words.SURNAMES.draw(rng), self.home(), female=rng.random() < 0.3, born=self._born(1945, 2004))
        one.mobiles = [*[(when, what) for when, what in one.mobiles if when < since], (since, number)]
        for who in (one, other):
            who.near.add(f"reused-number-{other.key}")

    def _offices(self) -> None:
        """Let colleagues have what they buy sent to one office, and give its telephone."""
        rng = self.rng
        workers = rng.sample(self.people, len(self.people) // 25)
        while workers:
            office = self.home(rng.choice(words.URBAN))
            office.company, office.building, office.short = rng.choice(words.COMPANIES), "", False
            size = rng.randrange(1, 5)
            colleagues, workers = workers[:size], workers[size:]
            for one in colleagues:
                one.office = office
                one.near.add(f"office-{colleagues[0].key}")
