"""Files in CASE/UCO: Soken's own come back row for row; another system's become rows, a table a class."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from soken.core.errors import BadInputError
from soken.core.fields import FIELDS
from soken.exchange.case import nodes
from soken.exchange.case.written import write_case
from soken.intake.events import RowBatch, SetAside, Source, TableStart
from soken.intake.formats import reader_for
from soken.intake.headings import meaning

if TYPE_CHECKING:
    from pathlib import Path

CONTEXT = {
    "kb": "https://kb.example/",
    "uco-core": "https://ontology.unifiedcyberontology.org/uco/core/",
    "uco-identity": "https://ontology.unifiedcyberontology.org/uco/identity/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
PERSON = {
    "@id": "kb:person-1",
    "@type": "uco-identity:Person",
    "uco-core:hasFacet": [
        {"@type": "uco-identity:SimpleNameFacet", "uco-identity:familyName": "佐藤", "uco-identity:givenName": "花子"},
        {
            "@type": "uco-identity:BirthInformationFacet",
            "uco-identity:birthdate": {"@type": "xsd:dateTime", "@value": "1990-01-02T00:00:00Z"},
        },
    ],
}


def read(path: Path) -> tuple[dict[str, list[dict[str, str | None]]], list[SetAside]]:
    source = Source(path, "", path.name)
    tables: dict[str, list[dict[str, str | None]]] = {}
    aside: list[SetAside] = []
    columns: tuple[str, ...] = ()
    table = ""
    reader = reader_for(source)
    assert reader.name == "case"
    for event in reader.read(source):
        if isinstance(event, TableStart):
            table, columns = event.table, event.columns
        elif isinstance(event, RowBatch):
            tables.setdefault(table, []).extend(dict(zip(columns, row, strict=True)) for row in event.cells)
        else:
            aside.append(event)
    return tables, aside


def written(path: Path, graph: list[Any]) -> Path:
    path.write_text(json.dumps({"@context": CONTEXT, "@graph": graph}, ensure_ascii=False), "utf-8")
    return path


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@settings(max_examples=40)
@given(st.lists(st.dictionaries(st.sampled_from(list(FIELDS)), TEXTS, max_size=8), min_size=1, max_size=6))
def test_every_cell_that_was_written_comes_back_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, str]]
) -> None:
    path = tmp_path_factory.mktemp("case") / "rows.jsonld"
    write_case(
        (
            nodes.row("E-0123456789ab", number, "", cells, {"kind": "identity", "owner": number})
            for number, cells in enumerate(rows, 1)
        ),
        path,
    )
    tables, aside = read(path)
    assert not aside
    found = [{name: row[name] for name in FIELDS if row[name] is not None} for row in tables["identity rows"]]
    assert found == rows


def test_another_systems_person_has_the_values_of_its_facets_as_cells(tmp_path: Path) -> None:
    tables, aside = read(written(tmp_path / "theirs.jsonld", [PERSON, {"@id": "kb:a", "@type": ["uco-core:Bundle"]}]))
    assert not aside
    assert tables == {
        "Person": [
            {"id": "kb:person-1", "familyName": "佐藤", "givenName": "花子", "birthdate": "1990-01-02T00:00:00Z"}
        ],
        "Bundle": [{"id": "kb:a"}],
    }


@pytest.mark.parametrize(
    ("node", "table", "cells"),
    [
        ({"x:name": [["a"], [["b", "c"]], []]}, "node", {"name": "a", "name#2": "b", "name#3": "c"}),
        ({"x:name": {"@value": ["a", {"x:inner": "b"}]}}, "node", {"name": "a", "inner": "b"}),
        ({"x:name": {"@list": ["a", "b"]}}, "node", {"name": "a", "name#2": "b"}),
        ({"@type": [], "x:name": "a"}, "node", {"name": "a"}),
        ({"@type": [[], ["x:Trace"]], "x:name": "a"}, "Trace", {"name": "a"}),
        ({"@type": {"x": 1}, "x:name": "a"}, "node", {"name": "a"}),
        ({"x:hasFacet": {"x:mail": "a@mail.example"}}, "node", {"mail": "a@mail.example"}),
    ],
)  # fmt: skip
def test_lists_in_lists_one_facet_and_no_type_are_read(
    tmp_path: Path, node: dict[str, Any], table: str, cells: dict[str, str]
) -> None:
    tables, aside = read(written(tmp_path / "theirs.jsonld", [{"@id": "kb:1", **node}]))
    assert (tables, aside) == ({table: [{"id": "kb:1", **cells}]}, [])


@pytest.mark.parametrize("wrapped", [False, True])
def test_a_row_of_sokens_has_its_one_facet_with_and_without_a_list(tmp_path: Path, wrapped: bool) -> None:
    facet = {"soken:recordFieldName": "mail", "soken:recordFieldValue": "a@mail.example"}
    node = {"@id": "kb:1", "soken:kind": "identity", "soken:evidence": "E-1", "soken:row": "1"}
    tables, aside = read(
        written(tmp_path / "rows.jsonld", [{**node, "uco-core:hasFacet": [[facet], "no facet"] if wrapped else facet}])
    )
    assert not aside
    assert [row["mail"] for row in tables["identity rows"]] == ["a@mail.example"]


NAMES = st.sampled_from(
    ["@id", "@type", "@value", "@list", "@set", "@graph", "kind", "evidence", "row", "owner", "uco-core:hasFacet",
     "soken:recordFieldName", "soken:recordFieldValue", "row_of", "x:name", "name", ""]
) | TEXTS  # fmt: skip
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(["identity", "other"]) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=5),
    max_leaves=15,
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(st.dictionaries(NAMES, VALUES, max_size=6) | VALUES, max_size=5))
def test_every_node_of_any_shape_is_a_row_or_set_aside(
    tmp_path_factory: pytest.TempPathFactory, graph: list[Any]
) -> None:
    path = written(tmp_path_factory.mktemp("case") / "theirs.jsonld", [PERSON, *graph])
    tables, aside = read(path)
    assert sum(len(rows) for rows in tables.values()) + len(aside) == 1 + len(graph)


def test_what_is_no_node_is_set_aside_and_the_rest_is_read(tmp_path: Path) -> None:
    tables, aside = read(written(tmp_path / "theirs.jsonld", [PERSON, "no node", {**PERSON, "@id": "kb:person-2"}]))
    assert [row["id"] for row in tables["Person"]] == ["kb:person-1", "kb:person-2"]
    assert len(aside) == 1


@pytest.mark.parametrize("inside", [False, True])
def test_what_nests_deeper_than_anything_real_is_set_aside(tmp_path: Path, inside: bool) -> None:
    deep: dict[str, Any] = {"@id": "kb:deep", "x:name": json.loads("[" * 800 + "]" * 800)}
    path = tmp_path / "theirs.jsonld"
    told = (
        {"@context": CONTEXT, "@graph": [PERSON, deep]} if inside else {"@context": CONTEXT, **deep, "@graph": [PERSON]}
    )
    path.write_text(json.dumps(told, ensure_ascii=False), "utf-8")
    tables, aside = read(path)
    assert [row["id"] for row in tables["Person"]] == ["kb:person-1"]
    assert [one.reason for one in aside] == ["syntax"]


def test_a_file_without_nodes_is_refused_in_words(tmp_path: Path) -> None:
    path = written(tmp_path / "empty.jsonld", [])
    with pytest.raises(BadInputError, match="holds no node"):
        read(path)


def test_any_other_json_is_left_to_its_own_reader(tmp_path: Path) -> None:
    path = tmp_path / "list.json"
    path.write_text('{"@context": {"name": "https://schema.example/name"}, "@graph": [{"name": "佐藤 花子"}]}', "utf-8")
    assert reader_for(Source(path, "", path.name)).name == "json"


def test_the_name_of_a_person_is_a_persons_and_the_name_of_a_thing_is_not(tmp_path: Path) -> None:
    named = {"@id": "kb:p", "@type": "uco-identity:Person", "uco-core:name": "佐藤 花子"}
    device = {"@id": "kb:d", "@type": "uco-observable:Device", "uco-core:name": "laptop"}
    tables, _aside = read(written(tmp_path / "foreign.jsonld", [named, device]))
    assert tables["Person"] == [{"id": "kb:p", "personName": "佐藤 花子"}]
    assert tables["Device"] == [{"id": "kb:d", "name": "laptop"}]
    understood = meaning("personName")
    assert understood is not None
    assert understood[0] == "full_name"
