"""What was not understood is said in one line, code 2; what was stopped says so, code 130, and leaves nothing."""

from __future__ import annotations

import json
import signal
import time
from typing import TYPE_CHECKING

import pytest

from tests.commands.homes import Soken

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    "words",
    [("bogus",), ("intake",), ("intake", "x", "--nope"), ("demo", "--rows", "many"), ("demo", "--rows", "0")],
    ids=" ".join,
)
def test_what_is_not_understood_is_said_in_one_line(tmp_path: Path, words: tuple[str, ...]) -> None:
    code, out, err = Soken(tmp_path / "home").end(*words)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith("soken: ")
    assert "--help" in err
    assert list(tmp_path.iterdir()) == []


def test_a_command_without_arguments_shows_its_help(tmp_path: Path) -> None:
    code, out, err = Soken(tmp_path / "home").end("operation")
    assert (code, err) == (2, "")
    assert "Usage: soken operation" in out


def everything(home: Path) -> list[str]:
    found = [path for folder in ("evidence", "operations") for path in (home / folder).rglob("*")]
    return sorted(str(path) for path in found if path.is_file() and path.name != "intake.lock")


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL], ids=["Ctrl-C", "kill -9"])
def test_an_intake_that_is_stopped_leaves_the_store_as_it_was(
    soken: Soken, tmp_path: Path, how: signal.Signals
) -> None:
    home, path = soken.home, tmp_path / "list.sql"
    rows = ",".join(f"({at},'佐藤 太郎','u{at}@example.com')" for at in range(200_000))
    path.write_text(f"CREATE TABLE m (id int, name text, mail text);\nINSERT INTO m VALUES {rows};\n", encoding="utf-8")
    assert soken.end("operation", "new", "op")[0] == 0
    before = everything(home)
    process = soken.start("intake", str(path), "--operation", "op", "--json")
    while not list((home / "staging").glob("*/*")):  # it has begun
        time.sleep(0.01)
        assert process.poll() is None
    process.send_signal(how)
    out, err = process.communicate(timeout=60)
    assert out == ""
    if how is signal.SIGINT:
        assert process.returncode == 130
        assert err.splitlines()[-1] == "soken: stopped; what was not finished has been undone."
    assert everything(home) == before
    assert soken.end("doctor", "--json")[0] == 0
    assert list((home / "staging").iterdir()) == []


def test_a_bad_file_after_good_ones_tells_what_was_taken_in(soken: Soken, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    good.write_text("氏名,メール\n佐藤 太郎,a@example.com\n", encoding="utf-8")
    bad.write_bytes(b"")
    assert soken.end("operation", "new", "op")[0] == 0
    code, out, err = soken.end("intake", str(good), str(bad), "--operation", "op", "--json")
    assert (code, out) == (3, "")
    last = err.splitlines()[-1]
    assert "is empty" in last
    assert "Of 2 files, 1 were taken in before it: good.csv (E-" in last


def test_an_unknown_profile_is_told_before_anything_is_copied(soken: Soken, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("氏名,メール\n佐藤 太郎,a@example.com\n", encoding="utf-8")
    assert soken.end("operation", "new", "op")[0] == 0
    code, _out, err = soken.end("intake", str(path), "--operation", "op", "--profile", "nope")
    assert (code, err.count("\n")) == (4, 1)


def test_a_summary_for_people_is_not_broken_to_the_width_of_its_numbers(soken: Soken, tmp_path: Path) -> None:
    path = tmp_path / "members-of-the-shop-2021.csv"
    path.write_text("氏名,メール\n佐藤 太郎,a@example.com\n", encoding="utf-8")
    assert soken.end("operation", "new", "op")[0] == 0
    assert soken.end("intake", str(path), "--operation", "op")[0] == 0
    _code, out, _err = soken.end("intake", str(path), "--operation", "op")
    first = out.splitlines()[0]
    assert path.name in first
    assert first.endswith("(the same bytes were taken in before; a custody event was added)")


def test_the_demo_of_any_size_accounts_for_every_row(soken: Soken) -> None:
    for rows in (1, 30):
        code, out, _err = soken.end("demo", "--no-serve", "--json", "--rows", str(rows))
        told = json.loads(out)
        assert code == 0
        assert told["rows_read"] == rows == told["rows_accepted"] + told["rows_set_aside"]
