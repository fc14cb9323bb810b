"""The last step of normalise, all in DuckDB: readings for each name, equal rows into one record, and the two files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from soken.normalise.lists import write_parquet
from soken.normalise.name_split import KnownNames
from soken.normalise.readings import guess_family, guess_given, guess_whole, learned
from soken.normalise.schema import RECORD_SCHEMA

if TYPE_CHECKING:
    import duckdb

    from soken.normalise.lists import Part

_HAN = r"[\x{3400}-\x{9fff}\x{20000}-\x{3ffff}]"

_READ_NAMES = """
CREATE TABLE names AS
WITH chosen AS (
    SELECT v.*, coalesce(w.readings, []) AS guessed,
        CASE WHEN len(family_typed) > 0 THEN family_typed ELSE coalesce(f.readings, []) END AS family_readings,
        CASE WHEN len(given_typed) > 0 THEN given_typed ELSE coalesce(g.readings, []) END AS given_readings
    FROM name_values v
    LEFT JOIN guessed_families f ON f.name = v.family AND len(v.family_typed) = 0
    LEFT JOIN guessed_givens g ON g.name = v.given AND len(v.given_typed) = 0
    LEFT JOIN guessed_wholes w ON w.name = v.key AND v.family IS NULL AND len(v.full_typed) = 0
)
SELECT id, key, script, family, given, split_sure, family_exact, given_exact, swapped_possible, generation, words,
    family_readings, given_readings,
    CASE WHEN len(full_typed) > 0 THEN full_typed WHEN len(guessed) > 0 THEN guessed
        ELSE flatten(
            list_transform(family_readings, lambda one: list_transform(given_readings, lambda two: one || two))
        )[:8]
        END AS full_readings,
    CASE WHEN family IS NULL THEN len(full_typed) > 0
        ELSE len(family_typed) > 0 AND len(given_typed) > 0 END AS reading_sure,
    md5(concat_ws(chr(31), key, coalesce(family, ''), coalesce(given, ''),
        coalesce(family_exact, ''), coalesce(given_exact, ''), coalesce(generation, ''),
        array_to_string(family_typed, ','), array_to_string(given_typed, ','),
        array_to_string(full_typed, ','), array_to_string(words, ','))) AS norm
FROM chosen
"""

#: What makes two rows one record: every comparable value. Rows that say too little stay apart, by their number.
_COLLAPSED = """
CREATE TABLE collapsed AS
    SELECT n, said, times, coalesce(e.key, e2.key, p.key, p2.key, k.key, i.key, l.key, device.key) IS NULL
            AND (names.key IS NULL OR coalesce(a.street, b.key) IS NULL) AS little,
        md5_number(concat_ws(chr(31), locale, coalesce(names.norm, ''), coalesce(e.key, ''), coalesce(e2.key, ''),
        coalesce(p.key, ''), coalesce(p2.key, ''),
        coalesce(a.postal, ''), coalesce(a.key, ''), coalesce(a.building, ''),
        coalesce(b.key, ''), coalesce(s.key, ''), CASE WHEN k.key IS NULL THEN '' ELSE evidence || ':' || k.key END,
        coalesce(i.key, ''), coalesce(c.key, ''), coalesce(l.key, ''),
        coalesce(card.key, ''), coalesce(device.key, ''), typed.hold)) AS means
    FROM typed
    LEFT JOIN names ON names.id = name_id
    LEFT JOIN email_values e ON e.id = email_id LEFT JOIN email2_values e2 ON e2.id = email2_id
    LEFT JOIN phone_values p ON p.id = phone_id LEFT JOIN phone2_values p2 ON p2.id = phone2_id
    LEFT JOIN address_values a ON a.id = address_id
    LEFT JOIN birth_values b ON b.id = birth_id LEFT JOIN sex_values s ON s.id = sex_id
    LEFT JOIN account_values k ON k.id = account_id LEFT JOIN id_number_values i ON i.id = id_number_id
    LEFT JOIN company_values c ON c.id = company_id LEFT JOIN login_values l ON l.id = login_id
    LEFT JOIN card_values card ON card.id = card_id LEFT JOIN device_values device ON device.id = device_id
"""

#: ``first``: the record's first row; ``shown``: the line of ``typed`` that says what it says. What an earlier list
#: meant too (table ``earlier``: means, record) has a number already, and ``numbered`` holds only what is new.
_NUMBERED = """
CREATE TABLE met AS SELECT means, min(n) AS first, sum(times)::INTEGER AS rows
FROM collapsed WHERE NOT little GROUP BY means;
CREATE TABLE more AS SELECT record, rows, means FROM met JOIN earlier USING (means);
CREATE TABLE numbered AS
SELECT means, said, first, shown, rows, {records} + row_number() OVER (ORDER BY first) AS record FROM (
    SELECT means, NULL AS said, first, first AS shown, rows FROM met ANTI JOIN earlier USING (means)
    UNION ALL
    SELECT NULL, collapsed.said, every.n, collapsed.n, 1 FROM collapsed JOIN every USING (said) WHERE little
);
DROP TABLE met
"""

_RECORDS = """
SELECT record, typed.locale, rows, typed.evidence AS first_evidence,
    numbered.first AS first_row,
    coalesce(full_name, nullif(concat_ws(' ', family_name, given_name), '')) AS name,
    coalesce(full_kana, nullif(concat_ws(' ', family_kana, given_kana), '')) AS kana,
    typed.email, typed.phone, typed.postal_code,
    nullif(concat_ws(' ', typed.prefecture, typed.city, typed.address, typed.address2), '') AS address,
    typed.birth_date AS birth,
    names.key AS name_key, coalesce(names.script, 'none') AS name_script, names.family, names.given,
    coalesce(names.split_sure, false) AS split_sure, coalesce(names.family_readings, []) AS family_readings,
    coalesce(names.given_readings, []) AS given_readings, coalesce(names.full_readings, []) AS full_readings,
    names.family_exact, names.given_exact, coalesce(names.swapped_possible, false) AS swapped_possible,
    names.generation, coalesce(names.words, []) AS name_words,
    coalesce(names.reading_sure, false) AS reading_sure,
    e.key AS email_key, e.local AS email_local, e.domain AS email_domain, coalesce(e.sure, false) AS email_sure,
    e2.key AS email2_key, p.key AS phone_key, p2.key AS phone2_key, a.postal AS postal_key, a.prefecture AS prefecture,
    a.municipality, a.town, a.street AS street_key, a.building AS building_key, a.key AS address_key,
    b.key AS birth_date, coalesce(b.sure, false) AS birth_sure, s.key AS sex,
    CASE WHEN k.key IS NOT NULL THEN typed.evidence || ':' || k.key END AS account,
    i.key AS id_number, c.key AS company,
    l.key AS login, card.key AS card, device.key AS device
FROM numbered JOIN typed ON typed.n = numbered.shown
LEFT JOIN names ON names.id = name_id
LEFT JOIN email_values e ON e.id = email_id LEFT JOIN email2_values e2 ON e2.id = email2_id
LEFT JOIN phone_values p ON p.id = phone_id LEFT JOIN phone2_values p2 ON p2.id = phone2_id
LEFT JOIN address_values a ON a.id = address_id
LEFT JOIN birth_values b ON b.id = birth_id LEFT JOIN sex_values s ON s.id = sex_id
LEFT JOIN account_values k ON k.id = account_id LEFT JOIN id_number_values i ON i.id = id_number_id
LEFT JOIN company_values c ON c.id = company_id LEFT JOIN login_values l ON l.id = login_id
LEFT JOIN card_values card ON card.id = card_id LEFT JOIN device_values device ON device.id = device_id
ORDER BY record
"""

_ROW_RECORDS = """
SELECT $evidence AS evidence, n AS row, record FROM (
    SELECT every.n, record FROM every JOIN collapsed USING (said) JOIN numbered USING (means) WHERE NOT little
    UNION ALL SELECT every.n, record FROM every JOIN collapsed USING (said) JOIN more USING (means) WHERE NOT little
    UNION ALL SELECT first, record FROM numbered WHERE numbered.means IS NULL
) ORDER BY n
"""


def name_readings(con: duckdb.DuckDBPyConnection) -> None:
    """Build the table ``names`` from ``name_values``: typed readings where there are any, else learned or guessed.

    What is typed here is added to ``learnt_here``; ``learnt`` has the earlier lists' readings too.
    """
    for part in ("family", "given"):
        con.execute(
            f"""INSERT INTO learnt_here SELECT 'read', '{part}', name, reading, sum(times)::BIGINT FROM (
            SELECT name_values.{part} AS name, unnest({part}_typed) AS reading, times FROM typed
            JOIN name_values ON name_values.id = name_id WHERE regexp_matches({part}, '{_HAN}')
            ) GROUP BY name, reading"""
        )
    families, givens = (
        learned(
            con.execute(
                """SELECT word, reading, sum(times)::BIGINT FROM learnt
                WHERE kind = 'read' AND role = $part GROUP BY ALL""",
                {"part": part},
            ).fetchall()
        )
        for part in ("family", "given")
    )
    shares = con.execute("SELECT role, word, share FROM known_names").fetchall()
    known = KnownNames(*({w: s for r, w, s in shares if r == role} for role in ("families", "givens")))
    _guessed(con, "guessed_families", {name: guess_family(name, families) for name in _unread(con, "family")})
    _guessed(con, "guessed_givens", {name: guess_given(name, givens) for name in _unread(con, "given")})
    wholes = con.execute(
        f"""SELECT DISTINCT key FROM name_values WHERE family IS NULL AND len(full_typed) = 0
        AND regexp_matches(key, '{_HAN}') ORDER BY key"""
    ).fetchall()
    _guessed(con, "guessed_wholes", {name: guess_whole(name, known, families, givens) for (name,) in wholes})
    con.execute(_READ_NAMES)


def _unread(con: duckdb.DuckDBPyConnection, part: str) -> list[str]:
    """Return the distinct family or given names in kanji of which some row has no typed reading."""
    found = con.execute(
        f"""SELECT DISTINCT {part} FROM name_values WHERE len({part}_typed) = 0
        AND regexp_matches({part}, '{_HAN}') ORDER BY {part}"""
    ).fetchall()
    return [name for (name,) in found]


def _guessed(con: duckdb.DuckDBPyConnection, table: str, readings: dict[str, list[str]]) -> None:
    """Make a table of names and their readings."""
    made = pa.table(
        {
            "name": pa.array(list(readings), pa.string()),
            "readings": pa.array(list(readings.values()), pa.list_(pa.string())),
        }
    )
    con.register("made", made)
    con.execute(f"CREATE TABLE {table} AS SELECT * FROM made")
    con.unregister("made")


def assemble(con: duckdb.DuckDBPyConnection, part: Part, evidence: str) -> None:
    """Collapse a list's rows and write them as the next part.

    Args:
        con: holds ``earlier`` beside the list's tables.
        part: where to write.
        evidence: id of the list.
    """
    # The files are the next thing to be made; what only led to the names would take the sort's room.
    con.execute("DROP TABLE name_values; DROP TABLE known_names")
    con.execute(_COLLAPSED)
    con.execute(_NUMBERED.format(records=part.records_before))
    con.execute("DROP TABLE earlier")
    con.execute("SET preserve_insertion_order = true")
    write_parquet(con, _ROW_RECORDS, part.folder / "row_records.parquet", {"evidence": evidence})
    con.execute("DROP TABLE collapsed")
    write_parquet(con, f"SELECT {', '.join(RECORD_SCHEMA.names)} FROM ({_RECORDS})", part.folder / "records.parquet")
    part.write(con)
