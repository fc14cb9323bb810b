"""Where everybody in an operation stands, each number with the list behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from soken.access.policy import Act
from soken.casework.selectors.standing import UNOPENED, ages, stage_funnel, standing_page
from soken.casework.selectors.unopened import unopened_of
from soken.casework.selectors.whose import reads_own_alone
from soken.desk.gate import permitted
from soken.desk.priority_words import band_words
from soken.prioritise.instrument import PriorityBand
from soken.report.charts import part_chart
from soken.review.stages import Stage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpRequest, HttpResponse

    from soken.casework.models import Operation
    from soken.casework.selectors.standing import Age


@permitted(Act.SEE_DOSSIER)
@require_safe
def standing(request: HttpRequest, operation: Operation) -> HttpResponse:
    """Show the funnel by stages and the ages; with a choice in the address, the list behind that number."""
    asked = request.GET
    stage = asked.get("stage", "")
    stage = stage if stage in {UNOPENED, *Stage} else ""
    force = asked.get("force")
    band = asked.get("band")
    chosen = bool(stage) or force is not None or band is not None
    context = {
        "operation": operation, "tab": "standing", "chosen": chosen, "unopened": UNOPENED,
        "own_alone": reads_own_alone(operation),
    }  # fmt: skip
    if chosen:
        context |= {
            "stage": stage, "force": force, "band": band, "late": asked.get("late") == "1",
            "page": standing_page(
                operation, stage=stage, force=None if force is None else force.removeprefix("none")[:20],
                band=band if band in {*PriorityBand} else ("" if band == "none" else None),
                late=asked.get("late") == "1", at=asked.get("at", ""),
            ),
        }  # fmt: skip
    else:
        funnel = stage_funnel(operation)
        found = ages(operation)
        context |= {
            "funnel": funnel,
            "waiting": unopened_of(operation),
            "stages": [(code, count, 100 * count / max(funnel.total, 1)) for code, count in funnel.stages.items()],
            "unopened_share": 100 * funnel.unopened / max(funnel.total, 1),
            "ages": found,
            "in_work": sum(one.persons for one in found),
            "late_in_all": sum(one.late for one in found),
            "chart": _chart(found) if found else "",
        }
    return render(request, "desk/standing.html", context)


def _chart(found: Sequence[Age]) -> SafeString:
    """Return ages against targets by band, over all forces, the most urgent band first."""
    bars = {}
    for band in (*PriorityBand, ""):
        counted = [one for one in found if one.band == band]
        if counted:
            bars[band_words(band)] = (sum(one.late for one in counted), sum(one.persons for one in counted))
    # Every text in a chart is escaped where it is made.
    return mark_safe(  # noqa: S308  # nosec B308 B703
        part_chart(_("Past the target, by band"), bars, part=_("past the target"), identity="late")
    )
