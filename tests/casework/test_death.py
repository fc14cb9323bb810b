"""Death before the referral: recordable at each stage, the case waits and is sent, contradictions show (R36)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from soken.access.models import User
from soken.casework.actions.accept_rows import accept_rows
from soken.casework.actions.add_party_role import add_party_role
from soken.casework.actions.advance import GateError, advance
from soken.casework.actions.allege_offence import allege_offence
from soken.casework.actions.back_element import back_element
from soken.casework.actions.enter_exhibit import enter_exhibit
from soken.casework.actions.handover_act import check_can_leave
from soken.casework.actions.record_custody_step import record_custody_step
from soken.casework.actions.record_interview import record_interview, withdraw_interview
from soken.casework.actions.record_restraint import record_restraint
from soken.casework.actions.record_verdict import record_verdict_final, withdraw_verdict
from soken.casework.actions.record_warrant import record_warrant
from soken.casework.actions.review_screening import review_screening
from soken.casework.actions.screen import screen
from soken.casework.actions.tell_due import tell_due
from soken.casework.actions.withdraw_custody import withdraw_restraint
from soken.casework.models import Disposition, Dossier, Notification, NotificationKind, Person, Referral
from soken.casework.selectors.boards import board
from soken.casework.selectors.clocks import limitations_near, running_clocks
from soken.casework.selectors.deaths import contradiction_of
from soken.casework.selectors.digest import waiting_for
from soken.casework.selectors.dossier import facts_of, next_stages, today
from soken.casework.selectors.due_clocks import limitation_due
from soken.casework.selectors.retention import reviews_due
from soken.casework.selectors.unowned import unowned
from soken.core import clock
from soken.core.errors import BadInputError, RefusedError
from soken.review.stages import Stage
from tests.casework.dead import DIES, at, dead_with_all, dies, stage_of
from tests.casework.dossiers import (
    Room,
    decide,
    judge_in_court,
    make_dossier,
    record_everything,
    record_screening,
    refer,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]


# That it can be recorded


@pytest.mark.parametrize("stage", [Stage.PROPOSED, Stage.UNDER_INVESTIGATION, Stage.READY, *DIES])
def test_a_death_is_recorded_at_each_stage_of_the_way(stage: Stage, room: Room) -> None:
    dossier = at(room, stage)
    dies(dossier, room)
    assert stage_of(dossier) == Stage.DECEASED
    assert dossier.stage_changes.last().before == stage


@pytest.mark.parametrize("stage", DIES)
def test_the_referral_and_the_decision_stay_as_they_are(stage: Stage, room: Room) -> None:
    dossier = at(room, stage)
    before = (list(Referral.objects.values()), list(Disposition.objects.values()))
    dies(dossier, room)
    assert (list(Referral.objects.values()), list(Disposition.objects.values())) == before


def test_who_was_not_chargeable_can_die_too(room: Room) -> None:
    dossier = at(room, Stage.NOT_CHARGEABLE)
    dies(dossier, room)
    assert stage_of(dossier) == Stage.DECEASED


# The case of somebody who died before it was sent


def test_the_case_of_the_dead_is_sent_and_decided_and_they_stay_where_they_are(room: Room) -> None:
    dossier = dead_with_all(room)
    made = refer(dossier, room)
    assert stage_of(dossier) == Stage.DECEASED
    [death] = [one for one in made.contents["facts"] if one["kind"] == "death"]
    assert death["said"]["on"] == today().isoformat()
    decide(dossier, room, "suspect-dead")
    assert stage_of(dossier) == Stage.DECEASED
    dossier.refresh_from_db()
    assert not [one for one in next_stages(facts_of(dossier)) if one.way.act == "refer-dead"]


def test_what_is_still_missing_is_found_out_after_the_death(room: Room) -> None:
    dossier = make_dossier(room)
    record_everything(dossier, room, but=frozenset({"role"}))
    dies(dossier, room)
    with pytest.raises(GateError, match="no-role"):
        refer(dossier, room)
    [shown] = [one for one in next_stages(facts_of(dossier)) if one.way.act == "refer-dead"]
    assert [one.code for one in shown.missing] == ["no-role", "no-referral"]
    add_party_role(dossier, by=room.analyst, role="user", basis="本人が使用")
    refer(dossier, room)
    assert Referral.objects.count() == 1


def test_once_the_case_of_the_dead_is_sent_its_rows_stay(room: Room) -> None:
    dossier = dead_with_all(room)
    with pytest.raises(RefusedError, match="nothing was done"):
        accept_rows(dossier, by=room.analyst, reason="別人と判明")
    refer(dossier, room)
    with pytest.raises(RefusedError, match="when the case was sent"):
        accept_rows(dossier, by=room.analyst, reason="別人と判明")


def test_a_new_run_is_asked_of_the_dead_too(room: Room) -> None:
    dossier = dead_with_all(room)
    Person.objects.filter(operation=room.operation, code=dossier.person_code).delete()
    with pytest.raises(GateError, match="proposal-gone"):
        refer(dossier, room)


def test_the_dead_go_on_papers_once_and_not_before_they_died(room: Room, now: Any) -> None:
    now.shift(timedelta(days=3))
    dossier = dead_with_all(room)
    with pytest.raises(RefusedError, match="has died"):
        refer(dossier, room, kind="custody")
    with pytest.raises(BadInputError, match="day of death"):
        refer(dossier, room, sent_on=today() - timedelta(days=1))
    with pytest.raises(RefusedError):
        refer(dossier, room, by=room.investigator)
    refer(dossier, room)
    with pytest.raises(RefusedError, match="sent already"):
        refer(dossier, room)
    with pytest.raises(RefusedError, match="No way leads"):
        advance(dossier, by=room.reviewer, to=Stage.DECEASED, reason="手続のとおり")


def test_nothing_is_done_to_the_dead(room: Room) -> None:
    dossier = dead_with_all(room)
    with pytest.raises(GateError, match="deceased"):
        record_interview(dossier, by=room.investigator, on=today(), place="署", who="班長")
    with pytest.raises(RefusedError):
        record_warrant(
            room.operation, by=room.investigator, kind="search-seizure", reference="2026-1", issued_by="東京簡裁",
            issued_on=today(), scope="居宅", persons=[dossier.person_code],
        )  # fmt: skip
    with pytest.raises(RefusedError, match="handed over before"):
        check_can_leave(dossier)


def test_a_death_by_mistake_after_the_sending_goes_where_the_prosecutor_has_the_case(room: Room) -> None:
    dossier = dead_with_all(room)
    refer(dossier, room)
    dossier.refresh_from_db()
    advance(dossier, by=room.reviewer, to=Stage.REFERRED, reason="生存を確認")
    assert stage_of(dossier) == Stage.REFERRED


# Until it is sent or closed it waits for somebody, and limitation runs


def ending_soon(dossier: Dossier, days: int) -> date:
    """Let limitation of the one offence be complete in so many days."""
    ends = today() + timedelta(days=days)
    dossier.offences.update(limitation_on=ends)
    return ends


def waits(user: User) -> list[str]:
    found = board(user)
    assert found is not None
    assert found.dead.total == len(found.dead.shown) == waiting_for(user).get("dead", 0)
    return [one.dossier.person_code for one in found.dead.shown]


def test_the_case_of_the_dead_waits_on_the_board_of_its_owner_until_it_is_sent(room: Room) -> None:
    dossier = at(room, Stage.UNDER_INVESTIGATION)
    assert waits(room.reviewer) == []
    dies(dossier, room)
    here, elsewhere = room.investigator, room.analyst2
    here.force, elsewhere.force = "tokyo", "osaka"
    assert waits(here) == waits(room.reviewer) == [dossier.person_code]
    assert waits(elsewhere) == []
    refer(dossier, room)
    assert waits(here) == waits(room.reviewer) == []


def test_it_waits_until_two_people_say_that_no_charge_is_possible(room: Room) -> None:
    dossier = dead_with_all(room)
    screen(dossier, by=room.analyst, reason="items-not-covered")
    assert waits(room.reviewer) == [dossier.person_code]
    review_screening(dossier, by=room.reviewer)
    assert waits(room.reviewer) == []


@pytest.mark.parametrize("stage", [*DIES, Stage.NOT_CHARGEABLE])
def test_what_was_sent_or_set_aside_before_the_death_waits_for_nobody(stage: Stage, room: Room) -> None:
    dies(at(room, stage), room)
    assert waits(room.reviewer) == []


def test_who_died_before_anybody_screened_them_waits_too(room: Room) -> None:
    dossier = at(room, Stage.PROPOSED)
    dies(dossier, room)
    assert waits(room.reviewer) == [dossier.person_code]


def test_limitation_of_the_dead_is_warned_of_until_the_case_is_sent(room: Room) -> None:
    dossier = dead_with_all(room)
    ends = ending_soon(dossier, 5)

    def warned() -> tuple[list[Any], list[Any], int]:
        near = [one.person for one in limitations_near(room.reviewer, 60)]
        return near, [one.kind for one in limitation_due(room.operation)], board(room.reviewer).clocks.total  # type: ignore[union-attr]

    assert warned() == ([dossier.person_code], ["limitation-near"], 1)
    assert board(room.reviewer).dead.shown[0].limitation_on == ends  # type: ignore[union-attr]
    refer(dossier, room)
    assert warned() == ([], [], 0)


def test_the_dead_whom_nobody_owns_are_taken_on_like_others(room: Room) -> None:
    dossier = make_dossier(room, force="")
    dies(dossier, room)
    assert [one.dossier.person_code for one in unowned(room.reviewer)[0]] == [dossier.person_code]
    record_screening(dossier, room, "items-not-covered")
    assert unowned(room.reviewer) == ([], 0)


# What is dated after the death: one of the two is a mistake, and neither hides the other


def hold(dossier: Dossier, room: Room, **said: Any) -> Any:
    return record_restraint(dossier, **{"by": room.investigator, "began_at": clock.now(), "form": "warrant", **said})


def dead_since(room: Room, days: int, *, at_stage: Stage = Stage.UNDER_INVESTIGATION) -> Dossier:
    dossier = make_dossier(room)
    record_everything(dossier, room, but=frozenset({"offence", "element possession"}))
    dies(dossier, room, on=today() - timedelta(days=days))
    return dossier


def against(dossier: Dossier) -> list[tuple[str, date]]:
    found = contradiction_of(dossier)
    return [(one.kind, one.on) for one in found.after] if found else []


def test_who_is_held_after_the_recorded_death_is_recorded_by_who_knows_of_it(room: Room) -> None:
    dossier = dead_since(room, 3)
    with pytest.raises(RefusedError, match="recorded as dead since 2026-11-17"):
        hold(dossier, room)
    assert dossier.restraints.count() == 0
    assert board(room.reviewer).contradicted.total == 0  # type: ignore[union-attr]
    hold(dossier, room, despite_death=True)
    assert running_clocks(room.reviewer, 72)[0].person == dossier.person_code
    [seen] = board(room.reviewer).contradicted.shown  # type: ignore[union-attr]
    assert (seen.dossier.person_code, seen.died_on) == (dossier.person_code, today() - timedelta(days=3))
    assert against(dossier) == [("held", today())]
    assert waiting_for(room.reviewer)["contradicted"] == 1


def test_on_the_day_of_death_and_before_it_nothing_contradicts(room: Room) -> None:
    dossier = dead_since(room, 0)
    hold(dossier, room)
    assert against(dossier) == []


def test_another_forces_board_does_not_show_it(room: Room) -> None:
    dossier = dead_since(room, 3)
    hold(dossier, room, despite_death=True)
    here, elsewhere = room.investigator, room.analyst2
    here.force, elsewhere.force = "tokyo", "osaka"
    totals = [board(user).contradicted.total for user in (here, elsewhere)]  # type: ignore[union-attr]
    assert totals == [1, 0]


def test_a_step_after_the_death_asks_too_and_a_release_never_does(room: Room, now: Any) -> None:
    dossier = make_dossier(room)
    hold(dossier, room)
    now.shift(timedelta(days=2))
    dies(dossier, room, on=today() - timedelta(days=1))
    step = {"by": room.investigator, "happened_at": clock.now()}
    with pytest.raises(RefusedError, match="recorded as dead"):
        record_custody_step(dossier, kind="referred", **step)
    record_custody_step(dossier, kind="released", **step)
    assert against(dossier) == []


def test_a_death_before_somebody_was_held_asks_too(room: Room) -> None:
    dossier = make_dossier(room)
    hold(dossier, room)
    before = today() - timedelta(days=1)
    with pytest.raises(RefusedError, match="it is recorded: the person was held"):
        dies(dossier, room, on=before)
    assert stage_of(dossier) == Stage.PROPOSED
    dies(dossier, room, on=before, despite_record=True)
    assert against(dossier) == [("held", today())]


def test_an_interview_that_is_still_to_come_is_named_when_the_death_is_recorded(room: Room) -> None:
    dossier = at(room, Stage.UNDER_INVESTIGATION)
    coming = today() + timedelta(days=4)
    made = record_interview(dossier, by=room.investigator, on=coming, place="署", who="班長")
    with pytest.raises(RefusedError, match="a voluntary interview"):
        dies(dossier, room)
    dies(dossier, room, despite_record=True)
    assert against(dossier) == [("interview", coming)]
    withdraw_interview(dossier, by=room.investigator, key=made.pk, reason="死亡のため")
    assert against(dossier) == []


@pytest.mark.parametrize("mended", ["the death", "the restraint"])
def test_the_contradiction_is_gone_once_either_is_withdrawn(mended: str, room: Room) -> None:
    dossier = dead_since(room, 3)
    made = hold(dossier, room, despite_death=True)
    if mended == "the death":
        advance(dossier, by=room.reviewer, to=Stage.PROPOSED, reason="同姓同名の別人")
    else:
        withdraw_restraint(dossier, by=room.investigator, key=made.pk, reason="別人")
    dossier.refresh_from_db()
    assert against(dossier) == []
    assert board(room.reviewer).contradicted.total == 0  # type: ignore[union-attr]


def test_a_contradicted_death_is_told_to_the_owners_people_once_and_again_of_anything_new(room: Room, now: Any) -> None:
    """Perhaps somebody is held of whom nobody thinks as living: no board has to be opened for that to be seen."""
    dossier = dead_since(room, 3)

    for user in room.users.values():
        User.objects.filter(pk=user.pk).update(force="tokyo")
    tell_due(room.operation)
    assert not Notification.objects.filter(kind=NotificationKind.DEATH_CONTRADICTED).exists()
    made = hold(dossier, room, despite_death=True)
    tell_due(room.operation)
    first = Notification.objects.filter(kind=NotificationKind.DEATH_CONTRADICTED)
    assert {one.user for one in first} == {room.investigator, room.reviewer, room.reviewer2}
    tell_due(room.operation)
    assert first.all().count() == 3
    now.shift(timedelta(days=1))
    record_custody_step(
        dossier, by=room.investigator, kind="referred", happened_at=clock.now(), despite_death=True, note="遅延"
    )
    tell_due(room.operation)
    assert first.all().count() == 6
    withdraw_restraint(dossier, by=room.investigator, key=made.pk, reason="別人")
    now.shift(timedelta(days=1))
    tell_due(room.operation)
    assert first.all().count() == 6


def test_an_interview_after_the_death_is_refused_and_one_before_it_recorded(room: Room, now: Any) -> None:
    dossier = at(room, Stage.UNDER_INVESTIGATION)
    now.shift(timedelta(days=5))
    dies(dossier, room, on=today() - timedelta(days=3))
    said = {"by": room.investigator, "place": "署", "who": "班長"}
    with pytest.raises(BadInputError, match="after the day of death"):
        record_interview(dossier, on=today() - timedelta(days=2), **said)
    record_interview(dossier, on=today() - timedelta(days=4), **said)
    assert dossier.interviews.count() == 1


def test_nobody_acts_or_possesses_after_the_death(room: Room) -> None:
    dossier = dead_since(room, 3)
    after = today() - timedelta(days=2)
    with pytest.raises(BadInputError, match="after the day of death"):
        allege_offence(dossier, by=room.investigator, offence="7-1", last_on=after, basis="甲2")
    enter_exhibit(dossier, by=room.analyst, number="甲9", origin="search", obtained_on=after)
    with pytest.raises(BadInputError, match="after the day of death"):
        back_element(dossier, by=room.analyst, element="possession", exhibit="甲9", shown_on=after)
    assert (dossier.offences.count(), dossier.element_exhibits.filter(element="possession").count()) == (0, 0)


def test_nobody_has_died_before_a_day_on_which_they_acted(room: Room) -> None:
    dossier = at(room, Stage.UNDER_INVESTIGATION)
    with pytest.raises(BadInputError, match="2026-09-02, on which by what is recorded the person acted"):
        dies(dossier, room, on=date(2026, 9, 1))
    dies(dossier, room, on=date(2026, 9, 2))


@pytest.mark.parametrize(
    ("kind", "final_after", "died_after", "against_it"),
    [
        pytest.param("imprisonment", None, -1, ["verdict"], id="convicted after the death"),
        pytest.param("imprisonment", 0, 0, [], id="convicted for good while alive"),
        pytest.param("imprisonment", 9, 5, ["verdict-final"], id="final after the death"),
        pytest.param("imprisonment", 9, -1, ["verdict", "verdict-final"], id="convicted and final after it"),
        pytest.param("acquitted", 9, -1, [], id="acquitted: it harms nobody"),
    ],
)
def test_a_death_is_held_against_the_days_of_a_verdict_that_is_given_of_the_living(
    kind: str, final_after: int | None, died_after: int, against_it: list[str], room: Room, now: Any
) -> None:
    """A court ends the case of an accused who has died (Code of Criminal Procedure, art. 339)."""
    dossier = at(room, Stage.REFERRED)
    decide(dossier, room, "formal-trial")
    now.shift(timedelta(days=30))
    tried = today()
    judge_in_court(dossier, room, kind)
    now.shift(timedelta(days=20))
    if final_after is not None:
        record_verdict_final(dossier, by=room.liaison, on=tried + timedelta(days=final_after))
    died = tried + timedelta(days=died_after)
    if against_it:
        with pytest.raises(RefusedError, match=r"a court's verdict as on the living|that verdict final"):
            dies(dossier, room, on=died)
    dies(dossier, room, on=died, despite_record=True)
    dossier.refresh_from_db()
    assert [what for what, _on in against(dossier)] == against_it
    # Whoever is perhaps not dead is not erased by default.
    assert ("deceased" in {one.outcome for one in reviews_due(room.operation)}) is (not against_it)


def test_an_appeal_that_was_dismissed_after_the_death_contradicts_it_too(room: Room, now: Any) -> None:
    dossier = at(room, Stage.REFERRED)
    decide(dossier, room, "formal-trial")
    judge_in_court(dossier, room, "imprisonment")
    convicted = today()
    now.shift(timedelta(days=60))
    judge_in_court(dossier, room, "upheld", instance="appeal", court="東京高等裁判所")
    dies(dossier, room, on=convicted + timedelta(days=1), despite_record=True)
    dossier.refresh_from_db()
    assert [what for what, _on in against(dossier)] == ["verdict"]
    withdraw_verdict(dossier, by=room.liaison, reason="別件の決定")
    assert against(dossier) == []
