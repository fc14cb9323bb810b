"""How the command line shows priority: the band with what it rests on, its unknowns and published error rates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from soken.commands.output import print_json
from soken.prioritise.instrument_file import is_shipped

if TYPE_CHECKING:
    from soken.casework.models import Assessment
    from soken.casework.selectors.priority import PriorityFile, PriorityPage, Ranked
    from soken.prioritise.instrument import Instrument


def ranked_json(one: Ranked) -> dict[str, Any]:
    """Return where a person stands, for programs."""
    row = one.priority
    return {
        "person": row.dossier.person_code,
        "band": row.band or None,
        "received_on": row.dossier.received_on.isoformat(),
        "due_on": row.due_on.isoformat(),
        "days_late": one.days,
        "lateness": one.lateness.value,
        "assess_again": one.again,
        "again_by": row.next_on.isoformat() if row.next_on else None,
        "lowering_waits": one.waits,
        "child_protection_told": one.notified,
        "force": row.dossier.force,
        "stage": str(row.dossier.stage),
    }


def as_json(file: PriorityFile) -> dict[str, Any]:
    """Return a person's priority for programs: the band in force, versions, changes of band."""
    return {
        **ranked_json(file.ranked),
        "version": file.dossier.version,
        "status": "unvalidated decision support",
        "assessments": [_assessment(one) for one in file.assessments],
        "changes": [
            {
                "before": one.before or None,
                "after": one.after,
                "state": str(one.state),
                "reason": one.reason,
                "by": one.by.username if one.by else None,
                "second": one.second.username if one.second else None,
                "second_reason": one.second_reason,
                "at": one.at.isoformat(),
            }
            for one in file.changes
        ],
    }


def print_file(file: PriorityFile) -> None:
    """Print a person's priority for people, in the language that is on."""
    typer.echo(_line(file.ranked))
    if file.waiting:
        typer.echo(f"  ◆ a lowering to {file.waiting.after} waits for another person")
    for one in file.assessments[:1]:
        typer.echo(f"  v{one.number}  {one.instrument} v{one.instrument_version}, {one.score} points → {one.band}")
        if one.lowest != one.highest:
            typer.echo(f"      not everything is known: from {one.lowest} to {one.highest}")
        for part in one.contributions:
            mark = " (not known: counts in full)" if part["assumed"] else ""
            typer.echo(f"      {part['points']:>4}  {part['factor']} = {part['answer']}{mark}")
    typer.echo("  Unvalidated decision support: it orders work and proves nothing (soken priority instrument).")


def print_list(page: PriorityPage) -> None:
    """Print a page of the list for people."""
    for one in page.persons:
        typer.echo(_line(one))
    if page.later:
        typer.echo(f"More: --at {page.later}")
    if not page.persons:
        typer.echo("No person fits.")


def print_instrument(instrument: Instrument, language: str, *, json: bool) -> None:
    """Print an instrument: questions, what answers count, bands, published rates of comparable tools."""
    shown = {
        "id": instrument.id,
        "version": instrument.version,
        "date": instrument.date.isoformat(),
        "status": instrument.status,
        "source": instrument.source,
        "sha256": instrument.sha256,
        "shipped": is_shipped(instrument),
        "bands": [
            {"code": one.code.value, "from": one.points, "target_days": one.target_days, "alarm_days": one.alarm_days}
            for one in instrument.bands.values()
        ],
        "rates": [
            {"bands": [*one.bands], "tool": one.tool, "share": one.share, "of": _said(one, language), "in": one.source}
            for one in instrument.rates
        ],
        "factors": [
            {
                "code": one.code,
                "group": one.group.value,
                "question": _said(one, language),
                "required": one.required,
                "source": one.source,
                "answers": {code: {"points": a.points, "says": _said(a, language)} for code, a in one.answers.items()},
            }
            for one in instrument.factors.values()
        ],
    }  # fmt: skip
    if json:
        print_json(shown)
        return
    typer.echo(f"{instrument.id} v{instrument.version}, {instrument.date}: {instrument.status}")
    if not is_shipped(instrument):
        typer.echo(
            f"Not the instrument that ships with Soken, but this installation's own. Source: {instrument.source}"
        )
    for band in instrument.bands.values():
        typer.echo(f"  {band.code:<10} from {band.points:>3} points, within {band.target_days} days of receipt")
        for rate in instrument.rates_of(band.code):
            typer.echo(f"    {rate.tool}: {rate.share:.1%} {_said(rate, language)} [{rate.source}]")
    for factor in instrument.factors.values():
        typer.echo(f"{factor.code} ({factor.group}){' *' if factor.required else ''}: {_said(factor, language)}")
        for code, answer in factor.answers.items():
            typer.echo(f"    {answer.points:>3}  {code}: {_said(answer, language)}")
    typer.echo("* counts in full while it is not known")


def _line(one: Ranked) -> str:
    """Return a person in one line."""
    row = one.priority
    late = f"{one.days} d late" if one.days > 0 else "in time"
    marks = [late, *(["ALARM"] if one.lateness == "alarm" else []), *(["assess again"] if one.again else [])]
    marks += ["a lowering waits"] if one.waits else []
    return f"{row.dossier.person_code}  {row.band or 'not assessed':<12} due {row.due_on}  {', '.join(marks)}"


def _assessment(one: Assessment) -> dict[str, Any]:
    """Return a version for programs."""
    return {
        "number": one.number,
        "instrument": one.instrument,
        "instrument_version": one.instrument_version,
        "instrument_sha256": one.instrument_sha256,
        "score": one.score,
        "band": str(one.band),
        "lowest": one.lowest,
        "highest": one.highest,
        "contributions": one.contributions,
        "reason": one.reason,
        "by": one.by.username if one.by else None,
        "at": one.at.isoformat(),
        "again_by": one.next_on.isoformat(),
    }


def _said(one: Any, language: str) -> str:
    """Return the words in a language."""
    return str(one.ja if language == "ja" else one.en)
