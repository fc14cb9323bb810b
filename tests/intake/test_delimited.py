"""Delimited text as shops, spreadsheets and accidents write it."""

from __future__ import annotations

import hashlib
import tracemalloc
from typing import TYPE_CHECKING

import pytest

from soken.core.errors import BadInputError
from soken.intake.events import RowBatch, SetAside, Source, TableStart
from soken.intake.formats.delimited import DelimitedReader
from soken.intake.formats.delimited_lines import KEPT_BYTES, MAX_ROW_BYTES
from soken.intake.reasons import REASONS

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "会員番号,氏名,住所\n"
GOOD = "7,田中,東京\n"


def read(path: Path, raw: bytes) -> tuple[TableStart, list[list[str] | str]]:
    """Table and rows; of a row set aside, its reason."""
    path = path / "list.csv"
    path.write_bytes(raw)
    start, *events = DelimitedReader().read(Source(path, "", "list.csv"))
    assert isinstance(start, TableStart)
    rows: list[list[str] | str] = []
    for event in events:
        if isinstance(event, RowBatch):
            rows += [[str(cell) for cell in row] for row in event.cells]
        elif isinstance(event, SetAside):
            assert event.reason in REASONS
            rows.append(event.reason)
    return start, rows


@pytest.mark.parametrize(
    ("text", "columns", "rows"),
    [
        pytest.param("氏名,住所\n田中,東京\n", ["氏名", "住所"], [["田中", "東京"]], id="comma"),
        pytest.param("氏名\t住所\n田中\t東京,新宿\n", ["氏名", "住所"], [["田中", "東京,新宿"]], id="tab"),
        pytest.param("name;city\nA;B, C\nD;E\n", ["name", "city"], [["A", "B, C"], ["D", "E"]], id="semicolon"),
        pytest.param("氏名|住所\n表|ソ十\n", ["氏名", "住所"], [["表", "ソ十"]], id="vertical bar"),
        pytest.param("name^mail\nA^a@example.com\n", ["name", "mail"], [["A", "a@example.com"]], id="caret"),
        pytest.param("sep=;\r\nname;city\r\nA;B\r\n", ["name", "city"], [["A", "B"]], id="sep line of Excel"),
        pytest.param('name,note\nA,"x ""y"" z"\n', ["name", "note"], [["A", 'x "y" z']], id="doubled quotes"),
        pytest.param(
            'name,note\nA,"x \\"y\\", z"\nB,"c"\n', ["name", "note"], [["A", 'x "y", z'], ["B", "c"]], id="backslash"
        ),
        pytest.param(
            "name,note\nA,'x, y'\nB,'z, 1'\n", ["name", "note"], [["A", "x, y"], ["B", "z, 1"]], id="apostrophe"
        ),
        pytest.param('name, city\nA, "B, C"\n', ["name", "city"], [["A", "B, C"]], id="space behind the comma"),
        pytest.param('name,tel\nA,="0901234"\n', ["name", "tel"], [["A", '="0901234"']], id="formula of Excel"),
        pytest.param(
            'name\tsize\nA\t5" pipe\nB\t3" pipe\n', ["name", "size"], [["A", '5" pipe'], ["B", '3" pipe']], id="inches"
        ),
        pytest.param(
            '氏名,住所\n田中,"東京\n新宿"\n', ["氏名", "住所"], [["田中", "東京\n新宿"]], id="line end in quotes"
        ),
        pytest.param(
            '番号,氏名,備考\r\n1,田中,"住所\n9,東京,新宿\n以上"\r\n2,鈴木,\r\n',
            ["番号", "氏名", "備考"],
            [["1", "田中", "住所\n9,東京,新宿\n以上"], ["2", "鈴木", ""]],
            id="a line with another end inside quotes is no row",
        ),
        pytest.param(
            '番号,氏名,備考\n1,田中,"\n,,\n"\n2,鈴木,\n',
            ["番号", "氏名", "備考"],
            [["1", "田中", "\n,,\n"], ["2", "鈴木", ""]],
            id="a line that says nothing inside quotes is no row",
        ),
        pytest.param(
            "name,city\r\nA,B\nC,D\rE,F", ["name", "city"], [["A", "B"], ["C", "D"], ["E", "F"]], id="mixed line ends"
        ),
        pytest.param(
            "name,name,,name\nA,B,C,D\n",
            ["name", "name#2", "column 3", "name#3"],
            [["A", "B", "C", "D"]],
            id="repeated",
        ),
        pytest.param(
            "name,city,\nA,B,\nC,D,\n", ["name", "city", "column 3"], [["A", "B", ""], ["C", "D", ""]], id="trailing"
        ),
        pytest.param(
            "name,city\n1,B,\n2,D,\n",
            ["name", "city", "column 3"],
            [["1", "B", ""], ["2", "D", ""]],
            id="trailing below",
        ),
        pytest.param(
            "name,city,\n1,B\n2,D\n", ["name", "city"], [["1", "B"], ["2", "D"]], id="trailing in the heading"
        ),
        pytest.param(
            "メールアドレス\na@example.com\nb@example.com\n",
            ["メールアドレス"],
            [["a@example.com"], ["b@example.com"]],
            id="one column",
        ),
        pytest.param(
            "a@example.com\nb@example.com\n",
            ["column 1"],
            [["a@example.com"], ["b@example.com"]],
            id="one column, no heading",
        ),
        pytest.param(
            "田中,a@example.com\n鈴木,b@example.com\n",
            ["column 1", "column 2"],
            [["田中", "a@example.com"], ["鈴木", "b@example.com"]],
            id="no heading",
        ),
        pytest.param(
            "田中,東京都\n鈴木,東京都\n",
            ["column 1", "column 2"],
            [["田中", "東京都"], ["鈴木", "東京都"]],
            id="no heading, words only",
        ),
        pytest.param("田中 太郎,大阪府\n", ["column 1", "column 2"], [["田中 太郎", "大阪府"]], id="one row of data"),
        pytest.param(
            "会員一覧 2024年度\n\n氏名,住所,電話\n田中,東京,03\n",
            ["氏名", "住所", "電話"],
            [["田中", "東京", "03"]],
            id="title lines",
        ),
        pytest.param(
            "会員一覧,,\n氏名,住所,電話\n田中,東京,03\n",
            ["氏名", "住所", "電話"],
            [["田中", "東京", "03"]],
            id="padded title line",
        ),
        pytest.param(
            "uid,nm\n1,田中\n2,鈴木\n", ["uid", "nm"], [["1", "田中"], ["2", "鈴木"]], id="heading by contrast"
        ),
        pytest.param("氏名,住所\n", ["氏名", "住所"], [], id="heading only"),
        pytest.param(
            "氏名,住所\n\n田中,東京\n \n,\n", ["氏名", "住所"], [["田中", "東京"], ["", ""]], id="blank lines"
        ),
    ],
)
@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "cp932", "euc_jp", "iso2022_jp", "utf-16", "utf-16-le"])
def test_well_formed_lists(tmp_path: Path, text: str, codec: str, columns: list[str], rows: list[list[str]]) -> None:
    start, found = read(tmp_path, text.encode(codec))
    assert (list(start.columns), found) == (columns, rows)


@pytest.mark.parametrize(
    ("damage", "reasons"),
    [
        pytest.param(b"8,x\n", ["too-few-fields"], id="too few"),
        pytest.param(b"8,x,y,z\n", ["too-many-fields"], id="too many"),
        pytest.param(b'8,"x,y\n', ["unbalanced-quote"], id="quote never closed"),
        pytest.param(b'8,x"",y"\n', [["8", 'x""', 'y"']], id="quotes inside are as typed"),
        pytest.param(b'8,"x"y"",z\n', ["syntax"], id="quotes too many"),
        pytest.param(b'8,"x"y",z"\n', ["syntax"], id="text behind a closing quote"),
        pytest.param(b"8,\0,y\n", ["nul-byte"], id="NUL"),
        pytest.param(b"\0" * 5000 + b"\n", ["nul-byte"], id="a hole of NULs"),
        pytest.param(b"8,\x80\xa0\xff,y\n", ["undecodable"], id="undecodable"),
        pytest.param("会員番号,氏名,住所\n".encode(), ["heading-again"], id="heading repeated"),
        pytest.param(
            b'8,"a\nb\n9,"c\nd",e\n', ["unbalanced-quote", ["9", "c\nd", "e"]], id="unclosed before many lines"
        ),
        pytest.param(b'8,"a"b\nc",d\n', ["unbalanced-quote"], id="damage in a row of two lines"),
        pytest.param(
            '8,x,"y\n7,田中,東京\n9,x,y"\n'.encode(),
            ["unbalanced-quote", ["7", "田中", "東京"], ["9", "x", 'y"']],
            id="a quote closed behind a good row",
        ),
        pytest.param(
            '8,x,"y\n,,\n7,田中,東京\n9,x,y"\n'.encode(),
            ["unbalanced-quote", ["", "", ""], ["7", "田中", "東京"], ["9", "x", 'y"']],
            id="a quote closed behind an empty row and a good one",
        ),
        pytest.param(b'8,"x,y\n9,"x,y\n', ["unbalanced-quote", "unbalanced-quote"], id="two in a row"),
        pytest.param(
            b"8,x\n8,x,y,z\n8\n", ["too-few-fields", "too-many-fields", "too-few-fields"], id="three in a row"
        ),
    ],
)
@pytest.mark.parametrize("neighbours", [1, 3000])
def test_damage_stays_where_it_is(
    tmp_path: Path, damage: bytes, reasons: list[str | list[str]], neighbours: int
) -> None:
    raw = (HEAD + GOOD * neighbours).encode() + damage + (GOOD * neighbours).encode()
    good = [["7", "田中", "東京"]] * neighbours
    _, rows = read(tmp_path, raw)
    assert rows == [*good, *reasons, *good]


@pytest.mark.parametrize("codec", ["cp932", "euc_jp", "utf-16-le", "utf-16-be", "iso2022_jp"])
def test_damaged_rows_in_other_encodings_cost_no_other(tmp_path: Path, codec: str) -> None:
    good, mark = GOOD.encode(codec), '8,"表,ソ\n'.encode(codec)
    _, rows = read(tmp_path, HEAD.encode(codec) + good * 500 + mark + good * 500)
    assert rows == [["7", "田中", "東京"]] * 500 + ["unbalanced-quote"] + [["7", "田中", "東京"]] * 500


@pytest.mark.parametrize("added", [b"x", b"\n"])
def test_a_byte_too_many_in_utf_16_costs_one_row(tmp_path: Path, added: bytes) -> None:
    good = GOOD.encode("utf-16-le")
    raw = HEAD.encode("utf-16") + good * 5 + good[:5] + added + good[5:] + good * 5
    _, rows = read(tmp_path, raw)
    assert rows == [["7", "田中", "東京"]] * 5 + ["undecodable"] + [["7", "田中", "東京"]] * 5


def test_rows_in_another_encoding_are_set_aside(tmp_path: Path) -> None:
    raw = (HEAD + GOOD * 50).encode("cp932") + "8,佐藤花子,大阪府大阪市\n".encode("euc_jp") + GOOD.encode("cp932")
    _, rows = read(tmp_path, raw)
    assert rows == [["7", "田中", "東京"]] * 50 + ["undecodable"] + [["7", "田中", "東京"]]


@pytest.mark.parametrize(
    ("end", "reason"),
    [("8,x", "cut-off"), ('8,"x', "cut-off"), ('8,"x,y\n続き\n続き', "cut-off"), ("8,x\n", "too-few-fields")],
)
def test_a_file_that_ends_inside_a_row_says_so(tmp_path: Path, end: str, reason: str) -> None:
    _, rows = read(tmp_path, (HEAD + GOOD + end).encode())
    assert rows == [["7", "田中", "東京"], reason]


def test_damaged_rows_at_the_end_of_a_file_are_rows_each(tmp_path: Path) -> None:
    _, rows = read(tmp_path, (HEAD + GOOD + '8,"x"y,z\n' * 3).encode())
    assert rows == [["7", "田中", "東京"], "syntax", "syntax", "syntax"]


def test_places_are_bytes_of_the_original(tmp_path: Path) -> None:
    for codec in ("cp932", "utf-16", "euc_jp"):
        raw = (HEAD + GOOD + '8,"表\n裏",ソ\n9,x\n').encode(codec)
        (tmp_path / "list.csv").write_bytes(raw)
        _, batch, aside = DelimitedReader().read(Source(tmp_path / "list.csv", "", "list.csv"))
        assert isinstance(batch, RowBatch)
        assert isinstance(aside, SetAside)
        assert batch.lines == [2, 3]
        assert batch.offsets is not None
        assert batch.lengths is not None
        plain = "utf-16-le" if codec == "utf-16" else codec
        cut = [raw[at : at + size].decode(plain) for at, size in zip(batch.offsets, batch.lengths, strict=True)]
        assert cut == [GOOD, '8,"表\n裏",ソ\n']
        assert (aside.line, aside.raw) == (5, "9,x\n".encode(plain))


def test_a_line_of_100_mb_is_set_aside_in_flat_memory(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    block, digest = b"x" * 1_000_000, hashlib.sha256()
    with path.open("wb") as out:
        out.write((HEAD + GOOD).encode())
        for _ in range(100):
            out.write(block)
            digest.update(block)
        out.write(b"\n" + GOOD.encode())
    digest.update(b"\n")
    tracemalloc.start()
    _, before, aside, after = DelimitedReader().read(Source(path, "", "list.csv"))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert isinstance(aside, SetAside)
    assert (aside.reason, aside.length, aside.line) == ("too-long", 100_000_001, 3)
    assert (aside.raw_sha256, len(aside.raw)) == (digest.hexdigest(), KEPT_BYTES)
    assert isinstance(before, RowBatch)
    assert isinstance(after, RowBatch)
    assert after.lines == [4]
    assert peak < 32 * MAX_ROW_BYTES


def test_an_unclosed_quote_holds_up_no_more_than_one_row_may_be_long(tmp_path: Path) -> None:
    count = 3 * MAX_ROW_BYTES // len(GOOD.encode())
    raw = (HEAD + '1,"open,x\n' + GOOD * count).encode()
    _, rows = read(tmp_path, raw)
    assert rows[0] == "unbalanced-quote"
    assert len(rows) == count + 1


def test_a_file_damaged_throughout_is_read_in_good_time(tmp_path: Path) -> None:
    raw = (HEAD + GOOD * 500).encode() + b'x,"a"b,y"\n' * 20_000
    _, rows = read(tmp_path, raw)
    assert rows[500:] == ["unbalanced-quote"] * 20_000


@pytest.mark.parametrize("raw", [b"\n\n \r\n", b"\xef\xbb\xbf", b"\xff\xfe\n\0"], ids=["blank", "mark only", "utf-16"])
def test_nothing_in_it_is_said(tmp_path: Path, raw: bytes) -> None:
    with pytest.raises(BadInputError, match="blank lines"):
        read(tmp_path, raw)


def test_what_was_found_out_is_told(tmp_path: Path) -> None:
    start, _ = read(tmp_path, ("一覧\n" + HEAD + GOOD + "\n" + GOOD).encode("cp932"))
    assert start.notes["delimiter"] == "comma"
    assert start.notes["heading line"] == "2"
    assert start.notes["lines before the heading line"] == "1"
    assert start.notes["blank lines"] == "1"
    assert start.notes["encoding"].startswith("cp932")
