"""One act on many: a preview says what doing it does, a refusal stops nobody else, no gate is passed by."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from soken.access.models import Role, User
from soken.casework.actions.bulk import ACTS, MOST, bulk
from soken.casework.actions.record_place import record_place
from soken.casework.actions.screen import screen
from soken.casework.models import Dossier, Membership, Ownership, Screening
from soken.core.errors import BadInputError, NotFoundError, RefusedError
from soken.review.stages import Stage
from tests.casework.dossiers import Room, bring_to, make_dossier, record_screening

pytestmark = pytest.mark.django_db


def test_a_preview_changes_nothing_and_says_what_doing_it_does(room: Room) -> None:
    one, ended = make_dossier(room), bring_to(make_dossier(room), Stage.MISIDENTIFIED, room)
    codes = [one.person_code, ended.person_code, "P-9999-9999-9999"]
    asked = {"by": room.analyst, "act": "screen", "reason": "items-covered"}
    tried = bulk(room.operation, codes, **asked, apply=False)
    assert not Screening.objects.exists()
    assert Dossier.objects.get(pk=one.pk).version == one.version
    done = bulk(room.operation, codes, **asked, apply=True)
    assert tried == done
    assert [line.done for line in done] == [True, False, False]
    assert [bool(line.said) for line in done] == [False, True, True]
    assert Screening.objects.get().dossier == one


def test_a_screened_person_still_waits_for_the_reviewer(room: Room) -> None:
    one = make_dossier(room)
    (line,) = bulk(room.operation, [one.person_code], by=room.analyst, act="screen", reason="items-covered", apply=True)
    assert (line.stage, line.ahead) == (Stage.PROPOSED, Stage.SCREENED)
    assert line.missing


def test_assigning_many_opens_no_gate(room: Room) -> None:
    shut, fit = make_dossier(room), make_dossier(room)
    bring_to(fit, Stage.SCREENED, room)
    record_screening(shut, room)
    lines = bulk(
        room.operation, [shut.person_code, fit.person_code], by=room.analyst, act="assign", reason="担当", apply=True
    )
    assert [line.done for line in lines] == [False, True]
    shut.refresh_from_db()
    fit.refresh_from_db()
    assert (shut.stage, fit.stage) == (Stage.PROPOSED, Stage.ASSIGNED)


def test_nobody_is_confirmed_in_bulk() -> None:
    assert set(ACTS) == {"open", "screen", "own", "assign"}


@pytest.fixture
def tokyo(room: Room) -> User:
    """The liaison officer of a force, who takes persons on for it."""
    user = User.objects.create(username="tokyo", role=Role.LIAISON, force="tokyo", password="!")
    Membership.objects.create(operation=room.operation, user=user)
    return user


def test_a_force_takes_many_on_by_the_very_act_that_takes_one_on(room: Room, tokyo: User) -> None:
    free, taken, ended = make_dossier(room, force=""), make_dossier(room, force="osaka"), make_dossier(room, force="")
    bring_to(ended, Stage.NOT_IDENTIFIABLE, room)
    codes = [free.person_code, taken.person_code, ended.person_code]
    asked = {"by": tokyo, "act": "own", "reason": "住所地"}
    tried = bulk(room.operation, codes, **asked, apply=False)
    assert not Ownership.objects.filter(dossier=free).exists()
    done = bulk(room.operation, codes, **asked, apply=True)
    assert tried == done
    assert [line.done for line in done] == [True, False, False]
    assert [bool(line.said) for line in done] == [False, True, True], "two are refused, each in its own sentence"
    owned = Ownership.objects.get(dossier=free)
    assert (owned.force, owned.by, owned.reason) == ("tokyo", tokyo, "住所地")
    assert Dossier.objects.get(pk=taken.pk).force == "osaka", "a change of owner is a transfer"


def test_the_preview_of_taking_on_says_who_is_proposed_as_competent_instead(room: Room, tokyo: User) -> None:
    here, there = make_dossier(room, force=""), make_dossier(room, force="")
    record_place(there, by=room.analyst, ground="residence", prefecture="27", basis="住民票")
    codes = [here.person_code, there.person_code]
    lines = bulk(room.operation, codes, by=tokyo, act="own", reason="住所地", apply=False)
    assert [(one.done, "Not proposed as competent" in one.said) for one in lines] == [(True, False), (True, True)]


@pytest.mark.parametrize(
    ("force", "role", "said", "refused"),
    [
        pytest.param("", Role.REVIEWER, "", "belong to no force", id="the centre takes on for none"),
        pytest.param("", Role.REVIEWER, "tokyo", "belong to no force", id="nor for one that it names"),
        pytest.param("osaka", Role.REVIEWER, "tokyo", "your own force only", id="a force takes on for another"),
        pytest.param("osaka", Role.REVIEWER, "mars", "No force has the code", id="no such force"),
        pytest.param("tokyo", Role.ANALYST, "tokyo", "may not do this", id="no supervisor and no liaison officer"),
    ],
)
def test_who_takes_on_for_whom_is_asked_as_for_one(force: str, role: Role, said: str, refused: str, room: Room) -> None:
    dossier = make_dossier(room, force="")
    User.objects.filter(pk=room.reviewer.pk).update(force=force, role=role)
    by, asked = User.objects.get(pk=room.reviewer.pk), {"act": "own", "reason": "住所地", "force": said}
    for apply in (False, True):
        with pytest.raises((BadInputError, RefusedError), match=refused):
            bulk(room.operation, [dossier.person_code], by=by, **asked, apply=apply)
    assert not Ownership.objects.exists()


def test_taking_on_needs_its_reason(room: Room, tokyo: User) -> None:
    dossier = make_dossier(room, force="")
    for apply in (False, True):
        (line,) = bulk(room.operation, [dossier.person_code], by=tokyo, act="own", apply=apply)
        assert "reason is missing" in line.said
    assert not Ownership.objects.exists()


AT_STAGES = (Stage.PROPOSED, Stage.SCREENED, Stage.ASSIGNED, Stage.READY, Stage.NOT_CHARGEABLE, Stage.JOINED)


def one_at_each(room: Room) -> list[str]:
    """Persons at several stages, owned and not, one whose screening waits, one with a place, one nobody knows."""
    waiting = make_dossier(room)
    screen(waiting, by=room.analyst, reason="items-covered")
    at = [bring_to(make_dossier(room), stage, room) for stage in AT_STAGES]
    free = [make_dossier(room, force=""), bring_to(make_dossier(room, force=""), Stage.SCREENED, room)]
    theirs = make_dossier(room, force="osaka")
    return [one.person_code for one in (waiting, *at, *free, theirs)] + ["P-9999-9999-9999"]


@pytest.mark.parametrize("act", ["screen", "own", "assign"])
def test_a_preview_says_of_a_person_at_any_stage_what_doing_it_does(act: str, room: Room) -> None:
    codes = one_at_each(room)
    User.objects.filter(pk=room.reviewer.pk).update(force="tokyo")
    by = User.objects.get(pk=room.reviewer.pk)
    asked = {"by": by, "act": act, "reason": "items-covered" if act == "screen" else "住所地"}
    tried = bulk(room.operation, codes, **asked, apply=False)
    assert tried == bulk(room.operation, codes, **asked, apply=True)
    assert {line.done for line in tried} == {True, False}
    if act == "screen":
        ready = codes[1 + AT_STAGES.index(Stage.READY)]
        stage = next(line.stage for line in tried if line.person == ready)
        assert stage == Stage.UNDER_INVESTIGATION, "a new screening takes away what made the person ready"


@pytest.mark.parametrize("act", ["screen", "own", "assign"])
def test_a_preview_asks_the_database_no_more_for_fifty_persons_than_for_five(act: str, room: Room, tokyo: User) -> None:
    made = [make_dossier(room, force="") for _ in range(50)]
    for one in made:
        screen(one, by=room.analyst, reason="items-covered")
    by = tokyo if act == "own" else room.analyst
    asked = {"by": by, "act": act, "reason": "items-covered" if act == "screen" else "住所地"}
    counts = {}
    for n in (5, 50):
        with CaptureQueriesContext(connection) as queries:
            lines = bulk(room.operation, [one.person_code for one in made[:n]], **asked, apply=False)
        assert len(lines) == n
        counts[n] = len(queries)
    assert counts[5] == counts[50] < 40


@pytest.mark.parametrize(("who", "error"), [("auditor", RefusedError), ("stranger", NotFoundError)])
def test_who_may_not_act_on_one_may_not_act_on_many(who: str, error: type[Exception], room: Room) -> None:
    one = make_dossier(room)
    with pytest.raises(error):
        bulk(room.operation, [one.person_code], by=room.users[who], act="screen", reason="items-covered", apply=True)
    assert not Screening.objects.exists()


@pytest.mark.parametrize(
    ("codes", "act"),
    [
        pytest.param([], "screen", id="nobody"),
        pytest.param([" "], "screen", id="blank"),
        pytest.param([f"P-{n}" for n in range(MOST + 1)], "screen", id="too many"),
        pytest.param(["P-1"], "confirm", id="an act that is not done in bulk"),
    ],
)
def test_what_cannot_be_meant_is_refused(codes: list[str], act: str, room: Room) -> None:
    with pytest.raises(BadInputError):
        bulk(room.operation, codes, by=room.analyst, act=act, apply=True)
