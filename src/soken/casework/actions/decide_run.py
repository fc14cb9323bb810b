"""Accept or discard a run that was made to be looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from soken.access.policy import Act
from soken.casework.actions.dossier_act import check_right
from soken.casework.actions.propose_run import candidates_folder
from soken.casework.actions.resolve_operation import only_one_resolves, publish
from soken.casework.actions.shut_matches import look_at_run
from soken.casework.models import CandidateState, RunCandidate
from soken.casework.protected_lock import bringing_rows
from soken.core import clock
from soken.core.errors import NotFoundError, RefusedError

if TYPE_CHECKING:
    from soken.access.models import User
    from soken.casework.models import Operation, ResolveRun
    from soken.casework.selectors.protected_looked import Looked
    from soken.core.home import Home


def accept_run(operation: Operation, folder: str, *, by: User, home: Home) -> ResolveRun:
    """Show a candidate's proposals from now on; what people have judged since it was made binds the run after it.

    Args:
        operation: whose candidate.
        folder: name of the candidate that the actor looked at.
        by: who accepts it.
        home: the installation's folders.

    Raises:
        NotFoundError: no member of the operation, or no such candidate.
        RefusedError: the role does not permit it, it is decided already, evidence or the run that is shown has changed
            since it was made, or another process resolves.
    """
    check_right(operation, by, Act.RESOLVE)
    with only_one_resolves(operation, home):
        # What is refused in a moment is not looked through first.
        waits = operation.candidates.filter(folder=folder, state=CandidateState.OPEN).exists()
        looked = look_at_run(candidates_folder(operation, home) / folder) if waits else None
        return _accepted(operation, folder, by, home, looked)


def _accepted(operation: Operation, folder: str, by: User, home: Home, looked: Looked | None) -> ResolveRun:
    """Accept a candidate in one transaction; what it holds was looked through before."""
    with bringing_rows():
        candidate = _open(operation, folder)
        shown = operation.runs.first()
        read = [{"id": item.evidence_id, "reading": item.reading} for item in operation.evidence.all()]
        if shown is None or shown.run_id != candidate.base_run or read != candidate.inputs["evidence"]:
            raise RefusedError(
                _("What %(folder)s was compared with has changed since: evidence, or the run shown; resolve again.")
                % {"folder": folder}
            )
        _decide(candidate, CandidateState.ACCEPTED, by)
        return publish(
            operation, candidates_folder(operation, home) / folder, home, candidate.counts, candidate.inputs,
            candidate.seconds, looked=looked,
        )  # fmt: skip


def discard_run(operation: Operation, folder: str, *, by: User) -> RunCandidate:
    """Leave what is shown as it is; the candidate's files stay, to be read.

    Raises:
        NotFoundError: no member of the operation, or no such candidate.
        RefusedError: the role does not permit it, or it is decided already.
    """
    check_right(operation, by, Act.RESOLVE)
    with transaction.atomic():
        candidate = _open(operation, folder)
        _decide(candidate, CandidateState.DISCARDED, by)
    return candidate


def _open(operation: Operation, folder: str) -> RunCandidate:
    """Return a candidate that nobody has decided, locked.

    Raises:
        NotFoundError: there is none of this name.
        RefusedError: it is decided.
    """
    candidate = operation.candidates.select_for_update().filter(folder=folder).first()
    if candidate is None:
        raise NotFoundError(_("There is no candidate %(folder)s.") % {"folder": folder[:20]})
    if candidate.state != CandidateState.OPEN:
        raise RefusedError(
            _("%(folder)s is decided already: %(state)s.") % {"folder": folder, "state": candidate.get_state_display()}
        )
    return candidate


def _decide(candidate: RunCandidate, state: CandidateState, by: User) -> None:
    """Enter who decided what, and when."""
    candidate.state, candidate.decided_by, candidate.decided_at = state, by, clock.now()
    candidate.save(update_fields=["state", "decided_by", "decided_at"])
