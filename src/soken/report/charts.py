"""Charts of the statistics as SVG: no script, no inline style, and everything said in words as well."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape, quoteattr, unescape  # nosec B406  # of our own charts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_WIDTH: Final = 720
_LABELS, _ROW, _BAR = 230, 28, 16
_TILE: Final = 44
_LEFT, _TOP, _BOTTOM, _RIGHT = 64, 16, 32, 120
_HEIGHT: Final = 300
_STEPS: Final = 4
#: Shades of the tile map, from none to most.
SHADES: Final = 5


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a series.

    Attributes:
        code: ends the class ``ch-line-…`` that colours it.
        name: what it is, at its end.
        values: one for each point of the series.
    """

    code: str
    name: str
    values: Sequence[int]


def series_chart(title: str, points: Sequence[str], lines: Sequence[Line], *, identity: str) -> str:
    """Return lines over time as one ``<svg>``; each has its own mark and its name at its end, not only a colour.

    Args:
        title: what is shown.
        points: the moments, as people read them; two at least.
        lines: the values.
        identity: prefix of element ids, unique on the page.
    """
    top = _nice(max((value for line in lines for value in line.values), default=1))
    wide, high = _WIDTH - _LEFT - _RIGHT, _HEIGHT - _TOP - _BOTTOM

    def x(at: int) -> float:
        return round(_LEFT + wide * at / max(1, len(points) - 1), 1)

    def y(value: float) -> float:
        return round(_TOP + high * (1 - value / top), 1)

    parts = []
    for step in range(_STEPS + 1):
        value = top * step // _STEPS
        parts.append(f'<line class="ch-grid" x1="{_LEFT}" y1="{y(value)}" x2="{_LEFT + wide}" y2="{y(value)}"/>')
        parts.append(_text("ch-tick", _LEFT - 8, y(value) + 4, f"{value:,}", "end"))
    parts += [_text("ch-tick", x(at), _HEIGHT - 10, point, "middle") for at, point in enumerate(points)]
    for number, line in enumerate(lines):
        path = " ".join(f"{x(at)},{y(value)}" for at, value in enumerate(line.values))
        parts.append(f'<polyline class="ch-line ch-line-{line.code}" points="{path}"/>')
        parts += [_mark(number, x(at), y(value), line.code) for at, value in enumerate(line.values)]
        parts.append(_text(f"ch-name ch-name-{line.code}", x(len(points) - 1) + 12, y(line.values[-1]) + 4, line.name))
    told = " ".join(
        f"{line.name}: "
        + ", ".join(f"{point} {value:,}" for point, value in zip(points, line.values, strict=True))
        + "."
        for line in lines
    )
    return _svg(title, told, _HEIGHT, parts, identity)


def bar_chart(title: str, bars: Mapping[str, int | None], *, withheld: str, identity: str) -> str:
    """Return horizontal bars as one ``<svg>``, each with its figure beside it.

    Args:
        title: what is shown.
        bars: label → figure, None where it is withheld.
        withheld: what stands instead of a withheld figure.
        identity: prefix of element ids, unique on the page.
    """
    most = max([1, *(value for value in bars.values() if value)])
    parts = []
    for number, (label, value) in enumerate(bars.items()):
        line = _ROW * number + _BAR + 3
        width = round((_WIDTH - _LABELS - 80) * (value or 0) / most, 1)
        parts.append(_text("ch-label", _LABELS - 10, line, label, "end"))
        parts.append(f'<rect class="ch-bar" x="{_LABELS}" y="{_ROW * number + 6}" width="{width}" height="{_BAR}"/>')
        parts.append(_text("ch-figure", _LABELS + width + 6, line, withheld if value is None else f"{value:,}"))
    told = "; ".join(f"{label}: {withheld if value is None else f'{value:,}'}" for label, value in bars.items())
    return _svg(title, told, _ROW * len(bars) + 12, parts, identity)


def part_chart(title: str, bars: Mapping[str, tuple[int, int]], *, part: str, identity: str) -> str:
    """Return horizontal bars of which a part is marked, as ages against a target are: "3 / 12 late" beside each.

    Args:
        title: what is shown.
        bars: label → (the part, the whole).
        part: what the part is, in a word.
        identity: prefix of element ids, unique on the page.
    """
    most = max([1, *(whole for _some, whole in bars.values())])
    wide, parts = _WIDTH - _LABELS - 130, []
    for number, (label, (some, whole)) in enumerate(bars.items()):
        line, top = _ROW * number + _BAR + 3, _ROW * number + 6
        width = round(wide * whole / most, 1)
        parts += [
            _text("ch-label", _LABELS - 10, line, label, "end"),
            f'<rect class="ch-bar ch-rest" x="{_LABELS}" y="{top}" width="{width}" height="{_BAR}"/>',
            f'<rect class="ch-part" x="{_LABELS}" y="{top}" width="{round(wide * some / most, 1)}" height="{_BAR}"/>',
            _text("ch-figure", _LABELS + width + 6, line, f"{some:,} / {whole:,} {part}"),
        ]
    told = "; ".join(f"{label}: {some:,} / {whole:,} {part}" for label, (some, whole) in bars.items())
    return _svg(title, told, _ROW * len(bars) + 12, parts, identity)


def tile_map(
    title: str,
    values: Mapping[str, int],
    names: Mapping[str, str],
    *,
    short: Mapping[str, str],
    nothing: str,
    identity: str,
) -> str:
    """Return the 47 prefectures as equal tiles, shaded by their figures, each with name and figure.

    Args:
        title: what is shown.
        values: JIS code → figure; a prefecture that is missing has none.
        names: JIS code → name, as it is said in words.
        short: JIS code → name, as it is written on a tile.
        nothing: said where there is no figure.
        identity: prefix of element ids, unique on the page.
    """
    most = max([1, *values.values()])
    parts = []
    for code, (column, row) in tiles().items():
        value = values.get(code)
        shade = 0 if not value else 1 + min(SHADES - 2, (SHADES - 1) * (value - 1) // most)
        left, top = column * _TILE, row * _TILE
        said = f"{names[code]}: {nothing if value is None else f'{value:,}'}"
        parts.append(
            f'<g><title>{escape(said)}</title><rect class="ch-tile ch-shade-{shade}" x="{left}" y="{top}" '
            f'width="{_TILE - 3}" height="{_TILE - 3}" rx="4"/>'
            + _text(f"ch-place ch-on-{shade}", left + (_TILE - 3) / 2, top + 17, short[code], "middle")
            + _text(f"ch-value ch-on-{shade}", left + (_TILE - 3) / 2, top + 33, "–" if value is None else f"{value:,}",
                    "middle")
            + "</g>"
        )  # fmt: skip
    told = "; ".join(f"{names[code]} {values[code]:,}" for code in tiles() if code in values)
    wide = _TILE * (1 + max(column for column, _row in tiles().values()))
    return _svg(title, told or nothing, _TILE * (1 + max(row for _, row in tiles().values())), parts, identity, wide)


@cache
def tiles() -> Mapping[str, tuple[int, int]]:
    """Return JIS code of a prefecture → (column, row) of its tile."""
    return MappingProxyType({row["prefecture"]: (int(row["column"]), int(row["row"])) for row in _tile_rows()})


def tile_names(language: str) -> Mapping[str, str]:
    """Return JIS code of a prefecture → its name as it fits on a tile, in "ja", else in English."""
    return {row["prefecture"]: row["ja" if language == "ja" else "en"] for row in _tile_rows()}


@cache
def _tile_rows() -> tuple[dict[str, str], ...]:
    """Return the lines of the file."""
    text = files("soken.report").joinpath("tiles.csv").read_text("utf-8")
    return tuple(csv.DictReader(line for line in text.splitlines() if not line.startswith("#")))


def _svg(title: str, told: str, height: float, parts: Sequence[str], identity: str, width: int = _WIDTH) -> str:
    """Return the element around a chart, with title and description."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart" viewBox="0 0 {width} {height}" role="img" '
        f"aria-labelledby={quoteattr(f'{identity}-title {identity}-desc')}>"
        f"<title id={quoteattr(f'{identity}-title')}>{escape(title)}</title>"
        f"<desc id={quoteattr(f'{identity}-desc')}>{escape(told)}</desc>{''.join(parts)}</svg>"
    )


def told_by(svg: str) -> str:
    """Return what a chart of this module says in words: its description, for where no reader looks into the picture."""
    return unescape(svg.split("<desc ", 1)[1].split(">", 1)[1].split("</desc>", 1)[0])


def _text(kind: str, x: float, y: float, text: str, anchor: str = "start") -> str:
    return f'<text class="{kind}" x="{round(x, 1)}" y="{round(y, 1)}" text-anchor="{anchor}">{escape(text)}</text>'


def _mark(number: int, x: float, y: float, code: str) -> str:
    """Return a point's mark: circle, square, triangle in turn, so that lines differ without colour."""
    kind = f'class="ch-mark ch-name-{code}"'
    return (
        f'<circle {kind} cx="{x}" cy="{y}" r="5"/>',
        f'<rect {kind} x="{x - 5}" y="{y - 5}" width="10" height="10"/>',
        f'<path {kind} d="M{x} {y - 6}L{x + 6} {y + 5}L{x - 6} {y + 5}Z"/>',
    )[number % 3]


def _nice(most: int) -> int:
    """Return a round figure at or over the largest, divisible by the number of steps."""
    size = 1
    while size * 10 <= most:
        size *= 10
    for factor in (1, 2, 4, 5, 8, 10):
        if size * factor >= most:
            return max(size * factor, _STEPS) // _STEPS * _STEPS
    return size * 10 * _STEPS
