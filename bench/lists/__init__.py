"""Held-out lists with known truth, one module a kind.

They were written without looking at how Soken resolves, and share no code with the demo list, so that what is tuned
on the one can be judged on the others. Every person is invented. Each kind writes its list and, beside it, a truth
file with the columns ``row,person,marks,near``: the data row (from 1, in file order), who is behind it, what was done
to it (for error analysis), and which groups the person belongs to (household, namesakes, misuse, office).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.lists import (
    customers_one_name,
    eccube_dump,
    english,
    harsh,
    heavy,
    minimal,
    mixed,
    orders_wareki,
    romaji_only,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from bench.lists.base import HeldOut

#: Kind of list to the function that writes one: ``(folder, rows, seed) -> HeldOut``.
KINDS: dict[str, Callable[[Path, int, int], HeldOut]] = {
    "customers-one-name": customers_one_name.write,
    "orders-wareki": orders_wareki.write,
    "minimal": minimal.write,
    "english": english.write,
    "mixed": mixed.write,
    "eccube-dump": eccube_dump.write,
    "harsh": harsh.write,
    "heavy": heavy.write,
    "romaji-only": romaji_only.write,
}
