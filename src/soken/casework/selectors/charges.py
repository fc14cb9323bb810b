"""What persons are thought to have done, as the rules of limitation and of age ask for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from soken.casework.models import AllegedOffence
from soken.reference.offences import offences
from soken.route.juvenile import PUNISHABLE, age_on
from soken.route.limitation import Charge, all_complete_on

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import date

    from soken.casework.models import Dossier


@dataclass(frozen=True, slots=True)
class ChargeSeen:
    """An offence in force with the newest event from which limitation runs.

    Attributes:
        key: number of the alleged offence.
        code: code of `soken.reference.offences`.
        last_on: the last day for which the act is shown.
        ended_on: the day on which the act ended, None while nobody has entered it.
        stood_still: days for which limitation did not run.
    """

    key: int
    code: str
    last_on: date
    ended_on: date | None = None
    stood_still: int = 0

    @property
    def charge(self) -> Charge | None:
        """What limitation asks of it; None for a code that is no longer known."""
        found = offences().get(self.code)
        return Charge(found.limitation, self.ended_on, self.stood_still) if found else None

    @property
    def under_law(self) -> bool:
        """Whether the act was an offence under its paragraph; not where the code is no longer known."""
        found = offences().get(self.code)
        return found is not None and found.under_law(self.ended_on or self.last_on)


def charges_of_many(keys: Collection[int]) -> dict[int, tuple[ChargeSeen, ...]]:
    """Return the offences in force of several dossiers by primary key (one query)."""
    rows = (
        AllegedOffence.objects.filter(dossier__in=keys, withdrawn_at__isnull=True)
        .order_by("pk", "limitation_starts__pk")
        .values_list(
            "dossier_id", "pk", "code", "last_on", "limitation_starts__ended_on", "limitation_starts__stood_still"
        )
    )
    found: dict[int, dict[int, ChargeSeen]] = {}
    for dossier, key, code, last_on, ended_on, stood_still in rows:
        found.setdefault(dossier, {})[key] = ChargeSeen(key, code, last_on, ended_on, stood_still or 0)
    return {dossier: tuple(seen.values()) for dossier, seen in found.items()}


def limitation_of(charges: Iterable[ChargeSeen]) -> date | None:
    """Return the first day on which limitation is complete for all of them; None while that is not known of one."""
    asked = [one.charge for one in charges]
    return None if None in asked else all_complete_on(one for one in asked if one is not None)


def before_law(charges: Iterable[ChargeSeen]) -> tuple[str, ...]:
    """Return the codes of those that were no offence on the day of the act (R28)."""
    return tuple(dict.fromkeys(one.code for one in charges if not one.under_law))


def alleged_days(dossier: Dossier) -> list[date]:
    """Return the last day of each act that is alleged of a person."""
    standing = AllegedOffence.objects.filter(dossier=dossier, withdrawn_at__isnull=True)
    return list(standing.order_by("pk").values_list("last_on", flat=True))


def births_of(dossier: Dossier) -> set[date]:
    """Return the birth dates that confirmations in force state."""
    stated = dossier.confirmations.filter(withdrawn_at__isnull=True, born_on__isnull=False)
    return {born for born in stated.values_list("born_on", flat=True) if born is not None}


def under_fourteen(days: Collection[date], births: Collection[date]) -> bool:
    """Tell whether the person was under 14 on every one of these days, by each birth date that is stated (R25)."""
    return bool(days and births) and all(
        day < born or age_on(born, day) < PUNISHABLE for day in days for born in births
    )
