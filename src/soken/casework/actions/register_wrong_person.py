"""Enter the wrong person in the register: links frozen at once, every copy listed (R35)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from soken.casework.models import FrozenRow, Misidentification, Operation, Recall
from soken.casework.selectors import store
from soken.casework.selectors.dossier import dossier_found, rows_of
from soken.casework.selectors.held import register_entry
from soken.casework.selectors.wrong_persons import copies_in_ledger
from soken.core import clock
from soken.core.errors import RefusedError
from soken.review.facts import Ending

if TYPE_CHECKING:
    from soken.access.models import User
    from soken.casework.models import Dossier


def report_wrong_person(operation: Operation, code: str, *, by: User, basis: str) -> Misidentification:
    """Report that somebody is the wrong person, with or without a dossier: one act does all that has to be at once.

    It ends the work on the person, freezes the links, shuts every coercive step, and lists the copies that others hold.

    Args:
        operation: where.
        code: the person.
        by: who reports it, of whichever force.
        basis: what shows it.

    Raises:
        BadInputError: the basis is missing.
        NotFoundError: no such person; and see `soken.casework.actions.dossier_act.acting`.
        RefusedError: it is reported already; and see `soken.casework.actions.end_dossier.end_dossier`.
    """
    from soken.casework.actions.end_dossier import end_dossier
    from soken.casework.actions.open_dossier import open_dossier

    with transaction.atomic():
        dossier = dossier_found(operation, code) or open_dossier(operation, code, by=by)
        if register_entry(dossier) is not None:
            raise RefusedError(_("%(person)s stands in the register of wrong persons already.") % {"person": code})
        end_dossier(dossier, by=by, kind=Ending.MISIDENTIFIED.value, basis=basis)
        return Misidentification.objects.get(dossier=dossier, released_at__isnull=True)


def register(dossier: Dossier, *, by: User, basis: str) -> Misidentification:
    """Enter a dossier in the register; called in the transaction of the act that ends it.

    Args:
        dossier: whose; locked.
        by: who reports it.
        basis: what shows it.
    """
    # Whoever makes a run known takes the same lock: a run from before the freeze is refused there.
    Operation.objects.select_for_update(no_key=True).get(pk=dossier.operation_id)
    entry = Misidentification.objects.create(dossier=dossier, basis=basis, by=by, at=clock.now())
    FrozenRow.objects.bulk_create(
        (
            FrozenRow(misidentification=entry, operation=dossier.operation, evidence=evidence, row=row)
            for evidence, row in _rows(dossier)
        ),
        batch_size=1000,
    )
    add_copies(entry)
    return entry


def add_copies(entry: Misidentification) -> int:
    """List the copies that the ledger knows of and the register does not; return how many were added.

    A kind of copy that went to a recipient again after it was answered for is asked back anew.
    """
    known = {(one.source, one.recipient): one for one in entry.recalls.all()}
    added = 0
    for copy in copies_in_ledger(entry.dossier.operation, entry.dossier.person_code):
        there = known.get((copy.source, copy.recipient))
        if there is None:
            Recall.objects.create(
                misidentification=entry, source=copy.source, recipient=copy.recipient, sent_at=copy.sent_at,
                entries=list(copy.entries),
            )  # fmt: skip
            added += 1
        elif set(copy.entries) - set(there.entries):
            there.entries = list(copy.entries)
            there.save(update_fields=["entries"])
    return added


def _rows(dossier: Dossier) -> list[tuple[str, int]]:
    """Return the rows that the shown run proposes as the person; where it does not, those of the dossier."""
    run = dossier.operation.runs.first()
    found = (
        store.ask(
            "select evidence, row from read_parquet($path) where person = $person order by evidence, row",
            path=store.run_folder(dossier.operation, run) / "membership.parquet",
            person=store.OnePerson(dossier.person_code),
        )
        if run is not None
        else []
    )
    return [(one["evidence"], one["row"]) for one in found] or rows_of(dossier)
