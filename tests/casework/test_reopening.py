"""A decision that does not stay the last: taken up again, reviewed by the committee, given back by the court (R30)."""

from __future__ import annotations

from datetime import date

import pytest

from soken.casework.actions.advance import GateError, advance
from soken.casework.actions.reopen_referral import ask_inquest, reopen_referral, resolve_inquest
from soken.casework.models import Disposition, Dossier
from soken.casework.selectors.referrals import referrals_of
from soken.core.errors import RefusedError
from soken.review.stages import Stage
from tests.casework.dossiers import AT, Room, decide, refer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]
DAY = AT.date()


@pytest.fixture
def room(room_and_ready: tuple[Room, Dossier]) -> Room:
    return room_and_ready[0]


@pytest.fixture
def ready(room_and_ready: tuple[Room, Dossier]) -> Dossier:
    return room_and_ready[1]


def test_the_prosecutor_takes_a_non_prosecution_up_again(ready: Dossier, room: Room) -> None:
    refer(ready, room)
    decide(ready, room, "insufficient-evidence")
    reopen_referral(ready, by=room.liaison, ground="prosecutor", on=DAY, reason="新証拠")
    assert ready.stage == Stage.REFERRED
    decide(ready, room, "formal-trial")
    assert ready.stage == Stage.DECIDED
    assert [(one.kind, one.lifted_on) for one in Disposition.objects.order_by("pk")] == [
        ("insufficient-evidence", DAY),
        ("formal-trial", None),
    ]


def test_a_prosecution_is_not_taken_up_again(ready: Dossier, room: Room) -> None:
    refer(ready, room)
    decide(ready, room, "summary-order")
    with pytest.raises(RefusedError, match="before the court"):
        reopen_referral(ready, by=room.liaison, ground="prosecutor", on=DAY, reason="新証拠")
    with pytest.raises(RefusedError, match="non-prosecution only"):
        ask_inquest(ready, by=room.liaison, committee="東京第一検察審査会", on=DAY)


@pytest.mark.parametrize(("resolution", "renews"), [("prosecute", True), ("not-proper", True), ("proper", False)])
def test_only_a_resolution_against_it_reopens_after_the_committee(
    resolution: str, renews: bool, ready: Dossier, room: Room
) -> None:
    refer(ready, room)
    decide(ready, room, "suspension-of-prosecution")
    again = {"by": room.liaison, "ground": "inquest", "on": DAY, "reason": "議決"}
    ask_inquest(ready, by=room.liaison, committee="東京第一検察審査会", on=DAY)
    with pytest.raises(RefusedError, match="open already"):
        ask_inquest(ready, by=room.liaison, committee="東京第一検察審査会", on=DAY)
    with pytest.raises(RefusedError, match="No resolution"):
        reopen_referral(ready, **again)
    resolve_inquest(ready, by=room.liaison, resolution=resolution, on=DAY)
    assert ready.stage == Stage.DECIDED, "the resolution itself reopens nothing: somebody does"
    if renews:
        reopen_referral(ready, **again)
        assert ready.stage == Stage.REFERRED
    else:
        with pytest.raises(RefusedError, match="No resolution"):
            reopen_referral(ready, **again)


def reviewed(dossier: Dossier, room: Room, resolution: str) -> None:
    """A committee is asked and resolves."""
    ask_inquest(dossier, by=room.liaison, committee="東京第一検察審査会", on=DAY)
    resolve_inquest(dossier, by=room.liaison, resolution=resolution, on=DAY)


def again(dossier: Dossier, room: Room, ground: str, on: date = DAY) -> None:
    reopen_referral(dossier, by=room.liaison, ground=ground, on=on, reason="記録のとおり")


def dropped_twice(dossier: Dossier, room: Room) -> None:
    """Dropped, found proper to prosecute, and dropped again."""
    refer(dossier, room)
    decide(dossier, room, "insufficient-evidence")
    reviewed(dossier, room, "prosecute")
    again(dossier, room, "inquest")
    decide(dossier, room, "insufficient-evidence")


def test_a_committee_that_decides_twice_leads_to_an_indictment_by_the_designated_attorney(
    ready: Dossier, room: Room
) -> None:
    dropped_twice(ready, room)
    reviewed(ready, room, "indictment")
    with pytest.raises(RefusedError, match="No resolution"):
        again(ready, room, "inquest")
    again(ready, room, "inquest-indictment")
    assert ready.stage == Stage.REFERRED
    for kind in ("suspension-of-prosecution", "insufficient-evidence", "summary-order", "formal-trial"):
        with pytest.raises(RefusedError, match="cannot follow"):
            decide(ready, room, kind)
    decide(ready, room, "inquest-indictment")
    assert ready.stage == Stage.DECIDED
    with pytest.raises(RefusedError, match="before the court"):
        again(ready, room, "prosecutor")
    standing = Disposition.objects.filter(final=True, lifted_on__isnull=True, withdrawn_at__isnull=True)
    assert [one.kind for one in standing] == ["inquest-indictment"], "one decision counts, however often it was made"


def test_the_second_review_can_end_without_a_resolution_to_indict(ready: Dossier, room: Room) -> None:
    dropped_twice(ready, room)
    ask_inquest(ready, by=room.liaison, committee="東京第一検察審査会", on=DAY)
    for resolution in ("prosecute", "not-proper", "proper"):
        with pytest.raises(RefusedError, match="This is the second review"):
            resolve_inquest(ready, by=room.liaison, resolution=resolution, on=DAY)
    resolve_inquest(ready, by=room.liaison, resolution="no-indictment", on=DAY)
    with pytest.raises(RefusedError, match="No resolution"):
        again(ready, room, "inquest-indictment")


@pytest.mark.parametrize("resolution", ["indictment", "no-indictment"])
def test_a_first_review_ends_in_no_indictment(resolution: str, ready: Dossier, room: Room) -> None:
    refer(ready, room)
    decide(ready, room, "suspension-of-prosecution")
    ask_inquest(ready, by=room.liaison, committee="東京第一検察審査会", on=DAY)
    with pytest.raises(RefusedError, match="in a second review"):
        resolve_inquest(ready, by=room.liaison, resolution=resolution, on=DAY)


def test_after_not_proper_the_next_review_is_a_first_one_again(ready: Dossier, room: Room) -> None:
    refer(ready, room)
    decide(ready, room, "suspension-of-prosecution")
    reviewed(ready, room, "not-proper")
    again(ready, room, "inquest")
    decide(ready, room, "suspension-of-prosecution")
    ask_inquest(ready, by=room.liaison, committee="東京第一検察審査会", on=DAY)
    with pytest.raises(RefusedError, match="in a second review"):
        resolve_inquest(ready, by=room.liaison, resolution="indictment", on=DAY)


def test_nobody_is_indicted_by_resolution_without_one(ready: Dossier, room: Room) -> None:
    refer(ready, room)
    with pytest.raises(RefusedError, match="needs this to be recorded first"):
        decide(ready, room, "inquest-indictment")


@pytest.mark.parametrize("ground", ["family-court", "family-court-of-age"])
@pytest.mark.parametrize("kind", ["formal-trial", "insufficient-evidence", "family-court"])
def test_a_juvenile_comes_back_from_the_family_court_and_the_prosecutor_decides_anew(
    ground: str, kind: str, ready: Dossier, room: Room
) -> None:
    """Juvenile Act arts. 19(2), 20, 23(3), 45(5)."""
    refer(ready, room)
    ready.confirmations.update(born_on=date(2006, 11, 21))
    decide(ready, room, "family-court")
    for wrong in ("prosecutor", "inquest", "inquest-indictment"):
        with pytest.raises(RefusedError, match="does not take up again"):
            again(ready, room, wrong)
    again(ready, room, ground)
    assert ready.stage == Stage.REFERRED
    (seen,) = referrals_of(ready)
    assert seen.waiting == "decision"
    decide(ready, room, kind)
    assert ready.stage == Stage.DECIDED
    assert [one.lifted_ground for one in Disposition.objects.order_by("pk")] == [ground, ""]


def test_the_family_court_gives_back_nothing_that_did_not_go_there(ready: Dossier, room: Room) -> None:
    refer(ready, room)
    decide(ready, room, "insufficient-evidence")
    with pytest.raises(RefusedError, match="does not take up again"):
        again(ready, room, "family-court")
    assert ready.stage == Stage.DECIDED


def test_a_case_before_the_committee_is_not_closed(ready: Dossier, room: Room) -> None:
    refer(ready, room)
    decide(ready, room, "suspension-of-prosecution")
    ask_inquest(ready, by=room.liaison, committee="東京第一検察審査会", on=DAY)
    with pytest.raises(GateError, match="inquest-open"):
        advance(ready, by=room.reviewer, to=Stage.CLOSED, reason="終結")
    resolve_inquest(ready, by=room.liaison, resolution="proper", on=DAY)
    advance(ready, by=room.reviewer, to=Stage.CLOSED, reason="終結")
    ask_inquest(ready, by=room.liaison, committee="東京第一検察審査会", on=DAY)
    assert ready.stage == Stage.CLOSED


def test_a_closed_case_goes_back_before_the_prosecutor(ready: Dossier, room: Room) -> None:
    refer(ready, room)
    decide(ready, room, "no-suspicion")
    advance(ready, by=room.reviewer, to=Stage.CLOSED, reason="終結")
    reopen_referral(ready, by=room.liaison, ground="prosecutor", on=DAY, reason="再起")
    assert ready.stage == Stage.REFERRED


def test_a_case_before_the_committee_is_not_taken_up_again_over_its_head(ready: Dossier, room: Room) -> None:
    first = refer(ready, room)
    decide(ready, room, "suspension-of-prosecution")
    advance(ready, by=room.reviewer, to=Stage.CLOSED, reason="終結")
    ask_inquest(ready, by=room.liaison, committee="東京第一検察審査会", on=DAY)
    with pytest.raises(GateError, match="inquest-open"):
        advance(ready, by=room.reviewer, to=Stage.UNDER_INVESTIGATION, reason="新証拠")
    first.refresh_from_db()
    assert (ready.stage, first.over_at) == (Stage.CLOSED, None)
    resolve_inquest(ready, by=room.liaison, resolution="proper", on=DAY)
    advance(ready, by=room.reviewer, to=Stage.UNDER_INVESTIGATION, reason="新証拠")


def test_what_the_police_take_up_again_is_referred_anew(ready: Dossier, room: Room) -> None:
    first = refer(ready, room)
    decide(ready, room, "no-suspicion")
    advance(ready, by=room.reviewer, to=Stage.CLOSED, reason="終結")
    advance(ready, by=room.reviewer, to=Stage.UNDER_INVESTIGATION, reason="新証拠")
    first.refresh_from_db()
    assert first.over_at == AT
    advance(ready, by=room.reviewer, to=Stage.READY)
    with pytest.raises(GateError, match="no-referral"):
        advance(ready, by=room.reviewer, to=Stage.REFERRED)
    refer(ready, room)
    assert [one.waiting for one in referrals_of(ready)] == ["", "receipt"]
