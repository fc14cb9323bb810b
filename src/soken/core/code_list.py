"""Tables that people write: one reading of their bytes, their separator and whom they name, for page and command."""

from __future__ import annotations

import csv
import unicodedata
from typing import Final

from soken.core.errors import BadInputError

#: Headings of the column that holds person codes, folded; Japanese lists call it so.
_PERSON: Final = frozenset({"person", "personcode", "人物", "人物符号", "人物コード", "コード"})
#: Japanese spreadsheets save the second; neither reads what is in the other.
_ENCODINGS: Final = ("utf-8-sig", "cp932")
#: What parts cells; spreadsheets of some languages write the others. In doubt the first.
_SEPARATORS: Final = (",", "\t", ";")


def text_in(content: bytes) -> str | None:
    """Return the text of a table in UTF-8 or cp932, None for what is in neither."""
    for encoding in _ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def separator_in(text: str) -> str:
    """Return what parts the cells of a table: what stands most often in its first line that says something."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    # What stands between quotation marks is a cell's, and counts for nothing.
    bare = "".join(first.split('"')[::2])
    return max(_SEPARATORS, key=bare.count)


def folded_heading(text: str) -> str:
    """Return a heading as it is compared: width, case, blanks and underscores make no difference."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().replace("_", " ").split())


def codes_in(text: str) -> list[str]:
    """Return the person codes of a CSV: its column `person` (人物, コード …), the first column where none is named so.

    Raises:
        BadInputError: the text is no CSV.
    """
    try:
        lines = [line for line in csv.reader(text.splitlines(), delimiter=separator_in(text)) if line]
    except csv.Error as problem:
        raise BadInputError("This cannot be read as a CSV; save it as one, in UTF-8.") from problem
    heads = [folded_heading(one) for one in lines[0]] if lines else []
    at = next((at for at, head in enumerate(heads) if head in _PERSON), None)
    body = lines if at is None else lines[1:]
    return [line[at or 0].strip() for line in body if len(line) > (at or 0) and line[at or 0].strip()]
