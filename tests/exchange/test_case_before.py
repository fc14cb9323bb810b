"""What an imported file of Soken's says of what lay behind it is told on, and nothing else that it says."""

from __future__ import annotations

from typing import Any

import pytest

from soken.exchange.case import nodes
from soken.exchange.case.before import Said, ids_in, said_by, told_apart, told_before
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


def said(nodes: list[dict[str, Any]]) -> dict[str, Said]:
    return {node["@id"]: said_by(node) for node in told_before(nodes)}


def test_what_files_say_alike_keeps_its_id() -> None:
    files = {"A": said(made(THEIRS)), "B": said(made(THEIRS)), "C": said(made(OURS))}
    assert told_apart(files) == {"A": {}, "B": {}, "C": {}}


def test_what_two_files_say_differently_under_one_id_is_told_under_an_id_of_each_with_what_points_to_it() -> None:
    """The file is of another size there; the record and the act, told alike, are each about the file of theirs."""
    files = {"A": made(THEIRS, 7), "B": made(THEIRS, 8)}
    apart = told_apart({name: said(told) for name, told in files.items()})
    assert apart == told_apart({name: said(files[name]) for name in ("B", "A")}), "whichever comes first"
    found = {name: list(told_before(told, renamed=apart[name])) for name, told in files.items()}
    ids = [{node["@id"] for node in told} for told in found.values()]
    assert ids[0] & ids[1] == {node_id("actor", "kato")}, "of whom both say the same"
    for name, before in files.items():
        file, record, _actor, act = found[name]
        assert record["uco-core:object"] == act["uco-action:object"] == [{"@id": file["@id"]}]
        assert act["uco-action:result"] == [{"@id": record["@id"]}]
        assert file["soken:idBefore"] == before[0]["@id"]
        assert len(set(ids_in(file))) == 4
        assert not set(ids_in(file)) & set(ids_in(before[0]))
        sizes = [node["uco-core:hasFacet"][0]["uco-observable:sizeInBytes"] for node in (file, before[0])]
        assert sizes[0] == sizes[1], "nothing of it is lost"


def test_an_id_that_another_file_will_get_cannot_be_written_into_a_file() -> None:
    one, two = made(THEIRS, 7), made(THEIRS, 8)
    taken = told_apart({"A": said(one), "B": said(two)})["A"][one[0]["@id"]]
    forged = nodes.named("actor", "uco-identity:Identity", "somebody") | {"@id": taken}
    apart = told_apart({"A": said(one), "B": said([*two, forged])})
    assert apart["A"][one[0]["@id"]] == taken
    assert apart["B"][taken] != taken


def test_the_first_id_is_kept_from_hand_to_hand() -> None:
    one, two = made(THEIRS, 7), made(THEIRS, 8)
    once = list(told_before(one, renamed=told_apart({"A": said(one), "B": said(two)})["A"]))
    assert list(told_before(once)) == once, "loss-free where nothing collides"
    twice = next(iter(told_before(once, renamed={once[0]["@id"]: "urn:x"})))
    assert (twice["@id"], twice["soken:idBefore"]) == ("urn:x", one[0]["@id"])
