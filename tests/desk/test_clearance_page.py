"""Clearances on the page of a case at the prosecutor's: who records and strikes them, and what is refused (R38)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.test import Client
from django.utils import translation

from soken.casework.actions.add_suspect import add_suspect
from soken.casework.actions.advance import advance
from soken.casework.actions.confirm_identity import confirm_identity
from soken.casework.models import CaseVictim, ClearedCase, Dossier, LawbreakingChild, Membership, SameSuspect
from soken.desk.clearance_forms import ClearanceForm
from soken.review.stages import Stage
from tests.casework.dossiers import AT, Room, bring_to, make_dossier, make_room, record_screening
from tests.desk.reading import text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.django_db
SAID = {
    "group": "production", "cleared_on": AT.date().isoformat(), "cleared_at": "tokyo", "occurred_at": "osaka",
    "network": "yes", "age": "41", "occupation": "teacher",
    "child1_code": "V-1", "child1_stage": "primary", "child1_form": "self-generated", "child1_relation": "network",
    "child3_code": "V-2",
}  # fmt: skip


@pytest.fixture(autouse=True)
def now() -> Iterator[Any]:
    with time_machine.travel(AT, tick=False) as traveller, translation.override("en"):
        yield traveller


@pytest.fixture
def referred(room: Room) -> Dossier:
    return bring_to(make_dossier(room), Stage.REFERRED, room)


def desk(room: Room, who: str, language: str = "en") -> Client:
    client = Client(headers={"accept-language": language})
    client.force_login(room.users[who])
    return client


def post(room: Room, who: str, dossier: Dossier, act: str, **said: str) -> Any:
    dossier.refresh_from_db()
    page = f"/operations/heron/persons/{dossier.person_code}/referral"
    return desk(room, who).post(page, {"act": act, "version": dossier.version, **said})


def page(room: Room, who: str, dossier: Dossier, language: str = "en") -> str:
    return text_of(desk(room, who, language).get(f"/operations/heron/persons/{dossier.person_code}/referral"))


def test_a_case_is_recorded_with_its_children_and_shown_in_words(referred: Dossier, room: Room) -> None:
    assert post(room, "liaison", referred, "clear", **SAID).status_code == 302
    case = ClearedCase.objects.get()
    assert (case.group, case.cleared_at, case.occurred_at, case.network) == ("production", "tokyo", "osaka", "yes")
    assert [(one.age, one.occupation) for one in case.clearings.all()] == [(41, "teacher")]
    children = CaseVictim.objects.order_by("victim__code").values_list("victim__code", "stage", "form")
    assert list(children) == [("V-1", "primary", "self-generated"), ("V-2", "unstated", "unstated")]
    shown = page(room, "liaison", referred)
    assert "Production" in shown
    assert "V-1 · Primary school" in shown
    assert "V-1 · 小学生" in page(room, "liaison", referred, "ja")


def test_a_case_is_struck_with_a_reason_and_stays_to_be_read(referred: Dossier, room: Room) -> None:
    post(room, "liaison", referred, "clear", **SAID)
    case = ClearedCase.objects.get()
    assert post(room, "liaison", referred, "strike", key=str(case.pk), because="").status_code == 422
    assert post(room, "liaison", referred, "strike", key=str(case.pk), because="entered twice").status_code == 302
    case.refresh_from_db()
    assert (case.struck_because, case.struck_by) == ("entered twice", room.users["liaison"])
    shown = page(room, "liaison", referred)
    assert "struck: entered twice" in shown
    assert f"Strike case {case.pk}" not in shown
    assert post(room, "liaison", referred, "strike", key=str(case.pk), because="again").status_code == 409


def test_a_case_of_another_person_is_not_found(referred: Dossier, room: Room) -> None:
    post(room, "liaison", referred, "clear", **SAID)
    other = bring_to(make_dossier(room), Stage.REFERRED, room)
    assert post(room, "liaison", other, "strike", key=str(ClearedCase.objects.get().pk), because="x").status_code == 409
    assert not ClearedCase.objects.filter(struck_at__isnull=False).exists()


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"child1_code": "山田花子"}, "never a name"),
        ({"child1_code": ""}, "Child 1 has no code"),
        ({"child2_before": "on"}, "Child 2 has no code"),
        ({"child1_before": "on"}, "No child is recorded as V-1"),
        ({"cleared_on": "2099-01-01"}, "in the future"),
        ({"group": "theft"}, "The form is not complete"),
        ({"age": "121"}, "The form is not complete"),
    ],
)
def test_what_cannot_be_is_refused_in_words_and_what_was_typed_is_still_there(
    changed: dict[str, str], says: str, referred: Dossier, room: Room
) -> None:
    answer = post(room, "liaison", referred, "clear", **SAID | changed)
    assert answer.status_code == 422
    assert says in text_of(answer)
    assert 'value="V-2"' in answer.content.decode()
    assert not ClearedCase.objects.exists()


@pytest.mark.parametrize(("who", "may"), [("liaison", True), ("investigator", True), ("analyst", False)])
def test_the_form_is_offered_to_whoever_may_record(who: str, may: bool, referred: Dossier, room: Room) -> None:
    assert ("Record a clearance" in page(room, who, referred)) is may
    assert post(room, who, referred, "clear", **SAID).status_code == (302 if may else 409)
    assert ClearedCase.objects.exists() is may


def test_before_the_referral_there_is_no_form(room: Room) -> None:
    dossier = bring_to(make_dossier(room), Stage.READY, room)
    assert "Record a clearance" not in page(room, "liaison", dossier)
    assert post(room, "liaison", dossier, "clear", **SAID).status_code == 409


def test_who_has_not_seen_the_newest_version_is_told(referred: Dossier, room: Room) -> None:
    answer = desk(room, "liaison").post(
        f"/operations/heron/persons/{referred.person_code}/referral", {"act": "clear", "version": "1", **SAID}
    )
    assert answer.status_code == 409
    assert not ClearedCase.objects.exists()


def test_the_words_of_the_form_follow_the_page(db: None) -> None:
    for language, word in (("ja", "罪種"), ("en", "Group of offence")):
        with translation.override(language):
            assert word in ClearanceForm().as_p()


def test_an_accomplice_is_put_into_the_case_and_each_page_shows_the_other(referred: Dossier, room: Room) -> None:
    post(room, "liaison", referred, "clear", **SAID)
    case, other = ClearedCase.objects.get(), bring_to(make_dossier(room), Stage.REFERRED, room)
    assert post(room, "liaison", other, "suspect", case="9999", age="", occupation="").status_code == 409
    other.confirmations.update(born_on=None)
    assert post(room, "liaison", other, "suspect", case=str(case.pk), age="19", occupation="student").status_code == 302
    assert (ClearedCase.objects.count(), case.clearings.count()) == (1, 2)
    for mine, theirs in ((referred, other), (other, referred)):
        assert f"with: {theirs.person_code}" in page(room, "liaison", mine)
    assert "aged 19 · Pupil or student" in page(room, "liaison", other)
    assert f"共犯者： {other.person_code}" in page(room, "liaison", referred, "ja")
    assert post(room, "liaison", other, "strike-suspect", key=str(case.pk), because="").status_code == 422
    assert post(room, "liaison", other, "strike-suspect", key=str(case.pk), because="a brother").status_code == 302
    assert f"with: {other.person_code}" not in page(room, "liaison", referred)
    assert "this person was struck from it: a brother" in page(room, "liaison", other)
    assert post(room, "liaison", referred, "strike-suspect", key=str(case.pk), because="x").status_code == 409


def test_an_accomplice_of_an_operation_out_of_sight_is_counted_and_not_named(referred: Dossier, room: Room) -> None:
    post(room, "liaison", referred, "clear", **SAID)
    hidden = make_room("egret")
    accomplice = bring_to(make_dossier(hidden), Stage.REFERRED, hidden)
    both = hidden.liaison
    Membership.objects.create(operation=room.operation, user=both)
    add_suspect(accomplice, by=both, case=ClearedCase.objects.get().pk)
    shown = page(room, "liaison", referred)
    assert accomplice.person_code not in shown
    assert "with 1 suspect of an operation that is not open to you" in shown


def test_the_same_suspect_of_another_operation_is_said_shown_and_withdrawn(referred: Dossier, room: Room) -> None:
    other = make_room("egret")
    Membership.objects.create(operation=other.operation, user=room.liaison)
    twin = bring_to(make_dossier(other), Stage.REFERRED, other)
    said = {"other_operation": "egret", "other": twin.person_code, "because": "same fingerprints"}
    assert post(room, "liaison", referred, "same", **said | {"because": ""}).status_code == 422
    assert post(room, "analyst", referred, "same", **said).status_code == 409
    assert post(room, "liaison", referred, "same", **said).status_code == 302
    statement = SameSuspect.objects.get()
    assert f"{twin.person_code} (Operation Egret): same fingerprints" in page(room, "liaison", referred)
    unseen = page(room, "investigator", referred)
    assert "a person of an operation that is not open to you" in unseen
    assert twin.person_code not in unseen
    assert post(room, "liaison", referred, "not-same", key="999", because="x").status_code == 409
    assert post(room, "liaison", referred, "not-same", key=str(statement.pk), because="a twin").status_code == 302
    assert "withdrawn: a twin" in page(room, "liaison", referred)


def test_a_child_under_fourteen_is_recorded_apart_on_the_page_of_a_person_screened_out(room: Room) -> None:
    dossier = make_dossier(room)
    for who in (room.analyst, room.investigator):
        confirm_identity(dossier, by=who, basis="住民票と照合", born_on=date(2013, 3, 1))
    assert "Record a lawbreaking child" not in page(room, "liaison", dossier)
    record_screening(dossier, room, "under-14")
    advance(dossier, by=room.analyst, to=Stage.NOT_CHARGEABLE)
    assert "Record a lawbreaking child" in page(room, "liaison", dossier)
    assert "Record a lawbreaking child" not in page(room, "analyst", dossier)
    said = {"group": "possession", "act_on": "2026-09-02", "on": "2026-11-20", "force": "tokyo", "measure": "sent"}
    assert post(room, "liaison", dossier, "lawbreaking", **said | {"act_on": ""}).status_code == 422
    assert post(room, "liaison", dossier, "lawbreaking", **said).status_code == 302
    assert "aged 13 at the act of 2026-09-02" in page(room, "liaison", dossier)
    assert "児童相談所送致" in page(room, "liaison", dossier, "ja")
    entry = str(LawbreakingChild.objects.get().pk)
    assert post(room, "liaison", dossier, "strike-child", key=entry, because="twice").status_code == 302
    assert "struck: twice" in page(room, "liaison", dossier)
