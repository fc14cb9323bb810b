"""A protected person is shut away from the moment a list is taken in, in whatever part a row names them (R32)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.db import connection

from soken.access.actions import say_who_a_user_is
from soken.access.eyes import machine_sees_all, viewing
from soken.access.models import Role, User
from soken.casework.actions import keep_protected, shut_matches
from soken.casework.actions import take_in_evidence as taking_in
from soken.casework.actions.add_party_role import add_party_role
from soken.casework.actions.correct_mapping import correct_mapping
from soken.casework.actions.keep_protected import enter_protected
from soken.casework.actions.open_dossier import open_dossier
from soken.casework.actions.resolve_operation import resolve_operation
from soken.casework.actions.take_in_evidence import take_in_evidence
from soken.casework.models import Compartment, CompartmentMatch, Dossier, EvidenceItem, Operation, Person
from soken.casework.selectors import store
from soken.core.progress import silent
from soken.intake import Acquisition
from tests.desk.factory import ALONE, World
from tests.desk.reading import signed_in

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from soken.casework.selectors.protected import Wanted
    from soken.casework.selectors.protected_looked import Looked

LIST = """名前,メール,電話,住所,配送先名前,配送先電話,配送先住所,振込名義
佐藤 一郎,ichiro@mail.example,03-0000-0101,東京都渋谷区神宮前1-2-3,,,,
鈴木 花子,hanako@mail.example,03-0000-0102,大阪府大阪市北区梅田1-1-1,高田 守,06-0000-0177,東京都千代田区霞が関2-1-1,
中村 次郎,jiro@mail.example,03-0000-0103,東京都港区芝公園4-2-8,,,,ﾀｶﾀﾞ ﾏﾓﾙ
高田 守,mamoru@mail.example,03-0000-0104,北海道札幌市中央区北1条西2,,,,
"""
#: Rows of the list: of nobody; his as addressee, as payer; a namesake's who lives elsewhere.
NOBODYS, ADDRESSEES, PAYERS, NAMESAKES = 1, 2, 3, 4


@pytest.fixture
def oversight(world: World) -> User:
    user: User = world.users[Role.OVERSIGHT]
    return user


def _taken_in(operation: Operation, folder: Path) -> EvidenceItem:
    path = folder / "orders.csv"
    path.write_text(LIST, encoding="utf-8")
    with machine_sees_all():
        return take_in_evidence(
            operation, path, home=settings.HOME, acquisition=Acquisition(),
            actor="tester", progress=silent(),
        ).item  # fmt: skip


def _seen(item: EvidenceItem, user: User) -> list[int]:
    """The rows of the item's reading that a user is shown."""
    item.refresh_from_db()
    path = store.reading_folder(item) / "rows.parquet"
    with viewing(user):
        return [one["row"] for one in store.ask("select row from read_parquet($path) order by row", path=path)]


def _takada(oversight: User) -> None:
    enter_protected(
        by=oversight, category="police", name="高田 守", kana="タカダ マモル", phone="06-0000-0177", force="tokyo"
    )


def test_a_list_is_compared_when_it_is_taken_in_before_any_run(world: World, oversight: User, tmp_path: Path) -> None:
    _takada(oversight)
    item = _taken_in(world.operation, tmp_path)
    resolved = [one["id"] for run in world.operation.runs.all() for one in run.inputs["evidence"]]
    assert item.evidence_id not in resolved
    assert _seen(item, world.users[Role.ANALYST]) == [NOBODYS, NAMESAKES]
    assert _seen(item, oversight) == [ADDRESSEES, PAYERS]
    page = signed_in(world.users[Role.ANALYST]).get(f"/operations/kingfisher/evidence/{item.evidence_id}")
    assert page.status_code == 200
    assert "鈴木" not in page.content.decode()


def test_addressees_and_payers_are_told_apart_from_account_holders(
    world: World, oversight: User, tmp_path: Path
) -> None:
    _takada(oversight)
    item = _taken_in(world.operation, tmp_path)
    ways = set(CompartmentMatch.objects.values_list("how", flat=True))
    assert ways == {"addressee-phone", "addressee-name-force", "payer-name-force"}
    compartments = signed_in(oversight).get("/compartments").content.decode()
    assert "payer" in compartments
    assert f"{item.evidence_id}:{ADDRESSEES}" in compartments


def test_a_new_entry_is_looked_for_in_lists_that_are_there(world: World, oversight: User, tmp_path: Path) -> None:
    item = _taken_in(world.operation, tmp_path)
    assert _seen(item, world.users[Role.ANALYST]) == [1, 2, 3, 4]
    _takada(oversight)
    assert _seen(item, world.users[Role.ANALYST]) == [NOBODYS, NAMESAKES]


def test_what_a_run_makes_of_the_rows_follows_them(oversight: User, world: World, tmp_path: Path) -> None:
    operation = Operation.objects.create(name="Second", slug="second", created_at=world.operation.created_at)
    analyst = world.users[Role.ANALYST]
    operation.memberships.create(user=analyst)
    _takada(oversight)
    _taken_in(operation, tmp_path)
    with machine_sees_all():
        resolve_operation(operation, home=settings.HOME, progress=silent())
    with viewing(analyst):
        assert {one.name for one in Person.objects.filter(operation=operation)} == {"佐藤 一郎", "高田 守"}
    with viewing(oversight):
        assert {one.name for one in Person.objects.filter(operation=operation)} == {"鈴木 花子", "中村 次郎"}


def test_somebody_entered_as_another_party_shuts_the_case_away(world: World, oversight: User) -> None:
    analyst = world.users[Role.ANALYST]
    dossier = open_dossier(world.operation, ALONE, by=analyst)
    Dossier.objects.filter(pk=dossier.pk).update(prefecture="13")
    _takada(oversight)
    assert not Compartment.objects.exists()
    add_party_role(dossier, by=analyst, role="payer", basis="the transfer", other="高田 守")
    assert CompartmentMatch.objects.get().how == "party-name"
    with viewing(analyst):
        assert not Dossier.objects.exists()


@pytest.fixture
def looked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, bool]]:
    """Each table that was looked through, and whether a transaction had begun, in which others wait who write."""
    found: list[tuple[str, bool]] = []
    outside = len(connection.savepoint_ids)

    def watched(name: str) -> None:
        look = getattr(shut_matches, name)

        def watching(path: Path, wanted: list[Wanted]) -> list[Any]:
            found.append((path.name, len(connection.savepoint_ids) > outside))
            return list(look(path, wanted))

        monkeypatch.setattr(shut_matches, name, watching)

    watched("persons_matched")
    watched("reading_matched")
    return found


def test_lists_are_looked_through_before_anything_is_written(
    world: World, oversight: User, tmp_path: Path, looked: list[tuple[str, bool]]
) -> None:
    _takada(oversight)
    assert looked == [("R-0001", False), ("rows.parquet", False)]
    looked.clear()
    say_who_a_user_is(world.users[Role.ANALYST], mail="ichiro@mail.example")
    assert looked == [("R-0001", False), ("rows.parquet", False)]
    looked.clear()
    item = _taken_in(world.operation, tmp_path)
    assert looked == [("rows.parquet", False)]
    looked.clear()
    correct_mapping(
        world.operation, item.evidence_id, {"": {"名前": "full_name", "電話": "phone", "振込名義": "payer_name"}},
        home=settings.HOME, actor="tester", progress=silent(),
    )  # fmt: skip
    assert looked == [("rows.parquet", False)]
    looked.clear()
    with machine_sees_all():
        resolve_operation(world.operation, home=settings.HOME, progress=silent())
    assert [inside for _run, inside in looked] == [False]
    assert _seen(item, world.users[Role.REVIEWER]) == [NAMESAKES], "and found all the same"


def test_a_list_that_comes_meanwhile_is_looked_through_too(
    world: World, oversight: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, looked: list[tuple[str, bool]]
) -> None:
    came: list[EvidenceItem] = []

    def while_it_looks(wanted: list[Wanted]) -> Looked:
        found = shut_matches.look_through(wanted)
        came.append(_taken_in(world.operation, tmp_path))
        return found

    monkeypatch.setattr(keep_protected, "look_through", while_it_looks)
    _takada(oversight)
    assert _seen(came[0], world.users[Role.ANALYST]) == [NOBODYS, NAMESAKES]
    assert looked.count(("rows.parquet", True)) == 1, "and nothing else again"


def test_an_entry_that_is_made_while_a_list_is_taken_in_is_looked_for_too(
    world: World, oversight: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def while_it_looks(rows: Path) -> Looked:
        found = shut_matches.look_at_reading(rows)
        _takada(oversight)
        return found

    monkeypatch.setattr(taking_in, "look_at_reading", while_it_looks)
    item = _taken_in(world.operation, tmp_path)
    assert _seen(item, world.users[Role.ANALYST]) == [NOBODYS, NAMESAKES]
