"""A fourth set of held-out lists with known truth: five kinds that no other set has, written blind.

They share no names or people with the first three sets and the demo list (only where towns are drawn from, how a hand
slips, how an address is written and a file is made), and were written from what shops and people do, before their
writer had read how Soken resolves. A population is grown first (`people.py`, `abroad.py`): most buy alone, the others
live with somebody who buys too (couples, father and son with a sign of the name in common, siblings, twins, three
generations, dormitories); 3.5 % are made like a stranger (name, nearly the mail, a number given up); one buys all the
time. Then each shop writes down what it would come to know over nine years in which people move, marry, and change
telephone and mail. Truth is who sat there.

Of what each person did only the largest part is kept whose rows hang together by something exact (mail, telephone,
home, account, device, card) before slips; what nobody could tell besides stands at the head of each kind.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.lists.fourth.app import app
from bench.lists.fourth.handkept import hand_kept
from bench.lists.fourth.migrated import migrated
from bench.lists.fourth.residents import residents
from bench.lists.fourth.subscription import subscription

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from bench.lists.base import HeldOut

#: Kind of list to the function that writes one: ``(folder, rows, seed) -> HeldOut``.
FOURTH_KINDS: dict[str, Callable[[Path, int, int], HeldOut]] = {
    "migrated": migrated,
    "subscription": subscription,
    "residents": residents,
    "hand-kept": hand_kept,
    "app": app,
}
