"""A person is erased from a home of its own, with a database in a file: run as a program, by ``test_erasure.py``.

A test's own database lives in memory and in a transaction; what is proven here is that nothing is left on the disk.
"""

from __future__ import annotations

import io
import os
import shutil
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any
from unittest.mock import patch

FOLDER = Path(sys.argv[1])
os.environ["SOKEN_HOME"] = str(FOLDER / "home")
os.environ["DJANGO_SETTINGS_MODULE"] = "soken.desk.settings"

import django  # noqa: E402

django.setup()

import pyarrow.parquet as pq  # noqa: E402
from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402

from soken.access.eyes import acting_for_installation  # noqa: E402
from soken.access.models import Role, User  # noqa: E402
from soken.backup.rekey import keyed_folders  # noqa: E402
from soken.casework.actions import carry_out_erasure as carry_out  # noqa: E402
from soken.casework.actions.attach import attach  # noqa: E402
from soken.casework.actions.carry_out_erasure import carry_out_erasure  # noqa: E402
from soken.casework.actions.correct_mapping import correct_mapping  # noqa: E402
from soken.casework.actions.judge import judge  # noqa: E402
from soken.casework.actions.open_dossier import open_dossier  # noqa: E402
from soken.casework.actions.resolve_operation import resolve_operation  # noqa: E402
from soken.casework.actions.review_retention import propose_retention, settle_retention  # noqa: E402
from soken.casework.actions.take_in_evidence import take_in_evidence  # noqa: E402
from soken.casework.actions.write_note import write_note  # noqa: E402
from soken.casework.models import (  # noqa: E402
    CourtVerdict,
    Dossier,
    Judgement,
    Membership,
    Operation,
    Person,
    RetentionReview,
)
from soken.casework.selectors.dossier import today  # noqa: E402
from soken.casework.selectors.evidence import reading_report  # noqa: E402
from soken.casework.selectors.person_rows import values_of_person  # noqa: E402
from soken.casework.selectors.retention import reviews_due  # noqa: E402
from soken.casework.selectors.traces import traces_of  # noqa: E402
from soken.commands.started import started  # noqa: E402
from soken.core import clock  # noqa: E402
from soken.core.errors import RefusedError  # noqa: E402
from soken.core.progress import silent  # noqa: E402
from soken.core.store_key import store_key  # noqa: E402
from soken.core.vault import files_in, is_encrypted, opened, original_in  # noqa: E402
from soken.intake import Acquisition, check_readings, custody, verify  # noqa: E402
from soken.intake.raw import raw_bytes  # noqa: E402
from soken.ledger.attribution import attributed  # noqa: E402
from soken.ledger.doors import consulted  # noqa: E402
from soken.ledger.entries import Draft, Kind  # noqa: E402
from soken.ledger.models import EntryKey  # noqa: E402
from soken.ledger.record import record  # noqa: E402
from soken.ledger.verify import verify_ledger  # noqa: E402
from soken.resolve import RowRef  # noqa: E402
from soken.review.stages import Stage  # noqa: E402
from tests.casework.dossiers import Room, bring_to, decide, judge_in_court, taken_on  # noqa: E402

NAME, KANA, MAIL, PHONE = "御手洗 薫子", "ミタライ カオルコ", "kaoruko.mitarai@mail.example", "090-9876-5432"
LIST = [
    "氏名,フリガナ,メールアドレス,電話番号,住所,備考",
    "佐藤 一男,サトウ カズオ,kazuo@mail.example,090-1234-5001,東京都渋谷区神宮前1-2-3,",
    f"{NAME},{KANA},{MAIL},{PHONE},大阪府大阪市北区梅田9-8-7,御手洗様へ",
    f'"{NAME}","{KANA}","{MAIL.upper()}","{PHONE}","大阪府大阪市北区梅田9-8-7","二行の\n御手洗様"',
    "鈴木 花子,スズキ ハナコ,hanako@mail.example,090-1234-5002,東京都港区芝1-1-1,",
    "高橋 次郎,タカハシ ジロウ,jiro@mail.example,090-1234-5003,東京都港区芝2-2-2,",
]
DUMP = f"""-- MySQL dump 10.13
CREATE TABLE `customers` (`id` int NOT NULL, `name` varchar(80), `email` varchar(80), `tel` varchar(20));
INSERT INTO `customers` VALUES (1,'佐藤 一男','kazuo@mail.example','090-1234-5001'),
(2,'{NAME}','{MAIL}','{PHONE}'),
(3,'山本 三郎','saburo@mail.example','090-1234-5009');
CREATE TABLE `orders` (`id` int NOT NULL, `customer_id` int, `ordered_at` datetime, `item_code` varchar(20));
INSERT INTO `orders` VALUES (11,1,'2016-04-01 10:00:00','X-1'),(12,2,'2016-05-01 10:00:00','X-2'),
(13,2,'2016-06-01 10:00:00','X-1'),(14,3,'2016-07-01 10:00:00','X-3');
"""


def main() -> None:
    """Go through the story; an assertion that fails ends it."""
    home = started()
    operation, people = make()
    encrypted = store_key() is not None
    csv, dump = take_in(operation, "list.csv", "\n".join(LIST) + "\n"), take_in(operation, "shop.sql", DUMP)
    run(operation)
    run(operation, full=True)
    assert {is_encrypted(one) for folder in keyed_folders(home) for one in files_in(folder)} == {encrypted}
    code = Person.objects.get(operation=operation, name=NAME).code
    work_on(operation, people, code, csv)
    acquitted(operation, people, code)

    review = propose_retention(operation, code, by=people["reviewer"], choice="erase", ground="acquitted")
    try:
        settle_retention(operation, review.pk, by=people["reviewer"], agree=True)
    except RefusedError:
        pass
    else:
        raise AssertionError("the first person was the second")
    try:
        carry_out_erasure(operation, review.pk, by=people["reviewer"], home=home)
    except RefusedError:
        pass
    else:
        raise AssertionError("erased by one person")
    settle_retention(operation, review.pk, by=people["reviewer2"], agree=True)

    values = {NAME, NAME.replace(" ", ""), KANA, MAIL, MAIL.upper(), PHONE, PHONE.replace("-", ""), "御手洗"}
    told = set(values_of_person(operation, review.rows))
    assert {NAME, MAIL, PHONE} <= told, told
    assert not told & {"佐藤 一男", "kazuo@mail.example"}, told
    control(values | told, home, csv, dump)

    others = snapshot(operation, home, review)
    kept = FOLDER / "kept.parquet"
    old_run = sorted((home.operations / "heron" / "runs").iterdir())[0]
    shutil.copy(old_run / "records.parquet", kept)
    with patch.object(carry_out, "erase_from_run", side_effect=OSError("the power went")), suppress(OSError):
        carry_out_erasure(operation, review.pk, by=people["reviewer"], home=home)
    assert traces_of(values, home).places, "it was cut off half-way"
    carry_out_erasure(operation, review.pk, by=people["reviewer"], home=home)

    proven_gone(values | told, home, "after the erasure")
    whole(operation, home, review, others, code)
    carry_out_erasure(operation, review.pk, by=people["reviewer"], home=home)
    proven_gone(values | told, home, "carried out again")

    run(operation, full=True)
    mapping = {"": {"氏名": "full_name", "メールアドレス": "email", "備考": "note"}}
    mapping[""].pop("備考")
    correct_mapping(operation, csv, mapping, home=home, actor="tester", progress=silent())
    again = take_in(operation, "list-again.csv", "\n".join(LIST) + "\n")
    assert again == csv
    run(operation)
    proven_gone(values | told, home, "after a mapping re-read, the same file again, and re-runs")
    assert not Person.objects.filter(operation=operation, code=code).exists()

    # The proof can fail: one table put back is found.
    shutil.copy(kept, old_run / "records.parquet")
    found = traces_of(values, home)
    if encrypted:
        # Its key was destroyed with the erasure: a copy made before opens no more, and the proof says what is closed.
        assert (found.places, [Path(one).name for one in found.closed]) == ([], ["records.parquet"])
    else:
        assert any("records.parquet" in where for where, _n in found.places)
    sys.stdout.write("story done\n")


def make() -> tuple[Operation, dict[str, User]]:
    """An operation and its people."""
    operation = Operation.objects.create(name="Heron", slug="heron", created_at=clock.now())
    people = {}
    for name, role in (("analyst", Role.ANALYST), ("reviewer", Role.REVIEWER), ("reviewer2", Role.REVIEWER),
                       ("investigator", Role.INVESTIGATOR), ("liaison", Role.LIAISON)):  # fmt: skip
        people[name] = User.objects.create(username=name, role=role, password="!")
        Membership.objects.create(operation=operation, user=people[name])
    return operation, people


def take_in(operation: Operation, name: str, text: str) -> str:
    """Take a file in; return the evidence id."""
    path = FOLDER / name
    path.write_text(text, "utf-8")
    taken = take_in_evidence(
        operation, path, home=settings.HOME, acquisition=Acquisition(), actor="tester", progress=silent()
    )
    path.unlink()
    return str(taken.result.evidence_id)


def run(operation: Operation, **said: Any) -> None:
    """Resolve."""
    resolve_operation(operation, home=settings.HOME, progress=silent(), **said)


def work_on(operation: Operation, people: dict[str, User], code: str, csv: str) -> None:
    """Let people write the person's values wherever they can."""
    by = people["analyst"]
    dossier = open_dossier(operation, code, by=by)
    write_note(dossier, by=by, text=f"{NAME} ({PHONE}) に照会")
    attach(dossier, by=by, name="回答.txt", content=f"{NAME}様は{PHONE}".encode())
    judge(
        operation, by=by, left=RowRef(csv, 2), right=RowRef(csv, 4), verdict="different", code="different-namesake",
        note=f"{NAME}は別人",
    )  # fmt: skip
    with attributed(by="analyst", through="page person", operation="heron", person=code):
        consulted(asked=f"q={NAME}", because=f"{NAME}の照会")
    record(Draft(Kind.SYSTEM, act="backup", facts={"file": "monday.soken", "made_at": "2026-11-23", "encrypted": True}))


def acquitted(operation: Operation, people: dict[str, User], code: str) -> None:
    """Let the person be indicted, convicted, and acquitted on appeal for good: that makes erasing the default."""
    room, dossier = Room(operation, people), Dossier.objects.get(operation=operation, person_code=code)
    taken_on(dossier, "tokyo")
    dossier.refresh_from_db()
    bring_to(dossier, Stage.REFERRED, room)
    decide(dossier, room, "formal-trial")
    judge_in_court(dossier, room, "imprisonment", court=f"東京地方裁判所（被告人{NAME}）")
    assert reviews_due(operation) == []
    judge_in_court(dossier, room, "acquitted", instance="appeal", court="東京高等裁判所", final_on=today())
    [due] = reviews_due(operation)
    assert (due.dossier.person_code, due.outcome, due.rule.word.flag) == (code, "acquitted", True)


def control(values: set[str], home: Any, csv: str, dump: str) -> None:
    """Before the erasure the proof finds the values, in each store."""
    places = [where for where, _number in traces_of(values, home).places]
    for part in (
        f"evidence/{csv}/original.zst", f"evidence/{dump}/original.zst", "rows.parquet (decoded)", "reading.json",
        "records.parquet (decoded)", "links.parquet", "persons.parquet", "table casework_person",
        "attachments/", "table casework_dossier", "table casework_note", "table casework_judgement",
        "table casework_courtverdict", "ledger entry",
    ):  # fmt: skip
        assert any(part in where for where in places), (part, sorted(set(places)))
    assert any("soken.sqlite3" in where for where in places) == (connection.vendor == "sqlite")


def proven_gone(values: set[str], home: Any, when: str) -> None:
    """Nothing is found, by the proof and by a plain search of the bytes that shares no code with it."""
    found = traces_of(values, home)
    assert found.places == [], (when, sorted(set(found.places))[:20])
    assert found.closed == []
    connection.close()
    needles = [one.encode(code) for one in (NAME, MAIL, PHONE, "御手洗") for code in ("utf-8", "cp932")]
    for path in home.root.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            assert not [one for one in needles if one in data], (when, path)


def held(path: Path) -> bytes:
    """What was written into a file of the store, encrypted or not."""
    with opened(path) as stream:
        return stream.read()


def rows_in(folder: Path) -> list[dict[str, Any]]:
    """The accepted rows of an item's first reading."""
    return pq.read_table(io.BytesIO(held(folder / "readings" / "0001" / "rows.parquet"))).to_pylist()


def snapshot(operation: Operation, home: Any, review: RetentionReview) -> dict[str, Any]:
    """What must not change: other rows of every reading, and the originals' bytes outside the erased rows."""
    kept: dict[str, Any] = {}
    for item in operation.evidence.all():
        gone = set(review.rows.get(item.evidence_id, ()))
        folder = home.evidence / item.evidence_id
        rows = rows_in(folder)
        data = bytearray(held(original_in(folder)))
        for row in rows:
            if row["row"] in gone:
                start, length = row["byte_offset"], row["byte_length"]
                data[start : start + length] = b"\0" * length
        spans = [(row["byte_offset"], row["byte_length"]) for row in rows if row["row"] in gone]
        kept[item.evidence_id] = [row for row in rows if row["row"] not in gone], bytes(data), spans, len(gone)
        kept["raw", item.evidence_id] = {
            row["row"]: raw_bytes(home, item.evidence_id, row["row"]) for row in rows if row["row"] not in gone
        }
    kept["persons"] = list(
        Person.objects.exclude(code=review.person_code).order_by("code").values("code", "name", "rows")
    )
    return kept


def whole(operation: Operation, home: Any, review: RetentionReview, kept: dict[str, Any], code: str) -> None:
    """Other persons are intact byte for byte, counts add up, hashes, custody and ledger verify; the tombstone stays."""
    for item in operation.evidence.all():
        rows, data, spans, gone = kept[item.evidence_id]
        folder = home.evidence / item.evidence_id
        assert rows_in(folder) == rows
        now = bytearray(held(original_in(folder)))
        for start, length in spans:
            now[start : start + length] = b"\0" * length
        assert bytes(now) == data
        for row, raw in kept["raw", item.evidence_id].items():
            assert raw_bytes(home, item.evidence_id, row) == raw
        verify(home, item.evidence_id)
        check_readings(home, item.evidence_id)
        assert custody(home, item.evidence_id)[-1].act == "redacted"
        item.refresh_from_db()
        assert item.rows_erased == gone > 0
        assert item.rows_read == item.rows_accepted + item.rows_set_aside + item.rows_erased
        assert reading_report(item).raw["counts"]["rows_erased"] == gone
    assert list(Person.objects.order_by("code").values("code", "name", "rows")) == kept["persons"]
    assert not Dossier.objects.exists()
    assert not Judgement.objects.exists()
    assert not CourtVerdict.objects.exists()
    assert not EntryKey.objects.filter(subject=f"heron/{code}").exists()
    report = verify_ledger(home)
    assert not report.findings, report.findings
    review.refresh_from_db()
    assert [one["file"] for one in review.backups] == ["monday.soken"]
    assert (review.erased_by.username, review.ground) == ("reviewer", "acquitted")


if __name__ == "__main__":
    # A server that binds rows shows nothing to nobody.
    with acting_for_installation():
        main()
