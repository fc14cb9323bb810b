"""What a report draws, and what it says of lists, in words: for its page, its document and its printed form alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from soken.reference.forces import force_of_prefecture
from soken.reference.prefectures import prefecture_name
from soken.report.annual import share
from soken.report.charts import Line, part_chart, series_chart, tile_map, tile_names, tiles
from soken.report.counting import CLEARANCES
from soken.report.funnel import NOT_IDENTIFIABLE, REACHED, SAFEGUARDED
from soken.report.tables import unit_words, value_words, word

if TYPE_CHECKING:
    from soken.report.whole import Report

#: Bands as they are drawn, the most urgent first; '' is not assessed.
_BANDS: Final = ("very-high", "high", "medium", "low", "")


def series_word(report: Report) -> str:
    """Return the word for the series of a report: by years, half-years or months."""
    part = report.span.part
    return "series" if not part else "series-half" if part.startswith("H") else "series-month"


def change_word(report: Report, language: str) -> str:
    """Return against what the change of a report's figures is."""
    return word("change-part" if report.span.part else "change", language)


def series_drawn(report: Report, language: str) -> str:
    """Return the three counts over the years as a chart; '' for a single one."""
    if len(report.series) < 2:
        return ""
    lines = [
        Line(unit.value, unit_words(unit, language)[0], [one[unit.value] for one in report.series])
        for unit in CLEARANCES
    ]
    labels = [one["label"] for one in report.series]
    return series_chart(word(series_word(report), language), labels, lines, identity="series")


def map_drawn(report: Report, language: str) -> str:
    """Return the cases of each force on a map of equal tiles; '' where no table counts them."""
    table = next((one for one in report.tables if one.kind.code == "cases-force"), None)
    if table is None:
        return ""
    found = {code: table.row_totals.get(force_of_prefecture(code) or "") for code in tiles()}
    values = {code: units for code, units in found.items() if units is not None}
    names = {code: prefecture_name(code, language) for code in tiles()}
    return tile_map(
        word("map", language),
        values,
        names,
        short=tile_names(language),
        nothing=word("unstated", language),
        identity="map",
    )


def waiting_drawn(report: Report, language: str) -> str:
    """Return ages against targets by band, over all operations; '' where nobody waits or the vintage does not say."""
    found = {one["band"]: (one["late"], one["persons"]) for one in report.figures["waiting"]}
    bars = {word(f"band-{band or 'none'}", language): found[band] for band in _BANDS if band in found}
    if not bars:
        return ""
    return part_chart(word("waiting", language), bars, part=word("past-target", language), identity="waiting")


def funnels_told(report: Report, language: str) -> list[dict[str, Any]]:
    """Return what became of each list: its stages with their share of all listed, and the two counts beside them."""
    return [
        {
            "title": word("funnel", language).format(source=value_words("source", source, language)),
            "stages": [
                {"name": word(stage, language), "units": stages[stage], "share": share(stages[stage], stages["listed"])}
                for stage in REACHED
            ],
            "beside": [
                {"name": word(code, language), "units": stages[code.replace("-", "_")]}
                for code in (NOT_IDENTIFIABLE, SAFEGUARDED)
                if code.replace("-", "_") in stages
            ],
        }
        for source, stages in report.figures["funnel"].items()
    ]
