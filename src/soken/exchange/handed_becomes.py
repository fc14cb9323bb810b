"""What a transfer would become here: which entries are taken over as records, which are told only, which not at all.

The act that accepts takes over exactly what is shown here. Confirmations, screenings and stages of the sender are told
and never count: what one installation established is not established in another.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from soken.exchange.handed import Handed, Offence, Place, Ruling, Told, moment

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from soken.reference.offences import Offence as KnownOffence


@dataclass(frozen=True, slots=True)
class Known:
    """Codes that this installation knows.

    Attributes:
        offences: paragraphs by code.
        grounds, prefectures, bodies, methods, verdicts: codes.
    """

    offences: Mapping[str, KnownOffence]
    grounds: Collection[str]
    prefectures: Collection[str]
    bodies: Collection[str]
    methods: Collection[str]
    verdicts: Collection[str]


@dataclass(frozen=True, slots=True)
class Becoming:
    """What a transfer would become.

    Attributes:
        handed: what it contains.
        received_on: the day from which all ages run, the sender's.
        days: how many days ago that was.
        offences, places, judgements, told: what becomes a record of this installation.
        unanswered: notifications for a child's safety that nobody has answered yet: to be chased at once.
        unknown: entries that are told only, because this installation does not know their code.
        confirmed_by: people of the sender who have confirmed the identity; none counts here.
    """

    handed: Handed
    received_on: date
    days: int
    offences: tuple[Offence, ...]
    places: tuple[Place, ...]
    judgements: tuple[Ruling, ...]
    told: tuple[Told, ...]
    unanswered: int
    unknown: tuple[str, ...]
    confirmed_by: tuple[str, ...]


def becomes(handed: Handed, known: Known, today: date) -> Becoming:
    """Return what a transfer would become.

    Raises:
        BadInputError: a moment in it is none.
    """
    offences = tuple(one for one in handed.offences if _offence_fits(one, known))
    places = tuple(one for one in handed.places if one.ground in known.grounds and one.prefecture in known.prefectures)
    told = tuple(one for one in handed.told if one.body in known.bodies and one.method in known.methods)
    judgements = tuple(one for one in handed.judgements if one.verdict in known.verdicts)
    unknown = (
        *(f"offence {one.code}" for one in handed.offences if one not in offences),
        *(f"place {one.ground} {one.prefecture}" for one in handed.places if one not in places),
        *(f"notification {one.body}" for one in handed.told if one not in told),
        *(f"judgement {one.verdict}" for one in handed.judgements if one not in judgements),
    )
    moments = (*(one.notified_at for one in told), *(one.at for one in judgements))
    for text in (*moments, *(one.acknowledged_at for one in told if one.acknowledged_at)):
        moment(text)
    received_on = date.fromisoformat(handed.received_on)
    return Becoming(
        handed=handed,
        received_on=received_on,
        days=(today - received_on).days,
        offences=offences,
        places=places,
        judgements=judgements,
        told=told,
        unanswered=sum(not one.acknowledged_at for one in told),
        unknown=unknown,
        confirmed_by=tuple(one.by for one in handed.assessments if one.kind == "identity"),
    )


def _offence_fits(one: Offence, known: Known) -> bool:
    """Tell whether an alleged offence can be recorded here: a paragraph that is known, and days that are days."""
    try:
        days = [date.fromisoformat(text) for text in (one.first_on, one.last_on, one.ended_on) if text]
    except ValueError:
        return False
    in_order = not one.first_on or one.first_on <= one.last_on
    return one.code in known.offences and bool(one.last_on) and bool(days) and in_order and one.stood_still >= 0
