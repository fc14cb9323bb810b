"""Workbooks: each sheet a table, values as far as the file tells them, damage and passwords told apart."""

from __future__ import annotations

import datetime
import io
import re
import time
import zipfile
from html import escape
from typing import Any

import openpyxl
import pytest
import xlwt
from hypothesis import given, settings
from hypothesis import strategies as st

from soken.core.errors import BadInputError
from soken.intake.events import RowBatch, Source
from soken.intake.formats.spreadsheet import SpreadsheetReader
from tests.intake.told import Told, told

READER = SpreadsheetReader()
STAMP = datetime.datetime(2024, 2, 29, 23, 59, 5)  # noqa: DTZ001 (a workbook knows no time zones)


def xlsx(*sheets: list[list[Any]], hidden: int | None = None) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)  # type: ignore[arg-type]
    for number, rows in enumerate(sheets):
        sheet = book.create_sheet(f"Sheet{number + 1}")
        for at, row in enumerate(rows, 1):
            for column, value in enumerate(row, 1):
                if value is not None:
                    sheet.cell(at, column, value)
        if number == hidden:
            sheet.sheet_state = "hidden"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def xls(rows: list[list[Any]], style: xlwt.XFStyle | None = None) -> bytes:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Sheet1")
    for at, row in enumerate(rows):
        for column, value in enumerate(row):
            if value == "#DIV/0!":
                sheet.row(at).set_cell_error(column, value)
            elif value is not None:
                sheet.write(at, column, value, *([style] if style and isinstance(value, datetime.date) else []))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def ods(rows: list[str], manifest: str = "<m/>") -> bytes:
    names = "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0"?><office:document-content{names} '
        'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"><office:body><office:spreadsheet>'
        f'<table:table table:name="客 &amp; Co">{"".join(rows)}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    return zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": content,
            "META-INF/manifest.xml": manifest,
        }
    )


ERROR_TEXT = "<text:p>#DIV/0!</text:p>"


def ods_row(*values: str | None, repeated: int = 1) -> str:
    cells = "".join(
        "<table:table-cell/>"
        if value is None
        else f'<table:table-cell office:value-type="string" calcext:value-type="error">{ERROR_TEXT}</table:table-cell>'
        if value == "#DIV/0!"
        else f'<table:table-cell office:value-type="string"><text:p>{escape(value)}</text:p></table:table-cell>'
        for value in values
    )
    return f'<table:table-row table:number-rows-repeated="{repeated}">{cells}</table:table-row>'


def zipped(parts: dict[str, str | bytes], level: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", level) as archive:
        for name, content in parts.items():
            archive.writestr(name, content, zipfile.ZIP_STORED if name == "mimetype" else level)
    return out.getvalue()


def read(data: bytes) -> Told:
    return told(READER, data, "list.xlsx")


CELLS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12).filter(
    lambda text: text == text.strip()
)


@given(st.lists(st.tuples(CELLS, st.none() | CELLS), min_size=1, max_size=10))
@settings(max_examples=40, deadline=None)
def test_rows_are_read_back_from_xlsx(rows: list[tuple[str | None, ...]]) -> None:
    # openpyxl takes "=…" for a formula and "#…!" for an error; a customer's text begins otherwise.
    rows = [tuple(cell and "x" + cell for cell in row) for row in rows]
    got = read(xlsx([["name", "note"], *map(list, rows)]))
    assert (got.aside, got.rows) == ([], rows)
    assert [line for line, *_ in got.places] == list(range(2, len(rows) + 2))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1, "1"),
        (9012345678, "9012345678"),
        (2.5, "2.5"),
        (0.1, "0.1"),
        (True, "TRUE"),
        (datetime.date(1989, 1, 8), "1989-01-08"),
        (STAMP, "2024-02-29 23:59:05"),
        (datetime.time(9, 5), "09:05:00"),
        (datetime.timedelta(hours=30, minutes=1), "30:01:00"),
        ("090-1234-5678", "090-1234-5678"),
        ("0012", "0012"),
        (" 髙橋 ", " 髙橋 "),
        ("a\nb", "a\nb"),
    ],
    ids=repr,
)
def test_values_of_xlsx(value: object, text: str) -> None:
    assert read(xlsx([["name", "note"], ["x", value]])).rows == [("x", text)]


def test_values_of_xls() -> None:
    style = xlwt.easyxf(num_format_str="yyyy-mm-dd")
    rows = [["name", "note"], ["a", 12], ["b", STAMP], ["c", 1.5], ["山田", "007"]]
    assert read(xls(rows, style)).rows == [("a", "12"), ("b", "2024-02-29 23:59:05"), ("c", "1.5"), ("山田", "007")]
    assert read(xls([["name", "note"], ["b", STAMP.replace(hour=0, minute=0, second=0)]])).rows == [("b", "45351")], (
        "no style, no date"
    )


def test_rows_of_ods_keep_their_numbers() -> None:
    got = read(
        ods(
            [
                ods_row(None, repeated=3),
                ods_row("name", "note"),
                ods_row("a", "b", repeated=2),
                ods_row(None, repeated=99),
                ods_row("c", None),
            ]
        )
    )
    assert got.tables == {"客 & Co": [("a", "b"), ("a", "b"), ("c", None)]}
    assert [line for line, *_ in got.places] == [5, 6, 106]


@pytest.mark.parametrize(
    ("rows", "columns", "lines", "heading"),
    [
        pytest.param([["id", "name"], ["1", "x"]], ("id", "name"), [2], "row 1", id="plain"),
        pytest.param([[], [], ["id", "name"], ["1", "x"]], ("id", "name"), [4], "row 3", id="blank rows above"),
        pytest.param(
            [["List of 2024"], ["made by hand"], [], ["id", "name", "mail"], ["1", "x", "y"]],
            ("id", "name", "mail"),
            [5],
            "row 4",
            id="title above",
        ),
        pytest.param(
            [["id", None, "id", None], ["1", "2", "3", "4"]],
            ("id", "column2", "id#2", "column4"),
            [2],
            "row 1",
            id="blank and repeated",
        ),
        pytest.param(
            [["1", "a@shop.example"], ["2", "b@shop.example"]],
            ("column1", "column2"),
            [1, 2],
            "none found; columns are numbered",
            id="no heading",
        ),
        pytest.param(
            [["id", "name"], ["1", "x"], [], [None, None], ["2", "y"]],
            ("id", "name"),
            [2, 5],
            "row 1",
            id="blank rows between",
        ),
        pytest.param([[None, "id", "name"], [None, "1", "x"]], ("id", "name"), [2], "row 1", id="blank column before"),
    ],
)
def test_the_heading_is_found(rows: list[list[Any]], columns: tuple[str, ...], lines: list[int], heading: str) -> None:
    got = read(xlsx(rows))
    assert got.columns["Sheet1"] == columns
    assert [line for line, *_ in got.places] == lines
    assert got.notes["Sheet1"]["heading"] == heading


def test_blank_rows_between_others_are_counted() -> None:
    got = read(xlsx([["id"], [], ["1"], [], [], ["2"], []]))
    assert got.notes["Sheet1"]["blank lines"] == "3"


def test_every_sheet_is_a_table_hidden_ones_too_and_empty_ones_are_none() -> None:
    got = read(xlsx([["a"], ["1"]], [], [["b"], ["2"], ["3"]], hidden=2))
    assert got.tables == {"Sheet1": [("1",)], "Sheet3": [("2",), ("3",)]}
    assert got.notes["Sheet3"]["visibility"] == "the sheet is hidden"
    assert "visibility" not in got.notes["Sheet1"]


def test_numbers_that_may_have_lost_a_zero_are_told() -> None:
    got = read(xlsx([["name", "tel"], ["x", 9012345678]]))
    assert got.rows == [("x", "9012345678")]
    assert got.notes["Sheet1"]["numbers"].startswith("tel:")


ERROR_BOOKS = {
    "xlsx": lambda: xlsx([["id", "sum"], ["1", "ok"], ["2", "#DIV/0!"], ["3", "ok"]]),
    "xlsx without a result": lambda: xlsx([["id", "sum"], ["1", "ok"], ["2", "=1+1"], ["3", "ok"]]),
    "xls": lambda: xls([["id", "sum"], ["1", "ok"], ["2", "#DIV/0!"], ["3", "ok"]]),
    "ods": lambda: ods([ods_row("id", "sum"), ods_row("1", "ok"), ods_row("2", "#DIV/0!"), ods_row("3", "ok")]),
}


@pytest.mark.parametrize("book", ERROR_BOOKS)
def test_a_row_with_an_error_is_set_aside(book: str) -> None:
    got = read(ERROR_BOOKS[book]())
    assert got.rows == [("1", "ok"), ("3", "ok")]
    assert [(event.reason, event.line) for event in got.aside] == [("unreadable-cell", 3)]


def test_a_row_that_holds_nothing_but_an_error_is_not_dropped() -> None:
    assert read(xls([["id"], ["1"], ["#DIV/0!"]])).reasons == ["unreadable-cell"]


def test_a_large_xls_whose_errors_stand_in_the_middle() -> None:
    rows = [["id", "name"], *([str(i), f"name {i}" if i != 5000 else "#DIV/0!"] for i in range(9000))]
    got = read(xls(rows))
    assert (len(got.rows), [event.line for event in got.aside]) == (8999, [5002])


GOOD = xlsx([["id", "name"], *([str(i), f"name {i}"] for i in range(50))])
SHEET = "xl/worksheets/sheet1.xml"


def with_part(name: str, content: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(GOOD)) as archive:
        return zipped({part: archive.read(part) for part in archive.namelist()} | {name: content})


def encrypted_ooxml() -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1016) + "EncryptedPackage".encode("utf-16-le") + bytes(2000)


LOCKED_MANIFEST = "<manifest:file-entry><manifest:encryption-data/></manifest:file-entry>"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
FAR_OFF = f'<worksheet xmlns="{MAIN}"><sheetData>'.encode() + (
    b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
)


def lone_cell(place: str) -> bytes:
    """A sheet whose rows do not say their number, with a cell that does."""
    cells = "".join(f'<row><c r="{at}" t="str"><v>x</v></c></row>' for at in ("A1", place))
    return f'<worksheet xmlns="{MAIN}"><sheetData>{cells}</sheetData></worksheet>'.encode()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        pytest.param(lambda: GOOD[:-200], "cut off or damaged", id="directory cut off"),
        pytest.param(lambda: GOOD[: len(GOOD) // 2], "cut off or damaged", id="cut in half"),
        pytest.param(lambda: GOOD[:2000] + b"\xff" * 300 + GOOD[2300:], "cut off or damaged", id="bytes overwritten"),
        pytest.param(lambda: xls([["a"], ["b"]])[:2000], "cut off|no workbook", id="xls cut off"),
        pytest.param(
            lambda: xls([["a"], *([f"text {i}"] for i in range(5000))])[:60_000],
            "cut off|no workbook",
            id="large xls cut off",
        ),
        pytest.param(encrypted_ooxml, "password", id="xlsx with a password"),
        pytest.param(lambda: ods([ods_row("a")], LOCKED_MANIFEST), "password", id="ods with a password"),
        pytest.param(lambda: xlsx([]), "empty", id="no cell at all"),
        pytest.param(lambda: with_part(SHEET, b"<worksheet>" + b" " * 200_000_000), "zip bomb", id="bomb"),
        pytest.param(
            lambda: with_part(SHEET, FAR_OFF.replace(b"<row", b'<row r="1"><c r="A1"><v>1</v></c></row><row', 1)),
            "reaches over",
            id="far-off cell",
        ),
        *(
            pytest.param(lambda place=place: with_part(SHEET, lone_cell(place)), "reaches over", id=f"cell at {place}")
            # 4,294,967,295 rows were asked of memory, and the process ended.
            for place in ("A4294967295", "XFD9999999", "ABCDEFGHIJKLMNOP1", "A" + "9" * 5000)
        ),
        pytest.param(
            lambda: with_part(SHEET, lone_cell("A4294967295").replace(b'"', b"'").replace(b"r=", b"r =")),
            "reaches over",
            id="cell far off in apostrophes",
        ),
        pytest.param(
            lambda: ods([ods_row(*"ab"), ods_row("x", repeated=900_000_000)]), "reaches over", id="repeated without end"
        ),
        pytest.param(
            lambda: with_part(SHEET, b"<worksheet><sheetData><row r='1'"), "cut off or damaged", id="sheet is no XML"
        ),
    ],
)
def test_what_cannot_be_taken_in_is_refused_in_one_sentence(data, message: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(BadInputError, match=message) as caught:
        read(data())
    assert "\n" not in caught.value.message


def test_a_workbook_whose_directory_points_before_the_file_is_damaged() -> None:
    # The end of the directory says, 16 bytes on, where the directory begins; all places are counted from what it says.
    at = GOOD.rindex(b"PK\x05\x06") + 16
    said = int.from_bytes(GOOD[at : at + 4], "little")
    with pytest.raises(BadInputError, match="damaged"):
        read(GOOD[:at] + (said + 1_000_000).to_bytes(4, "little") + GOOD[at + 4 :])


@given(at=st.integers(0, len(GOOD) - 1), junk=st.binary(min_size=1, max_size=40))
@settings(max_examples=150, deadline=None)
def test_whatever_is_overwritten_only_bad_input_is_ever_raised(at: int, junk: bytes) -> None:
    try:
        read(GOOD[:at] + junk + GOOD[at + len(junk) :])
    except BadInputError as error:
        assert "\n" not in error.message  # noqa: PT017 (both outcomes are right; only another error is wrong)


XLS = xls([["id", "name"], *([str(i), f"name {i}"] for i in range(50))])


@given(at=st.integers(8, len(XLS) - 1), junk=st.binary(min_size=1, max_size=40))
@settings(max_examples=150, deadline=None)
def test_whatever_is_overwritten_in_an_xls_only_bad_input_is_ever_raised(at: int, junk: bytes) -> None:
    try:
        read(XLS[:at] + junk + XLS[at + len(junk) :])
    except BadInputError as error:
        assert "\n" not in error.message  # noqa: PT017 (as above)


@pytest.mark.parametrize("entity", ['SYSTEM "file:///etc/passwd"', '"' + "ha" * 50_000 + '"'], ids=["a file", "a bomb"])
@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/_rels/workbook.xml.rels", SHEET])
def test_xml_with_entities_is_not_followed(part: str, entity: str) -> None:
    with zipfile.ZipFile(io.BytesIO(GOOD)) as archive:
        body = re.sub(r"^<\?xml.*?\?>", "", archive.read(part).decode())
    marked = re.sub(r'( name="| Target="|<t>|<v>)', r"\1&e;", body, count=1)
    assert "&e;" in marked
    try:
        said = repr(read(with_part(part, f"<!DOCTYPE x [<!ENTITY e {entity}>]>{marked}".encode())))
    except BadInputError as refused:
        said = refused.message
    assert "root:" not in said
    assert "hahaha" not in said


def test_a_sheet_of_many_rows_is_read_in_batches(tmp_path) -> None:  # type: ignore[no-untyped-def]
    row = '<row r="{0}"><c r="A{0}"><v>{0}</v></c><c r="B{0}" t="inlineStr"><is><t>name {0}</t></is></c></row>'
    body = "".join(row.format(i) for i in range(2, 60_002))
    head = '<row r="1"><c r="A1" t="inlineStr"><is><t>id</t></is></c>'
    head += '<c r="B1" t="inlineStr"><is><t>name</t></is></c></row>'
    sheet = f'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{head}{body}</sheetData></worksheet>'
    path = tmp_path / "big.xlsx"
    path.write_bytes(with_part(SHEET, sheet.encode()))
    start = time.perf_counter()
    rows = sum(len(event.cells) for event in READER.read(Source(path, "", "big.xlsx")) if isinstance(event, RowBatch))
    assert rows == 60_000
    assert time.perf_counter() - start < 60


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (GOOD, True),
        (XLS, True),
        (ods([ods_row("a")]), True),
        (zipped({"list.csv": "a,b\n1,2\n"}), False),
        (b"a,b\n1,2\n", False),
        (b"", False),
    ],
    ids=["xlsx", "xls", "ods", "another zip", "text", "empty"],
)
def test_a_workbook_is_recognised_by_its_bytes(tmp_path, data: bytes, expected: bool) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "x"
    path.write_bytes(data)
    assert READER.recognises(data[:65536], Source(path, "", "x")) is expected


@pytest.mark.parametrize(
    ("record", "junk"),
    [
        pytest.param(b"\xfd\0\x0a\0", b"\xff\xff\xff\xff", id="a cell at row 65,536 and column 65,536"),
        pytest.param(b"\0\x02\x0e\0", b"\0\0\0\0\xff\xff\xff\xff\0\0\xff\xff", id="dimensions beyond every sheet"),
    ],
)
def test_an_xls_that_reaches_beyond_a_sheet_is_refused_before_memory_is_taken_for_it(
    record: bytes, junk: bytes
) -> None:
    # Found by chance: one overwritten cell made the library ask for 100 GB.
    at = XLS.index(record) + len(record)
    with pytest.raises(BadInputError, match="cut off or damaged"):
        read(XLS[:at] + junk + XLS[at + len(junk) :])


def test_an_xlsx_with_a_part_whose_name_is_no_text_is_refused() -> None:
    at = GOOD.rindex(b"PK\x01\x02")
    flagged = GOOD[: at + 8] + b"\0\x08" + GOOD[at + 10 : at + 46] + b"\xff\xff" + GOOD[at + 48 :]
    with pytest.raises(BadInputError, match="cut off or damaged"):
        read(flagged)
