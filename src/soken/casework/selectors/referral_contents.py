"""Gather what is sent with a referral from what people recorded: facts, assessments and categories apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.utils import timezone

from soken.casework.models import EvidenceItem, Party
from soken.core.errors import RefusedError
from soken.refer.contents import CLAIMED_NAME, Category, Contents, PersonSpokenOf, Statement
from soken.review.facts import Ending

if TYPE_CHECKING:
    from datetime import datetime

    from soken.casework.models import Dossier

#: Most entries of one kind; a person with more is divided by hand before anything is sent.
MOST: Final = 20_000


def contents_of(dossier: Dossier) -> Contents:
    """Return what would be sent now (a fixed number of queries); entries that were withdrawn are left out.

    Raises:
        RefusedError: there is more than can be sent in one piece.
    """
    return Contents(facts=_facts(dossier), assessments=_assessments(dossier), persons=_persons(dossier))


def _facts(dossier: Dossier) -> tuple[Statement, ...]:
    """Return what was seen or obtained: name, rows with file and reading, exhibits, days of custody, a death.

    The number of a row's reading is part of it: read anew with other columns, the same row says something else.
    """
    items = EvidenceItem.objects.filter(
        operation=dossier.operation_id, evidence_id__in=dossier.rows.values("evidence")
    ).values_list("evidence_id", "sha256", "reading")
    read = {item: {"file_sha256": sha256, "reading": str(number)} for item, sha256, number in items}
    rows = _bounded(dossier.rows.order_by("evidence", "row").values_list("evidence", "row"), dossier)
    return (
        Statement(CLAIMED_NAME, dossier.person_code, {"name": dossier.name}),
        *(Statement("row", f"{item}:{row}", read.get(item, {"file_sha256": ""})) for item, row in rows),
        *(
            Statement(
                "exhibit",
                one.number,
                {"origin": one.origin, "obtained_on": one.obtained_on.isoformat()},
                one.by.username,
                _day(one.at),
            )
            for one in _bounded(dossier.exhibits.select_related("by").order_by("pk"), dossier)
        ),
        *(
            Statement(
                "held",
                str(one.began_at.isoformat()),
                {"by": one.arrested_by, "form": one.form},
                one.by.username,
                _day(one.at),
            )
            for one in dossier.restraints.filter(withdrawn_at__isnull=True).select_related("by").order_by("pk")
        ),
        *(
            Statement(
                "death",
                dossier.person_code,
                {"on": one.on.isoformat() if one.on else "", "basis": one.basis},
                one.by.username,
                _day(one.at),
            )
            for one in dossier.endings.filter(kind=Ending.DECEASED, lifted_at__isnull=True).select_related("by")
        ),
    )


def _assessments(dossier: Dossier) -> tuple[Statement, ...]:
    """Return what people concluded: screening, identity, elements, corroboration, other explanations, offences."""
    found: list[Statement] = []
    screening = dossier.screenings.select_related("by", "reviewed_by").order_by("-pk").first()
    if screening is not None:
        reviewed = screening.reviewed_by.username if screening.reviewed_by else ""
        found.append(_said("screening", screening.reason, screening, {"reviewed_by": reviewed}))
    standing = {"withdrawn_at__isnull": True}
    for one in dossier.confirmations.filter(**standing).select_related("by").order_by("pk"):
        born = one.born_on.isoformat() if one.born_on else ""
        # Only where it is so: what was sent before this could be said keeps its hash.
        unknown = {"birth_unknown": "yes"} if one.birth_unknown else {}
        found.append(_said("identity", dossier.person_code, one, {"basis": one.basis, "born_on": born, **unknown}))
    for act in _bounded(dossier.offences.filter(**standing).select_related("by").order_by("pk"), dossier):
        first = act.first_on.isoformat() if act.first_on else ""
        start = act.limitation_starts.order_by("-pk").first()
        ended = start.ended_on.isoformat() if start else ""
        days = {"first_on": first, "last_on": act.last_on.isoformat(), "ended_on": ended, "basis": act.basis}
        found.append(_said("offence", act.code, act, days))
    for shown in _bounded(
        dossier.element_exhibits.filter(**standing).select_related("by", "exhibit").order_by("pk"), dossier
    ):
        day = shown.shown_on.isoformat() if shown.shown_on else ""
        found.append(_said("element", shown.element, shown, {"exhibit": shown.exhibit.number, "shown_on": day}))
    for beside in _bounded(
        dossier.corroborations.filter(**standing).select_related("by", "exhibit").order_by("pk"), dossier
    ):
        found.append(_said("corroboration", beside.kind, beside, {"exhibit": beside.exhibit.number}))
    for rival in _bounded(dossier.rivals.select_related("by").order_by("pk"), dossier):
        found.append(_said("rival-explanation", rival.kind, rival, {"state": rival.state, "result": rival.result}))
    return tuple(found)


def _persons(dossier: Dossier) -> tuple[PersonSpokenOf, ...]:
    """Return the suspect first, then others who are recorded as a party."""
    own: list[str] = []
    others: dict[str, list[str]] = {}
    for one in dossier.party_roles.filter(withdrawn_at__isnull=True).order_by("pk"):
        roles = own if one.is_person else others.setdefault(one.other, [])
        roles.append(str(Party(one.role).value))
    return (
        PersonSpokenOf(dossier.person_code, Category.SUSPECT, tuple(dict.fromkeys(own))),
        *(
            PersonSpokenOf(who, Category.OTHER_PARTY, tuple(dict.fromkeys(roles)))
            for who, roles in sorted(others.items())
        ),
    )


def _said(kind: str, code: str, entry: Any, said: dict[str, str]) -> Statement:
    """Return an entry with who recorded it and when."""
    return Statement(kind, code, said, entry.by.username, _day(entry.at))


def _bounded(entries: Any, dossier: Dossier) -> list[Any]:
    """Return entries, all of them or none.

    Raises:
        RefusedError: there are too many.
    """
    found = list(entries[: MOST + 1])
    if len(found) > MOST:
        raise RefusedError(f"{dossier.person_code} has more than {MOST} entries of one kind; divide the person first.")
    return found


def _day(moment: datetime) -> str:
    """Return the day in Japan."""
    return timezone.localdate(moment).isoformat()
