"""Which forces are competent for a person, and why; the machine proposes and a person accepts (R18)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from soken.core.errors import DamagedStoreError
from soken.reference.forces import force_of_prefecture, forces, offices_of_force

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from soken.reference.forces import Bureau, Force, ProsecutorsOffice

_FILE: Final = "grounds.toml"


@dataclass(frozen=True, slots=True)
class Ground:
    """What makes a force competent.

    Attributes:
        code: as stored ("residence").
        en, ja: in words.
        law, law_en: the provisions.
    """

    code: str
    en: str
    ja: str
    law: str
    law_en: str

    def said(self, language: str) -> str:
        """Return the words in "ja", else in English."""
        return self.ja if language == "ja" else self.en


@dataclass(frozen=True, slots=True)
class Place:
    """A place that ties a person to a force.

    Attributes:
        ground: code of `grounds`.
        prefecture: JIS code; anything else is no prefecture of Japan.
        evidence: what says so, in words or as a reference; shown with the proposal.
    """

    ground: str
    prefecture: str
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a force is proposed.

    Attributes:
        ground: the ground.
        evidence: what says so.
    """

    ground: Ground
    evidence: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """A force that is competent.

    Attributes:
        force: the force.
        reasons: why, what weighs most first.
        offices: the district prosecutors' offices beside it: one, or the four of Hokkaido, of which a person chooses.
    """

    force: Force
    reasons: tuple[Reason, ...]
    offices: tuple[ProsecutorsOffice, ...]

    @property
    def bureau(self) -> Bureau | None:
        """The regional bureau over the force, None for Tokyo and Hokkaido."""
        return self.force.bureau


@dataclass(frozen=True, slots=True)
class Competence:
    """What is proposed for a person.

    Attributes:
        proposals: the competent forces, the one that most speaks for first; empty where no place is known.
        elsewhere: places outside the 47 prefectures, for which nothing can be proposed.
    """

    proposals: tuple[Proposal, ...]
    elsewhere: tuple[Place, ...]


@cache
def grounds() -> Mapping[str, Ground]:
    """Return code → ground, the one that weighs most first.

    Raises:
        DamagedStoreError: the table that ships with Soken is not whole.
    """
    table = tomllib.loads(files("soken.route").joinpath(_FILE).read_text("utf-8"))
    if not table or any(told.keys() != {"en", "ja", "law", "law_en"} for told in table.values()):
        raise DamagedStoreError(f"{_FILE} is not whole; reinstall Soken.")
    return MappingProxyType({code: Ground(code, **told) for code, told in table.items()})


def competent(places: Iterable[Place], on: date) -> Competence:
    """Return the forces that are competent for a person, in the order in which they are proposed.

    Several can be competent at once. The one for which most grounds speak comes first; among equals the one with the
    ground that weighs most. The same ground from two sources speaks once; both sources are shown.

    Args:
        places: what ties the person to places; none is needed, and each says its evidence.
        on: the day, for forces and bureaus as they stood.

    Raises:
        KeyError: a ground that there is not.
    """
    order = list(grounds())
    given = sorted(places, key=lambda one: order.index(grounds()[one.ground].code))
    by_force: dict[str, list[Place]] = {}
    elsewhere = []
    for place in given:
        force = force_of_prefecture(place.prefecture)
        if force is None:
            elsewhere.append(place)
        else:
            by_force.setdefault(force, []).append(place)
    proposed = [_proposal(code, found, on) for code, found in by_force.items()]
    proposed.sort(key=lambda one: (-len({why.ground.code for why in one.reasons}), _weight(one, order)))
    return Competence(tuple(proposed), tuple(elsewhere))


def _proposal(code: str, found: list[Place], on: date) -> Proposal:
    """Return a force with why it is proposed."""
    reasons = dict.fromkeys(Reason(grounds()[one.ground], one.evidence) for one in found)
    return Proposal(forces(on)[code], tuple(reasons), tuple(offices_of_force(code)))


def _weight(proposal: Proposal, order: list[str]) -> tuple[list[int], str]:
    """Return what orders forces for which equally many grounds speak: their grounds, then the prefecture."""
    return sorted({order.index(why.ground.code) for why in proposal.reasons}), proposal.force.prefecture
