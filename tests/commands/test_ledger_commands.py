"""``soken ledger``: really called, on a home of its own."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.commands.homes import Soken
from tests.commands.test_doctor import LIST
from tests.home_database import SERVER, copy_home, opened
from tests.ledger import authority

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory, empty_home: Path) -> Soken:
    folder = tmp_path_factory.mktemp("ledger")
    copy_home(empty_home, folder / "home")
    soken = Soken(folder / "home")
    (folder / "list.csv").write_text(LIST, encoding="utf-8")
    soken("operation", "new", "op")
    soken("intake", folder / "list.csv", "--operation", "op")
    return soken


def test_what_was_done_is_listed_verified_and_carried_off(store: Soken, tmp_path: Path) -> None:
    listed = json.loads(store("ledger", "list", "--operation", "op", "--json").stdout)["entries"]
    assert {"collection", "alteration", "consultation"} <= {one["kind"] for one in listed}
    (custody,) = [one for one in listed if one["act"] == "custody"]
    assert custody["about"].startswith("E-")
    assert all(one["by"].startswith("account:") for one in listed)
    out = tmp_path / "carried.json"
    made = json.loads(store("ledger", "checkpoint", "--out", str(out), "--json").stdout)
    store("ledger", "checkpoint", "--out", out, code=5)  # nothing that was carried off is written over
    done = store("ledger", "verify", "--checkpoint", str(out), "--key", made["key"], "--json")
    told = json.loads(done.stdout)
    assert (done.returncode, told["whole"], told["findings"]) == (0, True, [])
    assert told["checkpoints"] == 2


def test_an_entry_is_shown_with_its_values_and_only_of_its_operation(store: Soken) -> None:
    listed = json.loads(store("ledger", "list", "--operation", "op", "--kind", "alteration", "--json").stdout)
    number = str(listed["entries"][-1]["seq"])
    told = json.loads(store("ledger", "show", number, "--operation", "op", "--json").stdout)
    assert told["closed"]["values"][0]["name"] == [None, "op"]
    store("ledger", "show", "99999", "--operation", "op", code=4)


def test_a_time_stamp_is_asked_for_in_a_file_taken_back_and_told(store: Soken, tmp_path: Path) -> None:
    request, answer, roots = tmp_path / "c.tsq", tmp_path / "c.tsr", tmp_path / "roots.pem"
    checkpoint = json.loads(store("ledger", "checkpoint", "--json").stdout)
    asked = json.loads(store("ledger", "ask-stamp", "--out", request, "--json").stdout)
    assert asked["entry"] == checkpoint["seq"]
    store("ledger", "ask-stamp", "--out", request, code=5)  # nothing is written over
    authority.main(request, answer, roots)
    assert "--roots" in store("ledger", "take-stamp", answer, code=3).stderr
    taken = json.loads(store("ledger", "take-stamp", answer, "--roots", roots, "--json").stdout)
    assert (taken["entry"], taken["by"]) == (checkpoint["seq"], authority.NAME)
    told = json.loads(store("ledger", "verify", "--roots", roots, "--json").stdout)
    assert (told["whole"], told["stamps"], told["stamps_unchecked"]) == (True, [taken], 0)
    assert f"was stamped on {taken['stamped_at']} by {authority.NAME}." in store(
        "ledger", "verify", "--roots", roots
    ).stdout  # fmt: skip
    assert "1 time stamps were not looked at" in store("ledger", "verify").stdout


def test_a_wrong_time_stamp_is_one_sentence_and_leaves_nothing(store: Soken, tmp_path: Path) -> None:
    request, answer, roots = tmp_path / "c.tsq", tmp_path / "c.tsr", tmp_path / "roots.pem"
    store("ledger", "checkpoint")
    store("ledger", "ask-stamp", "--out", request)
    authority.main(request, answer, roots)
    roots.write_bytes(authority.make_authority(root="Another Root").root)
    kept = sorted(store.home.glob("ledger-stamps/*.tsr"))
    refused = store("ledger", "take-stamp", answer, "--roots", roots, code=3).stderr
    assert len(refused.splitlines()) == 1, refused
    assert "no trusted root vouches" in refused
    assert sorted(store.home.glob("ledger-stamps/*.tsr")) == kept


def test_what_somebody_changed_from_outside_is_named(store: Soken) -> None:
    with opened(store.home) as database:
        database.execute(f"drop trigger ledger_entry_is_kept{' on ledger_entry' if SERVER else ''}")
        database.execute("update ledger_entry set act = 'something else' where seq = 2")
    done = store("ledger", "verify", code=7)
    assert "Entry 2 was changed" in done.stdout
    assert "not whole" in done.stderr
