"""A seized platform: many accounts, many more orders, as one EC-CUBE 4 order CSV or as a MySQL dump of its tables.

An order repeats what its account said when it was placed, as the shop itself stores it; some accounts are changed once
(a new mail, phone, home or name), some people hold two. Accounts that order often come first. Nothing is held for an
order: 10 million of them are written in a few minutes and one gigabyte.
"""

from __future__ import annotations

import random
from array import array
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from bench.lists.eccube_dump import COLUMNS, literal, opening
from soken.demo.entries import Typist
from soken.demo.lists import HEADINGS, load_rates
from soken.demo.people import People

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path
    from typing import IO

_SECOND_ACCOUNT, _CHANGED = 0.04, 0.15
_FROM, _SECONDS = datetime(2019, 4, 1, tzinfo=UTC), 6 * 365 * 86_400
_PRODUCTS = 5_000
_BATCH = 1_000
#: Characters of a statement in a dump.
_STATEMENT = 1_000_000


@dataclass(frozen=True, slots=True)
class Platform:
    """A platform that was written.

    Attributes:
        path: the CSV file or the dump.
        truth_path: ``row,person`` of every data row about somebody, rows counted through all tables in file order.
        rows: data rows, all tables together.
        persons: different people behind the accounts.
    """

    path: Path
    truth_path: Path
    rows: int
    persons: int


class _Accounts:
    """What each account said at first, and after its change."""

    def __init__(self, number: int, seed: int) -> None:
        rates, rng = load_rates(), random.Random(seed)
        people, typist = People(seed, rates), Typist(rates, rng)
        self.owners = array("q")
        self.first: list[tuple[str, ...]] = []
        self.later: dict[int, tuple[str, ...]] = {}
        self.changed_at: dict[int, float] = {}
        person = 0
        while len(self.owners) < number:
            for state in (False, True)[: 2 if rng.random() < _SECOND_ACCOUNT else 1]:
                account = len(self.owners)
                self.owners.append(person)
                self.first.append(_typed(people, person, typist, later=state))
                if rng.random() < _CHANGED:
                    self.later[account] = _typed(people, person, typist, later=True)
                    self.changed_at[account] = rng.random()
            person += 1
        self.persons = person

    def at(self, account: int, moment: float) -> tuple[str, ...]:
        """Return what an account says at a moment of the platform's life (0 to 1)."""
        if moment < self.changed_at.get(account, 2.0):
            return self.first[account]
        return self.later[account]


def _typed(people: People, number: int, typist: Typist, *, later: bool) -> tuple[str, ...]:
    """Return the columns that say who somebody is: name, postal code, prefecture, address, contacts."""
    person = people.person(number)
    home = person.homes[later]
    return (
        *typist.name(person, later=later),
        home.place.postal_code,
        home.place.prefecture_id,
        home.place.prefecture,
        *typist.address(home),
        typist.mail(person.mails[later]),
        typist.phone(person.phones[later]),
    )


def write_csv(folder: Path, accounts: int, orders: int, seed: int) -> Platform:
    """Write the order CSV (CP932), a row an order with one item."""
    path = folder / f"platform-{accounts}-{orders}-{seed}.csv"
    known = _Accounts(accounts, seed)

    def line(number: int, account: int, moment: float) -> str:
        said = known.at(account, moment)
        item = f"A-{number % _PRODUCTS:04d}"
        # No cell holds a comma or a quote.
        return (
            f"{number},{number:09d},{account + 1},{','.join(said[:4])},,{','.join(said[4:])},1500,発送済み,"
            f"クレジットカード,{_when(moment)},{number + 20_000},{item},{item},1500,1\n"
        )

    with path.open("w", encoding="cp932", newline="") as stream:
        stream.write(",".join(HEADINGS) + "\n")
        owners = _orders(stream, known, orders, seed, line)
    return _finished(path, known.persons, owners)


def write_dump(folder: Path, accounts: int, orders: int, seed: int) -> Platform:
    """Write the dump: customers, orders, one item an order."""
    path = folder / f"platform-{accounts}-{orders}-{seed}.sql"
    known = _Accounts(accounts, seed)

    def order(number: int, account: int, moment: float) -> str:
        said = _named(known.at(account, moment))
        return _row("dtb_order", {
            **said, "id": number, "customer_id": account + 1, "order_no": f"{number:09d}", "order_date": _when(moment),
            "payment_total": 1500, "total": 1500,
        })  # fmt: skip

    with path.open("w", encoding="utf-8", newline="") as stream:
        stream.write("-- MySQL dump 10.13  Distrib 8.0.36\n/*!40101 SET NAMES utf8mb4 */;\n")
        customers = (
            _row("dtb_customer", {**_named(said), "id": account}) for account, said in enumerate(known.first, start=1)
        )
        _table(stream, "dtb_customer", customers)
        stream.write(opening("dtb_order"))
        owners = _orders(_Statements(stream, "dtb_order"), known, orders, seed, order)
        _table(stream, "dtb_order_item", (
            _row("dtb_order_item", {
                "id": number, "order_id": number, "product_id": number % _PRODUCTS + 1, "order_item_type_id": 1,
                "product_name": f"A-{number % _PRODUCTS:04d}", "price": 1500, "quantity": 1,
            })
            for number in range(1, orders + 1)
        ))  # fmt: skip
    return _finished(path, known.persons, array("q", [*known.owners, *owners, *owners]))


def _orders(
    stream: IO[str] | _Statements,
    known: _Accounts,
    orders: int,
    seed: int,
    line: Callable[[int, int, float], str],
) -> array[int]:
    """Write the orders as time goes by; return who is behind each."""
    rng = random.Random(seed + 1)
    accounts = len(known.owners)
    owners = array("q")
    for start in range(1, orders + 1, _BATCH):
        lines = []
        for number in range(start, min(start + _BATCH, orders + 1)):
            # Everybody orders once; the further orders favour some.
            account = number - 1 if number <= accounts else int(accounts * rng.random() ** 1.5)
            lines.append(line(number, account, number / orders))
            owners.append(known.owners[account])
        stream.writelines(lines)
    if isinstance(stream, _Statements):
        stream.close()
    return owners


class _Statements:
    """Writes rows as INSERT statements of a megabyte each, as mysqldump does unless told otherwise."""

    def __init__(self, stream: IO[str], table: str) -> None:
        self._stream, self._table = stream, table
        self._waiting: list[str] = []
        self._size = 0

    def writelines(self, rows: Iterable[str]) -> None:
        """Write rows."""
        for row in rows:
            self._waiting.append(row)
            self._size += len(row)
            if self._size >= _STATEMENT:
                self._write()

    def _write(self) -> None:
        """Write one statement."""
        if self._waiting:
            self._stream.write(f"INSERT INTO `{self._table}` VALUES {','.join(self._waiting)};\n")
        self._waiting, self._size = [], 0

    def close(self) -> None:
        """End the table."""
        self._write()
        self._stream.write("UNLOCK TABLES;\n")


def _table(stream: IO[str], name: str, rows: Iterator[str]) -> None:
    """Write a whole table."""
    stream.write(opening(name))
    statements = _Statements(stream, name)
    statements.writelines(rows)
    statements.close()


def _named(said: Sequence[str]) -> dict[str, str | int | None]:
    """Return what an account says by the column names of the dump."""
    names = ("name01", "name02", "kana01", "kana02", "postal_code", "pref_id", "", "addr01", "addr02", "email")
    found: dict[str, str | int | None] = dict(zip((*names, "phone_number"), said, strict=True))
    del found[""]
    return found


def _row(table: str, cells: dict[str, str | int | None]) -> str:
    """Return one row of an INSERT statement."""
    return "(" + ",".join([literal(cells.get(column)) for column in COLUMNS[table]]) + ")"


def _when(moment: float) -> str:
    """Return the date and time of a moment of the platform's life."""
    return (_FROM + timedelta(seconds=int(moment * _SECONDS))).strftime("%Y-%m-%d %H:%M:%S")


def _finished(path: Path, persons: int, owners: array[int]) -> Platform:
    """Write the truth."""
    truth = path.with_name(f"{path.name}.truth.csv")
    with truth.open("w", encoding="ascii") as stream:
        stream.write("row,person\n")
        stream.writelines(f"{row},{who + 1}\n" for row, who in enumerate(owners, start=1))
    return Platform(path, truth, len(owners), persons)


def write_further(folder: Path, accounts: int, rows: int, seed: int) -> Platform:
    """Write another shop's order CSV: half its customers are people of the platform of that many accounts and seed.

    They write as they do there now, or as they did before; the other half are new. Each row is one customer's.
    """
    path = folder / f"further-{accounts}-{rows}-{seed}.csv"
    rates, rng = load_rates(), random.Random(seed + 7)
    people, typist = People(seed, rates), Typist(rates, rng)
    known = int(accounts / (1 + _SECOND_ACCOUNT))
    owners = array("q")
    with path.open("w", encoding="cp932", newline="") as stream:
        stream.write(",".join(HEADINGS) + "\n")
        for number in range(1, rows + 1):
            person = rng.randrange(known) if rng.random() < 0.5 else accounts + number
            owners.append(person)
            said = _typed(people, person, typist, later=rng.random() < 0.5)
            item = f"B-{number % _PRODUCTS:04d}"
            stream.write(
                f"{number},{number:09d},{number},{','.join(said[:4])},,{','.join(said[4:])},1500,発送済み,"
                f"クレジットカード,{_when(number / rows)},{number + 20_000},{item},{item},1500,1\n"
            )
    return _finished(path, len(set(owners)), owners)
