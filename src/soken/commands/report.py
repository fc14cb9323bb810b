"""``soken report``: the statistics of clearances, counted from a vintage."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from soken.commands.output import print_counts, print_json
from soken.commands.started import started
from soken.core.errors import BadInputError, RefusedError

if TYPE_CHECKING:
    from soken.casework.models import Vintage
    from soken.report.whole import Report

app = typer.Typer(help="Statistics of clearances: cases, persons and victims, each counted.", no_args_is_help=True)


class Shape(StrEnum):
    """What a report is written as."""

    JSON = "json"
    CSV = "csv"
    XLSX = "xlsx"
    HTML = "html"
    PDF = "pdf"


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


@app.command("annual")
def annual(
    year: Year,
    shape: Annotated[Shape, typer.Option("--format", help="What to write it as.")] = Shape.JSON,
    language: Annotated[Language, typer.Option(help="Of its words.")] = Language.JA,
    dataset: Set = "",
    vintage: Number = None,
    occurred_at: Occurred = False,
    publish: Public = False,
    tag: Tags = None,
    out: Out = None,
) -> None:
    """Write a year's report: the three counts, their changes and shares, and every table."""
    report = _report(year, dataset, vintage, occurred_at=occurred_at, publish=publish, tags=tag)
    _write(_shaped(report, shape, language.value), out, binary=shape in {Shape.XLSX, Shape.PDF})


@app.command("table")
def table(
    code: Annotated[str, typer.Argument(help="Short name of a table; an unknown one is answered with all.")],
    year: Year,
    language: Annotated[Language, typer.Option(help="Of its words.")] = Language.JA,
    dataset: Set = "",
    vintage: Number = None,
    occurred_at: Occurred = False,
    publish: Public = False,
    tag: Tags = None,
) -> None:
    """Print one table of a year as JSON, with its definition, filter and cut-off."""
    from soken.exchange.statistics import table_object
    from soken.report.tables import table_kind

    kind = table_kind(code)
    report = _report(year, dataset, vintage, occurred_at=occurred_at, publish=publish, tags=tag)
    found = next((one for one in report.tables if one.kind is kind), None)
    if kind in report.left_out:
        raise RefusedError(f"The table {code} cannot be published: small numbers could be worked out from its totals.")
    if found is None:
        shown = ", ".join(one.kind.code for one in report.tables)
        raise BadInputError(f"The table {code} means nothing in this data set; it has {shown}.")
    print_json(table_object(report, found, language.value))


@app.command("vintage")
def vintage(
    final: Annotated[bool, typer.Option("--final", help="Final figures; else provisional.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Keep the clearances as they stand now, to be counted from for good."""
    home = started()
    from soken.casework.actions.take_vintage import take_vintage

    _tell(take_vintage(home, by=None, final=final), json=json)


@app.command("vintages")
def vintages() -> None:
    """Print the vintages that were taken, as JSON."""
    started()
    from soken.casework.models import Vintage

    print_json({"vintages": [_told(one) for one in Vintage.objects.order_by("dataset", "number")]})


def _report(
    year: int, dataset: str, number: int | None, *, occurred_at: bool, publish: bool, tags: list[str] | None
) -> Report:
    """Return the report that was asked for."""
    home = started()
    from soken.casework.models import Dataset
    from soken.casework.selectors.statistics import annual_report
    from soken.casework.selectors.vintages import vintage_for
    from soken.report.counting import Place

    named = _tags(tags or [])
    if named and not publish:
        raise BadInputError("A tag names an operation in a publication; add --publish.")
    if dataset and dataset not in Dataset.values:
        raise BadInputError(f"{dataset!r} is no data set; say live or published.")
    found = vintage_for(home, dataset=dataset, number=number, year=year)
    place = Place.OCCURRED_AT if occurred_at else Place.CLEARED_AT
    return annual_report(home, found, year, reader=None, place=place, public=publish, tags=named)


def _tags(said: list[str]) -> dict[str, str]:
    """Return operation → public tag as they were typed.

    Raises:
        BadInputError: one is not of the form OPERATION=TAG.
    """
    parts = [one.partition("=") for one in said]
    for one, (slug, _sign, tag) in zip(said, parts, strict=True):
        if not slug or not tag:
            raise BadInputError(f"{one!r} gives no tag to an operation; write OPERATION=TAG.")
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
            raise BadInputError("This shape is no text; name a file with --out, or write it to a pipe.")
        stream.write(data)
        return
    try:
        with out.open("xb") as file:
            file.write(data)
    except FileExistsError as there:
        raise RefusedError(f"{out} is there already; choose another name.") from there
    typer.echo(f"Written to {out}.", err=True)


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
        print_counts(f"Vintage {one.number}, cut-off {one.cut_off.isoformat(timespec='seconds')}", {"cases": one.cases})
