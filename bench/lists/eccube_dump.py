"""(f) A MySQL dump of an EC-CUBE 4 shop: products, customers, orders, order items (column names of its entities).

Half of the people hold an account, a few two. An order by an account repeats the account's data as it then was; a
guest's order is written by hand. Product names are bare codes. Rows are numbered through all tables in file order.
"""

from __future__ import annotations

import random
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

from bench.lists.base import HeldOut, TrueRow, finish
from bench.lists.hand import Hand, block_form, write_entry
from bench.lists.population import Population, Shape, Someone, schedule
from bench.lists.romaji_only import PREFECTURES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

KIND = "eccube-dump"
Value = str | int | None
_PREF_IDS = {name: number for number, name in enumerate(PREFECTURES, start=1)}
COLUMNS: dict[str, list[str]] = {
    table: columns.split()
    for table, columns in tomllib.loads(Path(__file__).with_name("eccube4.toml").read_text(encoding="utf-8")).items()
}
_NUMBERS = {"id", "customer_id", "order_id", "product_id", "pref_id", "sex_id", "quantity", "price", "total"}
_BATCH = 200


def write(folder: Path, rows: int, seed: int) -> HeldOut:
    """Write the dump; ``rows`` counts customers, orders and items together; see `bench.lists`."""
    rng = random.Random(f"{KIND}-{seed}")
    orders = round(rows / 2.7)
    people = Population(round(orders / 1.5), Shape(misusers=0.001), rng).people
    hand = Hand(scripts=(0.88, 0.02, 0.05, 0.02, 0.03))
    accounts: dict[int, list[dict[str, Value]]] = {}
    customers: list[tuple[Someone, dict[str, Value]]] = []
    for person in rng.sample(people, len(people) // 2):
        for _ in range(2 if rng.random() < 0.04 else 1):
            claims = _claims(person, 0.0, hand, rng)
            if not claims["email"]:
                continue  # the shop takes no account without
            claims["id"] = len(customers) + 1
            customers.append((person, claims))
            accounts.setdefault(person.number, []).append(claims)
    order_rows: list[tuple[Someone, dict[str, Value]]] = []
    for number, (moment, person) in enumerate(schedule(people, orders, rng, skew=0.5), start=1):
        held = accounts.get(person.number)
        if held and rng.random() < 0.8:
            account = rng.choice(held)
            claims = {**account, "customer_id": account["id"]}
        else:
            claims = _claims(person, moment, hand, rng)
        claims |= {
            "id": number,
            "order_no": f"{number:08d}",
            "order_date": f"{2018 + int(moment * 4)}-05-01 10:00:00",
            "total": 3000,
        }
        order_rows.append((person, claims))
    items: list[tuple[Someone, dict[str, Value]]] = []
    for person, order in order_rows:
        for _ in range(rng.choices((1, 2, 3), (0.7, 0.2, 0.1))[0]):
            product = rng.randrange(1, 121)
            code = f"P-{product:05d}"
            items.append(
                (
                    person,
                    {
                        "id": len(items) + 1,
                        "order_id": order["id"],
                        "product_id": product,
                        "order_item_type_id": 1,
                        "product_name": code,
                        "product_code": code,
                        "price": 1500,
                        "quantity": 1,
                    },
                )
            )
    products: list[dict[str, Value]] = [{"id": number, "name": f"P-{number:05d}"} for number in range(1, 121)]
    tables: list[tuple[str, list[tuple[Someone | None, dict[str, Value]]]]] = [
        ("dtb_customer", list(customers)),
        ("dtb_order", list(order_rows)),
        ("dtb_order_item", list(items)),
        ("dtb_product", [(None, product) for product in products]),
    ]
    path = folder / f"{KIND}-{seed}.sql"
    with path.open("w", encoding="utf-8") as stream:
        stream.write("-- MySQL dump 10.13  Distrib 8.0.36\n/*!40101 SET NAMES utf8mb4 */;\n")
        for table, rows_of in tables:
            stream.writelines(_table(table, [row for _person, row in rows_of]))
    truth = [
        None
        if person is None
        else TrueRow(
            person.number, tuple(str(row.get("_marks", "")).split(";")) if row.get("_marks") else (), tuple(person.near)
        )
        for _table_name, rows_of in tables
        for person, row in rows_of
    ]
    return finish(KIND, path, truth)


def _claims(person: Someone, moment: float, hand: Hand, rng: random.Random) -> dict[str, Value]:
    """Return what this person writes into the shop's form at this moment, by column name."""
    entry = write_entry(person, moment, hand, rng)
    first, second = entry.halves()
    assert entry.home is not None, "this hand always writes an address"  # noqa: S101 - a fact of the settings above
    spot = entry.home.spot
    block = block_form(entry.home.block, rng)
    whole = rng.random() < 0.5
    return {
        "name01": first,
        "name02": second,
        "kana01": entry.kana[0],
        "kana02": entry.kana[1],
        "email": entry.mail.strip(),
        "phone_number": entry.phone.replace("-", ""),
        "postal_code": spot.postal,
        "pref_id": _PREF_IDS[spot.prefecture],
        "addr01": spot.city + spot.town + (block if whole else ""),
        "addr02": f"{'' if whole else block} {entry.home.building}".strip() or None,
        "birth": f"{person.birth.isoformat()} 00:00:00" if rng.random() < 0.2 else None,
        "_marks": ";".join(entry.marks),
    }


def opening(name: str) -> str:
    """Return the statements that make one table, as mysqldump writes them."""
    columns = "".join(
        f"  `{column}` {'int unsigned' if column in _NUMBERS else 'varchar(255)'} DEFAULT NULL,\n"
        for column in COLUMNS[name]
    )
    return (
        f"DROP TABLE IF EXISTS `{name}`;\nCREATE TABLE `{name}` (\n{columns}"
        f"  PRIMARY KEY (`id`)\n) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;\nLOCK TABLES `{name}` WRITE;\n"
    )


def _table(name: str, rows: Sequence[dict[str, Value]]) -> Iterable[str]:
    """Yield the statements that make and fill one table."""
    columns = COLUMNS[name]
    yield opening(name)
    for start in range(0, len(rows), _BATCH):
        tuples = (
            "(" + ",".join(literal(row.get(column)) for column in columns) + ")" for row in rows[start : start + _BATCH]
        )
        yield f"INSERT INTO `{name}` VALUES " + ",".join(tuples) + ";\n"
    yield "UNLOCK TABLES;\n"


def literal(value: Value) -> str:
    """Return a value as it stands in a statement."""
    if value is None:
        return "NULL"
    if isinstance(value, int):
        return str(value)
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
