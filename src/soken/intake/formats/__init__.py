"""One module a container; here, which reader takes a file: by its content, never by its name."""

from __future__ import annotations

from typing import Final

from soken.core.errors import BadInputError
from soken.intake.events import Reader, Source, open_source
from soken.intake.formats.case import CaseReader
from soken.intake.formats.delimited import DelimitedReader
from soken.intake.formats.json_lines import JsonReader
from soken.intake.formats.known_files import known_file
from soken.intake.formats.spreadsheet import SpreadsheetReader
from soken.intake.formats.sqldump import SqlDumpReader
from soken.intake.formats.sqlite import SqliteReader

HEAD_BYTES: Final = 64 * 1024

#: Asked in this order: a case in JSON-LD before any JSON. Delimited text is last: almost any text can be read as it.
READERS: Final[tuple[Reader, ...]] = (
    SpreadsheetReader(),
    SqliteReader(),
    SqlDumpReader(),
    CaseReader(),
    JsonReader(),
    DelimitedReader(),
)


def recognise(source: Source) -> Reader | None:
    """Return the reader that recognises a source, or None if it is no list. Archives must be unpacked first."""
    with open_source(source) as stream:
        head = stream.read(HEAD_BYTES)
    if known_file(head) is not None:
        return None
    return next((reader for reader in READERS if reader.recognises(head, source)), None)


def reader_for(source: Source) -> Reader:
    """Return the reader for a source (no archive: see `soken.intake.archives.expand`).

    Raises:
        BadInputError: it is empty, or no list; the sentence says what it looks like.
    """
    reader = recognise(source)
    if reader is not None:
        return reader
    with open_source(source) as stream:
        head = stream.read(HEAD_BYTES)
    known = known_file(head)
    if not head:
        raise BadInputError(f"{source.name} is empty (0 bytes): ask for the file again.")
    if known is None:
        raise BadInputError(
            f"{source.name} is of no kind that Soken reads (its bytes are no text): find out what wrote it."
        )
    if known.image:
        raise BadInputError(f"{source.name} is {known.what}: Soken takes no images; give the list of customers only.")
    raise BadInputError(
        f"{source.name} is {known.what}: Soken takes lists (text, workbook, database, dump, archive of them)."
    )
