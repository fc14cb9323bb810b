"""Accept for a dossier the rows that the newest run proposes for its person, after a split or a join."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import IntegrityError
from django.utils.translation import gettext as _

from soken.access.policy import Act
from soken.casework.actions.dossier_act import acting
from soken.casework.actions.open_dossier import received_on
from soken.casework.actions.said import in_words
from soken.casework.models import Dossier, DossierRow, RowsChange
from soken.casework.models.dossier import STAGE_NAMES
from soken.casework.selectors.dossier_rows import rows_now
from soken.core import clock
from soken.core.errors import RefusedError
from soken.review.stages import Stage
from soken.review.transitions import BEFORE_REFERRAL

if TYPE_CHECKING:
    from collections.abc import Iterable

    from soken.access.models import User
    from soken.casework.selectors.dossier_rows import Row, RowsNow

#: Rows deleted at a time: SQLite takes a bounded number of values in a query.
_AT_ONCE: Final = 400


def accept_rows(dossier: Dossier, *, by: User, reason: str, run: str = "", seen: int | None = None) -> RowsChange:
    """Set a dossier's rows to those that the newest run proposes for its person.

    Rows that leave are nobody's until a dossier is opened on them or accepts them. Confirmations of the identity were
    given on other rows and count no longer; an assessment is due anew; age runs from the earliest receipt, as before.

    Args:
        dossier: whose.
        by: who accepts them.
        reason: why these are the person's rows, in words.
        run: id of the run whose proposal the actor saw; '' for whoever acts on what stands now.
        seen: version of the dossier that the actor saw.

    Raises:
        BadInputError: no reason is given.
        RefusedError: the case was sent, another run is shown by now, the rows do not differ, one is in another
            dossier or the person's rows are nobody's now; and see `acting`.
        NotFoundError: see `acting`.
        DamagedStoreError: the run's table cannot be read.
    """
    said = in_words(reason, _("The reason"))
    try:
        with acting(dossier, by, Act.RECORD_FINDING, seen=seen, names=True) as now:
            found = _acceptable(now, run)
            release(now, [row for rows in found.went.values() for row in rows])
            DossierRow.objects.bulk_create(
                (DossierRow(dossier=now, operation=now.operation, evidence=item, row=row) for item, row in found.came),
                batch_size=1000,
            )
            _follow_proposal(now, found)
            return RowsChange.objects.create(
                dossier=now,
                run=found.run,
                came=by_evidence(found.came),
                went={person: by_evidence(rows) for person, rows in found.went.items()},
                reason=said,
                by=by,
                at=clock.now(),
            )
    except IntegrityError as taken:
        raise RefusedError(
            _("Somebody else has just opened a dossier on rows of %(person)s; look at it anew.")
            % {"person": dossier.person_code}
        ) from taken


def _acceptable(dossier: Dossier, run: str) -> RowsNow:
    """Return what is accepted.

    Raises:
        RefusedError: it cannot be.
    """
    person = dossier.person_code
    # What was not sent yet is told by nothing but the rows: also of somebody who has died.
    sent = dossier.referrals.filter(over_at__isnull=True).exists()
    if Stage(dossier.stage) not in {*BEFORE_REFERRAL, Stage.DECEASED} or sent:
        raise RefusedError(
            _("%(person)s is at “%(stage)s”: the rows stay as they were when the case was sent.")
            % {"person": person, "stage": STAGE_NAMES[Stage(dossier.stage)]}
        )
    found = rows_now(dossier)
    if found is None or not found.differ:
        raise RefusedError(
            _("The newest run proposes the rows that %(person)s has; nothing was done.") % {"person": person}
        )
    if run and run != found.run:
        raise RefusedError(
            _("Another run is shown since you opened the page of %(person)s; look at its rows anew, then decide.")
            % {"person": person}
        )
    if found.held:
        (item, row), other = next(iter(found.held.items()))
        raise RefusedError(
            _("Row %(row)s is in the dossier of %(person)s; there it must be let go first (accept its rows there).")
            % {"row": f"{item}:{row}", "person": other}
        )
    if not found.proposed and "" in found.went:
        raise RefusedError(
            _("The newest run proposes %(person)s no longer and some of its rows for nobody; they stay here.")
            % {"person": person}
        )
    return found


def release(dossier: Dossier, rows: Iterable[Row]) -> None:
    """Take rows out of a dossier."""
    for item, numbers in by_evidence(rows).items():
        for at in range(0, len(numbers), _AT_ONCE):
            DossierRow.objects.filter(dossier=dossier, evidence=item, row__in=numbers[at : at + _AT_ONCE]).delete()


def _follow_proposal(dossier: Dossier, found: RowsNow) -> None:
    """Give the dossier the name that its rows claim; a row received earlier makes it older, none makes it younger."""
    person = dossier.operation.persons.filter(code=dossier.person_code).first()
    if person is not None:
        dossier.name, dossier.prefecture = person.name, person.prefecture
    if found.came:
        received = received_on(dossier.operation, {item for item, _row in found.came})
        dossier.received_on = min(dossier.received_on, received)
    dossier.save(update_fields=["name", "prefecture", "received_on"])


def by_evidence(rows: Iterable[Row]) -> dict[str, list[int]]:
    """Return evidence id → numbers of its rows."""
    found: dict[str, list[int]] = {}
    for item, row in rows:
        found.setdefault(item, []).append(row)
    return found
