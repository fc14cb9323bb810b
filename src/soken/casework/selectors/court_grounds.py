"""Grounds of keeping or erasing that say what a court decided: which of them no recorded verdict bears out (R36).

Such a ground stands only as long as what it says does: a verdict can be withdrawn, or quashed by a retrial, between
a proposal, the second person's word and the erasure itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from soken.access.eyes import machine_sees_all
from soken.casework.models import Disposition, Referral
from soken.casework.selectors.court import final_of
from soken.reference.dispositions import disposition_kind
from soken.reference.verdicts import COURTS, Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from soken.casework.models import Operation

#: Ground that says what a court decided → the outcome that must be recorded for it.
_SAID_BY_COURT: Final = {"acquitted": Outcome.ACQUITTED, "convicted": Outcome.CONVICTED}
#: Dispositions that say that another case decides, or has decided: what its court said is recorded with that one.
_JUDGED_ELSEWHERE: Final = frozenset({"final-judgment", "already-indicted"})


def not_borne_out(operation: Operation, said: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    """Return those of some grounds that say of a court what is not recorded of it (three queries, or none).

    Of a case that was never sent from here whoever proposes answers for what they say. It is the same whoever asks:
    a verdict that the asker may not read counts too.

    Args:
        operation: where.
        said: code of a person and code of a ground, each.
    """
    asked = {(code, ground) for code, ground in said if ground in _SAID_BY_COURT}
    if not asked:
        return set()
    codes = {code for code, _ground in asked}
    with machine_sees_all():
        sent = Referral.objects.filter(
            dossier__operation=operation, dossier__person_code__in=codes, over_at__isnull=True
        )
        undecided = dict(sent.values_list("pk", "dossier__person_code"))
        standing = Disposition.objects.filter(
            referral__dossier__operation=operation, referral__dossier__person_code__in=codes, final=True,
            lifted_on__isnull=True, withdrawn_at__isnull=True,
        )  # fmt: skip
        decided: dict[str, list[Disposition]] = {}
        for one in standing.select_related("referral__dossier").prefetch_related("verdicts").order_by("pk"):
            decided.setdefault(one.referral.dossier.person_code, []).append(one)
            undecided.pop(one.referral_id, None)
    waits = set(undecided.values())
    return {
        (code, ground) for code, ground in asked if not _borne_out(ground, decided.get(code, []), waits=code in waits)
    }


def _borne_out(ground: str, decisions: Sequence[Disposition], *, waits: bool) -> bool:
    """Tell whether what is recorded of a person's cases lets somebody say this of a court.

    Convicted is whoever was in one case; acquitted, who was in each that came before a court, and none waits.
    """
    if not decisions:
        return not waits
    said = [_says(one, _SAID_BY_COURT[ground]) for one in decisions]
    if ground == "convicted":
        return any(said)
    others = (one for one, so in zip(decisions, said, strict=True) if not so)
    return any(said) and not waits and not any(disposition_kind(one.kind).of in COURTS for one in others)


def _says(decision: Disposition, outcome: Outcome) -> bool:
    """Tell whether a court has decided so for good, or another case says what it has decided."""
    final = final_of(decision)
    return decision.kind in _JUDGED_ELSEWHERE or (final is not None and final.outcome is outcome)
