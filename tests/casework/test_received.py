"""All ages run from the day the unit received the list, not from the day somebody took it in."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from soken.access.models import Role, User
from soken.casework.actions.open_dossier import open_dossier
from soken.casework.actions.resolve_operation import resolve_operation
from soken.casework.actions.take_in_evidence import take_in_evidence
from soken.casework.models import Membership, Operation, Person
from soken.core.home import open_home
from soken.core.progress import silent
from soken.intake import Acquisition

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_django import Settings

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("said", "day"), [("2026-05-12T10:00:00+09:00", date(2026, 5, 12)), ("2026-05-12T20:00:00Z", date(2026, 5, 13))]
)
def test_a_dossiers_age_runs_from_the_receipt_that_was_stated(
    said: str, day: date, settings: Settings, tmp_path: Path
) -> None:
    settings.HOME = home = open_home(tmp_path / "home")
    (tmp_path / "list.csv").write_text(
        "氏名,メールアドレス,電話番号\n佐藤 花子,hanako@mail.example,090-1234-5678\n", "utf-8"
    )
    operation = Operation.objects.create(name="Tanuki", slug="tanuki", created_at="2026-05-01T00:00:00Z")
    analyst = User.objects.create(username="analyst", role=Role.ANALYST)
    Membership.objects.create(operation=operation, user=analyst)
    take_in_evidence(
        operation,
        tmp_path / "list.csv",
        home=home,
        acquisition=Acquisition(received_at=said),
        actor="analyst",
        progress=silent(),
    )
    resolve_operation(operation, home=home, progress=silent())
    dossier = open_dossier(operation, Person.objects.get().code, by=analyst)
    assert dossier.received_on == day
