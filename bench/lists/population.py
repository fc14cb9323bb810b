"""An invented population: households with shared mail and phone, namesakes, colleagues, and what changes in a life."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

from bench.lists import japan
from bench.lists.romaji import SPELLINGS, spell

if TYPE_CHECKING:
    import random

    from bench.lists.japan import Half, Spot

#: Area codes; local numbers that begin with 0 are never given out.
_AREAS = ("06", "045", "052", "092", "078", "075", "048", "043", "082", "022")
_HOSTS = ("ume.example", "sakura.example", "kumo.example", "hoshi.example", "kaze.example", "example.net", "example.jp")
_HOUSES = (
    "コーポ山田",
    "メゾン・ド・ソレイユ",
    "グランドハイム",
    "シティハイツ",
    "サンパレス",
    "第３みどり荘",
    "レジデンス青葉",
)


@dataclass(frozen=True, slots=True)
class Shape:
    """How the population is made; shares are of persons unless said otherwise.

    Attributes:
        sizes: weights of households of one, two, three, … persons.
        shared_mail, shared_phone: shares of households with one mailbox, one phone.
        namesakes: shares of persons who bear the name of somebody else in the list.
        misusers: shares who order in somebody else's name and to their address, with own mail and phone.
        offices: persons in groups of about eight who give one phone (and half of them one mail) of their work.
        moved, married, second_mail, second_phone: what changes once within the list; never all of them.
    """

    sizes: tuple[float, ...] = (0.8, 0.12, 0.05, 0.03)
    shared_mail: float = 0.3
    shared_phone: float = 0.4
    namesakes: float = 0.02
    misusers: float = 0.0
    offices: float = 0.0
    moved: float = 0.06
    married: float = 0.02
    second_mail: float = 0.08
    second_phone: float = 0.05


@dataclass(slots=True)
class Home:
    """A town with an invented block number, and a building or ''."""

    spot: Spot
    block: tuple[int, int, int]
    building: str


@dataclass(slots=True)
class Someone:
    """One person; lists of two hold what was before and after a change.

    Attributes:
        number: from 1.
        sex: ``man`` or ``woman``.
        near: names of the groups they belong to.
        change_at: when in the list's time (0..1) each kind of change falls.
    """

    number: int
    sex: str
    given: Half
    families: list[Half]
    mails: list[str]
    phones: list[str]
    homes: list[Home]
    birth: date
    near: list[str] = field(default_factory=list)
    change_at: dict[str, float] = field(default_factory=dict)
    victim: int | None = None

    def at(self, what: str, moment: float) -> int:
        """Return which of two values of ``what`` holds at a moment: 0 or 1."""
        return int(moment >= self.change_at.get(what, 2.0))


class Population:
    """People in households.

    Args:
        count: how many persons.
        shape: rates.
        rng: the source of chance.
    """

    def __init__(self, count: int, shape: Shape, rng: random.Random) -> None:
        self._shape = shape
        self._rng = rng
        self._used: set[str] = set()
        self.people: list[Someone] = []
        house = 0
        while len(self.people) < count:
            house += 1
            size = rng.choices(range(1, len(shape.sizes) + 1), shape.sizes)[0]
            self._household(house, min(size, count - len(self.people)))
        self._offices()
        for person in self.people:
            self._changes(person)
        self._namesakes()
        self._misusers()

    def _household(self, house: int, size: int) -> None:
        """Add the members of one household: one family name and home; a couple first, then children."""
        rng, shape = self._rng, self._shape
        family, home = japan.family(rng), self._home()
        mail = phone = ""
        taken: set[str] = set()
        for place in range(size):
            sex = ("man", "woman")[place % 2] if place < 2 else rng.choice(("man", "woman"))
            given = japan.given(rng, sex)
            # Nobody could tell ユキ from ユウキ in a household where both write Yuki.
            while given.written in taken or spell(given.kana, "passport") in taken:
                given = japan.given(rng, sex)
            taken |= {given.written, spell(given.kana, "passport")}
            birth = date(1950, 1, 1) + timedelta(
                days=rng.randrange(14_000) if place < 2 else 14_000 + rng.randrange(4_500)
            )
            number = len(self.people) + 1
            if place == 0:
                mail, phone = self._mail(family, given, birth), self._phone()
                share_mail, share_phone = rng.random() < shape.shared_mail, rng.random() < shape.shared_phone
            own_mail = mail if place == 0 or share_mail else self._mail(family, given, birth)
            own_phone = phone if place == 0 or share_phone else self._phone()
            near = [f"household-{house}"] if size > 1 else []
            self.people.append(Someone(number, sex, given, [family], [own_mail], [own_phone], [home], birth, near))

    def _offices(self) -> None:
        """Give groups of colleagues one work phone, and half of the groups one work mailbox."""
        rng = self._rng
        staff = [person for person in self.people if rng.random() < self._shape.offices]
        rng.shuffle(staff)
        for office, start in enumerate(range(0, len(staff), 8)):
            phone, mail = self._phone(), f"info{office}@{rng.choice(_HOSTS)}"
            share_mail = office % 2 == 0
            for person in staff[start : start + 8]:
                person.phones = [phone]
                person.near.append(f"office-{office}")
                if share_mail:
                    person.mails = [mail]

    def _changes(self, person: Someone) -> None:
        """Let some of mail, phone, home and family name change, at most two, at moments of their own."""
        rng, shape = self._rng, self._shape
        wanted = [
            what for what in ("moved", "married", "second_mail", "second_phone") if rng.random() < getattr(shape, what)
        ]
        for what in wanted[:2]:
            person.change_at[what] = rng.uniform(0.2, 0.8)
        if "moved" in person.change_at:
            person.homes = [person.homes[0], self._home()]
        if "married" in person.change_at:
            person.families = [person.families[0], japan.family(rng)]
        if "second_mail" in person.change_at:
            person.mails = [person.mails[0], self._mail(person.families[0], person.given, person.birth)]
        if "second_phone" in person.change_at:
            person.phones = [person.phones[0], self._phone()]

    def _namesakes(self) -> None:
        rng = self._rng
        for person in self.people[1:]:
            if rng.random() < self._shape.namesakes and len(person.near) == 0:
                other = rng.choice(self.people[: person.number - 1])
                person.families, person.given, person.sex = [other.families[0]], other.given, other.sex
                person.change_at.pop("married", None)
                self._mark_both("namesake", person, other)

    def _misusers(self) -> None:
        rng = self._rng
        for person in self.people[1:]:
            if rng.random() < self._shape.misusers and len(person.near) == 0:
                victim = rng.choice(self.people[: person.number - 1])
                if victim.victim is not None:
                    continue
                person.families, person.given = [victim.families[0]], victim.given
                person.homes, person.birth = [victim.homes[0]], victim.birth
                person.change_at.clear()
                person.victim = victim.number
                self._mark_both("misuse", person, victim)

    @staticmethod
    def _mark_both(group: str, person: Someone, other: Someone) -> None:
        for each in (person, other):
            each.near.append(f"{group}-{person.number}")

    def _mail(self, family: Half, given: Half, birth: date) -> str:
        """Return an address of a common make that is not in use yet."""
        rng = self._rng
        while True:
            first, last = spell(given.kana, rng.choice(SPELLINGS)), spell(family.kana, rng.choice(SPELLINGS))
            year, day = f"{birth.year % 100:02d}", f"{birth.month:02d}{birth.day:02d}"
            local = rng.choice(
                (
                    f"{first}{last}{day}",
                    f"{last}.{first}",
                    f"{first[0]}_{last}{rng.randrange(1000)}",
                    f"{first}{year}{day}",
                    f"{last}{rng.randrange(10_000)}",
                    f"{first}-{last}{year}",
                    f"{_word(rng)}{_word(rng)}{rng.randrange(100)}",
                    f"{first}.{_word(rng)}{rng.randrange(1000)}",
                    f"{last}{first[0]}{year}",
                )
            )
            address = f"{local}@{rng.choice(_HOSTS)}"
            if address not in self._used:
                self._used.add(address)
                return address

    def _phone(self) -> str:
        """Return a mobile or home number from a range that is not given out, not in use yet."""
        rng = self._rng
        while True:
            if rng.random() < 0.7:
                number = f"090-0{rng.randrange(1000):03d}-{rng.randrange(10_000):04d}"
            else:
                area = rng.choice(_AREAS)
                number = f"{area}-0{rng.randrange(10 ** (5 - len(area))):0{5 - len(area)}d}-{rng.randrange(10_000):04d}"
            if number not in self._used:
                self._used.add(number)
                return number

    def _home(self) -> Home:
        rng = self._rng
        building = f"{rng.choice(_HOUSES)}{rng.randint(1, 12)}0{rng.randint(1, 9)}" if rng.random() < 0.45 else ""
        if rng.random() < 0.2:
            building = building and f"{building}号室"
        return Home(japan.spot(rng), (rng.randint(1, 8), rng.randint(1, 50), rng.randint(1, 40)), building)


def _word(rng: random.Random) -> str:
    """Return a pronounceable word."""
    return "".join(rng.choice("kstnhmyrw") + rng.choice("aiueo") for _ in range(rng.randint(2, 3)))


def schedule(people: list[Someone], rows: int, rng: random.Random, *, skew: float = 1.0) -> list[tuple[float, Someone]]:
    """Return who acts when: everybody at least once if there are rows enough, further rows by a skewed draw.

    Args:
        people: the population.
        rows: how many acts.
        rng: the source of chance.
        skew: 0 is even; larger gives few people many rows.

    Returns:
        (moment 0..1, person), in order of time.
    """
    weights = list(accumulate_weights(len(people), skew))
    order = people[:rows]
    acts = order + rng.choices(people, weights, k=rows - len(order))
    return sorted(((rng.random(), person) for person in acts), key=lambda act: (act[0], act[1].number))


def accumulate_weights(count: int, skew: float) -> list[float]:
    """Return weights of ``count`` persons: 1 / rank^skew, cut so that nobody has more than fifty times the least."""
    least = 1 / count**skew
    return [min(1 / (rank + 1) ** skew, 50 * least) for rank in range(count)]
