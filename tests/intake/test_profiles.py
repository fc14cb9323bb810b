"""Profiles: every one loads, and a slip in one is told in a sentence instead of being without effect."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

import soken.intake.profile
from soken.core.errors import BadInputError, NotFoundError
from soken.core.fields import RowKind
from soken.intake.profile import profile_named, profiles

FOLDER = Path(soken.intake.profile.__file__).parent / "profiles"
WANTED = {
    "eccube4-customers-csv", "eccube4-orders-csv", "eccube4", "eccube2", "eccube3", "eccube2-customers-csv",
    "eccube2-orders-csv", "woocommerce", "woocommerce-hpos", "opencart", "prestashop", "magento2", "zencart",
    "shopify-orders-csv", "soken-case",
}  # fmt: skip


def test_all_shops_that_are_promised_have_a_profile() -> None:
    assert set(profiles()) == WANTED


@pytest.mark.parametrize("name", sorted(WANTED))
def test_a_profile_names_its_versions_and_source(name: str) -> None:
    profile = profile_named(name)
    assert profile.system
    assert profile.versions
    assert profile.source.startswith("https://")


@pytest.mark.parametrize("name", sorted(WANTED))
def test_a_profile_claims_identities_and_finds_its_tables_by_their_headings(name: str) -> None:
    profile = profile_named(name)
    assert any(one.rule.kind is RowKind.IDENTITY for one in profile.tables)
    for one in profile.tables:
        assert len(one.requires) >= 3 or one.rule.name == "customer dates", one.rule.name
        if one.rule.owner:
            assert one.rule.owner.column in one.requires, one.rule.name


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.toml")), ids=lambda path: path.stem)
def test_a_profile_says_when_it_was_checked(path: Path) -> None:
    assert tomllib.loads(path.read_text(encoding="utf-8"))["checked"].startswith("20")


@pytest.mark.parametrize("name", ["eccube2", "eccube3", "eccube4"])
def test_prefectures_are_known_where_a_dump_has_only_numbers(name: str) -> None:
    values = profile_named(name).lookups["prefecture"].values
    assert len(values) == 47
    assert (values["1"], values["13"], values["47"]) == ("北海道", "東京都", "沖縄県")


GOOD = """
name = "shop"
system = "A shop"
versions = "1"
source = "https://shop.example/schema"

[[table]]
name = "customers"
match = ".*customers"
requires = ["id", "name"]
key = "id"
fields = {full_name = "name"}

[[table]]
name = "addresses"
match = ".*addresses"
kind = "attached"
owner = {table = "customers", column = "customer_id"}
fields = {address = {columns = ["street", "number"], join = " "}}
"""


def load(folder: Path, text: str) -> None:
    path = folder / "shop.toml"
    path.write_text(text, encoding="utf-8")
    profile_named(str(path))


def test_a_profile_may_be_a_file_of_ones_own(tmp_path: Path) -> None:
    load(tmp_path, GOOD)


@pytest.mark.parametrize(
    ("said", "instead", "told"),
    [
        ("match = ", "macth = ", "unknown key 'macth'"),
        ("versions = ", "version = ", "unknown key 'version'"),
        ('versions = "1"', "", "no 'versions'"),
        ("{full_name = ", "{fullname = ", "'fullname', which is no field"),
        ('table = "customers"', 'table = "customer"', "belongs to 'customer', which is not there"),
        ("column = ", "colunm = ", "unknown key 'colunm'"),
        ("join = ", "glue = ", "unknown key 'glue'"),
        ('columns = ["street", "number"], join', "columns = [], join", "names no columns"),
        ('join = " "', 'lookup = "street"', "looks up 'street', which is not there"),
        ('kind = "attached"', 'kind = "tied"', "'tied'"),
        ('match = ".*customers"', 'match = "(customers"', "customers"),
        ('name = "addresses"', 'name = "customers"', "a name of its own"),
        ("[[table]]", "[[table", "not valid TOML"),
        ('key = "id"', "blank = {acount = []}", "'acount', which is no field"),
    ],
)
def test_a_slip_is_told_in_one_sentence(tmp_path: Path, said: str, instead: str, told: str) -> None:
    with pytest.raises(BadInputError) as caught:
        load(tmp_path, GOOD.replace(said, instead, 1))
    assert told in str(caught.value)
    assert "shop.toml" in str(caught.value)
    assert "\n" not in str(caught.value).strip().split(": ")[0]


def test_a_profile_that_is_not_there_is_told_with_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="eccube4"):
        profile_named("eccube5")
    with pytest.raises(BadInputError, match="cannot be read"):
        profile_named(str(tmp_path / "none.toml"))
