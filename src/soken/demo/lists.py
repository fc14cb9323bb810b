"""Writes an invented order list in the shape that EC-CUBE 4 exports: for demonstrations, tests and the bench.

Headings are EC-CUBE 4's own (its order CSV, of which a shop chooses the columns), one row an order item. Every
person is invented, phone numbers lie in a range that is not given out, mail is at ``.example``, items are bare codes.
"""

from __future__ import annotations

import random
import tomllib
from array import array
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib import resources
from typing import TYPE_CHECKING, Any

from soken.demo.entries import Typist
from soken.demo.people import People

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HEADINGS = (
    "注文ID", "注文番号", "会員ID", "お名前(姓)", "お名前(名)", "お名前(セイ)", "お名前(メイ)", "会社名",
    "郵便番号", "都道府県(ID)", "都道府県(名称)", "住所1", "住所2", "メールアドレス", "TEL", "合計",
    "対応状況(名称)", "支払方法(名称)", "受注日", "注文詳細ID", "商品名", "商品コード", "価格", "個数",
)  # fmt: skip
_PAYMENTS = ("銀行振込", "郵便振替", "代金引換", "クレジットカード")
_FROM, _TO = datetime(2014, 4, 1, tzinfo=UTC), datetime(2018, 3, 31, tzinfo=UTC)
_ITEMS = 400
_CHUNK = 5_000
_LEAST_FOR_DAMAGE = 100


@dataclass(frozen=True, slots=True)
class DemoList:
    """A list that was written.

    Attributes:
        path: the CSV file.
        truth_path: CSV with the columns ``row,person``, or None where no truth was asked for.
        rows: data rows written, damaged ones counted.
        damaged: how many of them cannot be read.
        persons: how many different people the readable rows come from.
    """

    path: Path
    truth_path: Path | None
    rows: int
    damaged: int
    persons: int


def load_rates() -> dict[str, Any]:
    """Return the rates of variation and damage (``rates.toml``)."""
    return tomllib.loads(resources.files("soken.demo").joinpath("rates.toml").read_text(encoding="utf-8"))


def write_demo_list(
    path: Path, *, rows: int = 7000, seed: int = 2017, truth_path: Path | None = None, encoding: str = "cp932"
) -> DemoList:
    """Write an invented order list; the same arguments give the same bytes.

    Args:
        path: the CSV file to write; overwritten.
        rows: data rows, including the few damaged ones.
        seed: which invented people.
        truth_path: where to write who is behind which row (for tests and the bench; the product never reads it).
        encoding: of the CSV file.

    Returns:
        What was written.
    """
    rates = load_rates()
    rng = random.Random(seed)  # noqa: S311 - invents people, protects nothing  # nosec B311
    owners = _owners(rows, rates["persons"]["rows_each"], rng)
    damage = _damage(rows, rates["damage"], rng)
    lines = _lines(owners, damage, People(seed, rates), Typist(rates, rng), rng, encoding)
    with path.open("wb") as stream:
        stream.write((",".join(HEADINGS) + "\n").encode(encoding))
        chunk: list[bytes] = []
        for line in lines:
            chunk.append(line)
            if len(chunk) == _CHUNK:
                stream.write(b"".join(chunk))
                chunk.clear()
        stream.write(b"".join(chunk))
    if truth_path is not None:
        with truth_path.open("w", encoding="ascii") as stream:
            stream.write("row,person\n")
            stream.writelines(f"{row},{who + 1}\n" for row, who in enumerate(owners, start=1) if row not in damage)
    persons = {who for row, who in enumerate(owners, start=1) if row not in damage}
    return DemoList(path, truth_path, rows, len(damage), len(persons))


def _owners(rows: int, rows_each: float, rng: random.Random) -> array[int]:
    """Return for each row the number of the person behind it: everybody once, then favouring some, then shuffled."""
    persons = max(1, round(rows / rows_each))
    owners = array("q", range(min(persons, rows)))
    # The further orders favour low numbers: most people order once, a few order often.
    owners.extend(int(persons * rng.random() ** 1.5) for _ in range(rows - len(owners)))
    rng.shuffle(owners)
    return owners


def _damage(rows: int, counts: dict[str, int], rng: random.Random) -> dict[int, str]:
    """Return which rows are damaged, and how."""
    if rows < _LEAST_FOR_DAMAGE:
        return {}
    kinds = [kind for kind, count in counts.items() for _ in range(count)]
    return dict(zip(rng.sample(range(2, rows), len(kinds)), kinds, strict=True))


def _lines(
    owners: array[int], damage: dict[int, str], people: People, typist: Typist, rng: random.Random, encoding: str
) -> Iterator[bytes]:
    """Yield the data rows, encoded, each with its line end; orders run through the years in order."""
    step = (_TO - _FROM) / max(1, len(owners))
    for row, who in enumerate(owners, start=1):
        moment = _FROM + step * row + timedelta(seconds=rng.random() * 600)
        # Changes of mail, phone, home and name fall at one point of the list's time, different for each person.
        later = row / len(owners) > (who * 37 % 100) / 100
        cells = _cells(row, people, who, typist, rng, moment, later=later)
        line = _line(cells)
        kind = damage.get(row)
        yield line.encode(encoding) + b"\n" if kind is None else _damaged(kind, cells, line, encoding)


def _cells(
    row: int, people: People, who: int, typist: Typist, rng: random.Random, moment: datetime, *, later: bool
) -> list[str]:
    """Return one order item as typed, in the order of `HEADINGS`."""
    person = people.person(who)
    family, given, family_kana, given_kana = typist.name(person, later=later)
    home = person.homes[later]
    place = home.place
    address, address2 = typist.address(home)
    item, price = int(rng.random() * _ITEMS), 500 * (2 + int(rng.random() * 29))
    quantity = 1 if rng.random() < 0.9 else 2
    code = f"A-{item:04d}"
    postal = place.postal_code if rng.random() < 0.5 else f"{place.postal_code[:3]}-{place.postal_code[3:]}"
    return [
        str(row), f"{row:09d}", person.account, family, given, family_kana, given_kana, "", postal,
        place.prefecture_id, place.prefecture, address, address2, typist.mail(person.mails[later]),
        typist.phone(person.phones[later]), str(price * quantity), "発送済み", rng.choice(_PAYMENTS),
        moment.isoformat(" ", "seconds")[:19], str(row + 20_000), code, code, str(price), str(quantity),
    ]  # fmt: skip


def _line(cells: list[str]) -> str:
    """Return a row as the shop's export writes it: cells with a space in quotes (no cell holds a comma or a quote)."""
    return ",".join(['"' + cell + '"' if " " in cell else cell for cell in cells])


def _damaged(kind: str, cells: list[str], line: str, encoding: str) -> bytes:
    """Return a row that cannot be read as it stands.

    ``too_few_fields``: cut after the address; ``open_quote``: a quote that nothing closes; ``undecodable``: a byte
    that no Japanese encoding has in this place.
    """
    if kind == "too_few_fields":
        return ",".join(cells[:11]).encode(encoding) + b"\n"
    if kind == "open_quote":
        opened = [*cells[:11], '"' + cells[11].replace(" ", ""), *(cell.replace(" ", "") for cell in cells[12:])]
        return ",".join(opened).encode(encoding) + b"\n"
    start, mark, end = line.partition(cells[10])
    return start.encode(encoding) + b"\x859" + (mark + end).encode(encoding) + b"\n"
