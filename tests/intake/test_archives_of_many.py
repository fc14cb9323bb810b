"""Archives of very many files: refused before anything is unpacked, or read without time that grows with the square."""

from __future__ import annotations

import io
import time
import warnings
import zipfile
from typing import TYPE_CHECKING

import pytest

from soken.core.errors import BadInputError
from soken.intake.archives import Limits, Notes, expand
from soken.intake.events import Source

if TYPE_CHECKING:
    from pathlib import Path


def archive(folder: Path, names: list[str]) -> Source:
    out = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(out, "w") as made:
        warnings.simplefilter("ignore")  # the same name twice is what is tried here
        for name in names:
            made.writestr(name, "")
    path = folder / "many.zip"
    path.write_bytes(out.getvalue())
    return Source(path, "", "many.zip")


def test_too_many_files_are_refused_before_any_is_unpacked(tmp_path: Path) -> None:
    into = tmp_path / "into"
    into.mkdir()
    notes = Notes()
    with pytest.raises(BadInputError, match="holds more than 20000 files"):
        list(expand(archive(tmp_path, [f"{at}.csv" for at in range(20_001)]), into, notes))
    assert notes == Notes()


def test_folders_are_not_counted(tmp_path: Path) -> None:
    source = archive(tmp_path, ["a/", "b/", "a/1.csv"])
    with pytest.raises(BadInputError, match="holds no list"):
        list(expand(source, tmp_path, Notes(), Limits(members=1)))


def test_one_name_thousands_of_times_is_told_apart_at_once(tmp_path: Path) -> None:
    source, notes = archive(tmp_path, ["list.csv"] * 15_000), Notes()
    started = time.perf_counter()
    with pytest.raises(BadInputError, match="holds no list"):
        list(expand(source, tmp_path, notes))
    assert time.perf_counter() - started < 10
    assert len({one.member for one in notes.skipped}) == 15_000
