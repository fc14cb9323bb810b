"""Which persons have to be reviewed, by their outcome and the rules of retention (R36)."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

import duckdb
from django.db.models import Q
from django.utils import timezone

from soken.casework.models import (
    Disposition,
    Dossier,
    DossierEnding,
    Referral,
    RetentionChoice,
    RetentionReview,
)
from soken.casework.models.retention import to_carry_out
from soken.casework.selectors import store
from soken.casework.selectors.court import before_court_of, final_of
from soken.casework.selectors.court_grounds import not_borne_out
from soken.casework.selectors.deaths import case_open, deaths_in_doubt
from soken.casework.selectors.dossier import today
from soken.core.errors import SokenError
from soken.intake.destroy import goes_as_a_whole, which_go_as_a_whole
from soken.intake.erased import erased_of
from soken.reference.dispositions import DispositionClass
from soken.review.retention import rules
from soken.review.stages import Stage
from soken.review.transitions import BEFORE_REFERRAL

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date, datetime

    from soken.access.models import User
    from soken.casework.models import Operation
    from soken.review.retention import Rule

#: Class of disposition after which a court decides → outcome until it has, for good.
_WITH_COURT = {DispositionClass.PROSECUTION: "prosecuted", DispositionClass.FAMILY_COURT: "family-court"}
#: Stages in which work goes on.
_AT_WORK = frozenset({*BEFORE_REFERRAL, Stage.REFERRED})
_BEFORE_COURT = frozenset(_WITH_COURT.values())
#: Dispositions after which erasing is the default → outcome.
_CLEARED = {"no-offence": "no-offence", "no-suspicion": "no-suspicion"}
_ENDED = {
    Stage.MISIDENTIFIED: "wrong-person", Stage.DECEASED: "deceased", Stage.NOT_IDENTIFIABLE: "not-identifiable",
    Stage.NOT_CHARGEABLE: "not-chargeable",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Due:
    """A person and when somebody has to review whether they are still kept.

    Attributes:
        dossier: the person's.
        outcome: code of `soken.review.retention.Rules.outcomes`.
        rule: its rule.
        due_on: the day.
        waiting: what one has proposed and nobody has settled, or what is agreed and not carried out; None for nothing.
    """

    dossier: Dossier
    outcome: str
    rule: Rule
    due_on: date
    waiting: RetentionReview | None

    @property
    def late(self) -> bool:
        """Tell whether the day has come."""
        return self.due_on <= today()


def reviews_due(operation: Operation) -> list[Due]:
    """Return every person with a dossier whose review is due or proposed, the longest due first.

    Nine queries; three more where somebody is kept for what a court decided.
    """
    dossiers = list(Dossier.objects.filter(operation=operation))
    came = _outcomes(dossiers)
    kept: dict[str, RetentionReview] = {}
    waiting: dict[str, RetentionReview] = {}
    for one in RetentionReview.objects.filter(operation=operation).select_related("by", "second").order_by("pk"):
        if one.agreed and one.choice == RetentionChoice.KEEP:
            kept[one.person_code] = one
        if one.agreed is None or one.to_carry_out:
            waiting[one.person_code] = one
    # Who is kept for what a court decided is kept while that stands.
    fallen = not_borne_out(operation, [(one.person_code, one.ground) for one in kept.values()])
    found = []
    for dossier in dossiers:
        became, keep = came[dossier.pk], kept.get(dossier.person_code)
        rule = rules().outcomes[became.outcome]
        due = became.since + timedelta(days=rule.days)
        # Who was kept before a court decided for good was kept for another reason than what counts now.
        older = keep is not None and became.known is not None and keep.at < became.known
        if keep and keep.review_on and not older and (keep.person_code, keep.ground) not in fallen:
            due = keep.review_on
        found.append(Due(dossier, became.outcome, rule, due, waiting.get(dossier.person_code)))
    return sorted(
        (one for one in found if one.late or one.waiting), key=lambda one: (one.due_on, one.dossier.person_code)
    )


class _Came(NamedTuple):
    """What became of a case: the outcome, the day from which its rule counts, when a court's was recorded; whether the
    case is where the prosecutor left it, and was not taken up again by the police.
    """

    outcome: str
    since: date
    known: datetime | None = None
    stands: bool = True


def _outcomes(dossiers: Collection[Dossier]) -> dict[int, _Came]:
    """Return key of a dossier → what became of its case (seven queries)."""
    keys = [one.pk for one in dossiers]
    endings = {one.dossier_id: one for one in DossierEnding.objects.filter(dossier__in=keys, lifted_at__isnull=True)}
    steps = dict(
        Dossier.objects.filter(pk__in=keys, stage_changes__isnull=False)
        .order_by("stage_changes__pk")
        .values_list("pk", "stage_changes__at")
    )
    decided = _decided_of(keys)
    to_send = set(Dossier.objects.filter(case_open(), pk__in=keys, stage=Stage.DECEASED).values_list("pk", flat=True))
    undecided = set(Referral.objects.filter(dossier__in=keys, over_at__isnull=True).values_list("dossier", flat=True))
    undecided -= {key for key, some in decided.items() if any(one.stands for one in some)}
    doubted = deaths_in_doubt(keys)
    found = {}
    for one in dossiers:
        stage, ending, came = Stage(one.stage), endings.get(one.pk), _longest(decided.get(one.pk, []))
        if stage in _AT_WORK or (stage is Stage.DECEASED and one.pk in to_send | undecided | doubted):
            # The police work on the case, perhaps again; or the person is dead, and the case has still to be sent, or
            # the prosecutor to decide, or perhaps is not dead: nothing is erased before that.
            came = None
        elif stage is Stage.DECEASED and came is not None and came.outcome in _BEFORE_COURT:
            # A court ends the case of an accused who dies (Code of Criminal Procedure art. 339); till then it goes on.
            pass
        elif stage in _ENDED:
            on = timezone.localdate(ending.at if ending else steps.get(one.pk, one.opened_at))
            came = _Came(_ENDED[stage], max(on, came.since) if came and stage is Stage.DECEASED else on)
        found[one.pk] = came or _Came("open", timezone.localdate(one.opened_at))
    return found


def _decided_of(keys: Collection[int]) -> dict[int, list[_Came]]:
    """Return key of a dossier → what became of each of its cases that a prosecutor decided (two queries)."""
    standing = Disposition.objects.filter(
        referral__dossier__in=keys, final=True, lifted_on__isnull=True, withdrawn_at__isnull=True
    )
    found: dict[int, list[_Came]] = {}
    for one in standing.select_related("referral").prefetch_related("verdicts").order_by("pk"):
        came = _decided(one)._replace(stands=one.referral.over_at is None)
        found.setdefault(one.referral.dossier_id, []).append(came)
    return found


def _longest(found: Collection[_Came]) -> _Came | None:
    """Return what counts of several cases that were decided: the one that is kept the longest."""
    known = rules().outcomes

    def kept(one: _Came) -> tuple[bool, date]:
        return not known[one.outcome].word.flag, one.since + timedelta(days=known[one.outcome].days)

    return max(found, key=kept, default=None)


def _decided(disposition: Disposition) -> _Came:
    """Return what became of a case that the prosecutor decided: by a court's verdict once it is final, not before."""
    final = final_of(disposition)
    if final is not None:
        return _Came(final.outcome.value, final.on, final.recorded_at)
    of = before_court_of(disposition)
    return _Came(_WITH_COURT.get(of) or _CLEARED.get(disposition.kind, "decided"), disposition.decided_on)


def reviews_waiting(operation: Operation) -> list[RetentionReview]:
    """Return what is proposed and waits for a second person, and erasures that are agreed and not carried out."""
    found = RetentionReview.objects.filter(Q(agreed__isnull=True) | to_carry_out(), operation=operation)
    return list(found.select_related("by", "second"))


def has_begun(review: RetentionReview) -> bool:
    """Tell whether an agreed erasure that is not done has begun: noted so, or the evidence lacks a row of its.

    It is not noted of those that were cut off before an erasure noted it.
    """
    return review.to_carry_out and (review.begun_at is not None or bool(_erased_of_evidence(review)))


def _erased_of_evidence(review: RetentionReview) -> set[str]:
    """Return the evidence items from which rows of a review are erased, or are being erased."""
    found = {item: erased_of(store.home().evidence / item) for item in review.rows}
    return {item for item, gone in found.items() if gone is not None and set(gone.rows) & set(review.rows[item])}


def items_to_erase_from(review: RetentionReview) -> set[str]:
    """Return the evidence items from which not all rows of a review are erased yet."""
    found = {item: erased_of(store.home().evidence / item) for item in review.rows}
    return {
        item for item, gone in found.items() if gone is None or not gone.done or set(review.rows[item]) - set(gone.rows)
    }


def grounds_fallen(operation: Operation, reviews: Collection[RetentionReview]) -> set[int]:
    """Return the keys of those of some reviews that rest on a court's verdict that no longer stands."""
    fallen = not_borne_out(operation, [(one.person_code, one.ground) for one in reviews])
    return {one.pk for one in reviews if (one.person_code, one.ground) in fallen}


def tombstones(operation: Operation) -> list[RetentionReview]:
    """Return who was erased: by code, with the people who decided and what backups hold the person still."""
    erased = RetentionReview.objects.filter(operation=operation, erased_at__isnull=False)
    return list(erased.select_related("by", "second", "erased_by"))


def may_settle(review: RetentionReview, user: User) -> bool:
    """Tell whether somebody can be the second person of a review."""
    return review.agreed is None and review.by_id != user.pk


@dataclass(frozen=True, slots=True)
class Lost:
    """What becomes of originals by an erasure.

    Attributes:
        whole: evidence items whose originals become unreadable as a whole.
        unknown: those of which that cannot be told, because what is held of them is damaged.
    """

    whole: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


def lost_by(reviews: Collection[RetentionReview]) -> dict[int, Lost]:
    """Return what becomes of originals by each of several reviews, by key; every original is looked at once.

    An item that is damaged is named and hides nothing else; `originals_lost` refuses it.
    """
    found = {one.pk: Lost() for one in reviews}
    rows: dict[str, dict[int, list[int]]] = {}
    for review in reviews:
        for item, numbers in _erased_of(review).items():
            rows.setdefault(item, {})[review.pk] = numbers
    for item, wanted in sorted(rows.items()):
        try:
            answers = which_go_as_a_whole(store.home(), item, list(wanted.values()))
        except (SokenError, OSError, duckdb.Error, zipfile.BadZipFile):
            for key in wanted:
                found[key] = replace(found[key], unknown=(*found[key].unknown, item))
            continue
        for key, goes in zip(wanted, answers, strict=True):
            if goes:
                found[key] = replace(found[key], whole=(*found[key].whole, item))
    return found


def originals_lost(review: RetentionReview) -> list[str]:
    """Return the evidence items whose originals an erasure makes unreadable as a whole; none once it is carried out."""
    return [item for item, rows in sorted(_erased_of(review).items()) if goes_as_a_whole(store.home(), item, rows)]


def _erased_of(review: RetentionReview) -> dict[str, list[int]]:
    """Return the rows that an erasure is still to take out, by evidence item."""
    if review.choice != RetentionChoice.ERASE or review.erased_at is not None or review.given_up_at is not None:
        return {}
    return dict(review.rows)
