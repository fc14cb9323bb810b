"""The page of a link graph: a drawing that says what its table says, without script, in both languages."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import translation
from typer.testing import CliRunner

from soken.casework.actions.open_dossier import open_dossier
from soken.casework.selectors import link_graph as selector
from soken.casework.selectors.link_graph import link_graph
from soken.commands.main import app
from soken.core.errors import NotFoundError
from soken.desk.graph_drawing import graph_drawing
from tests.desk.factory import ALONE, RELATIVE, TAKAHASHI, World

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client

PAGE = f"/operations/kingfisher/persons/{TAKAHASHI}/graph"
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """What a page was asked in last would stay on for what comes after it."""
    with translation.override("en"):
        yield


def page_of(desk: Client, path: str = PAGE, language: str = "en") -> str:
    desk.cookies["django_language"] = language
    answer = desk.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def drawn(page: str) -> ET.Element:
    """The drawing, which must be well-formed."""
    found = re.search(r'<svg class="graph".*?</svg>', page, re.DOTALL)
    assert found
    return ET.fromstring(found[0].replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1))  # noqa: S314 (ours)


def test_every_person_in_the_drawing_leads_to_the_person(desk: Client) -> None:
    links = [one.attrib["href"] for one in drawn(page_of(desk)).iter(f"{SVG}a")]
    assert sorted(links) == [f"/operations/kingfisher/persons/{code}" for code in (TAKAHASHI, RELATIVE, ALONE)]


def test_the_table_has_a_line_for_each_line_of_the_drawing(desk: Client) -> None:
    page = page_of(desk)
    lines = len(list(drawn(page).iter(f"{SVG}path")))
    assert lines == len(re.findall(r"<tr><th scope=\"row\">", page)) == 8


@pytest.mark.parametrize(
    ("language", "says"),
    [
        ("en", ["claimed by 3 rows", "to review (+3.2)", "Phone · 3 persons", "may be the same", "no dossier"]),
        ("ja", ["3行が申告", "要確認 (+3.2)", "電話 · 3人", "同一の可能性", "人物記録なし"]),
    ],
)
def test_it_says_why_in_the_language_of_the_page(language: str, says: list[str], desk: Client) -> None:
    page = unescape(page_of(desk, language=language))
    assert [one for one in says if one not in page] == []


def test_a_dossier_shows_where_it_stands(desk: Client, world: World) -> None:
    open_dossier(world.operation, RELATIVE, by=world.users["analyst"])
    assert f"{RELATIVE} · proposed" in page_of(desk)


def test_what_was_typed_is_only_text(desk: Client) -> None:
    page = page_of(desk, f"/operations/kingfisher/persons/{ALONE}/graph")
    assert "&lt;b&gt;12&lt;/b&gt; Hill Road" in page
    assert "<b>12</b>" not in page


def test_no_value_stands_in_an_address(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selector, "SHARED_BY", 2)
    page = page_of(desk)
    assert "2 values are switched off, because more than 2 persons share them." in page
    marks = re.findall(r'name="on" value="([^"]+)"', page)
    assert len(marks) == 2
    assert all(re.fullmatch(r"[0-9a-f]{16}", one) for one in marks)
    on = page_of(desk, f"{PAGE}?on={marks[0]}&on={marks[1]}&steps=2&elsewhere=1")
    assert len(list(drawn(on).iter(f"{SVG}a"))) == 3
    assert "Values that more than 2 persons share are switched on." in on


def test_what_does_not_fit_is_said(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selector, "MOST_NODES", 3)
    page = page_of(desk)
    assert "Left out:" in page
    assert len(list(drawn(page).iter(f"{SVG}rect"))) == 3


@pytest.mark.parametrize("query", ["?steps=x&on=%00&elsewhere=7", "?on=" + "a" * 5000, "?" + "on=b&" * 300])
def test_odd_questions_are_answered(query: str, desk: Client) -> None:
    assert desk.get(PAGE + query).status_code == 200


def test_boxes_do_not_lie_on_each_other_and_the_drawing_stays_the_same(world: World) -> None:
    graph = link_graph(world.users["analyst"], world.operation, TAKAHASHI, steps=2)
    drawing = graph_drawing(graph, "kingfisher")
    assert drawing == graph_drawing(graph, "kingfisher")
    boxes = [(float(r.attrib["x"]), float(r.attrib["y"])) for r in drawn(drawing).iter(f"{SVG}rect")]
    assert len(set(boxes)) == len(boxes) == len(graph.nodes)
    for x, y in boxes:
        assert not [one for one in boxes if one[0] == x and 0 < one[1] - y < 46]


def soken(*words: str) -> Any:
    return CliRunner().invoke(
        app, ["graph", "show", *words, "--operation", "kingfisher"], input="a long enough password\n"
    )


def test_the_command_line_shows_the_same(world: World) -> None:
    done = soken(TAKAHASHI, "--by", "kingfisher-analyst", "--json")
    assert done.exit_code == 0, done.output
    for said in ('"kind": "link"', '"band": "review"', '"why": "given-differs"', '"reason": "phone:same"', RELATIVE):
        assert said in done.stdout
    assert "joined with" in soken(TAKAHASHI, "--by", "kingfisher-analyst").stdout


def test_the_command_line_shows_nothing_to_a_stranger(world: World) -> None:
    assert isinstance(soken(TAKAHASHI, "--by", "kingfisher-stranger").exception, NotFoundError)
