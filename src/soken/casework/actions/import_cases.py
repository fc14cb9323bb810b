"""Take over old cases from a CSV: each line through the very acts that pages do, as far as the gates let.

The importing user is the actor of everything. What needs a second person stays open, whoever the CSV says it was: a
past reviewer who is a user finds it waiting and does it; the name of anybody else is no act. A line goes through whole
or not at all; a gate that is shut is no failure of the line: it says what is missing and where the person stands.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from soken.access.models import User
from soken.access.policy import Act, allows
from soken.casework.actions.advance import GateError, advance
from soken.casework.actions.dossier_act import check_right
from soken.casework.actions.old_case_acts import ACTS
from soken.casework.actions.open_dossier import open_dossier
from soken.casework.actions.said import in_words, one_of
from soken.casework.models import LineOutcome, OldCaseImport, OldCaseLine
from soken.casework.models.warrant import folded
from soken.casework.old_cases import MISSING
from soken.casework.selectors.search import search
from soken.core import clock
from soken.core.errors import BadInputError, NotFoundError, ReconciliationError, RefusedError
from soken.review.stages import Stage
from soken.review.transitions import WAY_AHEAD

if TYPE_CHECKING:
    from collections.abc import Mapping

    from soken.casework.models import Dossier, Operation
    from soken.casework.old_cases import CaseLine, CaseTable
    from soken.review.guards import Missing

_ROW: Final = re.compile(r"E-[0-9a-f]{12}:[1-9][0-9]*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class LineResult:
    """What became, or would become, of a line.

    Attributes:
        line: the line.
        outcome: taken over, taken over in part, or set aside.
        person: whose dossier it became; '' if set aside.
        stage: where that person stands.
        said: why it was set aside, or what the gate at which it stopped says; '' if nothing is open.
        missing: what the next gate lacks.
        open: steps of second persons that stay open, in words.
        reviewer: a past reviewer who is a user and has still to review.
    """

    line: CaseLine
    outcome: LineOutcome
    person: str = ""
    stage: str = ""
    said: str = ""
    missing: tuple[Missing, ...] = ()
    open: tuple[str, ...] = ()
    reviewer: User | None = None


class _Undo(Exception):  # noqa: N818 (it ends a trial, it tells of no error)
    """Ends a preview: what was tried is rolled back."""


def import_cases(
    operation: Operation, table: CaseTable, *, by: User, apply: bool, previewed: str = ""
) -> list[LineResult]:
    """Take over old cases, or try it and undo it: a preview says exactly what doing it would.

    Args:
        operation: where.
        table: the CSV, read by `soken.casework.old_cases.read_cases`.
        by: who imports: the actor of every act.
        apply: False for a preview, which changes nothing.
        previewed: mark of the file that was looked at; doing it without, or with another's, is refused.

    Raises:
        RefusedError: this file was not previewed, or was imported already; and see `check_right`.
        NotFoundError: see `check_right`.
        ReconciliationError: lines were lost; nothing was kept.
    """
    check_right(operation, by, Act.IMPORT_CASES)
    if apply and previewed != table.mark:
        raise RefusedError(_("This file is not the one that was previewed; look at its preview first."))
    if OldCaseImport.objects.filter(operation=operation, sha256=table.sha256, lines_aside=0).exists():
        raise RefusedError(_("This very file was imported already, and no line of it was set aside."))
    before: set[str] = set()
    if not apply:
        # A line at a time: nobody else waits for the whole preview to be over.
        return [_tried(operation, line, by, before) for line in table.lines]
    with transaction.atomic():
        results = [_one(operation, line, by, before) for line in table.lines]
        _keep(operation, table, results, by)
    return results


def _tried(operation: Operation, line: CaseLine, by: User, before: set[str]) -> LineResult:
    """Take over a line and undo it."""
    result = LineResult(line, LineOutcome.ASIDE)
    try:
        with transaction.atomic():
            result = _one(operation, line, by, before)
            raise _Undo
    except _Undo:
        return result


def _one(operation: Operation, line: CaseLine, by: User, before: set[str]) -> LineResult:
    """Take over one line, whole or not at all; `before` are the persons of the lines before it."""
    if line.wrong:
        return LineResult(line, LineOutcome.ASIDE, said=line.wrong)
    try:
        with transaction.atomic():
            result = _taken(operation, line, by, before)
    except (BadInputError, NotFoundError, RefusedError) as refused:
        return LineResult(line, LineOutcome.ASIDE, said=refused.message)
    before.add(result.person)
    return result


def _taken(operation: Operation, line: CaseLine, by: User, before: set[str]) -> LineResult:
    """Open the dossier and enter what the line says.

    Raises:
        BadInputError, NotFoundError, RefusedError: an act refuses it; all of the line is undone.
    """
    said = line.cells
    if OldCaseLine.objects.filter(operation=operation, reference=_reference(said), dossier__isnull=False).exists():
        raise RefusedError(_("Old case %(reference)s was taken over already.") % {"reference": _reference(said)})
    goal = Stage(one_of(said["stage"], WAY_AHEAD, _("The stage"))) if "stage" in said else None
    code = _person(operation, said["person"], by)
    if code in before:
        raise RefusedError(_("A line before this one was taken over for %(person)s.") % {"person": code})
    dossier = open_dossier(operation, code, by=by)
    for columns, act in ACTS:
        if columns & said.keys():
            act(dossier, said, by)
    stopped, missing = _walk(dossier, goal, by)
    dossier.refresh_from_db()
    reviewer, still_open = _second_persons(operation, said, by)
    return LineResult(
        line,
        LineOutcome.PART if stopped or still_open else LineOutcome.DONE,
        person=dossier.person_code,
        stage=dossier.stage,
        said=stopped,
        missing=missing,
        open=tuple(still_open),
        reviewer=reviewer,
    )


def _reference(said: Mapping[str, str]) -> str:
    """Return the old case's number."""
    return in_words(said["reference"], _("The old case number"), longest=120)


def _person(operation: Operation, named: str, by: User) -> str:
    """Return the code of the person whom a line names by code, or by a row of the list.

    Raises:
        NotFoundError: no run proposes a person of this row.
    """
    if not _ROW.fullmatch(named):
        return named.upper()
    hits = search(by, operation, named).hits
    if not hits:
        raise NotFoundError(_("Row %(row)s belongs to no proposed person.") % {"row": named})
    return hits[0].person.code


def _walk(dossier: Dossier, goal: Stage | None, by: User) -> tuple[str, tuple[Missing, ...]]:
    """Go towards a stage as far as the gates and the role let; return what the gate at which it stops says."""
    if goal is None:
        return "", ()
    for after in WAY_AHEAD[1 : WAY_AHEAD.index(goal) + 1]:
        try:
            advance(dossier, by=by, to=after, reason=_("taken over from an old case"))
        except GateError as shut:
            return shut.head, tuple(shut.missing)
        except RefusedError as refused:
            return refused.message, ()
    return "", ()


def _second_persons(operation: Operation, said: Mapping[str, str], by: User) -> tuple[User | None, list[str]]:
    """Return the past reviewer who has still to review, and what stays open because another must do it."""
    still_open = []
    reviewer = None
    if "reviewer" in said:
        reviewer = _member(operation, said["reviewer"], Act.REVIEW_SCREENING)
        if reviewer == by:
            reviewer = None
            still_open.append(_("Review of the screening: whoever imports cannot have reviewed; another must."))
        elif reviewer is None:
            still_open.append(
                _("Review of the screening: %(who)s is no user who may review here; it stays open.")
                % {"who": said["reviewer"][:60]}
            )
        else:
            still_open.append(_("Review of the screening: waits for %(who)s.") % {"who": reviewer.username})
    if "confirmed_by" in said:
        still_open.append(
            _("Identity: two people confirm it here, each from their own look; that %(who)s did so before is not one.")
            % {"who": said["confirmed_by"][:60]}
        )
    return reviewer, still_open


def _member(operation: Operation, name: str, act: Act) -> User | None:
    """Return the member of this name whose role permits an act."""
    found = User.objects.filter(username=name, is_active=True, memberships__operation=operation).first()
    return found if found is not None and allows(found, act) else None


def _lacks(one: LineResult) -> str:
    """Return what is missing at the gate as a line of codes, which the page says in its own language."""
    codes = (f"{lack.code}={lack.about}" if lack.about else lack.code for lack in one.missing)
    return MISSING + ",".join(codes) if one.missing else ""


def _keep(operation: Operation, table: CaseTable, results: list[LineResult], by: User) -> None:
    """Keep what became of each line.

    Raises:
        ReconciliationError: a line is missing.
        RefusedError: somebody else took over one of the old cases at the same time.
    """
    counts = {outcome: sum(one.outcome == outcome for one in results) for outcome in LineOutcome}
    if len(results) != len(table.lines) or sum(counts.values()) != len(table.lines):
        raise ReconciliationError(f"{len(table.lines)} lines were read, {len(results)} are accounted for.")
    batch = OldCaseImport.objects.create(
        operation=operation, sha256=table.sha256, by=by, at=clock.now(), lines_read=len(table.lines),
        lines_done=counts[LineOutcome.DONE], lines_part=counts[LineOutcome.PART], lines_aside=counts[LineOutcome.ASIDE],
    )  # fmt: skip
    dossiers = {one.person_code: one for one in operation.dossiers.filter(person_code__in=[r.person for r in results])}
    try:
        OldCaseLine.objects.bulk_create(
            OldCaseLine(
                batch=batch, operation=operation, number=one.line.number, outcome=one.outcome,
                reference=one.line.cells.get("reference", "")[:120],
                folded=folded(one.line.cells.get("reference", "")[:120]), dossier=dossiers.get(one.person),
                said="\n".join(filter(None, [one.said, _lacks(one), *one.open])), reviewer=one.reviewer,
                cells=dict(one.line.cells) if one.outcome == LineOutcome.ASIDE else {},
            )
            for one in results
        )  # fmt: skip
    except IntegrityError as taken:
        raise RefusedError(
            _("Somebody else has just taken over one of these old cases; look at the preview anew.")
        ) from taken
