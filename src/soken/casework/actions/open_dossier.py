"""Open the dossier of a proposed person: the first human act on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext as _

from soken.access.policy import Act
from soken.casework.actions.dossier_act import check_right
from soken.casework.actions.shut_matches import shut_dossier
from soken.casework.models import Dossier, DossierRow
from soken.casework.models.force_sight import across_forces
from soken.casework.protected_lock import bringing_rows
from soken.casework.selectors import store
from soken.casework.selectors.dossier import dossier_found
from soken.casework.selectors.persons import person_of
from soken.core import clock
from soken.core.errors import RefusedError

if TYPE_CHECKING:
    from datetime import date

    from soken.access.models import User
    from soken.casework.models import Operation, ResolveRun

#: Rows looked up at a time: SQLite takes a bounded number of values in a query.
_AT_ONCE = 400


def open_dossier(operation: Operation, code: str, *, by: User) -> Dossier:
    """Open a dossier on the rows that the newest run proposes as one person; all ages run from their receipt.

    Raises:
        NotFoundError: no run proposes this person, or the actor is no member of the operation.
        RefusedError: the role does not permit it, the person has a dossier, or one of its rows is in another's.
    """
    check_right(operation, by, Act.OPEN_DOSSIER)
    person = person_of(operation, code)
    run = resolved(operation)
    rows = [
        (one["evidence"], one["row"])
        for one in store.ask(
            "select evidence, row from read_parquet($path) where person = $person order by evidence, row",
            path=store.run_folder(operation, run) / "membership.parquet",
            person=store.OnePerson(code),
        )
    ]
    if dossier_found(operation, code):
        raise already_open(code)
    _refuse_rows_of_others(operation, rows)
    try:
        with bringing_rows():
            dossier = Dossier.objects.create(
                operation=operation,
                person_code=code,
                name=person.name,
                prefecture=person.prefecture,
                received_on=received_on(operation, {evidence for evidence, _row in rows}),
                opened_at=clock.now(),
                opened_by=by,
            )
            DossierRow.objects.bulk_create(
                (DossierRow(dossier=dossier, operation=operation, evidence=item, row=row) for item, row in rows),
                batch_size=1000,
            )
            shut_dossier(dossier)
    except IntegrityError as taken:
        raise RefusedError(
            _("Somebody else has just opened a dossier on rows of %(person)s; look at it anew.") % {"person": code}
        ) from taken
    return dossier


def resolved(operation: Operation) -> ResolveRun:
    """Return the run that is shown.

    Raises:
        RefusedError: there is none.
    """
    run = operation.runs.first()
    if run is None:
        raise RefusedError(_("%(operation)s has not been resolved yet.") % {"operation": operation.name})
    return run


def already_open(code: str) -> RefusedError:
    """Return the refusal to open a second dossier of a person."""
    return RefusedError(_("%(person)s has a dossier already.") % {"person": code})


def row_of_another(row: tuple[str, int], code: str) -> RefusedError:
    """Return the refusal of a row that people have accepted as another person's."""
    return RefusedError(
        _("Row %(row)s is in the dossier of %(person)s already; settle there whose it is.")
        % {"row": f"{row[0]}:{row[1]}", "person": code}
    )


def received_on(operation: Operation, evidence: set[str]) -> date:
    """Return the day, in Japan, on which the first of these evidence items was received.

    Args:
        operation: whose evidence.
        evidence: ids of the items; of all of the operation's where none is named.
    """
    items = operation.evidence.filter(evidence_id__in=evidence) if evidence else operation.evidence.all()
    received = items.order_by("received_at").values_list("received_at", flat=True).first()
    return timezone.localdate(received or clock.now())


@across_forces()
def _refuse_rows_of_others(operation: Operation, rows: list[tuple[str, int]]) -> None:
    """Refuse rows that people have accepted as another person's."""
    wanted = set(rows)
    for evidence in {one for one, _row in rows}:
        numbers = [row for one, row in rows if one == evidence]
        for at in range(0, len(numbers), _AT_ONCE):
            taken = (
                DossierRow.objects.filter(operation=operation, evidence=evidence, row__in=numbers[at : at + _AT_ONCE])
                .select_related("dossier")
                .first()
            )
            if taken is not None and (taken.evidence, taken.row) in wanted:
                raise row_of_another((taken.evidence, taken.row), taken.dossier.person_code)
