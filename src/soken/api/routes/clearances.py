"""Cleared cases of an operation, with their suspects and children by codes, as statistics count them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ninja import Query, Router

from soken.access.policy import Act
from soken.api.gate import Asked, reading
from soken.api.shapes.clearances import ChildSaid, ClearancesAsked, ClearedCaseList, ClearedCaseSaid, SuspectSaid
from soken.api.shapes.questions import Slug
from soken.casework.models import Operation
from soken.casework.selectors.clearances import cleared_cases_in

if TYPE_CHECKING:
    from collections.abc import Set

    from soken.casework.models import ClearedCase

router = Router(tags=["clearances"])

#: Cases on a page, and suspects or children of one that are told; those beyond are counted.
PAGE: Final = 100
TOLD: Final = 100


@reading(router, "/operations/{slug}/clearances", Act.SEE_DOSSIER, ClearedCaseList, summary="Cleared cases")
def clearances(request: Asked, slug: Slug, asked: Query[ClearancesAsked]) -> ClearedCaseList:
    """List the cleared cases of an operation, and those of others that a person of it is a suspect of.

    Of other operations, suspects are named where the token reads them, and counted where it does not.
    """
    seen = frozenset(Operation.objects.visible_to(request.auth.user).values_list("pk", flat=True))
    page = cleared_cases_in(
        request.operation, PAGE, after=int(asked.at or 0), year=asked.year, force=asked.force,
        struck=asked.struck == "yes",
    )  # fmt: skip
    return ClearedCaseList(
        cases=[_case(one, seen) for one in page.cases], total=page.total, later=str(page.later or ""),
    )  # fmt: skip


def _case(case: ClearedCase, seen: Set[int]) -> ClearedCaseSaid:
    """Say what is recorded of a case; suspects as far as the reader sees them.

    A child's code is one of its operation: of a case of another operation, children are counted only.
    """
    places, children = list(case.clearings.all()), list(case.sufferings.all())
    open_to = case.operation_id in seen
    known = [one for one in places if one.person.dossier.operation_id in seen]
    return ClearedCaseSaid(
        case=case.pk,
        operation=case.operation.slug if open_to else "",
        group=case.group,
        cleared_on=case.cleared_on,
        cleared_at=case.cleared_at,
        occurred_at=case.occurred_at,
        act_on=case.act_on,
        network=case.network,
        suspects=[
            SuspectSaid(
                operation=one.person.dossier.operation.slug, person=one.person.dossier.person_code, age=one.age,
                occupation=one.occupation,
            )
            for one in known[:TOLD]
        ],
        suspects_elsewhere=len(places) - len(known),
        suspects_total=len(places),
        victims=[
            ChildSaid(child=one.victim.code, stage=one.stage, form=one.form, relation=one.relation)
            for one in (children[:TOLD] if open_to else ())
        ],
        victims_total=len(children),
        recorded_at=case.recorded_at,
        struck_at=case.struck_at,
    )  # fmt: skip
