"""A second set of held-out lists with known truth, written by another hand than the first and than Soken.

They share no code, words or people with `bench/lists` and the demo list, and were written before their writer had read
how Soken resolves or what the first lists do. A person is made first, with household, office, moves, marriages and
changes of mail and telephone (`person.py`, `people.py`, `west.py`); then each shop writes down what it would come to
know, with the slips of those who type. Truth is who sat there, never what is easy to find.

What nobody could tell is left out as far as it is known: rows that share nothing (mail, telephone, home, account,
uncommon nick) with the rest of their person are not kept. What remains doubtful by nature, under 1 % of the rows of a
list: a slip in the telephone where there is nothing but name and telephone (`gift-cards`, uncommon names only), and
orders of father or son of one name without "Jr." and with a slip in the mail (`international`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.lists.second.forum import forum
from bench.lists.second.international import international
from bench.lists.second.mail_order import mail_order
from bench.lists.second.market import marketplace
from bench.lists.second.shops import downloads, gift_cards

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from bench.lists.second.base import Made

#: Kind of list to the function that writes one: ``(folder, rows, seed) -> Made``.
SECOND_KINDS: dict[str, Callable[[Path, int, int], Made]] = {
    "gift-cards": gift_cards,
    "downloads": downloads,
    "forum": forum,
    "mail-order": mail_order,
    "marketplace": marketplace,
    "international": international,
}
