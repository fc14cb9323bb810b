"""A mapping names one list of an archive, or all of them: lists there have a name only by the member they stand in."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

import pyarrow.parquet as pq
import pytest

from soken.core.errors import BadInputError
from soken.core.home import open_home
from soken.intake import Acquisition, reread, take_in

if TYPE_CHECKING:
    from pathlib import Path

    from soken.intake import IntakeResult
    from soken.intake.mapping import Mapping

ONE = "列あ,列い,メール\n佐藤 太郎,まる,a@example.com\n"
TWO = "列あ,列い,メール\nさんかく,鈴木 花子,b@example.com\n"
FIRST, SECOND = "2020/one.csv", "2021/two.csv"


class Archive:
    """An archive of two lists with the same headings that mean different things."""

    def __init__(self, folder: Path) -> None:
        self.home = open_home(folder / "home")
        self.path = folder / "lists.zip"
        with zipfile.ZipFile(self.path, "w") as archive:
            archive.writestr(FIRST, ONE)
            archive.writestr(SECOND, TWO)

    def take(self, mapping: Mapping | None = None) -> IntakeResult:
        return take_in(
            self.path, home=self.home, operation_slug="op", acquisition=Acquisition(), mapping=mapping, actor="analyst"
        )

    def names(self, result: IntakeResult) -> list[str | None]:
        folder = self.home.evidence / result.evidence_id / "readings" / f"{result.reading:04d}"
        return [row["full_name"] for row in pq.read_table(folder / "rows.parquet").to_pylist()]


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path)


def test_each_list_is_told_of_under_a_name_of_its_own(archive: Archive) -> None:
    taken = archive.take()
    assert set(taken.mapping) == {FIRST, SECOND}
    assert {one["メール"]["field"] for one in taken.mapping.values()} == {"email"}


def test_each_list_is_mapped_by_its_name(archive: Archive) -> None:
    taken = archive.take({FIRST: {"列あ": "full_name", "列い": ""}, SECOND: {"列い": "full_name", "列あ": ""}})
    assert archive.names(taken) == ["佐藤 太郎", "鈴木 花子"]
    assert {name: one["full_name"] for name, one in fields(taken).items()} == {FIRST: "列あ", SECOND: "列い"}


def test_a_mapping_without_a_name_still_speaks_of_every_list(archive: Archive) -> None:
    assert archive.names(archive.take({"": {"列あ": "full_name", "列い": ""}})) == ["佐藤 太郎", "さんかく"]


def test_the_name_of_one_list_goes_before_what_speaks_of_all(archive: Archive) -> None:
    given = {"": {"列あ": "full_name", "列い": ""}, SECOND: {"列い": "full_name", "列あ": ""}}
    assert archive.names(archive.take(given)) == ["佐藤 太郎", "鈴木 花子"]


def test_one_list_is_corrected_afterwards_and_the_other_stays(archive: Archive) -> None:
    first = archive.take({"": {"列あ": "full_name", "列い": ""}})
    shall = {"": {"列あ": "full_name", "メール": "email"}, SECOND: {"列い": "full_name", "列あ": ""}}
    again = reread(first.evidence_id, home=archive.home, operation_slug="op", mapping=shall, actor="analyst")
    assert again.reading == 2
    assert archive.names(again) == ["佐藤 太郎", "鈴木 花子"]


@pytest.mark.parametrize(
    ("mapping", "says"),
    [
        pytest.param({"three.csv": {"列あ": "full_name"}}, "names a table 'three.csv'", id="no such list"),
        pytest.param({FIRST: {"列う": "full_name"}}, "names a column '列う'", id="no such column in it"),
    ],
)
def test_a_slip_is_told(archive: Archive, mapping: Mapping, says: str) -> None:
    with pytest.raises(BadInputError, match=says):
        archive.take(mapping)


def fields(taken: IntakeResult) -> dict[str, dict[str, str]]:
    """Of each list: field → heading."""
    return {table: {said["field"]: column for column, said in one.items()} for table, one in taken.mapping.items()}
