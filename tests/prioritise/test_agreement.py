"""Agreement of two assessors: published worked examples, an independent implementation, and what cannot be said."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from soken.prioritise.agreement import ENOUGH, agreement, linear_weights, weighted_kappa
from soken.prioritise.instrument import ORDER, PriorityBand

BANDS = [one.value for one in PriorityBand]


def test_a_worked_example_of_weighted_kappa_with_its_standard_error_and_interval() -> None:
    """Printed by SAS PROC FREQ with linear weights, as statsmodels' tests quote it (test_inter_rater.py)."""
    found = weighted_kappa([[0, 4, 1], [0, 8, 0], [0, 1, 5]], linear_weights(3))
    assert found is not None
    assert (found.value, found.error) == (pytest.approx(0.4701, abs=5e-5), pytest.approx(0.1457, abs=5e-5))
    assert (found.low, found.high) == (pytest.approx(0.1845, abs=5e-5), pytest.approx(0.7558, abs=5e-5))


def test_the_same_example_without_weights() -> None:
    same = [[float(row == column) for column in range(3)] for row in range(3)]
    found = weighted_kappa([[0, 4, 1], [0, 8, 0], [0, 1, 5]], same)
    assert found is not None
    assert (found.value, found.error) == (pytest.approx(0.4842, abs=5e-5), pytest.approx(0.1380, abs=5e-5))
    assert (found.low, found.high) == (pytest.approx(0.2137, abs=5e-5), pytest.approx(0.7547, abs=5e-5))


def test_cohens_own_example() -> None:
    """Cohen 1968, 200 cases and disagreements that weigh 1, 3 and 6: .492 without weights, .348 with them."""
    table = [[88, 14, 18], [10, 40, 10], [2, 6, 12]]
    apart = [[0, 1, 3], [1, 0, 6], [3, 6, 0]]
    weighed = weighted_kappa(table, [[1 - one / 6 for one in row] for row in apart])
    plain = weighted_kappa(table, [[float(row == column) for column in range(3)] for row in range(3)])
    assert weighed is not None
    assert plain is not None
    assert (weighed.value, plain.value) == (pytest.approx(0.348, abs=5e-4), pytest.approx(0.492, abs=5e-4))


@given(st.lists(st.tuples(st.sampled_from(BANDS), st.sampled_from(BANDS)), min_size=1, max_size=80))
@example([("low", "high"), ("high", "low")])
@example([(one, one) for one in ("medium", "very-high", "very-high", "low", *["high"] * 3, "medium", "medium", "high")])
def test_it_is_what_an_independent_implementation_finds(pairs: list[tuple[str, str]]) -> None:
    found = agreement(pairs)
    if len({band for pair in pairs for band in pair}) == 1:
        assert found.kappa is None
        return
    places = [[ORDER[one] for one in side] for side in zip(*pairs, strict=True)]
    # Loaded here: whoever collects the tests would load it too.
    from sklearn.metrics import cohen_kappa_score

    expected = cohen_kappa_score(*places, labels=list(ORDER.values()), weights="linear")
    assert found.kappa is not None
    assert found.kappa.value == pytest.approx(expected)
    assert found.kappa.low <= found.kappa.value <= found.kappa.high


def test_the_table_is_first_by_second_and_the_share_is_of_equal_bands() -> None:
    found = agreement([("very-high", "low"), ("low", "low"), ("low", "low"), ("medium", "high")])
    assert found.table == ((0, 0, 0, 1), (0, 0, 0, 0), (0, 1, 0, 0), (0, 0, 0, 2))
    assert (found.pairs, found.equal, found.share) == (4, 2, 0.5)


def test_few_pairs_are_said_to_be_few_up_to_twice_the_square_of_the_bands() -> None:
    pair = ("low", "low")
    assert ENOUGH == 32
    assert agreement([pair] * 31).few
    assert not agreement([pair] * 32).few


def test_of_nobody_and_of_one_band_alone_kappa_says_nothing() -> None:
    assert agreement([]).kappa is None
    assert agreement([]).share == 0.0
    assert agreement([("low", "low")] * 40).kappa is None


def test_two_who_always_agree_are_at_one_and_two_at_opposite_ends_below_nought() -> None:
    same = agreement((band, band) for band in BANDS * 10).kappa
    apart = agreement([("very-high", "low"), ("low", "very-high")] * 10).kappa
    assert same is not None
    assert apart is not None
    assert (same.value, apart.value) == (pytest.approx(1.0), pytest.approx(-1.0))
