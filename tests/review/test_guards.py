"""A person with everything in place may be acted on; whatever one thing is missing is named, and nothing else is."""

from datetime import date, timedelta
from typing import Any

import pytest

from soken.review import words
from soken.review.facts import (
    ConfirmationFact,
    CorroborationFact,
    ElementFact,
    Ending,
    ReferralFact,
    RivalFact,
    RivalState,
    ScreeningFact,
    SquadFact,
)
from soken.review.guards import CODES, Missing
from soken.review.stages import Stage
from soken.review.transitions import TRANSITIONS, lost, missing, missing_at_door
from tests.review.factory import ELEMENTS, REQUIRED_RIVALS, TODAY, WHOLE, whole_but

BORN = date(1979, 5, 1)
RULED_OUT = WHOLE.rivals


def backed(**origins: str) -> tuple[ElementFact, ...]:
    """Return possession backed by a search, the rest by an examination, but these by something else ('' for none)."""
    said = {one: origins.get(one, "search" if one == "possession" else "examination") for one in ELEMENTS}
    return tuple(ElementFact(one, origin, date(2026, 9, 1)) for one, origin in said.items() if origin)


#: What never shows an element alone: a purchase none of them, a search no more than what was held and how it was kept,
#: a confession neither the purpose, nor what it was, nor that all is clear.
UNFIT = {
    "possession": ("bank", "carrier", "register"),
    "material": ("bank", "carrier", "register", "search", "statement", "provider"),
    "purpose": ("bank", "carrier", "register", "statement"),
    "will": ("bank", "carrier", "register", "search"),
    "clear": ("bank", "carrier", "register", "statement"),
}
SQUAD = ("tokyo", "osaka")


def squad(**changed: Any) -> SquadFact:
    """Return a squad of two forces whose agreement runs still."""
    return SquadFact(**{"forces": SQUAD, "until": TODAY, "referral": frozenset(SQUAD), **changed})


#: What is different → what is missing for action.
CASES: list[tuple[str, dict[str, Any], list[tuple[str, str]]]] = [
    ("the links are frozen", {"frozen": True}, [("links-frozen", "")]),
    ("no joint squad", {"squad": None}, []),
    ("each HQ of the squad approved", {"squad": squad(action=frozenset(SQUAD))}, []),
    ("one HQ of the squad did not", {"squad": squad(action=frozenset({"tokyo"}))}, [("squad-action", "osaka")]),
    (
        "the agreement has run out",
        {"squad": squad(action=frozenset(SQUAD), until=TODAY - timedelta(days=1))},
        [("squad-over", "")],
    ),
    (
        "the owner is no part of the squad",
        {"squad": squad(action=frozenset(SQUAD)), "force": "kyoto"},
        [("squad-owner-outside", "")],
    ),
    ("nobody screened", {"screening": None}, [("no-screening", "")]),
    ("screened by one", {"screening": ScreeningFact("items-covered", 1)}, [("screening-unreviewed", "")]),
    ("reviewed by oneself", {"screening": ScreeningFact("items-covered", 1, 1)}, [("screening-unreviewed", "")]),
    ("not chargeable", {"screening": ScreeningFact("never-received", 1, 2)}, [("screened-not-chargeable", "")]),
    ("a reason nobody knows", {"screening": ScreeningFact("whim", 1, 2)}, [("screened-not-chargeable", "")]),
    ("nobody looked into other operations", {"elsewhere": None}, [("elsewhere-unchecked", "")]),
    ("lists came in since somebody looked", {"elsewhere": False}, [("elsewhere-stale", "")]),
    ("no owner (Spade: nobody owned it)", {"force": ""}, [("no-owner", "")]),
    ("no priority yet", {"band": ""}, [("no-priority", "")]),
    ("priority not asked for", {"band": None}, []),
    ("identity confirmed by nobody", {"confirmations": ()}, [("identity-unconfirmed", "")]),
    ("identity confirmed by one", {"confirmations": (ConfirmationFact(1, BORN),)}, [("identity-once", "")]),
    ("by one, twice", {"confirmations": (ConfirmationFact(1, BORN), ConfirmationFact(1))}, [("identity-once", "")]),
    ("one birth date unknown", {"confirmations": (ConfirmationFact(1, BORN), ConfirmationFact(2))}, []),
    (
        "no word on the birth date",
        {"confirmations": (ConfirmationFact(1), ConfirmationFact(2, birth_unknown=True))},
        [("birth-unstated", "")],
    ),
    (
        "both say that it cannot be established",
        {"confirmations": (ConfirmationFact(1, birth_unknown=True), ConfirmationFact(2, birth_unknown=True))},
        [],
    ),
    (
        "two birth dates",
        {"confirmations": (ConfirmationFact(1, BORN), ConfirmationFact(2, date(1979, 1, 5)))},
        [("identity-births-differ", "")],
    ),
    (
        "rows changed since",
        {"confirmations": (ConfirmationFact(1, BORN), ConfirmationFact(2, current=False))},
        [("identity-rows-changed", ""), ("identity-once", "")],
    ),
    ("the machine's proposal is gone", {"proposal_gone": True}, [("proposal-gone", "")]),
    ("a row is said to be somebody else's", {"rows_moved": True}, [("rows-moved", "")]),
    ("a run adds rows", {"rows_added": True}, [("rows-added", "")]),
    ("gone, and so its rows", {"proposal_gone": True, "rows_moved": True}, [("proposal-gone", "")]),
    ("a link is open to review", {"review_open": True}, [("review-open", "")]),
    ("no role recorded", {"roles": frozenset()}, [("no-role", "")]),
    (
        "he paid for somebody else",
        {"roles": frozenset({"payer"}), "others_roles": frozenset({"user"})},
        [("user-is-another", "")],
    ),
    ("nobody asked about theft (Ore)", {"rivals": RULED_OUT[:1] + RULED_OUT[2:]}, [("rival-untested", "card-theft")]),
    (
        "a namesake is open",
        {"rivals": (*RULED_OUT, RivalFact("namesake", RivalState.OPEN))},
        [("rival-open", "namesake")],
    ),
    (
        "a namesake holds",
        {"rivals": (*RULED_OUT, RivalFact("namesake", RivalState.HOLDS))},
        [("rival-holds", "namesake")],
    ),
    ("the row is the only evidence (Ore)", {"corroborations": ()}, [("no-corroboration", "")]),
    (
        "the row corroborates itself",
        {"corroborations": (CorroborationFact("payment", "list-row"),)},
        [("corroboration-from-list", "")],
    ),
    (
        "the shop's own data corroborate",
        {"corroborations": (CorroborationFact("payment", "list-file"),)},
        [("corroboration-from-list", "")],
    ),
    *((f"{one} is not shown", {"elements": backed(**{one: ""})}, [("element-empty", one)]) for one in ELEMENTS),
    *(
        (f"{one} rests on the purchase", {"elements": backed(**{one: "list-row"})}, [("element-list-only", one)])
        for one in ELEMENTS
    ),
    *(
        (f"{one} rests on the {origin}", {"elements": backed(**{one: origin})}, [("element-unfit", one)])
        for one, origins in UNFIT.items()
        for origin in origins
    ),
    (
        "all elements rest on one examination",
        {"elements": backed(possession="examination")},
        [("elements-one-source", "")],
    ),
    (
        "the list beside one examination is no second source",
        {"elements": (*backed(possession="examination"), ElementFact("will", "list-row"))},
        [("elements-one-source", "")],
    ),
    (
        "nor is what was held before the law",
        {"elements": (*backed(possession="examination"), ElementFact("possession", "search", date(2015, 7, 14)))},
        [("elements-one-source", "")],
    ),
    (
        "nor is what cannot show the element",
        {"elements": (*backed(possession="examination"), ElementFact("material", "bank"))},
        [("elements-one-source", "")],
    ),
    (
        "the bank examined a device",
        {"corroborations": (CorroborationFact("device", "bank"),)},
        [("corroboration-unfit", "")],
    ),
    (
        "a search among what does not fit",
        {"corroborations": (CorroborationFact("device", "bank"), CorroborationFact("search", "search"))},
        [],
    ),
    (
        "possession on the eve of the law",
        {"elements": (*backed(possession=""), ElementFact("possession", "search", date(2015, 7, 14)))},
        [("element-before-law", "possession")],
    ),
    (
        "possession on the law's first day",
        {"elements": (*backed(possession=""), ElementFact("possession", "search", date(2015, 7, 15)))},
        [],
    ),
    (
        "possession on no stated day",
        {"elements": (*backed(possession=""), ElementFact("possession", "search"))},
        [("element-before-law", "possession")],
    ),
    ("no welfare plan", {"welfare_until": None}, [("no-welfare-plan", "")]),
    ("the plan ran out yesterday", {"welfare_until": date(2026, 11, 22)}, [("welfare-plan-stale", "")]),
    ("the plan runs out today", {"welfare_until": TODAY}, []),
    ("no offence is named", {"alleged": False}, [("no-offence", "")]),
    ("limitation is complete today", {"limitation_on": TODAY}, [("limitation-complete", "")]),
    ("limitation is complete tomorrow", {"limitation_on": date(2026, 11, 24)}, []),
    ("bought and gone before the law", {"acts_before_law": ("7-1",)}, [("act-before-law", "7-1")]),
    ("under fourteen at the act", {"under_fourteen": True}, [("under-fourteen", "")]),
    *((f"recorded as {one}", {"ending": one}, [(one.value, "")]) for one in Ending),
]


@pytest.mark.parametrize("stages", [("under-investigation", "ready-for-action"), ("ready-for-action", "referred")])
@pytest.mark.parametrize(("changes", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_what_is_missing_is_named_for_action_and_again_for_referral(
    changes: dict[str, Any], expected: list[tuple[str, str]], stages: tuple[str, str]
) -> None:
    found = missing(whole_but(**changes), Stage(stages[0]), Stage(stages[1]))
    sent = [Missing("no-referral")] if stages[1] == "referred" else []
    assert found == [*(Missing(*one) for one in expected), *sent]


def test_with_everything_in_place_nothing_is_missing() -> None:
    assert missing(WHOLE, Stage.UNDER_INVESTIGATION, Stage.READY) == []


def test_of_nothing_all_is_missing() -> None:
    """Each kind of requirement speaks up at once: nobody learns of them one refusal at a time."""
    bare = whole_but(
        force="", band="", screening=None, confirmations=(), roles=frozenset(), rivals=(), corroborations=(),
        elements=(), welfare_until=None, elsewhere=None, alleged=False,
    )  # fmt: skip
    found = [(one.code, one.about) for one in missing(bare, Stage.UNDER_INVESTIGATION, Stage.READY)]
    assert found == [
        ("no-screening", ""), ("no-owner", ""), ("no-priority", ""), ("identity-unconfirmed", ""), ("no-role", ""),
        *(("rival-untested", kind) for kind in REQUIRED_RIVALS), ("no-corroboration", ""),
        *(("element-empty", one) for one in ELEMENTS), ("no-welfare-plan", ""), ("elsewhere-unchecked", ""),
        ("no-offence", ""),
    ]  # fmt: skip


def test_who_is_ready_and_loses_something_is_told_what() -> None:
    ready = whole_but(stage=Stage.READY, review_open=True)
    assert lost(ready) == [Missing("review-open")]
    assert lost(whole_but(stage=Stage.READY)) == []
    assert lost(whole_but(stage=Stage.ASSIGNED, review_open=True)) == []


AT_THE_PROSECUTOR = {
    "no-referral", "no-receipt", "no-disposition", "disposition-stands", "referral-stands", "inquest-open",
}  # fmt: skip


@pytest.mark.parametrize(
    ("before", "after", "referral", "expected"),
    [
        ("referred", "decided", ReferralFact(), ["no-receipt", "no-disposition"]),
        ("referred", "decided", ReferralFact(received=True), ["no-disposition"]),
        ("referred", "decided", ReferralFact(received=True, decided=True), []),
        ("decided", "closed", ReferralFact(received=True, decided=True, inquest_open=True), ["inquest-open"]),
        ("decided", "referred", ReferralFact(received=True, decided=True), ["disposition-stands"]),
        ("closed", "referred", ReferralFact(received=True, reopened=True), []),
        ("decided", "referred", ReferralFact(received=True, withdrawn=True), []),
        ("closed", "referred", None, ["no-referral"]),
        ("deceased", "referred", ReferralFact(received=True), []),
        ("deceased", "referred", ReferralFact(received=True, decided=True), ["disposition-stands"]),
        ("deceased", "referred", None, ["no-referral"]),
        ("deceased", "decided", ReferralFact(received=True), ["no-disposition"]),
        ("deceased", "proposed", ReferralFact(), ["referral-stands"]),
        ("deceased", "proposed", None, []),
    ],
)
def test_at_the_prosecutor_each_step_rests_on_its_record(
    before: str, after: str, referral: ReferralFact | None, expected: list[str]
) -> None:
    found = missing(whole_but(stage=Stage(before), referral=referral), Stage(before), Stage(after))
    assert [one.code for one in found] == expected


def test_every_code_that_a_guard_can_give_is_listed_with_its_requirement() -> None:
    seen = {code for _name, _changes, expected in CASES for code, _about in expected}
    elsewhere = {"screened-chargeable", "ending-unrecorded", "squad-referral", "release-unagreed"}
    elsewhere |= {"corroboration-from-search"}
    elsewhere |= AT_THE_PROSECUTOR | {"join-unnamed", "still-proposed", "still-joined"}
    assert seen | elsewhere == set(CODES)
    assert missing(WHOLE, Stage.UNDER_INVESTIGATION, Stage.NOT_CHARGEABLE) == [Missing("screened-chargeable")]
    assert missing(WHOLE, Stage.UNDER_INVESTIGATION, Stage.DECEASED) == [Missing("ending-unrecorded")]


def test_the_table_has_one_way_between_two_stages() -> None:
    ways = [(one.before, one.after) for one in TRANSITIONS]
    assert len(ways) == len(set(ways))


def test_the_referral_by_a_squad_needs_approvals_of_its_own() -> None:
    """What was approved for action does not send the case (R21)."""
    facts = whole_but(stage=Stage.READY, squad=squad(action=frozenset(SQUAD), referral=frozenset({"osaka"})))
    assert lost(facts) == []
    assert missing(facts, Stage.READY, Stage.REFERRED) == [Missing("squad-referral", "tokyo"), Missing("no-referral")]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({"welfare_until": None, "band": ""}, [], id="what protects the living"),
        pytest.param({"ending": None}, ["ending-unrecorded"], id="nobody died"),
        pytest.param({"confirmations": ()}, ["identity-unconfirmed"], id="nobody confirmed"),
        pytest.param({"elements": ()}, [f"element-empty {one}" for one in words.elements()], id="nothing is shown"),
        pytest.param({"under_fourteen": True}, ["under-fourteen"], id="a child"),
        pytest.param({"referral": None}, ["no-referral"], id="not sent"),
        pytest.param(
            {"squad": squad(action=frozenset(), referral=frozenset({"osaka"}))}, ["squad-referral tokyo"], id="a squad"
        ),
    ],
)
def test_what_must_stand_before_the_case_of_a_dead_suspect_is_sent(
    changes: dict[str, Any], expected: list[str]
) -> None:
    facts = whole_but(**{"stage": Stage.DECEASED, "ending": Ending.DECEASED, "referral": ReferralFact()} | changes)
    found = missing(facts, Stage.DECEASED, Stage.DECEASED)
    assert [f"{one.code} {one.about}".strip() for one in found] == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({}, [], id="all stands"),
        pytest.param({"elements": (), "rivals": (), "alleged": False, "elsewhere": None}, [], id="what a search shows"),
        pytest.param(
            {"corroborations": (CorroborationFact("search", "search"),)}, ["corroboration-from-search"], id="a search"
        ),
        pytest.param({"corroborations": ()}, ["no-corroboration"], id="the row alone"),
        pytest.param({"confirmations": ()}, ["identity-unconfirmed"], id="nobody confirmed"),
        pytest.param({"screening": None}, ["no-screening"], id="nobody screened"),
        pytest.param({"review_open": True}, ["review-open"], id="a link is open"),
        pytest.param({"roles": frozenset()}, ["no-role"], id="no role"),
        pytest.param({"welfare_until": None}, ["no-welfare-plan"], id="no plan"),
        pytest.param({"frozen": True}, ["links-frozen"], id="the wrong person"),
    ],
)
def test_what_must_stand_before_anybody_comes_to_a_door(changes: dict[str, Any], expected: list[str]) -> None:
    assert [one.code for one in missing_at_door(whole_but(**changes))] == expected
