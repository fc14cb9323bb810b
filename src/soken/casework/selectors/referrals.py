"""Cases at the prosecutor's: one person's course, and an operation's list, those waiting longest first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db.models import Prefetch

from soken.casework.models import CourtVerdict, Disposition, Referral, WithdrawnReceipt
from soken.casework.selectors.dossier import today

if TYPE_CHECKING:
    from soken.casework.models import Dossier, Operation

#: Most referrals in a list.
SHOWN: Final = 200


@dataclass(frozen=True, slots=True)
class SeenReferral:
    """A referral as it stands today.

    Attributes:
        referral: the referral.
        person: code of the person.
        dispositions: what was decided, in order, lifted and withdrawn ones among them.
        receipts: receipts that were recorded by mistake, in order.
        office: code of the office before which the case is now.
        waiting: for what it waits: "receipt", "decision", or "" where it waits for nothing.
        days: how many days it has waited for that.
    """

    referral: Referral
    person: str
    dispositions: tuple[Disposition, ...]
    receipts: tuple[WithdrawnReceipt, ...]
    office: str
    waiting: str
    days: int


def referrals_of(dossier: Dossier) -> list[SeenReferral]:
    """Return a person's referrals in order, with what became of each (five queries)."""
    found = Referral.objects.filter(dossier=dossier).select_related("dossier", "by", "liaison", "received_by")
    return [_seen(one) for one in found.prefetch_related(*_course())]


def referrals_in(operation: Operation, *, waiting: bool = False, limit: int = SHOWN) -> list[SeenReferral]:
    """Return an operation's referrals that stand, the oldest first (five queries).

    Args:
        operation: whose.
        waiting: only those without a final decision.
        limit: most entries.
    """
    wanted = Referral.objects.filter(dossier__operation=operation, over_at__isnull=True)
    if waiting:
        decided = Disposition.objects.filter(final=True, lifted_on__isnull=True, withdrawn_at__isnull=True)
        wanted = wanted.exclude(pk__in=decided.filter(referral__dossier__operation=operation).values("referral"))
    found = wanted.select_related("dossier", "by", "liaison").defer("contents").order_by("sent_on", "pk")
    return [_seen(one) for one in found.prefetch_related(*_course())[:limit]]


def _course() -> tuple[Prefetch[str], Prefetch[str]]:
    """Return how what became of referrals is read with them."""
    verdicts = CourtVerdict.objects.select_related("by", "final_by", "withdrawn_by")
    made = Disposition.objects.select_related("by", "lifted_by", "withdrawn_by").prefetch_related(
        "inquests", Prefetch("verdicts", verdicts)
    )
    receipts = WithdrawnReceipt.objects.select_related("by", "received_by")
    return Prefetch("dispositions", made), Prefetch("withdrawn_receipts", receipts)


def _seen(referral: Referral) -> SeenReferral:
    """Return a referral as it stands today."""
    every = tuple(referral.dispositions.all())
    made = [one for one in every if one.withdrawn_at is None]
    moved = [one.office for one in made if one.office]
    decided = any(one.final and one.lifted_on is None for one in made)
    waiting = "" if decided or referral.over_at else "receipt" if referral.received_on is None else "decision"
    since = {"receipt": referral.sent_on, "decision": referral.received_on}.get(waiting)
    lifted = [one.lifted_on for one in made if one.lifted_on is not None]
    if waiting == "decision" and lifted:
        since = max(lifted)
    return SeenReferral(
        referral=referral,
        person=referral.dossier.person_code,
        dispositions=every,
        receipts=tuple(referral.withdrawn_receipts.all()),
        office=moved[-1] if moved else referral.office,
        waiting=waiting,
        days=(today() - since).days if since else 0,
    )
