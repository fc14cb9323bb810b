"""A group never holds what contradicts itself; what people judged binds; order does not matter."""

from __future__ import annotations

import random
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from soken.resolve.cluster import Edge, Knot, cluster
from soken.resolve.unionfind import components

NODES = st.integers(1, 9)
PAIRS = st.tuples(NODES, NODES).filter(lambda p: p[0] != p[1]).map(lambda p: (min(p), max(p)))
EDGES = st.lists(
    st.builds(
        lambda pair, weight, firm, own: Edge(*pair, weight, firm=firm, own=own),
        PAIRS, st.integers(1, 30).map(float), st.booleans(), st.sampled_from([False, False, True]),
    ),
    max_size=20,
)  # fmt: skip


def groups_of(knot: Knot) -> list[frozenset[int]]:
    """Return the groups as sets of records."""
    result = cluster(knot)
    return [frozenset(n for n in result.group if result.group[n] == g) for g in sorted(set(result.group.values()))]


def oracle(knot: Knot) -> set[frozenset[int]]:
    """Cluster by brute force: look at every pair across two groups before each merge (no partial edges)."""
    nodes = {end for edge in knot.edges for end in (edge.left, edge.right)} | {
        end for pair in knot.must for end in pair
    }
    groups = {frozenset([node]) for node in nodes}

    def of(node: int) -> frozenset[int]:
        return next(group for group in groups if node in group)

    def unite(left: int, right: int) -> None:
        one, other = of(left), of(right)
        groups.difference_update({one, other})
        groups.add(one | other)

    for left, right in knot.must:
        unite(left, right)
    for edge in sorted(knot.edges, key=lambda e: (-e.weight, e.left, e.right, not e.own, not e.firm)):
        across = [(min(a, b), max(a, b)) for a in of(edge.left) for b in of(edge.right)]
        if of(edge.left) == of(edge.right) or any(pair in knot.cannot for pair in across):
            continue
        enemy = any(knot.marks.get(b) in knot.enemies.get(knot.marks.get(a), ()) for a, b in across)
        if (enemy and not edge.own) or (not edge.firm and any(pair in knot.holds for pair in across)):
            continue
        unite(edge.left, edge.right)
    return groups


@st.composite
def knots(draw: st.DrawFn) -> Knot:
    marks = draw(st.dictionaries(NODES, st.sampled_from("abcd"), max_size=9))
    foes = draw(st.sets(st.sampled_from([("a", "b"), ("a", "c"), ("b", "c"), ("c", "d")])))
    enemies: dict[str, set[str]] = {}
    for one, other in foes:
        enemies.setdefault(one, set()).add(other)
        enemies.setdefault(other, set()).add(one)
    return Knot(
        draw(EDGES),
        marks=marks,
        enemies=enemies,
        cannot=draw(st.sets(PAIRS, max_size=4)),
        holds=draw(st.sets(PAIRS, max_size=4)),
    )


@given(knots())
@settings(max_examples=400, deadline=None)
def test_groups_are_those_that_brute_force_finds(knot: Knot) -> None:
    assert set(groups_of(knot)) == oracle(knot)


@given(knots(), st.sets(PAIRS, max_size=3))
@settings(max_examples=200, deadline=None)
def test_judged_same_is_always_joined_and_judged_different_never(knot: Knot, must: set[tuple[int, int]]) -> None:
    joined = {frozenset(g) for g in groups_of(Knot([], must=must))}
    knot.must = must
    knot.cannot = {p for p in knot.cannot if not any({p[0], p[1]} <= g for g in joined)}
    for group in groups_of(knot):
        assert not any(pair in knot.cannot for pair in combinations(sorted(group), 2))
    assert all(any({left, right} <= group for group in groups_of(knot)) for left, right in must)


@given(knots(), st.integers())
@settings(max_examples=200, deadline=None)
def test_the_order_of_what_is_given_does_not_matter(knot: Knot, seed: int) -> None:
    shuffled = list(knot.edges)
    random.Random(seed).shuffle(shuffled)
    again = Knot(shuffled, knot.must, dict(reversed(knot.marks.items())), knot.enemies, knot.cannot, knot.holds)
    assert cluster(again) == cluster(knot)


@given(knots())
@settings(max_examples=200, deadline=None)
def test_what_was_refused_lies_between_groups_and_nothing_else_does(knot: Knot) -> None:
    result = cluster(knot)
    between = {e for e in knot.edges if result.group[e.left] != result.group[e.right]}
    assert set(result.refused) == between


def test_a_shared_mail_does_not_chain_two_contradicting_people() -> None:
    knot = Knot(
        [Edge(1, 2, 20.0), Edge(2, 3, 15.0)], marks={1: "taro", 3: "jiro"}, enemies={"taro": ["jiro"], "jiro": ["taro"]}
    )
    assert groups_of(knot) == [frozenset({1, 2}), frozenset({3})]


def test_a_name_in_part_never_chooses_between_two_relatives() -> None:
    edges = [Edge(1, 3, 20.0, partial=True), Edge(2, 3, 19.0, partial=True)]
    knot = Knot(edges, marks={1: "taro", 2: "jiro"}, enemies={"taro": ["jiro"], "jiro": ["taro"]})
    assert groups_of(knot) == [frozenset({1}), frozenset({2}), frozenset({3})]
    assert set(cluster(knot).refused) == set(edges)


def test_a_name_in_part_joins_where_there_is_only_one_person() -> None:
    assert groups_of(Knot([Edge(1, 3, 20.0, partial=True)])) == [frozenset({1, 3})]


def test_name_and_place_alone_do_not_bring_a_held_pair_together() -> None:
    edges = [Edge(1, 2, 20.0, firm=False), Edge(2, 3, 20.0, firm=False)]
    assert groups_of(Knot(edges, holds={(1, 3)})) == [frozenset({1, 2}), frozenset({3})]
    firm = [Edge(1, 2, 20.0), Edge(2, 3, 20.0)]
    assert groups_of(Knot(firm, holds={(1, 3)})) == [frozenset({1, 2, 3})]


def test_a_self_contradicting_knot_without_edges_is_nothing() -> None:
    assert cluster(Knot([])).group == {}


@given(st.lists(PAIRS, max_size=12))
def test_components_are_what_hangs_together(pairs: list[tuple[int, int]]) -> None:
    found = components(9, [p[0] for p in pairs], [p[1] for p in pairs])
    groups = oracle(Knot([Edge(*p, 1.0) for p in pairs]))
    for group in groups:
        assert {found[node] for node in group} == {min(group)}


@pytest.mark.parametrize("count", [2000])
def test_components_of_a_long_chain(count: int) -> None:
    found = components(count, list(range(1, count)), list(range(2, count + 1)))
    assert set(found[1:]) == {1}
