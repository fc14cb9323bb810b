"""One act on many: a preview says what doing it does, a refusal stops nobody else, no gate is passed by."""

import pytest

from soken.access.models import User
from soken.casework.actions.bulk import ACTS, MOST, bulk
from soken.casework.models import Dossier, Ownership, Screening
from soken.core.errors import BadInputError, NotFoundError, RefusedError
from soken.review.stages import Stage
from tests.casework.dossiers import Room, bring_to, make_dossier, make_room, record_screening

pytestmark = pytest.mark.django_db


@pytest.fixture
def room() -> Room:
    return make_room()


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


def test_a_force_takes_many_on_by_the_very_act_that_takes_one_on(room: Room) -> None:
    free, taken, ended = make_dossier(room, force=""), make_dossier(room, force="osaka"), make_dossier(room, force="")
    bring_to(ended, Stage.NOT_IDENTIFIABLE, room)
    User.objects.filter(pk=room.analyst.pk).update(force="tokyo")
    room.analyst.refresh_from_db()
    codes = [free.person_code, taken.person_code, ended.person_code]
    asked = {"by": room.analyst, "act": "own", "reason": "住所地"}
    tried = bulk(room.operation, codes, **asked, apply=False)
    assert not Ownership.objects.filter(dossier=free).exists()
    done = bulk(room.operation, codes, **asked, apply=True)
    assert tried == done
    assert [line.done for line in done] == [True, False, False]
    assert [bool(line.said) for line in done] == [False, True, True], "two are refused, each in its own sentence"
    owned = Ownership.objects.get(dossier=free)
    assert (owned.force, owned.by, owned.reason) == ("tokyo", room.analyst, "住所地")
    assert Dossier.objects.get(pk=taken.pk).force == "osaka", "a change of owner is a transfer"


def test_the_preview_of_taking_on_says_who_is_proposed_as_competent_instead(room: Room) -> None:
    dossier = make_dossier(room, force="")
    for force, notes in (("tokyo", False), ("osaka", True)):
        asked = {"by": room.analyst, "act": "own", "reason": "住所地", "force": force}
        (line,) = bulk(room.operation, [dossier.person_code], **asked, apply=False)
        assert (line.done, "Not proposed as competent" in line.said) == (True, notes)


@pytest.mark.parametrize(
    ("force", "said", "refused"),
    [
        pytest.param("", "", "Say which force", id="the centre names no force"),
        pytest.param("osaka", "tokyo", "your own force only", id="a force takes on for another"),
        pytest.param("mars", "", "No force has the code", id="no such force"),
    ],
)
def test_who_takes_on_for_whom_is_asked_as_for_one(force: str, said: str, refused: str, room: Room) -> None:
    dossier = make_dossier(room, force="")
    User.objects.filter(pk=room.analyst.pk).update(force=said)
    room.analyst.refresh_from_db()
    try:
        lines = bulk(
            room.operation, [dossier.person_code], by=room.analyst, act="own", reason="住所地", force=force, apply=True
        )
        told = lines[0].said
    except BadInputError as problem:
        told = problem.message
    assert refused in told
    assert not Ownership.objects.exists()


def test_taking_on_needs_its_reason(room: Room) -> None:
    dossier = make_dossier(room, force="")
    (line,) = bulk(room.operation, [dossier.person_code], by=room.analyst, act="own", force="tokyo", apply=True)
    assert "reason is missing" in line.said
    assert not Ownership.objects.exists()


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
