"""Records → the columns that comparisons read (`levels.py`), with how common names and shared values are.

Everything stays in DuckDB. Beside the records' own keys this adds what a pair cannot know by itself: whether a name is
well formed (met often enough to be a name and not a slip), its share of the population, and how many different names
use a mail, a phone or an address.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from soken.core.errors import DamagedStoreError
from soken.resolve.frequencies import COMMON_GIVEN, RARE_SURNAME, surname_shares

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb

#: A part of a name that is met beside at least this many different other parts is a name, not a slip.
_WELL_FORMED = 3
#: A birth date on more than this share of the records (and more than this many) is a default of the shop's form.
_DEFAULT_DATE_SHARE, _DEFAULT_DATE_COUNT = 0.005, 20

_KEYS = """
CREATE OR REPLACE TABLE keyed AS
SELECT record, locale, rows, name_key, nullif(family, '') AS fam, nullif(given, '') AS giv,
    coalesce(list_filter(family_readings, lambda k: k <> ''), []) AS fam_read,
    coalesce(list_filter(given_readings, lambda k: k <> ''), []) AS giv_read,
    coalesce(list_filter(full_readings, lambda k: k <> ''), []) AS full_read,
    coalesce(reading_sure, false) AS sure, coalesce(split_sure, false) AS split_sure,
    coalesce(swapped_possible, false) AS swap,
    coalesce(email_key, email2_key) AS mail1, CASE WHEN email_key IS NOT NULL THEN email2_key END AS mail2,
    CASE WHEN email_key IS NOT NULL THEN email_local END AS mail_local,
    coalesce(phone_key, phone2_key) AS phone1, CASE WHEN phone_key IS NOT NULL THEN phone2_key END AS phone2,
    postal_key AS postal, prefecture AS pref, municipality AS muni, town, street_key AS street,
    building_key AS building, address_key AS addr,
    birth_date AS birth_given, coalesce(birth_sure, false) AS birth_sure, sex, account, id_number AS idn, company, login
FROM read_parquet($path)
"""

_PREPARED = r"""
CREATE OR REPLACE TABLE prepared AS
WITH scripts AS (
    SELECT *, coalesce(regexp_matches(fam, '\p{Han}'), false) AS fam_han,
        coalesce(regexp_matches(giv, '\p{Han}'), false) AS giv_han,
        coalesce(regexp_matches(name_key, '\p{Han}'), false) AS name_han
    FROM keyed
), dates AS (
    SELECT birth_given, count(*) AS uses FROM keyed WHERE birth_given IS NOT NULL GROUP BY birth_given
), arrays AS (
    SELECT scripts.*,
        CASE WHEN len(fam_read) > 0 THEN fam_read WHEN fam IS NOT NULL AND NOT fam_han THEN [fam] ELSE [] END AS fam_keys,
        CASE WHEN len(giv_read) > 0 THEN giv_read WHEN giv IS NOT NULL AND NOT giv_han THEN [giv] ELSE [] END AS giv_keys,
        CASE WHEN len(full_read) > 0 THEN full_read WHEN name_key IS NOT NULL AND NOT name_han THEN [name_key]
            ELSE [] END AS full_keys,
        CASE WHEN uses > $date_count AND uses > $date_share * (SELECT count(*) FROM keyed) THEN NULL
            ELSE scripts.birth_given END AS birth
    FROM scripts LEFT JOIN dates USING (birth_given)
)
SELECT * EXCLUDE (fam_read, giv_read, full_read, birth_given),
    list_concat(fam_keys, giv_keys) AS part_keys,
    fam_keys[1] AS fam_key, giv_keys[1] AS giv_key, full_keys[1] AS full_key,
    list_distinct(string_split(addr, ' ')) AS addr_words,
    coalesce(regexp_matches(mail1, '^[ -~]*$'), false) AS mail_ascii,
    coalesce(regexp_matches(addr, '^[ -~]*$'), false) AS addr_ascii,
    coalesce(regexp_matches(idn, '^[ -~]*$'), false) AS idn_ascii
FROM arrays
"""

_PARTS = """
CREATE OR REPLACE TABLE {part}_parts AS
SELECT {part} AS value, count(DISTINCT {other}) AS partners
FROM prepared WHERE {part} IS NOT NULL AND {other} IS NOT NULL GROUP BY {part}
"""

_SHARED = """
CREATE OR REPLACE TABLE {stem}_shared AS
SELECT value, count(DISTINCT who) AS names FROM (
    {columns}
) WHERE value IS NOT NULL AND who IS NOT NULL GROUP BY value HAVING count(DISTINCT who) > 1
"""

_ENRICHED = """
CREATE OR REPLACE TABLE prepared AS
SELECT p.*,
    coalesce(f.partners, 0) >= $well_formed OR s.share IS NOT NULL AS fam_known,
    coalesce(g.partners, 0) >= $well_formed AS giv_known,
    CASE p.locale WHEN 'ja' THEN coalesce(s.share, $rare) ELSE NULL END AS fam_share,
    (coalesce(g.partners, 1) + $given * 500) / ((SELECT greatest(count(DISTINCT fam), 1) FROM prepared) + 500) AS giv_share,
    greatest(coalesce(m1.names, 1), coalesce(m2.names, 1)) AS mail_names,
    greatest(coalesce(t1.names, 1), coalesce(t2.names, 1)) AS phone_names,
    coalesce(a.names, 1) AS addr_names
FROM prepared p
LEFT JOIN fam_parts f ON f.value = p.fam
LEFT JOIN giv_parts g ON g.value = p.giv
LEFT JOIN surname_shares s ON s.surname = p.fam
LEFT JOIN mail_shared m1 ON m1.value = p.mail1
LEFT JOIN mail_shared m2 ON m2.value = p.mail2
LEFT JOIN phone_shared t1 ON t1.value = p.phone1
LEFT JOIN phone_shared t2 ON t2.value = p.phone2
LEFT JOIN addr_shared a ON a.value = p.addr
ORDER BY record
"""


def prepare(con: duckdb.DuckDBPyConnection, records: Path) -> int:
    """Build the table ``prepared`` from ``records.parquet``; return how many records there are.

    Raises:
        DamagedStoreError: the file is missing or is not a table of records.
    """
    import duckdb as engine

    try:
        con.execute(_KEYS, {"path": str(records)})
    except (engine.IOException, engine.BinderException, engine.InvalidInputException) as problem:
        raise DamagedStoreError(f"{records} is not a table of records; take the evidence in again.") from problem
    con.execute(_PREPARED, {"date_count": _DEFAULT_DATE_COUNT, "date_share": _DEFAULT_DATE_SHARE})
    con.execute(_PARTS.format(part="fam", other="giv"))
    con.execute(_PARTS.format(part="giv", other="fam"))
    for stem, columns in (("mail", ("mail1", "mail2")), ("phone", ("phone1", "phone2")), ("addr", ("addr",))):
        # Who: the reading where there is one, so that one person in two scripts does not look like two.
        union = " UNION ALL ".join(
            f"SELECT {column} AS value, coalesce(full_key, name_key) AS who FROM prepared" for column in columns
        )
        con.execute(_SHARED.format(stem=stem, columns=union))
    con.register("surname_shares", surname_shares())
    con.execute(_ENRICHED, {"well_formed": _WELL_FORMED, "rare": RARE_SURNAME, "given": COMMON_GIVEN})
    con.unregister("surname_shares")
    return int(con.execute("SELECT count(*) FROM prepared").fetchall()[0][0])
