"""Erasing somebody in a file from which no row can be taken: said before, agreed to, done, proven (ADR 14)."""

from __future__ import annotations

import json
import sqlite3
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings as django_settings
from typer.testing import CliRunner

from soken.access.models import Role, User
from soken.casework.actions.carry_out_erasure import carry_out_erasure
from soken.casework.actions.open_dossier import open_dossier
from soken.casework.actions.resolve_operation import resolve_operation
from soken.casework.actions.review_retention import propose_retention, settle_retention
from soken.casework.actions.take_in_evidence import take_in_evidence
from soken.casework.models import Membership, Operation, Person, RetentionReview
from soken.casework.selectors.retention import originals_lost
from soken.casework.selectors.traces import traces_of
from soken.commands.main import app
from soken.core.errors import RefusedError
from soken.core.home import open_home
from soken.core.progress import silent
from soken.intake import Acquisition, destroy, verify
from soken.intake.readings import current_reading
from soken.intake.redact import numbered_places
from tests.desk.reading import signed_in

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_django import Settings

    from soken.intake.readings import Reading

PEOPLE = [
    ("佐藤 一郎", "ichiro@mail.example", "090-1111-0001"),
    ("御手洗 守", "mitarai@mail.example", "090-1111-0002"),
    ("鈴木 花子", "hanako@mail.example", "090-1111-0003"),
]
VALUES = PEOPLE[1]


@pytest.fixture
def agreed(db: None, settings: Settings, tmp_path: Path) -> RetentionReview:
    """The erasure of one of three people of a SQLite file, as two have agreed to it."""
    settings.HOME = open_home(tmp_path / "home")
    operation = Operation.objects.create(name="Heron", slug="heron", created_at="2026-05-01T00:00:00Z")
    users = [
        User.objects.create_user(name, role=role)
        for name, role in (("analyst", Role.ANALYST), ("first", Role.REVIEWER), ("second", Role.REVIEWER))
    ]
    for user in users:
        Membership.objects.create(operation=operation, user=user)
    path = tmp_path / "shop.sqlite"
    con = sqlite3.connect(path)
    con.execute("create table customers (氏名 text, メールアドレス text, 電話番号 text)")
    con.executemany("insert into customers values (?, ?, ?)", PEOPLE)
    con.commit()
    con.close()
    take_in_evidence(operation, path, home=settings.HOME, acquisition=Acquisition(), actor="tester", progress=silent())
    path.unlink()
    resolve_operation(operation, home=settings.HOME, progress=silent())
    code = Person.objects.get(name=VALUES[0]).code
    open_dossier(operation, code, by=users[0])
    made = propose_retention(operation, code, by=users[1], choice="erase", ground="retention-over")
    assert originals_lost(made) == [operation.evidence.get().evidence_id]
    return settle_retention(operation, made.pk, by=users[2], agree=True)


def test_page_and_command_say_before_that_the_original_goes_as_a_whole(agreed: RetentionReview) -> None:
    item = agreed.operation.evidence.get().evidence_id
    page = signed_in(agreed.by).get("/operations/heron/retention").content.decode()
    assert "becomes unreadable as a whole" in page
    assert item in page
    assert "--destroy-originals" in page
    told = json.loads(CliRunner().invoke(app, ["erase", "list", "--operation", "heron", "--json"]).stdout)
    assert [one["waiting"]["originals_lost"] for one in told["due"]] == [[item]]


def test_an_original_is_looked_at_once_for_all_erasures_that_wait(
    agreed: RetentionReview, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = agreed.operation.evidence.get().evidence_id
    RetentionReview.objects.create(
        operation=agreed.operation, person_code="P-0000-0000-0009", choice="erase", ground="retention-over",
        by=agreed.by, at=agreed.at, rows={item: [3]},
    )  # fmt: skip
    looked: list[str] = []

    def counted(reading: Reading, rows: set[int]) -> Any:
        looked.append(reading.evidence_id)
        return numbered_places(reading, rows)

    monkeypatch.setattr(destroy, "numbered_places", counted)
    page = signed_in(agreed.by).get("/operations/heron/retention").content.decode()
    assert (looked, page.count("becomes unreadable as a whole")) == ([item], 2)


def test_a_damaged_item_is_told_in_words_and_hides_nothing_else(agreed: RetentionReview) -> None:
    item = agreed.operation.evidence.get().evidence_id
    current_reading(django_settings.HOME, item).rows.unlink()
    answer = signed_in(agreed.by).get("/operations/heron/retention")
    assert answer.status_code == 200
    assert "What becomes of the original cannot be told" in answer.content.decode()
    told = json.loads(CliRunner().invoke(app, ["erase", "list", "--operation", "heron", "--json"]).stdout)
    waiting = told["due"][0]["waiting"]
    assert (waiting["originals_lost"], waiting["originals_unknown"]) == ([], [item])


def test_nothing_is_destroyed_that_was_not_named(agreed: RetentionReview) -> None:
    home = django_settings.HOME
    with pytest.raises(RefusedError, match="say so if the originals go as a whole"):
        carry_out_erasure(agreed.operation, agreed.pk, by=agreed.by, home=home)
    verify(home, agreed.operation.evidence.get().evidence_id)
    assert traces_of(VALUES, home).places != []
    assert Person.objects.filter(name=VALUES[0]).exists()


def test_the_person_is_nowhere_afterwards_and_the_others_are_all_there(agreed: RetentionReview) -> None:
    home, operation = django_settings.HOME, agreed.operation
    done = carry_out_erasure(operation, agreed.pk, by=agreed.by, home=home, destroy=True)
    assert done.erased_at is not None
    assert originals_lost(done) == []
    found = traces_of(VALUES, home)
    # What the triggers caught of the deletion is closed with the person's key at the commit, which a test never reaches
    # (that it is gone then is told by the whole story of an erasure: test_erasure.py).
    left = [where for where, _number in found.places if "table ledger_entry_pending" not in where]
    assert (left, found.closed) == ([], [])
    assert set(Person.objects.values_list("name", flat=True)) == {"佐藤 一郎", "鈴木 花子"}
    item = operation.evidence.get()
    assert (item.rows_read, item.rows_accepted, item.rows_erased) == (3, 2, 1)
    verify(home, item.evidence_id)
    resolve_operation(operation, home=home, progress=silent(), full=True)
    assert set(Person.objects.values_list("name", flat=True)) == {"佐藤 一郎", "鈴木 花子"}
