"""What an imported file of Soken's says of what lay behind it is told on, and nothing else that it says."""

from __future__ import annotations

from typing import Any

import pytest

from soken.exchange.case import nodes
from soken.exchange.case.before import ids_in, told_before
from soken.exchange.case.terms import node_id

OURS, THEIRS = "a" * 64, "b" * 64


def made(sha256: str, size: Any = 7) -> list[dict[str, Any]]:
    """A file with its record, and who seized it."""
    file, record = node_id("file", sha256), node_id("provenance", sha256)
    return [
        nodes.evidence_file("E-1", "list.csv", size, sha256, {"rowsRead": 3}),
        nodes.provenance(record, "E-1", [file]),
        nodes.named("actor", "uco-identity:Identity", "kato"),
        nodes.action(
            node_id("custody", sha256, "1"), "seized", at="2026-11-01T01:02:03+00:00",
            performer=node_id("actor", "kato"), objects=[file], results=[record],
        ),
    ]  # fmt: skip


def test_what_soken_wrote_is_told_on_as_it_was_written() -> None:
    assert list(told_before(made(THEIRS))) == made(THEIRS)


def test_of_a_file_that_is_held_here_nothing_is_told_on() -> None:
    found = list(told_before(made(OURS) + made(THEIRS), own={node_id("file", OURS)}))
    assert found == [made(OURS)[2], *made(THEIRS)]


def test_an_act_is_about_files_of_theirs_whatever_else_it_says_it_is_about() -> None:
    *whole, act = made(THEIRS)
    act["uco-core:object"], act["uco-action:object"] = act["uco-action:object"], [{"@id": node_id("file", OURS)}]
    assert list(told_before([*whole, act])) == whole


def test_what_stands_inside_a_node_says_nothing_under_an_id_of_ours() -> None:
    file, *rest = made(THEIRS)
    ours = set(ids_in(made(OURS)))
    file["uco-core:hasFacet"][1]["@id"] = node_id("facet", node_id("file", OURS), "uco-observable:ContentDataFacet")
    act = rest[-1]
    act["uco-action:performer"] = {"@id": node_id("actor", "ito"), "uco-core:name": "somebody else"}
    act["uco-action:result"] = [{"@id": node_id("provenance", OURS)}]
    found = list(told_before([file, *rest]))
    assert not ours.intersection(one for node in found for one in ids_in(node) if one != node_id("actor", "kato"))
    assert found[-1]["uco-action:performer"] == {"@id": node_id("actor", "ito")}
    assert "uco-action:result" not in found[-1]


@pytest.mark.parametrize(("digits", "read"), [("12", 12), ("9" * 18, int("9" * 18)), ("9" * 5000, "9" * 5000)])
def test_a_number_of_any_length_is_told_on(digits: str, read: object) -> None:
    (found, *_rest) = told_before(made(THEIRS, digits))
    assert found["uco-core:hasFacet"][0]["uco-observable:sizeInBytes"] == read
