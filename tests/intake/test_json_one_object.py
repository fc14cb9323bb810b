"""A JSON file that is one object: one customer, a wrapping of customers, or customers under their numbers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.intake.shops import Taken, has, take

if TYPE_CHECKING:
    from pathlib import Path

ONE = {"name": "佐藤 花子", "email": "hanako@example.com", "tel": "090-1234-5678"}
OTHER = {"name": "鈴木 一郎", "email": "ichiro@example.com", "tel": "090-1234-5679"}
ORDERS = [{"order_no": "A-1", "date": "2020-01-02"}, {"order_no": "A-2", "date": "2020-01-03"}]


def taken(folder: Path, value: object, indent: int | None = None) -> Taken:
    return take(folder, json.dumps(value, ensure_ascii=False, indent=indent), "shop.json")


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize(
    "value",
    [
        pytest.param(ONE, id="plain"),
        pytest.param({"customer": ONE}, id="named"),
        pytest.param({"17": ONE}, id="under its number"),
        pytest.param({"billing": ONE, "shipping": {**ONE, "tel": "090-0000-0000"}}, id="with two addresses"),
        pytest.param([ONE], id="in a list"),
        pytest.param({"customers": [ONE]}, id="in a list inside"),
    ],
)
def test_one_customer_alone_is_one_row(tmp_path: Path, value: object, indent: int | None) -> None:
    (row,) = taken(tmp_path, value, indent).rows
    has(row, kind="identity", full_name="佐藤 花子", email="hanako@example.com", phone="090-1234-5678")


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize(
    "value",
    [
        pytest.param({**ONE, "orders": ORDERS}, id="plain"),
        pytest.param({"customer": ONE, "orders": ORDERS}, id="named"),
        pytest.param({"orders": ORDERS, **ONE}, id="orders first"),
    ],
)
def test_the_orders_of_one_customer_alone_are_the_customers(tmp_path: Path, value: object, indent: int | None) -> None:
    found = taken(tmp_path, value, indent)
    has(found.one(""), row=1, kind="identity", full_name="佐藤 花子")
    assert [(row["owner"], row["kind"], row["order_no"]) for row in found.of("orders")] == [
        (1, "attached", "A-1"),
        (1, "attached", "A-2"),
    ]


@pytest.mark.parametrize(
    ("value", "table"),
    [
        pytest.param({"customers": [ONE, OTHER]}, "customers", id="its one list"),
        pytest.param({"total": 2, "customers": [ONE, OTHER]}, "customers", id="beside a number"),
        pytest.param(
            {"name": "店", "email": "shop@example.com", "customers": [ONE, OTHER]}, "customers", id="a shop's"
        ),
        pytest.param({"status": "ok", "data": {"customers": [ONE, OTHER]}}, "data.customers", id="further in"),
    ],
)
def test_the_customers_in_a_wrapping_are_rows(tmp_path: Path, value: object, table: str) -> None:
    rows = taken(tmp_path, value).of(table)
    assert [row["email"] for row in rows] == ["hanako@example.com", "ichiro@example.com"]


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize(
    "keys",
    [("17", "18"), ("a@example.com", "b@example.com"), ("-Mx3fE8kQ0aa1", "-Mx3fE8kQ0aa2")],
    ids=lambda one: one[0],
)
def test_customers_under_their_numbers_are_rows_each(tmp_path: Path, keys: tuple[str, str], indent: int | None) -> None:
    found = taken(tmp_path, dict(zip(keys, [ONE, {**OTHER, "orders": ORDERS}], strict=True)), indent)
    first, second = found.of("")
    has(first, row=1, full_name="佐藤 花子", email="hanako@example.com", phone="090-1234-5678", email2=None)
    has(second, row=2, full_name="鈴木 一郎", email="ichiro@example.com", phone="090-1234-5679", email2=None)
    assert [row["owner"] for row in found.of("orders")] == [2, 2]


def test_each_customer_under_a_number_is_found_at_its_place(tmp_path: Path) -> None:
    text = json.dumps({"17": ONE, "18": OTHER}, ensure_ascii=False, indent=1)
    data = text.encode()
    for row, one in zip(take(tmp_path, text, "shop.json").rows, (ONE, OTHER), strict=True):
        place = slice(row["byte_offset"], row["byte_offset"] + row["byte_length"])
        assert json.loads(data[place]) == one


BROKEN: dict[str, tuple[str, int, int]] = {
    "cut inside the third": ('{"17": %s, "18": %s, "19": {"name": "高', 2, 1),
    "the second is no object": ('{"17": %s, "18": %s, "19": 5}', 2, 1),
    "something after the end": ('{"17": %s, "18": %s} {"x": 1', 2, 1),
}


@pytest.mark.parametrize("what", sorted(BROKEN))
def test_what_cannot_be_read_among_the_numbers_is_set_aside(tmp_path: Path, what: str) -> None:
    text, accepted, aside = BROKEN[what]
    objects = tuple(json.dumps(one, ensure_ascii=False) for one in (ONE, OTHER))
    result = take(tmp_path, text % objects, "shop.json").result
    assert (result.rows_accepted, result.rows_set_aside) == (accepted, aside)
    assert result.rows_read == accepted + aside
