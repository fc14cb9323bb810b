"""Say that a task is done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from soken.access.policy import Act
from soken.casework.actions.dossier_act import acting
from soken.casework.actions.said import in_words
from soken.casework.actions.tell import tell
from soken.casework.models import NotificationKind, Task
from soken.core import clock
from soken.core.errors import RefusedError

if TYPE_CHECKING:
    from soken.access.models import User
    from soken.casework.models import Dossier


def finish_task(dossier: Dossier, *, by: User, key: int, outcome: str, seen: int | None = None) -> Task:
    """Close a task with what was done, whoever did it, and notify who gave it.

    Args:
        dossier: about whom.
        by: who did it.
        key: number of the task.
        outcome: what was done; that nothing was to be done is said so in words.
        seen: version of the dossier that the actor saw.

    Raises:
        BadInputError: what was done is missing.
        RefusedError: no such task is open; and see `acting`.
        NotFoundError: see `acting`.
    """
    said = in_words(outcome, _("What was done"))
    with acting(dossier, by, Act.RECORD_FINDING, seen=seen, frozen_too=True, fact=False) as now:
        task = now.tasks.select_for_update().filter(pk=key, done_at__isnull=True).first()
        if task is None:
            raise RefusedError(_("No task %(key)s is open on this dossier.") % {"key": key})
        task.outcome, task.done_by, task.done_at = said, by, clock.now()
        task.save(update_fields=["outcome", "done_by", "done_at"])
        if task.by_id != by.pk:
            tell([task.by_id], now, NotificationKind.TASK_DONE)
        return task
