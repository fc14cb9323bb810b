"""``soken warrant``: warrants and authorities, whom they concern and what became of them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from soken.commands.acting import acting_user
from soken.commands.dossier_act import By, Day, In, Json, Seen, day
from soken.commands.language import gettext as _
from soken.commands.language import in_words
from soken.commands.output import print_json
from soken.commands.started import started

if TYPE_CHECKING:
    from soken.casework.models import Warrant
    from soken.casework.selectors.warrants import SeenWarrant

app = typer.Typer(help="Warrants and other authorities.", no_args_is_help=True)

Key = Annotated[int, typer.Argument(help="Number of the warrant, as `list` shows it.", metavar="NUMBER")]


@app.command("record")
def record(
    kind: Annotated[str, typer.Option(help="An unknown kind is answered with the list.")],
    reference: Annotated[str, typer.Option(help="Its reference.")],
    issued_by: Annotated[str, typer.Option(help="Court and judge, or the office.")],
    issued_on: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="A day, as 2026-11-23.")],
    scope: Annotated[str, typer.Option(help="Places and kinds of things; items by their code alone.")],
    operation: In,
    good_until: Day = None,
    person: Annotated[list[str] | None, typer.Option(help="Whom it concerns (P-…); once for each.")] = None,
    nobody: Annotated[
        str, typer.Option(help="Why it concerns nobody of the operation, where somebody comes to a door (a shop).")
    ] = "",
    by: By = "",
    seen: Seen = None,
    json: Json = False,
) -> None:
    """Record a warrant."""
    started()
    from soken.casework.actions.record_warrant import record_warrant
    from soken.casework.selectors.operations import operation_named

    made = record_warrant(
        operation_named(operation), by=acting_user(by), kind=kind, reference=reference, issued_by=issued_by,
        issued_on=issued_on.date(), good_until=day(good_until), scope=scope, persons=person or (),
        nobody=nobody, seen=seen,
    )  # fmt: skip
    _tell(made, json)


@app.command("link")
def link(
    number: Key,
    person: Annotated[str, typer.Option(help="Whom it concerns too (P-…).")],
    operation: In,
    by: By = "",
    seen: Seen = None,
    json: Json = False,
) -> None:
    """Record that a warrant concerns one person more."""
    started()
    from soken.casework.actions.record_warrant import link_warrant
    from soken.casework.selectors.operations import operation_named

    _tell(link_warrant(operation_named(operation), number, by=acting_user(by), person=person, seen=seen), json)


@app.command("end")
def end(
    number: Key,
    outcome: Annotated[str, typer.Option(help="executed, returned or lapsed.")],
    on: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="A day, as 2026-11-23.")],
    operation: In,
    note: Annotated[str, typer.Option(help="By whom and where, or why it was not used.")] = "",
    by: By = "",
    json: Json = False,
) -> None:
    """Record what became of a warrant."""
    started()
    from soken.casework.actions.end_warrant import end_warrant
    from soken.casework.selectors.operations import operation_named

    done = end_warrant(operation_named(operation), number, by=acting_user(by), outcome=outcome, on=on.date(), note=note)
    _tell(done, json)


@app.command("list")
def list_(
    operation: In,
    person: Annotated[str, typer.Option(help="Only those that name this person.")] = "",
    by: By = "",
    json: Json = False,
) -> None:
    """List the warrants, and the evidence whose warrant is not recorded."""
    started()
    from soken.access.policy import Act
    from soken.casework.actions.dossier_act import check_right
    from soken.casework.selectors.operations import operation_named
    from soken.casework.selectors.warrants import warrants_of
    from soken.reference.warrants import warrant_kinds

    asked = operation_named(operation)
    check_right(asked, acting_user(by), Act.SEE_WARRANT)
    found = warrants_of(asked, person=person.upper())
    if json:
        print_json(
            {
                "total": found.total,
                "warrants": [_seen(one) for one in found.warrants],
                "unrecorded": [{"evidence": item.evidence_id, "reference": said} for item, said in found.unrecorded],
                "without": [item.evidence_id for item in found.without],
            }
        )
        return
    kinds = warrant_kinds()
    for one in found.warrants:
        entry = one.warrant
        kind, state = in_words(entry.kind, kinds[entry.kind].ja), _("RUN OUT") if one.over else _state(entry)
        last = _("until %(day)s") % {"day": f"{entry.good_until:%Y-%m-%d}" if entry.good_until else "–"}
        typer.echo(f"{entry.pk:>6}  {kind}  {entry.reference}  {last}  {state}  {' '.join(one.persons)}")
        if one.not_now:
            not_now = _("NOT NOW: %(persons)s: what it needs no longer stands.")
            typer.echo(f"        {not_now % {'persons': ' '.join(one.not_now)}}")
    for item, said in found.unrecorded:
        rests = {"evidence": item.evidence_id, "reference": said}
        typer.echo(_("%(evidence)s rests on %(reference)s, which is not recorded.") % rests)
    for item in found.without:
        typer.echo(_("%(evidence)s: its manifest names no warrant.") % {"evidence": item.evidence_id})
    typer.echo(_("%(count)s recorded.") % {"count": found.total})


def _seen(one: SeenWarrant) -> dict[str, Any]:
    """Return a warrant as it stands today, for programs."""
    evidence = [item.evidence_id for item in one.evidence]
    return {
        **_as_json(one.warrant), "persons": list(one.persons), "evidence": evidence, "over": one.over,
        "not_now": list(one.not_now),
    }  # fmt: skip


def _as_json(warrant: Warrant) -> dict[str, Any]:
    """Return a warrant for programs."""
    return {
        "number": warrant.pk,
        "kind": warrant.kind,
        "reference": warrant.reference,
        "issued_by": warrant.issued_by,
        "issued_on": warrant.issued_on.isoformat(),
        "good_until": warrant.good_until.isoformat() if warrant.good_until else None,
        "scope": warrant.scope,
        "nobody": warrant.nobody,
        "state": str(warrant.state),
        "ended_on": warrant.ended_on.isoformat() if warrant.ended_on else None,
        "note": warrant.note,
    }


def _tell(warrant: Warrant, json: bool) -> None:
    """Print how a warrant stands after an act."""
    if json:
        print_json(_as_json(warrant))
    else:
        said = {"number": warrant.pk, "reference": warrant.reference, "state": _state(warrant)}
        typer.echo(_("Recorded. Number %(number)s, %(reference)s: %(state)s.") % said)


def _state(warrant: Warrant) -> str:
    """Say what became of a warrant."""
    return in_words(warrant.state, warrant.get_state_display())
