"""Whether a verdict can follow what was decided before it: by the prosecutor, and at an earlier instance (R36)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from soken.casework.language import page_language
from soken.casework.selectors.court import before_court_of, given
from soken.casework.selectors.deaths import died_on
from soken.core.errors import BadInputError, RefusedError
from soken.reference.dispositions import disposition_kind
from soken.reference.verdicts import COURTS, Outcome, instance_named, verdict_kind
from soken.review.court import counting

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from soken.casework.models import CourtVerdict, Disposition, Dossier
    from soken.reference.verdicts import Instance, VerdictKind


def check_fits(
    dossier: Dossier,
    decision: Disposition,
    before: Sequence[CourtVerdict],
    kind: VerdictKind,
    instance: Instance,
    on: date,
) -> None:
    """Refuse a verdict that cannot have been given.

    Args:
        dossier: whose.
        decision: what the prosecutor decided, which stands.
        before: the verdicts on it that stand, in order.
        kind: the verdict.
        instance: where it was given.
        on: when.

    Raises:
        BadInputError: the law did not know it on that day.
        RefusedError: it does not fit the decision, the instance, what was decided before it, or a recorded death.
    """
    _check_court(decision, kind, instance)
    if on < kind.since:
        raise BadInputError(
            _("“%(kind)s” was not a possible verdict on %(day)s; check the date.")
            % {"kind": kind.said(page_language()), "day": on.isoformat()}
        )
    _check_order(before, kind, instance)
    _check_upholds(before, kind)
    _check_alive(dossier, before, kind, instance, on)


def check_final(dossier: Dossier, verdicts: Sequence[CourtVerdict], on: date) -> None:
    """Refuse that a conviction or a measure becomes final after the day on which the person died.

    A court ends the case of an accused who has died (Code of Criminal Procedure, art. 339). A retrial goes on: it
    clears the dead too.

    Args:
        dossier: whose.
        verdicts: those that stand, in order, with the one that becomes final.
        on: since when.

    Raises:
        RefusedError: it is so.
    """
    death, counts = died_on(dossier), counting(given(verdicts))
    if death is None or on <= death or counts is None or instance_named(counts.instance).final:
        return
    kind = verdict_kind(counts.kind)
    if kind.living:
        raise RefusedError(
            _(
                "%(person)s died on %(death)s: “%(kind)s” cannot become final on %(day)s. A court ends the case of an"
                " accused who has died (Code of Criminal Procedure, art. 339): record that, or withdraw the death if it"
                " is wrong."
            )
            % {"person": dossier.person_code, "death": death.isoformat(), "kind": kind.said(page_language()),
               "day": on.isoformat()}
        )  # fmt: skip


def _check_court(decision: Disposition, kind: VerdictKind, instance: Instance) -> None:
    """Refuse a verdict on what is before no court, or before one that does not decide so.

    Raises:
        RefusedError: it is so.
    """
    language, made = page_language(), disposition_kind(decision.kind)
    words = {"kind": kind.said(language), "decision": made.said(language), "instance": instance.said(language)}
    if made.of not in COURTS:
        raise RefusedError(
            _("“%(decision)s” brings the case before no court: a verdict follows a prosecution or the family court.")
            % words
        )
    of = before_court_of(decision)
    if of not in kind.of or (kind.dispositions and decision.kind not in kind.dispositions):
        raise RefusedError(_("“%(kind)s” is not decided on a case that went the way of “%(decision)s”.") % words)
    if of not in instance.of or (kind.instances and instance.code not in kind.instances):
        raise RefusedError(_("“%(kind)s” is not decided at this instance: “%(instance)s”.") % words)


def _check_order(before: Sequence[CourtVerdict], kind: VerdictKind, instance: Instance) -> None:
    """Refuse an instance that does not follow the last verdict.

    Raises:
        RefusedError: it does not.
    """
    language, newest = page_language(), before[-1] if before else None
    where = instance.said(language)
    if newest is not None and newest.final_on is not None and not instance.final and counting(given(before)):
        raise RefusedError(
            _(
                "The verdict of %(day)s is final since %(final)s: nothing but a retrial, or the revocation of a"
                " protective measure, follows. If the day is wrong, withdraw that verdict and enter it anew."
            )
            % {"day": newest.given_on.isoformat(), "final": newest.final_on.isoformat()}
        )
    if instance.final:
        if newest is None or newest.final_on is None:
            raise RefusedError(
                _("“%(instance)s” follows a final verdict only; record first since when the verdict is final.")
                % {"instance": where}
            )
        return
    opened = newest is not None and counting(given(before)) is None
    last = newest.instance if newest else ""
    if not opened and last not in instance.follows and not _decides_again(newest, kind, instance):
        if newest is None:
            raise RefusedError(
                _("“%(instance)s” follows an earlier verdict; record the one of the first instance first.")
                % {"instance": where}
            )
        raise RefusedError(
            _("“%(instance)s” does not follow a verdict of this instance: “%(before)s”.")
            % {"instance": where, "before": instance_named(last).said(language)}
        )


def _decides_again(before: CourtVerdict | None, kind: VerdictKind, instance: Instance) -> bool:
    """Tell whether an instance decides once more on what it has decided, and not for good: a formal trial was requested
    after a summary order (Code of Criminal Procedure, art. 465), or the accused has died since (art. 339).
    """
    if before is None or before.kind == kind.code:
        return False
    return instance.code in verdict_kind(before.kind).leads or (kind.ends and instance.code == before.instance)


def _check_upholds(before: Sequence[CourtVerdict], kind: VerdictKind) -> None:
    """Refuse a dismissed appeal where there is no verdict that it could let stand.

    Raises:
        RefusedError: there is none.
    """
    if kind.outcome is Outcome.UPHELD and counting(given(before)) is None:
        raise RefusedError(
            _("“%(kind)s” lets an earlier verdict stand, and none is recorded; record that one first.")
            % {"kind": kind.said(page_language())}
        )


def _check_alive(
    dossier: Dossier, before: Sequence[CourtVerdict], kind: VerdictKind, instance: Instance, on: date
) -> None:
    """Refuse a conviction or a measure, also one upheld, after the day on which the person died.

    A retrial clears the dead too.

    Raises:
        RefusedError: it is so.
    """
    death = died_on(dossier)
    living, retried = kind.living, instance.final
    if kind.outcome is Outcome.UPHELD and (upheld := counting(given(before))) is not None:
        living, retried = verdict_kind(upheld.kind).living, instance_named(upheld.instance).final
    if death is not None and on > death and living and not retried:
        raise RefusedError(
            _("%(person)s died on %(death)s: “%(kind)s” cannot follow on %(day)s.")
            % {"person": dossier.person_code, "death": death.isoformat(), "kind": kind.said(page_language()),
               "day": on.isoformat()}
        )  # fmt: skip
