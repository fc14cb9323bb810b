"""(b) An order list with a kana column and the birth date in Japanese years; CP932, separated by tabs."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from bench.lists.base import HeldOut, TrueRow, write_table
from bench.lists.hand import Hand, address_line, narrow, postal_form, slip, write_entry
from bench.lists.population import Population, Shape, schedule

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

KIND = "orders-wareki"
_HEADINGS = (
    "受注番号",
    "受注日",
    "お客様名",
    "フリガナ",
    "生年月日",
    "〒",
    "ご住所",
    "お電話番号",
    "メール",
    "商品番号",
    "数量",
    "金額",
)
_WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}


def japanese_year(day: date, rng: random.Random) -> str:
    """Return a date in one of the spellings of the Japanese calendar, now and then in the Western one."""
    first = {"平成": 1988, "昭和": 1925}
    era = "平成" if (day.year, day.month, day.day) >= (1989, 1, 8) else "昭和"
    year = day.year - first[era]
    letter = {"平成": "H", "昭和": "S"}[era]
    form = rng.randrange(8)
    if form < 3:
        return f"{era}{'元' if year == 1 else year}年{day.month}月{day.day}日"
    if form < 5:
        return f"{letter}{year}.{day.month}.{day.day}"
    if form == 5:
        return f"{letter}{year:02d}/{day.month:02d}/{day.day:02d}"
    if form == 6:
        return f"{era}{year}年{day.month}月{day.day}日".translate(_WIDE)
    return f"{day.year}/{day.month:02d}/{day.day:02d}"


def write(folder: Path, rows: int, seed: int) -> HeldOut:
    """Write the list; see `bench.lists`."""
    rng = random.Random(f"{KIND}-{seed}")
    shape = Shape(sizes=(0.7, 0.18, 0.07, 0.05), namesakes=0.02, misusers=0.002)
    people = Population(round(rows / 1.8), shape, rng).people
    hand = Hand(scripts=(0.88, 0.03, 0.04, 0.02, 0.03))
    lines = []
    for number, (moment, person) in enumerate(schedule(people, rows, rng, skew=0.5), start=1):
        entry = write_entry(person, moment, hand, rng)
        first, second = entry.halves()
        kana = "".join((entry.kana[0], rng.choice((" ", "　", "")), entry.kana[1]))
        if rng.random() < 0.01:
            kana = slip(kana, rng)
            entry.marks.append("kana-slip")
        kana = "" if rng.random() < 0.06 else narrow(kana) if rng.random() < 0.15 else kana
        birth = ""
        if rng.random() < 0.85:
            day = person.birth
            if rng.random() < 0.006 and day.day < 13:
                day = day.replace(month=day.day, day=min(day.month, 28))
                entry.marks.append("birth-slip")
            birth = japanese_year(day, rng)
        home = entry.home
        cells = (
            f"{20_130_000 + number}",
            f"{2013 + int(moment * 5)}/{rng.randint(1, 12):02d}/{rng.randint(1, 28):02d}",
            first + rng.choice((" ", "　", "")) + second if entry.script != "romaji" else f"{first} {second}",
            kana,
            birth,
            postal_form(home.spot.postal, rng) if home else "",
            address_line(home, rng) if home else "",
            entry.phone,
            entry.mail,
            f"SH-{rng.randrange(300):04d}",
            "1",
            str(rng.randint(3, 40) * 500),
        )
        lines.append((cells, TrueRow(person.number, tuple(entry.marks), tuple(person.near))))
    return write_table(folder, KIND, seed, _HEADINGS, lines, delimiter="\t", encoding="cp932")
