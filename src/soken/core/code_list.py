"""Whom a CSV names: one reading of it, for the page and the command."""

from __future__ import annotations

import csv

from soken.core.errors import BadInputError

#: Heading of the column that holds person codes.
_PERSON = "person"


def codes_in(text: str) -> list[str]:
    """Return the person codes of a CSV: its column `person`, the first column where no column is named so.

    Raises:
        BadInputError: the text is no CSV.
    """
    try:
        lines = [line for line in csv.reader(text.splitlines()) if line]
    except csv.Error as problem:
        raise BadInputError("This cannot be read as a CSV; save it as one, in UTF-8.") from problem
    heads = [one.strip().lower() for one in lines[0]] if lines else []
    at = heads.index(_PERSON) if _PERSON in heads else 0
    body = lines[1:] if _PERSON in heads else lines
    return [line[at].strip() for line in body if len(line) > at and line[at].strip()]
