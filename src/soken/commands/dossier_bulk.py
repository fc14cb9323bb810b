"""``soken dossier bulk``: one act on the persons of a CSV or of a saved filter, with what each gate says first."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from soken.commands.acting import acting_user
from soken.commands.dossier_act import By, In, Json
from soken.commands.language import gettext as _
from soken.commands.language import in_words
from soken.commands.output import print_json
from soken.commands.started import started
from soken.core.code_list import codes_in, text_in
from soken.core.errors import BadInputError

if TYPE_CHECKING:
    from soken.casework.actions.bulk_line import BulkLine

app = typer.Typer()


@app.command("bulk")
def bulk(
    act: Annotated[str, typer.Option(help="open, screen, own or assign.")],
    operation: In,
    file: Annotated[
        Path | None,
        typer.Option("--csv", help="CSV: the codes in column `person` (人物, コード), else in its first."),
    ] = None,
    saved: Annotated[str, typer.Option("--filter", help="Name of a saved filter, instead of a CSV.")] = "",
    reason: Annotated[str, typer.Option(help="Coded reason of a screening; why a force takes them on.")] = "",
    force: Annotated[str, typer.Option(help="Force that takes them on (own); yours, if not said.")] = "",
    apply: Annotated[bool, typer.Option("--apply/--preview", help="Do it; by default it is only tried.")] = False,
    by: By = "",
    json: Json = False,
) -> None:
    """Do one act on each person of a CSV or of a saved filter, or show what each gate would say (the default)."""
    if (file is None) == (not saved):
        raise BadInputError("Say whom: by --csv FILE or by --filter NAME, and by one of them only.")
    codes = codes_of(file) if file else []
    started()
    from soken.casework.actions.ask_bulk import MOST_AT_ALL, ask_bulk
    from soken.casework.actions.bulk import MOST
    from soken.casework.actions.bulk import bulk as act_on_many
    from soken.casework.selectors import saved_filters
    from soken.casework.selectors.operations import operation_named

    where, user = operation_named(operation), acting_user(by)
    if saved:
        codes = saved_filters.codes_of(where, saved_filters.filter_named(where, user, saved), MOST_AT_ALL)
    named = dict.fromkeys(one.strip().upper() for one in codes if one.strip())
    if apply and len(named) > MOST:
        job = ask_bulk(where, codes, by=user, act=act, reason=reason, force=force)
        if json:
            print_json({"act": act, "applied": False, "job": job.pk, "persons": len(named)})
        else:
            words = _("Asked for as number %(number)s; a worker does it. See: soken dossier bulk-report %(number)s")
            typer.echo(words % {"number": job.pk})
        return
    # Of a large one the first are tried: the others meet the same gates when it is done.
    codes = list(named)[:MOST] if len(named) > MOST else codes
    lines = act_on_many(where, codes, by=user, act=act, reason=reason, force=force, apply=apply)
    if json:
        print_json({"act": act, "applied": apply, "persons": [_as_json(one) for one in lines]})
    else:
        _print(lines, apply=apply)


@app.command("bulk-report")
def bulk_report(
    number: Annotated[int, typer.Argument(help="Number of the act on many, as `bulk` gave it.", metavar="NUMBER")],
    operation: In,
    cancel: Annotated[bool, typer.Option("--cancel", help="Leave the rest of it first.")] = False,
    by: By = "",
    json: Json = False,
) -> None:
    """Show how far a large act on many persons is, and what came of each; with --cancel leave the rest."""
    started()
    import sys

    from soken.access.policy import Act
    from soken.casework.actions.ask_bulk import cancel_bulk
    from soken.casework.actions.dossier_act import check_right
    from soken.casework.selectors.bulk_jobs import bulk_report as reported
    from soken.casework.selectors.operations import operation_named

    asked, user = operation_named(operation), acting_user(by)
    check_right(asked, user, Act.SEE_DOSSIER)
    if cancel:
        cancel_bulk(asked, number, by=user)
    found = reported(asked, number, most=sys.maxsize - 1)
    if json:
        persons = [{"person": one.person_code, "state": one.state, "said": one.said, "missing": one.missing}
                   for one in found.persons]  # fmt: skip
        print_json({"job": found.job.pk, "state": found.job.state, "counts": found.counts, "persons": persons})
        return
    for one in found.persons:
        typer.echo(f"{one.person_code}  {in_words(one.state, one.get_state_display())}  {one.said}".rstrip())
    typer.echo(f"{in_words(found.job.state, found.job.get_state_display())}: {found.ended} / {found.total}")


def codes_of(file: Path) -> list[str]:
    """Return the person codes of a CSV.

    Raises:
        BadInputError: the file cannot be read as text, or is no CSV.
    """
    try:
        text = text_in(file.read_bytes())
    except FileNotFoundError as problem:
        raise BadInputError(f"There is no file {file}.") from problem
    except OSError as problem:
        raise BadInputError(f"{file} cannot be read as a CSV in UTF-8; save it as one.") from problem
    if text is None or "\0" in text:
        raise BadInputError(f"{file} cannot be read as a CSV in UTF-8; save it as one.")
    return codes_in(text)


def _print(lines: list[BulkLine], *, apply: bool) -> None:
    """Print what came, or would come, of it, a person a line."""
    from soken.casework.dossier_words import missing_words

    table = Table(title=_("Done") if apply else _("Preview: nothing was changed"), title_justify="left")
    for name in (_("person"), _("stage"), "", _("what is said")):
        table.add_column(name)
    for one in lines:
        said = [one.said] if one.said else []
        verdict = (_("done") if apply else _("would be done")) if one.done else _("refused")
        table.add_row(one.person, one.stage, verdict, " ".join([*said, *map(missing_words, one.missing)]))
    Console().print(table)


def _as_json(line: BulkLine) -> dict[str, Any]:
    """Return a line for JSON."""
    return {
        "person": line.person,
        "done": line.done,
        "said": line.said,
        "stage": line.stage,
        "next": line.ahead,
        "missing": [{"code": one.code, "about": one.about} for one in line.missing],
    }
