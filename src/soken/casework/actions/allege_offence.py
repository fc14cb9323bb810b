"""Say which offence a person is thought to have committed, and when; take it back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from soken.access.policy import Act
from soken.casework.actions.dossier_act import acting
from soken.casework.actions.said import in_words, lived_day, one_of
from soken.casework.models import AllegedOffence
from soken.core import clock
from soken.core.errors import BadInputError, RefusedError
from soken.reference.offences import offences

if TYPE_CHECKING:
    from datetime import date

    from soken.access.models import User
    from soken.casework.models import Dossier


def allege_offence(
    dossier: Dossier,
    *,
    by: User,
    offence: str,
    last_on: date,
    basis: str,
    first_on: date | None = None,
    seen: int | None = None,
) -> AllegedOffence:
    """Record an alleged offence, by its paragraph and its days.

    Args:
        dossier: whose.
        by: who says so.
        offence: code of `soken.reference.offences`.
        last_on: the last day for which the act is shown; the day of an act that does not last.
        basis: what shows it; items by their code alone.
        first_on: the first day, where the act lasts and it is known.
        seen: version of the dossier that the actor saw.

    Raises:
        BadInputError: the offence is not known; a day lies in the future, before the birth, after the death or in
            the wrong order; or the act ended before it was an offence under this paragraph (R28).
        RefusedError, NotFoundError: see `acting`.
    """
    known = offences()[one_of(offence, offences(), _("The offence"))]
    said = in_words(basis, _("The basis"))
    lived_day(last_on, _("The last day"), dossier)
    if first_on is not None:
        lived_day(first_on, _("The first day"), dossier)
        if first_on > last_on:
            raise BadInputError(_("The first day lies after the last one; check both."))
    if not known.under_law(last_on):
        raise BadInputError(
            _("Art. %(paragraph)s counts for acts since %(since)s; this one ended on %(day)s.")
            % {"paragraph": known.paragraph, "since": known.punishable.isoformat(), "day": last_on.isoformat()}
        )
    with acting(dossier, by, Act.RECORD_OFFENCE, seen=seen) as now:
        return AllegedOffence.objects.create(
            dossier=now, code=known.code, first_on=first_on, last_on=last_on, basis=said, by=by, at=clock.now()
        )


def withdraw_offence(dossier: Dossier, *, by: User, key: int, reason: str, seen: int | None = None) -> None:
    """Take an alleged offence back; it stays to be read, with who withdrew it, when and why.

    Args:
        dossier: whose.
        by: who withdraws.
        key: number of the entry.
        reason: why.
        seen: version of the dossier that the actor saw.

    Raises:
        BadInputError: the reason is missing.
        RefusedError: no such entry is in force; and see `acting`.
        NotFoundError: see `acting`.
    """
    said = in_words(reason, _("The reason"))
    with acting(dossier, by, Act.RECORD_OFFENCE, seen=seen) as now:
        entries = AllegedOffence.objects.filter(dossier=now, pk=key, withdrawn_at__isnull=True)
        if not entries.update(withdrawn_at=clock.now(), withdrawn_by=by, withdrawn_reason=said, limitation_on=None):
            raise RefusedError(_("No such entry is in force."))
