"""An act that shuts its own person away is done whole, and writes nothing that is not so (R32).

Whoever acts is who looks, as behind a page: on PostgreSQL they see nothing of the person from that moment on, and can
write nothing of them (ADR 13).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from soken.access.eyes import machine_sees_all, viewing
from soken.access.models import Role
from soken.casework.actions import accept_handover as acceptance
from soken.casework.actions.accept_handover import accept_handover
from soken.casework.actions.accept_rows import accept_rows
from soken.casework.actions.add_party_role import add_party_role
from soken.casework.actions.receive_handover import receive_handover
from soken.casework.models import (
    Category,
    CompartmentMatch,
    Dossier,
    EvidenceItem,
    IncomingHandover,
    Judgement,
    Operation,
    PartyRole,
    Priority,
    Protected,
    RowsChange,
    StageChange,
)
from soken.casework.selectors import store
from soken.core import clock
from soken.core.errors import RefusedError
from soken.core.progress import silent
from soken.review.stages import Stage
from tests.casework.dossiers import Room, bring_to, make_dossier
from tests.casework.test_accept_rows import split, world
from tests.casework.test_handovers import Case, case, offer

if TYPE_CHECKING:
    from typing import Any

    from soken.access.models import User
    from tests.casework.test_due_rows import World

__all__ = ["case", "offer", "world"]
pytestmark = pytest.mark.django_db


def _protected(by: User, **said: Any) -> None:
    """Somebody whom the lists are compared with from now on; what is there already is not."""
    Protected.objects.create(category=Category.POLICE, by=by, at=clock.now(), **{"name": "高田 守", **said})


def test_a_payer_who_is_protected_shuts_the_case_away_and_takes_no_readiness(room: Room) -> None:
    dossier = bring_to(make_dossier(room), Stage.READY, room)
    _protected(room.reviewer, force="tokyo")
    steps, version = StageChange.objects.filter(dossier=dossier).count(), Dossier.objects.get(pk=dossier.pk).version
    with viewing(room.analyst):
        add_party_role(dossier, by=room.analyst, role="payer", basis="振込の控え", other="高田 守")
        assert not Dossier.objects.filter(pk=dossier.pk).exists()
    assert not Dossier.objects.filter(pk=dossier.pk).exists(), "nor does whoever runs the installation see it"
    with machine_sees_all():
        now = Dossier.objects.get(pk=dossier.pk)
        assert (now.stage, now.version) == (Stage.READY, version + 1), "its two confirmations stand"
        assert StageChange.objects.filter(dossier=dossier).count() == steps
        assert Priority.objects.get(dossier=dossier).reassess_since is not None
        assert PartyRole.objects.get(dossier=dossier, other="高田 守").by == room.analyst
    assert CompartmentMatch.objects.get().how == "party-name"


def test_rows_that_name_a_protected_person_are_accepted_and_shut_away(world: World) -> None:
    dossier, _parted = split(world)
    _protected(world.analyst, mail="kazuo@mail.example")
    with viewing(world.analyst):
        accept_rows(dossier, by=world.analyst, reason="別人と判明")
        assert not Dossier.objects.exists()
        assert not RowsChange.objects.exists()
    with machine_sees_all():
        assert RowsChange.objects.get().dossier == dossier
        assert Dossier.objects.get(pk=dossier.pk).version == 2


def test_a_protected_person_who_is_handed_over_is_accepted_and_shut_away(case: Case, offer: dict[str, Any]) -> None:
    transfer = case.hears(case.osaka.offers(offer)).transfer
    _protected(case.approves, mail="ken.taka@mail.example")
    with viewing(case.prepares):
        receive_handover(case.world.operation, transfer, by=case.prepares)
        accept_handover(case.world.operation, transfer, by=case.prepares, progress=silent())
        assert not IncomingHandover.objects.filter(dossier__isnull=False).exists()
        assert not Judgement.objects.exists()
    with machine_sees_all():
        found = IncomingHandover.objects.get()
        assert found.state == "accepted"
        assert found.dossier is not None
        rows = list(found.dossier.rows.values_list("evidence", "row"))
        assert len(rows) == len(offer["rows"])
        assert Judgement.objects.count() == 1
    [compartment] = {one.compartment for one in CompartmentMatch.objects.all()}
    assert set(rows) <= set(compartment.rows.values_list("evidence", "row"))
    with viewing(case.prepares):
        path = store.reading_numbered(rows[0][0], 1) / "rows.parquet"
        seen = {one["row"] for one in store.ask("select row from read_parquet($path)", path=path)}
        assert not seen & {row for _evidence, row in rows}
    with viewing(case.world.users[Role.OVERSIGHT]):
        assert Dossier.objects.filter(name=offer["name"]).exists()


def test_what_an_operation_of_others_has_as_evidence_too_stays_in_the_store(
    case: Case, offer: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    transfer = case.hears(case.osaka.offers(offer)).transfer
    kept = []

    def others_took_it_in(
        _operation: object, _found: object, _becoming: object, _file: object, result: Any, *_: object
    ):
        kept.append(result.evidence_id)
        with machine_sees_all():
            others = Operation.objects.create(name="Others", slug="others", created_at=clock.now())
            evidence(others, result.evidence_id)
        raise RefusedError("Somebody else was faster.")

    monkeypatch.setattr(acceptance, "_accepted", others_took_it_in)
    with viewing(case.prepares):
        receive_handover(case.world.operation, transfer, by=case.prepares)
        with pytest.raises(RefusedError, match="was faster"):
            accept_handover(case.world.operation, transfer, by=case.prepares, progress=silent())
    assert store.evidence_folder(kept[0]).is_dir()


def evidence(operation: Operation, evidence_id: str) -> EvidenceItem:
    """An item that an operation has."""
    return EvidenceItem.objects.create(
        operation=operation, evidence_id=evidence_id, sha256="0" * 64, file_name="list.csv", size=1, rows_read=9,
        rows_accepted=9, rows_set_aside=0, received_at=clock.now(), reading=1, profile="x", locale="ja",
    )  # fmt: skip
