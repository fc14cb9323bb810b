"""What kinds of error a proposal makes on a held-out list: marks of the rows split off, how joined people are near."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from bench.pipeline import Proposal


def error_kinds(proposal: Proposal, truth_path: Path) -> tuple[Counter[str], Counter[str]]:
    """Count errors by kind.

    Args:
        proposal: what Soken proposed for one list.
        truth_path: its truth, with the columns ``marks`` and ``near``.

    Returns:
        Falsely joined pairs of persons, by how they are near (``household``, ``namesake``, ``none`` …); and rows split
        off their person's largest part, by their marks (``romaji``, ``moved+no-phone`` …, ``plain`` where nothing is
        unusual), with ``held: `` before those that wait for review.
    """
    people: dict[str, Counter[str]] = defaultdict(Counter)
    marks: dict[int, str] = {}
    near: dict[str, set[str]] = {}
    groups: dict[str, Counter[str]] = defaultdict(Counter)
    with truth_path.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            found = proposal.rows.get((0, int(row["row"])))
            if found is None:
                continue
            people[row["person"]][found[0]] += 1
            groups[found[0]][row["person"]] += 1
            near[row["person"]] = set(row["near"].split(";")) - {""}
            marks[int(row["row"])] = row["marks"].replace(";", "+") or "plain"
    joined: Counter[str] = Counter()
    for members in groups.values():
        first, *others = [person for person, _count in members.most_common()]
        for other in others:
            shared = {name.rsplit("-", 1)[0] for name in near[first] & near[other]}
            joined["+".join(sorted(shared)) or "none"] += 1
    split: Counter[str] = Counter()
    with truth_path.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            found = proposal.rows.get((0, int(row["row"])))
            if found is None:
                continue
            main = people[row["person"]].most_common(1)[0][0]
            if found[0] != main:
                held = "held: " if main in found[2] or any(other in people[row["person"]] for other in found[2]) else ""
                split[held + marks[int(row["row"])]] += 1
    return joined, split
