"""What answers lead to: access to children suffices, the grade neither caps nor dominates, unknown is not low."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soken.core.errors import BadInputError
from soken.prioritise.instrument import ORDER, UNKNOWN, Group, PriorityBand
from soken.prioritise.instrument_file import default_instrument
from soken.prioritise.score import score

INSTRUMENT = default_instrument()
FACTORS = INSTRUMENT.factors
NOTHING = {
    one.code: next(code for code, answer in one.answers.items() if not answer.points) for one in FACTORS.values()
}

answers = st.fixed_dictionaries({code: st.sampled_from([*one.answers, UNKNOWN]) for code, one in FACTORS.items()})
known = st.fixed_dictionaries({code: st.sampled_from([*one.answers]) for code, one in FACTORS.items()})
GRADE = next(one for one in FACTORS.values() if one.grade)


def test_a_childrens_doctor_whose_items_are_graded_lowest_gets_very_high() -> None:
    """Domain facts 4.9: the items were graded lowest and the name was not passed on."""
    found = score(INSTRUMENT, {**NOTHING, "access-work": "regular", "item-grade": "low"})
    assert found.band is found.lowest is found.highest is PriorityBand.VERY_HIGH


@pytest.mark.parametrize(
    ("changed", "band"),
    [
        pytest.param({}, PriorityBand.LOW, id="nothing found"),
        pytest.param({"item-grade": "high"}, PriorityBand.LOW, id="the worst items alone"),
        pytest.param({"conduct-persistence": "ongoing"}, PriorityBand.MEDIUM, id="bought until the seizure"),
        pytest.param({"access-home": "visits"}, PriorityBand.HIGH, id="children visit"),
        pytest.param({"access-home": "lives"}, PriorityBand.VERY_HIGH, id="children live there"),
        pytest.param({"prior-contact": "alleged"}, PriorityBand.HIGH, id="an allegation counts"),
        pytest.param({"prior-contact": "alleged", "access-other": "yes"}, PriorityBand.VERY_HIGH, id="two together"),
        pytest.param({"conduct-danger": "yes"}, PriorityBand.VERY_HIGH, id="a child in danger"),
        pytest.param({"conduct-danger": UNKNOWN}, PriorityBand.VERY_HIGH, id="danger not looked into"),
        pytest.param({"access-work": UNKNOWN}, PriorityBand.VERY_HIGH, id="work not known"),
        pytest.param({"prior-contact": UNKNOWN}, PriorityBand.LOW, id="prior behaviour not known"),
    ],
)
def test_golden_examples(changed: dict[str, str], band: PriorityBand) -> None:
    assert score(INSTRUMENT, {**NOTHING, **changed}).band is band


def test_nothing_known_at_all_is_very_high() -> None:
    found = score(INSTRUMENT, {})
    assert (found.band, found.lowest, found.highest) == ("very-high", "low", "very-high")
    assert found.unknown == tuple(FACTORS)


@given(answers, st.sampled_from([*GRADE.answers, UNKNOWN]))
def test_a_change_of_grade_alone_never_moves_more_than_one_band(given_: dict[str, str], other: str) -> None:
    one, two = score(INSTRUMENT, given_), score(INSTRUMENT, {**given_, GRADE.code: other})
    assert abs(ORDER[one.band] - ORDER[two.band]) <= 1


@given(answers, st.sampled_from([*GRADE.answers]))
def test_no_grade_lowers_anybody_below_where_they_stand_without_one(given_: dict[str, str], grade: str) -> None:
    without = score(INSTRUMENT, {**given_, GRADE.code: UNKNOWN})
    assert ORDER[score(INSTRUMENT, {**given_, GRADE.code: grade}).band] <= ORDER[without.band]


@given(answers)
def test_regular_access_to_children_is_very_high_whatever_else_is_answered(given_: dict[str, str]) -> None:
    for code, one in FACTORS.items():
        most = max(one.answers.values(), key=lambda answer: answer.points)
        if one.group is Group.ACCESS and one.required:
            assert score(INSTRUMENT, {**given_, code: most.code}).band is PriorityBand.VERY_HIGH


@given(answers, known)
def test_whatever_the_unknown_turns_out_to_be_the_band_lies_between_lowest_and_highest(
    given_: dict[str, str], truth: dict[str, str]
) -> None:
    said = score(INSTRUMENT, given_)
    later = score(INSTRUMENT, {code: truth[code] if now == UNKNOWN else now for code, now in given_.items()})
    assert ORDER[said.highest] <= ORDER[later.band] <= ORDER[said.lowest]
    assert ORDER[said.highest] <= ORDER[said.band] <= ORDER[said.lowest]


@given(answers)
def test_the_contributions_add_up_to_the_score(given_: dict[str, str]) -> None:
    found = score(INSTRUMENT, given_)
    assert sum(one.points for one in found.contributions) == found.points
    assert [one.factor for one in found.contributions] == list(FACTORS)


@given(known)
def test_when_all_is_known_nothing_is_left_open(given_: dict[str, str]) -> None:
    found = score(INSTRUMENT, given_)
    assert found.lowest is found.band is found.highest
    assert found.unknown == ()


@pytest.mark.parametrize(
    ("given_", "says"),
    [
        pytest.param({"shoe-size": "no"}, "has no factor 'shoe-size'; nothing was changed", id="unknown factor"),
        pytest.param({"access-home": "maybe"}, "has no answer 'maybe'; choose one of: no, visits, lives", id="answer"),
    ],
)
def test_what_the_instrument_does_not_know_is_refused(given_: dict[str, str], says: str) -> None:
    with pytest.raises(BadInputError, match=says):
        score(INSTRUMENT, given_)
