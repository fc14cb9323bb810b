"""A list of orders inside a customer: each order is a row of its own that belongs to the customer."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from soken.intake.formats.json_inner import inner_places, inner_rows
from soken.intake.formats.json_lines import JsonReader
from tests.intake.shops import Taken, has, take
from tests.intake.told import told

if TYPE_CHECKING:
    from pathlib import Path

ORDERS = [
    {"orderNumber": "A-1", "orderedAt": "2021-02-03", "items": [{"sku": "X-1", "qty": 1}, {"sku": "X-2", "qty": 2}]},
    {"orderNumber": "A-2", "orderedAt": "2021-03-04", "items": [{"sku": "X-1", "qty": 3}]},
]
CUSTOMERS = [
    {"name": "佐藤 太郎", "email": "u1@example.com", "orders": ORDERS},
    {"name": "鈴木 花子", "email": "u2@example.com", "orders": []},
    {"name": "高橋 健", "email": "u3@example.com", "orders": [{"orderNumber": "A-3", "orderedAt": "2021-04-05"}]},
]
LAYOUTS = {
    "list": lambda objects: json.dumps(objects, ensure_ascii=False),
    "list over lines": lambda objects: json.dumps(objects, ensure_ascii=True, indent=2),
    "lines": lambda objects: "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in objects),
    "wrapped": lambda objects: json.dumps({"customers": objects}, ensure_ascii=False),
}


def taken_in(folder: Path, objects: list[dict[str, Any]], layout: str = "list") -> Taken:
    return take(folder, LAYOUTS[layout](objects), "shop.json")


@pytest.mark.parametrize("layout", sorted(LAYOUTS))
def test_orders_and_items_inside_a_customer_belong_to_the_customer(tmp_path: Path, layout: str) -> None:
    taken = taken_in(tmp_path, CUSTOMERS, layout)
    prefix = "customers." if layout == "wrapped" else ""
    assert [(row["row"], row["owner"]) for row in taken.of(prefix + "orders")] == [(4, 1), (5, 1), (6, 3)]
    assert [row["owner"] for row in taken.of(prefix + "orders.items")] == [1, 1, 1]
    assert {row["kind"] for row in taken.of(prefix + "orders")} == {"attached"}
    has(taken.one(prefix + "orders", 1), order_no="A-2", ordered_at="2021-03-04")
    # What an order says of its items stands with each of them, so that a purchase has its day.
    has(taken.one(prefix + "orders.items", 2), order_no="A-2", ordered_at="2021-03-04", quantity="3")
    codes = [row["item_code"] for row in taken.of(prefix + "orders.items")]
    assert codes[0] == codes[2] != codes[1]
    assert taken.result.rows_read == taken.result.rows_accepted == 9


def test_the_objects_of_the_list_keep_the_first_numbers(tmp_path: Path) -> None:
    taken = taken_in(tmp_path, CUSTOMERS)
    assert [row["row"] for row in taken.of("")] == [1, 2, 3]


def test_a_broken_customer_shifts_nobodys_orders(tmp_path: Path) -> None:
    lines = LAYOUTS["lines"](CUSTOMERS).splitlines()
    taken = take(tmp_path, "\n".join([lines[0], '{"name": "x" "y"}', *lines[1:]]), "shop.json")
    assert taken.result.rows_set_aside == 1
    assert [row["owner"] for row in taken.of("orders")] == [1, 1, 4]


def test_people_inside_a_group_are_people(tmp_path: Path) -> None:
    groups = [
        {"group": "東", "members": [{"name": "佐藤 太郎", "email": "u1@example.com"}]},
        {"group": "西", "email": "west@example.com", "members": [{"name": "鈴木 花子", "email": "u2@example.com"}]},
    ]
    members = taken_in(tmp_path, groups).of("members")
    assert [(row["kind"], row["owner"] == row["row"]) for row in members] == [("identity", True)] * 2


def test_orders_that_name_buyers_of_their_own_are_not_the_shops(tmp_path: Path) -> None:
    shops = [
        {"shop": "A", "email": "info@shop.example", "orders": [
            {"orderNumber": "A-1", "name": "佐藤 太郎", "email": "u1@example.com"},
            {"orderNumber": "A-2", "name": "鈴木 花子", "email": "u2@example.com"},
            {"orderNumber": "A-3", "email": "info@shop.example"},
        ]}
    ]  # fmt: skip
    orders = taken_in(tmp_path, [*shops, {"shop": "B", "email": "b@shop.example", "orders": []}]).of("orders")
    assert [row["kind"] for row in orders] == ["identity", "identity", "attached"]
    assert [row["owner"] for row in orders] == [orders[0]["row"], orders[1]["row"], 1]


def test_orders_that_repeat_their_buyer_belong_to_the_buyer(tmp_path: Path) -> None:
    one = {"name": "佐藤 太郎", "email": "u1@example.com", "phone": "090-1111-2222"}
    orders = [{"orderNumber": "A-1", **one}, {"orderNumber": "A-2", "email": one["email"]}]
    taken = taken_in(tmp_path, [{**one, "orders": orders}, {"name": "鈴木 花子", "email": "u2@example.com"}])
    assert [(row["kind"], row["owner"]) for row in taken.of("orders")] == [("attached", 1)] * 2


def test_each_row_inside_a_row_is_found_at_its_place() -> None:
    got = told(JsonReader(), LAYOUTS["list over lines"](CUSTOMERS).encode(), "list.json")
    rows = [*CUSTOMERS, *ORDERS, CUSTOMERS[2]["orders"][0], *ORDERS[0]["items"], *ORDERS[1]["items"]]
    assert [json.loads(got.raw(number)) for number in range(len(rows))] == rows
    lines = got.data.decode().splitlines()
    assert all(lines[line - 1].strip() == "{" for line, _offset, _length, _key in got.places if line)


LEAVES = st.one_of(st.none(), st.booleans(), st.integers(), st.text('a"\\[]{},: 山\n', max_size=4))
OBJECTS = st.recursive(
    st.dictionaries(st.text('ab"]山', max_size=2), LEAVES, max_size=3),
    lambda inner: st.dictionaries(
        st.text('ab"]山', max_size=2), st.one_of(LEAVES, inner, st.lists(inner, max_size=3)), max_size=3
    ),
    max_leaves=12,
)


@given(OBJECTS, st.sampled_from([None, 1]))
@settings(max_examples=200, deadline=None)
def test_values_and_text_are_walked_alike(row: dict[str, Any], indent: int | None) -> None:
    text = json.dumps(row, indent=indent, ensure_ascii=False)
    assert [json.loads(text[begin:end]) for begin, end in inner_places(text, 0)] == [
        one.row for one in inner_rows(row)
    ]  # fmt: skip


@pytest.mark.parametrize("levels", [5, 30, 100, 300, 100_000])
@pytest.mark.parametrize(("opening", "closing"), [('[{"x":', "}]"), ('{"x":', "}"), ("[", "]")])
def test_a_row_nested_ever_deeper_is_read_or_set_aside(tmp_path: Path, levels: int, opening: str, closing: str) -> None:
    plain = '{"name":"佐藤 太郎","email":"a@example.com","x":'
    deep = plain + opening * levels + "1" + closing * levels + "}"
    taken = take(tmp_path, f"{plain}1}}\n{deep}\n{plain}2}}\n", "deep.json")
    assert taken.result.rows_set_aside == (levels > 30)
    assert len([row for row in taken.of("") if "email" in row]) == 3 - (levels > 30)


@pytest.mark.parametrize("sign", ["[", "(", "a@", "1", '"', '{"a":', "@.", "INSERT INTO t VALUES("])
def test_a_megabyte_of_one_sign_costs_no_time(tmp_path: Path, sign: str) -> None:
    started = time.perf_counter()
    text = f"氏名,メール\n佐藤 太郎,a@example.com\n{sign * (500_000 // len(sign))},x\n"
    assert take(tmp_path, text, "list.csv").result.rows_read == 2
    assert time.perf_counter() - started < 5
