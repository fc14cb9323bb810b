"""(i) Japanese customers of a shop that takes Latin letters only, each spelling themselves as they please."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from bench.lists.base import HeldOut, TrueRow, write_table
from bench.lists.hand import Hand, write_entry
from bench.lists.population import Home, Population, Shape, schedule
from bench.lists.romaji import SPELLINGS, spell

if TYPE_CHECKING:
    from pathlib import Path

KIND = "romaji-only"
_HEADINGS = (
    "Order",
    "Date",
    "First Name",
    "Last Name",
    "Email",
    "Phone",
    "Address",
    "City",
    "Prefecture",
    "Zip",
    "SKU",
)
_PREFECTURES = dict(
    zip(
        "北海道 青森県 岩手県 宮城県 秋田県 山形県 福島県 茨城県 栃木県 群馬県 埼玉県 千葉県 東京都 神奈川県 新潟県 富山県 石川県 福井県"
        " 山梨県 長野県 岐阜県 静岡県 愛知県 三重県 滋賀県 京都府 大阪府 兵庫県 奈良県 和歌山県 鳥取県 島根県 岡山県 広島県 山口県 徳島県"
        " 香川県 愛媛県 高知県 福岡県 佐賀県 長崎県 熊本県 大分県 宮崎県 鹿児島県 沖縄県".split(),
        "Hokkaido Aomori Iwate Miyagi Akita Yamagata Fukushima Ibaraki Tochigi Gunma Saitama Chiba Tokyo Kanagawa"
        " Niigata Toyama Ishikawa Fukui Yamanashi Nagano Gifu Shizuoka Aichi Mie Shiga Kyoto Osaka Hyogo Nara Wakayama"
        " Tottori Shimane Okayama Hiroshima Yamaguchi Tokushima Kagawa Ehime Kochi Fukuoka Saga Nagasaki Kumamoto Oita"
        " Miyazaki Kagoshima Okinawa".split(),
        strict=True,
    )
)


def romaji_address(home: Home, rng: random.Random) -> tuple[str, str, str, str]:
    """Return street line, city, prefecture and postal code in Latin letters."""
    spot = home.spot
    town = spell(spot.town_kana, rng.choice(SPELLINGS[:2])).title()
    block = "-".join(map(str, home.block))
    line = rng.choice((f"{block} {town}", f"{block}, {town}", f"{town} {block}"))
    if home.building and rng.random() < 0.6:
        line += f" #{home.building.rstrip('号室')[-3:]}"
    city = spell(spot.city_kana, rng.choice(SPELLINGS[:2])).title()
    return line, city, _PREFECTURES[spot.prefecture], f"{spot.postal[:3]}-{spot.postal[3:]}"


def write(folder: Path, rows: int, seed: int) -> HeldOut:
    """Write the list; see `bench.lists`."""
    rng = random.Random(f"{KIND}-{seed}")
    people = Population(round(rows / 1.5), Shape(), rng).people
    hand = Hand(scripts=(0, 0, 0, 0, 1.0), swapped=0.05, slip=0.015)
    lines = []
    for number, (moment, person) in enumerate(schedule(people, rows, rng, skew=0.4), start=1):
        entry = write_entry(person, moment, hand, rng)
        last, first = entry.halves()
        address = romaji_address(entry.home, rng) if entry.home else ("", "", "", "")
        marks = tuple(mark for mark in entry.marks if mark != "romaji")
        cells = (
            f"#{1000 + number}", f"{2015 + int(moment * 4)}-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}", first, last,
            entry.mail, entry.phone, *address, f"R{rng.randrange(600):04d}",
        )  # fmt: skip
        lines.append((cells, TrueRow(person.number, marks, tuple(person.near))))
    return write_table(folder, KIND, seed, _HEADINGS, lines)
