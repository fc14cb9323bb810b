"""What a court has made of a case: which of its verdicts counts, and since when for good (R36).

A later instance replaces an earlier one. Only a final verdict counts: until then somebody can still be acquitted, or
convicted. One that dismisses an appeal lets the one before it stand, which is final with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from soken.reference.verdicts import Outcome, verdict_kind

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Given:
    """A verdict that stands.

    Attributes:
        kind: code of `soken.reference.verdicts.verdict_kinds`.
        instance: code of `soken.reference.verdicts.instances`.
        final_on: when it became final, None while it is not.
        recorded_at: when somebody recorded that.
    """

    kind: str
    instance: str
    final_on: date | None
    recorded_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Final:
    """What counts for good.

    Attributes:
        kind: code of the verdict that counts; one that upheld it is not named.
        outcome: what it means; never `UPHELD` or `UNDECIDED`.
        on: when it became final.
        recorded_at: when somebody recorded that.
    """

    kind: str
    outcome: Outcome
    on: date
    recorded_at: datetime | None


def final_verdict(given: Sequence[Given]) -> Final | None:
    """Return what counts for good of some verdicts on one case, None while nothing does.

    Until a retrial has ended for good, what was final before it counts.

    Args:
        given: the verdicts that stand, in order.
    """
    for at in range(len(given) - 1, -1, -1):
        day = given[at].final_on
        found = counting(given[: at + 1])
        if day is not None and found is not None:
            return Final(found.kind, verdict_kind(found.kind).outcome, day, given[at].recorded_at)
    return None


def counting(given: Sequence[Given]) -> Given | None:
    """Return the verdict that counts after the last of some, final or not; None where the case is open again.

    Args:
        given: the verdicts that stand, in order.
    """
    for one in reversed(given):
        outcome = verdict_kind(one.kind).outcome
        if outcome is Outcome.UNDECIDED:
            return None
        if outcome is not Outcome.UPHELD:
            return one
    return None
