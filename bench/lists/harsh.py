"""(g) Families, namesakes, colleagues and misused identities wherever one looks.

Half of the people live in households of two to five, most with one mailbox, one phone, one address; 5 % are namesakes
of somebody; 2 % order in somebody else's name and to their address with own mail and phone (the truth is who orders:
from the list alone such a row cannot be told from a customer who changed both, so it can at best be held for review);
15 % give the phone, and half of those the mail address, of their work. Birth dates on half of the rows.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from bench.lists.base import HeldOut, TrueRow, write_table
from bench.lists.hand import Hand, block_form, postal_form, write_entry
from bench.lists.population import Population, Shape, schedule

if TYPE_CHECKING:
    from pathlib import Path

KIND = "harsh"
_HEADINGS = (
    "注文番号",
    "注文日時",
    "姓",
    "名",
    "姓（カナ）",
    "名（カナ）",
    "メールアドレス",
    "電話番号",
    "郵便番号",
    "都道府県",
    "市区町村",
    "番地",
    "建物名",
    "生年月日",
    "SKU",
    "数量",
)


def write(folder: Path, rows: int, seed: int) -> HeldOut:
    """Write the list; see `bench.lists`."""
    rng = random.Random(f"{KIND}-{seed}")
    shape = Shape(
        sizes=(0.5, 0.22, 0.12, 0.1, 0.06),
        shared_mail=0.6,
        shared_phone=0.7,
        namesakes=0.05,
        misusers=0.02,
        offices=0.15,
    )
    people = Population(round(rows / 1.7), shape, rng).people
    hand = Hand(swapped=0.02, slip=0.02, mail_slip=0.01)
    lines = []
    for number, (moment, person) in enumerate(schedule(people, rows, rng, skew=0.5), start=1):
        entry = write_entry(person, moment, hand, rng)
        kana = entry.kana if rng.random() < 0.7 else ("", "")
        home = entry.home
        birth = person.birth.isoformat() if rng.random() < 0.5 else ""
        cells = (
            str(number),
            f"{2014 + int(moment * 4)}-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d} 12:00",
            *entry.halves(),
            *kana,
            entry.mail,
            entry.phone,
            *(
                (
                    postal_form(home.spot.postal, rng),
                    home.spot.prefecture,
                    home.spot.city,
                    home.spot.town + block_form(home.block, rng),
                )
                if home
                else ("", "", "", "")
            ),
            home.building if home and rng.random() < 0.8 else "",
            birth,
            f"Z{rng.randrange(500):03d}",
            "1",
        )
        lines.append((cells, TrueRow(person.number, tuple(entry.marks), tuple(person.near))))
    return write_table(folder, KIND, seed, _HEADINGS, lines)
