"""What the fields of a list can tell at most: the best that a rule could do that goes by what agrees and what differs.

Pairs of records are sorted into patterns: the level of every comparison, and how many names and sign-in names share
what the two share. A rule that goes by the pattern treats all pairs of one pattern alike. Such a rule is given here
what none has, the truth of this very list: it joins pattern after pattern, the purest first, and leaves out each that
would bring precision below its floor; then it asks about pairs of what is left, those first that promise most for the
rows to look at, until its share of rows is used up. Within a pattern it cannot choose. Where a list says much, there
are as many patterns as pairs and the bound says nothing; where it says little, no rule on pairs does better.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import duckdb

from bench.report import FLOORS
from bench.scores import Score
from soken.resolve.blocking import block
from soken.resolve.closer import settle_names
from soken.resolve.levels import COMPARISONS
from soken.resolve.prepare import prepare
from soken.resolve.reuse import recall
from soken.resolve.score import score

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

_PATTERNS = """
WITH logins AS (SELECT mail1, count(DISTINCT login) AS logins FROM prepared WHERE mail1 IS NOT NULL GROUP BY mail1)
SELECT l, r, concat_ws('|', {levels}, least(coalesce(greatest(a.mail_names, b.mail_names), 1), 3),
    least(coalesce(greatest(a.phone_names, b.phone_names), 1), 3), least(coalesce(logins, 0), 4),
    coalesce(one.login <> two.login, false), coalesce(starts_with(one.login_box, two.login_box)
        OR starts_with(two.login_box, one.login_box), false), one.name_han, two.name_han) AS pattern
FROM scored JOIN prepared one ON one.record = l JOIN prepared two ON two.record = r
LEFT JOIN shares a ON a.record = l LEFT JOIN shares b ON b.record = r
LEFT JOIN logins ON logins.mail1 = one.mail1
"""


#: Patterns of which fewer pairs are one person's are not tried.
_HOPELESS = 0.5
#: How many patterns are told that cannot be joined.
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Ceiling:
    """What could be reached at most.

    Attributes:
        joined: pairs of rows that a rule by pattern joins without falling below the floor of precision.
        settled: the same after its questions were answered rightly.
        patterns: how many patterns there are.
        pairs: pairs of records compared.
        doubtful: the commonest patterns that it cannot join: levels that are said, pairs, share that are one person.
    """

    joined: Score
    settled: Score
    patterns: int
    pairs: int
    doubtful: list[tuple[str, int, float]]


class _Groups:
    """Records joined so far, and how many pairs of rows are together, rightly and in all."""

    def __init__(self, people: Mapping[int, Counter[str]]) -> None:
        self._parent = {record: record for record in people}
        self.people = {record: Counter(rows) for record, rows in people.items()}
        self.right = sum(_pairs(rows.values()) for rows in people.values())
        self.together = sum(_pairs([rows.total()]) for rows in people.values())

    def find(self, record: int) -> int:
        """Return the group of a record."""
        while self._parent[record] != record:
            record = self._parent[record]
        return record

    def join(self, one: int, other: int) -> None:
        """Join the groups of two records; the smaller one into the larger."""
        small, large = sorted((self.find(one), self.find(other)), key=lambda group: len(self.people[group]))
        if small == large:
            return
        left, right = self.people.pop(small), self.people[large]
        self.right += sum(count * right[person] for person, count in left.items())
        self.together += left.total() * right.total()
        self._parent[small] = large
        self.people[large] = right + left

    def copy(self) -> _Groups:
        """Return the same, to try something out."""
        other = _Groups({})
        other._parent, other.people = dict(self._parent), dict(self.people)
        other.right, other.together = self.right, self.together
        return other

    def score(self, true: int) -> Score:
        """Return precision and recall of the pairs of rows, of so many true ones."""
        return Score(self.right / self.together if self.together else 1.0, self.right / true if true else 1.0)


def _pairs(sizes: Iterable[int]) -> int:
    """Return how many pairs groups of these sizes hold."""
    return sum(size * (size - 1) // 2 for size in sizes)


def ceiling(records: Path, truth: Mapping[tuple[int, int], str]) -> Ceiling:
    """Return what could be reached at most on a list.

    Args:
        records: folder of a run: ``records.parquet``, and ``membership.parquet``, where rows that belong to another row
            (orders of a customer) have its record.
        truth: (0, row) → person.
    """
    with duckdb.connect() as con:
        patterns = _patterns(con, records / "records.parquet")
        rows = con.execute(
            'SELECT record, "row" FROM read_parquet($path) WHERE record IS NOT NULL',
            {"path": str(records / "membership.parquet")},
        ).fetchall()
    people: dict[int, Counter[str]] = defaultdict(Counter)
    for record, row in rows:
        if (0, row) in truth:
            people[record][truth[0, row]] += 1
    true = _pairs(Counter(truth.values()).values())
    patterns = {
        pattern: [(one, other) for one, other in pairs if one in people and other in people]
        for pattern, pairs in patterns.items()
    }
    purity = {pattern: _purity(pairs, people) for pattern, pairs in patterns.items() if pairs}
    groups, left_over = _joined(patterns, purity, people)
    joined = groups.score(true)
    _ask(groups, [(purity[pattern], pair) for pattern in left_over for pair in patterns[pattern]])
    doubtful = sorted(left_over, key=lambda pattern: -len(patterns[pattern]) * purity[pattern])[:_SHOWN]
    return Ceiling(
        joined,
        groups.score(true),
        len(purity),
        sum(map(len, patterns.values())),
        [(pattern, len(patterns[pattern]), purity[pattern]) for pattern in doubtful],
    )


def _patterns(con: duckdb.DuckDBPyConnection, records: Path) -> dict[str, list[tuple[int, int]]]:
    """Return the pairs of records of each pattern, compared as `soken.resolve` compares them."""
    prepare(con, records)
    block(con)
    recall(con, None)
    score(con)
    settle_names(con)
    levels = ", ".join(
        f"CASE WHEN lv_{one.name} IS NOT NULL THEN '{one.name} ' || lv_{one.name} END" for one in COMPARISONS["ja"]
    )
    found: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for one, other, pattern in con.execute(_PATTERNS.format(levels=levels)).fetchall():
        found[pattern].append((one, other))
    return found


def _purity(pairs: Sequence[tuple[int, int]], people: Mapping[int, Counter[str]]) -> float:
    """Return the share of pairs of rows that are one person's."""
    right = sum(count * people[other][person] for one, other in pairs for person, count in people[one].items())
    return right / sum(people[one].total() * people[other].total() for one, other in pairs)


def _joined(
    patterns: Mapping[str, list[tuple[int, int]]], purity: Mapping[str, float], people: Mapping[int, Counter[str]]
) -> tuple[_Groups, list[str]]:
    """Join the patterns that precision allows, the purest and of these the largest first; return the others too."""
    groups = _Groups(people)
    left_over = []
    for pattern in sorted(purity, key=lambda pattern: (-purity[pattern], -len(patterns[pattern]))):
        if purity[pattern] < _HOPELESS:
            left_over.append(pattern)
            continue
        tried = groups.copy()
        for one, other in patterns[pattern]:
            tried.join(one, other)
        if tried.right >= FLOORS["precision"] * tried.together:
            groups = tried
        else:
            left_over.append(pattern)
    return groups, left_over


def _ask(groups: _Groups, open_pairs: list[tuple[float, tuple[int, int]]]) -> None:
    """Ask about pairs of groups, those first that promise most for their rows, and join where the answer is yes."""
    best: dict[tuple[int, int], float] = {}
    for likely, pair in open_pairs:
        one, other = sorted(map(groups.find, pair))
        if one != other:
            best[one, other] = max(likely, best.get((one, other), 0.0))
    rows = {group: people.total() for group, people in groups.people.items()}
    room = FLOORS["review_share"] * sum(rows.values())
    promise = {
        (one, other): likely * rows[one] * rows[other] / (rows[one] + rows[other])
        for (one, other), likely in best.items()
    }
    flagged: set[int] = set()
    answered: list[tuple[int, int]] = []
    for pair in sorted(promise, key=lambda pair: (-promise[pair], pair)):
        cost = sum(rows[group] for group in pair if group not in flagged)
        if cost <= room:
            room -= cost
            flagged |= set(pair)
            one, other = (groups.people[group].most_common(1)[0][0] for group in pair)
            if one == other:
                answered.append(pair)
    for pair in answered:
        groups.join(*pair)
