"""What one act on many persons would do to each: asked of the very rules that the act asks, and nothing is written.

All that the rules look at is read for everybody at once, so that a preview costs the same queries for five persons and
for five hundred; a code that no run proposes costs its own, to say what became of it.
"""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from soken.casework.actions.advance import check_gate, reason_for, way_for
from soken.casework.actions.bulk_line import no_dossier, not_competent, refused, went_through
from soken.casework.actions.dossier_act import check_going_on, check_here, check_owner
from soken.casework.actions.open_dossier import already_open, resolved, row_of_another
from soken.casework.actions.said import in_words, one_of
from soken.casework.actions.take_ownership import check_unowned
from soken.casework.models.person import Band
from soken.casework.selectors import store
from soken.casework.selectors.dossier import facts_of_many, today
from soken.casework.selectors.handovers import away_of_many
from soken.casework.selectors.held_rows import held_among
from soken.casework.selectors.ownership import competence_of_many
from soken.casework.selectors.whither import not_proposed
from soken.core.errors import BadInputError, NotFoundError, RefusedError
from soken.review.facts import Facts, ScreeningFact
from soken.review.stages import Stage
from soken.review.transitions import lost
from soken.review.words import screening_reasons

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from soken.casework.actions.bulk_line import Asked, BulkLine
    from soken.casework.models import Dossier, Operation, OutgoingHandover, Person
    from soken.route.competence import Competence

    Row = tuple[str, int]

_ROWS: Final = """
select person, evidence, row from read_parquet($path) where list_contains($persons, person) order by all
"""


def preview_open(operation: Operation, codes: list[str]) -> list[BulkLine]:
    """Return what opening the dossiers of some persons would do to each; the right to it has been asked for.

    Raises:
        DamagedStoreError: the run's table cannot be read.
    """
    known = {one.code: one for one in operation.persons.filter(code__in=codes)}
    open_now = {one.person_code: one for one in operation.dossiers.filter(person_code__in=codes)}
    rows = _proposed_rows(operation, list(known))
    taken = _held_rows(operation, {row for found in rows.values() for row in found})

    def line(code: str) -> BulkLine:
        try:
            if code not in known:
                raise not_proposed(operation, code)
            if code in open_now:
                raise already_open(code)
            held = next((row for row in rows.get(code, ()) if row in taken), None)
            if held is not None:
                raise row_of_another(held, taken[held])
        except (NotFoundError, RefusedError) as problem:
            return refused(code, problem, open_now[code].stage if code in open_now else "")
        lines = went_through(code, "", _opened(known[code]))
        # Who opens a dossier takes the rows: a later code of the same list finds them held.
        taken.update(dict.fromkeys(rows.get(code, ()), code))
        return lines

    return [line(code) for code in codes]


def preview_act(operation: Operation, codes: list[str], act: str, asked: Asked) -> list[BulkLine]:
    """Return what an act on the dossiers of some persons would do to each; the right to it has been asked for.

    Args:
        operation: whose persons.
        codes: whom.
        act: one of `WOULD`.
        asked: what is done to each.

    Raises:
        DamagedStoreError: the run's table cannot be read.
    """
    found = {one.person_code: one for one in operation.dossiers.filter(person_code__in=codes)}
    dossiers = list(found.values())
    facts = facts_of_many(dossiers)
    away = away_of_many(dossiers)
    competence = competence_of_many(dossiers) if act == "own" else {}

    def line(code: str) -> BulkLine:
        dossier = found.get(code)
        if dossier is None:
            return refused(code, no_dossier(code), "")
        one = _Tried(dossier, facts[dossier.pk], away.get(dossier.pk), competence.get(dossier.pk))
        try:
            after, noted = WOULD[act](one, asked)
        except (BadInputError, RefusedError) as problem:
            return refused(code, problem, dossier.stage)
        return went_through(code, noted, _fallen(after))

    return [line(code) for code in codes]


class _Tried:
    """One person on whom an act is tried, with all that its rules look at."""

    def __init__(
        self, dossier: Dossier, facts: Facts, away: OutgoingHandover | None, competence: Competence | None
    ) -> None:
        self.dossier, self.facts, self.away, self.competence = dossier, facts, away, competence

    def check(self, asked: Asked, *, ended_too: bool = False) -> None:
        """Refuse what `acting` would refuse, in its order.

        Raises:
            RefusedError: see `acting`.
        """
        check_here(self.dossier, self.away)
        check_owner(self.dossier, asked.by)
        if not ended_too:
            check_going_on(self.dossier)


def _would_screen(one: _Tried, asked: Asked) -> tuple[Facts, str]:
    """Return the facts after a screening; see `soken.casework.actions.screen`."""
    one_of(asked.reason, screening_reasons(), _("The reason"))
    one.check(asked)
    return replace(one.facts, screening=ScreeningFact(asked.reason, asked.by.pk)), ""


def _would_own(one: _Tried, asked: Asked) -> tuple[Facts, str]:
    """Return the facts after a force has taken the person on; see `soken.casework.actions.take_ownership`."""
    in_words(asked.reason, _("The reason"))
    one.check(asked)
    check_unowned(one.dossier)
    noted = not_competent(one.competence, asked.force) if one.competence else ""
    return replace(one.facts, force=asked.force), noted


def _would_assign(one: _Tried, asked: Asked) -> tuple[Facts, str]:
    """Return the facts after the step to *assigned*; see `soken.casework.actions.advance`."""
    one.check(asked, ended_too=True)
    found = way_for(one.dossier, Stage.ASSIGNED, asked.by)
    reason_for(found, asked.reason)
    check_gate(one.dossier, found, one.facts)
    return replace(one.facts, stage=Stage.ASSIGNED), ""


#: Act → what it would make of a person's facts, and what is to be noted; it raises what the act would.
WOULD: Final[Mapping[str, Callable[[_Tried, Asked], tuple[Facts, str]]]] = MappingProxyType(
    {"screen": _would_screen, "own": _would_own, "assign": _would_assign}
)


def _fallen(facts: Facts) -> Facts:
    """Return the facts of a dossier that goes back where the act takes away what made it ready for action."""
    return replace(facts, stage=Stage.UNDER_INVESTIGATION) if lost(facts) else facts


def _opened(person: Person) -> Facts:
    """Return the facts of a dossier of which nobody has recorded anything yet."""
    return Facts(today=today(), band="", review_open=person.band == Band.REVIEW)


def _proposed_rows(operation: Operation, codes: list[str]) -> dict[str, list[Row]]:
    """Return the rows that the newest run proposes as each of some persons.

    Raises:
        RefusedError: nothing has been resolved.
    """
    if not codes:
        return {}
    path = store.run_folder(operation, resolved(operation)) / "membership.parquet"
    found: dict[str, list[Row]] = {}
    for one in store.ask(_ROWS, path=path, persons=codes):
        found.setdefault(one["person"], []).append((one["evidence"], one["row"]))
    return found


def _held_rows(operation: Operation, rows: set[Row]) -> dict[Row, str]:
    """Return those of some rows that dossiers hold → whose."""
    return {
        (item, row): code
        for held in held_among(operation, rows)
        for item, row, code in held.values_list("evidence", "row", "dossier__person_code")
    }
