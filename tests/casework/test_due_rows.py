"""A run that proposes a dossier's rows otherwise is told, once for each thing that it says; the dossier stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from soken.access.models import Role, User
from soken.casework.actions.judge import judge
from soken.casework.actions.open_dossier import open_dossier
from soken.casework.actions.resolve_operation import resolve_operation
from soken.casework.actions.take_in_evidence import take_in_evidence
from soken.casework.actions.tell_due import tell_due
from soken.casework.models import Dossier, DossierRow, Membership, Notification, Operation, Person, Priority
from soken.core.home import open_home
from soken.core.progress import silent
from soken.intake import Acquisition
from soken.resolve import RowRef, Verdict

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_django import Settings

pytestmark = pytest.mark.django_db
#: One person in two rows, and another.
FIRST = [
    "佐藤 一男,kazuo@mail.example,090-1234-5001",
    "サトウ カズオ,kazuo@mail.example,090-1234-5001",
    "鈴木 花子,hanako@mail.example,090-1234-5002",
]
ROWS = frozenset({"rows-moved", "rows-added"})


class World:
    """An operation with lists that are really taken in and resolved."""

    def __init__(self, folder: Path, settings: Settings) -> None:
        self.home = settings.HOME = open_home(folder / "home")
        self._folder = folder
        self.operation = Operation.objects.create(name="Tanuki", slug="tanuki", created_at="2026-05-01T00:00:00Z")
        self.analyst = User.objects.create(username="analyst", role=Role.ANALYST, password="!")
        Membership.objects.create(operation=self.operation, user=self.analyst)
        self.take_in(FIRST)

    def take_in(self, rows: list[str]) -> str:
        path = self._folder / f"list-{self.operation.evidence.count()}.csv"
        path.write_text("\n".join(["氏名,メールアドレス,電話番号", *rows]) + "\n", "utf-8")
        take_in_evidence(
            self.operation, path, home=self.home, acquisition=Acquisition(), actor="tester", progress=silent()
        )
        return str(self.operation.evidence.latest("pk").evidence_id)

    def resolve(self) -> None:
        resolve_operation(self.operation, home=self.home, progress=silent())

    def open(self, name: str) -> Dossier:
        return open_dossier(self.operation, Person.objects.get(name=name).code, by=self.analyst)

    def told(self) -> list[tuple[str, str]]:
        """Look for what is due; return kind and person of what is new of rows."""
        before = Notification.objects.count()
        tell_due(self.operation)
        new = Notification.objects.order_by("pk")[before:]
        return [(one.kind, one.person_code) for one in new if one.kind in ROWS]


@pytest.fixture
def world(tmp_path: Path, settings: Settings) -> World:
    made = World(tmp_path, settings)
    made.resolve()
    return made


def test_a_dossier_as_it_was_opened_is_told_of_nobody(world: World) -> None:
    world.open("佐藤 一男")
    assert world.told() == []
    world.resolve()
    assert world.told() == [], "a run that says the same"


def test_further_rows_are_told_once_and_leave_the_dossier_as_it_is(world: World) -> None:
    dossier = world.open("佐藤 一男")
    world.open("鈴木 花子")
    world.take_in(["佐藤 一男,kazuo@mail.example,090-1234-5001"])
    world.resolve()
    assert world.told() == [("rows-added", dossier.person_code)]
    assert world.told() == []
    world.resolve()
    assert world.told() == [], "another run that says the same"
    world.take_in(["佐藤　一男,kazuo@mail.example,090-1234-5001"])
    world.resolve()
    assert world.told() == [("rows-added", dossier.person_code)], "and a row more"
    assert DossierRow.objects.filter(dossier=dossier).count() == 2


def test_rows_that_are_parted_are_told(world: World) -> None:
    dossier = world.open("佐藤 一男")
    item = world.operation.evidence.get().evidence_id
    judge(
        world.operation, by=world.analyst, left=RowRef(item, 1), right=RowRef(item, 2), verdict=Verdict.DIFFERENT.value,
        code="different-given",
    )  # fmt: skip
    world.take_in(["田中 次郎,jiro@mail.example,090-1234-5003"])
    world.resolve()
    assert [kind for kind, person in world.told() if person == dossier.person_code] == ["rows-moved"]


def test_two_dossiers_whose_rows_are_one_persons_now_are_both_told(world: World) -> None:
    codes = {world.open("佐藤 一男").person_code, world.open("鈴木 花子").person_code}
    item = world.operation.evidence.get().evidence_id
    judge(
        world.operation, by=world.analyst, left=RowRef(item, 1), right=RowRef(item, 3), verdict=Verdict.SAME.value,
        code="same-renamed",
    )  # fmt: skip
    world.resolve()
    found = world.told()
    assert {person for kind, person in found if kind == "rows-moved"} == codes
    assert world.told() == []
    assert Priority.objects.count() == 2
