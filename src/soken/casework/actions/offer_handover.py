"""Prepare a person's handover to another installation; nothing leaves yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from soken.access.policy import Act
from soken.casework.actions.dossier_act import acting
from soken.casework.actions.handover_act import check_can_leave, new_code
from soken.casework.actions.offer_transfer import filled_form
from soken.casework.actions.owner_step import known_force
from soken.casework.actions.said import in_words, one_of
from soken.casework.models import OutgoingHandover
from soken.casework.selectors.handover_keys import peer_named
from soken.core import clock
from soken.core.errors import RefusedError
from soken.route.handover import OPEN
from soken.route.transfers import rules

if TYPE_CHECKING:
    from collections.abc import Mapping

    from soken.access.models import User
    from soken.casework.models import Dossier


def offer_handover(
    dossier: Dossier,
    *,
    by: User,
    peer: str,
    to: str,
    kind: str,
    reason: str,
    form: Mapping[str, str],
    seen: int | None = None,
) -> OutgoingHandover:
    """Prepare the handover with the boxes of form 5; somebody else has to approve what leaves (R33).

    Args:
        dossier: whose.
        by: who prepares it.
        peer: name of the installation, as registered.
        to: code of the force there.
        kind: code of `soken.route.transfers.rules` kinds.
        reason: why, in words.
        form: box of the handover form → what it says; every box.
        seen: version of the dossier that the actor saw.

    Raises:
        BadInputError: the force, the kind or a box is not known, or a box or the reason is missing.
        NotFoundError: no installation is registered under the name; and see `acting`.
        RefusedError: it is not trusted, another handover is open, the person cannot leave (`check_can_leave`); and see
            `acting`.
    """
    known_force(to)
    one_of(kind, rules().kinds, _("The kind of transfer"))
    said, filled, there = in_words(reason, _("The reason")), filled_form(form), peer_named(peer)
    with acting(dossier, by, Act.OWN, seen=seen) as now:
        check_can_leave(now)
        if now.handovers_out.filter(state__in=[*OPEN]).exists():
            raise RefusedError(
                _("A handover of %(person)s is being prepared already; withdraw it first.")
                % {"person": now.person_code}
            )
        return OutgoingHandover.objects.create(
            dossier=now, transfer=new_code(), peer=there, recipient=there.name, kind=kind, from_force=now.force,
            to_force=to, reason=said, form=filled, offered_by=by, offered_at=clock.now(),
        )  # fmt: skip
