"""Record a child who broke the law under 14, for the statistics: apart from clearances (Penal Code art. 41, R25)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from soken.access.policy import Act
from soken.casework.actions.dossier_act import acting
from soken.casework.actions.said import in_words, past_day, working_day
from soken.casework.models import LawbreakingChild
from soken.casework.selectors.charges import births_of, under_fourteen
from soken.casework.selectors.dossier import facts_of
from soken.core import clock
from soken.core.errors import BadInputError, NotFoundError, RefusedError
from soken.reference.forces import forces
from soken.report.codes import known_code
from soken.review.guards import identity_confirmed
from soken.route.juvenile import age_on

if TYPE_CHECKING:
    from datetime import date

    from soken.access.models import User
    from soken.casework.models import Dossier


def record_lawbreaking(
    dossier: Dossier,
    *,
    by: User,
    group: str,
    act_on: date,
    on: date,
    force: str,
    measure: str = "",
    seen: int | None = None,
) -> LawbreakingChild:
    """Record that a person did under 14 what would be an offence; it is counted as a child, never as a clearance.

    Args:
        dossier: of the child.
        by: who records it.
        group: group of offence that the act would be.
        act_on: the last day of the act.
        on: the day on which the force took it up.
        force: code of that force.
        measure: what was done: told to child guidance, sent to it; '' where not stated.
        seen: version of the dossier that the actor saw.

    Raises:
        BadInputError: a code is not known, or a day cannot be.
        RefusedError: two people have not confirmed who it is, with a birth date by which the person was under 14 then;
            and see `acting`.
        NotFoundError: see `acting`.
    """
    if force not in forces(on):
        raise BadInputError(_("%(force)s is no force; give its code, as in tokyo.") % {"force": repr(force)})
    if act_on > on:
        raise BadInputError(_("The act ended after the force took it up; check both days."))
    with acting(dossier, by, Act.RECORD_CLEARANCE, seen=seen, frozen_too=True) as now:
        working_day(on, _("The day on which it was taken up"), now)
        births = births_of(now)
        if identity_confirmed(facts_of(now)) or not births:
            raise RefusedError(
                _("Two people have to confirm who %(person)s is, with the birth date, before a child is recorded.")
                % {"person": now.person_code}
            )
        past_day(act_on, _("The last day of the act"), now)
        if not under_fourteen([act_on], births):
            raise RefusedError(
                _("%(person)s was 14 or older on %(day)s: from the referral on, record a clearance.")
                % {"person": now.person_code, "day": act_on.isoformat()}
            )
        return LawbreakingChild.objects.create(
            dossier=now, group=known_code("groups", group, day=on).code, act_on=act_on,
            age_at_act=max(age_on(born, act_on) for born in births), guided_on=on, guided_at=force,
            measure=known_code("measures", measure).code, recorded_by=by, recorded_at=clock.now(),
        )  # fmt: skip


def strike_lawbreaking(
    dossier: Dossier, *, by: User, entry: int, because: str, seen: int | None = None
) -> LawbreakingChild:
    """Strike an entry that was recorded wrongly; vintages that were taken before keep it.

    Args:
        dossier: of the child.
        by: who strikes it.
        entry: its number.
        because: what was wrong with it.
        seen: version of the dossier that the actor saw.

    Raises:
        BadInputError: no reason.
        NotFoundError: no such entry stands; and see `acting`.
        RefusedError: see `acting`.
    """
    reason = in_words(because, _("The reason"))
    with acting(dossier, by, Act.RECORD_CLEARANCE, seen=seen, frozen_too=True) as now:
        found = LawbreakingChild.objects.filter(dossier=now, pk=entry, struck_at__isnull=True).first()
        if found is None:
            raise NotFoundError(
                _("%(person)s has no entry %(entry)s as a lawbreaking child.")
                % {"person": now.person_code, "entry": entry}
            )
        found.struck_at, found.struck_by, found.struck_because = clock.now(), by, reason
        found.save(update_fields=["struck_at", "struck_by", "struck_because"])
        return found
