"""A small invented operation, written straight into the store: one list, three persons, one row set aside.

Two rows of 髙橋 (one in half-width kana), a relative who shares the phone (to review), and one person of one row.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from django.conf import settings

from soken.access.models import Role, User
from soken.casework.models import EvidenceItem, Membership, Operation, Person, ResolveRun
from soken.core.fields import FIELDS
from soken.intake.seal import Acquisition, seal
from soken.normalise.search_index import TERMS, write_terms
from soken.resolve.membership import RowsOf, write_membership

PASSWORD = "a long enough password"
AT = datetime(2026, 11, 20, 3, 4, 5, tzinfo=UTC)

TAKAHASHI, RELATIVE, ALONE = "P-1111-AAAA-0000", "P-2222-BBBB-0000", "P-3333-CCCC-0000"

_HEADINGS = {
    "お名前(姓)": "family_name", "お名前(名)": "given_name", "メールアドレス": "email", "TEL": "phone",
    "郵便番号": "postal_code", "住所1": "address", "受注日": "ordered_at", "商品コード": "item_key", "価格": "amount",
    "配送先": "ship_full_name",
}  # fmt: skip

_ROWS: list[dict[str, Any]] = [
    {"family_name": "髙橋", "given_name": "健一", "email": "ken.taka@mail.example", "phone": "090-0000-0001",
     "postal_code": "150-0001", "address": "東京都渋谷区神宮前1-2-3", "ordered_at": "2016-04-01 10:00:00",
     "item_code": "ITEM-0001", "amount": "3000"},
    {"family_name": "髙橋", "given_name": "健一", "email": "ken.taka@mail.example", "phone": "090-0000-0001",
     "postal_code": "150-0001", "address": "東京都渋谷区神宮前1-2-3", "ordered_at": "2016-05-02 10:00:00",
     "item_code": "ITEM-0002", "amount": "1500", "ship_full_name": "山本 葵"},
    {"family_name": "ﾀｶﾊｼ", "given_name": "ｹﾝｲﾁ", "email": "KEN.TAKA@mail.example", "phone": "09000000001",
     "address": "渋谷区神宮前１－２－３", "ordered_at": "2017-01-09 08:00:00", "item_code": "ITEM-0001",
     "amount": "3000"},
    {"family_name": "高橋", "given_name": "美咲", "email": "misaki@post.example", "phone": "090-0000-0001",
     "address": "東京都渋谷区神宮前1-2-3", "ordered_at": "2017-02-09 08:00:00", "item_code": "ITEM-0003",
     "amount": "800"},
    {"family_name": "Keller", "given_name": "Jonas", "email": "jonas@post.example", "phone": "+81 3 0000 0000",
     "address": "<b>12</b> Hill Road", "ordered_at": "sometime", "item_code": "ITEM-0002", "amount": "1500"},
]  # fmt: skip
_NUMBERS = (1, 2, 3, 5, 6)  # row 4 was set aside
_RECORD_OF = {1: 1, 2: 1, 3: 2, 5: 3, 6: 4}


@dataclass
class World:
    """An operation in the store and the database."""

    operation: Operation
    item: EvidenceItem
    run: ResolveRun | None
    users: dict[str, User] = field(default_factory=dict)


def make_user(name: str, role: Role = Role.ANALYST) -> User:
    return User.objects.create_user(username=name, password=PASSWORD, role=role)


def make_world(*, slug: str = "kingfisher", resolved: bool = True, persons: int = 0) -> World:
    """Write the operation; ``persons`` adds that many further persons to the list (without rows behind them)."""
    operation = Operation.objects.create(name=f"Operation {slug.title()}", slug=slug, created_at=AT)
    item = make_evidence(operation)
    world = World(operation, item, make_run(operation, item) if resolved else None)
    Person.objects.bulk_create(
        Person(
            operation=operation, code=_code(number), name=f"佐藤 {number:05d}", prefecture=f"{number % 47 + 1:02d}",
            band="same", rows=number % 7 + 1, records=1, items=1, last_order=f"2016-{number % 12 + 1:02d}-01",
        )
        for number in range(persons)
    )  # fmt: skip
    for role in Role:
        world.users[role] = make_user(f"{slug}-{role}", role)
        Membership.objects.create(operation=operation, user=world.users[role])
    world.users["stranger"] = make_user(f"{slug}-stranger", Role.ANALYST)
    return world


def _code(number: int) -> str:
    digits = f"{number:012d}"
    return f"P-{digits[:4]}-{digits[4:8]}-{digits[8:]}"


def make_evidence(operation: Operation) -> EvidenceItem:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "order_20170301.csv"
        path.write_bytes(f"{operation.slug} {uuid.uuid4()}".encode())
        said = Acquisition(warrant="平成29年(む)第12号", seized_by="押収係")
        sealed = seal(settings.HOME, path, said, actor="tester")
    reading = sealed.folder / "readings" / "0001"
    reading.mkdir(parents=True)
    _write_reading(reading)
    known = sealed.manifest
    return EvidenceItem.objects.create(
        operation=operation, evidence_id=known.evidence_id, sha256=known.sha256, file_name=known.name, size=known.size,
        received_at=AT, reading=1, profile="eccube4-order-csv", locale="ja",
        rows_read=6, rows_accepted=5, rows_set_aside=1,
    )  # fmt: skip


def _write_reading(folder: Path) -> None:
    columns: dict[str, Any] = {
        "row": pa.array(_NUMBERS, pa.int64()),
        "kind": ["identity"] * 5,
        "owner": pa.array(_NUMBERS, pa.int64()),
        "source_table": [""] * 5,
        "member": [""] * 5,
        "line": pa.array([number + 1 for number in _NUMBERS], pa.int64()),
        "byte_offset": pa.array([number * 120 for number in _NUMBERS], pa.int64()),
        "byte_length": pa.array([119] * 5, pa.int64()),
        "row_key": pa.array([None] * 5, pa.string()),
    }
    for name in FIELDS:
        columns[name] = pa.array([row.get(name) for row in _ROWS], pa.string())
    pq.write_table(pa.table(columns), folder / "rows.parquet")
    aside = {
        "row": [4], "source_table": [""], "member": [""], "line": [5], "byte_offset": [480], "byte_length": [31],
        "raw_sha256": [hashlib.sha256(b"damaged").hexdigest()], "reason": ["too-few-fields"],
        "detail": ["the row has 2 fields where the table has 11"], "shape": ["9999,字字"],
    }  # fmt: skip
    pq.write_table(pa.table(aside), folder / "set_aside.parquet")
    reading = {
        "profile": "eccube4-order-csv", "locale": "ja", "encoding": "cp932", "delimiter": ",",
        "mapping": {"": {one: {"field": to, "confidence": 0.98, "how": "profile"} for one, to in _HEADINGS.items()}},
        "unmapped_columns": {"": ["ショップ用メモ欄"]},
        "samples": {"": {"お名前(姓)": ["髙橋"], "ショップ用メモ欄": ["字字あ"]}},
        "found": [{"table": "", "member": "", "notes": {"encoding": "cp932", "delimiter": "comma"}}], "notes": [],
        "counts": {
            "rows_read": 6, "rows_accepted": 5, "rows_set_aside": 1, "blank_lines": 0,
            "per_table": {"": {"rows_read": 6, "rows_accepted": 5, "rows_set_aside": 1}},
            "per_reason": {"too-few-fields": 1},
        },
        "seconds": 0.1,
    }  # fmt: skip
    (folder / "reading.json").write_text(json.dumps(reading, ensure_ascii=False), encoding="utf-8")


def make_run(operation: Operation, item: EvidenceItem) -> ResolveRun:
    folder: Path = settings.HOME.operations / operation.slug / "runs" / "R-0001"
    folder.mkdir(parents=True)
    evidence = item.evidence_id
    records = [
        _record(1, 2, evidence, 1, "髙橋 健一", "高橋健一", ["takahashikenichi"], "13"),
        _record(2, 1, evidence, 3, "ﾀｶﾊｼ ｹﾝｲﾁ", None, ["takahashikenichi"], None),
        _record(3, 1, evidence, 5, "高橋 美咲", "高橋美咲", ["takahashimisaki"], "13"),
        _record(4, 1, evidence, 6, "Keller Jonas", "kellerjonas", ["kellerjonas"], "Bavaria"),
    ]
    pq.write_table(pa.Table.from_pylist(records), folder / "records.parquet")
    row_records = [{"evidence": evidence, "row": row, "record": record} for row, record in _RECORD_OF.items()]
    pq.write_table(pa.Table.from_pylist(row_records), folder / "row_records.parquet")
    links = [
        _link(1, 2, "same", 21.5, [_reason("phone", "same", 12.1, "090-0000-0001", "09000000001")], None),
        _link(1, 3, "review", 3.25, [_reason("given", "differ", -6.2, "健一", "美咲"),
                                     _reason("phone", "same", 9.4, "090-0000-0001", "090-0000-0001")], "given-differs"),
    ]  # fmt: skip
    pq.write_table(pa.Table.from_pylist(links), folder / "links.parquet")
    clusters = [
        {"record": 1, "person": TAKAHASHI, "band": "review", "review_with": RELATIVE},
        {"record": 2, "person": TAKAHASHI, "band": "review", "review_with": RELATIVE},
        {"record": 3, "person": RELATIVE, "band": "review", "review_with": TAKAHASHI},
        {"record": 4, "person": ALONE, "band": "same", "review_with": None},
    ]
    pq.write_table(pa.Table.from_pylist(clusters), folder / "clusters.parquet")
    _write_membership(evidence, folder)
    for one in pq.read_table(folder / "persons.parquet").to_pylist():
        Person.objects.create(operation=operation, code=one.pop("person"), **one)
    return ResolveRun.objects.create(
        operation=operation, run_id="R-0001", finished_at=AT,
        inputs={"evidence": [{"id": evidence, "reading": 1}], "judgements": 0}, records=4, persons=3, same_links=1,
        review_links=1, seconds={"block": 0.4, "weigh": 0.6},
    )  # fmt: skip


#: The tables of a run that follow from its others, made by the resolver for the first world of this process.
_MADE: dict[str, pa.Table] = {}


def _write_membership(evidence: str, run: Path) -> None:
    """Write what the resolver makes of a run: the rows are the same in every world, only the item has another id."""
    if not _MADE:
        rows = settings.HOME.evidence / evidence / "readings" / "0001" / "rows.parquet"
        write_membership([RowsOf(evidence, rows)], run)
        write_terms(run)
        _MADE.update({name: pq.read_table(run / name) for name in ("membership.parquet", "persons.parquet", TERMS)})
        return
    for name, table in _MADE.items():
        if "evidence" in table.column_names:
            item = pa.array([evidence] * table.num_rows)
            table = table.set_column(table.column_names.index("evidence"), table.schema.field("evidence"), item)
        pq.write_table(table, run / name)


def _record(
    number: int,
    rows: int,
    evidence: str,
    row: int,
    name: str,
    key: str | None,
    readings: list[str],
    prefecture: str | None,
) -> dict[str, Any]:
    typed = _ROWS[_NUMBERS.index(row)]
    return {
        "record": number, "locale": "ja", "rows": rows, "first_evidence": evidence, "first_row": row, "name": name,
        "kana": None, "email": typed["email"], "phone": typed["phone"], "postal_code": typed.get("postal_code"),
        "address": typed["address"], "birth": None, "name_key": key, "full_readings": readings,
        "email_key": typed["email"].lower(), "email2_key": None, "phone_key": "+819000000001", "phone2_key": None,
        "postal_key": None, "prefecture": prefecture, "address_key": "13113:神宮前:1-2-3", "birth_date": None,
        "sex": None, "company": None, "account": None, "login": None, "id_number": None,
    }  # fmt: skip


def _reason(comparison: str, level: str, weight: float, left: str, right: str) -> dict[str, Any]:
    return {"comparison": comparison, "level": level, "weight": weight, "left_value": left, "right_value": right}


def _link(
    left: int, right: int, band: str, weight: float, reasons: list[dict[str, Any]], why: str | None
) -> dict[str, Any]:
    return {
        "left_record": left, "right_record": right, "band": band, "weight": weight, "reasons": reasons,
        "review_reason": why, "judged": None, "blocked_by": "phone",
    }  # fmt: skip
