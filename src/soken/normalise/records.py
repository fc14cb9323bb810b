"""Rows → records: every value normalised once, rows that say the same collapsed into one record.

DuckDB finds the distinct values of each group of columns, the functions of `columns` run over those only, and DuckDB
joins the results back. Rows share a record only if all their comparable values agree and they say enough to speak of
one person (a contact, an account, a document, or a name with an address or a birth date): two rows of nothing but a
common name are two records.

Lists are read in their order, each with what the lists before it taught about names (`soken.normalise.lists`). So a
further list changes no record that is there, and only its own rows need be read.
"""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from soken.core.duck import at, connect, roomy
from soken.core.errors import EnvironmentProblemError
from soken.normalise.assemble import assemble, name_readings
from soken.normalise.lists import Lists
from soken.normalise.name_split import KnownNames
from soken.normalise.name_words import fold_word
from soken.normalise.plain_forms import PlainForm, plain_mails, plain_phones
from soken.normalise.regions import likely_region
from soken.normalise.sources import load_rows
from soken.normalise.workers import Workers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from soken.core.progress import Progress
    from soken.normalise.columns import Options
    from soken.normalise.sources import Held

#: What DuckDB may hold before it spills to the output's disk; the workers need about as much again.
_MEMORY = "1400MB"
#: The same when the workers have ended: what they gave back keeps the last join and sort off the disk.
_MEMORY_ALONE = roomy(2300, 3500)
_HAN = r"[\x{3400}-\x{9fff}\x{20000}-\x{3ffff}]"
_NAME_FIELDS = ("full_name", "family_name", "given_name", "full_kana", "family_kana", "given_kana")
_ADDRESS_FIELDS = ("postal_code", "prefecture", "city", "address", "address2")
#: group → (task, fields); each group's columns are looked at together, as one value.
_SINGLE = {
    "email": ("mails", ("email",)), "email2": ("mails", ("email2",)), "phone": ("phones", ("phone",)),
    "phone2": ("phones", ("phone2",)), "birth": ("dates", ("birth_date",)), "sex": ("sex", ("sex",)),
    "account": ("account", ("account",)), "id_number": ("id_number", ("id_number",)),
    "company": ("company", ("company",)), "login": ("login", ("login",)),
    "card": ("card", ("card",)), "device": ("device", ("device",)),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class RecordsResult:
    """What was built.

    Attributes:
        records: distinct claimed identities, those of the run before included.
        identity_rows: rows of the readings given that claim an identity.
        rows: all rows of the readings given.
    """

    records: int
    identity_rows: int
    rows: int


def build_records(
    readings: Sequence[tuple[str, Path, str]],
    out: Path,
    *,
    progress: Progress,
    workers: int | None = None,
    before: Path | None = None,
    held: Sequence[Held] = (),
) -> RecordsResult:
    """Write ``records.parquet`` and ``row_records.parquet`` (`schema`) for the current readings of an operation.

    Args:
        readings: evidence id, path of its ``rows.parquet``, locale ('ja' or 'intl'); the order sets the records' order.
        out: existing folder to write to.
        progress: is told how many values are done, stage by stage.
        workers: processes for long lists; None for one a processor, two at most; 0 to do everything in this process.
        before: folder of a run that was built from the readings before these: its records are kept and added to.
        held: rows whose links are frozen; the same as in the run ``before``.

    Returns:
        the counts. The same readings give the same records, in one run or one after the other.

    Raises:
        DamagedStoreError: a reading is missing or is not a table of rows; ``before`` lacks what it should keep.
        EnvironmentProblemError: the disk is full, or a worker process died.
    """
    count = min(2, os.cpu_count() or 1) if workers is None else workers
    with tempfile.TemporaryDirectory(prefix=".normalise-", dir=out) as folder:
        try:
            lists = Lists(Path(folder), before)
            with Workers(Path(folder), count) as crew:
                for reading in readings:
                    with connect({"temp_directory": folder, "memory_limit": _MEMORY}) as con:
                        con.execute("SET preserve_insertion_order = false")
                        _Build(con, crew, progress, lists, held).run(reading)
            with progress.stage("collapse rows"):
                return RecordsResult(*lists.join(out, _MEMORY_ALONE))
        except duckdb.IOException as problem:
            raise EnvironmentProblemError(
                f"Records could not be written to {out}: {str(problem).splitlines()[0]}; "
                "free some space and start again."
            ) from problem


class _Build:
    """The records of one list: the connection, the workers, the listener and the earlier lists, for all steps."""

    def __init__(
        self, con: duckdb.DuckDBPyConnection, crew: Workers, progress: Progress, lists: Lists, held: Sequence[Held]
    ) -> None:
        self._held = held
        self._con = con
        self._crew = crew
        self._progress = progress
        self._lists = lists

    def run(self, reading: tuple[str, Path, str]) -> None:
        """Take all steps; the list's records are the next part of ``lists``."""
        con = self._con
        with self._progress.stage("read rows") as advance:
            identities = load_rows(con, reading, _ids(), self._held)
            self._crew.start(identities)
            rows = con.execute("SELECT count(*) FROM read_parquet($p)", {"p": at(reading[1])}).fetchall()[0][0]
            self._lists.teach(con)
            advance(identities)
        self._names()
        for group, (task, fields) in _SINGLE.items():
            self._single(group, task, fields)
        self._addresses()
        self._crew.close()
        con.execute(f"SET memory_limit = '{_MEMORY_ALONE}'")
        with self._progress.stage("readings of names"):
            name_readings(con)
        with self._progress.stage("collapse rows") as advance:
            assemble(con, self._lists.next_part(con), reading[0])
            advance(identities)
        self._lists.add(int(rows), identities)

    def _distinct(self, group: str, fields: tuple[str, ...], where: str) -> str:
        """Return the SQL of a group's distinct values with their ids."""
        values = ", ".join(f"any_value({name}) AS {name}" for name in fields)
        return (
            f"SELECT {group}_id AS id, {values} FROM typed "  # noqa: S608 (our own names)
            f"WHERE {group}_id IS NOT NULL AND {where} GROUP BY {group}_id"
        )

    def _task(self, table: str, task: str, sql: str, options: Options, stage: str) -> None:
        """Run a task over the values that a query gives and add its results to a table."""
        values = self._con.sql(sql).to_arrow_table()
        if values.num_rows == 0 and self._exists(table):
            return
        with self._progress.stage(stage, values.num_rows, "values") as advance:
            result = self._crew.run(task, values, options, advance)
        self._con.register("result", result)
        if self._exists(table):
            self._con.execute(f"INSERT INTO {table} SELECT * FROM result")  # noqa: S608 (our own names)
        else:
            self._con.execute(f"CREATE TABLE {table} AS SELECT * FROM result")  # noqa: S608 (our own names)
        self._con.unregister("result")

    def _exists(self, table: str) -> bool:
        found = self._con.execute("SELECT count(*) FROM duckdb_tables() WHERE table_name = $t", {"t": table}).fetchall()
        return bool(found[0][0])

    def _names(self) -> None:
        """Normalise names: those with kanji first, since what they show helps to divide and order the others."""
        han = " OR ".join(f"coalesce(regexp_matches({name}, '{_HAN}'), false)" for name in _NAME_FIELDS[:3])
        ja = "locale = 'ja'"
        known = self._known("field", _FIELD_COUNTS)
        # In the order of family names: what is known of one is then at hand for the next.
        order = "ORDER BY family_name, full_name"
        sql = f"SELECT * FROM ({self._distinct('name', _NAME_FIELDS, f'{ja} AND ({han})')}) {order}"  # noqa: S608
        self._task("name_values", "names_ja", sql, known, "names in kanji")
        known = _joined(known, self._known("found", _FOUND_COUNTS))
        sql = f"SELECT * FROM ({self._distinct('name', _NAME_FIELDS, f'{ja} AND NOT ({han})')}) {order}"  # noqa: S608
        self._task("name_values", "names_ja", sql, known, "names in kana and Latin letters")
        sql = self._distinct("name", _NAME_FIELDS, "locale <> 'ja'")
        self._task("name_values", "names_intl", sql, {}, "names")
        self._con.execute(
            "CREATE TABLE known_names AS "
            "SELECT * FROM (VALUES (NULL::VARCHAR, NULL::DOUBLE, '')) t(word, share, role) LIMIT 0"
        )
        for role in ("families", "givens"):
            kept = [(word, share, role) for word, share in known[role].items()]
            if kept:
                words, shares, roles = (list(column) for column in zip(*kept, strict=True))
                self._con.execute(
                    "INSERT INTO known_names SELECT unnest($w::VARCHAR[]), unnest($s::DOUBLE[]), unnest($r::VARCHAR[])",
                    {"w": words, "s": shares, "r": roles},
                )

    def _known(self, kind: str, counts: str) -> Options:
        """Return what this list and those before it show about names, from a query of (role, word, count)."""
        self._con.execute(f"INSERT INTO learnt_here SELECT '{kind}', * FROM ({counts})")  # noqa: S608 (our own queries)
        found = self._con.execute(
            "SELECT role, word, sum(times)::BIGINT FROM learnt WHERE kind = $kind GROUP BY ALL HAVING sum(times) > 1",
            {"kind": kind},
        ).fetchall()
        words = {role: [(fold_word(word), count) for r, word, count in found if r == role] for role in ("f", "g")}
        known = KnownNames.learn(words["f"], words["g"])
        return {"families": known.families, "givens": known.givens}

    def _single(self, group: str, task: str, fields: tuple[str, ...]) -> None:
        """Normalise a group of one column; phones by the country that their list is from."""
        if task == "phones":
            for region, where in (("JP", "locale = 'ja'"), (likely_region(self._con), "locale <> 'ja'")):
                sql = self._distinct(group, fields, where)
                left = self._plain(group, sql, plain_phones(fields[0], region))
                self._task(f"{group}_values", task, left, {"region": region}, group)
            return
        sql = self._distinct(group, fields, "true")
        if task == "mails":
            sql = self._plain(group, sql, plain_mails(fields[0]))
        self._task(f"{group}_values", task, sql, {}, group)

    def _plain(self, group: str, sql: str, form: PlainForm | None) -> str:
        """Have DuckDB normalise the values that are typed plainly; return the SQL of those that are left."""
        if form is None:
            return sql
        table = f"{group}_values"
        start = f"INSERT INTO {table}" if self._exists(table) else f"CREATE TABLE {table} AS"
        with self._progress.stage(group):
            self._con.execute(f"{start} SELECT id, {form.keys} FROM ({sql}) WHERE {form.where}")  # noqa: S608
        return f"SELECT * FROM ({sql}) WHERE NOT ({form.where})"  # noqa: S608 (our own names)

    def _addresses(self) -> None:
        """Normalise addresses."""
        for task, where in (("addresses_ja", "locale = 'ja'"), ("addresses_intl", "locale <> 'ja'")):
            # In the order of places: what is known of one is then at hand for the next.
            distinct = self._distinct("address", _ADDRESS_FIELDS, where)
            sql = f"SELECT * FROM ({distinct}) ORDER BY replace(postal_code, '-', ''), address"  # noqa: S608
            self._task("address_values", task, sql, {}, "addresses")


def _ids() -> str:
    """Return the SQL of the id columns: for each group the id of its value, null where it says nothing."""
    groups = {"name": _NAME_FIELDS, "address": _ADDRESS_FIELDS} | {g: f for g, (_task, f) in _SINGLE.items()}
    return ", ".join(f"{_id_of(fields)} AS {group}_id" for group, fields in groups.items())


def _id_of(fields: tuple[str, ...]) -> str:
    """Return the SQL of a value's id, null where it has no text: 125 bits (as Arrow's decimal holds) of a digest."""
    texts = ", ".join(f"coalesce({name}, '')" for name in fields)
    said = " OR ".join(f"{name} IS NOT NULL" for name in fields)
    return f"CASE WHEN {said} THEN (md5_number(concat_ws(chr(31), locale, {texts})) >> 3)::DECIMAL(38, 0) END"


def _joined(one: Options, other: Options) -> Options:
    """Return two sets of shares added up."""
    return {
        role: {word: one[role].get(word, 0.0) + other[role].get(word, 0.0) for word in {**one[role], **other[role]}}
        for role in one
    }


#: Words of the fields for family and given names, and of whole names that a space divides, with how many rows hold
#: them.
_FIELD_COUNTS = r"""
WITH words AS (
    SELECT family_name AS f, given_name AS g, times FROM typed
    WHERE locale = 'ja' AND family_name IS NOT NULL AND given_name IS NOT NULL
    UNION ALL SELECT family_kana, given_kana, times FROM typed
    WHERE locale = 'ja' AND family_kana IS NOT NULL AND given_kana IS NOT NULL
    UNION ALL SELECT regexp_extract(full_name, '^(\S+)[ 　]+\S+$', 1),
        regexp_extract(full_name, '^\S+[ 　]+(\S+)$', 1), times
    FROM typed WHERE locale = 'ja' AND regexp_matches(full_name, '^[^ -~ 　]+[ 　]+[^ -~ 　]+$')
    UNION ALL SELECT regexp_extract(full_kana, '^(\S+)[ 　]+\S+$', 1),
        regexp_extract(full_kana, '^\S+[ 　]+(\S+)$', 1), times
    FROM typed WHERE locale = 'ja' AND regexp_matches(full_kana, '^[^ -~ 　]+[ 　]+[^ -~ 　]+$')
)
SELECT 'f' AS role, f AS word, NULL AS reading, sum(times)::BIGINT AS times FROM words WHERE f <> '' GROUP BY f
UNION ALL SELECT 'g', g, NULL, sum(times)::BIGINT FROM words WHERE g <> '' GROUP BY g
"""
#: Readings typed beside kanji names that are divided, with how many distinct names have them.
_FOUND_COUNTS = """
WITH words AS (
    SELECT 'f' AS role, unnest(family_typed) AS word FROM name_values WHERE split_sure
    UNION ALL SELECT 'g', unnest(given_typed) FROM name_values WHERE split_sure
    UNION ALL SELECT 'f', family FROM name_values WHERE split_sure
    UNION ALL SELECT 'g', given FROM name_values WHERE split_sure
)
SELECT role, word, NULL AS reading, count(*) AS times FROM words WHERE word IS NOT NULL GROUP BY role, word
"""
