"""An acceptance that comes to nothing leaves nothing of the person: not in evidence folders, not in tables."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest
from django.db import transaction

from soken.casework.actions.accept_handover import accept_handover
from soken.casework.actions.receive_handover import receive_handover, return_handover
from soken.casework.models import Dossier, DossierRow, EvidenceItem, IncomingHandover
from soken.casework.selectors import store
from soken.core.errors import RefusedError
from soken.core.progress import silent
from soken.intake import custody
from soken.route.handover import Word
from tests.casework import test_handovers

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from soken.core.progress import Advance
    from tests.casework.test_handovers import Case

pytestmark = pytest.mark.django_db

case, offer = test_handovers.case, test_handovers.offer


class Overtaken:
    """Has something happen while the rows are being read."""

    def __init__(self, happens: Callable[[], object]) -> None:
        self._happens = happens

    def stage(self, name: str, total: int | None = None, unit: str = "rows") -> AbstractContextManager[Advance]:
        if name == "read":
            self._happens()
        return silent().stage(name, total, unit)


def stored() -> tuple[list[str], list[str], int, int]:
    """What evidence folders and tables hold: items on the disk, items entered, dossiers, their rows."""
    home = store.home()
    assert not list(home.staging.iterdir())
    return (
        sorted(folder.name for folder in home.evidence.iterdir()),
        list(EvidenceItem.objects.values_list("evidence_id", flat=True)),
        Dossier.objects.count(),
        DossierRow.objects.count(),
    )


def test_an_acceptance_that_a_withdrawal_overtakes_keeps_nothing_of_the_person(
    case: Case, offer: dict[str, Any]
) -> None:
    operation, transfer = case.world.operation, case.hears(case.osaka.offers(offer)).transfer
    receive_handover(operation, transfer, by=case.prepares)
    content = IncomingHandover.objects.get().content_sha256
    withdrawal = case.osaka.says(Word.WITHDRAWAL, transfer, content, {"reason": "誤送"})
    before = stored()
    with pytest.raises(RefusedError, match="stands at"):
        accept_handover(operation, transfer, by=case.prepares, progress=Overtaken(lambda: case.hears(withdrawal)))
    found = IncomingHandover.objects.get()
    assert (found.state, found.sealed, found.dossier) == ("withdrawn", None, None)
    assert stored() == before


def test_a_person_whom_another_dossier_holds_is_refused_and_after_the_return_nothing_of_them_is_kept(
    case: Case, offer: dict[str, Any]
) -> None:
    operation, transfer = case.world.operation, case.hears(case.osaka.offers(offer)).transfer
    receive_handover(operation, transfer, by=case.prepares)
    empty = stored()
    with transaction.atomic():
        accepted = accept_handover(operation, transfer, by=case.prepares, progress=silent())
        assert accepted.dossier is not None
        code, rows = accepted.dossier.person_code, accepted.dossier.rows.count()
        evidence = accepted.dossier.rows.values_list("evidence", flat=True)[0]
        transaction.set_rollback(True)
    assert rows == len(offer["rows"])
    # As after a stop before the acceptance stood: the rows are sealed, and no operation names them.
    assert stored()[0] == sorted([*empty[0], evidence])
    held = Dossier.objects.create(
        operation=operation, person_code=code, name="", received_on=date.fromisoformat(offer["received_on"]),
        opened_at=datetime.now(UTC), opened_by=case.approves,
    )  # fmt: skip
    with pytest.raises(RefusedError, match=f"A dossier of {code} is open here already"):
        accept_handover(operation, transfer, by=case.prepares, progress=silent())
    assert stored()[:2] == empty[:2]
    return_handover(operation, transfer, by=case.prepares, reason="当方に既にある")
    held.delete()
    assert stored() == empty
    assert IncomingHandover.objects.get().sealed is None


def test_rows_that_a_dossier_holds_are_refused_before_anything_is_sealed(case: Case, offer: dict[str, Any]) -> None:
    operation = case.world.operation
    transfer = case.hears(case.osaka.offers(offer)).transfer
    receive_handover(operation, transfer, by=case.prepares)
    dossier = accept_handover(operation, transfer, by=case.prepares, progress=silent()).dossier
    assert dossier is not None
    IncomingHandover.objects.all().delete()
    case.hears(case.osaka.offers(offer))
    receive_handover(operation, transfer, by=case.prepares)
    before, told = stored(), len(custody(store.home(), dossier.rows.values_list("evidence", flat=True)[0]))
    with pytest.raises(RefusedError, match=f"A dossier of {dossier.person_code} is open here already"):
        accept_handover(operation, transfer, by=case.prepares, progress=silent())
    assert stored() == before
    assert len(custody(store.home(), dossier.rows.values_list("evidence", flat=True)[0])) == told
