"""Clearances are recorded from the referral on, as codes; a vintage keeps them as they stood (R38, R39)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.utils import translation

from soken.casework.actions.record_clearance import Clearance, Suffering, record_clearance, strike_clearance
from soken.casework.actions.take_vintage import load_published, take_vintage
from soken.casework.models import CaseVictim, ClearedCase, ClearedPerson, Dossier, Victim, Vintage
from soken.casework.selectors.statistics import annual_report, is_behind
from soken.casework.selectors.vintages import vintage_folder, vintage_for
from soken.core import clock
from soken.core.errors import BadInputError, DamagedStoreError, NotFoundError, RefusedError
from soken.core.home import Home, open_home
from soken.review.stages import Stage
from tests.casework.dossiers import AT, Room, bring_to, make_dossier, make_room

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.django_db
DAY = AT.date()
SAID = Clearance(
    "production", DAY, "tokyo", occurred_at="osaka", network="yes", age=41, occupation="teacher",
    victims=(Suffering("V-1", "primary", "self-generated", "network"),),
)  # fmt: skip


@pytest.fixture(autouse=True)
def now() -> Iterator[Any]:
    with time_machine.travel(AT, tick=False) as traveller, translation.override("en"):
        yield traveller


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return open_home(tmp_path)


@pytest.fixture
def room() -> Room:
    return make_room()


@pytest.fixture
def referred(room: Room) -> Dossier:
    return bring_to(make_dossier(room), Stage.REFERRED, room)


def test_a_clearance_is_a_case_a_person_and_its_children(referred: Dossier, room: Room, home: Home) -> None:
    record_clearance(referred, SAID, by=room.liaison)
    report = annual_report(home, take_vintage(home, by=None), DAY.year)
    figures = report.figures
    assert (figures["cases"]["production"], figures["persons"]["teachers"]) == (1, 1)
    assert (figures["victims"]["self_generated"], figures["victims"]["self_generated_share"]) == (1, 100.0)
    assert figures["sources"] == [{"source": "heron", "group": "production", "cases": 1, "of": 1, "share": 100.0}], (
        "tagged with the operation that it came from"
    )
    assert figures["funnel"]["heron"]["referred"] == 1


def test_further_cases_of_a_person_are_further_cases_and_one_person(referred: Dossier, room: Room) -> None:
    for group in ("production", "possession"):
        record_clearance(referred, Clearance(group, DAY, "tokyo", victims=SAID.victims), by=room.liaison)
    assert (ClearedCase.objects.count(), ClearedPerson.objects.count(), Victim.objects.count()) == (2, 1, 1)
    assert CaseVictim.objects.count() == 2


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"group": "theft"}, "none of the groups"),
        ({"cleared_on": DAY + timedelta(days=1)}, "in the future"),
        ({"cleared_at": "edo"}, "'edo' is no force"),
        ({"occurred_at": "edo"}, "'edo' is no force"),
        ({"age": 121}, "from 0 to 120"),
        ({"occupation": "ninja"}, "none of the occupations"),
        ({"network": "perhaps"}, "none of the networks"),
        ({"victims": (Suffering("山田花子"),)}, "never a name"),
        ({"victims": (Suffering("V-2", "primary", "drawn"),)}, "none of the forms"),
    ],
    ids=lambda one: str(one)[:30],
)
def test_what_cannot_be_is_refused_and_nothing_is_recorded(
    changed: dict[str, Any], message: str, referred: Dossier, room: Room
) -> None:
    said = {field: getattr(SAID, field) for field in Clearance.__dataclass_fields__} | changed
    with pytest.raises(BadInputError, match=message):
        record_clearance(referred, Clearance(**said), by=room.liaison)
    assert not ClearedCase.objects.exists()
    assert not ClearedPerson.objects.exists()


def test_a_child_has_one_school_stage(referred: Dossier, room: Room) -> None:
    record_clearance(referred, SAID, by=room.liaison)
    again = Clearance("possession", DAY, "tokyo", victims=(Suffering("V-1", "high"),))
    with pytest.raises(RefusedError, match="another school stage"):
        record_clearance(referred, again, by=room.liaison)
    assert ClearedCase.objects.count() == 1


def test_before_the_referral_nothing_is_cleared(room: Room) -> None:
    with pytest.raises(RefusedError, match="has not been referred"):
        record_clearance(bring_to(make_dossier(room), Stage.READY, room), SAID, by=room.liaison)


def test_an_analyst_records_no_clearance(referred: Dossier, room: Room) -> None:
    with pytest.raises(RefusedError, match="Your role"):
        record_clearance(referred, SAID, by=room.analyst)


def test_a_vintage_keeps_what_was_struck_later(referred: Dossier, room: Room, home: Home, now: Any) -> None:
    case = record_clearance(referred, SAID, by=room.liaison)
    provisional = take_vintage(home, by=None)
    now.shift(timedelta(days=1))
    strike_clearance(case, by=room.liaison, because="recorded twice")
    assert is_behind(provisional)
    final = take_vintage(home, by=None, final=True)
    assert not is_behind(final)
    assert [one.number for one in (provisional, final)] == [1, 2]
    counts = [annual_report(home, one, DAY.year).figures["cases"]["total"] for one in (provisional, final)]
    assert counts == [1, 0]
    # What was known on an earlier day can still be counted later.
    assert take_vintage(home, by=None, cut_off=AT).cases == 1
    with pytest.raises(RefusedError, match="struck already"):
        strike_clearance(case, by=room.liaison, because="again")


def test_a_cut_off_does_not_lie_in_the_future(home: Home) -> None:
    with pytest.raises(BadInputError, match="future"):
        take_vintage(home, by=None, cut_off=clock.now() + timedelta(hours=1))
    assert not Vintage.objects.exists()


def test_an_analyst_takes_no_vintage(room: Room, home: Home) -> None:
    with pytest.raises(RefusedError, match="ask a statistician"):
        take_vintage(home, by=room.analyst)


def test_published_figures_never_stand_among_the_records(home: Home) -> None:
    assert load_published(home).pk == load_published(home).pk, "twice is once"
    assert not ClearedCase.objects.exists()
    assert vintage_for(home, year=2017).dataset == "published"
    assert annual_report(home, vintage_for(home, year=2017), 2017).figures["cases"]["total"] == 2413


def test_figures_of_both_sets_are_not_mixed_up(referred: Dossier, room: Room, home: Home) -> None:
    load_published(home)
    record_clearance(referred, Clearance("possession", date(2017, 3, 1), "tokyo"), by=room.liaison)
    take_vintage(home, by=None)
    with pytest.raises(RefusedError, match="--dataset live or --dataset published"):
        vintage_for(home, year=2017)
    assert vintage_for(home, dataset="live", year=2017).cases == 1


def test_what_is_not_there_is_said(home: Home) -> None:
    with pytest.raises(NotFoundError, match="Nothing is recorded as cleared in 2017"):
        vintage_for(home, year=2017)
    with pytest.raises(NotFoundError, match="no vintage live 7"):
        vintage_for(home, number=7)
    made = take_vintage(home, by=None)
    (vintage_folder(home, made) / "cases.parquet").unlink()
    with pytest.raises(DamagedStoreError, match="missing in live-1"):
        annual_report(home, made, 2017)
