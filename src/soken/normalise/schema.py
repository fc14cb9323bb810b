"""The shape of ``records.parquet`` and ``row_records.parquet``: the one place that says which columns there are.

A record is a claimed identity in comparable form; rows that say the same share one. Keys are null where the rows say
nothing. Beside the keys stand the values as typed, from the record's first row, for people to read.
"""

from __future__ import annotations

import pyarrow as pa

_TEXT = pa.string()
_TEXTS = pa.list_(pa.string())

#: Columns of ``records.parquet``, in order.
RECORD_SCHEMA = pa.schema(
    [
        ("record", pa.int64()),  # 1..N in the order of the first row
        ("locale", _TEXT),  # 'ja' | 'intl'
        ("rows", pa.int32()),  # identity rows that share this record
        ("first_evidence", _TEXT),
        ("first_row", pa.int64()),
        # As typed, of the first row.
        ("name", _TEXT),
        ("kana", _TEXT),
        ("email", _TEXT),
        ("phone", _TEXT),
        ("postal_code", _TEXT),
        ("address", _TEXT),
        ("birth", _TEXT),
        # Comparable.
        ("name_key", _TEXT),  # the whole name, folded, without spaces, family name first where that is known
        ("name_script", _TEXT),  # 'kanji' | 'kana' | 'latin' | 'mixed' | 'none'
        ("family", _TEXT),
        ("given", _TEXT),
        ("split_sure", pa.bool_()),
        ("family_readings", _TEXTS),  # ASCII romaji keys, best first
        ("given_readings", _TEXTS),
        ("full_readings", _TEXTS),  # family and given together
        ("family_exact", _TEXT),  # katakana as typed, vowel lengths kept (オノ, オオノ share a romaji key)
        ("given_exact", _TEXT),
        ("swapped_possible", pa.bool_()),
        ("generation", _TEXT),  # 'jr', 'sr', 'ii' …, where the name says it
        ("name_words", _TEXTS),  # of a name in Latin letters, sorted
        ("reading_sure", pa.bool_()),  # typed by somebody; false: guessed from the kanji
        ("email_key", _TEXT),
        ("email_local", _TEXT),
        ("email_domain", _TEXT),
        ("email_sure", pa.bool_()),  # false: the address cannot be one as it stands (a comma, two @)
        ("email2_key", _TEXT),
        ("phone_key", _TEXT),  # E.164, or bare digits where the number fits no plan
        ("phone2_key", _TEXT),
        ("postal_key", _TEXT),
        ("prefecture", _TEXT),  # JIS code '01'..'47'; intl: state, lower case
        ("municipality", _TEXT),
        ("town", _TEXT),
        ("street_key", _TEXT),  # '1-2-3'; intl: number and street
        ("building_key", _TEXT),  # room, else name of the building; intl: unit
        ("address_key", _TEXT),  # the whole comparable address without the building
        ("birth_date", _TEXT),  # ISO
        ("birth_sure", pa.bool_()),
        ("sex", _TEXT),  # 'm' | 'f'
        ("account", _TEXT),  # '<evidence>:<shop key>'
        ("id_number", _TEXT),
        ("company", _TEXT),
        ("login", _TEXT),
        ("card", _TEXT),  # '1234 2027-05': last four digits and month of the end; or all digits
        ("device", _TEXT),
    ]
)

#: Columns of ``row_records.parquet``: identity rows only.
ROW_RECORD_SCHEMA = pa.schema([("evidence", _TEXT), ("row", pa.int64()), ("record", pa.int64())])
