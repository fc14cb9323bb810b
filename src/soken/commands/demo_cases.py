"""The demo's casework, played through the very acts that people use: whatever a gate refuses, it refuses here too."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from soken.commands.demo_choices import play_choices
from soken.commands.demo_compartments import play_compartments
from soken.commands.demo_further import play_further
from soken.commands.demo_joined import play_joined
from soken.commands.demo_old_cases import play_old_cases
from soken.commands.demo_review import play_review
from soken.core import clock
from soken.demo.cases import demo_casework
from soken.review.facts import Ending
from soken.review.stages import Stage
from soken.review.transitions import WAY_AHEAD

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from soken.access.models import User
    from soken.casework.models import Dossier, Operation, Person
    from soken.core.progress import Timings
    from soken.demo.cases import DemoCase

_CHARGEABLE: Final = "items-covered"
_NOT_CHARGEABLE: Final = "items-not-covered"


def play_cases(operation: Operation, timings: Timings) -> int:
    """Open dossiers on persons of the newest run and bring them as far as the demo's casework says.

    Where the operation has dossiers already, nothing is done: they are somebody's work. All is played, or nothing.

    Returns:
        how many dossiers were opened.
    """
    from django.db import transaction

    if operation.dossiers.exists():
        return 0
    with transaction.atomic():  # all of it or nothing: half a play would count as somebody's work for ever
        _play_all(operation, timings)
    return operation.dossiers.count()


def _play_all(operation: Operation, timings: Timings) -> None:
    from soken.casework.actions.open_dossier import open_dossier

    users = demo_users(operation)
    play_joined(operation, users, timings)
    cast = list(_cast(operation))
    with timings.stage("casework", len(cast), "dossiers") as advanced:
        for case, person in cast:
            dossier = open_dossier(operation, person.code, by=users["demo-analyst"])
            _play(dossier, case, users)
            advanced(1)
        play_further(operation, users)
        play_choices(operation, users)
        play_old_cases(operation, users["demo-analyst"])
        play_review(operation, users)
        play_compartments(operation, users)


def demo_users(operation: Operation) -> dict[str, User]:
    """Return the demo's users by name, made where they are new, members of the operation; no password is set."""
    from soken.access.models import User
    from soken.casework.models import Membership

    users = {}
    for one in demo_casework().people:
        user, _made = User.objects.get_or_create(
            username=one.name,
            defaults={"role": one.role, "force": one.force, "password": "!"},  # nosec B105  # which no password is
        )
        Membership.objects.get_or_create(operation=operation, user=user)
        users[one.name] = user
    return users


def _cast(operation: Operation) -> Iterator[tuple[DemoCase, Person]]:
    """Yield who plays which case: settled persons of its prefecture with the most rows, none twice."""
    taken = set(operation.dossiers.values_list("person_code", flat=True))
    for case in demo_casework().cases:
        settled = operation.persons.filter(prefecture=case.prefecture, band="same").exclude(code__in=taken)
        for person in settled.order_by("-rows", "code")[: case.count]:
            taken.add(person.code)
            yield case, person


def _play(dossier: Dossier, case: DemoCase, users: dict[str, User]) -> None:
    """Bring a dossier to its case's stage."""
    stage = Stage(case.stage)
    if case.tell:
        _tell(dossier, case, users)
    if stage.value in set(Ending):
        _end(dossier, stage, users)
    elif stage is Stage.NOT_CHARGEABLE:
        _screen(dossier, users, case.reason or _NOT_CHARGEABLE)
        _advance(dossier, stage, users)
    elif stage is Stage.PROPOSED:
        if case.screened:
            _screen(dossier, users, case.reason or _CHARGEABLE, reviewed=case.reviewed)
    else:
        _screen(dossier, users, case.reason or _CHARGEABLE)
        _assess(dossier, case, users)
        for after in WAY_AHEAD[1 : WAY_AHEAD.index(stage) + 1]:
            if after is Stage.ASSIGNED:
                _own(dossier, users)
                _offer(dossier, case, users)
            if after is Stage.READY:
                _investigate(dossier, users)
            if after is Stage.REFERRED:
                _refer(dossier, users)
            elif after is Stage.DECIDED:
                _decide(dossier, users)
            else:
                _advance(dossier, after, users)


def _screen(dossier: Dossier, users: dict[str, User], reason: str, *, reviewed: bool = True) -> None:
    from soken.casework.actions.review_screening import review_screening
    from soken.casework.actions.screen import screen

    screen(dossier, by=users["demo-analyst"], reason=reason)
    if reviewed:
        review_screening(dossier, by=users["demo-reviewer"])


def _assess(dossier: Dossier, case: DemoCase, users: dict[str, User]) -> None:
    from soken.casework.actions.assess import assess

    if case.answers:
        assess(dossier, by=users["demo-analyst"], answers=case.answers)


def _advance(dossier: Dossier, stage: Stage, users: dict[str, User]) -> None:
    from soken.casework.actions.advance import advance

    advance(dossier, by=_of_force(users, "reviewer", dossier.force), to=stage, reason="手続のとおり")


def _refer(dossier: Dossier, users: dict[str, User]) -> None:
    """Refer the case on papers to the force's own office."""
    from soken.casework.actions.send_referral import send_referral
    from soken.reference.forces import offices_of_force

    send_referral(
        dossier, by=_of_force(users, "reviewer", dossier.force), kind="papers",
        office=offices_of_force(dossier.force)[0].code, reference=f"送致{dossier.person_code}", sent_on=_days_ago(0),
        liaison="demo-liaison",
    )  # fmt: skip
    _count(dossier, users)


def _count(dossier: Dossier, users: dict[str, User]) -> None:
    """Record the clearance that comes with the referral, for the statistics."""
    from soken.casework.actions.record_clearance import Clearance, record_clearance
    from soken.casework.selectors.charges import births_of
    from soken.route.juvenile import age_on

    (born,) = births_of(dossier)
    cleared_on = _days_ago(0)
    said = Clearance(
        "possession", cleared_on, dossier.force, occurred_at=dossier.force, age=age_on(born, cleared_on),
        occupation="employee",
    )  # fmt: skip
    record_clearance(dossier, said, by=users["demo-liaison"])


def _decide(dossier: Dossier, users: dict[str, User]) -> None:
    """Let the office receive the case, and the prosecutor ask for a summary order."""
    from soken.casework.actions.receive_referral import receive_referral
    from soken.casework.actions.record_disposition import record_disposition

    liaison, number = users["demo-liaison"], f"検{dossier.person_code}"
    receive_referral(dossier, by=liaison, on=_days_ago(0), number=number)
    record_disposition(dossier, by=liaison, kind="summary-order", on=_days_ago(0), reference=number)


def _own(dossier: Dossier, users: dict[str, User]) -> None:
    """Let the supervisor of the force that the machine proposes accept the person for it."""
    from soken.casework.actions.take_ownership import take_ownership
    from soken.casework.selectors.ownership import competence_of

    force = competence_of(dossier).proposals[0].force.code
    take_ownership(
        dossier, by=_of_force(users, "reviewer", force), force=force, reason="名簿上の住所地による。住民票を照会中"
    )


def _offer(dossier: Dossier, case: DemoCase, users: dict[str, User]) -> None:
    """Offer the person to another force, which has not answered for so many days as the case says.

    The offer is made by its act; only its moment is put back, since nobody waits a week for a demo.
    """
    from soken.casework.actions.offer_transfer import offer_transfer
    from soken.casework.models import Transfer
    from soken.route.transfers import rules

    if case.offered:
        form = dict.fromkeys(rules().form, "別添資料のとおり")
        made = offer_transfer(
            dossier, by=_of_force(users, "investigator", dossier.force), to=case.offered, kind="transfer",
            reason="転居先が判明したため", form=form,
        )  # fmt: skip
        offered_at = made.offered_at - timedelta(days=case.offered_days_ago)
        Transfer.objects.filter(pk=made.pk).update(offered_at=offered_at)


def _of_force(users: dict[str, User], role: str, force: str) -> User:
    """Return the user of this role who may act on a force's dossier: its own, else the centre's."""
    fitting = [user for user in users.values() if user.role == role and user.force in {force, ""}]
    return max(fitting, key=lambda user: user.force == force)


def _end(dossier: Dossier, stage: Stage, users: dict[str, User]) -> None:
    from soken.casework.actions.end_dossier import end_dossier

    words = {
        Stage.MISIDENTIFIED: "メールアドレスの下線の有無を取り違えており、別人と判明",
        Stage.NOT_IDENTIFIABLE: "転送用の仮名口座のみで、照会先からの回答なし",
        Stage.DECEASED: "住民票の除票により確認",
    }
    on = _days_ago(400) if stage is Stage.DECEASED else None
    end_dossier(dossier, by=users["demo-analyst"], kind=stage.value, basis=words[stage], on=on)


def _days_ago(days: int) -> date:
    """Return the day so many days ago, in Japan."""
    from soken.casework.selectors.dossier import today

    return today() - timedelta(days=days)


def _investigate(dossier: Dossier, users: dict[str, User]) -> None:
    """Record all that the gate to *ready for action* asks for."""
    from soken.casework.actions.add_party_role import add_party_role
    from soken.casework.actions.allege_offence import allege_offence
    from soken.casework.actions.back_element import back_element
    from soken.casework.actions.confirm_identity import confirm_identity
    from soken.casework.actions.corroborate import corroborate
    from soken.casework.actions.enter_exhibit import enter_exhibit
    from soken.casework.actions.plan_welfare import plan_welfare
    from soken.casework.actions.raise_rival import raise_rival
    from soken.casework.actions.settle_rival import settle_rival
    from soken.review.words import elements, rival_explanations

    analyst, investigator = users["demo-analyst"], _of_force(users, "investigator", dossier.force)
    born = _days_ago(365 * 41)
    confirm_identity(dossier, by=analyst, basis="購入履歴と住民票を照合", born_on=born)
    confirm_identity(dossier, by=investigator, basis="運転免許証の写しと照合", born_on=born)
    add_party_role(dossier, by=analyst, role="user", basis="会員登録及び発送先の一致")
    for kind, word in rival_explanations().items():
        if word.flag:
            raise_rival(dossier, by=analyst, kind=kind, why="必須の確認事項")
            settle_rival(dossier, by=analyst, kind=kind, state="ruled-out", result="照会の結果、該当なし")
    enter_exhibit(dossier, by=analyst, number="甲1", origin="bank", obtained_on=_days_ago(9))
    enter_exhibit(dossier, by=investigator, number="甲2", origin="search", obtained_on=_days_ago(3))
    enter_exhibit(dossier, by=investigator, number="甲3", origin="examination", obtained_on=_days_ago(1))
    corroborate(dossier, by=analyst, kind="payment", exhibit="甲1")
    for element, word in elements().items():
        shown = _days_ago(3) if word.flag else None
        found = "甲2" if word.flag else "甲3"
        back_element(dossier, by=investigator, element=element, exhibit=found, shown_on=shown)
    allege_offence(
        dossier, by=investigator, offence="7-1", last_on=_days_ago(3), basis="捜索により自宅で所持しているのを確認"
    )  # fmt: skip
    _look_elsewhere(dossier, investigator)
    plan_welfare(
        dossier,
        by=investigator,
        risks="同居家族あり。本人の動揺に注意",
        measures="女性警察官及び保健師が同行",
        afterwards="翌日に連絡し、相談窓口を案内",
        good_until=_days_ago(-30),
    )


def _look_elsewhere(dossier: Dossier, by: User) -> None:
    """Look whether others hold a value of the person, and say what was agreed with those who do.

    A demo of another size in the same home has some of the same buyers.
    """
    from soken.casework.actions.check_elsewhere import check_elsewhere
    from soken.casework.selectors.elsewhere import held_elsewhere

    agreed = "他事件の担当者と協議済み。当方が先に捜査を進める" if held_elsewhere(dossier, by) else ""
    check_elsewhere(dossier, by=by, note=agreed)


def _tell(dossier: Dossier, case: DemoCase, users: dict[str, User]) -> None:
    from soken.casework.actions.acknowledge_safety import acknowledge_safety
    from soken.casework.actions.notify_safety import notify_safety

    told = notify_safety(
        dossier.operation, dossier.person_code, by=users["demo-analyst"], body="child-guidance-centre",
        office=case.tell, method="phone",
    )  # fmt: skip
    if case.acknowledged:
        acknowledge_safety(dossier.operation, told.pk, by=users["demo-analyst"], who="受付担当")


def received_at() -> str:
    """Return when the demo's list is said to have been received, ISO 8601."""
    return clock.stamp(clock.now() - timedelta(days=demo_casework().received_days_ago))
