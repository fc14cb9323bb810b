"""Workbooks in Excel's binary form (.xlsb): rows are read, and a row that holds an error is set aside."""

from __future__ import annotations

import io
import struct
import zipfile

import pytest

from soken.core.errors import BadInputError
from soken.intake.formats.spreadsheet import SpreadsheetReader
from tests.intake.told import told

#: Errors as Excel writes them: #DIV/0! typed, #N/A as what a formula came to.
TYPED, CAME_TO = b"\x07", b"\x2a"
_SPACE = "http://schemas.openxmlformats.org"
_TYPES = (
    f'<Types xmlns="{_SPACE}/package/2006/content-types"><Default Extension="bin" ContentType='
    '"application/vnd.ms-excel.sheet.binary.macroEnabled.main"/></Types>'
)

Cell = str | float | bytes | None


def record(kind: int, body: bytes = b"") -> bytes:
    head = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    length, size = b"", len(body)
    while True:
        length += bytes([size & 0x7F | (0x80 if size > 127 else 0)])
        size >>= 7
        if not size:
            return head + length + body


def wide(text: str) -> bytes:
    return struct.pack("<I", len(text.encode("utf-16-le")) // 2) + text.encode("utf-16-le")


def cell(column: int, value: str | float | bytes) -> bytes:
    place = struct.pack("<II", column, 0)
    if value == TYPED:
        return record(3, place + TYPED)
    if value == CAME_TO:
        return record(11, place + CAME_TO + struct.pack("<HII", 0, 0, 0))
    if isinstance(value, float):
        return record(5, place + struct.pack("<d", value))
    return record(6, place + wide(str(value)))


def sheet(rows: list[list[Cell]]) -> bytes:
    made = [record(129), record(148, struct.pack("<IIII", 0, len(rows) - 1, 0, max(map(len, rows)) - 1)), record(145)]
    for at, row in enumerate(rows):
        made.append(record(0, struct.pack("<IIHHBI", at, 0, 300, 0, 0, 0)))
        made += [cell(column, value) for column, value in enumerate(row) if value is not None]
    return b"".join([*made, record(146), record(130)])


def xlsb(sheets: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    book, relations = record(131) + record(143), ""
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("[Content_Types].xml", _TYPES)
        for number, (name, content) in enumerate(sheets.items(), 1):
            book += record(156, struct.pack("<II", 0, number) + wide(f"rId{number}") + wide(name))
            relations += f'<Relationship Id="rId{number}" Type="{_SPACE}/officeDocument/2006/relationships/worksheet" '
            relations += f'Target="worksheets/sheet{number}.bin"/>'
            made.writestr(f"xl/worksheets/sheet{number}.bin", content)
        made.writestr("xl/workbook.bin", book + record(144) + record(132))
        said = f'<Relationships xmlns="{_SPACE}/package/2006/relationships">{relations}</Relationships>'
        made.writestr("xl/_rels/workbook.bin.rels", said)
    return out.getvalue()


PEOPLE: list[list[Cell]] = [
    ["氏名", "メール", "金額"],
    ["佐藤 太郎", "a@example.com", 5.0],
    ["鈴木 花子", "b@example.com", 1.0],
]


@pytest.mark.parametrize("error", [TYPED, CAME_TO], ids=["typed", "of a formula"])
def test_a_row_with_an_error_is_set_aside_and_the_others_are_read(error: bytes) -> None:
    book = xlsb({"空": sheet([["x"]]), "会員": sheet([*PEOPLE, ["高橋", error, 2.0], ["田中", "d@example.com", 3.0]])})
    got = told(SpreadsheetReader(), book, "a.xlsb")
    assert [row[1] for row in got.tables["会員"]] == ["a@example.com", "b@example.com", "d@example.com"]
    assert [(event.reason, event.line) for event in got.aside] == [("unreadable-cell", 4)]


def test_a_row_of_nothing_but_an_error_is_not_dropped() -> None:
    got = told(SpreadsheetReader(), xlsb({"会員": sheet([*PEOPLE, [TYPED], PEOPLE[1]])}), "a.xlsb")
    assert got.order == ["row", "row", "aside", "row"]


def test_a_binary_sheet_without_errors_loses_nothing() -> None:
    rows: list[list[Cell]] = [PEOPLE[0], *([f"佐藤 {at}", f"u{at}@example.com", float(at)] for at in range(30_000))]
    assert len(told(SpreadsheetReader(), xlsb({"会員": sheet(rows)}), "a.xlsb").rows) == 30_000


@pytest.mark.parametrize("cut", [4, 6, 40, 200])
def test_a_binary_sheet_that_is_cut_off_is_said_in_a_sentence(cut: int) -> None:
    with pytest.raises(BadInputError, match="cut off or damaged"):
        told(SpreadsheetReader(), xlsb({"会員": sheet(PEOPLE)[:-cut]}), "a.xlsb")


def test_a_cell_at_the_end_of_the_world_is_refused_before_the_library_holds_all_up_to_it() -> None:
    far = sheet(PEOPLE)[: -len(record(146) + record(130))]
    far += record(0, struct.pack("<IIHHBI", 1_048_575, 0, 300, 0, 0, 0)) + cell(16_383, "x") + record(146) + record(130)
    with pytest.raises(BadInputError, match="reaches over"):
        told(SpreadsheetReader(), xlsb({"会員": far}), "a.xlsb")
