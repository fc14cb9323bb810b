"""Mails and phones typed in their plain form, normalised by DuckDB a column at a time; most of a list are.

What these conditions let through, `normalise_mail` and `normalise_phone` would give the same for; all else is left to
them. Nothing is decided here that is not decided there.
"""

from __future__ import annotations

from typing import NamedTuple

from soken.normalise.mail import provider_domains
from soken.normalise.phone import JA_FIXED, JA_MOBILE


class PlainForm(NamedTuple):
    """How DuckDB normalises a column.

    Attributes:
        where: SQL condition under which it does.
        keys: SQL of the columns that the task gives, behind the id.
    """

    where: str
    keys: str


def plain_mails(column: str) -> PlainForm:
    """Return the plain form of mail addresses: ASCII letters, digits and . _ + - on both sides of one @."""
    domain = f"split_part(lower({column}), '@', 2)"
    special = ", ".join(f"'{name}'" for name in sorted(provider_domains()))
    shape = r"[A-Za-z0-9._+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"
    return PlainForm(
        f"regexp_full_match({column}, '{shape}') AND {domain} NOT IN ({special})",
        f"lower({column}) AS key, split_part(lower({column}), '@', 1) AS local, {domain} AS domain, true AS sure",
    )


def plain_phones(column: str, region: str) -> PlainForm | None:
    """Return the plain form of phone numbers: digits and hyphens of the Japanese plan; None for other countries."""
    if region != "JP":
        return None
    digits = f"replace({column}, '-', '')"
    tail, bare = f"substr({digits}, 4)", f"ltrim({digits}, '0')"
    junk = (
        f"replace({tail}, left({tail}, 1), '') = '' "
        f"OR starts_with('12345678901234567890', {bare}) OR starts_with('98765432109876543210', {bare})"
    )
    shape = f"(?:{JA_MOBILE}|{JA_FIXED})"
    return PlainForm(
        f"regexp_full_match({column}, '[0-9-]+') AND regexp_full_match({digits}, '{shape}') AND NOT ({junk})",
        f"'+81' || substr({digits}, 2) AS key",
    )
