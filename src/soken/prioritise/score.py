"""From answers to a score and a band, with what each answer counted and what the unknown ones could still change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from soken.core.errors import BadInputError
from soken.prioritise.instrument import UNKNOWN, PriorityBand

if TYPE_CHECKING:
    from collections.abc import Mapping

    from soken.prioritise.instrument import Factor, Instrument


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one question counted.

    Attributes:
        factor: its code.
        group: what it speaks of.
        answer: code of the answer, or `UNKNOWN`.
        points: what it counted.
        least, most: what it could count: the same unless it is unknown.
        assumed: it is unknown and counted in full, as the instrument requires it.
    """

    factor: str
    group: str
    answer: str
    points: int
    least: int
    most: int
    assumed: bool


@dataclass(frozen=True, slots=True)
class Score:
    """What an instrument makes of answers: a proposal for the order of work, never a finding.

    Attributes:
        points: the sum.
        band: its band.
        lowest, highest: the bands that answers to the unknown questions could still lead to.
        contributions: per factor, in the instrument's order.
    """

    points: int
    band: PriorityBand
    lowest: PriorityBand
    highest: PriorityBand
    contributions: tuple[Contribution, ...]

    @property
    def unknown(self) -> tuple[str, ...]:
        """Return the codes of the factors that are not known."""
        return tuple(one.factor for one in self.contributions if one.answer == UNKNOWN)


def score(instrument: Instrument, answers: Mapping[str, str]) -> Score:
    """Score answers.

    A question without an answer is unknown. Unknown is not low: a required factor (access to children, danger now) that
    is unknown counts in full until somebody knows; any other counts nothing, and widens the bands that are possible.

    Args:
        instrument: what is asked.
        answers: factor → answer.

    Raises:
        BadInputError: a factor or an answer is not the instrument's.
    """
    unknown = sorted(set(answers) - set(instrument.factors))
    if unknown:
        raise BadInputError(
            f"The instrument {instrument.id} v{instrument.version} has no factor {unknown[0]!r}; nothing was changed."
        )
    counted = tuple(_contribution(one, answers.get(one.code, UNKNOWN)) for one in instrument.factors.values())
    points = sum(one.points for one in counted)
    return Score(
        points=points,
        band=instrument.band_of(points),
        lowest=instrument.band_of(sum(one.least for one in counted)),
        highest=instrument.band_of(sum(one.most for one in counted)),
        contributions=counted,
    )


def _contribution(factor: Factor, answer: str) -> Contribution:
    """Return what an answer counts."""
    if answer == UNKNOWN:
        points = factor.most if factor.required else 0
        return Contribution(
            factor.code, factor.group.value, UNKNOWN, points, factor.least, factor.most, factor.required
        )
    found = factor.answers.get(answer)
    if found is None:
        known = ", ".join([*factor.answers, UNKNOWN])
        raise BadInputError(f"{factor.code!r} has no answer {answer[:40]!r}; choose one of: {known}.")
    return Contribution(factor.code, factor.group.value, answer, found.points, found.points, found.points, False)
