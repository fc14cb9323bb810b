"""Say that a person's assessment is to be made anew, because a new fact has come up (R14)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from soken.access.policy import Act
from soken.casework.models import Priority
from soken.core import clock

if TYPE_CHECKING:
    from soken.casework.models import Dossier

#: Acts that bring a new fact: a role, a corroboration, an exhibit, an identity, an ending, an offence, custody, a
#: warrant, and that somebody told child protection or that it answered.
NEW_FACTS: Final = frozenset(
    {
        Act.RECORD_FINDING, Act.CONFIRM_IDENTITY, Act.END_DOSSIER, Act.RECORD_OFFENCE, Act.RECORD_CUSTODY,
        Act.NOTIFY_SAFETY, Act.RECORD_WARRANT,
    }
)  # fmt: skip


def reassess_due(dossier: Dossier, because: Act) -> None:
    """Mark an assessment as to be made anew, since the first fact that came after it; the band stays as it is.

    Called inside the transaction of the act that brought the fact. A person whom nobody has assessed is due anyway.
    """
    if because in NEW_FACTS:
        Priority.objects.filter(dossier=dossier, assessment__isnull=False, reassess_since__isnull=True).update(
            reassess_since=clock.now(), reassess_because=because.value
        )
