"""Who records what a court decides, what the record says, and where it goes: page, command, API, ledger (R30, R36)."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import translation
from typer.testing import CliRunner

from soken.access.eyes import compartments_changed, viewing
from soken.access.models import Role, User
from soken.casework.actions.erase_rows import delete_person
from soken.casework.actions.record_verdict import record_verdict_final, withdraw_verdict
from soken.casework.models import CourtVerdict, Dossier, Membership, Operation
from soken.casework.selectors.dossier import today
from soken.casework.selectors.references import references
from soken.commands.main import app
from soken.core.errors import BadInputError, NotFoundError, RefusedError, SokenError
from soken.ledger.models import PendingEntry
from tests.api.asking import token_for, told
from tests.casework.dossiers import AT, Room, judge_in_court

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]
DAY = AT.date()


@pytest.fixture
def room(room_and_ready: tuple[Room, Dossier]) -> Room:
    return room_and_ready[0]


@pytest.mark.parametrize("who", ["analyst", "auditor", "stranger"])
def test_who_may_not_changes_nothing(who: str, tried: Dossier, room: Room) -> None:
    judge_in_court(tried, room)
    acts: list[Any] = [
        lambda by: judge_in_court(tried, room, by=by, kind="upheld", instance="appeal"),
        lambda by: record_verdict_final(tried, by=by, on=today()),
        lambda by: withdraw_verdict(tried, by=by, reason="誤記"),
    ]
    for act in acts:
        with pytest.raises((RefusedError, NotFoundError)):
            act(room.users[who])
    [only] = CourtVerdict.objects.all()
    assert (only.final_on, only.withdrawn_at) == (None, None)


def test_who_looked_at_an_older_version_is_refused(tried: Dossier, room: Room) -> None:
    with pytest.raises(RefusedError, match="Somebody else"):
        judge_in_court(tried, room, seen=tried.version - 1)


def test_another_force_neither_reads_nor_records_it_where_the_operation_is_read_by_force(
    tried: Dossier, room: Room
) -> None:
    judge_in_court(tried, room, reference="令和8年(わ)第7号")
    Operation.objects.filter(pk=room.operation.pk).update(by_force=True)
    room.operation.by_force = True
    compartments_changed()
    other = User.objects.create(username="kyoto", role=Role.LIAISON, force="kyoto", password="!")
    Membership.objects.create(operation=room.operation, user=other)
    with viewing(other):
        assert not CourtVerdict.objects.exists()
        assert references(other, "令和8年(わ)第7号") == ()
    with pytest.raises(SokenError):
        judge_in_court(tried, room, by=other)


def test_the_courts_number_leads_to_the_person(tried: Dossier, room: Room) -> None:
    judge_in_court(tried, room, reference="令和8年(わ)第7号")
    [found] = references(room.liaison, "令和8年（わ）第7号")
    assert (found.kind, found.person) == ("verdict", tried.person_code)


def test_the_ledger_holds_who_recorded_what_of_whom(tried: Dossier, room: Room) -> None:
    judge_in_court(tried, room, final_on=today())
    withdraw_verdict(tried, by=room.liaison, reason="誤記")
    caught = PendingEntry.objects.filter(place="casework_courtverdict").values_list("what", flat=True)
    assert list(caught) == ["insert", "update"]


def test_an_erasure_takes_the_verdicts_with_the_person(tried: Dossier, room: Room) -> None:
    judge_in_court(tried, room, final_on=today())
    with transaction.atomic():
        gone = delete_person(room.operation, tried.person_code, [])
    assert gone["casework.CourtVerdict"] == 1
    assert not CourtVerdict.objects.exists()


@pytest.mark.parametrize("half", [{"final_on": DAY}, {"withdrawn_at": AT}, {"final_on": date(2000, 1, 1)}])
def test_the_database_refuses_half_an_entry(half: dict[str, Any], tried: Dossier, room: Room) -> None:
    judge_in_court(tried, room)
    with pytest.raises(IntegrityError), transaction.atomic():
        CourtVerdict.objects.update(**half)


def test_the_page_offers_what_comes_next_and_shows_each_verdict(tried: Dossier, room: Room) -> None:
    desk, page = Client(headers={"accept-language": "en"}), f"/operations/heron/persons/{tried.person_code}/referral"
    desk.force_login(room.liaison)

    def do(act: str, **said: Any) -> None:
        tried.refresh_from_db()
        answer = desk.post(page, {"act": act, "version": tried.version, **said})
        assert answer.status_code == 302, answer.content.decode()

    assert 'value="verdict"' in desk.get(page).content.decode()
    do("verdict", kind="fine", instance="first", court="東京地裁", reference="わ7", on=today())
    shown = desk.get(page).content.decode()
    for words in ("Guilty: fine", "First instance", "東京地裁", "わ7", "not final", "No final verdict is recorded."):
        assert words in shown
    assert 'value="withdraw-disposition"' not in shown
    do("verdict", kind="acquitted", instance="appeal", court="東京高裁", reference="う8", on=today())
    do("verdict-final", on=today())
    assert f"What counts: Acquittal, final since {today()}." in desk.get(page).content.decode()
    japanese = desk.get(page, headers={"accept-language": "ja"}).content.decode()
    for words in ("無罪", "控訴審", "有罪（罰金・科料）", "確定"):
        assert words in japanese
    do("withdraw-verdict", reason="共犯者の判決")
    shown = desk.get(page).content.decode()
    assert "共犯者の判決" in shown
    assert "No final verdict is recorded." in shown
    assert 'value="verdict-final"' in shown


def test_a_refusal_on_the_page_keeps_what_was_typed_and_says_why(tried: Dossier, room: Room) -> None:
    desk, page = Client(headers={"accept-language": "ja"}), f"/operations/heron/persons/{tried.person_code}/referral"
    desk.force_login(room.liaison)
    tried.refresh_from_db()
    with translation.override("ja"):
        answer = desk.post(page, {
            "act": "verdict", "version": tried.version, "kind": "acquitted", "instance": "appeal",
            "court": "東京高裁", "reference": "う8", "on": today(),
        })  # fmt: skip
    shown = answer.content.decode()
    assert answer.status_code == 409 or answer.status_code == 422
    assert "う8" in shown
    assert "先に第一審" in shown


def test_the_api_says_what_was_decided_and_what_is_final(tried: Dossier, room: Room) -> None:
    def asked() -> Any:
        return told(token_for(room.reviewer), f"operations/heron/persons/{tried.person_code}/dossier")["decisions"]

    judge_in_court(tried, room, "fine")
    withdraw_verdict(tried, by=room.liaison, reason="誤記")
    judge_in_court(tried, room, "acquitted", reference="わ7")
    [made] = asked()
    assert [(one["kind"], one["says"], one["reference"], one["final_on"]) for one in made["verdicts"]] == [
        ("acquitted", "Acquittal", "わ7", None)
    ]
    assert (made["kind"], made["outcome"], made["outcome_on"]) == ("formal-trial", "", None)
    record_verdict_final(tried, by=room.liaison, on=today())
    [made] = asked()
    assert (made["outcome"], made["outcome_on"]) == ("acquitted", today().isoformat())


def test_the_commands_record_what_the_court_decided(
    tried: Dossier, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("soken.commands.referral", "soken.commands.dossier_act"):
        monkeypatch.setattr(f"{module}.acting_user", lambda _by: room.liaison)
    monkeypatch.setattr("soken.commands.referral.started", lambda: None)

    def run(*words: str) -> Any:
        done = CliRunner().invoke(app, ["referral", *words, "--operation", "heron"])
        if done.exit_code:
            return done.exception
        return json.loads(done.output) if "--json" in words else done.output

    day, person = today().isoformat(), tried.person_code
    said = ("--instance", "first", "--court", "東京地裁", "--reference", "わ7", "--on", day, "--json")
    assert run("verdict", person, "--kind", "fine", *said)["stage"] == "decided"
    assert run("withdraw", person, "--what", "verdict", "--reason", "誤記", "--json")["person"] == person
    assert run("verdict", person, "--kind", "acquitted", *said)["person"] == person
    assert run("verdict-final", person, "--on", day, "--json")["person"] == person
    [seen] = run("list", "--json")["referrals"]
    [made] = seen["dispositions"]
    assert [(one["kind"], one["withdrawn_reason"]) for one in made["verdicts"]] == [("fine", "誤記"), ("acquitted", "")]
    assert made["final_verdict"] == {"kind": "acquitted", "outcome": "acquitted", "on": day}
    assert f"formal-trial → acquitted, {day}" in run("list")
    assert isinstance(run("verdict", person, "--kind", "pardon", *said), BadInputError)
