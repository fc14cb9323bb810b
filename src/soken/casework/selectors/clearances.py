"""What this installation recorded of clearances, as the units that statistics count."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.db.models import Count, Max, Q

from soken.casework.models import CaseVictim, ClearedCase, ClearedPerson, Operation, Victim
from soken.casework.selectors.standing import stage_funnel
from soken.review.stages import Stage

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

#: Rows fetched at once.
_CHUNK: Final = 50_000
#: Stage of a dossier → how far a listed buyer's matter has come; every other stage: listed.
_REACHED: Final = {
    Stage.SCREENED: "chargeable",
    Stage.ASSIGNED: "chargeable",
    Stage.UNDER_INVESTIGATION: "chargeable",
    Stage.READY: "chargeable",
    Stage.REFERRED: "referred",
    Stage.DECIDED: "referred",
    Stage.CLOSED: "referred",
}


def recorded_units(cut_off: datetime) -> dict[str, Iterable[tuple[Any, ...]]]:
    """Return the units of `soken.report.units.UNITS` as they were recorded at a moment, streamed.

    A case that was struck later stands; the funnel is as it is now, since dossiers keep no picture of each moment.
    """
    cases = ClearedCase.objects.filter(recorded_at__lte=cut_off).filter(
        Q(struck_at__isnull=True) | Q(struck_at__gt=cut_off)
    )
    return {
        "cases": (
            (pk, group, on, "day", cleared_at, occurred_at, network, source)
            for pk, group, on, cleared_at, occurred_at, network, source in cases.values_list(
                "pk", "group", "cleared_on", "cleared_at", "occurred_at", "network", "operation__slug"
            ).iterator(_CHUNK)
        ),
        "persons": ClearedPerson.objects.values_list("pk", "age", "occupation").iterator(_CHUNK),
        "victims": Victim.objects.values_list("pk", "stage").iterator(_CHUNK),
        "case_persons": ClearedCase.persons.through.objects.values_list("clearedcase_id", "clearedperson_id").iterator(
            _CHUNK
        ),
        "case_victims": CaseVictim.objects.values_list("case_id", "victim_id", "form", "relation").iterator(_CHUNK),
        "listed": _listed(),
    }


def fingerprint() -> str:
    """Return a mark of the records that changes with each clearance recorded or struck."""
    found = ClearedCase.objects.aggregate(newest=Max("pk"), struck=Count("pk", filter=Q(struck_at__isnull=False)))
    return f"{found['newest'] or 0}/{found['struck']}"


def _listed() -> list[tuple[str, str, int]]:
    """Return (operation, reached, persons) of every operation; those not identifiable stay in it (R8, R40)."""
    found: dict[tuple[str, str], int] = {}
    for operation in Operation.objects.order_by("slug"):
        funnel = stage_funnel(operation)
        if funnel.total:
            found[operation.slug, "listed"] = funnel.unopened
        for stage, persons in funnel.stages.items():
            key = operation.slug, _REACHED.get(Stage(stage), "listed")
            found[key] = found.get(key, 0) + persons
    return [(source, reached, persons) for (source, reached), persons in found.items() if persons]
