"""Rows of a workbook and of a list in an archive are masked where they stand; every other row reads as before."""

from __future__ import annotations

import html
import io
import zipfile
from typing import TYPE_CHECKING, Any

import openpyxl
import pyarrow.parquet as pq
import pytest
from openpyxl.comments import Comment

from soken.core.errors import RefusedError
from soken.core.home import Home, open_home
from soken.core.vault import PACKED, opened
from soken.intake import Acquisition, check_readings, current_reading, take_in, verify
from soken.intake.raw import raw_bytes
from soken.intake.redact import check_redactable, redact

if TYPE_CHECKING:
    from pathlib import Path

HEAD = ["会員番号", "氏名", "メールアドレス", "電話番号", "住所"]
LIST: list[list[Any]] = [
    [1, "佐藤 一男", "kazuo@mail.example", "090-1234-5001", "東京都渋谷区神宮前1-2-3"],
    [2, "御手洗 薫子", "kaoruko@mail.example", "090-9876-5432", "大阪府大阪市北区梅田9-8-7"],
    [3, "鈴木 花子", "hanako@mail.example", "090-1234-5002", "東京都渋谷区神宮前1-2-3"],
    [4, "御手洗 薫子", "kaoruko@mail.example", "090-9876-5432", "大阪府大阪市北区梅田9-8-7"],
    [5, "高橋 次郎", "jiro@mail.example", "090-1234-5003", "東京都港区芝2-2-2"],
]
GONE = (2, 4)
WORDS = ("御手洗", "kaoruko", "9876-5432", "梅田9-8-7")


def workbook(*, comment: str = "") -> bytes:
    """A workbook with two sheets; the second holds nobody who goes."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "顧客"
    for row in [HEAD, *LIST]:
        sheet.append(row)
    if comment:
        sheet["B2"].comment = Comment(comment, "clerk")
    other = book.create_sheet("その他")
    for row in [HEAD, [9, "山本 三郎", "saburo@mail.example", "090-1234-5009", "東京都港区芝3-3-3"]]:
        other.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def text() -> bytes:
    return "\n".join(",".join(map(str, row)) for row in [HEAD, *LIST, []]).encode("cp932")


def packed(**members: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name.replace("_", "."), data)
    return stream.getvalue()


FILES = {
    "a workbook": ("list.xlsx", workbook()),
    "a list in an archive": ("seized.zip", packed(list_csv=text(), readme_txt=b"exported on Monday")),
    "a list in an archive in an archive": ("seized.zip", packed(inner_zip=packed(list_csv=text()))),
    "a workbook in an archive": ("seized.zip", packed(list_xlsx=workbook())),
}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return open_home(tmp_path / "home")


def taken(home: Home, tmp_path: Path, name: str, data: bytes) -> str:
    (tmp_path / name).write_bytes(data)
    found = take_in(tmp_path / name, home=home, operation_slug="op", acquisition=Acquisition(), actor="tester")
    assert found.rows_accepted >= len(LIST)
    return found.evidence_id


def rows(home: Home, evidence: str) -> list[dict[str, Any]]:
    return pq.read_table(current_reading(home, evidence).rows).to_pylist()


def held(path: Path) -> bytes:
    """What was written into a file of the store."""
    with opened(path) as stream:
        return stream.read()


def said(data: bytes) -> str:
    """Everything that a file says, unpacked to the ground."""
    if not zipfile.is_zipfile(io.BytesIO(data)):
        return html.unescape(data.decode("utf-8", "replace")) + data.decode("cp932", "replace")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return "".join(said(archive.read(one)) for one in archive.infolist())


@pytest.mark.parametrize("kind", FILES)
def test_rows_are_masked_and_every_other_row_reads_as_before(kind: str, home: Home, tmp_path: Path) -> None:
    evidence = taken(home, tmp_path, *FILES[kind])
    original = home.evidence / evidence / PACKED
    assert all(word in said(held(original)) for word in WORDS)
    before = {one["row"]: one for one in rows(home, evidence)}
    raw = {row: raw_bytes(home, evidence, row) for row in before if row not in GONE}
    redact(home, evidence, GONE, actor="tester")
    assert [word for word in WORDS if word in said(held(original))] == []
    assert {one["row"]: one for one in rows(home, evidence)} == {
        row: one for row, one in before.items() if row not in GONE
    }
    assert {row: raw_bytes(home, evidence, row) for row in raw} == raw
    verify(home, evidence)
    assert check_readings(home, evidence) == 1


def test_where_a_workbook_says_it_elsewhere_too_nothing_is_changed(home: Home, tmp_path: Path) -> None:
    evidence = taken(home, tmp_path, "list.xlsx", workbook(comment="with 御手洗 薫子, kaoruko@mail.example"))
    before = (home.evidence / evidence / PACKED).read_bytes()
    with pytest.raises(RefusedError, match="stands in xl/comments"):
        check_redactable(home, evidence, GONE)
    assert (home.evidence / evidence / PACKED).read_bytes() == before
