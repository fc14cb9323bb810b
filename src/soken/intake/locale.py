"""Which of the two locales a list is of: Japanese, or international."""

from __future__ import annotations

from typing import TYPE_CHECKING

from soken.core.duck import at, shared

if TYPE_CHECKING:
    from pathlib import Path

#: From this share of the rows on, a list is Japanese.
_FAIR_SHARE = 0.3

_SQL = r"""
with said as (
    select concat_ws(' ', full_name, family_name, given_name, full_kana, family_kana, given_kana, prefecture, city,
                     address, address2) as text, postal_code, phone, country
    from (select * from read_parquet($path) where kind = 'identity' limit 200000)
)
select avg((regexp_matches(text, '[\p{Hiragana}\p{Katakana}\p{Han}]'))::int),
       avg((regexp_full_match(trim(postal_code), '〒?\s?\d{3}-\d{4}')
            or (regexp_full_match(postal_code, '\d{7}'))
            or regexp_full_match(lower(trim(country)), 'jp|jpn|japan'))::int)
            filter (postal_code is not null or country is not null),
       avg((regexp_full_match(trim(phone), '(0|\+81[- ]?)[789]0[- ]?\d{4}[- ]?\d{4}'))::int) filter (phone is not null)
from said
"""


def locale_of(rows: Path) -> str:
    """Return 'ja' if a fair share of rows have Japanese script, or postal codes or phones of Japanese form.

    Args:
        rows: a ``rows.parquet``; its first 200,000 identity rows are looked at.
    """
    with shared() as connection:
        script, postal, phone = connection.execute(_SQL, {"path": at(rows)}).fetchall()[0]
    if (script or 0) >= _FAIR_SHARE or (postal or 0) >= 0.5:
        return "ja"
    return "ja" if postal is None and (phone or 0) >= 0.5 else "intl"
