"""Every way between two stages, every role: against one table written down here on its own."""

import itertools
from typing import Any

import pytest

from soken.access.models import Role
from soken.review.facts import Ending, ReferralFact, ScreeningFact
from soken.review.stages import Stage
from soken.review.transitions import BEFORE_REFERRAL, FROZEN, TRANSITIONS, WAY_AHEAD, allowed, missing, way, ways_from
from tests.review.factory import whole_but

W = {"analyst", "investigator", "reviewer"}
C = {"investigator", "reviewer"}
R = {"reviewer"}
L = {"liaison"}
EARLY = ["proposed", "screened", "assigned", "under-investigation", "ready-for-action"]

#: Who may take a person from where to where, everything being in place. What is not here nobody may.
TABLE: dict[tuple[str, str], set[str]] = {
    ("proposed", "screened"): W,
    ("screened", "assigned"): W,
    ("assigned", "under-investigation"): C,
    ("under-investigation", "ready-for-action"): R,
    ("ready-for-action", "referred"): R,
    ("ready-for-action", "under-investigation"): C,
    ("referred", "decided"): C | L,
    ("decided", "referred"): C | L,
    ("closed", "referred"): C | L,
    ("decided", "closed"): R,
    ("closed", "under-investigation"): R,
    ("not-chargeable", "proposed"): R,
    ("not-identifiable", "proposed"): R,
    ("deceased", "proposed"): R,
    ("deceased", "referred"): R,
    ("deceased", "decided"): R,
    **{(one, "not-chargeable"): W for one in EARLY},
    **{(one, "not-identifiable"): W for one in EARLY},
    **{(one, "deceased"): W for one in [*EARLY, "referred", "decided", "closed", "not-chargeable"]},
    ("deceased", "deceased"): R,
    **{(one, "misidentified"): W for one in [*EARLY, "referred", "decided", "closed", "not-chargeable"]},
    ("misidentified", "proposed"): R,
    **{(one, "joined"): R for one in [*EARLY, "not-chargeable", "not-identifiable"]},
    ("joined", "proposed"): R,
}


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize(("before", "after"), [*itertools.product(Stage, Stage)])
def test_who_may_take_a_person_where(before: Stage, after: Stage, role: Role) -> None:
    decided = ReferralFact(received=True, decided=True)
    again = ReferralFact(received=True, reopened=True)
    not_chargeable = ScreeningFact("items-not-covered", 1, 2)
    facts = whole_but(
        stage=before,
        ending=Ending(after.value) if after.value in set(Ending) else None,
        screening=not_chargeable if after is Stage.NOT_CHARGEABLE else whole_but().screening,
        release_agreed=before is Stage.MISIDENTIFIED,
        joined_into="P-0000-0000-0002" if after is Stage.JOINED else "",
        proposal_gone=after is Stage.JOINED,
        referral=(
            None
            if before is Stage.DECEASED and after is Stage.PROPOSED
            else again
            if before in {Stage.DECIDED, Stage.CLOSED, Stage.DECEASED} and after is Stage.REFERRED
            else decided
        ),
    )
    assert allowed(facts, after, role.value) == (role.value in TABLE.get((before.value, after.value), set()))


def test_the_roles_of_the_table_are_roles_of_the_installation() -> None:
    assert set().union(*(one.roles for one in TRANSITIONS)) <= {role.value for role in Role}


def test_nobody_skips_a_stage_on_the_way_to_the_prosecutor() -> None:
    for one in TRANSITIONS:
        if one.after in WAY_AHEAD and one.before in WAY_AHEAD:
            assert WAY_AHEAD.index(one.after) <= WAY_AHEAD.index(one.before) + 1


def test_the_wrong_person_is_taken_up_again_by_two_people_alone() -> None:
    [only] = ways_from(Stage.MISIDENTIFIED)
    assert [one.code for one in missing(whole_but(), only.before, only.after)] == ["release-unagreed"]


def test_what_says_no_more_than_a_click_asks_for_a_reason() -> None:
    """A way with no guard is somebody's word alone: it must be given."""
    assert [one for one in TRANSITIONS if not one.guards and not one.reason] == []


def test_a_case_that_was_sent_cannot_end_as_if_it_never_was() -> None:
    for stage in (Stage.REFERRED, Stage.DECIDED, Stage.CLOSED):
        assert way(stage, Stage.NOT_CHARGEABLE) is None
        assert way(stage, Stage.NOT_IDENTIFIABLE) is None
    assert not FROZEN & set(BEFORE_REFERRAL)


@pytest.mark.parametrize(
    ("changes", "lacks"),
    [
        ({}, ["ending-unrecorded"]),
        ({"ending": Ending.DECEASED, "proposal_gone": True}, ["ending-unrecorded"]),
        ({"ending": Ending.JOINED, "proposal_gone": True}, ["join-unnamed"]),
        ({"ending": Ending.JOINED, "joined_into": "P-0000-0000-0002"}, ["still-proposed"]),
        ({"ending": Ending.JOINED, "joined_into": "P-0000-0000-0002", "proposal_gone": True}, []),
    ],
)
def test_a_dossier_is_joined_only_into_a_named_one_and_when_no_run_proposes_its_person(
    changes: dict[str, Any], lacks: list[str]
) -> None:
    facts = whole_but(stage=Stage.PROPOSED, **changes)
    assert [one.code for one in missing(facts, Stage.PROPOSED, Stage.JOINED)] == lacks


def test_what_was_joined_is_taken_up_again_only_when_the_merge_was_undone() -> None:
    for gone, lacks in ((True, ["still-joined"]), (False, [])):
        facts = whole_but(stage=Stage.JOINED, proposal_gone=gone)
        assert [one.code for one in missing(facts, Stage.JOINED, Stage.PROPOSED)] == lacks
