"""``soken mapping correct``: a sealed file is read anew by a mapping file, without being handed in again."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.commands.test_command_line import SOURCE

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def soken(tmp_path: Path) -> Run:
    def call(*words: object, code: int = 0) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, "-m", "soken", *map(str, words)],
            env={**os.environ, "SOKEN_HOME": str(tmp_path / "home"), "PYTHONPATH": str(SOURCE)},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == code, done.stderr + done.stdout
        return done

    return call


def test_a_mapping_is_corrected_and_the_reading_before_it_is_kept(soken: Run, tmp_path: Path) -> None:
    (tmp_path / "odd.csv").write_text("氏名,連絡先\n佐藤 花子,090-0000-0001\n", encoding="utf-8")
    (tmp_path / "mapping.toml").write_text('"氏名" = "full_name"\n"連絡先" = "phone2"\n', encoding="utf-8")
    soken("operation", "new", "T")
    taken = json.loads(soken("intake", "odd.csv", "--operation", "T", "--json").stdout)["evidence"][0]["evidence"]
    words = ("mapping", "correct", taken, "--operation", "T", "--mapping", "mapping.toml")

    said = json.loads(soken(*words, "--json").stdout)

    assert said == {
        "operation": "T", "evidence": taken, "reading": 2, "rows_read": 1, "rows_accepted": 1, "rows_set_aside": 0,
    }  # fmt: skip
    readings = tmp_path / "home" / "evidence" / taken / "readings"
    assert sorted(one.name for one in readings.iterdir()) == ["0001", "0002"]
    assert "soken resolve --operation t" in soken(*words).stdout

    absent = soken("mapping", "correct", "E-000000000000", "--operation", "T", "--mapping", "mapping.toml", code=4)
    assert absent.stderr.count("\n") == 1
