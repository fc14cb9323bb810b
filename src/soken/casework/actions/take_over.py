"""Enter what another installation established as records of this one, each saying whose word it is."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from soken.casework.models import (
    AllegedOffence,
    Judgement,
    LimitationStart,
    PlaceFact,
    SafetyNotification,
)
from soken.core import clock
from soken.core.fields import RowKind
from soken.exchange.handed import moment
from soken.prioritise.safety import chase_at
from soken.reference.offences import offences
from soken.route.limitation import Charge, complete_on

if TYPE_CHECKING:
    from soken.access.models import User
    from soken.casework.models import Dossier
    from soken.exchange.handed import Offence, Ruling, Told
    from soken.exchange.handed_becomes import Becoming

#: Evidence id and row at the sender → row here, and what it is to a person.
Places = dict[tuple[str, int], tuple[int, RowKind]]

_LONGEST_NOTE: Final = 400
_LONGEST_NAME: Final = 200


def take_over(dossier: Dossier, becoming: Becoming, places: Places, *, peer: str, by: User) -> None:
    """Enter offences with their limitation, places, notifications for a child's safety, and judgements.

    Called inside the transaction in which a person is accepted, and by nothing else.

    Args:
        dossier: the one that was opened on the rows.
        becoming: what is taken over.
        places: where the sender's rows stand here.
        peer: whose word it is.
        by: who accepts, and enters it.
    """
    evidence = str(dossier.rows.values_list("evidence", flat=True)[0])
    for offence in becoming.offences:
        _offence(dossier, offence, peer, by)
    for place in becoming.places:
        PlaceFact.objects.create(
            dossier=dossier, ground=place.ground, prefecture=place.prefecture,
            basis=_said(place.basis, peer, place.by, place.at), by=by, at=clock.now(),
        )  # fmt: skip
    for told in becoming.told:
        _told(dossier, told, peer, by)
    for ruling in becoming.judgements:
        _ruling(dossier, ruling, places, evidence, peer)


def _offence(dossier: Dossier, one: Offence, peer: str, by: User) -> None:
    """Enter an alleged offence, and the event from which limitation runs where the sender has entered one."""
    made = AllegedOffence.objects.create(
        dossier=dossier, code=one.code, first_on=_day(one.first_on), last_on=date.fromisoformat(one.last_on),
        basis=_said(one.basis, peer, one.by, one.at), by=by, at=clock.now(),
    )  # fmt: skip
    if not one.ended_on:
        return
    ended = date.fromisoformat(one.ended_on)
    made.limitation_on = complete_on(Charge(offences()[one.code].limitation, ended, one.stood_still))
    made.save(update_fields=["limitation_on"])
    LimitationStart.objects.create(
        offence=made, ended_on=ended, stood_still=one.stood_still, basis=_said(one.ended_basis, peer, one.by, one.at),
        by=by, at=clock.now(),
    )  # fmt: skip


def _told(dossier: Dossier, one: Told, peer: str, by: User) -> None:
    """Enter that a body was told of a child, when it was; what has no answer is chased from here on."""
    at = moment(one.notified_at)
    answered = moment(one.acknowledged_at) if one.acknowledged_at else None
    SafetyNotification.objects.create(
        operation=dossier.operation, person_code=dossier.person_code, body=one.body, office=one.office[:_LONGEST_NAME],
        method=one.method, notified_at=at, chase_at=chase_at(one.body, at),
        note=_said(one.note, peer, one.by, "")[:_LONGEST_NOTE], by=by, entered_at=clock.now(),
        acknowledged_at=answered, acknowledged_by=one.acknowledged_by[:_LONGEST_NAME] if answered else "",
        acknowledgement_entered_by=by if answered else None,
    )  # fmt: skip


def _ruling(dossier: Dossier, one: Ruling, places: Places, evidence: str, peer: str) -> None:
    """Enter a judgement on two rows; nobody here gave it, so that it is counted as nobody's of this installation."""
    left, right = places[one.left_evidence, one.left_row][0], places[one.right_evidence, one.right_row][0]
    Judgement.objects.create(
        operation=dossier.operation, left_evidence=evidence, left_row=left, right_evidence=evidence, right_row=right,
        verdict=one.verdict, reason=_said(one.reason, peer, one.by, one.at), by=None, at=moment(one.at),
    )  # fmt: skip


def _said(text: str, peer: str, by: str, at: str) -> str:
    """Return words of the sender, beginning with whose they are."""
    whose = _("taken over from %(peer)s") % {"peer": peer}
    named = " ".join(part for part in (by, at[:10]) if part)
    return f"[{whose}; {named}] {text}".strip() if named else f"[{whose}] {text}".strip()


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
