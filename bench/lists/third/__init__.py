"""A third set of held-out lists with known truth: kinds of list that nobody had tried before.

They share no code, words or people with the first two sets and the demo list, and were written from what shops and
people do, before their writer had read the rules of `soken.resolve`; the first figures in ``bench/README.md`` come from
before anything could be learnt from them. A population is grown first (`people.py`); then each shop (`shops.py`) writes
down what it would come to know, with the slips of those who type. Truth is who sat there.

Of each person only rows are kept that share something exact (mail, telephone, home with name) with another of their
rows, before slips. What remains doubtful by nature: the slip in a telephone where there is nothing but name and
telephone (``name-phone``), and the wife on her husband's telephone who is written with the family name alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.lists.third.shops import bilingual, families, name_phone, one_line

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from bench.lists.base import HeldOut

#: Kind of list to the function that writes one: ``(folder, rows, seed) -> HeldOut``.
THIRD_KINDS: dict[str, Callable[[Path, int, int], HeldOut]] = {
    "bilingual": bilingual,
    "one-line": one_line,
    "name-phone": name_phone,
    "families": families,
}
