"""Take a seized file into an operation, or read one again with a corrected mapping."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from soken.access.eyes import machine_sees_all
from soken.casework.actions.shut_matches import look_at_reading, shut_reading
from soken.casework.models import EvidenceItem, Operation, RetentionReview
from soken.casework.models.retention import to_carry_out
from soken.casework.protected_lock import bringing_rows
from soken.casework.selectors import store
from soken.casework.selectors.retention import has_begun
from soken.core import clock
from soken.core.errors import RefusedError
from soken.core.lock import only_one
from soken.intake import custody, event_hash, read_manifest, received_moment, take_in
from soken.ledger.entries import Draft, Kind
from soken.ledger.record import record

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from pathlib import Path

    from soken.casework.selectors.protected_looked import Looked
    from soken.core.home import Home
    from soken.core.progress import Progress
    from soken.intake import Acquisition, IntakeResult, Mapping


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What taking in a file came to.

    Attributes:
        item: the evidence item as the operation now knows it.
        result: counts, mapping and notes of the reading.
    """

    item: EvidenceItem
    result: IntakeResult


def take_in_evidence(
    operation: Operation,
    path: Path,
    *,
    home: Home,
    acquisition: Acquisition,
    actor: str,
    profile: str = "auto",
    mapping: Mapping | None = None,
    progress: Progress,
) -> TakenIn:
    """Seal a file, read its rows and enter it among the operation's evidence; the same bytes again change nothing.

    Args:
        operation: the operation that the file belongs to.
        path: the seized file.
        home: the installation's folders.
        acquisition: warrant, where, when and by whom it was seized, when received, and the relevance scope (R1).
        actor: who does this, for the custody record.
        profile: 'auto', the name of a shop profile, or the path of a profile file.
        mapping: corrections to the columns proposed, if any.
        progress: told of each stage.

    Raises:
        BadInputError: the file cannot be taken in; nothing is kept.
        RefusedError: another process takes evidence into this operation now, or somebody is being erased from the
            file in another operation.
    """
    with only_one_takes_in(operation, home):
        result = take_in(
            path,
            home=home,
            operation_slug=operation.slug,
            acquisition=acquisition,
            profile=profile,
            mapping=mapping,
            actor=actor,
            progress=progress,
        )
        received = received_moment(acquisition) or _received_before(home, result)
        return TakenIn(enter_reading(operation, result, received=received), result)


@machine_sees_all()
def _check_not_being_erased_from(operation: Operation, evidence: str) -> None:
    """Refuse to enter an item from which somebody is half erased elsewhere: to finish that would take rows from here.

    Raises:
        RefusedError: somebody is.
    """
    agreed = RetentionReview.objects.filter(to_carry_out()).exclude(operation=operation)
    if any(evidence in one.rows and has_begun(one) for one in agreed):
        raise RefusedError(
            _("Somebody is being erased from %(item)s; take it in once that is done.") % {"item": evidence}
        )


def _received_before(home: Home, result: IntakeResult) -> datetime | None:
    """Return when bytes were received that were sealed before, and that no operation knows: an intake was cut off.

    Ages run from what was said then, not from the day on which somebody noticed.
    """
    if not result.known_before or EvidenceItem.objects.filter(evidence_id=result.evidence_id).exists():
        return None
    manifest = read_manifest(home, result.evidence_id)
    return received_moment(manifest.acquisition) or datetime.fromisoformat(manifest.sealed_at)


def only_one_takes_in(operation: Operation, home: Home) -> AbstractContextManager[None]:
    """Hold the lock under which evidence comes into an operation.

    Raises:
        RefusedError: another process takes evidence into this operation now.
    """
    return only_one(home.operations / operation.slug / "intake.lock", f"Intake for {operation.name}")


def rows_entered(result: IntakeResult) -> Path:
    """Return the table of the rows of a reading that is entered."""
    return store.reading_numbered(result.evidence_id, result.reading) / "rows.parquet"


def enter_reading(
    operation: Operation, result: IntakeResult, *, received: datetime | None = None, looked: Looked | None = None
) -> EvidenceItem:
    """Enter an evidence item's current reading among the operation's evidence.

    The store is written first and the database second, each whole: after a crash between the two, taking the same
    file in again recognises it and enters it here.

    Args:
        operation: the operation.
        result: counts of the reading.
        received: when the unit received the file, for an item that is new here; now, if not said.
        looked: what `look_at_reading` found in it, from whoever calls this inside a transaction; None to look now.

    Raises:
        RefusedError: see `enter_unshut`.
    """
    looked = look_at_reading(rows_entered(result)) if looked is None else looked
    with bringing_rows():
        item = enter_unshut(operation, result, received=received)
        shut_reading(item, looked)
    return item


def enter_unshut(operation: Operation, result: IntakeResult, *, received: datetime | None = None) -> EvidenceItem:
    """Enter a reading as `enter_reading`, for whoever shuts protected people away later in the same transaction.

    Raises:
        RefusedError: somebody is being erased from the item.
    """
    with transaction.atomic():
        _check_not_being_erased_from(operation, result.evidence_id)
        item, _made = EvidenceItem.objects.update_or_create(
            operation=operation,
            evidence_id=result.evidence_id,
            defaults={
                "reading": result.reading,
                "profile": result.profile,
                "locale": result.locale,
                "rows_read": result.rows_read,
                "rows_accepted": result.rows_accepted,
                "rows_set_aside": result.rows_set_aside,
                "rows_erased": result.rows_erased,
            },
            create_defaults={
                "sha256": result.sha256,
                "file_name": result.file_name,
                "size": result.size,
                "received_at": received or clock.now(),
                "reading": result.reading,
                "profile": result.profile,
                "locale": result.locale,
                "rows_read": result.rows_read,
                "rows_accepted": result.rows_accepted,
                "rows_set_aside": result.rows_set_aside,
                "rows_erased": result.rows_erased,
            },
        )
        _record_custody(operation, item)
    return item


def _record_custody(operation: Operation, item: EvidenceItem) -> None:
    """Enter the end of the item's custody record in the ledger: what is cut off it later can then be seen."""
    last = custody(settings.HOME, item.evidence_id)[-1]
    record(
        Draft(
            Kind.COLLECTION,
            act="custody",
            operation=operation.slug,
            about=item.evidence_id,
            facts={"custody": event_hash(last), "event": last.number, "sha256": item.sha256},
        )
    )
