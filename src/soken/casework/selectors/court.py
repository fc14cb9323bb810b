"""What courts decided on a person's case: the verdicts that stand, which of them counts, and since when for good."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Prefetch

from soken.casework.models import CourtVerdict, Disposition
from soken.reference.dispositions import DispositionClass, disposition_kind
from soken.reference.verdicts import COURTS, TO_FAMILY_COURT, verdict_kind
from soken.review.court import Given, final_verdict

if TYPE_CHECKING:
    from collections.abc import Iterable

    from soken.casework.models import Dossier, Operation
    from soken.review.court import Final


def standing_verdicts(disposition: Disposition) -> list[CourtVerdict]:
    """Return the verdicts on a disposition that were not recorded by mistake, in order."""
    return [one for one in disposition.verdicts.all() if one.withdrawn_at is None]


def given(verdicts: Iterable[CourtVerdict]) -> list[Given]:
    """Return verdicts as what the rules ask of them."""
    return [Given(one.kind, one.instance, one.final_on, one.final_at) for one in verdicts]


def final_of(disposition: Disposition) -> Final | None:
    """Return what courts have decided for good on a disposition, None while nothing is."""
    return final_verdict(given(standing_verdicts(disposition)))


def before_court_of(disposition: Disposition) -> DispositionClass:
    """Return the class of the court that has a case: the family court's too where the criminal court sent it there."""
    if any(one.kind == TO_FAMILY_COURT for one in standing_verdicts(disposition)):
        return DispositionClass.FAMILY_COURT
    return disposition_kind(disposition.kind).of


def decisions_of(dossier: Dossier) -> list[Disposition]:
    """Return what prosecutors decided on a person's case, in order, with the verdicts on it (two queries).

    What was withdrawn, as recorded by mistake, is left out.
    """
    made = Disposition.objects.filter(referral__dossier=dossier, withdrawn_at__isnull=True).order_by("pk")
    return list(made.prefetch_related(Prefetch("verdicts", CourtVerdict.objects.all())))


def decision_before_court(operation: Operation, code: str) -> Disposition | None:
    """Return the newest disposition that brought a person before a court and stands, None for none.

    Also of a case that the police took up again since: the court goes on with it.

    Args:
        operation: where.
        code: the person.
    """
    standing = Disposition.objects.filter(
        referral__dossier__operation=operation, referral__dossier__person_code=code, final=True,
        lifted_on__isnull=True, withdrawn_at__isnull=True,
    )  # fmt: skip
    return next((one for one in standing.order_by("-pk") if disposition_kind(one.kind).of in COURTS), None)


def may_indict_anew(disposition: Disposition) -> bool:
    """Tell whether a court has ended a case for good so that the prosecutor can indict anew."""
    final = final_of(disposition)
    return final is not None and verdict_kind(final.kind).again
