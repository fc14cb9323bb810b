"""What is told as due stands in the ledger: the operation, the person's code and the machine as who told it."""

from __future__ import annotations

import pytest

from soken.casework.actions.tell_due import tell_due
from soken.casework.models import Notification
from soken.ledger.attribution import attributed
from soken.ledger.models import Entry
from tests.casework.dossiers import make_dossier, make_room


@pytest.mark.django_db(transaction=True)
def test_what_is_told_is_recorded_once_with_whom_it_is_about() -> None:
    room = make_room()
    dossier = make_dossier(room)
    before = Entry.objects.count()
    with attributed(by="account:timer", act="notify due", through="command notify due"):
        tell_due(room.operation)
    found = Entry.objects.order_by("seq")[before:]
    assert Notification.objects.exists()
    assert {(one.act, one.by, one.operation, one.person) for one in found} == {
        ("notify-due", "account:timer", "heron", dossier.person_code)
    }
    assert all("casework_notification" in one.changes or "casework.Notification" in one.changes for one in found)
    after = Entry.objects.count()
    tell_due(room.operation)
    assert Entry.objects.count() == after, "nothing new was told, nothing was changed"
