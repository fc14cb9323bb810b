"""Whoever has a person open whom a run has joined with another meanwhile is told where the rows went (points 1, R3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from soken.access.models import Role, User
from soken.casework.actions.judge import judge
from soken.casework.actions.resolve_operation import resolve_operation
from soken.casework.actions.take_in_evidence import take_in_evidence
from soken.casework.models import Dossier, Membership, Operation, Person
from soken.casework.selectors.persons import person_of
from soken.casework.selectors.whither import PersonGoneError
from soken.core.errors import NotFoundError
from soken.core.home import open_home
from soken.core.progress import silent
from soken.intake import Acquisition
from soken.resolve import RowRef, Verdict
from tests.desk.reading import signed_in

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_django import Settings

pytestmark = pytest.mark.django_db
LIST = """氏名,メールアドレス,電話番号
佐藤 一男,kazuo@mail.example,090-1234-5001
鈴木 花子,hana@mail.example,090-1234-5002
"""


@pytest.fixture
def joined(tmp_path: Path, settings: Settings) -> tuple[Operation, str, str]:
    """An operation in which two persons have become one: the code that is gone, and the one that stayed."""
    settings.HOME = home = open_home(tmp_path / "home")
    operation = Operation.objects.create(name="Tanuki", slug="tanuki", created_at="2026-05-01T00:00:00Z")
    analyst = User.objects.create(username="analyst", role=Role.ANALYST, password="!")
    Membership.objects.create(operation=operation, user=analyst)
    path = tmp_path / "list.csv"
    path.write_text(LIST, "utf-8")
    item = take_in_evidence(
        operation, path, home=home, acquisition=Acquisition(), actor="tester", progress=silent()
    ).item.evidence_id
    resolve_operation(operation, home=home, progress=silent())
    before = set(Person.objects.values_list("code", flat=True))
    left, right = RowRef(item, 1), RowRef(item, 2)
    judge(operation, by=analyst, left=left, right=right, verdict=Verdict.SAME.value, code="same-renamed")
    resolve_operation(operation, home=home, progress=silent())
    (stayed,) = Person.objects.values_list("code", flat=True)
    (gone,) = before - {stayed}
    return operation, gone, stayed


def test_the_old_page_says_where_the_rows_went_and_takes_nothing(joined: tuple[Operation, str, str]) -> None:
    _operation, gone, stayed = joined
    desk = signed_in(User.objects.get(username="analyst"))
    for room in ("", "/dossier", "/graph", "/priority"):
        answer = desk.get(f"/operations/tanuki/persons/{gone}{room}")
        assert answer.status_code == 410, room
        assert f'href="/operations/tanuki/persons/{stayed}"' in answer.content.decode()
    answer = desk.post(f"/operations/tanuki/persons/{gone}/dossier", {"act": "open"})
    assert answer.status_code in {409, 410}
    assert not Dossier.objects.exists()
    desk.cookies["django_language"] = "ja"
    assert "候補ではなくなりました" in desk.get(f"/operations/tanuki/persons/{gone}").content.decode()


def test_everybody_else_is_told_the_same_in_one_sentence(joined: tuple[Operation, str, str]) -> None:
    operation, gone, stayed = joined
    with pytest.raises(PersonGoneError, match=rf"no person {gone} any more: its rows are now with {stayed} \(1\)\."):
        person_of(operation, gone)


def test_who_was_never_proposed_is_not_found(joined: tuple[Operation, str, str]) -> None:
    with pytest.raises(NotFoundError) as told:
        person_of(joined[0], "P-0000-0000-0000")
    assert not isinstance(told.value, PersonGoneError)
    stranger = User.objects.create(username="stranger", role=Role.ANALYST, password="!")
    assert signed_in(stranger).get(f"/operations/tanuki/persons/{joined[1]}").status_code == 404
