"""Invented records in comparable form, as normalise would write them: tests say only what matters to them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_TEXT = (
    "locale", "first_evidence", "name", "kana", "email", "phone", "postal_code", "address", "birth", "name_key",
    "name_script", "family", "given", "family_exact", "given_exact", "email_key", "email_local", "email_domain",
    "email2_key", "phone_key", "phone2_key", "postal_key", "prefecture", "municipality", "town", "street_key",
    "building_key", "address_key", "birth_date", "sex", "account", "id_number", "company", "login",
    "generation", "card", "device",
)  # fmt: skip
_LISTS = ("family_readings", "given_readings", "full_readings", "name_words")
_FLAGS = ("split_sure", "swapped_possible", "reading_sure", "birth_sure")
_HAN = re.compile(r"[\u4e00-\u9fff]")


def record(
    name: str = "", *, readings: str = "", sure: bool = True, locale: str = "ja", **fields: Any
) -> dict[str, Any]:
    """Return one record.

    Args:
        name: "family given", or one word for an undivided name, or "" for none.
        readings: "family given" in romaji, alternatives parted by "|"; default: the name itself if it is ASCII.
        sure: whether the readings came from a kana column or were typed.
        locale: "ja" or "intl".
        fields: further columns as they are; ``email``, ``phone``, ``birth`` and ``address`` ("town street") set their
            keys too.
    """
    parts = name.split()
    spoken = (readings or (name if name.isascii() else "")).split()
    made: dict[str, Any] = dict.fromkeys(_TEXT)
    made |= dict.fromkeys(_FLAGS, True) | {
        "swapped_possible": False,
        "reading_sure": sure,
        "locale": locale,
        "rows": 1,
    }
    made |= {column: [] for column in _LISTS}
    if parts:
        key = "".join(parts)
        made |= {"name": name, "name_key": key, "name_script": "kanji" if _HAN.search(key) else "latin"}
        if locale == "ja" and name.isascii() and len(parts) > 1:
            made["name_words"] = sorted(parts)
        if len(parts) == 2:
            made |= {"family": parts[0], "given": parts[1]}
        options = [word.split("|") for word in spoken]
        if len(parts) == 2 and len(options) == 2:
            made |= {"family_readings": options[0], "given_readings": options[1]}
        made["full_readings"] = (
            ["".join(options[0] if len(options) == 1 else (f, g)) for f in options[0] for g in options[-1]]
            if options
            else []
        )
    if fields.get("email"):
        local, _, domain = fields["email"].partition("@")
        made |= {"email_key": fields["email"], "email_local": local, "email_domain": domain}
    if fields.get("phone"):
        made["phone_key"] = fields["phone"]
    if fields.get("birth"):
        made["birth_date"] = fields["birth"]
    if fields.get("address"):
        town, _, street = fields["address"].rpartition(" ")
        made |= {
            "prefecture": "13",
            "municipality": "M",
            "town": town,
            "street_key": street,
            "address_key": f"13{town}{street}",
        }
    return {**made, **fields}


def write_records(folder: Path, records: Sequence[dict[str, Any]], *, evidence: str = "E-000000000001") -> Path:
    """Write ``records.parquet`` and ``row_records.parquet`` (record n is row n of one evidence item); return folder."""
    folder.mkdir(parents=True, exist_ok=True)
    numbers = list(range(1, len(records) + 1))
    columns: dict[str, pa.Array] = {
        "record": pa.array(numbers, pa.int64()),
        "rows": pa.array([one["rows"] for one in records], pa.int32()),
    }
    for name in _TEXT:
        columns[name] = pa.array([one[name] for one in records], pa.string())
    columns["first_evidence"] = pa.array([evidence] * len(records), pa.string())
    columns["first_row"] = pa.array(
        [one.get("first_row", n) for n, one in zip(numbers, records, strict=True)], pa.int64()
    )
    for name in _LISTS:
        columns[name] = pa.array([one[name] for one in records], pa.list_(pa.string()))
    for name in _FLAGS:
        columns[name] = pa.array([one[name] for one in records], pa.bool_())
    pq.write_table(pa.table(columns), folder / "records.parquet")
    rows = columns["first_row"]
    pq.write_table(
        pa.table({"evidence": columns["first_evidence"], "row": rows, "record": columns["record"]}),
        folder / "row_records.parquet",
    )
    return folder
