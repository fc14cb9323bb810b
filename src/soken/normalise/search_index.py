"""An inverted index of a run's records: what somebody may type into a search box → the records that say so.

``terms.parquet`` holds one line a term and record, in the order of the terms, so that whoever looks for a name, or for
all that begins like it, reads the few row groups in which such terms lie and not what two million records say. The
letter that a term begins with says what it is a term of (`Kind`).

A further list only brings records (`soken.normalise.lists`): its lines follow in an order of their own, and a reader
finds them by each row group's least and greatest term, as it finds the others.
"""

from __future__ import annotations

import os
import shutil
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from soken.core.duck import Halt, at, connect
from soken.core.parquet import rows_in
from soken.core.row_groups import join_tables
from soken.core.vault import encrypt_in_place
from soken.normalise.lists import write_parquet

if TYPE_CHECKING:
    from pathlib import Path

#: The file, in the folder of the records.
TERMS: Final = "terms.parquet"
#: It is written beside other work: DuckDB sorts on the disk what is more.
_MEMORY: Final = "1GB"


class Kind(StrEnum):
    """What a term is a term of, as the letter that it begins with.

    What stands backwards is found by its end. It is written once, whoever bears it, and names no record: who looks
    turns it round and asks for that (`SAID_BY`).
    """

    NAME = "n"
    NAME_BACKWARDS = "N"
    READING = "r"
    READING_BACKWARDS = "R"
    MAIL = "m"
    PHONE = "p"
    PHONE_BACKWARDS = "P"
    POSTAL = "z"
    #: The whole comparable address.
    PLACE = "k"
    #: A word of an address, as typed or as compared (`WORD`).
    ADDRESS = "a"
    #: The same once, whoever lives there: a fragment is looked for in these words.
    ADDRESS_WORD = "A"


#: Kind of which a term is written once → the kind that names the records.
SAID_BY: Final = {
    Kind.NAME_BACKWARDS: Kind.NAME,
    Kind.READING_BACKWARDS: Kind.READING,
    Kind.PHONE_BACKWARDS: Kind.PHONE,
    Kind.ADDRESS_WORD: Kind.ADDRESS,
}
#: What a fragment of an address is looked for in: as it is compared, without the number of the prefecture.
KEYED: Final = "replace(case when address_key[3] = '|' then substr(address_key, 4) else address_key end, '|', '')"
#: An address's words: a number of several parts, or what stands between numbers and spaces. A single number or letter
#: is no word: half the country lives at a 番.
WORD: Final = "[0-9０-９]+[－-][0-9０-９－-]*|[^ \t\r\n\u00a0\u30000-9０-９－-]{2,}"


def _backwards(text: str) -> str:
    """Return the SQL of a text letter by letter backwards; DuckDB's own would keep a letter and its marks in order.

    Digits have none: a telephone's number is turned by DuckDB's own, in a third of the time.
    """
    return f"array_to_string(list_reverse(string_split({text}, '')), '')"


def _words(text: str) -> str:
    """Return the SQL of the words of a text, none of an empty one."""
    return f"coalesce(regexp_extract_all({text}, '{WORD}'), [])"


_OF_RECORDS: Final = f"""
select '{Kind.NAME}' || name_key as term, record from these
union all select '{Kind.READING}' || unnest(list_distinct(full_readings)), record from these
union all select '{Kind.MAIL}' || email_key, record from these
union all select '{Kind.MAIL}' || email2_key, record from these where email2_key is distinct from email_key
union all select '{Kind.PHONE}' || phone_key, record from these
union all select '{Kind.PHONE}' || phone2_key, record from these where phone2_key is distinct from phone_key
union all select '{Kind.POSTAL}' || postal_key, record from these
union all select '{Kind.PLACE}' || address_key, record from these
union all select '{Kind.ADDRESS}' || unnest(list_distinct(list_concat(
    {_words(KEYED)}, {_words("address")}))), record from these
"""  # noqa: S608 (our own)
_ONCE: Final = f"""
select '{Kind.NAME_BACKWARDS}' || {_backwards("name_key")} as term, null::bigint as record
    from (select distinct name_key from these)
union all select '{Kind.READING_BACKWARDS}' || {_backwards("reading")}, null
    from (select distinct unnest(full_readings) as reading from these)
union all select '{Kind.PHONE_BACKWARDS}' || reverse(phone), null
    from (select phone_key as phone from these union select phone2_key from these)
union all select '{Kind.ADDRESS_WORD}' || substr(term, 2), null
    from (select distinct term from lines where starts_with(term, '{Kind.ADDRESS}'))
"""  # noqa: S608 (our own)


def write_terms(folder: Path, *, before: Path | None = None, halt: Halt | None = None) -> None:
    """Write ``terms.parquet`` beside ``records.parquet``, in place of the one there may be.

    Args:
        folder: a run's, with its records; encrypted if they are.
        before: folder of the run that this one went on from: its records, and their lines, are kept; None to begin.
        halt: what stops it from another thread; the folder is as it was then.

    Raises:
        DamagedStoreError: the lines of the run before cannot be taken over.
        HaltedError, duckdb.InterruptException: it was stopped.
    """
    earlier = before / TERMS if before is not None and (before / TERMS).is_file() else None
    known = 0 if earlier is None or before is None else rows_in(before / "records.parquet")
    part, further, sorting = folder / "terms.part", folder / "terms.further", folder / "sorting"
    halt = halt or Halt()
    # What an earlier one left that was cut off: it may tell of somebody who has been erased since.
    _remove(part, further, sorting)
    try:
        _write(folder, known, part if earlier is None else further, sorting, halt)
        halt.check()
        if earlier is not None:
            join_tables([earlier, further], part)
        halt.check()
        encrypt_in_place(part)
        part.replace(folder / TERMS)
    finally:
        _remove(part, further, sorting)


def _remove(part: Path, further: Path, sorting: Path) -> None:
    """Remove what is there of work in progress."""
    part.unlink(missing_ok=True)
    further.unlink(missing_ok=True)
    shutil.rmtree(sorting, ignore_errors=True)


def _write(folder: Path, known: int, target: Path, sorting: Path, halt: Halt) -> None:
    """Write the lines of all records behind those that are known."""
    # It is made beside other work, which keeps a processor.
    threads = max(1, (os.cpu_count() or 1) - 1)
    with (
        connect({"temp_directory": str(sorting), "memory_limit": _MEMORY, "threads": threads}) as con,
        halt.over(con),
    ):
        con.execute("set preserve_insertion_order = false")
        # Records are numbered in the order of their lines.
        records = at(folder / "records.parquet").replace("'", "''")
        con.execute(f"create view these as from read_parquet('{records}') where record > {known}")
        con.execute(f"create table lines as from ({_OF_RECORDS}) where term is not null")
        once = f"from ({_ONCE}) where term is not null"
        write_parquet(con, f"from lines union all ({once}) order by term, record", target)
