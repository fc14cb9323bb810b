"""Which country a list's phone numbers without a country code most likely belong to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import phonenumbers

if TYPE_CHECKING:
    import duckdb

#: Country as typed, lower case, to ISO code; two-letter codes need no entry. English and local short names.
_NAMES = {
    "australia": "AU", "austria": "AT", "belgium": "BE", "brazil": "BR", "canada": "CA", "china": "CN", "denmark": "DK",
    "england": "GB", "finland": "FI", "france": "FR", "germany": "DE", "deutschland": "DE",
    "hong kong": "HK", "india": "IN",
    "ireland": "IE", "italy": "IT", "italia": "IT", "japan": "JP", "korea": "KR", "south korea": "KR", "mexico": "MX",
    "netherlands": "NL", "new zealand": "NZ", "norway": "NO", "philippines": "PH", "poland": "PL", "portugal": "PT",
    "singapore": "SG", "spain": "ES", "sweden": "SE", "switzerland": "CH", "taiwan": "TW", "thailand": "TH",
    "uk": "GB", "united kingdom": "GB", "great britain": "GB", "scotland": "GB", "wales": "GB",
    "usa": "US", "united states": "US", "united states of america": "US",
}  # fmt: skip
#: States by which a country shows where no row names one; codes that two countries share are left out.
_STATES = {
    **dict.fromkeys(("nsw", "vic", "qld", "tas", "act", "new south wales", "victoria", "queensland", "tasmania"), "AU"),
    **dict.fromkeys(
        [
            "ny",
            "tx",
            "fl",
            "il",
            "pa",
            "oh",
            "mi",
            "nj",
            "va",
            "az",
            "ma",
            "tn",
            "in",
            "mo",
            "md",
            "wi",
            "co",
            "mn",
            "al",
            "ky",
            "or",
            "ok",
            "ct",
            "ut",
            "ia",
            "nv",
            "ar",
            "ms",
            "ks",
            "nm",
            "ne",
            "id",
            "hi",
            "nh",
            "mt",
            "ri",
        ],
        "US",
    ),
    **dict.fromkeys(("bc", "qc", "ab", "sk", "ontario", "quebec", "british columbia", "alberta"), "CA"),
}
_POSTAL = (
    (re.compile(r"^[a-z]{1,2}[0-9][0-9a-z]? ?[0-9][a-z]{2}$", re.IGNORECASE), "GB"),
    (re.compile(r"^[a-z][0-9][a-z] ?[0-9][a-z][0-9]$", re.IGNORECASE), "CA"),
    (re.compile(r"^[0-9]{5}-[0-9]{4}$"), "US"),
)
_UNKNOWN = "ZZ"


def region_of(country: str) -> str | None:
    """Return the ISO code of a country as typed (its code or English name), None if it is not known here."""
    plain = country.strip().casefold().replace(".", "")
    if plain.upper() in phonenumbers.SUPPORTED_REGIONS:
        return plain.upper()
    return _NAMES.get(plain)


def likely_region(con: duckdb.DuckDBPyConnection) -> str:
    """Return the ISO code of the country that most international rows of ``typed`` are from; 'ZZ' if they do not say.

    Looked at in turn: the country column, the state column, the form of the postal codes.
    """
    for column, told in (("country", region_of), ("prefecture", lambda text: _STATES.get(text.strip().casefold()))):
        counts: dict[str, int] = {}
        for text, count in con.execute(
            f"SELECT {column}, count(*) FROM typed WHERE locale <> 'ja' AND {column} IS NOT NULL GROUP BY 1"  # noqa: S608 (our own names)
        ).fetchall():
            if region := told(text):
                counts[region] = counts.get(region, 0) + count
        if counts:
            return max(sorted(counts), key=lambda region: counts[region])
    codes = con.execute(
        "SELECT postal_code FROM typed WHERE locale <> 'ja' AND postal_code IS NOT NULL LIMIT 500"
    ).fetchall()
    for pattern, region in _POSTAL:
        if codes and sum(bool(pattern.match(code.strip())) for (code,) in codes) * 2 > len(codes):
            return region
    return _UNKNOWN
