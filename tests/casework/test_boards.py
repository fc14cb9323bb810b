"""Where everybody stands: nobody is left out, and each number is the length of its list."""

from __future__ import annotations

import pytest

from soken.casework.actions.end_dossier import end_dossier
from soken.casework.models import Dossier, Person
from soken.casework.selectors.standing import UNOPENED, ages, stage_funnel, standing_page
from soken.review.facts import Ending
from soken.review.stages import Stage
from tests.casework.dossiers import Room, make_dossier, make_room


@pytest.fixture
def room(db: None) -> Room:
    return make_room()


def propose(room: Room, code: str) -> Person:
    return Person.objects.create(operation=room.operation, code=code, band="same", rows=1, records=1, items=1)


def test_every_person_is_counted_once_wherever_they_stand(room: Room) -> None:
    propose(room, "P-9999-0000-0001")
    make_dossier(room)
    gone = make_dossier(room, force="")
    Person.objects.filter(code=gone.person_code).delete()
    found = stage_funnel(room.operation)
    assert (found.total, found.unopened, found.no_longer_proposed) == (3, 1, 1)
    assert found.stages[Stage.PROPOSED] == 2
    assert found.adds_up


def test_who_is_not_identifiable_stays_in_the_denominator(room: Room) -> None:
    make_dossier(room)
    ended = make_dossier(room)
    before = stage_funnel(room.operation).total
    end_dossier(ended, by=room.reviewer, kind=Ending.NOT_IDENTIFIABLE, basis="照会先すべて該当なし")
    after = stage_funnel(room.operation)
    assert after.total == before == 2
    assert after.stages[ended.stage] == 1
    assert after.adds_up


@pytest.mark.parametrize("stage", [UNOPENED, *Stage])
def test_a_number_of_the_funnel_is_the_length_of_its_list(stage: str, room: Room) -> None:
    propose(room, "P-9999-0000-0001")
    make_dossier(room)
    found = stage_funnel(room.operation)
    number = found.unopened if stage == UNOPENED else found.stages[stage]
    assert len(standing_page(room.operation, stage=stage).rows) == number


def test_a_number_of_the_ages_is_the_length_of_its_list(room: Room) -> None:
    for force in ("tokyo", "tokyo", "osaka", ""):
        open_priority(make_dossier(room, force=force))
    found = ages(room.operation)
    assert sum(one.persons for one in found) == 4
    for one in found:
        assert len(standing_page(room.operation, force=one.force, band=one.band).rows) == one.persons
        assert len(standing_page(room.operation, force=one.force, band=one.band, late=True).rows) == one.late


def open_priority(dossier: Dossier) -> None:
    from soken.casework.models import Priority

    Priority.objects.get_or_create(
        dossier=dossier,
        defaults={"operation": dossier.operation, "due_on": dossier.received_on, "alarm_on": dossier.received_on},
    )


def test_pages_of_a_list_leave_nobody_out_and_show_nobody_twice(room: Room) -> None:
    Person.objects.bulk_create(
        Person(operation=room.operation, code=f"P-9999-0000-{n:04d}", band="same", rows=1, records=1, items=1)
        for n in range(120)
    )
    seen: list[str] = []
    at = ""
    while True:
        page = standing_page(room.operation, stage=UNOPENED, at=at)
        seen += [str(one) for one in page.rows]
        at = page.later
        if not at:
            break
    assert len(seen) == len(set(seen)) == 120


def test_another_operation_is_not_counted(room: Room) -> None:
    make_dossier(make_room("osprey"))
    assert stage_funnel(room.operation).total == 0
    assert ages(room.operation) == ()
