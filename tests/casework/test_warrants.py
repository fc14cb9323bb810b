"""Warrants and authorities: dates that can be, what stands before anybody comes, what became of each."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from soken.access.models import Role
from soken.access.policy import Act, allows
from soken.casework.actions.advance import GateError
from soken.casework.actions.corroborate import corroborate
from soken.casework.actions.end_warrant import OUTCOMES, end_warrant
from soken.casework.actions.record_warrant import link_warrant, record_warrant
from soken.casework.actions.withdraw_finding import withdraw_finding
from soken.casework.models import Warrant
from soken.casework.selectors.warrants import warrants_of
from soken.core.errors import BadInputError, NotFoundError, RefusedError
from soken.reference.warrants import DOOR, READY, warrant_kinds
from soken.review.stages import Stage
from tests.casework.dossiers import Room, bring_to, make_dossier, make_room, open_the_door, record_screening

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]
ISSUED = date(2026, 11, 19)
HOLDING = [code for code, one in warrant_kinds().items() if one.needs == READY]
AT_THE_DOOR = [code for code, one in warrant_kinds().items() if one.needs == DOOR]


#: The search in which the list was seized.
OFFICE: dict[str, Any] = {"nobody": "販売元の事務所で、居住者はいない"}


def record(room: Room, **changed: Any) -> Warrant:
    """Record a warrant; where no person is named, one that concerns nobody of the operation."""
    said: dict[str, Any] = {
        **({} if "persons" in changed else OFFICE),
        "kind": "search-seizure", "reference": "令和8年(む)第12号", "issued_by": "東京簡易裁判所 裁判官",
        "issued_on": ISSUED, "scope": "販売元の事務所、顧客名簿",
    }  # fmt: skip
    return record_warrant(room.operation, **{"by": room.analyst, **said, **changed})


def test_a_warrant_against_nobody_of_the_operation_says_why_and_needs_no_dossier(room: Room) -> None:
    made = record(room)
    assert (made.state, made.good_until, made.links.count()) == ("issued", ISSUED + timedelta(days=7), 0)
    assert made.nobody == OFFICE["nobody"]


@pytest.mark.parametrize("kind", AT_THE_DOOR)
@pytest.mark.parametrize("persons", [[], [" "]])
def test_nobody_comes_to_a_door_of_whom_nobody_says(kind: str, persons: list[str], room: Room) -> None:
    with pytest.raises(BadInputError, match="name each person of the operation whom it concerns, or say why"):
        record(room, kind=kind, persons=persons)
    assert not Warrant.objects.exists()


def test_a_warrant_that_brings_nobody_to_a_door_names_whom_it_likes(room: Room) -> None:
    quiet = [code for code, one in warrant_kinds().items() if one.needs not in {DOOR, READY}]
    for number, kind in enumerate(quiet):
        assert record(room, kind=kind, persons=[], reference=f"第{number}号").nobody == ""
    assert quiet


def test_a_warrant_names_persons_or_says_why_it_names_nobody_never_both(room: Room) -> None:
    dossier = make_dossier(room)
    open_the_door(dossier, room)
    with pytest.raises(BadInputError, match="one of the two"):
        record(room, persons=[dossier.person_code], **OFFICE)
    assert not Warrant.objects.exists()


def test_of_each_person_whom_a_search_names_all_stands_or_nothing_is_recorded(room: Room) -> None:
    one, other = make_dossier(room), make_dossier(room)
    both = [one.person_code, other.person_code]
    open_the_door(one, room)
    with pytest.raises(GateError) as shut:
        record(room, persons=both)
    assert shut.value.head == f"Nobody goes to {other.person_code} yet: something is missing."
    assert not Warrant.objects.exists()
    open_the_door(other, room)
    made = record(room, persons=[*both, one.person_code.lower()])
    assert [link.dossier for link in made.links.all()] == [one, other]


@pytest.mark.parametrize("kind", [code for code, one in warrant_kinds().items() if not one.days])
def test_what_does_not_run_out_has_no_last_day(kind: str, room: Room) -> None:
    assert record(room, kind=kind).good_until is None


def test_a_judge_may_set_more_days(room: Room) -> None:
    assert record(room, good_until=date(2026, 12, 19)).good_until == date(2026, 12, 19)


@pytest.mark.parametrize("stage", [one for one in Stage if one is not Stage.READY])
def test_nobody_is_held_before_the_dossier_is_ready(stage: Stage, room: Room) -> None:
    dossier = bring_to(make_dossier(room), stage, room)
    for kind in HOLDING:
        with pytest.raises(RefusedError):
            record(room, kind=kind, persons=[dossier.person_code])
    assert not Warrant.objects.exists()


@pytest.mark.parametrize("kind", HOLDING)
def test_a_warrant_to_hold_names_a_person_who_is_ready(kind: str, room: Room) -> None:
    dossier, other = bring_to(make_dossier(room), Stage.READY, room), make_dossier(room)
    for whom in ([], [dossier.person_code, other.person_code]):
        with pytest.raises(BadInputError, match="say whom"):
            record(room, kind=kind, persons=whom)
    with pytest.raises(BadInputError, match="say whom"):
        record(room, kind=kind, **OFFICE)
    version = dossier.version
    assert record(room, kind=kind, persons=[dossier.person_code]).links.get().dossier == dossier
    dossier.refresh_from_db()
    assert dossier.version == version + 1


def test_a_welfare_plan_that_has_run_out_stops_an_arrest_at_a_dossier_still_called_ready(room: Room, now: Any) -> None:
    dossier = bring_to(make_dossier(room), Stage.READY, room)
    now.shift(timedelta(days=40))
    assert dossier.stage == Stage.READY
    with pytest.raises(GateError) as shut:
        record(room, kind="arrest", persons=[dossier.person_code])
    assert [one.code for one in shut.value.missing] == ["welfare-plan-stale"]
    assert not Warrant.objects.exists()


@pytest.mark.parametrize("kind", AT_THE_DOOR)
def test_nobody_comes_to_the_door_of_an_unconfirmed_row(kind: str, room: Room) -> None:
    """What a row of a seized list and a welfare plan alone once opened."""
    dossier = make_dossier(room)
    with pytest.raises(GateError) as shut:
        record(room, kind=kind, persons=[dossier.person_code])
    assert [one.code for one in shut.value.missing] == [
        "no-screening", "identity-unconfirmed", "no-role", "no-corroboration", "no-welfare-plan",
    ]  # fmt: skip
    open_the_door(dossier, room)
    assert record(room, kind=kind, persons=[dossier.person_code.lower()]).links.count() == 1


@pytest.mark.parametrize(
    ("but", "missing"),
    [
        ("screening", "no-screening"),
        ("second confirmation", "identity-once"),
        ("role", "no-role"),
        ("corroboration", "no-corroboration"),
        ("welfare", "no-welfare-plan"),
    ],
)
def test_each_thing_that_must_stand_at_the_door_is_named(but: str, missing: str, room: Room) -> None:
    dossier = make_dossier(room)
    open_the_door(dossier, room, but=but)
    with pytest.raises(GateError) as shut:
        record(room, persons=[dossier.person_code])
    assert [one.code for one in shut.value.missing] == [missing]
    assert not Warrant.objects.exists()


def test_a_link_open_to_review_keeps_everybody_from_the_door(room: Room) -> None:
    dossier = make_dossier(room, band="review")
    open_the_door(dossier, room)
    with pytest.raises(GateError) as shut:
        record(room, persons=[dossier.person_code])
    assert [one.code for one in shut.value.missing] == ["review-open"]


def test_what_a_search_found_is_no_ground_for_a_search(room: Room) -> None:
    dossier = make_dossier(room)
    open_the_door(dossier, room, but="corroboration")
    corroborate(dossier, by=room.analyst, kind="search", exhibit="甲2")
    with pytest.raises(GateError) as shut:
        record(room, persons=[dossier.person_code])
    assert [one.code for one in shut.value.missing] == ["corroboration-from-search"]
    corroborate(dossier, by=room.analyst, kind="payment", exhibit="甲1")
    assert record(room, persons=[dossier.person_code]).links.count() == 1


def test_an_expert_may_enter_a_home_and_a_person_may_be_held_for_one() -> None:
    """Code of Criminal Procedure, arts. 168(1) and 167."""
    kinds = warrant_kinds()
    assert (kinds["expert-disposition"].needs, kinds["expert-detention"].needs) == (DOOR, READY)


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        pytest.param({"issued_on": date(2026, 11, 21)}, "lies in the future", id="future"),
        pytest.param({"good_until": date(2026, 11, 18)}, "before the day of issue", id="over before issue"),
        pytest.param({"kind": "record-order-seizure", "issued_on": date(2012, 6, 21)}, "before 2012-06-22", id="law"),
        pytest.param({"kind": "magic"}, "is not known", id="kind"),
        pytest.param({"reference": " "}, "reference is missing", id="no reference"),
        pytest.param({"issued_by": ""}, "issued it is missing", id="nobody"),
        pytest.param({"scope": "\n"}, "scope is missing", id="no scope"),
    ],
)
def test_what_cannot_be_is_refused_in_one_sentence(changed: dict[str, Any], says: str, room: Room) -> None:
    with pytest.raises(BadInputError, match=says) as refused:
        record(room, **changed)
    assert "\n" not in refused.value.message
    assert not Warrant.objects.exists()


def test_the_day_is_japans(room: Room, now: Any) -> None:
    now.move_to(datetime(2026, 11, 19, 15, 30, tzinfo=UTC))  # 00:30 on the 20th in Japan
    assert record(room, issued_on=date(2026, 11, 20)).issued_on == date(2026, 11, 20)


@pytest.mark.parametrize("again", ["令和8年(む)第12号", "令和８年（む）第１２号", " 令和8年 (む) 第12号"])
def test_a_reference_is_recorded_once_however_it_is_typed(again: str, room: Room) -> None:
    record(room)
    with pytest.raises(RefusedError, match="recorded already"):
        record(room, reference=again)


@pytest.mark.parametrize("who", ["auditor", "stranger"])
def test_who_may_not_record_cannot(who: str, room: Room) -> None:
    with pytest.raises((RefusedError, NotFoundError)):
        record(room, by=room.users[who])


def test_roles_that_see_no_person_see_no_warrant() -> None:
    from soken.access.models import User

    for role in (Role.AUDITOR, Role.ADMINISTRATOR):
        assert not allows(User(role=role, is_active=True), Act.SEE_WARRANT)


def test_another_forces_person_is_not_named(room: Room) -> None:
    dossier = make_dossier(room, force="osaka")
    open_the_door(dossier, room)
    room.analyst.force = "tokyo"
    room.analyst.save()
    with pytest.raises(RefusedError, match="another force"):
        record(room, persons=[dossier.person_code])
    assert not Warrant.objects.exists()


def test_what_somebody_did_meanwhile_is_not_overwritten(room: Room) -> None:
    dossier = make_dossier(room)
    seen = dossier.version
    open_the_door(dossier, room)
    with pytest.raises(RefusedError, match="Somebody else"):
        record(room, persons=[dossier.person_code], seen=seen)
    assert not Warrant.objects.exists()


def test_two_of_one_home_are_named_in_one_search_and_of_each_all_must_stand(room: Room) -> None:
    one, other = make_dossier(room), make_dossier(room)
    made = record(room)
    open_the_door(one, room)
    link_warrant(room.operation, made.pk, by=room.analyst, person=one.person_code)
    with pytest.raises(GateError):
        link_warrant(room.operation, made.pk, by=room.analyst, person=other.person_code)
    with pytest.raises(RefusedError, match="already"):
        link_warrant(room.operation, made.pk, by=room.analyst, person=one.person_code)
    assert made.links.count() == 1


def test_an_arrest_warrant_is_not_stretched_to_another(room: Room) -> None:
    one, other = (bring_to(make_dossier(room), Stage.READY, room) for _number in range(2))
    made = record(room, kind="arrest", persons=[one.person_code])
    with pytest.raises(RefusedError, match="that person alone"):
        link_warrant(room.operation, made.pk, by=room.analyst, person=other.person_code)


@pytest.mark.parametrize(
    ("outcome", "on", "says"),
    [
        pytest.param("executed", date(2026, 11, 18), "before warrant", id="before the issue"),
        pytest.param("executed", date(2026, 12, 1), "in the future", id="future"),
        pytest.param("executed", date(2026, 11, 27), "had run out", id="executed after the last day"),
        pytest.param("lapsed", date(2026, 11, 26), "had not run out", id="lapsed on the last day"),
        pytest.param("burnt", date(2026, 11, 20), "is not known", id="outcome"),
    ],
)
def test_an_end_that_cannot_be_is_refused(outcome: str, on: date, says: str, room: Room, now: Any) -> None:
    made = record(room)
    now.move_to(datetime(2026, 11, 29, 3, tzinfo=UTC))
    with pytest.raises(BadInputError, match=says):
        end_warrant(room.operation, made.pk, by=room.analyst, outcome=outcome, on=on)
    made.refresh_from_db()
    assert made.state == "issued"


@pytest.mark.parametrize(
    ("outcome", "on"),
    [("executed", date(2026, 11, 26)), ("returned", date(2026, 11, 21)), ("lapsed", date(2026, 11, 27))],
)
def test_an_end_is_recorded_once_with_who_and_when(outcome: str, on: date, room: Room, now: Any) -> None:
    made = record(room)
    now.move_to(datetime(2026, 11, 29, 3, tzinfo=UTC))
    done = end_warrant(room.operation, made.pk, by=room.investigator, outcome=outcome, on=on, note="立会人あり")
    assert (done.state, done.ended_on, done.ended_by) == (outcome, on, room.investigator)
    for again in OUTCOMES:
        with pytest.raises(RefusedError, match="has ended already"):
            end_warrant(room.operation, made.pk, by=room.analyst, outcome=again, on=on, note="x")


def test_what_was_not_used_says_why(room: Room) -> None:
    made = record(room)
    with pytest.raises(BadInputError, match="note is missing"):
        end_warrant(room.operation, made.pk, by=room.analyst, outcome="returned", on=ISSUED)


def test_a_warrant_of_another_operation_does_not_exist(room: Room) -> None:
    made = record(room)
    other = make_room("egret")
    with pytest.raises(NotFoundError):
        end_warrant(other.operation, made.pk, by=other.analyst, outcome="executed", on=ISSUED)


def test_the_database_refuses_an_end_without_a_day(room: Room) -> None:
    made = record(room)
    with pytest.raises(IntegrityError), transaction.atomic():
        Warrant.objects.filter(pk=made.pk).update(state="executed")


def test_losing_what_made_it_ready_is_seen_before_the_next_arrest_warrant(room: Room) -> None:
    dossier = bring_to(make_dossier(room), Stage.READY, room)
    key = dossier.corroborations.get().pk
    withdraw_finding(dossier, by=room.analyst, finding="corroboration", key=key, reason="誤記")
    with pytest.raises(RefusedError, match="under investigation"):
        record(room, kind="arrest", persons=[dossier.person_code])


def test_the_kinds_are_whole_and_said_in_both_languages() -> None:
    assert {"search-seizure", "arrest", "communications-interception", "inquiry"} <= set(warrant_kinds())
    for one in warrant_kinds().values():
        assert one.said("ja") != one.said("en")
        assert one.law


def test_the_list_asks_the_database_no_more_for_many_persons_than_for_few(room: Room) -> None:
    counts = {}
    for known, more in ((3, 3), (30, 27)):
        for _ in range(more):
            dossier = make_dossier(room)
            record_screening(dossier, room)
            number = dossier.person_code
            record(room, kind="inquiry", persons=[number], reference=f"令和8年(む){number}", scope="照会")
        with CaptureQueriesContext(connection) as queries:
            found = warrants_of(room.operation).warrants
        assert (len(found), sum(len(one.persons) for one in found)) == (known, known)
        counts[known] = len(queries)
    assert counts[3] == counts[30]
