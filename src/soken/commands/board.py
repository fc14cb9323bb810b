"""``soken board``: what you must do today."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from soken.commands.acting import acting_user
from soken.commands.dossier_act import By, In, Json
from soken.commands.language import gettext as _
from soken.commands.language import in_words
from soken.commands.output import print_counts, print_json
from soken.commands.started import started

if TYPE_CHECKING:
    from soken.casework.selectors.standing import Age
    from soken.casework.selectors.unopened import UnopenedList


def board(by: By = "", json: Json = False) -> None:
    """Count what you must do today, in all your operations."""
    started()
    from soken.casework.selectors.digest import WAITING, waiting_for
    from soken.casework.selectors.notifications import unread_count

    user = acting_user(by)
    counts = {name: count for name, count in {"unread": unread_count(user), **waiting_for(user)}.items() if count}
    if json:
        print_json({"waiting": counts})
    elif counts:
        words = {"unread": _("unread notifications"), **WAITING}
        print_counts(_("What waits for you"), {in_words(name, words[name]): count for name, count in counts.items()})
    else:
        typer.echo(_("Nothing waits for you."))


def standing(operation: In, by: By = "", json: Json = False) -> None:
    """Count where everybody in an operation stands: by stage, and ages against targets by force and band."""
    started()
    from dataclasses import asdict

    from soken.access.policy import Act
    from soken.casework.actions.dossier_act import check_right
    from soken.casework.models.dossier import STAGE_NAMES
    from soken.casework.selectors.operations import operation_named
    from soken.casework.selectors.standing import ages, stage_funnel
    from soken.casework.selectors.unopened import unopened_of
    from soken.review.stages import Stage

    asked = operation_named(operation)
    check_right(asked, acting_user(by), Act.SEE_DOSSIER)
    funnel, found, waiting = stage_funnel(asked), ages(asked), unopened_of(asked)
    if json:
        told = {**asdict(waiting), "alarm": waiting.alarm} if waiting else None
        ages_told = [asdict(one) for one in found]
        print_json({**asdict(funnel), "adds_up": funnel.adds_up, "no_dossier_yet": told, "ages": ages_told})
        return
    stages = {in_words(stage, STAGE_NAMES[Stage(stage)]): count for stage, count in funnel.stages.items()}
    print_counts(_("By stage"), {_("no dossier yet"): funnel.unopened, **stages, _("all persons"): funnel.total})
    safeguarded = _("Child protection was told of %(told)s persons; notifications acknowledged: %(count)s.")
    typer.echo(safeguarded % {"told": funnel.told, "count": funnel.safeguarded})
    if funnel.joined:
        joined = _("Joined into other persons' dossiers, and counted there once: %(count)s.")
        typer.echo(joined % {"count": funnel.joined})
    if waiting is not None:
        _tell_unopened(waiting)
    print_counts(_("Past the target"), {_group(one): _late(one) for one in found})


def _tell_unopened(waiting: UnopenedList) -> None:
    """Say how long persons have waited for a dossier, and on an alarm that it is one."""
    words = _("No dossier yet: %(persons)s, %(days)s days after the first such list was received (%(day)s).")
    said = words % {"persons": waiting.persons, "days": waiting.days, "day": waiting.since}
    typer.echo(f"{_('ALARM')}: {said}" if waiting.alarm else said)


def _group(one: Age) -> str:
    """Name the force and the band whose persons are counted together."""
    from soken.casework.selectors.ownership import force_named
    from soken.desk.priority_words import band_words

    named = force_named(one.force)
    force = in_words(one.force, named.ja if named else one.force) if one.force else _("no force")
    return f"{force}, {in_words(one.band or 'not assessed', band_words(one.band))}"


def _late(one: Age) -> str:
    """Say how many of a group are past their target."""
    return _("%(late)s of %(persons)s") % {"late": one.late, "persons": one.persons}
