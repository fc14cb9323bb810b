"""Workbooks (.xlsx, .xlsm, .xlsb, .xls, .ods): each sheet a table, each row with its number in the sheet."""

from __future__ import annotations

from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING, Final

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from soken.core.errors import BadInputError
from soken.intake.events import BATCH_ROWS, Event, RowBatch, SetAside, Source, TableStart, open_source
from soken.intake.formats.spreadsheet_cells import LeadingZeros, Value, cell_text, heading_row
from soken.intake.formats.spreadsheet_checks import check, kind_of
from soken.intake.formats.sqldump_tables import unique_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from python_calamine import CalamineSheet, SheetMetadata

_HEAD_BYTES: Final = 64 * 1024
#: Rows looked at to find the heading and to tell which columns hold numbers.
_SAMPLE_ROWS: Final = 200
#: A heading stands among the first rows; what stands above it is a title of the sheet.
_HEADING_WITHIN: Final = 30

_Row = tuple[int, list[Value]]


class SpreadsheetReader:
    """Reads workbooks (`Reader` protocol)."""

    name = "spreadsheet"

    def recognises(self, head: bytes, source: Source) -> bool:
        """Tell by the first bytes; in a zip by the names of its parts."""
        return kind_of(head) is not None

    def read(self, source: Source) -> Iterator[Event]:
        """Read every sheet in the workbook's order, hidden ones too; empty sheets are passed over.

        Raises:
            BadInputError: the workbook has a password, is cut off, damaged, a bomb, or holds nothing.
        """
        with open_source(source) as stream:
            kind = kind_of(stream.read(_HEAD_BYTES))
        if kind is None:
            raise BadInputError(f"{source.name} is no workbook that Soken can read: save it as .xlsx.")
        oddities = check(source, kind)
        # By the content and not by the path: the library would go by a suffix, and believe a wrong one.
        with _readable(source), open_source(source) as stream:
            workbook = CalamineWorkbook.from_filelike(stream)
        empty = True
        for position, metadata in enumerate(workbook.sheets_metadata):
            if metadata.typ != SheetTypeEnum.WorkSheet:
                continue
            with _readable(source):
                sheet = workbook.get_sheet_by_name(metadata.name)
            if sheet.height and sheet.width:
                empty = False
                yield from _read_sheet(sheet, metadata, oddities.of_sheet(metadata.name, position), kind.value)
        if empty:
            raise BadInputError(f"{source.name} is an empty workbook: no sheet holds a cell.")


@contextmanager
def _readable(source: Source) -> Iterator[None]:
    """Turn what the library raises (a panic of its Rust code too) into one sentence."""
    try:
        yield
    except PasswordError as error:
        raise BadInputError(
            f"{source.name} is protected with a password: save it without one and take that in as well."
        ) from error
    except (CalamineError, OSError, ValueError, OverflowError, MemoryError) as error:
        raise BadInputError(
            f"{source.name} is a workbook that is cut off or damaged: ask for the whole file."
        ) from error
    except BaseException as error:
        # pyo3 derives its PanicException from BaseException and does not export it.
        if type(error).__name__ != "PanicException":
            raise
        raise BadInputError(
            f"{source.name} is a workbook that is cut off or damaged: ask for the whole file."
        ) from error


def _read_sheet(sheet: CalamineSheet, metadata: SheetMetadata, unreadable: set[int], kind: str) -> Iterator[Event]:
    """One sheet: its heading, then its rows."""
    blanks = _Blanks()
    filled = blanks.leave_out(sheet.iter_rows(), unreadable)
    sample = list(islice(filled, _SAMPLE_ROWS))
    if not sample:
        return
    at = heading_row([row for _, row in sample[:_HEADING_WITHIN]])
    notes = {"format": kind, **_notes(sheet, metadata)}
    width = max(len(row) for _, row in sample)
    if at is None:
        notes["heading"] = "none found; columns are numbered"
        names: tuple[str, ...] = ("",) * width
    else:
        number, heading = sample[at]
        notes["heading"] = f"row {number}"
        if at:
            notes["above the heading"] = f"rows {sample[0][0]} to {sample[at - 1][0]} are no data rows"
        names = tuple(cell_text(cell) or "" for cell in heading)
    body = sample[0 if at is None else at + 1 :]
    columns = unique_names(names)
    zeros = LeadingZeros(columns, [row for _, row in body])
    if zeros.columns:
        notes["zeros"] = f"{', '.join(zeros.columns)}: held as numbers; the zeros in front were put back"
    if numeric := [name for name in _numeric_columns(body, columns) if name not in zeros.columns]:
        notes["numbers"] = f"{', '.join(numeric)}: held as numbers; zeros typed in front are not in the file"
    yield TableStart(metadata.name, columns, notes=notes)
    yield from _rows(body, unreadable, zeros)
    yield from _rows(filled, unreadable, zeros)
    if blanks.between:
        notes["blank lines"] = str(blanks.between)


class _Blanks:
    """Leaves out rows that are empty, and counts those that others follow."""

    def __init__(self) -> None:
        self.between = 0

    def leave_out(self, rows: Iterable[list[Value]], unreadable: set[int]) -> Iterator[_Row]:
        """Number the rows from 1; one that only looks empty because of an error is not empty."""
        waiting = 0
        for number, row in enumerate(rows, 1):
            if number not in unreadable and all(cell == "" for cell in row):
                waiting += 1
                continue
            self.between += waiting
            waiting = 0
            yield number, row


def _notes(sheet: CalamineSheet, metadata: SheetMetadata) -> dict[str, str]:
    notes: dict[str, str] = {}
    if metadata.visible != SheetVisibleEnum.Visible:
        notes["visibility"] = "the sheet is hidden"
    if sheet.merged_cell_ranges:
        notes["merged cells"] = f"{len(sheet.merged_cell_ranges)}; the value stands in the first cell of each"
    return notes


def _numeric_columns(body: list[_Row], columns: tuple[str, ...]) -> list[str]:
    """Columns in which a number of nine or ten digits stands where a phone would have eleven or a zero in front."""
    return [
        name
        for position, name in enumerate(columns)
        if any(isinstance(row[position], float | int) and 10**8 <= row[position] < 10**10 for _, row in body)  # type: ignore[operator]
    ]


def _rows(rows: Iterator[_Row] | list[_Row], unreadable: set[int], zeros: LeadingZeros) -> Iterator[Event]:
    """Rows in batches; those with a cell that cannot be read are set aside."""
    batch = RowBatch([], lines=[])
    for number, row in rows:
        broken = number in unreadable
        if batch.cells and (broken or len(batch.cells) >= BATCH_ROWS):
            yield batch
            batch = RowBatch([], lines=[])
        if broken:
            raw = "\t".join(cell_text(cell) or "" for cell in row).encode("utf-8", "surrogatepass")
            detail = "a cell of the row holds an error, or a formula whose result is not in the file"
            yield SetAside("unreadable-cell", detail, raw, line=number)
            continue
        batch.cells.append(zeros.row(row))
        batch.lines.append(number)  # type: ignore[union-attr]
    if batch.cells:
        yield batch
