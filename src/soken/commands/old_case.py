"""``soken old-case``: old cases taken over from a CSV, through the same acts, with a preview first."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from soken.commands.acting import acting_user
from soken.commands.dossier_act import By, In, Json
from soken.commands.language import gettext as _
from soken.commands.language import in_words, said, why
from soken.commands.output import print_json
from soken.commands.started import started
from soken.core.errors import BadInputError

if TYPE_CHECKING:
    from soken.casework.actions.import_cases import LineResult
    from soken.casework.old_cases import CaseTable

app = typer.Typer(help="Old cases, taken over from a CSV.", no_args_is_help=True)


@app.command("import")
def import_(
    file: Annotated[Path, typer.Option("--csv", help="CSV with headings; `reference` and `person` are needed.")],
    operation: In,
    apply: Annotated[bool, typer.Option("--apply/--preview", help="Do it; by default it is only tried.")] = False,
    previewed: Annotated[str, typer.Option(help="Mark that the preview printed; --apply asks for it.")] = "",
    aside: Annotated[
        Path | None, typer.Option(help="Write the lines set aside, with reasons, to this new CSV.")
    ] = None,
    by: By = "",
    json: Json = False,
) -> None:
    """Take over old cases as far as the gates let, or show what would come of each line (the default)."""
    started()
    from soken.casework.actions.import_cases import import_cases
    from soken.casework.old_cases import read_cases
    from soken.casework.selectors.operations import operation_named

    table = read_cases(_bytes(file))
    done = import_cases(operation_named(operation), table, by=acting_user(by), apply=apply, previewed=previewed)
    if aside is not None:
        _write_aside(aside, done)
    if json:
        print_json({"applied": apply, "mark": table.mark, "lines": [_as_json(one) for one in done]})
    else:
        _print(table, done, apply=apply)


@app.command("waiting")
def waiting(by: By = "", json: Json = False) -> None:
    """List the old cases whose screening waits for your review."""
    started()
    from soken.casework.selectors.old_cases import reviews_waiting

    found = [
        {
            "operation": one.operation.slug,
            "person": one.dossier.person_code if one.dossier else "",
            "reference": one.reference,
        }
        for one in reviews_waiting(acting_user(by))
    ]
    if json:
        print_json({"waiting": found})
        return
    for one in found:
        typer.echo(f"{one['operation']}  {one['person']}  {one['reference']}")


def _bytes(file: Path) -> bytes:
    """Return what a file holds.

    Raises:
        BadInputError: it cannot be read.
    """
    try:
        return file.read_bytes()
    except OSError as problem:
        raise BadInputError(_("%(path)s cannot be read: %(why)s.") % {"path": file, "why": why(problem)}) from problem


def _write_aside(out: Path, done: list[LineResult]) -> None:
    """Write the lines set aside as a CSV that can be mended and imported again, the reason in its last column.

    Raises:
        BadInputError: the file exists already or cannot be written.
    """
    from soken.casework.old_cases import aside_csv

    text = aside_csv((one.line, one.said) for one in done if one.outcome == "aside")
    try:
        with out.open("x", encoding="utf-8-sig", newline="") as target:
            target.write(text)
    except OSError as problem:
        raise BadInputError(
            _("%(path)s cannot be written: %(why)s; choose another place.") % {"path": out, "why": why(problem)}
        ) from problem


def _print(table: CaseTable, done: list[LineResult], *, apply: bool) -> None:
    """Print what came, or would come, of each line."""
    from soken.casework.dossier_words import missing_words
    from soken.casework.models.dossier import STAGE_NAMES
    from soken.review.stages import Stage

    shown = Table(title=_("Done") if apply else _("Preview: nothing was changed"), title_justify="left")
    for name in (_("line"), _("old case"), _("person"), _("result"), _("stage"), _("what is said")):
        shown.add_column(name)
    for one in done:
        told = [*map(missing_words, one.missing)] if one.missing else [said(one.said)]
        words = " ".join(filter(None, [*told, *one.open]))
        reference = one.line.cells.get("reference", "")
        stage = in_words(one.stage, STAGE_NAMES[Stage(one.stage)]) if one.stage else ""
        shown.add_row(str(one.line.number), reference, one.person, str(one.outcome.label), stage, words)
    Console().print(shown)
    if not apply:
        typer.echo(_("To take them over: the same command with --apply --previewed %(mark)s") % {"mark": table.mark})


def _as_json(one: LineResult) -> dict[str, Any]:
    """Return what became of a line, for programs."""
    return {
        "line": one.line.number,
        "reference": one.line.cells.get("reference", ""),
        "outcome": one.outcome.value,
        "person": one.person,
        "stage": one.stage,
        "said": one.said,
        "missing": [{"code": lack.code, "about": lack.about} for lack in one.missing],
        "open": list(one.open),
        "waits_for": one.reviewer.username if one.reviewer else "",
    }
