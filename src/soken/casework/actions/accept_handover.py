"""Accept a person from another installation: from this moment, and not before, a force here owns them."""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from django.db import IntegrityError
from django.utils.translation import gettext as _

from soken.access.eyes import machine_sees_all
from soken.access.policy import Act
from soken.casework.actions.dossier_act import check_right
from soken.casework.actions.handover_act import check_receiver_step, check_side
from soken.casework.actions.owner_step import give_to
from soken.casework.actions.receive_handover import answering
from soken.casework.actions.said import in_words
from soken.casework.actions.shut_matches import shut_dossier, shut_reading
from soken.casework.actions.take_in_evidence import enter_unshut, only_one_takes_in
from soken.casework.actions.take_over import take_over
from soken.casework.models import Dossier, DossierRow, EvidenceItem
from soken.casework.models.force_sight import across_forces
from soken.casework.protected_lock import bringing_rows
from soken.casework.selectors import store
from soken.casework.selectors.handovers import becoming_of, incoming_of
from soken.casework.selectors.protected_looked import Looked
from soken.core import clock
from soken.core.errors import DamagedStoreError, RefusedError
from soken.core.fields import RowKind
from soken.exchange.handed_rows import rows_by_line, write_rows
from soken.intake import Acquisition, take_in
from soken.intake.seal import discard, evidence_id_of
from soken.resolve.proposals import code_of_row
from soken.route.handover import Incoming

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from soken.access.models import User
    from soken.casework.actions.take_over import Places
    from soken.casework.models import IncomingHandover, Operation
    from soken.core.progress import Progress
    from soken.exchange.handed_becomes import Becoming
    from soken.intake import IntakeResult

_PROFILE: Final = "soken-case"


def accept_handover(
    operation: Operation, transfer: str, *, by: User, progress: Progress, answer: str = ""
) -> IncomingHandover:
    """Take the person on: the rows become an evidence item, the person a dossier that the receiving force owns.

    The rows are sealed first; then their entry among the evidence, the dossier, what was taken over, the owner and the
    acceptance come to be in one transaction. If that is refused, what was sealed is taken out of the store again; after
    a stop between the two, accepting again finds the rows sealed and goes on.

    Args:
        operation: where it has arrived.
        transfer: code of the handover.
        by: who accepts.
        progress: told of each stage of taking the rows in.
        answer: anything to add, for the sender.

    Raises:
        NotFoundError: the operation has no such handover, or the actor is no member.
        RefusedError: it was not received yet, or is answered or withdrawn; it is for people of another force; another
            dossier holds the person; or the role does not permit it.
        BadInputError: its contents do not hold together, or the answer is too long.
    """
    said = in_words(answer, _("The answer")) if answer.strip() else ""
    check_right(operation, by, Act.OWN)
    found = incoming_of(operation, transfer)
    check_side(by, found.to_force)
    check_receiver_step(found, Incoming.ACCEPTED)
    becoming = becoming_of(found)
    if becoming is None:
        raise DamagedStoreError(f"What {found.transfer} holds is gone; ask the sender to send it again.")
    home = store.home()
    with home.stage() as staged, only_one_takes_in(operation, home):
        file = staged / f"{found.transfer}.jsonld"
        write_rows(becoming.handed, found.transfer, file)
        with _sealed(operation, found, becoming, file, by, progress) as result:
            return _accepted(operation, found, becoming, file, result, by, said)


def _accepted(
    operation: Operation, found: IncomingHandover, becoming: Becoming, file: Path, result: IntakeResult, by: User,
    said: str,
) -> IncomingHandover:  # fmt: skip
    """Enter the rows as evidence, the dossier, what was taken over, the owner and the acceptance: all or nothing.

    A protected person is shut away as the last step: from then on whoever accepts sees nothing of it, and on PostgreSQL
    can write nothing of it.
    """
    with bringing_rows():
        item, handover = _entered(operation, found, becoming, file, result, by, said)
        # One person's rows are looked through in a moment.
        shut_reading(item, Looked())
        if handover.dossier is not None:
            shut_dossier(handover.dossier)
    return handover


def _entered(
    operation: Operation, found: IncomingHandover, becoming: Becoming, file: Path, result: IntakeResult, by: User,
    said: str,
) -> tuple[EvidenceItem, IncomingHandover]:  # fmt: skip
    """Enter all that an acceptance brings, with nobody shut away yet."""
    with answering(operation, found.transfer, by, Incoming.ACCEPTED) as handover:
        item = enter_unshut(operation, result, received=handover.taken_in_at)
        places = _places(item, becoming, file, handover.transfer)
        dossier = _opened(operation, item, places, becoming, by)
        reason = _("%(kind)s from %(force)s by %(peer)s, %(transfer)s") % {
            "kind": becoming.handed.kind, "force": becoming.handed.from_force, "peer": handover.peer.name,
            "transfer": handover.transfer,
        }  # fmt: skip
        give_to(dossier, handover.to_force, by=by, reason=reason)
        take_over(dossier, becoming, places, peer=handover.peer.name, by=by)
        handover.dossier, handover.answer = dossier, said
        handover.ended_by, handover.ended_at = by, clock.now()
    return item, handover


@contextmanager
def _sealed(
    operation: Operation, handover: IncomingHandover, becoming: Becoming, file: Path, by: User, progress: Progress
) -> Iterator[IntakeResult]:
    """Seal and read the rows; where the acceptance then comes to nothing, the store keeps nothing of them.

    Until the acceptance stands no operation names the item, so that no run can have read it.

    Raises:
        RefusedError: a dossier with these rows is there already; nothing was sealed.
    """
    home, handed = store.home(), becoming.handed
    with file.open("rb") as stream:
        evidence = evidence_id_of(hashlib.file_digest(stream, "sha256").hexdigest())
    with across_forces():
        held = DossierRow.objects.filter(operation=operation, evidence=evidence).select_related("dossier").first()
    if held is not None:
        raise _open_already(held.dossier.person_code)
    try:
        yield take_in(
            file, home=home, operation_slug=operation.slug, actor=by.username, profile=_PROFILE, progress=progress,
            acquisition=Acquisition(
                warrant="; ".join(dict.fromkeys(one.warrant for one in handed.originals if one.warrant)),
                seized_by=handover.peer.name, scope=f"{handover.transfer} {handed.person}",
                received_at=handover.taken_in_at.isoformat(),
            ),
        )  # fmt: skip
    except BaseException:
        if not _is_named(evidence):
            discard(home, evidence)
        raise


@machine_sees_all()
def _is_named(evidence: str) -> bool:
    """Tell whether any operation has an item, also one that whoever accepts is no member of."""
    return EvidenceItem.objects.filter(evidence_id=evidence).exists()


@machine_sees_all()
def _places(item: EvidenceItem, becoming: Becoming, file: Path, transfer: str) -> Places:
    """Return where each row of the sender stands in the item.

    Raises:
        DamagedStoreError: not every row that was sent has become a row.
    """
    lines = rows_by_line(file)
    rows = store.ask(
        "select row, line, kind from read_parquet($path) order by row",
        path=store.reading_folder(item) / "rows.parquet",
    )
    places = {lines[one["line"]]: (one["row"], RowKind(one["kind"])) for one in rows if one["line"] in lines}
    if len(places) < len(becoming.handed.rows):
        raise DamagedStoreError(
            f"{len(becoming.handed.rows) - len(places)} rows of {transfer} are no rows here; nothing was accepted."
        )
    return places


def _opened(operation: Operation, item: EvidenceItem, places: Places, becoming: Becoming, by: User) -> Dossier:
    """Open the dossier on the rows, under the code that a run gives to a person of these rows.

    Raises:
        RefusedError: a dossier of this code, or with one of these rows, is there already.
    """
    handed = becoming.handed
    numbers = sorted(row for row, _kind in places.values())
    claims = [row for row, kind in places.values() if kind is RowKind.IDENTITY] or numbers
    code = code_of_row(item.evidence_id, min(claims))
    try:
        dossier = Dossier.objects.create(
            operation=operation, person_code=code, name=handed.name, prefecture=handed.prefecture,
            received_on=becoming.received_on, opened_at=clock.now(), opened_by=by,
        )  # fmt: skip
        DossierRow.objects.bulk_create(
            (DossierRow(dossier=dossier, operation=operation, evidence=item.evidence_id, row=row) for row in numbers),
            batch_size=1000,
        )
    except IntegrityError as taken:
        raise _open_already(code) from taken
    return dossier


def _open_already(code: str) -> RefusedError:
    """Return the refusal of a person who has a dossier here."""
    return RefusedError(
        _("A dossier of %(person)s is open here already; settle there whose the rows are.") % {"person": code}
    )
