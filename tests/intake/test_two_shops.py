"""Two shop systems in one dump: each is read by its own profile, and nothing of one is mixed with the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.intake.shops import dump, has, take
from tests.intake.test_shop_eccube2 import EC2_HOME, EC2_NAME
from tests.intake.test_shop_eccube4 import EC4_HOME, EC4_NAME

if TYPE_CHECKING:
    from pathlib import Path

CUBE: dict[str, Any] = {
    "dtb_customer": [
        {"customer_id": 7, **EC2_NAME, **EC2_HOME, "email": "taro@example.jp", "sex": 1, "birth": "1980-01-02 00:00:00",
         "create_date": "2012-01-02 03:04:05", "del_flg": 0}
    ]
}  # fmt: skip
CUBE4: dict[str, Any] = {
    "new_dtb_customer": [
        {
            "id": 7,
            **EC4_NAME,
            **EC4_HOME,
            "email": "hanako@example.jp",
            "sex_id": 2,
            "create_date": "2020-01-02 03:04:05",
        }
    ]
}
OPENCART: dict[str, Any] = {
    "oc_customer": [
        {"customer_id": 7, "customer_group_id": 1, "firstname": "Jiro", "lastname": "Mihon", "email": "jiro@example.jp",
         "telephone": "555-0199", "ip": "192.0.2.7", "date_added": "2019-01-02 03:04:05", "address_id": 1, "status": 1}
    ]
}  # fmt: skip


def test_two_shop_systems_in_one_dump_are_both_read(tmp_path: Path) -> None:
    taken = take(tmp_path, dump({**CUBE, **OPENCART}), "both.sql")
    assert {one[:6] for one in taken.result.profile.split("+")} == {"eccube", "openca"}
    has(taken.one("dtb_customer"), kind="identity", email="taro@example.jp", phone="03-0000-0001", prefecture="東京都")
    has(taken.one("oc_customer"), kind="identity", email="jiro@example.jp", given_name="Jiro")


def test_the_same_customer_number_of_two_systems_is_two_accounts(tmp_path: Path) -> None:
    taken = take(tmp_path, dump({**CUBE, **OPENCART}), "both.sql")
    accounts = [row["account"] for row in taken.rows]
    assert len(set(accounts)) == 2
    assert all(one.endswith("7") for one in accounts)


def test_one_system_keeps_its_accounts_as_they_are(tmp_path: Path) -> None:
    assert take(tmp_path, dump(CUBE), "one.sql").one("dtb_customer")["account"] == "7"


def test_tables_of_another_version_are_told_of_and_not_read_twice(tmp_path: Path) -> None:
    taken = take(tmp_path, dump({**CUBE, **CUBE4}), "both.sql")
    (note,) = [note for note in taken.result.notes if note.startswith("tables: some look like")]
    assert "EC-CUBE" in note
    assert "--profile eccube" in note
    assert sorted(row["kind"] for row in taken.rows) == ["identity", "other"]


def test_one_shop_system_needs_no_note(tmp_path: Path) -> None:
    taken = take(tmp_path, dump({**CUBE, "something_else": [{"x": 1}]}), "one.sql")
    assert not [note for note in taken.result.notes if note.startswith("tables:")]
