"""The page of a dossier shows which rows come and go by the newest run, before anybody accepts them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from soken.casework.actions.open_dossier import open_dossier
from soken.casework.models import Dossier, DossierRow
from tests.desk.factory import ALONE, RELATIVE, TAKAHASHI, World
from tests.desk.reading import signed_in, text_of

if TYPE_CHECKING:
    from django.test import Client

PAGE = f"/operations/kingfisher/persons/{TAKAHASHI}/dossier"
SAYS = "The newest run proposes other rows"


@pytest.fixture
def dossier(world: World) -> Dossier:
    """A dossier as an earlier run proposed it: without row 3, and with one that is another person's now."""
    opened = open_dossier(world.operation, TAKAHASHI, by=world.users["analyst"])
    opened.rows.filter(row=3).delete()
    DossierRow.objects.create(dossier=opened, operation=world.operation, evidence=world.item.evidence_id, row=5)
    return opened


def rows(dossier: Dossier) -> list[int]:
    return sorted(dossier.rows.values_list("row", flat=True))


def test_a_dossier_with_the_rows_of_the_run_says_nothing_of_rows(desk: Client, world: World) -> None:
    open_dossier(world.operation, TAKAHASHI, by=world.users["analyst"])
    assert SAYS not in text_of(desk.get(PAGE))


def test_rows_are_seen_then_accepted_and_told_afterwards(desk: Client, dossier: Dossier, world: World) -> None:
    page = desk.get(PAGE)
    text, item = text_of(page), world.item.evidence_id
    for said in (SAYS, f"1 row would come: {item}:3", f"1 row would leave, proposed now to {RELATIVE} {item}:5"):
        assert said in text
    run = world.operation.runs.first()
    assert run is not None
    form = {"act": "rows", "version": dossier.version, "run": run.run_id, "reason": "名寄せの分離による"}
    assert desk.post(PAGE, form).status_code == 302
    assert rows(dossier) == [1, 2, 3]
    text = text_of(desk.get(PAGE))
    assert SAYS not in text
    assert "1 row came; 1 row went → " + RELATIVE in text
    assert "名寄せの分離による" in text


@pytest.mark.parametrize(
    ("changed", "status"), [({"run": "R-before"}, 409), ({"version": 9}, 409), ({"reason": ""}, 422)]
)
def test_what_was_not_seen_or_not_reasoned_is_refused(
    changed: dict[str, object], status: int, desk: Client, dossier: Dossier, world: World
) -> None:
    run = world.operation.runs.first()
    assert run is not None
    form = {"act": "rows", "version": dossier.version, "run": run.run_id, "reason": "分離", **changed}
    assert desk.post(PAGE, form).status_code == status
    assert rows(dossier) == [1, 2, 5]


def test_a_row_in_another_dossier_is_shown_and_not_offered(desk: Client, dossier: Dossier, world: World) -> None:
    other = Dossier.objects.create(
        operation=world.operation, person_code="P-9999-0000-0000", received_on=dossier.received_on,
        opened_at=dossier.opened_at, opened_by=dossier.opened_by,
    )  # fmt: skip
    DossierRow.objects.create(dossier=other, operation=world.operation, evidence=world.item.evidence_id, row=3)
    page = desk.get(PAGE)
    assert "in another dossier still" in text_of(page)
    assert 'name="run"' not in page.content.decode()


def test_a_dossier_whose_person_is_proposed_no_longer_is_joined_into_another_from_the_page(world: World) -> None:
    page, reviewer = f"/operations/kingfisher/persons/{ALONE}/dossier", signed_in(world.users["reviewer"])
    kept, gone = (open_dossier(world.operation, code, by=world.users["analyst"]) for code in (TAKAHASHI, ALONE))
    assert 'value="join"' not in reviewer.get(page).content.decode(), "a run proposes the person"
    world.operation.persons.filter(code=ALONE).delete()
    for who, offered in (("analyst", False), ("reviewer", True)):
        assert ('value="join"' in signed_in(world.users[who]).get(page).content.decode()) is offered
    said = {"act": "join", "version": gone.version, "into": TAKAHASHI, "reason": "同一人と判定"}
    assert reviewer.post(page, {**said, "into": "P-9999"}).status_code in {404, 409}
    assert reviewer.post(page, said).status_code == 302
    text = text_of(reviewer.get(page))
    assert "joined with another" in text
    assert f"is the same person as in another dossier {TAKAHASHI} 同一人と判定" in text
    assert "undo the merge" in text, "the way back says what it asks for"
    assert f"Joined into this dossier: {ALONE}" in text_of(reviewer.get(PAGE))
    standing = text_of(reviewer.get("/operations/kingfisher/standing"))
    assert "1 dossier was joined into another person's, who is counted above once." in standing
    assert kept.endings.count() == 0
