"""Offer a person to another force."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from soken.access.policy import Act
from soken.casework.actions.dossier_act import acting
from soken.casework.actions.owner_step import known_force
from soken.casework.actions.said import in_words, one_of
from soken.casework.actions.tell_of_transfer import tell_receivers
from soken.casework.language import page_language
from soken.casework.models import NotificationKind, Transfer
from soken.core import clock
from soken.core.errors import BadInputError, RefusedError
from soken.route.transfers import OPEN, rules

if TYPE_CHECKING:
    from collections.abc import Mapping

    from soken.access.models import User
    from soken.casework.models import Dossier


def offer_transfer(
    dossier: Dossier,
    *,
    by: User,
    to: str,
    kind: str,
    reason: str,
    form: Mapping[str, str],
    seen: int | None = None,
) -> Transfer:
    """Offer the person to another force with the handover form; the offering force owns them until it accepts (R19).

    Args:
        dossier: whose.
        by: who offers.
        to: code of the other force.
        kind: code of `soken.route.transfers.rules` kinds.
        reason: why, in words.
        form: box of the handover form → what it says; every box.
        seen: version of the dossier that the actor saw.

    Raises:
        BadInputError: the force, the kind or a box is not known, or a box or the reason is missing.
        RefusedError: nobody or that very force owns the person, or another offer is open; and see `acting`.
        NotFoundError: see `acting`.
    """
    known_force(to)
    one_of(kind, rules().kinds, _("The kind of transfer"))
    said = in_words(reason, _("The reason"))
    with acting(dossier, by, Act.OWN, seen=seen) as now:
        if not now.force:
            raise RefusedError(
                _("No force owns %(person)s yet; one has to accept first.") % {"person": now.person_code}
            )
        if now.force == to:
            raise RefusedError(_("That force owns %(person)s already.") % {"person": now.person_code})
        if now.transfers.filter(state__in=[*OPEN]).exists():
            raise RefusedError(
                _("%(person)s has been offered already; withdraw that offer first.") % {"person": now.person_code}
            )
        made = Transfer.objects.create(
            dossier=now, kind=kind, from_force=now.force, to_force=to, reason=said, form=filled_form(form),
            offered_by=by, offered_at=clock.now(),
        )  # fmt: skip
        tell_receivers(made, NotificationKind.TRANSFER_OFFERED, but=by)
        return made


def filled_form(form: Mapping[str, str]) -> dict[str, str]:
    """Return the handover form with every box filled in, in its order.

    Raises:
        BadInputError: a box is not known, or one is empty.
    """
    boxes = rules().form
    unknown = sorted(form.keys() - boxes.keys())
    if unknown:
        raise BadInputError(
            _("The handover form has no box “%(box)s”; it has: %(boxes)s.")
            % {"box": unknown[0][:40], "boxes": ", ".join(boxes)}
        )
    return {code: in_words(form.get(code, ""), box.said(page_language())) for code, box in boxes.items()}
