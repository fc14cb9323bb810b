"""The wrong person: one act freezes the links, shuts coercive steps, lists every copy and starts the review (R35)."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.utils import translation

from soken.casework.actions.advance import GateError, advance
from soken.casework.actions.decide_run import accept_run
from soken.casework.actions.end_dossier import end_dossier
from soken.casework.actions.judge import judge
from soken.casework.actions.notify_safety import notify_safety
from soken.casework.actions.propose_run import propose_run
from soken.casework.actions.recall_copy import add_copy, answer_recall, ask_back, look_again
from soken.casework.actions.record_custody_step import record_custody_step
from soken.casework.actions.record_restraint import record_restraint
from soken.casework.actions.record_warrant import record_warrant
from soken.casework.actions.register_wrong_person import report_wrong_person
from soken.casework.actions.resolve_operation import resolve_operation
from soken.casework.actions.review_wrong_person import answer_question, close_entry, notice_given, propose, settle
from soken.casework.actions.take_in_evidence import take_in_evidence
from soken.casework.dossier_words import missing_words
from soken.casework.models import Dossier, Misidentification, MisidentificationDecision, Person
from soken.casework.selectors.boards import board
from soken.casework.selectors.dossier import facts_of
from soken.casework.selectors.wrong_persons import copies_in_ledger, wrong_person
from soken.core.errors import BadInputError, NotFoundError, RefusedError
from soken.core.home import open_home
from soken.core.progress import silent
from soken.intake import Acquisition
from soken.ledger.attribution import attributed
from soken.ledger.chain import chain_pending
from soken.ledger.doors import consulted
from soken.ledger.entries import Kind
from soken.ledger.models import Entry
from soken.resolve import RowRef
from soken.review.guards import Missing
from soken.review.misidentified import register
from soken.review.stages import Stage
from soken.review.transitions import missing
from tests.casework.dossiers import AT, Room, bring_to, make_dossier, make_room

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytest_django import Settings

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def now() -> Iterator[Any]:
    with time_machine.travel(AT, tick=False) as traveller:
        yield traveller


def _commit() -> None:
    """Chain what is pending, as every commit does: a test's own transaction has none."""
    chain_pending(connection)


def report(dossier: Dossier, room: Room, **said: Any) -> Misidentification:
    return report_wrong_person(
        room.operation, dossier.person_code, **{"by": room.investigator, "basis": "下線の欠落", **said}
    )


def test_one_act_ends_the_work_freezes_the_rows_and_starts_the_review(room: Room) -> None:
    dossier = make_dossier(room, rows=3)
    entry = report(dossier, room)
    dossier.refresh_from_db()
    found = wrong_person(room.operation, dossier.person_code)
    assert dossier.stage == Stage.MISIDENTIFIED
    assert entry.rows.count() == 3
    assert found.unanswered == tuple(register().questions)
    assert found.missing == ("questions-open", "notice-undecided")


def test_ending_a_dossier_as_the_wrong_person_is_the_same_act(room: Room) -> None:
    dossier = make_dossier(room)
    end_dossier(dossier, by=room.analyst, kind="misidentified", basis="照会の結果")
    assert wrong_person(room.operation, dossier.person_code).entry.by == room.analyst


def test_whoever_finds_out_may_report_it_whichever_force_owns_the_person(room: Room) -> None:
    dossier = make_dossier(room, force="osaka")
    room.investigator.force = "tokyo"
    room.investigator.save()
    assert report(dossier, room).by == room.investigator


@pytest.mark.parametrize("stage", [Stage.PROPOSED, Stage.READY, Stage.REFERRED, Stage.DECIDED, Stage.NOT_CHARGEABLE])
def test_it_can_be_reported_at_every_stage_of_work(stage: Stage, room: Room) -> None:
    dossier = bring_to(make_dossier(room), stage, room)
    report(dossier, room)
    assert facts_of(Dossier.objects.get(pk=dossier.pk)).frozen


def test_a_second_report_and_one_by_a_stranger_are_refused(room: Room) -> None:
    dossier = make_dossier(room)
    with pytest.raises(NotFoundError):
        report(dossier, room, by=room.stranger)
    report(dossier, room)
    with pytest.raises(RefusedError, match="already"):
        report(dossier, room)


# Coercive steps


def test_the_table_of_transitions_shuts_the_way_and_says_why_in_both_languages(room: Room) -> None:
    dossier = bring_to(make_dossier(room), Stage.READY, room)
    report(dossier, room)
    found = missing(facts_of(dossier), Stage.UNDER_INVESTIGATION, Stage.READY)
    assert Missing("links-frozen") in found
    for language, said in (("en", "no coercive step"), ("ja", "強制処分")):
        with translation.override(language):
            assert said in missing_words(Missing("links-frozen"))


def test_nobody_is_held_on_frozen_links_and_whoever_is_held_is_released(room: Room, now: Any) -> None:
    dossier = bring_to(make_dossier(room), Stage.READY, room)
    earlier = AT - timedelta(hours=5)
    record_restraint(dossier, by=room.investigator, began_at=earlier, form="warrant")
    report(dossier, room)
    now.shift(timedelta(hours=1))
    later = AT + timedelta(hours=1)
    with pytest.raises(GateError, match="wrong person"):
        record_custody_step(dossier, by=room.investigator, kind="referred", happened_at=later)
    record_custody_step(dossier, by=room.investigator, kind="released", happened_at=later)
    with pytest.raises(GateError, match="wrong person"):
        record_restraint(dossier, by=room.investigator, began_at=later, form="warrant")


def test_what_happened_before_the_report_is_still_recorded(room: Room, now: Any) -> None:
    dossier = make_dossier(room)
    report(dossier, room)
    now.shift(timedelta(hours=1))
    made = record_restraint(dossier, by=room.investigator, began_at=AT - timedelta(hours=1), form="urgent")
    assert made.next_end is not None


def test_no_warrant_is_recorded_and_no_gate_opens_for_one_person_alone(room: Room) -> None:
    dossier = bring_to(make_dossier(room), Stage.READY, room)
    report(dossier, room)
    with pytest.raises(RefusedError):
        record_warrant(
            room.operation, by=room.investigator, kind="search-seizure", reference="令1号", issued_by="東京簡裁",
            issued_on=AT.date(), scope="居宅", persons=[dossier.person_code],
        )  # fmt: skip
    with pytest.raises(GateError) as shut:
        advance(Dossier.objects.get(pk=dossier.pk), by=room.reviewer, to=Stage.PROPOSED, reason="再検討")
    assert [one.code for one in shut.value.missing] == ["release-unagreed"]


# Copies


def test_every_copy_that_the_ledger_knows_is_listed(room: Room) -> None:
    dossier = make_dossier(room, force="tokyo")
    notify_safety(
        room.operation, dossier.person_code, by=room.analyst, body="child-guidance-centre", office="中央児童相談所",
        method="phone",
    )  # fmt: skip
    doors = {"command packet make": dossier.person_code, "command case export": "", "page other": dossier.person_code}
    for through, person in doors.items():
        with attributed(by="saeki", act="see-dossier", through=through, operation="heron", person=person):
            consulted(kind=Kind.DISCLOSURE, recipient="東京地検" if "packet" in through else "")
    with attributed(by="saeki", through="command feed get", operation="heron"):
        consulted(kind=Kind.DISCLOSURE, recipient="a filter, which gets no person")
    with attributed(by="saeki", through="command packet make", operation="heron", person="P-9999-0000-0009"):
        consulted(kind=Kind.DISCLOSURE, recipient="somebody else's packet")
    _commit()
    report(dossier, room)
    found = wrong_person(room.operation, dossier.person_code).recalls
    assert {(one.recall.source, one.recall.recipient) for one in found} == {
        ("safety", "中央児童相談所"), ("packet", "東京地検"), ("case-file", "saeki"), ("other", "saeki"),
    }  # fmt: skip
    assert {one.state for one in found} == {"unasked"}
    seqs = {seq for one in found for seq in one.recall.entries}
    assert seqs <= set(Entry.objects.filter(kind="disclosure").values_list("pk", flat=True))


def test_every_table_and_door_that_discloses_is_a_kind_of_copy() -> None:
    from soken.commands.rights import CARRIES_AWAY
    from soken.ledger.watched import settings_of_ledger

    known = set(register().of_ledger) | register().no_person
    assert set(settings_of_ledger()["kinds"]["disclosure"]) <= known
    assert {f"command {one}" for one in CARRIES_AWAY} <= known


def test_a_copy_that_goes_out_after_the_report_is_found_by_looking_again(room: Room) -> None:
    dossier = make_dossier(room)
    report(dossier, room)
    with attributed(by="saeki", through="command links export", operation="heron"):
        consulted(kind=Kind.DISCLOSURE, recipient="科捜研")
        _commit()
    assert look_again(room.operation, dossier.person_code, by=room.analyst) == 1
    assert look_again(room.operation, dossier.person_code, by=room.analyst) == 0
    assert len(copies_in_ledger(room.operation, dossier.person_code)) == 1


def test_a_recall_is_asked_becomes_overdue_and_is_answered(room: Room, now: Any) -> None:
    dossier = make_dossier(room)
    report(dossier, room)
    code = dossier.person_code
    key = add_copy(room.operation, code, by=room.liaison, source="print", recipient="大阪府警").pk
    with pytest.raises(RefusedError, match="Nobody has asked"):
        answer_recall(room.operation, code, by=room.liaison, key=key, answer="destroyed", who="井上")
    assert _state(room, code) == "unasked"
    ask_back(room.operation, code, by=room.liaison, key=key, method="document")
    assert _state(room, code) == "asked"
    now.shift(timedelta(days=register().answer_days))
    assert _state(room, code) == "overdue"
    found = board(room.analyst)
    assert found is not None
    assert [one.pk for one in found.recalls.shown] == [key]
    with pytest.raises(BadInputError, match="note"):
        answer_recall(room.operation, code, by=room.liaison, key=key, answer="refused", who="井上")
    answer_recall(room.operation, code, by=room.liaison, key=key, answer="refused", who="井上", note="証拠として保管")
    assert _state(room, code) == "refused"
    ask_back(room.operation, code, by=room.liaison, key=key, method="in-person")
    answer_recall(room.operation, code, by=room.liaison, key=key, answer="destroyed", who="井上")
    assert _state(room, code) == "gone"
    after = board(room.analyst)
    assert after is not None
    assert after.recalls.total == 0


def _state(room: Room, code: str) -> str:
    return wrong_person(room.operation, code).recalls[0].state


# Review and decisions


def test_the_review_is_closed_only_when_everything_is_answered_and_the_person_told(room: Room) -> None:
    dossier = make_dossier(room)
    report(dossier, room)
    code = dossier.person_code
    with pytest.raises(RefusedError, match="questions-open"):
        close_entry(room.operation, code, by=room.reviewer)
    for question in register().questions:
        answer_question(room.operation, code, by=room.analyst, question=question, answer="確認した")
    propose(room.operation, code, by=room.reviewer, kind="notice", choice="apology-and-notice", reason="捜索を受けた")
    with pytest.raises(RefusedError, match="yourself"):
        settle(room.operation, code, by=room.reviewer, kind="notice", agree=True)
    settle(room.operation, code, by=room.reviewer2, kind="notice", agree=True)
    with pytest.raises(RefusedError, match="notice-not-given"):
        close_entry(room.operation, code, by=room.reviewer)
    notice_given(room.operation, code, by=room.reviewer, how="面談で謝罪")
    close_entry(room.operation, code, by=room.reviewer)
    assert facts_of(Dossier.objects.get(pk=dossier.pk)).frozen, "closing the review releases nothing"


def test_two_people_release_the_links_and_the_person_begins_anew(room: Room) -> None:
    dossier = make_dossier(room)
    report(dossier, room)
    code = dossier.person_code
    propose(room.operation, code, by=room.reviewer, kind="release", reason="再照会で本人と確認")
    with pytest.raises(RefusedError, match="yourself"):
        settle(room.operation, code, by=room.reviewer, kind="release", agree=True)
    with pytest.raises(RefusedError, match="may not do this"):
        settle(room.operation, code, by=room.analyst, kind="release", agree=True)
    settle(room.operation, code, by=room.reviewer2, kind="release", agree=True)
    dossier.refresh_from_db()
    assert dossier.stage == Stage.PROPOSED
    assert facts_of(dossier).ending is None
    assert not facts_of(dossier).frozen
    report(dossier, room, basis="やはり別人")
    assert Misidentification.objects.filter(dossier=dossier).count() == 2


def test_a_refused_release_changes_nothing(room: Room) -> None:
    dossier = make_dossier(room)
    report(dossier, room)
    propose(room.operation, dossier.person_code, by=room.reviewer, kind="release", reason="本人")
    settle(room.operation, dossier.person_code, by=room.reviewer2, kind="release", agree=False)
    assert facts_of(Dossier.objects.get(pk=dossier.pk)).frozen


def test_the_database_itself_refuses_a_second_who_is_the_first(room: Room) -> None:
    dossier = make_dossier(room)
    report(dossier, room)
    made = propose(room.operation, dossier.person_code, by=room.reviewer, kind="release", reason="本人")
    with pytest.raises(IntegrityError), transaction.atomic():
        MisidentificationDecision.objects.filter(pk=made.pk).update(second=room.reviewer, agreed=True)


def test_the_ledger_records_who_froze_what(room: Room) -> None:
    dossier = make_dossier(room)
    _commit()
    report(dossier, room)
    _commit()
    tables = {
        change["table"]
        for entry in Entry.objects.filter(person=dossier.person_code, act="end-dossier")
        for change in json.loads(entry.changes)
    }
    assert {"casework.Misidentification", "casework.FrozenRow", "casework.DossierEnding"} <= tables


# Links, with a real list

_LIST = [
    "佐藤 一男,kazuo@mail.example,090-1234-5001",
    "佐藤 一男,kazuo@mail.example,090-1234-5001",
    "鈴木 花子,hanako@mail.example,090-1234-5002",
    "高橋 次郎,jiro@mail.example,090-1234-5003",
]


class _World:
    """An operation with lists that are really taken in and resolved."""

    def __init__(self, folder: Path, settings: Settings) -> None:
        settings.HOME = self.home = open_home(folder / "home")
        self._folder = folder
        self.room = make_room("tanuki")
        self.operation = self.room.operation
        self.take_in(_LIST)
        self.resolve()

    def take_in(self, rows: list[str]) -> None:
        path = self._folder / f"list-{self.operation.evidence.count()}.csv"
        path.write_text("\n".join(["氏名,メールアドレス,電話番号", *rows]) + "\n", "utf-8")
        take_in_evidence(
            self.operation, path, home=self.home, acquisition=Acquisition(), actor="tester", progress=silent()
        )

    def resolve(self, **said: Any) -> None:
        resolve_operation(self.operation, home=self.home, progress=silent(), **said)

    def person(self, name: str) -> Person:
        return Person.objects.get(operation=self.operation, name=name)

    def rows_of(self, code: str) -> list[tuple[str, int]]:
        from soken.casework.selectors import store

        run = self.operation.runs.first()
        assert run is not None
        found = store.ask(
            "select evidence, row from read_parquet($p) where person = $c order by all",
            p=str(store.run_folder(self.operation, run) / "membership.parquet"), c=store.OnePerson(code),
        )  # fmt: skip
        return [(one["evidence"], one["row"]) for one in found]


@pytest.fixture
def world(tmp_path: Path, settings: Settings) -> _World:
    return _World(tmp_path, settings)


def test_frozen_links_stay_through_runs_judgements_and_candidates_until_two_people_release_them(world: _World) -> None:
    """One list, resolved again and again: a run takes seconds, so the steps share one world."""
    operation, people = world.operation, world.room
    code = world.person("佐藤 一男").code
    before = world.rows_of(code)
    item = before[0][0]
    judge(
        operation, by=people.analyst, left=RowRef(item, 1), right=RowRef(item, 3), verdict="same", code="same-moved",
        note="転居",
    )  # fmt: skip
    candidate = propose_run(operation, home=world.home, progress=silent())
    report_wrong_person(operation, code, by=people.analyst, basis="別人")

    # What was made before the freeze is not shown after it, and nobody judges frozen rows.
    with pytest.raises(RefusedError, match="frozen or released"):
        accept_run(operation, candidate.folder, by=people.analyst, home=world.home)
    with pytest.raises(RefusedError, match="frozen"):
        judge(
            operation, by=people.analyst, left=RowRef(item, 2), right=RowRef(item, 4), verdict="different",
            code="different-namesake", note="別人",
        )  # fmt: skip

    # Equal and nearly equal rows of a further list are somebody else's, and nothing is asked; the judgement waits.
    world.take_in(["佐藤 一男,kazuo@mail.example,090-1234-5001", "佐藤 一男,kazuo@mail.example,"])
    world.resolve()
    assert world.rows_of(code) == before
    assert Person.objects.filter(operation=operation, name="佐藤 一男").count() == 2
    assert not Person.objects.filter(operation=operation, code=code, review_with__gt="").exists()
    assert world.rows_of(world.person("鈴木 花子").code) == [(item, 3)]

    # A run that goes on from that one keeps to it.
    world.take_in(["佐藤 一男,kazuo@mail.example,090-1234-5001"])
    world.resolve(full=False)
    assert world.rows_of(code) == before

    propose(operation, code, by=people.reviewer, kind="release", reason="本人")
    settle(operation, code, by=people.reviewer2, kind="release", agree=True)
    world.resolve()
    after = world.rows_of(code)
    assert {*before, (item, 3)} < set(after), "the judgement binds again"
    assert {row for evidence, row in after if evidence != item} == {1}, "the equal rows of the later lists are joined"
    assert len(after) == 5
