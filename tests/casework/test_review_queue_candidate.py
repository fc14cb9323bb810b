"""A re-run of resolve shows what would change before it is accepted; what people judge meanwhile is not lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import connection

from soken.casework.actions import shut_matches
from soken.casework.actions.decide_run import accept_run, discard_run
from soken.casework.actions.judge import judge
from soken.casework.actions.merge_persons import merge_persons
from soken.casework.actions.open_dossier import open_dossier
from soken.casework.actions.propose_run import propose_run
from soken.casework.actions.split_person import split_person
from soken.casework.selectors.review_rows import first_rows, in_force
from soken.core.errors import NotFoundError, RefusedError
from soken.core.progress import silent
from tests.casework.review_worlds import Desk, make_desk, sides

if TYPE_CHECKING:
    from pathlib import Path

    from soken.casework.models import RunCandidate
    from soken.casework.selectors.protected import Wanted

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(settings: object, tmp_path: Path) -> Desk:
    return make_desk(tmp_path, rows=500)


def propose(desk: Desk) -> RunCandidate:
    return propose_run(desk.operation, home=desk.home, progress=silent())


def several(desk: Desk) -> list[str]:
    found = desk.operation.persons.filter(band="same", records__gte=2).order_by("records", "pk")
    return list(found.values_list("code", flat=True)[:3])


def test_what_would_change_is_shown_and_nothing_changes_until_it_is_accepted(desk: Desk) -> None:
    one, other, third = several(desk)
    open_dossier(desk.operation, one, by=desk.analyst)
    merge_persons(desk.operation, one, other, by=desk.analyst, code="same-contact", confirmed=True)
    part = min(first_rows(desk.folder, third, 100).values())
    split_person(desk.operation, third, [part], by=desk.analyst, code="different-birth")
    before = list(desk.operation.persons.values_list("code", flat=True))
    candidate = propose(desk)
    changes = candidate.changes
    assert (changes["joined"], changes["split"]) == (1, 1)
    assert {two["person"] for two in changes["joins"][0]["of"]} == {one, other}
    assert [two["person"] for two in changes["splits"]] == [third]
    assert changes["dossiers"] == [one]
    assert changes["persons_after"] == changes["persons_before"] == len(before)
    assert list(desk.operation.persons.values_list("code", flat=True)) == before
    assert desk.run.run_id == "R-0001"
    run = accept_run(desk.operation, candidate.folder, by=desk.analyst, home=desk.home)
    assert run.run_id == desk.run.run_id == "R-0002"
    assert set(desk.operation.persons.values_list("code", flat=True)) != set(before)
    assert propose(desk).changes["joins"] == propose(desk).changes["splits"] == []


def test_what_is_judged_meanwhile_is_kept_answered_and_binds_the_run_after(desk: Desk) -> None:
    candidate = propose(desk)
    pair = desk.pairs()[0]
    judge(desk.operation, by=desk.analyst2, **sides(pair), verdict="different", code="different-given")
    accept_run(desk.operation, candidate.folder, by=desk.analyst, home=desk.home)
    assert in_force(desk.operation).count() == 1
    assert desk.pairs()[0].settled_by is not None
    propose_and_accept = propose(desk)
    accept_run(desk.operation, propose_and_accept.folder, by=desk.analyst, home=desk.home)
    asked = {frozenset((one.left_person, one.right_person)) for one in desk.pairs()}
    assert frozenset((pair.left_person, pair.right_person)) not in asked


def test_its_persons_are_looked_through_for_protected_people_before_others_who_write_wait(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    candidate, look, outside = propose(desk), shut_matches.persons_matched, len(connection.savepoint_ids)
    inside: list[bool] = []

    def watching(folder: Path, wanted: list[Wanted]) -> list[tuple[str, Wanted, str]]:
        inside.append(len(connection.savepoint_ids) > outside)
        return look(folder, wanted)

    monkeypatch.setattr(shut_matches, "persons_matched", watching)
    accept_run(desk.operation, candidate.folder, by=desk.analyst, home=desk.home)
    assert inside == [False]


def test_a_discarded_candidate_changes_nothing_and_cannot_be_accepted(desk: Desk) -> None:
    candidate = propose(desk)
    discard_run(desk.operation, candidate.folder, by=desk.analyst)
    with pytest.raises(RefusedError, match="C-0001 is decided already: discarded"):
        accept_run(desk.operation, candidate.folder, by=desk.analyst, home=desk.home)
    assert desk.run.run_id == "R-0001"


def test_a_newer_candidate_takes_the_place_of_the_open_one(desk: Desk) -> None:
    first, second = propose(desk), propose(desk)
    assert (first.folder, second.folder) == ("C-0001", "C-0002")
    with pytest.raises(RefusedError, match="decided already"):
        accept_run(desk.operation, first.folder, by=desk.analyst, home=desk.home)


@pytest.mark.parametrize("what", ["the run", "the evidence"])
def test_a_candidate_is_refused_when_what_it_was_compared_with_has_changed(desk: Desk, what: str) -> None:
    candidate = propose(desk)
    if what == "the run":
        desk.resolve()
    else:
        desk.operation.evidence.update(reading=2)
    shown = desk.run.run_id
    with pytest.raises(RefusedError, match="has changed since"):
        accept_run(desk.operation, candidate.folder, by=desk.analyst, home=desk.home)
    assert desk.run.run_id == shown


@pytest.mark.parametrize(("who", "error"), [("investigator", RefusedError), ("stranger", NotFoundError)])
def test_who_may_not_resolve_decides_no_run(desk: Desk, who: str, error: type[Exception]) -> None:
    candidate = propose(desk)
    with pytest.raises(error):
        accept_run(desk.operation, candidate.folder, by=getattr(desk, who), home=desk.home)
    with pytest.raises(error):
        discard_run(desk.operation, candidate.folder, by=getattr(desk, who))
