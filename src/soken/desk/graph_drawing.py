"""A link graph drawn by the server: columns from the person to the right, each box a link, nothing by colour alone.

The same graph always gives the same drawing. What it says stands in a table below it too.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Final

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _

from soken.desk.graph_words import edge_words, node_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.utils.safestring import SafeString

    from soken.casework.selectors.graph_parts import GraphEdge, GraphNode, LinkGraph

_BOX, _TALL, _GAP, _BETWEEN, _EDGE = 240, 46, 12, 76, 8
#: Half-width letters that fit into a box in its first line, and in its second, which is smaller.
_FITS: Final = (30, 38)
#: Lanes above the boxes, and their distance: there lines pass that go from a column to another past the one between.
_LANES, _LANE = 10, 8
#: Half rows by which a short column stands lower than a long one, at most.
_DOWN: Final = 6


def graph_drawing(graph: LinkGraph, slug: str) -> SafeString:
    """Draw a link graph; a person's box leads to the person.

    Args:
        graph: the graph.
        slug: short name of its operation.
    """
    columns = _columns(graph)
    number = {node.key: at for at, column in enumerate(columns) for node in column}
    lanes = {
        (edge.left, edge.right): _EDGE + (at % _LANES) * _LANE
        for at, edge in enumerate(e for e in graph.edges if abs(number[e.left] - number[e.right]) > 1)
    }
    places = _places(columns, min(len(lanes), _LANES) * _LANE)
    height = max(y for _x, y in places.values()) + _TALL + _EDGE
    width = 2 * _EDGE + len(columns) * _BOX + (len(columns) - 1) * _BETWEEN
    if _bends(graph, places):
        width += _BETWEEN // 2
    lines = format_html_join("", "{}", ((_line(edge, places, lanes),) for edge in graph.edges))
    boxes = format_html_join("", "{}", ((_box(node, places[node.key], graph, slug),) for node in graph.nodes))
    return format_html(
        '<svg class="graph" viewBox="0 0 {0} {1}" width="{0}" height="{1}" role="group" aria-label="{2}">'
        '<g aria-hidden="true">{3}</g>{4}</svg>',
        width,
        height,
        _("Persons, mails, phones and addresses around %(person)s; the table below says the same.")
        % {"person": graph.person},
        lines,
        boxes,
    )


def _columns(graph: LinkGraph) -> list[list[GraphNode]]:
    """Return the nodes by column; each next to those of the columns before it that it is joined with."""
    numbers = sorted({node.column for node in graph.nodes})
    columns: list[list[GraphNode]] = []
    rank: dict[str, float] = {}
    for number in numbers:
        found = [node for node in graph.nodes if node.column == number]
        pull = {node.key: _pull(node.key, graph.edges, rank) for node in found}
        found.sort(key=lambda node: (pull[node.key], node.kind, node.key))
        rank.update({node.key: (at + 0.5) / len(found) for at, node in enumerate(found)})
        columns.append(found)
    return columns


def _pull(key: str, edges: Sequence[GraphEdge], rank: Mapping[str, float]) -> float:
    """Return how far down those stand that a node is joined with; below all for one that is joined with none."""
    ends = [edge.right if edge.left == key else edge.left for edge in edges if key in {edge.left, edge.right}]
    known = [rank[end] for end in ends if end in rank]
    return sum(known) / len(known) if known else 1.0


def _places(columns: Sequence[Sequence[GraphNode]], top: int) -> dict[str, tuple[int, int]]:
    """Return where the upper left corner of each box is, below the lanes.

    Short columns are centred beside longer ones, but only so far down that the person is seen at once.
    """
    tallest = max(len(one) for one in columns)
    return {
        node.key: (
            _EDGE + number * (_BOX + _BETWEEN),
            _EDGE + top + (at * 2 + min(tallest - len(column), _DOWN)) * (_TALL + _GAP) // 2,
        )
        for number, column in enumerate(columns)
        for at, node in enumerate(column)
    }


def _bends(graph: LinkGraph, places: Mapping[str, tuple[int, int]]) -> bool:
    """Tell whether a line bends out to the right of the last column."""
    last = max(x for x, _y in places.values())
    return any(places[edge.left][0] == places[edge.right][0] == last for edge in graph.edges)


def _line(edge: GraphEdge, places: Mapping[str, tuple[int, int]], lanes: Mapping[tuple[str, str], int]) -> SafeString:
    """Draw an edge: from side to side, in a bow beside the column of both its ends, or in a lane past a column."""
    (left_x, left_y), (right_x, right_y) = sorted((places[edge.left], places[edge.right]))
    start, end = left_y + _TALL // 2, right_y + _TALL // 2
    if left_x == right_x:
        side, bow = left_x + _BOX, left_x + _BOX + _BETWEEN // 2
        path = f"M{side} {start} C{bow} {start} {bow} {end} {side} {end}"
    elif (lane := lanes.get((edge.left, edge.right))) is not None:
        side, half = left_x + _BOX, _BETWEEN // 2
        path = (
            f"M{side} {start} C{side + half} {start} {side + half} {lane} {side + _BETWEEN} {lane}"
            f" H{right_x - _BETWEEN} C{right_x - half} {lane} {right_x - half} {end} {right_x} {end}"
        )
    else:
        from_x, middle = left_x + _BOX, (left_x + _BOX + right_x) // 2
        path = f"M{from_x} {start} C{middle} {start} {middle} {end} {right_x} {end}"
    shape = edge.kind if edge.kind == "claims" else f"link edge-{edge.band}"
    return format_html('<path class="edge edge-{}" d="{}"/>', shape, path)


def _box(node: GraphNode, place: tuple[int, int], graph: LinkGraph, slug: str) -> SafeString:
    """Draw a node: what it is called, and under it what it is."""
    x, y = place
    here = " node-here" if node.column == 0 else ""
    first, second = node_words(node)
    inside = format_html(
        '<rect class="node node-{}{}" x="{}" y="{}" width="{}" height="{}" rx="{}"/>'
        '<text class="node-name" x="{}" y="{}">{}</text><text class="node-kind" x="{}" y="{}">{}</text>',
        node.kind, here, x, y, _BOX, _TALL, 14 if node.kind == "person" else 2,
        x + 10, y + 19, _cut(first, _FITS[0]), x + 10, y + 37, _cut(second, _FITS[1]),
    )  # fmt: skip
    if node.kind != "person":
        return format_html("<g><title>{} {}</title>{}</g>", first, second, inside)
    joined = [edge_words(edge) for edge in graph.edges if node.key in {edge.left, edge.right} and edge.kind == "link"]
    said = " · ".join([f"{first}, {second}", *joined])
    address = reverse("person", args=[node.operation or slug, node.shown])
    return format_html('<a href="{}" aria-label="{}"><title>{}</title>{}</a>', address, said, said, inside)


def _cut(text: str, fits: int) -> SafeString | str:
    """Return as much of a text as fits into a line; kanji and kana are twice as wide as letters."""
    wide = 0
    for at, letter in enumerate(text):
        wide += 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        if wide > fits:
            return format_html("{}…", text[: at - 1])
    return text
