"""Which country a list's phone numbers without a country code most likely belong to."""

from __future__ import annotations

import csv
import re
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import phonenumbers

from soken.normalise.width import fold_width

if TYPE_CHECKING:
    import duckdb

_POSTAL = (
    (re.compile(r"^[a-z]{1,2}[0-9][0-9a-z]? ?[0-9][a-z]{2}$", re.IGNORECASE), "GB"),
    (re.compile(r"^[a-z][0-9][a-z] ?[0-9][a-z][0-9]$", re.IGNORECASE), "CA"),
    (re.compile(r"^[0-9]{5}-[0-9]{4}$"), "US"),
)
_UNKNOWN = "ZZ"


def region_of(country: str) -> str | None:
    """Return the ISO code of a country as typed: a code, its English or Japanese name; None if it is not known here."""
    plain = fold_width(country).casefold().replace(".", "")
    if plain.upper() in phonenumbers.SUPPORTED_REGIONS:
        return plain.upper()
    return _codes("countries.csv").get(plain)


def likely_region(con: duckdb.DuckDBPyConnection) -> str:
    """Return the ISO code of the country that most international rows of ``typed`` are from; 'ZZ' if they do not say.

    Looked at in turn: the country column, the state column, the form of the postal codes.
    """
    for column, told in (
        ("country", region_of),
        ("prefecture", lambda text: _codes("states.csv").get(text.strip().casefold())),
    ):
        counts: dict[str, int] = {}
        for text, count in con.execute(
            f"SELECT {column}, sum(times)::BIGINT FROM typed WHERE locale <> 'ja' AND {column} IS NOT NULL GROUP BY 1"  # noqa: S608 (our own names)
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


def _region_of_state(state: str) -> str | None:
    """Return the ISO code of the country that has a state so named, None if none or several have."""
    return _codes("states.csv").get(state.strip().casefold())


@cache
def _codes(table: str) -> dict[str, str]:
    """Return name → country code of one of the tables."""
    lines = files("soken.normalise").joinpath("data", table).read_text("utf-8").splitlines()
    return {row["name"]: row["code"] for row in csv.DictReader(line for line in lines if not line.startswith("#"))}
