"""A list and a protected person who come in the same moment: whichever comes second finds the other (R32)."""

from __future__ import annotations

import threading
from contextvars import copy_context
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.db import connection, transaction

from soken.access.models import Role, User
from soken.casework.actions.keep_protected import enter_protected
from soken.casework.actions.take_in_evidence import take_in_evidence
from soken.casework.models import CompartmentRow
from soken.casework.selectors import store
from soken.core.errors import DamagedStoreError
from soken.core.progress import silent
from soken.intake import Acquisition

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from soken.casework.models import EvidenceItem
    from tests.casework.dossiers import Room

pytestmark = pytest.mark.django_db(transaction=True)

LIST = """名前,メール,電話,住所
佐藤 一郎,ichiro@mail.example,03-0000-0101,東京都渋谷区神宮前1-2-3
高田 守,mamoru@mail.example,03-0000-0104,北海道札幌市中央区北1条西2
"""
#: The second row of the list.
HIS = 2


def _enter(_room: Room, oversight: User) -> None:
    enter_protected(by=oversight, category="police", name="高田 守", mail="mamoru@mail.example")


def _make_user(_room: Room, _oversight: User) -> None:
    User.objects.create(username="takada", last_name="高田", first_name="守", email="mamoru@mail.example")


def _take_in(room: Room, folder: Path) -> EvidenceItem:
    path = folder / "orders.csv"
    path.write_text(LIST, encoding="utf-8")
    return take_in_evidence(
        room.operation, path, home=settings.HOME, acquisition=Acquisition(), actor="tester", progress=silent()
    ).item


@pytest.mark.parametrize("entering", [_enter, _make_user])
def test_who_is_entered_while_a_list_is_about_to_be_kept_is_found_in_it(
    entering: Callable[[Room, User], None], room: Room, tmp_path: Path
) -> None:
    oversight = User.objects.create(username="oversight", role=Role.OVERSIGHT)

    def enter() -> None:
        try:
            entering(room, oversight)
        finally:
            connection.close()

    other = threading.Thread(target=copy_context().run, args=(enter,))
    with transaction.atomic():
        item = _take_in(room, tmp_path)
        other.start()
        # Long enough to look through the lists that are there, had it not to wait for this one.
        other.join(timeout=1)
    other.join(timeout=40)
    assert list(CompartmentRow.objects.values_list("evidence", "row")) == [(item.evidence_id, HIS)]


def test_no_account_is_kept_for_which_the_lists_could_not_be_looked_through(room: Room, tmp_path: Path) -> None:
    item = _take_in(room, tmp_path)
    rows = store.reading_folder(item) / "rows.parquet"
    rows.parent.chmod(0o700)
    rows.unlink()
    with pytest.raises(DamagedStoreError):
        _make_user(room, room.analyst)
    assert not User.objects.filter(username="takada").exists()
