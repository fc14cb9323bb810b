"""Invented people: each is a function of the seed and a number, so that a list of any length needs no memory."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from soken.demo.names import Name, family_names, given_names
from soken.demo.places import Place, places

if TYPE_CHECKING:
    from collections.abc import Mapping

#: A prime near 10 million: numbers are spread over the seven free digits of a phone number without repeating.
_SPREAD = 9_999_991
_STEP = 7_368_787
_MAIL_STEP = 3_141_593
_ACCOUNT_STEP = 5_772_157
_MAILS = ("mail.example", "post.example", "denshi.example", "tegami.example", "keitai.example")
_BUILDINGS = ("ハイツ", "コーポ", "メゾン", "グリーンハイム", "サンライズ", "パークサイド", "第二ハイツ", "ロイヤル")


@dataclass(frozen=True, slots=True)
class Home:
    """Where somebody lives: a real town with an invented block number and perhaps a building."""

    place: Place
    blocks: tuple[int, int, int]
    building: str


@dataclass(frozen=True, slots=True)
class Person:
    """One invented person, before and after what changes in life.

    Attributes:
        family, given: the name.
        later_family: the family name from some order on (differs after a marriage).
        mails, phones, homes: each first the earlier, then the later one; both the same where nothing changed.
        account: the shop's account number, '' for a guest.
    """

    family: Name
    given: Name
    later_family: Name
    mails: tuple[str, str]
    phones: tuple[str, str]
    homes: tuple[Home, Home]
    account: str


class People:
    """All invented people of one list; ask for them by number from 0.

    Args:
        seed: two lists with the same seed hold the same people.
        rates: the tables ``persons`` and ``changes`` of ``rates.toml``.
    """

    def __init__(self, seed: int, rates: Mapping[str, Mapping[str, Any]]) -> None:
        self._seed = seed
        self._persons = rates["persons"]
        self._changes = rates["changes"]
        self.person = lru_cache(maxsize=65_536)(self._person)

    def _person(self, number: int) -> Person:
        """Return the person of this number."""
        rng = random.Random(self._seed * 1_000_003 + number)  # noqa: S311 - invents people, protects nothing  # nosec B311
        own = self._alone(number, rng)
        if number == 0:
            return own
        persons = self._persons
        if number % persons["household"] == 1:
            return self._housemate(own, self.person(number - 1), rng)
        if number % persons["namesake"] == 3:
            other = self.person(number - 1)
            return replace(own, family=other.family, later_family=other.family, given=other.given)
        if number % persons["misused"] == 7:
            victim = self.person(number - 1)
            return replace(
                own,
                family=victim.family,
                later_family=victim.family,
                given=victim.given,
                homes=(victim.homes[0], victim.homes[0]),
                account="",
            )
        return own

    def _alone(self, number: int, rng: random.Random) -> Person:
        """Return a person without looking at anybody else."""
        changes = self._changes
        family, given = family_names().draw(rng), given_names().draw(rng)
        later = family_names().draw(rng) if rng.random() < changes["married"] else family
        mail = self._mail(family, given, 2 * number, rng)
        phone, home = _phone(2 * number), _home(rng)
        return Person(
            family,
            given,
            later,
            (mail, self._mail(later, given, 2 * number + 1, rng) if rng.random() < changes["second_mail"] else mail),
            (phone, _phone(2 * number + 1) if rng.random() < changes["second_phone"] else phone),
            (home, _home(rng) if rng.random() < changes["moved"] else home),
            str(1000 + number * _ACCOUNT_STEP % _SPREAD) if rng.random() < self._persons["member"] else "",
        )

    def _housemate(self, own: Person, other: Person, rng: random.Random) -> Person:
        """Return ``own`` moved in with ``other``: one family name, one home, perhaps one mailbox and one phone."""
        same_mail = rng.random() < self._persons["household_same_mail"]
        same_phone = rng.random() < self._persons["household_same_phone"]
        given = own.given
        while given.kana == other.given.kana:
            given = given_names().draw(rng)
        return replace(
            own,
            family=other.family,
            later_family=other.family,
            given=given,
            homes=other.homes,
            mails=other.mails if same_mail else own.mails,
            phones=other.phones if same_phone else own.phones,
        )

    @staticmethod
    def _mail(family: Name, given: Name, number: int, rng: random.Random) -> str:
        """Return a mail address that nobody else in the list has."""
        tail = number * _MAIL_STEP % _SPREAD
        parts = rng.choice(
            (
                f"{given.romaji}.{family.romaji}{tail}",
                f"{family.romaji}_{given.romaji[0]}{tail}",
                f"{given.romaji}{tail}",
                f"{family.romaji}{tail}",
                f"{given.romaji[:2]}-{family.romaji[:3]}{tail}",
            )
        )
        return f"{parts}@{rng.choice(_MAILS)}"


def _phone(number: int) -> str:
    """Return a mobile number under 090-0, a range that is not given out; nobody else in the list has it."""
    digits = f"{number * _STEP % _SPREAD:07d}"
    return f"090-0{digits[:3]}-{digits[3:]}"


def _home(rng: random.Random) -> Home:
    """Return an invented home in a real town."""
    building = ""
    if rng.random() < 0.4:
        building = f"{rng.choice(_BUILDINGS)}{_up_to(9, rng)}0{_up_to(9, rng)}"
    blocks = (_up_to(6, rng), _up_to(40, rng), _up_to(30, rng))
    return Home(rng.choice(places()), blocks, building)


def _up_to(most: int, rng: random.Random) -> int:
    """Return a number from 1 to ``most`` (three times as fast as `random.Random.randint`)."""
    return 1 + int(rng.random() * most)
