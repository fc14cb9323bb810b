"""``soken report``: the statistics of clearances, counted from a vintage."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from soken.commands.language import gettext as _
from soken.commands.output import print_counts, print_json
from soken.commands.started import started
from soken.core.errors import BadInputError, RefusedError

if TYPE_CHECKING:
    from soken.casework.models import Vintage
    from soken.core.home import Home
    from soken.report.whole import Report

app = typer.Typer(help="Statistics of clearances: cases, persons and victims, each counted.", no_args_is_help=True)


class Shape(StrEnum):
    """What a report is written as."""

    JSON = "json"
    CSV = "csv"
    XLSX = "xlsx"
    HTML = "html"
    PDF = "pdf"


class TableShape(StrEnum):
    """What one table is written as."""

    JSON = "json"
    CSV = "csv"
    XLSX = "xlsx"


class Language(StrEnum):
    """In which language its words are."""

    JA = "ja"
    EN = "en"


Year = Annotated[int, typer.Option(min=1999, max=2100, help="Year of clearing.")]
Set = Annotated[str, typer.Option("--dataset", help="live or published; by default the one that has the year.")]
Number = Annotated[int | None, typer.Option("--vintage", min=1, help="Number of the vintage; by default the newest.")]
Occurred = Annotated[
    bool, typer.Option("--occurred-at", help="Count with the force where the offence happened, not with who cleared.")
]
Public = Annotated[bool, typer.Option("--publish", help="Withhold small crossings, so that no person can be found.")]
Tags = Annotated[
    list[str] | None,
    typer.Option("--tag", help="OPERATION=TAG: names an operation in a publication, which names no others."),
]
Out = Annotated[Path | None, typer.Option(help="A file that does not exist yet; else standard output.")]


Format = Annotated[Shape, typer.Option("--format", help="What to write it as.")]
Words = Annotated[Language, typer.Option(help="Of its words.")]


@app.command("annual")
def annual(
    year: Year,
    shape: Format = Shape.JSON,
    language: Words = Language.JA,
    dataset: Set = "",
    vintage: Number = None,
    occurred_at: Occurred = False,
    publish: Public = False,
    tag: Tags = None,
    out: Out = None,
) -> None:
    """Write a year's report: the three counts, their changes and shares, and every table."""
    asked = _asked(dataset, vintage, occurred_at=occurred_at, publish=publish, tags=tag)
    _write_report(year, "", asked, shape, language, out)


@app.command("half-year")
def half_year(
    year: Year,
    half: Annotated[int, typer.Option(min=1, max=2, help="The first or the second half.")],
    shape: Format = Shape.JSON,
    language: Words = Language.JA,
    vintage: Number = None,
    occurred_at: Occurred = False,
    publish: Public = False,
    tag: Tags = None,
    out: Out = None,
) -> None:
    """Write the report of a half-year, beside the same half of the year before; for publication too."""
    asked = _asked("live", vintage, occurred_at=occurred_at, publish=publish, tags=tag)
    _write_report(year, f"H{half}", asked, shape, language, out)


@app.command("month")
def month(
    year: Year,
    month: Annotated[int, typer.Option(min=1, max=12, help="The month.")],
    shape: Format = Shape.JSON,
    language: Words = Language.JA,
    vintage: Number = None,
    occurred_at: Occurred = False,
    out: Out = None,
) -> None:
    """Write the report of a month, beside the same month of the year before; for the office, not for publication."""
    _write_report(year, f"{month:02}", _asked("live", vintage, occurred_at=occurred_at), shape, language, out)


@app.command("table")
def table(
    code: Annotated[str, typer.Argument(help="Short name of a table; an unknown one is answered with all.")],
    year: Year,
    part: Annotated[str, typer.Option(help="Of the year: H1, H2, or a month as 05.")] = "",
    shape: Annotated[TableShape, typer.Option("--format", help="What to write it as.")] = TableShape.JSON,
    language: Words = Language.JA,
    dataset: Set = "",
    vintage: Number = None,
    occurred_at: Occurred = False,
    publish: Public = False,
    tag: Tags = None,
    out: Out = None,
) -> None:
    """Write one table of a year, with its definition, filter and cut-off."""
    from soken.exchange import statistics
    from soken.report.tables import table_kind

    table_kind(code)
    home, asked = started(), _asked(dataset, vintage, occurred_at=occurred_at, publish=publish, tags=tag)
    from soken.casework.selectors.statistics import annual_table

    found = _vintage(home, asked, year, part)
    counted, told = annual_table(home, found, year, code, reader=None, part=part, **_how(asked))
    write = {
        TableShape.JSON: statistics.table_json,
        TableShape.CSV: statistics.table_csv,
        TableShape.XLSX: statistics.table_xlsx,
    }[shape]
    _write(write(counted, told, language.value), out, binary=shape is TableShape.XLSX)


@app.command("vintage")
def vintage(
    final: Annotated[bool, typer.Option("--final", help="Final figures; else provisional.")] = False,
    cut_off: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%dT%H:%M:%S%z"],
            help="What was recorded later does not count, as 2026-06-30T23:59:59+0900; by default now.",
        ),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Keep the clearances as they stand now, or stood at a cut-off, to be counted from for good."""
    home = started()
    from soken.casework.actions.take_vintage import take_vintage

    _tell(take_vintage(home, by=None, final=final, cut_off=cut_off), json=json)


@app.command("vintages")
def vintages() -> None:
    """Print the vintages that were taken, as JSON."""
    started()
    from soken.casework.models import Vintage

    print_json({"vintages": [_told(one) for one in Vintage.objects.order_by("dataset", "number")]})


@dataclass(frozen=True, slots=True)
class _Asked:
    """What to count from, and how."""

    dataset: str
    number: int | None
    occurred_at: bool
    publish: bool
    tags: dict[str, str]


def _asked(
    dataset: str,
    number: int | None,
    *,
    occurred_at: bool,
    publish: bool = False,
    tags: list[str] | None = None,
) -> _Asked:
    """Return what was asked for.

    Raises:
        BadInputError: a tag is given and nothing published, a tag cannot be read, or there is no such data set.
    """
    named = _tags(tags or [])
    if named and not publish:
        raise BadInputError(_("A tag names an operation in a publication; add --publish."))
    if dataset not in {"", "live", "published"}:
        raise BadInputError(_("%(name)r is no data set; say live or published.") % {"name": dataset})
    return _Asked(dataset, number, occurred_at, publish, named)


def _how(asked: _Asked) -> dict[str, Any]:
    """Return how to count, as the selectors take it."""
    from soken.report.counting import Place

    place = Place.OCCURRED_AT if asked.occurred_at else Place.CLEARED_AT
    return {"place": place, "public": asked.publish, "tags": asked.tags}


def _vintage(home: Home, asked: _Asked, year: int, part: str) -> Vintage:
    """Return the vintage to count from; say so where published figures were corrected since it was loaded."""
    from soken.casework.selectors.statistics import is_behind
    from soken.casework.selectors.vintages import vintage_for
    from soken.report.span import Span

    found = vintage_for(home, dataset=asked.dataset, number=asked.number, span=Span(year, part))
    if found.dataset == "published" and is_behind(found):
        told = _(
            "The published figures were corrected since this vintage was loaded; load them anew with: %(command)s."
        )
        typer.echo(told % {"command": "soken demo --published-tables"}, err=True)
    return found


def _write_report(year: int, part: str, asked: _Asked, shape: Shape, language: Language, out: Path | None) -> None:
    """Write the report of a year, or of a part of one."""
    home = started()
    from soken.casework.selectors.statistics import annual_report

    found = _vintage(home, asked, year, part)
    report = annual_report(home, found, year, reader=None, part=part, **_how(asked))
    _write(_shaped(report, shape, language.value), out, binary=shape in {Shape.XLSX, Shape.PDF})


def _tags(said: list[str]) -> dict[str, str]:
    """Return operation → public tag as they were typed.

    Raises:
        BadInputError: one is not of the form OPERATION=TAG, or holds a sign that nobody sees.
    """
    parts = [one.partition("=") for one in said]
    for one, (slug, _sign, tag) in zip(said, parts, strict=True):
        if not slug or not tag or not tag.isprintable():
            raise BadInputError(_("%(said)r gives no tag to an operation; write OPERATION=TAG.") % {"said": one})
    return {slug: tag for slug, _sign, tag in parts}


def _shaped(report: Report, shape: Shape, language: str) -> bytes:
    """Return the report in a shape."""
    from soken.exchange import statistics

    if shape is Shape.HTML:
        from soken.desk.annual_document import annual_document

        return annual_document(report, language).encode()
    return {
        Shape.JSON: statistics.report_json,
        Shape.CSV: statistics.report_csv,
        Shape.XLSX: statistics.report_xlsx,
        Shape.PDF: statistics.report_pdf,
    }[shape](report, language)


def _write(data: bytes, out: Path | None, *, binary: bool) -> None:
    """Write a report to a new file, or to standard output.

    Raises:
        RefusedError: the file is there already.
        BadInputError: a binary shape would be written to a terminal.
    """
    if out is None:
        stream = typer.get_binary_stream("stdout")
        if binary and stream.isatty():
            raise BadInputError(_("This shape is no text; name a file with --out, or write it to a pipe."))
        stream.write(data)
        return
    try:
        with out.open("xb") as file:
            file.write(data)
    except FileExistsError as there:
        raise RefusedError(_("%(path)s is there already; choose another name.") % {"path": out}) from there
    typer.echo(_("Written to %(path)s.") % {"path": out}, err=True)


def _told(one: Vintage) -> dict[str, object]:
    return {
        "dataset": one.dataset,
        "number": one.number,
        "state": "final" if one.final else "provisional",
        "cut_off": one.cut_off.isoformat(),
        "made_at": one.made_at.isoformat() if one.made_at else None,
        "cases": one.cases,
        "sha256": one.sha256,
    }


def _tell(one: Vintage, *, json: bool) -> None:
    """Say which vintage was taken."""
    if json:
        print_json(_told(one))
    else:
        told = {"number": one.number, "moment": one.cut_off.isoformat(timespec="seconds")}
        print_counts(_("Vintage %(number)s, cut-off %(moment)s") % told, {_("cases"): one.cases})
