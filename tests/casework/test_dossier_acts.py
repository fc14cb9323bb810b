"""Acts on a dossier: what each refuses, with nothing changed; two people at once; dates that cannot be."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from soken.access.models import Role
from soken.access.policy import Act, allows
from soken.casework.actions.add_party_role import add_party_role
from soken.casework.actions.advance import GateError, advance
from soken.casework.actions.assess import assess
from soken.casework.actions.back_element import back_element
from soken.casework.actions.close_enquiry import close_enquiry
from soken.casework.actions.confirm_identity import confirm_identity
from soken.casework.actions.corroborate import corroborate
from soken.casework.actions.end_dossier import end_dossier
from soken.casework.actions.enter_exhibit import enter_exhibit
from soken.casework.actions.open_enquiry import open_enquiry
from soken.casework.actions.plan_welfare import plan_welfare
from soken.casework.actions.raise_rival import raise_rival
from soken.casework.actions.review_screening import review_screening
from soken.casework.actions.screen import screen
from soken.casework.actions.settle_rival import settle_rival
from soken.casework.actions.withdraw_confirmation import withdraw_confirmation
from soken.casework.actions.withdraw_finding import withdraw_finding
from soken.casework.models import Dossier, Person
from soken.casework.selectors.dossier import dossier_file, facts_of, facts_of_many, next_stages, today
from soken.core.errors import BadInputError, NotFoundError, RefusedError, SokenError
from soken.review.stages import Stage
from tests.casework.dossiers import (
    AT,
    ELEMENTS,
    REQUIRED_RIVALS,
    Room,
    bring_to,
    make_dossier,
    record_everything,
    record_screening,
)

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def now() -> Any:
    with time_machine.travel(AT, tick=False):
        yield


#: What is left out → the code that stands in the way.
LEFT_OUT = {
    "first confirmation": ("identity-once", ""),
    "second confirmation": ("identity-once", ""),
    "role": ("no-role", ""),
    "corroboration": ("no-corroboration", ""),
    "welfare": ("no-welfare-plan", ""),
    **{f"rival {one}": ("rival-untested", one) for one in REQUIRED_RIVALS},
    **{f"element {one}": ("element-empty", one) for one in ELEMENTS},
}


@pytest.mark.parametrize("part", LEFT_OUT)
def test_nobody_is_ready_for_action_with_one_part_left_out(part: str, room: Room) -> None:
    dossier = make_dossier(room)
    record_everything(dossier, room, but=frozenset({part}))
    for stage in (Stage.SCREENED, Stage.ASSIGNED, Stage.UNDER_INVESTIGATION):
        advance(dossier, by=room.reviewer, to=stage)
    with pytest.raises(GateError) as refused:
        advance(dossier, by=room.reviewer, to=Stage.READY)
    assert [(one.code, one.about) for one in refused.value.missing] == [LEFT_OUT[part]]
    dossier.refresh_from_db()
    assert dossier.stage == Stage.UNDER_INVESTIGATION


def test_nobody_is_assigned_whose_turn_is_not_known(room: Room) -> None:
    """A lot of persons is handed out by urgency or not at all: the lowest-graded buyer was a hospital doctor."""
    dossier = make_dossier(room)
    record_everything(dossier, room, but=frozenset({"priority"}))
    advance(dossier, by=room.reviewer, to=Stage.SCREENED)
    with pytest.raises(GateError, match="no-priority"):
        advance(dossier, by=room.reviewer, to=Stage.ASSIGNED)


def test_with_everything_recorded_a_person_goes_the_whole_way(room: Room) -> None:
    dossier = bring_to(make_dossier(room), Stage.CLOSED, room)
    assert [(one.before, one.after) for one in dossier.stage_changes.all()] == [
        ("proposed", "screened"),
        ("screened", "assigned"),
        ("assigned", "under-investigation"),
        ("under-investigation", "ready-for-action"),
        ("ready-for-action", "referred"),
        ("referred", "decided"),
        ("decided", "closed"),
    ]


#: An act that takes away what made a person ready.
TAKEN_AWAY: dict[str, Callable[[Dossier, Room], Any]] = {
    "a confirmation is doubted": lambda d, r: withdraw_confirmation(
        d, by=r.analyst2, whose=r.analyst.username, reason="別人の可能性"
    ),
    "another explanation is raised": lambda d, r: raise_rival(d, by=r.analyst2, kind="namesake", why="同姓同名"),
    "a screening says not chargeable": lambda d, r: screen(d, by=r.analyst2, reason="never-received"),
    "the corroboration is withdrawn": lambda d, r: withdraw_finding(
        d, by=r.analyst2, finding="corroboration", key=d.corroborations.get().pk, reason="再確認"
    ),
    "somebody else is the user": lambda d, r: (
        withdraw_finding(d, by=r.analyst2, finding="role", key=d.party_roles.get().pk, reason="再確認"),
        add_party_role(d, by=r.analyst2, role="user", other="母", basis="供述"),
    ),
}


@pytest.mark.parametrize("act", TAKEN_AWAY.values(), ids=TAKEN_AWAY.keys())
def test_who_is_ready_and_loses_a_ground_is_no_longer_ready(act: Callable[[Dossier, Room], Any], room: Room) -> None:
    dossier = bring_to(make_dossier(room), Stage.READY, room)
    act(dossier, room)
    dossier.refresh_from_db()
    last = dossier.stage_changes.order_by("pk").last()
    assert dossier.stage == Stage.UNDER_INVESTIGATION
    assert last is not None
    assert (last.by, last.reason[:5]) == (room.analyst2, "lost:")
    with pytest.raises(RefusedError):
        advance(dossier, by=room.reviewer, to=Stage.REFERRED)


def test_who_is_ready_when_the_machine_asks_anew_is_not_referred(room: Room) -> None:
    dossier = bring_to(make_dossier(room), Stage.READY, room)
    Person.objects.filter(code=dossier.person_code).update(band="review")
    with pytest.raises(GateError, match="review-open"):
        advance(dossier, by=room.reviewer, to=Stage.REFERRED)
    assert [one.code for one in dossier_file(dossier).lost] == ["review-open"]


def test_a_confirmation_on_other_rows_does_not_count(room: Room) -> None:
    """Rows moved by a merge or a split are not what the two people confirmed."""
    dossier = bring_to(make_dossier(room), Stage.READY, room)
    dossier.rows.order_by("-pk")[0].delete()
    codes = [one.code for one in dossier_file(dossier).lost]
    assert codes == ["identity-rows-changed", "identity-unconfirmed", "elsewhere-stale"]


def test_one_person_cannot_be_two(room: Room) -> None:
    dossier = make_dossier(room)
    confirm_identity(dossier, by=room.analyst, basis="住民票と照合")
    with pytest.raises(RefusedError, match="another person"):
        confirm_identity(dossier, by=room.analyst, basis="免許と照合")
    screen(dossier, by=room.reviewer, reason="items-covered")
    with pytest.raises(RefusedError, match="another person must review"):
        review_screening(dossier, by=room.reviewer)
    assert dossier.confirmations.count() == 1
    assert dossier.screenings.get().reviewed_by is None


def test_two_who_know_different_birth_dates_do_not_confirm_one_person(room: Room) -> None:
    dossier = make_dossier(room)
    confirm_identity(dossier, by=room.analyst, basis="住民票と照合", born_on=date(1979, 5, 1))
    with pytest.raises(RefusedError) as refused:
        confirm_identity(dossier, by=room.reviewer, basis="免許と照合", born_on=date(1979, 1, 5))
    assert "1979-05-01" not in refused.value.message, "the second is not led by the first"
    assert dossier.confirmations.count() == 1


def test_who_decides_on_what_another_has_changed_is_told(room: Room) -> None:
    """Two open the page; the first screens, the second would screen the other way without having seen it."""
    dossier = make_dossier(room)
    seen = dossier.version
    screen(dossier, by=room.analyst, reason="items-covered", seen=seen)
    with pytest.raises(RefusedError, match="Somebody else has changed"):
        screen(dossier, by=room.analyst2, reason="never-received", seen=seen)
    assert [one.reason for one in dossier.screenings.all()] == ["items-covered"]
    screen(dossier, by=room.analyst2, reason="never-received", seen=dossier.version)


DAY = timedelta(days=1)
IMPOSSIBLE: dict[str, Callable[[Dossier, Room], Any]] = {
    "born in the future": lambda d, r: confirm_identity(d, by=r.analyst, basis="x", born_on=today() + DAY),
    "born in 1899": lambda d, r: confirm_identity(d, by=r.analyst, basis="x", born_on=date(1899, 12, 31)),
    "exhibit of tomorrow": lambda d, r: enter_exhibit(
        d, by=r.analyst, number="甲8", origin="bank", obtained_on=today() + DAY
    ),
    "exhibit from before birth": lambda d, r: enter_exhibit(
        d, by=r.analyst, number="甲8", origin="bank", obtained_on=date(1979, 4, 30)
    ),
    "possession tomorrow": lambda d, r: back_element(
        d, by=r.analyst, element="possession", exhibit="甲1", shown_on=today() + DAY
    ),
    "possession before birth": lambda d, r: back_element(
        d, by=r.analyst, element="possession", exhibit="甲1", shown_on=date(1979, 4, 30)
    ),
    "possession on no day": lambda d, r: back_element(d, by=r.analyst, element="possession", exhibit="甲1"),
    "death tomorrow": lambda d, r: end_dossier(d, by=r.analyst, kind="deceased", basis="x", on=today() + DAY),
    "death before birth": lambda d, r: end_dossier(d, by=r.analyst, kind="deceased", basis="x", on=date(1979, 4, 30)),
    "death on no day": lambda d, r: end_dossier(d, by=r.analyst, kind="deceased", basis="x"),
    "a plan until yesterday": lambda d, r: plan_welfare(
        d, by=r.analyst, risks="x", measures="x", afterwards="x", good_until=today() - DAY
    ),
    "a plan for a year": lambda d, r: plan_welfare(
        d, by=r.analyst, risks="x", measures="x", afterwards="x", good_until=today() + 365 * DAY
    ),
    "an exhibit described, not numbered": lambda d, r: enter_exhibit(
        d, by=r.analyst, number="a thing", origin="bank", obtained_on=today()
    ),
    "no such reason": lambda d, r: screen(d, by=r.analyst, reason="whim"),
    "no such role": lambda d, r: add_party_role(d, by=r.analyst, role="friend", basis="x"),
    "no basis": lambda d, r: add_party_role(d, by=r.analyst, role="user", basis=" \n"),
    "a novel": lambda d, r: add_party_role(d, by=r.analyst, role="user", basis="x" * 4001),
    "settled as open": lambda d, r: settle_rival(d, by=r.analyst, kind="namesake", state="open", result="x"),
}


@pytest.mark.parametrize("act", IMPOSSIBLE.values(), ids=IMPOSSIBLE.keys())
def test_what_cannot_be_is_refused_and_changes_nothing(act: Callable[[Dossier, Room], Any], room: Room) -> None:
    dossier = make_dossier(room)
    confirm_identity(dossier, by=room.reviewer, basis="住民票と照合", born_on=date(1979, 5, 1))
    enter_exhibit(dossier, by=room.reviewer, number="甲1", origin="search", obtained_on=today())
    version = dossier.version
    with pytest.raises(BadInputError) as refused:
        act(dossier, room)
    dossier.refresh_from_db()
    assert dossier.version == version
    assert "\n" not in refused.value.message
    assert (dossier.confirmations.count(), dossier.exhibits.count(), dossier.stage) == (1, 1, Stage.PROPOSED)


OUT_OF_TURN: dict[str, Callable[[Dossier, Room], Any]] = {
    "review of nothing": lambda d, r: review_screening(d, by=r.reviewer),
    "withdrawal of nothing": lambda d, r: withdraw_confirmation(d, by=r.analyst, whose="nobody", reason="x"),
    "settling what is not open": lambda d, r: settle_rival(d, by=r.analyst, kind="namesake", state="holds", result="x"),
    "closing what is not open": lambda d, r: close_enquiry(d, by=r.analyst, key=1, result="shown", found="x"),
    "an exhibit nobody entered": lambda d, r: corroborate(d, by=r.analyst, kind="payment", exhibit="甲9"),
    "a skipped stage": lambda d, r: advance(d, by=r.reviewer, to=Stage.READY),
    "no way at all": lambda d, r: advance(d, by=r.reviewer, to=Stage.DECEASED),
    "another's role": lambda d, r: review_screening(d, by=r.analyst),
    "an auditor": lambda d, r: screen(d, by=r.auditor, reason="items-covered"),
    "a stranger": lambda d, r: screen(d, by=r.stranger, reason="items-covered"),
}


@pytest.mark.parametrize("act", OUT_OF_TURN.values(), ids=OUT_OF_TURN.keys())
def test_what_is_out_of_turn_is_refused_and_changes_nothing(act: Callable[[Dossier, Room], Any], room: Room) -> None:
    dossier = make_dossier(room)
    with pytest.raises((RefusedError, NotFoundError)):
        act(dossier, room)
    dossier.refresh_from_db()
    assert (dossier.version, dossier.stage, dossier.screenings.count()) == (1, Stage.PROPOSED, 0)


def test_an_exhibit_from_before_the_act_is_refused_though_nobody_knows_the_birth(room: Room) -> None:
    dossier = make_dossier(room)
    with pytest.raises(BadInputError, match="before 1999-11-01, when the Act came into force"):
        enter_exhibit(dossier, by=room.analyst, number="甲1", origin="bank", obtained_on=date(1999, 10, 31))
    assert enter_exhibit(dossier, by=room.analyst, number="甲1", origin="bank", obtained_on=date(1999, 11, 1)).pk


def test_the_list_does_not_bear_itself_out(room: Room) -> None:
    dossier = make_dossier(room)
    enter_exhibit(dossier, by=room.analyst, number="名簿1", origin="list-row", obtained_on=today())
    with pytest.raises(RefusedError, match="cannot bear itself out"):
        corroborate(dossier, by=room.analyst, kind="payment", exhibit="名簿1")
    back_element(dossier, by=room.analyst, element="will", exhibit="名簿1")
    (ahead,) = [one for one in next_stages(facts_of(bring_far(dossier, room))) if one.way.after is Stage.READY]
    assert ("element-list-only", "will") in [(one.code, one.about) for one in ahead.missing]


def bring_far(dossier: Dossier, room: Room) -> Dossier:
    record_screening(dossier, room)
    assess(dossier, by=room.analyst, answers={})
    for stage in (Stage.SCREENED, Stage.ASSIGNED, Stage.UNDER_INVESTIGATION):
        advance(dossier, by=room.reviewer, to=stage)
    return dossier


@pytest.mark.parametrize("kind", ["misidentified", "not-identifiable"])
def test_an_ending_freezes_the_dossier_at_once(kind: str, room: Room) -> None:
    dossier = bring_to(make_dossier(room), Stage(kind), room)
    assert dossier.stage == kind
    frozen: list[Callable[[], Any]] = [
        lambda: screen(dossier, by=room.analyst, reason="items-covered"),
        lambda: confirm_identity(dossier, by=room.analyst, basis="x"),
        lambda: open_enquiry(dossier, by=room.analyst, question="x"),
    ]
    for act in frozen:
        with pytest.raises(RefusedError, match="takes it up again"):
            act()


def test_a_supervisor_takes_a_person_up_again_but_never_the_wrong_one(room: Room) -> None:
    unknown = bring_to(make_dossier(room), Stage.NOT_IDENTIFIABLE, room)
    with pytest.raises(BadInputError, match="reason"):
        advance(unknown, by=room.reviewer, to=Stage.PROPOSED)
    advance(unknown, by=room.reviewer, to=Stage.PROPOSED, reason="新たな情報")
    assert facts_of(unknown).ending is None
    wrong = bring_to(make_dossier(room), Stage.MISIDENTIFIED, room)
    for stage in Stage:
        with pytest.raises(RefusedError):
            advance(wrong, by=room.reviewer, to=stage, reason="x")


def test_another_forces_people_do_not_work_on_a_person(room: Room) -> None:
    dossier = make_dossier(room, force="tokyo")
    room.analyst.force = "osaka"
    room.analyst.save()
    with pytest.raises(RefusedError, match="belongs to another force"):
        screen(dossier, by=room.analyst, reason="items-covered")
    room.analyst.force = "tokyo"
    screen(dossier, by=room.analyst, reason="items-covered")


def test_a_line_of_enquiry_says_what_was_asked_and_found(room: Room) -> None:
    dossier = make_dossier(room)
    line = open_enquiry(dossier, by=room.analyst, question="購入時の居住者")
    close_enquiry(dossier, by=room.investigator, key=line.pk, result="not-shown", found="該当なし")
    with pytest.raises(RefusedError):
        close_enquiry(dossier, by=room.analyst, key=line.pk, result="shown", found="別の結果")
    line.refresh_from_db()
    assert (line.question, line.found, line.closed_by) == ("購入時の居住者", "該当なし", room.investigator)


@pytest.mark.parametrize("count", [1, 40])
def test_facts_take_the_same_queries_however_many_dossiers(count: int, room: Room) -> None:
    dossiers = [make_dossier(room) for _number in range(count)]
    record_everything(dossiers[0], room)
    with CaptureQueriesContext(connection) as asked:
        found = facts_of_many(dossiers)
    assert len(found) == count
    assert len(asked) == 21


def test_the_page_of_a_dossier_takes_a_fixed_number_of_queries(room: Room) -> None:
    dossier = make_dossier(room, rows=300)
    record_everything(dossier, room)
    for number in range(30):
        open_enquiry(dossier, by=room.analyst, question=f"{number}")
    with CaptureQueriesContext(connection) as asked:
        file = dossier_file(dossier)
        for entry in (*file.screenings, *file.confirmations, *file.rivals, *file.elements, *file.enquiries):
            str(entry.by)
    assert len(asked) <= 37


def test_who_may_do_which_act_is_said_by_the_policy_alone() -> None:
    acts = {one for one in Act if "dossier" in one or one in {Act.SCREEN, Act.ADVANCE, Act.CONFIRM_IDENTITY}}
    from soken.access.models import User

    for role in (Role.AUDITOR, Role.ADMINISTRATOR):
        assert not any(allows(User(role=role, is_active=True), act) for act in acts)


def test_every_refusal_is_one_of_the_family() -> None:
    assert issubclass(GateError, SokenError)
    assert GateError.code == "gate"
