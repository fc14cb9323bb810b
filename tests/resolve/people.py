"""People and their traits, of whom the cases of these tests are made; and others, so that a list is a list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq

from soken.resolve import Judgement, resolve
from tests.resolve.factory import record, write_records

if TYPE_CHECKING:
    from pathlib import Path

TARO = {"name": "田中 太郎", "readings": "tanaka taro"}
JIRO = {"name": "田中 次郎", "readings": "tanaka jiro"}
HANAKO = {"name": "田中 花子", "readings": "tanaka hanako"}
MAIL, OTHER_MAIL = {"email": "t.tanaka@shop.example"}, {"email": "quite-other@mail.example"}
PHONE, OTHER_PHONE = {"phone": "+819000000001"}, {"phone": "+819000007788"}
LABELLED = {"email": MAIL["email"].replace("@", "+shop@")}
HOME, OTHER_HOME = {"address": "緑町 1-2-3"}, {"address": "本町 9-8-7"}
BIRTH, OTHER_BIRTH = {"birth": "1980-03-04"}, {"birth": "1957-11-29"}


def filler() -> list[dict[str, Any]]:
    """Return other people, so that the list is a list."""
    names = [("佐藤", "sato"), ("鈴木", "suzuki"), ("山本", "yamamoto"), ("中村", "nakamura"), ("小林", "kobayashi")]
    given = [("一郎", "ichiro"), ("京子", "kyoko"), ("健", "ken"), ("真由美", "mayumi")]
    return [
        record(
            f"{family} {first}",
            readings=f"{family_read} {read}",
            email=f"p{i}{j}@x.example",
            phone=f"+81300{i}{j}00{j}{i}",
            address=f"町{i} {j + 4}-{i + 5}-9",
        )
        for i, (family, family_read) in enumerate(names)
        for j, (first, read) in enumerate(given)
    ]


def bands(
    folder: Path, *records: dict[str, Any], judgements: list[Judgement] | None = None
) -> tuple[list[str], list[str | None]]:
    """Resolve these records among others; return person and review partners of each."""
    write_records(folder, [*records, *filler()])
    resolve(folder, judgements or [], folder / "run")
    rows = pq.read_table(folder / "run" / "clusters.parquet").to_pylist()[: len(records)]
    return [row["person"] for row in rows], [row["review_with"] for row in rows]
