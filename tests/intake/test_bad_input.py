"""Bad input, case by case and end to end: a sentence or rows set aside, every row counted, the store as it was before.

What each reader does with its damage is tested beside it; here stands what somebody sees who takes such a file in.
"""

from __future__ import annotations

import gzip
import io
import json
import sqlite3
import tarfile
import zipfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from soken.core.errors import BadInputError
from soken.core.home import Home, open_home
from soken.desk.sentences import in_japanese
from soken.intake import Acquisition, IntakeResult, take_in
from tests.intake.test_archives import encrypted, special
from tests.intake.test_spreadsheet import encrypted_ooxml

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HEAD = "会員番号,氏名,フリガナ,メールアドレス,電話番号,住所\n"
NAMES = ("佐藤 太郎,サトウ タロウ", "鈴木 花子,スズキ ハナコ", "髙橋 一郎,タカハシ イチロウ", "田中 美咲,タナカ ミサキ")


def rows(first: int, last: int) -> str:
    """Customers with these numbers."""
    return "".join(
        f"{at},{NAMES[at % 4]},u{at}@mail.example,090-1234-{at:04d},東京都新宿区西新宿{at % 9 + 1}-2-3\n"
        for at in range(first, last + 1)
    )


LIST = HEAD + rows(1, 10)
ITEMS = [{"id": at, "name": f"佐藤 {at}郎", "email": f"u{at}@mail.example"} for at in range(10)]


def zipped(*members: tuple[str, str | bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return held.getvalue()


def tarred(*entries: tuple[tarfile.TarInfo, bytes]) -> bytes:
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w") as archive:
        for entry, content in entries:
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return held.getvalue()


def nested(levels: int) -> bytes:
    """A list in a zip file in a zip file …"""
    content = zipped(("list.csv", LIST))
    for _level in range(levels - 1):
        content = zipped(("inner.zip", content))
    return content


def damaged_member() -> bytes:
    """Three lists in a zip file, the second with bytes overwritten."""
    raw = bytearray(zipped(("a.csv", LIST), ("b.csv", HEAD + rows(20, 300)), ("c.csv", HEAD + rows(400, 410))))
    at = raw.find(b"b.csv") + 500
    raw[at : at + 20] = b"\xff" * 20
    return bytes(raw)


def workbook(*sheets: tuple[str, list[list[Any]]], write: Callable[[Any], None] | None = None) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)  # type: ignore[arg-type]
    for name, lines in sheets:
        sheet = book.create_sheet(name)
        for line in lines:
            sheet.append(line)
    if write is not None:
        write(book.worksheets[0])
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def people(first: int, last: int) -> list[list[Any]]:
    """The same customers, as a sheet has them."""
    return [line.split(",") for line in (HEAD + rows(first, last)).splitlines()]


def formulas(sheet: Any) -> None:
    """Results that are not in the file, an error, merged cells."""
    sheet["B3"] = '="佐藤"&"太郎"'
    sheet["C4"] = "#N/A"
    sheet.merge_cells("F5:F6")


def database(damage: Callable[[bytes], bytes]) -> bytes:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE customer (id INTEGER PRIMARY KEY, name, email)")
    connection.executemany(
        "INSERT INTO customer VALUES (?, ?, ?)", [(at, f"佐藤 {at}郎", f"u{at}@mail.example") for at in range(2000)]
    )
    connection.commit()
    return damage(connection.serialize())


MYSQL = """-- MySQL dump 10.13  Distrib 8.0.36
/*!40101 SET NAMES utf8mb4 */;
CREATE TABLE `customer` (
  `id` int NOT NULL, -- a comment; with a 'quotation mark
  `name` varchar(50), `email` varchar(99), `note` blob,
  PRIMARY KEY (`id`)
);
/*!40000 ALTER TABLE `customer` DISABLE KEYS */;
INSERT INTO `customer` VALUES (1,'佐藤 太郎','u1@mail.example',_binary 'a\\0b\\'c'),
(2,'O\\'Brien; -- no','u2@mail.example',0xDEADBEEF),
(3,'鈴木''花子','u3@mail.example',X'00ff');
# INSERT INTO `customer` VALUES (99,'x','x','x');
/* INSERT INTO `customer` VALUES (98,'x','x','x'); */
INSERT INTO `customer` VALUES (4,'田中\\n美咲','u4@mail.example','/* no comment */');
/*!50003 INSERT INTO `customer` VALUES (5,'伊藤 健','u5@mail.example',NULL) */;
REPLACE INTO customer (email, name, id) VALUES ('u6@mail.example','高橋 一郎',6);
INSERT IGNORE INTO customer SET id=7, name='加藤 誠', email='u7@mail.example';
"""
POSTGRESQL = """--
-- PostgreSQL database dump
--
SET client_encoding = 'UTF8';
CREATE TABLE public.customer (id integer NOT NULL, name text, email text, note text);
COPY public.customer (id, name, email, note) FROM stdin;
1\t佐藤 太郎\tu1@mail.example\t\\N
2\tTab\\there\tu2@mail.example\tline\\nbreak
3\tBack\\\\slash\tu3@mail.example\t\\\\.
4\tshort\tu4@mail.example
5\ttoo\tmany\tu5@mail.example\tfields
6\t髙橋 一郎\tu6@mail.example\t\\x41\\101
\\.
"""


@dataclass(frozen=True)
class Read:
    """What is read of a file: rows accepted, and set aside by reason."""

    accepted: int
    aside: dict[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Refused:
    """What the sentence says of a file that is refused whole."""

    says: str


CASES: dict[str, tuple[str, Callable[[], str | bytes], Read | Refused]] = {
    "empty file": ("list.csv", lambda: "", Refused("is empty (0 bytes)")),
    "blank lines only": ("list.csv", lambda: "\n\n  \r\n", Refused("nothing but blank lines")),
    "heading only": ("list.csv", lambda: HEAD, Refused("holds no rows (a heading at most)")),
    "no heading": ("list.csv", lambda: rows(1, 10), Read(10, notes=("heading line: none: the first line is data",))),
    "heading repeated": ("list.csv", lambda: LIST + HEAD + rows(11, 15), Read(15, {"heading-again": 1})),
    "one heading twice": (
        "list.csv", lambda: "氏名,電話番号,電話番号\n" + "佐藤 太郎,090-1111-2222,03-1111-2222\n" * 3, Read(3)
    ),
    "too few and too many fields": (
        "list.csv", lambda: LIST + "11,鈴木 花子\n12,a,b,c,d,e,f,g\n" + rows(13, 15),
        Read(13, {"too-few-fields": 1, "too-many-fields": 1}),
    ),
    "unbalanced quotes": (
        "list.csv", lambda: LIST + '11,"鈴木 花子,スズキ ハナコ,u@mail.example,,\n' + rows(12, 15) + '16,"a"b",,,,\n',
        Read(14, {"unbalanced-quote": 2}),
    ),
    "NUL bytes": ("list.csv", lambda: LIST + "11,\0\0,,u11@mail.example,,\n" + rows(12, 15), Read(14, {"nul-byte": 1})),
    "a hole of NUL bytes at the end": ("list.csv", lambda: LIST + "\0" * 8192, Read(10, {"nul-byte": 1})),
    "three encodings in one file": (
        "list.csv",
        lambda: LIST.encode() + rows(11, 12).encode("cp932") + rows(13, 13).encode("euc_jp") + rows(14, 20).encode(),
        Read(17, {"undecodable": 3}, ("encoding: utf-8, contradicted by 3 of 21 lines looked at",)),
    ),
    "a line of 100 MB": (
        "list.csv", lambda: LIST.encode() + b"11," + b"x" * 100_000_000 + b",,,,\n" + rows(12, 15).encode(),
        Read(14, {"too-long": 1}),
    ),
    "a first line of 20 MB": ("list.csv", lambda: b"x" * 20_000_000, Refused("begins with a line of more than")),
    "UTF-16 without a mark": (
        "list.csv", lambda: LIST.encode("utf-16-le"),
        Read(10, notes=("encoding: utf-16-le, by the pattern of its NUL bytes",)),
    ),
    "UTF-16 that lost its last byte": ("list.csv", lambda: LIST.encode("utf-16")[:-1], Read(9, {"undecodable": 1})),
    "an archive with a password": ("list.zip", encrypted, Refused("has a password")),
    "an archive cut off": ("list.zip", lambda: zipped(("list.csv", LIST))[:-30], Refused("is cut off or damaged")),
    "a compressed file cut off": (
        "list.csv.gz", lambda: gzip.compress(LIST.encode())[:-20], Refused("is cut off or damaged at list.csv")
    ),
    "an archive bomb": ("list.zip", lambda: zipped(("list.csv", b"a,b\n" * 70_000_000)), Refused("archive bomb")),
    "archives in archives": ("list.zip", lambda: nested(6), Refused("archives inside archives more than 4 deep")),
    "names that lead out": (
        "list.zip", lambda: zipped(("../../evil.csv", LIST), ("/etc/evil.csv", HEAD + rows(20, 25))), Read(16)
    ),
    "links": (
        "list.tar",
        lambda: tarred((special("link.csv", tarfile.SYMTYPE, "/etc/passwd"), b""),
                       (tarfile.TarInfo("list.csv"), LIST.encode())),
        Read(10, notes=("link.csv: passed over (a link or device, which is never followed)",)),
    ),
    "CSV in gzip in zip": ("list.zip", lambda: zipped(("a.csv.gz", gzip.compress(LIST.encode()))), Read(10)),
    "one of several members damaged": (
        "list.zip", damaged_member, Refused("list.zip is cut off or damaged at b.csv: ask for the whole file.")
    ),
    "one of several members a damaged workbook": (
        "list.zip", lambda: zipped(("a.csv", LIST), ("sub/b.xlsx", workbook(("1", people(1, 9)))[:-100])),
        Refused("list.zip/sub/b.xlsx is a workbook that is cut off or damaged"),
    ),
    "members without rows": (
        "list.zip", lambda: zipped(("a.csv", LIST), ("b.csv", ""), ("c.csv", HEAD)),
        Read(10, notes=("c.csv: passed over (no rows: a heading at most)", "b.csv: passed over (empty)")),
    ),
    "two sheets with one heading": (
        "list.xlsx", lambda: workbook(("2023", people(1, 10)), ("2024", people(11, 15))), Read(15)
    ),
    "formulas, errors, merged cells": (
        "list.xlsx", lambda: workbook(("1", people(1, 10)), write=formulas),
        Read(8, {"unreadable-cell": 2}, ("merged cells: 1; the value stands in the first cell of each",)),
    ),
    "formulas without results throughout": (
        "list.xlsx", lambda: workbook(("1", [["氏名", "メールアドレス"], *([['="佐藤"', "u@mail.example"]] * 3)])),
        Refused("holds no row that can be read, of 3 (a cell of the row holds an error"),
    ),
    "a row at the end of the sheet": (
        "list.xlsx",
        lambda: workbook(("1", people(1, 10)), write=lambda sheet: sheet.cell(900_000, 4, "far@mail.example")),
        Read(11, notes=("blank lines: 899988",)),
    ),
    "a cell at the end of a line": (
        "list.xlsx", lambda: workbook(("1", people(1, 10)), write=lambda sheet: sheet.cell(3, 16_384, "far")), Read(10)
    ),
    "a workbook with a password": ("list.xlsx", encrypted_ooxml, Refused("protected with a password")),
    "a workbook cut off": (
        "list.xlsx", lambda: workbook(("1", people(1, 10)))[:-500], Refused("a workbook that is cut off or damaged")
    ),
    "a corrupt database": (
        "shop.db", lambda: database(lambda raw: raw[:20_000] + bytes(range(256)) * 16 + raw[24_096:]),
        Refused("is a damaged SQLite database (table customer)"),
    ),
    "a database cut off": ("shop.db", lambda: database(lambda raw: raw[:-8192]), Refused("an SQLite file cut off")),
    "a MySQL dump with everything": ("shop.sql", lambda: MYSQL, Read(6, {"syntax": 1})),
    "a MySQL dump cut inside a statement": (
        "shop.sql", lambda: MYSQL[: MYSQL.index("花子")], Read(2, {"cut-off": 1})
    ),
    "a PostgreSQL dump with everything": (
        "shop.sql", lambda: POSTGRESQL, Read(4, {"too-few-fields": 1, "too-many-fields": 1})
    ),
    "a PostgreSQL dump cut inside a line": (
        "shop.sql", lambda: POSTGRESQL[: POSTGRESQL.index("u3@")], Read(2, {"cut-off": 1})
    ),
    "half a character": (
        "shop.sql",
        lambda: POSTGRESQL + "INSERT INTO customer VALUES (7, E'\\ud842田 一郎', E'u7@mail.example', E'\\udfb7');\n",
        Read(5, {"too-few-fields": 1, "too-many-fields": 1}),
    ),
    "one customer as one object": ("list.json", lambda: json.dumps(ITEMS[0]), Read(1)),
    "a key that is repeated": (
        "list.json", lambda: '[{"id": 1, "name": "佐藤 太郎", "name": "鈴木 花子", "email": "u@mail.example"}]', Read(1)
    ),
    "JSON cut off": ("list.json", lambda: json.dumps(ITEMS)[:-30], Read(9, {"cut-off": 1})),
}  # fmt: skip


def everything(home: Home) -> dict[str, bytes]:
    """All files of the store."""
    return {str(path.relative_to(home.root)): path.read_bytes() for path in home.root.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A store that holds something already."""
    folder = tmp_path_factory.mktemp("bad-input")
    opened = open_home(folder / "home")
    (folder / "first.csv").write_text(HEAD + rows(500, 505), encoding="utf-8")
    take(opened, folder / "first.csv")
    return opened


def take(home: Home, path: Path) -> IntakeResult:
    return take_in(path, home=home, operation_slug="op", acquisition=Acquisition(), actor="a")


@pytest.mark.parametrize("case", CASES)
def test_bad_input_is_read_row_by_row_or_refused_in_a_sentence(home: Home, tmp_path: Path, case: str) -> None:
    name, content, expected = CASES[case]
    made = content()
    path = tmp_path / name
    path.write_bytes(made.encode() if isinstance(made, str) else made)
    if isinstance(expected, Refused):
        before = everything(home)
        for _attempt in range(2):
            with pytest.raises(BadInputError) as caught:
                take(home, path)
            said = caught.value.message
            assert expected.says in said
            assert "\n" not in said
            assert in_japanese(said) is not None
            assert everything(home) == before
        return
    result = take(home, path)
    assert (result.rows_accepted, result.reasons) == (expected.accepted, expected.aside)
    assert result.rows_read == result.rows_accepted + result.rows_set_aside
    assert result.rows_set_aside == sum(expected.aside.values())
    assert set(expected.notes) <= set(result.notes)
    assert list(home.staging.iterdir()) == []
    again = take(home, path)
    assert (again.known_before, again.rows_read) == (True, result.rows_read)
