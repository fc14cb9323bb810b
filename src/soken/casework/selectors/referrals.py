"""Cases at the prosecutor's: one person's course, and an operation's list, those waiting longest first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db.models import Prefetch

from soken.casework.models import Disposition, Referral
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
        dispositions: what was decided, in order, lifted ones among them.
        office: code of the office before which the case is now.
        waiting: for what it waits: "receipt", "decision", or "" where it waits for nothing.
        days: how many days it has waited for that.
    """

    referral: Referral
    person: str
    dispositions: tuple[Disposition, ...]
    office: str
    waiting: str
    days: int


def referrals_of(dossier: Dossier) -> list[SeenReferral]:
    """Return a person's referrals in order, with what became of each (three queries)."""
    found = Referral.objects.filter(dossier=dossier).select_related("dossier", "by", "liaison", "received_by")
    return [_seen(one) for one in found.prefetch_related(_dispositions())]


def referrals_in(operation: Operation, *, waiting: bool = False, limit: int = SHOWN) -> list[SeenReferral]:
    """Return an operation's referrals that stand, the oldest first (two queries).

    Args:
        operation: whose.
        waiting: only those without a final decision.
        limit: most entries.
    """
    wanted = Referral.objects.filter(dossier__operation=operation, over_at__isnull=True)
    if waiting:
        decided = Disposition.objects.filter(final=True, lifted_on__isnull=True)
        wanted = wanted.exclude(pk__in=decided.filter(referral__dossier__operation=operation).values("referral"))
    found = wanted.select_related("dossier", "by", "liaison").defer("contents").order_by("sent_on", "pk")
    return [_seen(one) for one in found.prefetch_related(_dispositions())[:limit]]


def _dispositions() -> Prefetch[str]:
    """Return how dispositions are read with their referrals."""
    return Prefetch("dispositions", Disposition.objects.select_related("by", "lifted_by").prefetch_related("inquests"))


def _seen(referral: Referral) -> SeenReferral:
    """Return a referral as it stands today."""
    made = tuple(referral.dispositions.all())
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
        dispositions=made,
        office=moved[-1] if moved else referral.office,
        waiting=waiting,
        days=(today() - since).days if since else 0,
    )
