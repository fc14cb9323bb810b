"""What a new word on two rows contradicts, against a plain search through all ways."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from soken.resolve import RowRef, Verdict
from soken.review.knots import Knots, Said

ROWS = [RowRef("E-000000000000", number) for number in range(1, 8)]
rows = st.sampled_from(ROWS)
pairs = st.tuples(rows, rows).filter(lambda pair: pair[0] != pair[1])
judgements = st.lists(st.tuples(pairs, st.sampled_from(tuple(Verdict))), max_size=10).map(
    lambda found: [Said(key, *pair, verdict) for key, (pair, verdict) in enumerate(found)]
)
persons = st.lists(st.integers(0, 4), min_size=7, max_size=7).map(
    lambda numbers: {row: f"P-{number}" for row, number in zip(ROWS, numbers, strict=True)}
)


def together(said: list[Said], person_of: dict[RowRef, str], start: RowRef) -> set[RowRef]:
    """Every row that hangs together with one, found by walking until nothing is added."""
    split = {
        person_of[one.left]
        for one in said
        if one.verdict is Verdict.DIFFERENT and person_of[one.left] == person_of[one.right]
    }
    found = {start}
    while True:
        more = {
            row for row in ROWS for one in found if person_of[row] == person_of[one] and person_of[row] not in split
        }
        for one in said:
            if one.verdict is Verdict.SAME and {one.left, one.right} & found:
                more |= {one.left, one.right}
        if more <= found:
            return found
        found |= more


@given(judgements, persons, pairs)
def test_a_same_contradicts_every_other_word_between_the_two_knots(
    said: list[Said], person_of: dict[RowRef, str], pair: tuple[RowRef, RowRef]
) -> None:
    one, other = (together(said, person_of, row) for row in pair)
    expected = {
        two.key
        for two in said
        if two.verdict is not Verdict.SAME
        and ((two.left in one and two.right in other) or (two.left in other and two.right in one))
    }
    assert {two.key for two in Knots(said, person_of).against_same([pair[0]], [pair[1]])} == expected


@given(judgements, persons, pairs)
def test_a_different_contradicts_a_chain_exactly_where_one_holds(
    said: list[Said], person_of: dict[RowRef, str], pair: tuple[RowRef, RowRef]
) -> None:
    chain = Knots(said, person_of).against_different([pair[0]], [pair[1]])
    joined = pair[1] in together(said, person_of, pair[0])
    assert all(one.verdict is Verdict.SAME for one in chain)
    assert joined or not chain
    if joined and not chain:
        assert person_of[pair[0]] == person_of[pair[1]], "only the machine's own person holds them together"
    for one in chain:
        assert one.left in together(said, person_of, pair[0])


@given(judgements, persons)
def test_a_clash_is_found_exactly_where_different_rows_hang_together(
    said: list[Said], person_of: dict[RowRef, str]
) -> None:
    clashing = [
        one for one in said if one.verdict is Verdict.DIFFERENT and one.right in together(said, person_of, one.left)
    ]
    found = Knots(said, person_of).clashes(ROWS)
    assert bool(found) == bool(clashing)
    assert not found or found[0] in clashing
