"""The links as CSV: ids, numbers, codes and days of our own; nothing that was typed in a seized list."""

from __future__ import annotations

import csv
import re
from typing import TYPE_CHECKING

import pytest

from soken.casework.selectors.links import export_links
from soken.core.home import open_home
from tests.desk.factory import make_world

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_django import Settings

#: Column → all that a cell of it can be.
SHAPES = {
    "evidence": r"E-[0-9a-f]{12}", "row": r"\d+", "person": r"(P-[0-9A-Z-]+)?", "band": r"(same|review)?",
    "review_with": r"(P-[0-9A-Z-]+)?", "record": r"\d*", "kind": r"[a-z_-]+", "item_code": r"(ITEM-\d+)?",
    "ordered_on": r"(\d{4}-\d\d-\d\d)?",
}  # fmt: skip


@pytest.mark.django_db
def test_no_column_holds_what_a_list_says(settings: Settings, tmp_path: Path) -> None:
    home = settings.HOME = open_home(tmp_path / "home")
    out = tmp_path / "links.csv"
    rows = export_links(make_world().operation, out, home=home)
    with out.open(encoding="utf-8", newline="") as stream:
        lines = list(csv.DictReader(stream))
    assert rows == len(lines) > 0
    assert lines[0].keys() == SHAPES.keys()
    wrong = [(name, cell) for line in lines for name, cell in line.items() if not re.fullmatch(SHAPES[name], cell)]
    assert wrong == []
