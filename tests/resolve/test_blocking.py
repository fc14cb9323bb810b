"""Which pairs are weighed: those that share a key, and of those that share a name alone only what could count."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from soken.core.duck import connect
from soken.resolve.blocking import FULL_BLOCK, NEIGHBOURS, block, rule_name
from soken.resolve.prepare import prepare
from tests.resolve.factory import record, write_records

if TYPE_CHECKING:
    from pathlib import Path

Record = dict[str, Any]

#: What makes a list say more than a name and one contact: then namesakes need something else in common.
FULL = [
    record("高橋 花子", readings="takahashi hanako", email=f"hanako{number}@example.jp", phone=f"+81901234{number:04}",
           address=f"T{number} {number}-1")
    for number in range(2)
]  # fmt: skip


def found(folder: Path, records: list[Record]) -> dict[tuple[int, int], str]:
    """Return the pairs that are weighed, by their places among the records from 0, with the rule that found each."""
    write_records(folder, records)
    with connect() as con:
        prepare(con, folder / "records.parquet")
        block(con)
        lines = con.execute("SELECT l - 1, r - 1, rule FROM blocked").fetchall()
    return {(left, right): rule_name(rule) for left, right, rule in lines}


@pytest.mark.parametrize(
    ("one", "other", "rule"),
    [
        ({"address": "A 1-1"}, {"address": "B 9-9"}, None),
        ({"address": "A 1-1"}, {"address": "A 9-9"}, "name"),
        ({"email": "ken@example.jp"}, {"email": "ken@example.org"}, "name"),
        ({"email": "ken@example.jp"}, {"email": "zoo@example.org"}, None),
        ({"phone": "+819011112222"}, {"phone": "+819011113333"}, "name"),
        ({"phone": "+819011112222"}, {"phone": "+818099998888"}, None),
        ({"birth": "1980-02-03"}, {"birth": "1991-02-20"}, "name"),
        ({"birth": "1980-02-03"}, {"birth": "1991-04-20"}, None),
        ({"email": "ken@example.jp"}, {"email": "ken@example.jp"}, "email"),
    ],
)
def test_of_one_name_alone_only_what_could_count_is_weighed(
    one: Record, other: Record, rule: str | None, tmp_path: Path
) -> None:
    named = [record("田中 健", readings="tanaka ken", **said) for said in (one, other)]
    assert found(tmp_path, [*named, *FULL]).get((0, 1)) == rule


def test_where_a_list_says_no_more_than_name_and_contact_namesakes_are_weighed(tmp_path: Path) -> None:
    named = [record("田中 健", readings="tanaka ken", email=mail) for mail in ("ken@example.jp", "zoo@example.org")]
    assert found(tmp_path, named) == {(0, 1): "name"}


def test_a_name_in_the_other_order_meets_the_one_in_ours_and_nothing_else_of_its_order(tmp_path: Path) -> None:
    ours = record("田中 健", readings="tanaka ken", address="A 1-1")
    turned = [record("kentanaka", address=f"A {number}-9", postal_key="100") for number in range(2)]
    pairs = found(tmp_path, [*FULL, ours, *turned])
    assert pairs == {(0, 1): "name", (2, 3): "swapped", (2, 4): "swapped", (3, 4): "name"}


def test_in_a_huge_block_each_meets_its_neighbours(tmp_path: Path) -> None:
    count = FULL_BLOCK + 1
    shared = [record(f"田中 {chr(0x4E00 + number)}", email="shop@example.jp") for number in range(count)]
    pairs = found(tmp_path, shared)
    assert set(pairs.values()) == {"email"}
    assert len(pairs) == count * NEIGHBOURS - NEIGHBOURS * (NEIGHBOURS + 1) // 2
