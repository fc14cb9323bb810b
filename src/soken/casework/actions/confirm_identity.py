"""Confirm who a person is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from soken.access.policy import Act
from soken.casework.actions.dossier_act import acting
from soken.casework.actions.said import birth_day, in_words
from soken.casework.actions.said import born_on as stated_birth
from soken.casework.models import IdentityConfirmation
from soken.casework.selectors.dossier import rows_digest, rows_of
from soken.core import clock
from soken.core.errors import BadInputError, RefusedError

if TYPE_CHECKING:
    from datetime import date

    from soken.access.models import User
    from soken.casework.models import Dossier


def confirm_identity(
    dossier: Dossier,
    *,
    by: User,
    basis: str,
    born_on: date | None = None,
    birth_unknown: bool = False,
    seen: int | None = None,
) -> IdentityConfirmation:
    """Record the actor's word that the dossier's rows are one real person's; it takes two people's (R3).

    Args:
        dossier: whose.
        by: who confirms.
        basis: what was compared with what.
        born_on: the birth date as established from a register; each of the two states it on their own.
        birth_unknown: the birth date cannot be established; the basis says why the person is 14 or older.
        seen: version of the dossier that the actor saw.

    Raises:
        BadInputError: the basis is missing, the birth date cannot be, or it is given and said to be unknown.
        RefusedError: the actor's confirmation stands already, or the two state different birth dates; and see `acting`.
        NotFoundError: see `acting`.
    """
    said = in_words(basis, _("The basis"))
    if born_on is not None and birth_unknown:
        raise BadInputError(_("You state a birth date and say that none can be established; say one of the two."))
    with acting(dossier, by, Act.CONFIRM_IDENTITY, seen=seen) as now:
        if now.confirmations.filter(by=by, withdrawn_at__isnull=True).exists():
            raise RefusedError(
                _("You have confirmed this identity already; the second confirmation is another person's.")
            )
        if born_on is not None:
            birth_day(born_on, now)
            other = stated_birth(now)
            if other is not None and other != born_on:
                raise RefusedError(
                    _("The first confirmation states another birth date; settle with its author which one is right.")
                )
        return IdentityConfirmation.objects.create(
            dossier=now, by=by, at=clock.now(), basis=said, born_on=born_on, birth_unknown=birth_unknown,
            rows_sha256=rows_digest(rows_of(now)),
        )  # fmt: skip
