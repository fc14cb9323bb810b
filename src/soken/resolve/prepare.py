"""Records → the columns that comparisons read (`levels.py`), with how common names and shared values are.

Everything stays in DuckDB. Beside the records' own keys this adds what a pair cannot know by itself: whether a name is
well formed (met often enough to be a name and not a slip), its share of the population, and how many different names
use a mail, a phone or an address.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import duckdb

from soken.core.errors import DamagedStoreError
from soken.resolve.frequencies import COMMON_FAMILY, COMMON_GIVEN, RARE_SURNAME, known_given_names, surname_shares
from soken.resolve.nicknames import full_names

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from soken.resolve.engine import Connection

#: A part of a name that is met beside at least this many different other parts is a name, not a slip.
_WELL_FORMED = 3
#: A birth date on more than this share of the records (and more than this many) is a default of the shop's form.
_DEFAULT_DATE_SHARE, _DEFAULT_DATE_COUNT = 0.005, 20

_PARTS = """
CREATE OR REPLACE TABLE {part}_parts AS
SELECT {part} AS value, count(DISTINCT {other}) AS partners
FROM records WHERE {part} <> '' AND {other} <> '' GROUP BY {part}
"""

#: kanji name → the readings that other rows of the list give it.
_ALSO = """
CREATE OR REPLACE TABLE {part}_also AS
SELECT {part} AS value, list(DISTINCT reading ORDER BY reading)[:8] AS readings FROM (
    SELECT {part}, unnest({part}_readings[:1]) AS reading FROM records
    WHERE reading_sure AND regexp_matches({part}, '\\p{{Han}}')
) GROUP BY {part} HAVING count(DISTINCT reading) > 1
"""

#: Each kana as one ASCII letter, so that distances on bytes count kana.
_KANA = (
    "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヰヱヲンーヴッャュョ"
    "ガギグゲゴザジズゼゾダヂヅデドバビブベボパピプペポ"
)
_LETTERS = "".join(chr(code) for code in range(0x23, 0x7F) if chr(code) not in "'\\{}")[: len(_KANA)]

_DATES = """
CREATE OR REPLACE TABLE default_dates AS SELECT birth_date FROM records WHERE birth_date IS NOT NULL
GROUP BY birth_date HAVING count(*) > $count AND count(*) > $share * (SELECT count(*) FROM records)
"""

#: A customer number, card or device that so many people use is none of a person: the number that a shop gives all its
#: guests, the computer at the counter. A house has fewer names, in however many spellings.
_MOST_NAMES = 5
_CROWDED = """
CREATE OR REPLACE TABLE crowded_{column} AS SELECT {column} FROM records
WHERE {column} IS NOT NULL GROUP BY {column}
HAVING count(DISTINCT coalesce(full_readings[1], name_key, login, email_key, phone_key)) > {most}
"""
_ONES_OWN = ("account", "card", "device")

#: Written out once for each way of typing a name: sign by sign is slow.
_MORAS = """
CREATE OR REPLACE TABLE moras AS SELECT typed, translate(typed, '{kana}', '{ascii}') AS mora FROM (
    SELECT family_exact AS typed FROM records UNION SELECT given_exact FROM records
) WHERE typed IS NOT NULL
"""

_PREPARED = r"""
CREATE OR REPLACE TABLE prepared AS
WITH half_named AS (
    -- A surname that stands alone is half a name: two rows of 田中 are not two rows of one whole name.
    SELECT records.*, locale = 'ja' AND coalesce(family, given, '') = '' AND alone.value IS NOT NULL AS lone
    FROM records LEFT JOIN surname_shares alone ON alone.value = name_key
), keyed AS (
    SELECT record, locale, name_key, coalesce(nullif(family, ''), CASE WHEN lone THEN name_key END) AS fam,
        nullif(given, '') AS giv,
        coalesce(regexp_matches(fam, '\p{Han}'), false) AS fam_han,
        coalesce(regexp_matches(given, '\p{Han}'), false) AS giv_han,
        coalesce(regexp_matches(name_key, '\p{Han}'), false) AS name_han,
        coalesce(CASE WHEN lone THEN full_readings ELSE family_readings END, []) AS fam_read,
        coalesce(given_readings, []) AS giv_read,
        coalesce(full_readings, []) AS full_read,
        fm.mora AS fam_mora, gm.mora AS giv_mora,
        CAST(NULL AS VARCHAR) AS full_mora, coalesce(reading_sure, false) AS sure,
        coalesce(email_key, email2_key) AS mail1, CASE WHEN email_key IS NOT NULL THEN email2_key END AS mail2,
        CASE WHEN email_key IS NOT NULL THEN email_local END AS mail_local,
        CASE WHEN email_key IS NOT NULL THEN email_domain END AS mail_host,
        CASE WHEN email_key IS NOT NULL THEN regexp_replace(email_local, '[^a-z]+', '', 'g') END AS mail_letters,
        CASE WHEN email_key IS NOT NULL THEN regexp_replace(email_local, '[^0-9]+', '', 'g') END AS mail_digits,
        CASE WHEN email_key IS NOT NULL THEN regexp_replace(email_local, '[+].*', '') END AS mail_box,
        coalesce(phone_key, phone2_key) AS phone1, CASE WHEN phone_key IS NOT NULL THEN phone2_key END AS phone2,
        -- Numbering plans that tell mobiles from landlines by their first digits; null for others (MIC, ACMA, Ofcom).
        CASE WHEN phone1 LIKE '+81%' THEN regexp_matches(phone1, '^[+]81[789]0')
            WHEN phone1 LIKE '+61%' THEN phone1 LIKE '+614%' WHEN phone1 LIKE '+44%' THEN phone1 LIKE '+447%'
        END AS phone_mobile,
        postal_key AS postal, prefecture AS pref, municipality AS muni, town, street_key AS street,
        building_key AS building, address_key AS addr,
        CASE WHEN birth_date NOT IN (FROM default_dates) THEN birth_date END AS birth,
        coalesce(birth_sure, false) AS birth_sure, sex, id_number AS idn, company, login,
        CASE WHEN account NOT IN (FROM crowded_account) THEN account END AS account,
        CASE WHEN card NOT IN (FROM crowded_card) THEN card END AS card,
        CASE WHEN device NOT IN (FROM crowded_device) THEN device END AS device,
        nullif(regexp_replace(lower(login), '[^\p{L}\p{N}]+', '', 'g'), '') AS login_box, generation,
        coalesce(name_words, []) AS words
    FROM half_named LEFT JOIN moras fm ON fm.typed = family_exact LEFT JOIN moras gm ON gm.typed = given_exact
), spoken AS (
    SELECT * EXCLUDE (fam_read, giv_read, full_read),
        CASE WHEN len(fam_read) > 0 THEN fam_read WHEN fam IS NOT NULL AND NOT fam_han THEN [fam]
            ELSE [] END AS fam_keys,
        CASE WHEN len(giv_read) > 0 THEN giv_read WHEN giv IS NOT NULL AND NOT giv_han THEN [giv]
            ELSE [] END AS giv_keys,
        CASE WHEN len(full_read) > 0 THEN full_read WHEN name_key IS NOT NULL AND (NOT name_han OR fam IS NULL)
            THEN [name_key] ELSE [] END AS full_keys
    FROM keyed
)
SELECT spoken.*, list_concat(fam_keys, giv_keys) AS part_keys,
    coalesce(fa.readings, []) AS fam_also, coalesce(ga.readings, sn.readings, []) AS giv_also,
    -- Given name first, as a reading and as written, for undivided names in that order.
    list_filter([giv_keys[1] || fam_keys[1], giv || fam], lambda k: k IS NOT NULL) AS turned_keys,
    fam_keys[1] AS fam_key, giv_keys[1] AS giv_key, full_keys[1] AS full_key,
    coalesce(sf.readings, []) AS fam_full, CASE WHEN locale <> 'ja' THEN stem(fam_keys[1]) END AS fam_stem,
    CASE WHEN locale <> 'ja' THEN stem(giv_keys[1]) END AS giv_stem,
    list_transform(coalesce(sn.readings, []), lambda name: left(name, 1)) AS giv_firsts,
    CASE WHEN locale <> 'ja' THEN list_distinct(string_split(addr, ' ')) END AS addr_words,
    coalesce(regexp_full_match(mail_local, '[ -~]*'), false) AS mail_ascii,
    locale <> 'ja' AND coalesce(regexp_full_match(addr, '[ -~]*'), false) AS addr_ascii,
    coalesce(regexp_full_match(idn, '[ -~]*'), false) AS idn_ascii,
    coalesce(f.partners, 0) >= $well_formed OR (locale = 'ja' AND s.share IS NOT NULL) AS fam_known,
    coalesce(g.partners, 0) >= $well_formed OR (locale = 'ja' AND n.value IS NOT NULL) AS giv_known,
    CASE WHEN locale = 'ja' THEN coalesce(s.share, $rare)
        ELSE (coalesce(f.partners, 1) + $family * 500) / ((SELECT greatest(count(*), 1) FROM given_parts) + 500)
    END AS fam_share,
    (coalesce(g.partners, 1) + $given * 500) / ((SELECT greatest(count(*), 1) FROM family_parts) + 500) AS giv_share
FROM spoken
LEFT JOIN family_parts f ON f.value = spoken.fam
LEFT JOIN given_parts g ON g.value = spoken.giv
LEFT JOIN family_also fa ON fa.value = spoken.fam
LEFT JOIN given_also ga ON ga.value = spoken.giv
LEFT JOIN short_names sn ON locale <> 'ja' AND sn.value = giv_keys[1]
LEFT JOIN short_names sf ON locale <> 'ja' AND sf.value = fam_keys[1]
LEFT JOIN surname_shares s ON s.value = CASE WHEN fam_han THEN spoken.fam ELSE fam_keys[1] END
LEFT JOIN known_given_names n ON n.value = CASE WHEN giv_han THEN spoken.giv ELSE giv_keys[1] END
"""

#: A pet form without its ending and its doubled letter: danny, dan. Null where no letter is doubled: Mary is none.
_STEM = """
CREATE OR REPLACE TEMP MACRO bare(key) AS regexp_replace(key, '(ie|ey|y|i)$', '');
CREATE OR REPLACE TEMP MACRO stem(key) AS CASE WHEN bare(key) <> key AND right(bare(key), 1) = substr(bare(key), -2, 1)
    THEN left(bare(key), length(bare(key)) - 1) END
"""

_SHARED = """
CREATE OR REPLACE TABLE {stem}_shared AS
SELECT value, count(DISTINCT who) AS names FROM (
    {columns}
) WHERE value IS NOT NULL AND who IS NOT NULL GROUP BY value HAVING count(DISTINCT who) > 1
"""

#: How many names share a record's values; only records whose values are shared at all.
_SHARES = """
CREATE OR REPLACE TABLE shares AS
SELECT record, greatest(m1.names, m2.names) AS mail_names, greatest(t1.names, t2.names) AS phone_names,
    a.names AS addr_names
FROM prepared p
LEFT JOIN mail_shared m1 ON m1.value = p.mail1
LEFT JOIN mail_shared m2 ON m2.value = p.mail2
LEFT JOIN phone_shared t1 ON t1.value = p.phone1
LEFT JOIN phone_shared t2 ON t2.value = p.phone2
LEFT JOIN addr_shared a ON a.value = p.addr
WHERE coalesce(m1.names, m2.names, t1.names, t2.names, a.names) IS NOT NULL
"""


def prepare(con: Connection, records: Path) -> int:
    """Build the tables ``prepared`` and ``shares`` from ``records.parquet``; return how many records there are.

    Raises:
        DamagedStoreError: the file is missing or is not a table of records.
    """
    path = str(records).replace("'", "''")
    try:
        con.execute(f"CREATE OR REPLACE VIEW records AS SELECT * FROM read_parquet('{path}')")  # noqa: S608 (quoted)
        con.execute(_PARTS.format(part="family", other="given"))
        _prepare(con)
    except (duckdb.IOException, duckdb.BinderException, duckdb.InvalidInputException) as problem:
        raise DamagedStoreError(
            f"{records} is no table of records, or one of another version; resolve again."
        ) from problem
    _share(con)
    return int(con.execute("SELECT count(*) FROM prepared").fetchall()[0][0])


def _prepare(con: Connection) -> None:
    """Build the table ``prepared`` from the view ``records`` and the table ``family_parts``."""
    con.execute(_PARTS.format(part="given", other="family"))
    for column in _ONES_OWN:
        con.execute(_CROWDED.format(column=column, most=_MOST_NAMES))
    con.execute(_DATES, {"count": _DEFAULT_DATE_COUNT, "share": _DEFAULT_DATE_SHARE})
    con.register("surname_shares", surname_shares())
    con.register("short_names", full_names())
    con.register("known_given_names", known_given_names())
    figures = {"well_formed": _WELL_FORMED, "rare": RARE_SURNAME, "family": COMMON_FAMILY, "given": COMMON_GIVEN}
    for part in ("family", "given"):
        con.execute(_ALSO.format(part=part))
    con.execute(_MORAS.format(kana=_KANA, ascii=_LETTERS))
    con.execute(_STEM)
    with _order_as_written(con):
        con.execute(_PREPARED, figures)
    con.unregister("surname_shares")
    con.unregister("short_names")
    con.unregister("known_given_names")


@contextmanager
def _order_as_written(con: Connection) -> Iterator[None]:
    """Let DuckDB join what is added to each record in the order in which it stands.

    There is nothing to choose where every join keeps each record once, and to look for it takes DuckDB longer than
    the joins of a short list.
    """
    if not isinstance(con, duckdb.DuckDBPyConnection):
        yield
        return
    con.execute("SET disabled_optimizers = 'join_order'")
    try:
        yield
    finally:
        con.execute("RESET disabled_optimizers")


def _share(con: Connection) -> None:
    """Build the table ``shares``."""
    for stem, columns in (("mail", ("mail1", "mail2")), ("phone", ("phone1", "phone2")), ("addr", ("addr",))):
        # Who: the reading where there is one, so that one person in two scripts does not look like two.
        union = " UNION ALL ".join(
            f"SELECT {column} AS value, coalesce(full_key, name_key) AS who FROM prepared"  # noqa: S608 (own columns)
            for column in columns
        )
        con.execute(_SHARED.format(stem=stem, columns=union))
    con.execute(_SHARES)
