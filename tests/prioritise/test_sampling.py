"""A sample that can be drawn again, with every band and force in it that has enough."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soken.core.errors import BadInputError
from soken.prioritise.instrument import PriorityBand
from soken.prioritise.sampling import ENOUGH, Drawable, draw

PEOPLE = st.lists(
    st.tuples(st.sampled_from([one.value for one in PriorityBand]), st.sampled_from(["", "tokyo", "osaka", "aichi"])),
    max_size=60,
).map(lambda said: [Drawable(f"P-{at:03}", band, force) for at, (band, force) in enumerate(said)])


@given(PEOPLE, st.integers(8, 30), st.integers(0, 2**31 - 1))
def test_every_band_and_force_that_has_enough_is_in_it(people: list[Drawable], wanted: int, seed: int) -> None:
    drawn = draw(people, wanted=wanted, seed=seed)
    counts = Counter(group for one in people for group in one.groups)
    there = {group for one in drawn for group in one.groups}
    assert {group for group, count in counts.items() if count >= ENOUGH} <= there
    assert len(drawn) == len({one.person for one in drawn}) == min(wanted, len(people))


@given(PEOPLE, st.integers(8, 30), st.integers(0, 2**31 - 1), st.randoms())
def test_the_same_people_and_seed_give_the_same_sample_in_whatever_order(people, wanted, seed, random) -> None:
    mixed = random.sample(people, len(people))
    assert draw(people, wanted=wanted, seed=seed) == draw(mixed, wanted=wanted, seed=seed)


def test_another_seed_gives_another_sample_and_nobody_is_drawn_by_place() -> None:
    people = [Drawable(f"P-{at:03}", "low", "tokyo") for at in range(50)]
    times = Counter(one.person for seed in range(2000) for one in draw(people, wanted=10, seed=seed))
    # 2,000 draws of 10 of 50: 400 each, with a standard deviation of 18.
    assert all(310 < times[one.person] < 490 for one in people)


def test_too_small_a_number_is_refused_with_the_one_that_would_do() -> None:
    people = [Drawable(f"P-{band}-{at}", band, f"f{band}") for band in PriorityBand for at in range(ENOUGH)]
    with pytest.raises(BadInputError, match="draw 4 or more"):
        draw(people, wanted=3, seed=1)
    assert len(draw(people, wanted=4, seed=1)) == 4
