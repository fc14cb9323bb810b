"""Joint squads: one commander, every headquarters approves, and no gate opens because an agreement ran out (R21)."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from typer.testing import CliRunner

from soken.access.models import Role, User
from soken.casework.actions.advance import GateError, advance
from soken.casework.actions.approve_squad import approve_step, withdraw_approval
from soken.casework.actions.end_squad import agree_to_end, propose_end, refuse_end
from soken.casework.actions.squad_act import change_commander, cover, form_squad
from soken.casework.models import Dossier, Membership, Squad, SquadApproval, SquadEnd
from soken.casework.selectors.dossier import facts_of, today
from soken.casework.selectors.squads import squads_of
from soken.commands.main import app
from soken.core.errors import BadInputError, NotFoundError, RefusedError
from soken.review.stages import Stage
from soken.review.transitions import lost
from tests.casework.dossiers import AT, Room, bring_to, make_dossier, refer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]


def form(room: Room, **changed: Any) -> Squad:
    said: dict[str, Any] = {
        "reference": "合同捜査協定 第7号", "forces": ["tokyo", "osaka"], "commander": "警視庁 管理官 架空 太郎",
        "since": date(2026, 11, 1), "until": date(2027, 3, 31),
    }  # fmt: skip
    return form_squad(room.operation, **{"by": room.reviewer, **said, **changed})


def approve(room: Room, squad: Squad, dossier: Dossier, force: str, step: str = "action", **changed: Any) -> None:
    said: dict[str, Any] = {"given_by": "本部長", "on": today(), "by": room.reviewer}
    approve_step(room.operation, squad.pk, person=dossier.person_code, force=force, step=step, **{**said, **changed})


def end(room: Room, squad: Squad) -> None:
    propose_end(room.operation, squad.pk, by=room.reviewer, on=today(), reason="協定の満了")
    agree_to_end(room.operation, squad.pk, by=room.reviewer2, reason="確認した")


def officer(room: Room, force: str) -> User:
    """Return a supervisor of a force in the operation."""
    user = User.objects.create(username=f"sup-{force}", role=Role.REVIEWER, force=force, password="!")
    Membership.objects.create(operation=room.operation, user=user)
    return user


def test_the_whole_way_needs_each_headquarters_twice(room: Room) -> None:
    squad, dossier = form(room), make_dossier(room)
    bring_to(dossier, Stage.UNDER_INVESTIGATION, room)
    cover(room.operation, squad.pk, by=room.reviewer, person=dossier.person_code)
    approve(room, squad, dossier, "tokyo")
    with pytest.raises(GateError) as shut:
        advance(dossier, by=room.reviewer, to=Stage.READY)
    assert [(one.code, one.about) for one in shut.value.missing] == [("squad-action", "osaka")]
    approve(room, squad, dossier, "osaka")
    advance(dossier, by=room.reviewer, to=Stage.READY)
    with pytest.raises(GateError) as shut:
        refer(dossier, room)
    assert [one.about for one in shut.value.missing] == ["tokyo", "osaka"]
    for force in ("tokyo", "osaka"):
        approve(room, squad, dossier, force, "referral")
    refer(dossier, room)


def test_who_is_ready_when_a_squad_takes_them_on_goes_back(room: Room) -> None:
    squad, dossier = form(room), make_dossier(room)
    bring_to(dossier, Stage.READY, room)
    cover(room.operation, squad.pk, by=room.reviewer, person=dossier.person_code)
    dossier.refresh_from_db()
    assert dossier.stage == Stage.UNDER_INVESTIGATION


def test_an_approval_taken_back_takes_readiness_with_it_and_stays_on_record(room: Room) -> None:
    squad, dossier = form(room), make_dossier(room)
    bring_to(dossier, Stage.UNDER_INVESTIGATION, room)
    cover(room.operation, squad.pk, by=room.reviewer, person=dossier.person_code)
    for force in ("tokyo", "osaka"):
        approve(room, squad, dossier, force)
    advance(dossier, by=room.reviewer, to=Stage.READY)
    withdraw_approval(
        room.operation, squad.pk, by=room.reviewer, person=dossier.person_code, force="osaka", step="action",
        reason="計画の変更",
    )  # fmt: skip
    dossier.refresh_from_db()
    assert dossier.stage == Stage.UNDER_INVESTIGATION
    assert SquadApproval.objects.count() == 2
    approve(room, squad, dossier, "osaka")


def test_the_last_day_of_the_agreement_opens_no_gate_and_the_end_does(room: Room, now: Any) -> None:
    squad, dossier = form(room, until=today()), make_dossier(room)
    bring_to(dossier, Stage.UNDER_INVESTIGATION, room)
    cover(room.operation, squad.pk, by=room.reviewer, person=dossier.person_code)
    for force in ("tokyo", "osaka"):
        approve(room, squad, dossier, force)
    now.move_to(AT + timedelta(days=1))
    assert squads_of(room.operation)[0].over
    with pytest.raises(GateError) as shut:
        advance(dossier, by=room.reviewer, to=Stage.READY)
    assert [one.code for one in shut.value.missing] == ["squad-over"]
    end(room, squad)
    advance(dossier, by=room.reviewer, to=Stage.READY)
    assert not lost(facts_of(dossier))


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"forces": ["tokyo"]}, "two forces"),
        ({"forces": ["tokyo", "tokyo"]}, "two forces"),
        ({"forces": ["tokyo", "gotham"]}, "not known"),
        ({"until": date(2026, 10, 31)}, "before the first"),
        ({"commander": " "}, "missing"),
        ({"reference": ""}, "missing"),
    ],
    ids=["one force", "one twice", "unknown", "ends before", "no commander", "no reference"],
)
def test_an_agreement_that_cannot_be_is_refused(changed: dict[str, Any], error: str, room: Room) -> None:
    with pytest.raises(BadInputError, match=error):
        form(room, **changed)
    assert not Squad.objects.exists()


def test_an_agreement_stands_once_and_a_person_is_in_one_squad(room: Room) -> None:
    squad, dossier = form(room), make_dossier(room)
    with pytest.raises(RefusedError, match="already"):
        form(room, reference=squad.reference.replace("7", "\uff17"))
    other = form(room, reference="第8号")
    cover(room.operation, squad.pk, by=room.reviewer, person=dossier.person_code)
    with pytest.raises(RefusedError, match="already"):
        cover(room.operation, other.pk, by=room.reviewer, person=dossier.person_code)
    end(room, squad)
    cover(room.operation, other.pk, by=room.reviewer, person=dossier.person_code)


def test_a_force_speaks_for_its_own_headquarters_alone(room: Room) -> None:
    squad, dossier = form(room), make_dossier(room)
    cover(room.operation, squad.pk, by=room.reviewer, person=dossier.person_code)
    osaka, kyoto = officer(room, "osaka"), officer(room, "kyoto")
    with pytest.raises(RefusedError, match="of that force"):
        approve(room, squad, dossier, "tokyo", by=osaka)
    with pytest.raises(RefusedError, match="does not belong"):
        approve(room, squad, dossier, "osaka", by=kyoto)
    approve(room, squad, dossier, "osaka", by=osaka)
    with pytest.raises(RefusedError, match="already"):
        approve(room, squad, dossier, "osaka")


def test_what_cannot_be_approved(room: Room) -> None:
    squad, dossier = form(room), make_dossier(room)
    with pytest.raises(RefusedError, match="does not work on"):
        approve(room, squad, dossier, "tokyo")
    cover(room.operation, squad.pk, by=room.reviewer, person=dossier.person_code)
    for changed in ({"on": today() + timedelta(days=1)}, {"on": date(2026, 10, 1)}, {"given_by": ""}):
        with pytest.raises(BadInputError):
            approve(room, squad, dossier, "tokyo", **changed)
    with pytest.raises(BadInputError, match="not known"):
        approve(room, squad, dossier, "kyoto")
    with pytest.raises(RefusedError, match="role"):
        approve(room, squad, dossier, "tokyo", by=room.investigator)
    with pytest.raises(NotFoundError):
        approve(room, squad, dossier, "tokyo", by=room.stranger)
    assert not SquadApproval.objects.exists()


def test_one_commands_and_those_before_stay_on_record(room: Room) -> None:
    squad = form(room)
    change_commander(room.operation, squad.pk, by=room.reviewer, commander="大阪府警 管理官 架空 花子")
    names = [one.name for one in squads_of(room.operation)[0].commanders]
    assert names == ["警視庁 管理官 架空 太郎", "大阪府警 管理官 架空 花子"]
    end(room, squad)
    with pytest.raises(RefusedError, match="ended"):
        change_commander(room.operation, squad.pk, by=room.reviewer, commander="誰か")


def test_one_supervisor_alone_ends_no_squad(room: Room) -> None:
    """The end lifts the gate of everybody whom the squad covers: until a second agrees, it binds."""
    squad, dossier = form(room), make_dossier(room)
    bring_to(dossier, Stage.UNDER_INVESTIGATION, room)
    cover(room.operation, squad.pk, by=room.reviewer, person=dossier.person_code)
    propose_end(room.operation, squad.pk, by=room.reviewer, on=today(), reason="再編")
    with pytest.raises(GateError, match="squad-action"):
        advance(dossier, by=room.reviewer, to=Stage.READY)
    with pytest.raises(RefusedError, match="yourself"):
        agree_to_end(room.operation, squad.pk, by=room.reviewer, reason="急ぐ")
    agree_to_end(room.operation, squad.pk, by=room.reviewer2, reason="確認した")
    advance(dossier, by=room.reviewer, to=Stage.READY)
    (seen,) = squads_of(room.operation)
    assert [(one.by, one.second, one.agreed) for one in seen.ends] == [(room.reviewer, room.reviewer2, True)]


def test_an_end_that_is_refused_stays_on_record_and_may_be_proposed_again(room: Room) -> None:
    squad = form(room)
    for by in (room.reviewer2, room.reviewer):  # refused by another, taken back by oneself
        propose_end(room.operation, squad.pk, by=room.reviewer, on=today(), reason="再編")
        with pytest.raises(RefusedError, match="proposed already"):
            propose_end(room.operation, squad.pk, by=room.reviewer2, on=today(), reason="再編")
        refuse_end(room.operation, squad.pk, by=by, reason="続ける")
    (seen,) = squads_of(room.operation)
    assert [one.agreed for one in seen.ends] == [False, False]
    assert seen.squad.ended_on is None
    for act in (agree_to_end, refuse_end):
        with pytest.raises(RefusedError, match="Nobody has proposed"):
            act(room.operation, squad.pk, by=room.reviewer2, reason="終了")


def test_what_ends_no_squad(room: Room) -> None:
    squad = form(room)
    for on in (today() + timedelta(days=1), date(2026, 10, 1)):
        with pytest.raises(BadInputError, match="check the date"):
            propose_end(room.operation, squad.pk, by=room.reviewer, on=on, reason="再編")
    with pytest.raises(BadInputError, match="reason"):
        propose_end(room.operation, squad.pk, by=room.reviewer, on=today(), reason=" ")
    with pytest.raises(RefusedError, match="does not belong"):
        propose_end(room.operation, squad.pk, by=officer(room, "kyoto"), on=today(), reason="再編")
    with pytest.raises(RefusedError, match="role"):
        propose_end(room.operation, squad.pk, by=room.investigator, on=today(), reason="再編")
    assert not SquadEnd.objects.exists()


def test_the_database_refuses_an_end_by_one_person(room: Room) -> None:
    propose_end(room.operation, form(room).pk, by=room.reviewer, on=today(), reason="再編")
    for said in ({"second": room.reviewer}, {"second": None}):
        with pytest.raises(IntegrityError, match="takes_two"), transaction.atomic():
            SquadEnd.objects.update(agreed=True, settled_at=AT, **said)


def test_the_page_offers_the_second_step_to_another_alone(room: Room) -> None:
    squad, desk, page = form(room), Client(headers={"accept-language": "en"}), "/operations/heron/squads"
    desk.force_login(room.reviewer)
    said = {"act": "end", "key": squad.pk, "on": "2026-11-20", "reason": "再編"}
    assert desk.post(page, said).status_code == 302
    mine = desk.get(page).content.decode()
    assert "waits for a second person" in mine
    assert 'value="agree-end"' not in mine
    desk.force_login(room.reviewer2)
    assert 'value="agree-end"' in desk.get(page).content.decode()
    assert desk.post(page, {"act": "agree-end", "key": squad.pk, "reason": "確認した"}).status_code == 302
    assert "Agreed to end" in desk.get(page).content.decode()


def test_the_page_forms_a_squad_and_says_who_has_not_approved(room: Room) -> None:
    dossier, desk, page = make_dossier(room), Client(), "/operations/heron/squads"
    desk.force_login(room.reviewer)
    said = {
        "act": "form", "reference": "第9号", "forces": ["tokyo", "osaka"], "commander": "警視庁 管理官",
        "since": "2026-11-01", "until": "2027-03-31",
    }  # fmt: skip
    assert desk.post(page, {**said, "until": "2026-01-01"}).status_code == 422
    assert desk.post(page, {**said, "forces": []}).status_code == 422
    assert desk.post(page, said).status_code == 302
    key = Squad.objects.get().pk
    assert desk.post(page, {"act": "cover", "key": key, "person": dossier.person_code}).status_code == 302
    approval = {"act": "approve", "key": key, "person": dossier.person_code, "force": "tokyo", "step": "action"}
    assert desk.post(page, {**approval, "given_by": "警視総監", "on": "2026-11-20"}).status_code == 302
    shown = desk.get(page).content.decode()
    assert "警視総監" in shown
    assert "action not approved by:" in shown
    assert desk.post(page, {"act": "raze", "key": key}).status_code == 404
    desk.force_login(room.auditor)
    assert desk.get(page).status_code == 403
    desk.force_login(room.stranger)
    assert desk.get(page).status_code == 404


def test_the_command_line_shows_the_same(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("soken.commands.squad.acting_user", lambda _by: room.reviewer)
    monkeypatch.setattr("soken.commands.squad.started", lambda: None)
    runner, dossier = CliRunner(), make_dossier(room)

    def run(*words: str) -> Any:
        done = runner.invoke(app, ["squad", *words, "--operation", "heron", "--json"], catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return json.loads(done.output)

    made = run(
        "form", "--reference", "第9号", "--force", "tokyo", "--force", "osaka", "--commander", "管理官", "--from",
        "2026-11-01", "--to", "2027-03-31",
    )  # fmt: skip
    key, person = str(made["number"]), ("--person", dossier.person_code)
    run("cover", key, *person)
    run("approve", key, *person, "--force", "osaka", "--step", "action", "--given-by", "本部長", "--on", "2026-11-20")
    (seen,) = run("list")["squads"]
    assert seen["persons"][0]["waiting"] == ["tokyo"]
    run("withdraw", key, *person, "--force", "osaka", "--step", "action", "--reason", "誤り")
    run("commander", key, "--name", "別の管理官")
    assert run("end", key, "--on", "2026-11-20", "--reason", "終了")["ended_on"] is None
    run("refuse-end", key, "--reason", "続ける")
    run("end", key, "--on", "2026-11-20", "--reason", "終了")
    monkeypatch.setattr("soken.commands.squad.acting_user", lambda _by: room.reviewer2)
    assert run("agree-end", key, "--reason", "確認した")["ended_on"] == "2026-11-20"
    assert [one["agreed"] for one in run("list")["squads"][0]["ends"]] == [False, True]
