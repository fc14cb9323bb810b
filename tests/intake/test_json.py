"""JSON Lines and JSON: each object is a row, numbers stay as typed, what is broken costs itself only."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from soken.core.errors import BadInputError
from soken.intake.events import Source
from soken.intake.formats.json_lines import JsonReader
from tests.intake.told import Told, told

READER = JsonReader()

TEXTS = st.one_of(
    st.lists(st.sampled_from(["},{", "]}", '"', "\\", "\n", "{", "[", "山田", "𠮷", "\0", "NaN", "a"]), max_size=6).map(
        "".join
    ),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=10),
)
ROWS = st.lists(st.tuples(TEXTS, st.one_of(st.none(), TEXTS)), min_size=1, max_size=10)


def read(text: str | bytes) -> Told:
    return told(READER, text.encode() if isinstance(text, str) else text, "list.json")


def objects(rows: list[tuple[str, str | None]], *, plain: bool) -> list[str]:
    return [json.dumps({"id": i, "a": a, "b": b}, ensure_ascii=not plain) for i, (a, b) in enumerate(rows)]


WRAPPINGS = {
    "lines": lambda parts: "".join(f"{part}\n" for part in parts),
    "list": lambda parts: "[" + ", ".join(parts) + "]",
    "list over lines": lambda parts: "[\n" + ",\n".join(parts) + "\n]\n",
    "wrapped": lambda parts: '{"orders": [' + ",".join(parts) + "]}\n",
    "one after another": lambda parts: "\n\n".join(part.replace("{", "{\n", 1) for part in parts),
}


@pytest.mark.parametrize("wrapping", WRAPPINGS)
@given(rows=ROWS, plain=st.booleans())
@settings(max_examples=60, deadline=None)
def test_objects_are_read_back(wrapping: str, rows: list[tuple[str, str | None]], plain: bool) -> None:
    parts = objects(rows, plain=plain)
    if wrapping == "one after another" and any("{" in part[1:] for part in parts):
        parts = objects([(a.replace("{", ""), b and b.replace("{", "")) for a, b in rows], plain=plain)
        rows = [(a.replace("{", ""), b and b.replace("{", "")) for a, b in rows]
    got = read(WRAPPINGS[wrapping](parts))
    assert got.aside == []
    assert got.rows == [(str(i), a, b) for i, (a, b) in enumerate(rows)]
    assert [json.loads(got.raw(i)) for i in range(len(rows))] == [json.loads(part) for part in parts]
    assert next(iter(got.tables)) == ("orders" if wrapping == "wrapped" else "")


@pytest.mark.parametrize("wrapping", ["lines", "list", "list over lines", "wrapped"])
@pytest.mark.parametrize(
    "damage",
    [
        '{"id":1,"a":"x"y","b":null}',
        '{"id":1,"a":,"b":1}',
        '{"id":1,"items":[{"n":"p"q"},{"n":2}]}',
        '{"id":01}',
        '{"id":tru}',
        "5",
    ],
)
@given(
    rows=st.lists(st.tuples(st.text("ab山", max_size=5), st.text("ab山", max_size=5)), min_size=2, max_size=6),
    at=st.integers(0, 5),
)
@settings(max_examples=15, deadline=None)
def test_one_broken_object_costs_only_itself(
    wrapping: str, damage: str, rows: list[tuple[str, str | None]], at: int
) -> None:
    parts = objects(rows, plain=True)
    at %= len(parts)
    if at == 0:  # the first decides what the rest looks like; it is tried on its own below
        at = 1
    parts[at] = damage
    got = read(WRAPPINGS[wrapping](parts))
    assert got.rows == [(str(i), a, b) for i, (a, b) in enumerate(rows) if i != at]
    assert got.reasons == ["syntax"]
    assert damage.encode() in got.aside[0].raw
    assert got.order.index("aside") == at


def test_a_first_object_that_is_broken_does_not_hide_the_others() -> None:
    assert read('[{"id":1,"a":"x"y"},{"id":2,"a":"z"}]').rows == [("2", "z")]
    assert read('{"id":1,"a":"x"y"}\n{"id":2,"a":"z"}\n').rows == [("2", "z")]


@given(st.binary(max_size=60), st.integers(0, 120), st.sampled_from(list(WRAPPINGS)))
@settings(max_examples=200, deadline=None)
@example(b'[{"a":' * 2000, 3, "list")
@example(b'"', 9, "wrapped")
def test_whatever_is_put_in_only_bad_input_is_ever_raised(junk: bytes, at: int, wrapping: str) -> None:
    data = WRAPPINGS[wrapping](objects([("x", None), ("山", "y"), ("z", "w")], plain=True)).encode()
    with suppress(BadInputError):
        read(data[:at] + junk + data[at:])


@given(st.integers(1, 200), st.sampled_from(["lines", "list"]))
@settings(max_examples=100, deadline=None)
def test_a_file_cut_anywhere_keeps_the_whole_objects_before_the_cut(at: int, wrapping: str) -> None:
    parts = objects([(f"山田{i}", None) for i in range(6)], plain=True)
    data = WRAPPINGS[wrapping](parts).encode()[:at]
    whole = [str(i) for i, part in enumerate(parts) if part.encode() in data]
    try:
        got = read(data)
    except BadInputError:
        assert not whole
        return
    assert [row[0] for row in got.rows] == whole
    if wrapping == "list" and not data.endswith(b"]"):
        assert got.reasons == ["cut-off"]


@pytest.mark.parametrize(
    ("text", "columns", "rows"),
    [
        pytest.param(
            '[{"a":1.50},{"a":1e400},{"a":12345678901234567890},{"a":-0}]',
            ("a",),
            [("1.50",), ("1e400",), ("12345678901234567890",), ("-0",)],
            id="numbers as typed",
        ),
        pytest.param(
            '{"a":NaN,"b":true}\n{"a":-Infinity,"b":false}\n',
            ("a", "b"),
            [("NaN", "true"), ("-Infinity", "false")],
            id="words",
        ),
        pytest.param(
            '[{"a":"","b":null},{"c":"x"}]', ("a", "b", "c"), [("", None, None), (None, None, "x")], id="union of keys"
        ),
        pytest.param(
            '[{"customer":{"name":"山","at":{"zip":"1"}},"id":1}]',
            ("customer.name", "customer.at.zip", "id"),
            [("山", "1", "1")],
            id="nested objects are dotted",
        ),
        pytest.param(
            '[{"tags":["a",1.0,null],"items":[{"n":"山"}],"none":{}}]',
            ("tags", "none"),
            [('["a",1.0,null]', None), ("山",)],
            id="lists stay JSON text, lists of objects are rows",
        ),
        pytest.param(
            '[{"a":1,"a":2,"a":3}]', ("a", "a#2", "a#3"), [("1", "2", "3")], id="a key repeated loses nothing"
        ),
        pytest.param('[{"a.b":1,"a":{"b":2}}]', ("a.b", "a.b#2"), [("1", "2")], id="a dotted key beside a nested one"),
        pytest.param('[{"":1}]', ("column1",), [("1",)], id="empty key"),
        pytest.param('[{"a":"\\ud842\\udfb7"}]', ("a",), [("𠮷",)], id="surrogate pair"),
        pytest.param(
            '{"id":1,"items":[{"n":1}]}\n{"id":2,"items":[]}',
            ("id", "items"),
            [("1", None), ("2", None), ("1",)],
            id="lines that hold lists of objects",
        ),
        pytest.param('{"a":1},\n{"a":2},\n', ("a",), [("1",), ("2",)], id="lines that end with a comma"),
        pytest.param('{"a":1}', ("a",), [("1",)], id="one object"),
    ],
)
def test_values_and_headings(text: str, columns: tuple[str, ...], rows: list[tuple[str | None, ...]]) -> None:
    got = read(text)
    assert (got.aside, got.rows) == ([], rows)
    assert next(iter(got.columns.values())) == columns


def test_lists_inside_one_object_are_tables() -> None:
    got = read('{"shop":{"n":1},"orders":[{"id":1}],"n":"],[{","customers":[{"name":"山"},{"name":"川"}]}')
    assert got.tables == {"orders": [("1",)], "customers": [("山",), ("川",)], "": [("1", "],[{")]}
    assert got.columns[""] == ("shop.n", "n")


def test_the_tables_of_a_phpmyadmin_export_are_tables() -> None:
    parts = ['{"type":"header","version":"5.2"}', '{"type":"database","name":"shop"}']
    parts += [
        f'{{"type":"table","name":"{name}","database":"shop","data":\n[\n{{"id":"{i}"}},\n{{"id":"9"}}\n]\n}}'
        for i, name in enumerate("tu")
    ]
    got = read("[\n" + ",\n".join(parts) + "\n]\n")
    assert got.tables == {"t": [("0",), ("9",)], "u": [("1",), ("9",)]}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('{"a":"\\ud842"}', "undecodable"),
        (b'{"a":"\xff\xfe"}', "undecodable"),
        ('{"a":"\0"}', "nul-byte"),
        ('{"a":1} x', "syntax"),
        ("[1,2]", "syntax"),
        ('{"a":' + "[" * 100_000, "syntax"),
    ],
)
def test_lines_that_are_no_rows_are_set_aside(text: str | bytes, reason: str) -> None:
    line = text.encode() if isinstance(text, str) else text
    got = read(b'{"a":"1"}\n' + line + b'\n{"a":"2"}\n')
    assert (got.rows, got.reasons) == ([("1",), ("2",)], [reason])
    assert got.aside[0].line == 2


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "cp932", "euc_jp"])
def test_encodings(codec: str) -> None:
    got = read('[{"a":"表山田十ソ"},\n{"a":"能登の予定"}]'.encode(codec))
    assert (got.aside, got.rows) == ([], [("表山田十ソ",), ("能登の予定",)])


def test_a_line_longer_than_the_limit_is_set_aside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("soken.intake.formats.json_elements.MAX_ROW_CHARS", 300_000)
    got = read('{"a":"1"}\n{"a":"' + "x" * 1_000_000 + '"}\n{"a":"2"}\n')
    assert (got.rows, got.reasons) == ([("1",), ("2",)], ["too-long"])


@pytest.mark.parametrize(
    ("text", "message"),
    [("[]", "no JSON object"), ("[" + ",".join(f'{{"k{i}":1}}' for i in range(5_002)) + "]", "different keys")],
    ids=["empty list", "keys without end"],
)
def test_what_holds_no_rows_is_refused_in_one_sentence(text: str, message: str) -> None:
    with pytest.raises(BadInputError, match=message):
        read(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"a":1}', True),
        ('  [\n {"a":1}]', True),
        ("[]", True),
        ("[section]\na=1", False),
        ("a,b\n1,2", False),
        ("{x}", False),
        ("", False),
    ],
)
def test_json_is_recognised_by_its_text(tmp_path, text: str, expected: bool) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "x"
    path.write_text(text)
    assert READER.recognises(text.encode(), Source(path, "", "x")) is expected
