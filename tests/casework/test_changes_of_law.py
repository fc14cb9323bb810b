"""The clock stopped on both sides of a change: bureaus of 2019, penalties of 2025, leap days, daylight, midnight."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
import time_machine

from soken.casework.actions.allege_offence import allege_offence
from soken.casework.actions.offer_transfer import offer_transfer
from soken.casework.actions.plan_welfare import plan_welfare
from soken.casework.actions.record_place import record_place
from soken.casework.models import Dossier, Priority
from soken.casework.selectors.dossier import facts_of
from soken.casework.selectors.due_work import targets_due
from soken.casework.selectors.ownership import competence_of
from soken.casework.selectors.track import track_of
from soken.casework.selectors.transfers import inbox
from soken.core import clock
from soken.core.errors import BadInputError
from soken.review.guards import welfare_planned
from soken.route.transfers import rules
from tests.casework.dossiers import Room, make_dossier

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

pytestmark = pytest.mark.django_db
JAPAN = ZoneInfo("Asia/Tokyo")


@pytest.fixture
def now() -> Iterator[Any]:
    with time_machine.travel(datetime(2019, 3, 31, 14, 59, 59, tzinfo=UTC), tick=False) as traveller:
        yield traveller


@pytest.fixture
def dossier(room: Room) -> Dossier:
    return make_dossier(room, received_on=date(2017, 5, 1))


@pytest.mark.parametrize(
    ("prefecture", "before", "since"),
    [
        pytest.param("34", "chugoku", "chugoku-shikoku", id="Hiroshima"),
        pytest.param("37", "shikoku", "chugoku-shikoku", id="Kagawa"),
        pytest.param("27", "kinki", "kinki", id="Osaka, as before"),
        pytest.param("13", None, None, id="Tokyo, in none"),
    ],
)
def test_the_bureau_changes_at_japans_midnight(
    prefecture: str, before: str | None, since: str | None, room: Room, dossier: Dossier, now: Any
) -> None:
    record_place(dossier, by=room.analyst, ground="residence", prefecture=prefecture, basis="住民票")
    seen = []
    for moment in (datetime(2019, 3, 31, 23, 59, 59, tzinfo=JAPAN), datetime(2019, 4, 1, tzinfo=JAPAN)):
        now.move_to(moment)
        bureau = competence_of(dossier).proposals[0].bureau
        seen.append(bureau.code if bureau else None)
    assert seen == [before, since]


def test_an_act_is_punished_by_the_law_of_its_own_last_day_and_none_lies_ahead(
    room: Room, dossier: Dossier, now: Any
) -> None:
    now.move_to(datetime(2025, 5, 31, 23, 59, tzinfo=JAPAN))
    with pytest.raises(BadInputError):
        allege_offence(dossier, by=room.analyst, offence="7-1", last_on=date(2025, 6, 1), basis="甲2")
    allege_offence(dossier, by=room.analyst, offence="7-1", last_on=date(2025, 5, 31), basis="甲2")
    now.move_to(datetime(2025, 6, 1, 0, 0, tzinfo=JAPAN))
    allege_offence(dossier, by=room.analyst, offence="7-1", last_on=date(2025, 6, 1), basis="甲3")
    said = {
        one.entry.last_on.isoformat(): one.offence.penalty(one.entry.last_on, "ja")
        for one in track_of(dossier).offences
        if one.offence
    }
    assert {day: "拘禁刑" in words for day, words in said.items()} == {"2025-05-31": False, "2025-06-01": True}
    assert "懲役" in said["2025-05-31"]


@pytest.mark.parametrize(("year", "last"), [(2027, date(2027, 2, 28)), (2028, date(2028, 2, 29))])
def test_a_welfare_plan_and_a_target_stand_to_the_end_of_february(
    year: int, last: date, room: Room, dossier: Dossier, now: Any
) -> None:
    now.move_to(datetime(year, 2, 1, 12, tzinfo=JAPAN))
    plan_welfare(dossier, by=room.analyst, risks="不明", measures="同行", afterwards="連絡", good_until=last)
    Priority.objects.filter(dossier=dossier).update(due_on=last, alarm_on=last + timedelta(days=30))
    seen = []
    for moment in (datetime(last.year, last.month, last.day, 23, 59, tzinfo=JAPAN), datetime(year, 3, 1, tzinfo=JAPAN)):
        now.move_to(moment)
        gate = [one.code for one in welfare_planned(facts_of(dossier))]
        seen.append((gate, [one.kind.value for one in targets_due(room.operation)]))
    assert seen == [([], ["target-soon"]), (["welfare-plan-stale"], ["target-overdue"])]


@pytest.mark.parametrize(
    "begins",
    [
        pytest.param(datetime(2026, 3, 28, 20, 0, tzinfo=ZoneInfo("Europe/Berlin")), id="the night loses an hour"),
        pytest.param(datetime(2026, 10, 24, 20, 0, tzinfo=ZoneInfo("Europe/Berlin")), id="the night has one more"),
        pytest.param(datetime(2028, 2, 28, 20, 0, tzinfo=JAPAN), id="over a leap day"),
    ],
)
def test_an_offer_has_its_hours_wherever_the_server_stands(
    begins: datetime, room: Room, dossier: Dossier, now: Any
) -> None:
    now.move_to(begins)
    offer_transfer(
        dossier, by=room.investigator, to="osaka", kind="transfer", reason="転居",
        form=dict.fromkeys(rules().form, "別添"),
    )  # fmt: skip
    seen = []
    for passed in (rules().receive - timedelta(seconds=1), rules().receive, rules().escalate):
        now.move_to(begins.astimezone(UTC) + passed)
        (one,) = inbox(room.reviewer).to_us
        assert clock.now() - one.transfer.offered_at == passed
        seen.append((one.late, one.escalated))
    assert seen == [(False, False), (True, False), (True, True)]
