"""``soken mapping correct``: a sealed file is read anew by a mapping file, without being handed in again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from tests.commands.homes import Soken


def test_a_mapping_is_corrected_and_the_reading_before_it_is_kept(soken: Soken, tmp_path: Path) -> None:
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
