"""Invented persons with dossiers, and the people who work on them; brought to a stage through the real acts.

No store is written: what a dossier needs of the evidence is its rows' numbers.
"""

from __future__ import annotations

import itertools
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from soken.access.models import Role, User
from soken.casework.actions.add_party_role import add_party_role
from soken.casework.actions.advance import advance
from soken.casework.actions.allege_offence import allege_offence
from soken.casework.actions.assess import assess
from soken.casework.actions.back_element import back_element
from soken.casework.actions.check_elsewhere import check_elsewhere
from soken.casework.actions.confirm_identity import confirm_identity
from soken.casework.actions.corroborate import corroborate
from soken.casework.actions.end_dossier import end_dossier
from soken.casework.actions.enter_exhibit import enter_exhibit
from soken.casework.actions.join_dossier import join_dossier
from soken.casework.actions.plan_welfare import plan_welfare
from soken.casework.actions.raise_rival import raise_rival
from soken.casework.actions.receive_referral import receive_referral
from soken.casework.actions.record_disposition import record_disposition
from soken.casework.actions.record_verdict import record_verdict
from soken.casework.actions.review_screening import review_screening
from soken.casework.actions.screen import screen
from soken.casework.actions.send_referral import send_referral
from soken.casework.actions.settle_rival import settle_rival
from soken.casework.actions.take_ownership import take_ownership
from soken.casework.models import (
    CourtVerdict,
    Disposition,
    Dossier,
    DossierRow,
    Membership,
    Operation,
    Ownership,
    Person,
    Referral,
)
from soken.casework.selectors.dossier import today
from soken.reference.forces import offices_of_force
from soken.review.stages import Stage
from soken.review.transitions import WAY_AHEAD
from tests.casework.brought import once

#: Of every person whose identity is confirmed: aged 41.
BORN: Final = date(1985, 5, 1)
AT: Final = datetime(2026, 11, 20, 3, 4, 5, tzinfo=UTC)
ELEMENTS: Final = ("possession", "material", "purpose", "will", "clear")
REQUIRED_RIVALS: Final = ("name-used-by-another", "card-theft", "household-member", "wrong-join")
_numbers = itertools.count(1)


@dataclass
class Room:
    """An operation and those who work on it: two analysts, an investigator, two reviewers, an auditor, a stranger."""

    operation: Operation
    users: dict[str, User] = field(default_factory=dict)

    def __getattr__(self, name: str) -> User:
        try:
            return self.users[name]
        except KeyError:
            raise AttributeError(name) from None

    def __deepcopy__(self, copied: dict[int, Any]) -> Room:
        return Room(deepcopy(self.operation, copied), deepcopy(self.users, copied))


def make_room(slug: str = "heron") -> Room:
    """Open an operation with its people."""
    operation = Operation.objects.create(name=f"Operation {slug.title()}", slug=slug, created_at=AT)
    room = Room(operation)
    for name, role in {
        "analyst": Role.ANALYST,
        "analyst2": Role.ANALYST,
        "investigator": Role.INVESTIGATOR,
        "reviewer": Role.REVIEWER,
        "reviewer2": Role.REVIEWER,
        "auditor": Role.AUDITOR,
        "liaison": Role.LIAISON,
    }.items():
        room.users[name] = User.objects.create(username=f"{slug}-{name}", role=role, password="!")
        Membership.objects.create(operation=operation, user=room.users[name])
    room.users["stranger"] = User.objects.create(username=f"{slug}-stranger", role=Role.REVIEWER, password="!")
    return room


def make_dossier(room: Room, *, rows: int = 2, band: str = "same", force: str = "tokyo", **values: Any) -> Dossier:
    """Open a dossier at *proposed* on a proposed person with some rows, owned by a force."""
    number = next(_numbers)
    code = f"P-0000-0000-{number:04d}"
    Person.objects.create(
        operation=room.operation,
        code=code,
        name=f"佐藤 {number:04d}",
        prefecture="13",
        band=band,
        rows=rows,
        records=1,
        items=1,
    )
    dossier = Dossier.objects.create(
        operation=room.operation,
        person_code=code,
        name=f"佐藤 {number:04d}",
        prefecture="13",
        opened_at=AT,
        opened_by=room.analyst,
        **{"received_on": AT.date(), **values},
    )
    if force:
        Ownership.objects.create(dossier=dossier, force=force, reason="住所地", by=room.reviewer, since=AT)
        Dossier.objects.filter(pk=dossier.pk).update(force=force)
        dossier.force = force
    DossierRow.objects.bulk_create(
        DossierRow(dossier=dossier, operation=room.operation, evidence="E-000000000001", row=number * 1000 + one)
        for one in range(rows)
    )
    return dossier


def taken_on(dossier: Dossier, force: str, reason: str = "住所地") -> Ownership:
    """Let the liaison officer of a force take a person on whom nobody owns."""
    name = f"{dossier.operation.slug}-{force}-liaison"
    user, _new = User.objects.get_or_create(username=name, defaults={"role": Role.LIAISON, "force": force})
    Membership.objects.get_or_create(operation=dossier.operation, user=user)
    return take_ownership(dossier, by=user, force=force, reason=reason)


def record_screening(dossier: Dossier, room: Room, reason: str = "items-covered") -> None:
    """Screen and have it reviewed."""
    screen(dossier, by=room.analyst, reason=reason)
    review_screening(dossier, by=room.reviewer)


def record_everything(dossier: Dossier, room: Room, *, but: frozenset[str] = frozenset()) -> None:
    """Record all that a person needs to be ready for action, but these parts."""
    once(("everything", but), dossier, room, lambda: _record_everything(dossier, room, but))


def _record_everything(dossier: Dossier, room: Room, but: frozenset[str]) -> None:
    """Do the acts of `record_everything`."""
    if "screening" not in but:
        record_screening(dossier, room)
    if "priority" not in but:
        assess(dossier, by=room.analyst, answers={})
    if "first confirmation" not in but:
        confirm_identity(dossier, by=room.analyst, basis="住民票と照合", born_on=BORN)
    if "second confirmation" not in but:
        confirm_identity(dossier, by=room.investigator, basis="運転免許と照合", born_on=BORN)
    if "role" not in but:
        add_party_role(dossier, by=room.analyst, role="user", basis="会員登録")
    for kind in REQUIRED_RIVALS:
        if f"rival {kind}" not in but:
            raise_rival(dossier, by=room.analyst, kind=kind, why="必須の確認")
            settle_rival(dossier, by=room.analyst, kind=kind, state="ruled-out", result="照会の結果、該当なし")
    _record_evidence(dossier, room, but)


#: What nobody asks for yet who comes to a person's door.
NOT_AT_THE_DOOR: Final = frozenset(
    {
        "priority", "offence", "elsewhere",
        *(f"rival {one}" for one in REQUIRED_RIVALS), *(f"element {one}" for one in ELEMENTS),
    }
)  # fmt: skip


def open_the_door(dossier: Dossier, room: Room, *, but: str = "") -> None:
    """Record what must stand before anybody comes to the person's door, but one part."""
    record_everything(dossier, room, but=NOT_AT_THE_DOOR | {but})


def _record_evidence(dossier: Dossier, room: Room, but: frozenset[str]) -> None:
    """Record exhibits and what rests on them, the look into other operations, and the welfare plan."""
    enter_exhibit(dossier, by=room.analyst, number="甲1", origin="bank", obtained_on=date(2026, 9, 1))
    enter_exhibit(dossier, by=room.analyst, number="甲2", origin="search", obtained_on=date(2026, 9, 2))
    enter_exhibit(dossier, by=room.analyst, number="鑑1", origin="examination", obtained_on=date(2026, 9, 20))
    if "corroboration" not in but:
        corroborate(dossier, by=room.analyst, kind="payment", exhibit="甲1")
    for element in ELEMENTS:
        if f"element {element}" not in but:
            held = element == "possession"
            back_element(
                dossier, by=room.investigator, element=element, exhibit="甲2" if held else "鑑1",
                shown_on=date(2026, 9, 2) if held else None,
            )  # fmt: skip
    if "offence" not in but:
        allege_offence(dossier, by=room.investigator, offence="7-1", last_on=date(2026, 9, 2), basis="甲2")
    if "elsewhere" not in but:
        check_elsewhere(dossier, by=room.analyst)
    if "welfare" not in but:
        plan_welfare(
            dossier,
            by=room.investigator,
            risks="不明",
            measures="保健師同行",
            afterwards="翌日に連絡",
            good_until=today() + timedelta(days=30),
        )


def bring_to(dossier: Dossier, stage: Stage, room: Room) -> Dossier:
    """Take a dossier at *proposed* to a stage, through every act that it needs.

    What these acts leave before a case is referred is written without them where another was brought there before
    (`tests.casework.brought`).
    """
    if stage is Stage.JOINED:
        dossier.operation.persons.filter(code=dossier.person_code).delete()
        other = make_dossier(room, force=dossier.force)
        join_dossier(dossier, by=room.reviewer, into=other.person_code, reason="同一人物と判定")
    elif stage in WAY_AHEAD:
        to = WAY_AHEAD.index(stage)
        ready = min(to, WAY_AHEAD.index(Stage.READY))
        if ready:
            once(WAY_AHEAD[ready], dossier, room, lambda: _go(dossier, room, WAY_AHEAD[ready]))
        for after in WAY_AHEAD[ready + 1 : to + 1]:
            _step(dossier, room, after)
    else:
        once(stage, dossier, room, lambda: _end(dossier, room, stage))
    return dossier


def _end(dossier: Dossier, room: Room, stage: Stage) -> None:
    """Take a dossier to a stage where nobody works on it any more."""
    if stage is Stage.NOT_CHARGEABLE:
        record_screening(dossier, room, "items-not-covered")
        advance(dossier, by=room.analyst, to=stage)
    else:
        on = today() if stage is Stage.DECEASED else None
        end_dossier(dossier, by=room.analyst, kind=stage.value, basis="照会の結果", on=on)


def _go(dossier: Dossier, room: Room, stage: Stage) -> None:
    """Take a dossier ahead to a stage before a case is referred."""
    _record_everything(dossier, room, frozenset())
    for after in WAY_AHEAD[1 : WAY_AHEAD.index(stage) + 1]:
        _step(dossier, room, after)


def _step(dossier: Dossier, room: Room, after: Stage) -> None:
    """Take a dossier to the next stage ahead."""
    if after is Stage.REFERRED:
        refer(dossier, room)
    elif after is Stage.DECIDED:
        decide(dossier, room)
    else:
        advance(dossier, by=room.reviewer, to=after, reason="手続のとおり")


def refer(dossier: Dossier, room: Room, **said: Any) -> Referral:
    """Refer the case on papers, today."""
    own = offices_of_force(dossier.force)
    return send_referral(
        dossier,
        **{
            "by": room.reviewer, "kind": "papers", "office": own[0].code if own else "tokyo",
            "reference": f"送致{next(_numbers)}号", "sent_on": today(), "liaison": room.liaison.username, **said,
        },
    )  # fmt: skip


def judge_in_court(dossier: Dossier, room: Room, kind: str = "acquitted", **said: Any) -> CourtVerdict:
    """Let a court of first instance decide, today; final only where a day is said."""
    return record_verdict(
        dossier,
        **{
            "by": room.liaison, "kind": kind, "instance": "first", "court": "東京地方裁判所",
            "reference": f"令和8年(わ)第{next(_numbers)}号", "on": today(), **said,
        },
    )  # fmt: skip


def decide(dossier: Dossier, room: Room, kind: str = "summary-order", **said: Any) -> Disposition:
    """Let the office receive the case, if it has not, and the prosecutor decide, today."""
    if not dossier.referrals.filter(over_at__isnull=True, received_on__isnull=False).exists():
        receive_referral(dossier, by=room.liaison, on=today(), number="検1号")
    return record_disposition(
        dossier, **{"by": room.liaison, "kind": kind, "on": today(), "reference": "検1号", **said}
    )
