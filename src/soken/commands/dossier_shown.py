"""How the command line shows a dossier: the same list of what is missing as the desk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from soken.casework.selectors.dossier import DossierFile
    from soken.review.guards import Missing


def as_json(file: DossierFile) -> dict[str, Any]:
    """Return a dossier for programs: stage, what is missing for each next one, what is recorded."""
    dossier = file.dossier
    return {
        "person": dossier.person_code,
        "stage": str(dossier.stage),
        "version": dossier.version,
        "force": dossier.force,
        "received_on": dossier.received_on.isoformat(),
        "rows": file.row_count,
        "next": [
            {
                "stage": one.way.after.value,
                "act": one.way.act,
                "roles": sorted(one.way.roles),
                "reason_needed": one.way.reason,
                "missing": [_missing(lack) for lack in one.missing],
            }
            for one in file.ahead
        ],
        "lost": [_missing(lack) for lack in file.lost],
        "after_death": [{"kind": one.kind, "on": one.on.isoformat()} for one in file.contradiction.after]
        if file.contradiction
        else [],
        "roles": [
            {"key": one.pk, "role": one.role, "this_person": one.is_person}
            for one in file.roles
            if not one.withdrawn_at
        ],
        "rivals": [{"kind": one.kind, "state": one.state} for one in file.rivals],
        "exhibits": [{"number": one.number, "origin": one.origin} for one in file.exhibits],
        "corroborations": [
            {"key": one.pk, "kind": one.kind, "exhibit": one.exhibit.number}
            for one in file.corroborations
            if not one.withdrawn_at
        ],
        "elements": [
            {"key": one.pk, "element": one.element, "exhibit": one.exhibit.number}
            for one in file.elements
            if not one.withdrawn_at
        ],
        "interviews": [
            {
                "number": one.pk,
                "held_on": one.held_on.isoformat(),
                "place": one.place,
                "who": one.who,
                "unplanned": one.unplanned,
                "withdrawn": one.withdrawn_reason,
            }
            for one in file.interviews
        ],
        "enquiries": [
            {
                "key": one.pk,
                "question": one.question,
                "open": one.closed_at is None,
                "element": one.element,
                "followed_by": one.followed_by.username if one.followed_by else "",
                "result": one.result,
                "found": one.found,
                "exhibit": one.exhibit.number if one.exhibit else "",
            }
            for one in file.enquiries
        ],
        "history": [
            {
                "before": one.before,
                "after": one.after,
                "by": one.by.username,
                "at": one.at.isoformat(),
                "reason": one.reason,
            }
            for one in file.steps
        ],
    }


def print_dossier(file: DossierFile) -> None:
    """Print where a dossier stands and what is missing, for people, in the language that is on."""
    from soken.casework.dossier_words import STEP_WORDS, contradiction_words, missing_words
    from soken.casework.models.dossier import STAGE_NAMES
    from soken.review.stages import Stage

    dossier = file.dossier
    typer.echo(f"{dossier.person_code}  {STAGE_NAMES[Stage(dossier.stage)]} ({dossier.stage}), v{dossier.version}")
    if file.contradiction is not None:
        typer.echo(f"  ! {contradiction_words(file.contradiction)}")
    for lack in file.lost:
        typer.echo(f"  ! {missing_words(lack)}")
    for one in file.ahead:
        typer.echo(f"→ {one.way.after.value}: {STEP_WORDS[one.way.act]}")
        for lack in one.missing:
            typer.echo(f"    ○ {missing_words(lack)}")


def _missing(lack: Missing) -> dict[str, str]:
    """Return what is missing as a code with its words."""
    from soken.casework.dossier_words import missing_words

    return {"code": lack.code, "about": lack.about, "says": missing_words(lack)}
