"""(h) Few people, very many orders each: about one person for sixty rows, each with the habits of one hand."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from bench.lists.base import HeldOut, TrueRow, write_table
from bench.lists.hand import Hand, block_form, narrow, write_entry
from bench.lists.population import Population, Shape, schedule

if TYPE_CHECKING:
    from pathlib import Path

KIND = "heavy"
_HEADINGS = (
    "オーダーID",
    "購入日",
    "購入者 姓",
    "購入者 名",
    "購入者 セイ",
    "購入者 メイ",
    "購入者 メール",
    "購入者 TEL",
    "購入者 郵便番号",
    "購入者 都道府県",
    "購入者 住所",
    "商品コード",
    "点数",
    "金額",
)


def write(folder: Path, rows: int, seed: int) -> HeldOut:
    """Write the list; see `bench.lists`."""
    rng = random.Random(f"{KIND}-{seed}")
    shape = Shape(sizes=(0.7, 0.2, 0.1), moved=0.15, married=0.03, second_mail=0.2, second_phone=0.15)
    people = Population(max(5, rows // 60), shape, rng).people
    hand = Hand(scripts=(0.9, 0.02, 0.03, 0.02, 0.03))
    lines = []
    for number, (moment, person) in enumerate(schedule(people, rows, rng, skew=0.8), start=1):
        entry = write_entry(person, moment, hand, rng)
        kana = entry.kana if rng.random() < 0.9 else (narrow(entry.kana[0]), narrow(entry.kana[1]))
        home = entry.home
        cells = (
            f"T-{number}",
            f"{2012 + int(moment * 6)}/{rng.randint(1, 12)}/{rng.randint(1, 28)}",
            *entry.halves(),
            *kana,
            entry.mail,
            entry.phone,
            home.spot.postal if home else "",
            home.spot.prefecture if home else "",
            f"{home.spot.city}{home.spot.town}{block_form(home.block, rng)} {home.building}".strip() if home else "",
            f"{rng.randrange(800):05d}",
            "1",
            str(rng.randint(2, 30) * 300),
        )
        lines.append((cells, TrueRow(person.number, tuple(entry.marks), tuple(person.near))))
    return write_table(folder, KIND, seed, _HEADINGS, lines, encoding="cp932")
