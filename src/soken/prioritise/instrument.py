"""Instruments: what is asked to set a person's priority, what an answer counts, and which bands follow."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from soken.prioritise.checked import Answer

#: The only thing that an instrument may call itself.
STATUS: Final = "unvalidated decision support"
#: Answer that every question takes: it is shown, and never read as "no".
UNKNOWN: Final = "unknown"


class PriorityBand(StrEnum):
    """How soon a person's turn is, the most urgent first."""

    VERY_HIGH = "very-high"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


#: Band → its place, 0 for the most urgent.
ORDER: Final[Mapping[str, int]] = MappingProxyType({one.value: at for at, one in enumerate(PriorityBand)})


class Group(StrEnum):
    """What a factor speaks of (R11)."""

    PRIOR = "prior"
    ACCESS = "access"
    CONDUCT = "conduct"
    OTHER = "other"


class Subject(StrEnum):
    """What a factor is about; the list is closed, so that none is about the items' grade without saying so (R11)."""

    SEXUAL_OFFENCE = "sexual-offence"
    IMAGES_OFFENCE = "images-offence"
    OTHER_OFFENCE = "other-offence"
    WORK = "work"
    HOME = "home"
    CONTACT = "contact"
    DANGER = "danger"
    APPROACH = "approach"
    PURCHASES = "purchases"
    VIOLENCE = "violence"
    SUBSTANCES = "substances"
    ITEM_GRADE = "item-grade"


#: Subject → the group of which it speaks.
GROUP_OF: Final[Mapping[Subject, Group]] = MappingProxyType({
    Subject.SEXUAL_OFFENCE: Group.PRIOR,
    Subject.IMAGES_OFFENCE: Group.PRIOR,
    Subject.OTHER_OFFENCE: Group.PRIOR,
    Subject.WORK: Group.ACCESS,
    Subject.HOME: Group.ACCESS,
    Subject.CONTACT: Group.ACCESS,
    Subject.DANGER: Group.CONDUCT,
    Subject.APPROACH: Group.CONDUCT,
    Subject.PURCHASES: Group.CONDUCT,
    Subject.VIOLENCE: Group.OTHER,
    Subject.SUBSTANCES: Group.OTHER,
    Subject.ITEM_GRADE: Group.OTHER,
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Factor:
    """A question and what its answers count.

    Attributes:
        code: as stored.
        group: what it speaks of.
        about: what it is about, in that group.
        en, ja: the question.
        hint_en, hint_ja: what to take care of, '' if nothing.
        source: where it comes from.
        required: while it is not known it counts in full (unknown is not low).
        reads: fields of a record that whoever answers looks at.
        answers: code → answer, without `UNKNOWN`.
    """

    code: str
    group: Group
    about: Subject
    en: str
    ja: str
    hint_en: str
    hint_ja: str
    source: str
    required: bool
    reads: tuple[str, ...]
    answers: Mapping[str, Answer]

    @property
    def grade(self) -> bool:
        """Tell whether it is about the grade of what was bought, which may move nobody by more than one band (R11)."""
        return self.about is Subject.ITEM_GRADE

    @property
    def texts(self) -> list[str]:
        """Return everything that a reader or the store sees of it: codes, question, hints and answers."""
        said = [one for answer in self.answers.values() for one in (answer.code, answer.en, answer.ja)]
        return [self.code, self.en, self.ja, self.hint_en, self.hint_ja, *said]

    @property
    def most(self) -> int:
        """Return the points of the answer that counts most."""
        return max(one.points for one in self.answers.values())

    @property
    def least(self) -> int:
        """Return the points of the answer that counts least."""
        return min(one.points for one in self.answers.values())


@dataclass(frozen=True, slots=True)
class Band:
    """A band: from how many points, and by when.

    Attributes:
        code: which.
        points: from how many points.
        target_days: days from receipt by which somebody acts (R13).
        alarm_days: days from receipt after which the delay is reported, in every band.
    """

    code: PriorityBand
    points: int
    target_days: int
    alarm_days: int


@dataclass(frozen=True, slots=True)
class Rate:
    """A published rate of a comparable tool (R12).

    Attributes:
        bands: beside which bands it is shown.
        tool: whose it is.
        share: the rate, 0 to 1.
        en, ja: of what.
        source: where it was published.
    """

    bands: tuple[PriorityBand, ...]
    tool: str
    share: float
    en: str
    ja: str
    source: str


@dataclass(frozen=True, slots=True)
class Instrument:
    """A checked instrument.

    Attributes:
        id, version: which.
        date: as of.
        source: what it rests on.
        status: always `STATUS`.
        reassess_days: after how many days the assessment is made anew at the latest.
        unopened_days: days from receipt after which persons without a dossier are reported; where the file does not say
            so, the alarm of the most urgent band, since nobody has assessed them and unknown is not low.
        bands: by code, the most urgent first.
        factors: by code, in the file's order.
        rates: published rates of comparable tools.
        sha256: hash of the file.
    """

    id: str
    version: int
    date: date
    source: str
    status: str
    reassess_days: int
    unopened_days: int
    bands: Mapping[PriorityBand, Band]
    factors: Mapping[str, Factor]
    rates: tuple[Rate, ...]
    sha256: str

    def band_of(self, score: int) -> PriorityBand:
        """Return the band of a score."""
        return next(one.code for one in self.bands.values() if score >= one.points)

    def rates_of(self, band: str) -> list[Rate]:
        """Return the published rates shown beside a band."""
        return [one for one in self.rates if band in one.bands]
