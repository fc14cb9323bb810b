"""What the demo shows of people's decisions: bands up and down, answered transfers, custody, places, copies."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from soken.core import clock
from soken.review.stages import Stage

if TYPE_CHECKING:
    from soken.access.models import User
    from soken.casework.models import Dossier, Operation, Transfer


def play_choices(operation: Operation, users: dict[str, User]) -> None:
    """Play them on the demo's dossiers, each through the act that people use."""
    _save_filter(operation, users)
    _change_bands(operation, users)
    _answer_transfers(operation, users)
    for dossier in operation.dossiers.filter(stage=Stage.READY)[:1]:
        _run_limitation(dossier, users)
    for dossier in operation.dossiers.filter(stage=Stage.REFERRED)[:1]:
        _hold_and_release(dossier, users)
    for dossier in operation.dossiers.filter(stage=Stage.UNDER_INVESTIGATION, force="tokyo").order_by("-pk")[:1]:
        _leave_late(dossier, users)
        _ask_for_a_copy(dossier, users)


def _save_filter(operation: Operation, users: dict[str, User]) -> None:
    """Keep a filter of the list for everybody."""
    from soken.casework.actions.save_filter import save_filter
    from soken.casework.selectors.persons import PersonQuery

    query = PersonQuery(prefecture="13", band="same")
    save_filter(operation, by=users["demo-analyst"], name="東京都・照合済み", query=query, shared=True)


def _change_bands(operation: Operation, users: dict[str, User]) -> None:
    """Raise one person's band, assess another a second time, and propose a lowering that waits for somebody else."""
    from soken.casework.actions.assess import assess
    from soken.casework.actions.override_band import override_band
    from soken.casework.actions.record_place import record_place

    analyst = users["demo-analyst"]
    screened = list(operation.dossiers.filter(stage=Stage.SCREENED, prefecture="13").order_by("pk")[:2])
    for dossier in screened[:1]:
        override_band(dossier, by=analyst, band="high", reason="学校からの相談あり。評価票では捉えられない")
    for dossier in screened[1:]:
        newest = dossier.assessments.get()
        answers = {**newest.answers, "access-other": "no"}
        assess(dossier, by=analyst, answers=answers, reason="照会の回答により再評価")
        record_place(dossier, by=analyst, ground="residence", prefecture="13", basis="住民票により確認")
        record_place(dossier, by=analyst, ground="present", prefecture="27", basis="勤務先への照会")
    for dossier in operation.dossiers.filter(stage=Stage.UNDER_INVESTIGATION, force="tokyo").order_by("pk")[:1]:
        override_band(
            dossier, by=users["demo-investigator"], band="medium", reason="現在は児童と接する機会がないことを確認"
        )


def _answer_transfers(operation: Operation, users: dict[str, User]) -> None:
    """Offer three persons of Osaka to others: one has arrived, one is taken on, one is given back."""
    from soken.casework.actions.answer_transfer import accept_transfer, receive_transfer, return_transfer

    tokyo, fukuoka = users["demo-tokyo-reviewer"], users["demo-fukuoka-reviewer"]
    free = operation.dossiers.filter(force="osaka", transfers__isnull=True).order_by("pk")
    assigned = list(free.filter(stage=Stage.ASSIGNED)[:2])
    worked = list(free.filter(stage=Stage.UNDER_INVESTIGATION)[:1])
    for dossier, to in zip(assigned + worked, (tokyo, fukuoka, tokyo), strict=False):
        made = _offered(dossier, to.force, users)
        receive_transfer(operation, made.pk, by=to, answer="一件書類を受領")
        if to is fukuoka:
            accept_transfer(operation, made.pk, by=to, answer="当方で捜査を継続する")
        elif dossier.stage == Stage.UNDER_INVESTIGATION:
            return_transfer(operation, made.pk, by=to, answer="転居先は管轄外と判明")


def _offered(dossier: Dossier, to: str, users: dict[str, User]) -> Transfer:
    """Offer a person of Osaka to another force."""
    from soken.casework.actions.offer_transfer import offer_transfer
    from soken.route.transfers import rules

    form = dict.fromkeys(rules().form, "別添資料のとおり")
    return offer_transfer(
        dossier, by=users["demo-osaka"], to=to, kind="transfer", reason="転居先が判明したため", form=form
    )


def _run_limitation(dossier: Dossier, users: dict[str, User]) -> None:
    """Say when the act ended, from which limitation runs."""
    from soken.casework.actions.start_limitation import start_limitation

    for offence in dossier.offences.filter(withdrawn_at__isnull=True)[:1]:
        start_limitation(
            dossier, by=users["demo-investigator"], key=offence.pk, ended_on=offence.last_on,
            basis="捜索の際に任意提出を受け、所持が終わった",
        )  # fmt: skip


def _hold_and_release(dossier: Dossier, users: dict[str, User]) -> None:
    """Record an arrest with its steps in time, the release, and that somebody looked after the person since."""
    from soken.casework.actions.look_after import look_after
    from soken.casework.actions.record_custody_step import record_custody_step
    from soken.casework.actions.record_restraint import record_restraint
    from soken.casework.selectors.dossier import today

    reviewer, began = users["demo-reviewer"], clock.now() - timedelta(days=6)
    record_restraint(dossier, by=reviewer, began_at=began, form="warrant", note="自宅前")
    for kind, hours in (("referred", 26), ("requested", 44), ("detained", 50), ("released", 98)):
        record_custody_step(dossier, by=reviewer, kind=kind, happened_at=began + timedelta(hours=hours))
    look_after(
        dossier, by=users["demo-investigator"], who="保健師", way="visit", found="家族と同居。落ち着いている",
        checked_on=today() - timedelta(days=1), next_on=today() + timedelta(days=7),
    )  # fmt: skip


def _leave_late(dossier: Dossier, users: dict[str, User]) -> None:
    """Give a task that nobody has done in time; only its day is put back, since nobody waits for a demo."""
    from soken.casework.actions.give_task import give_task
    from soken.casework.models import Task
    from soken.casework.selectors.dossier import today

    made = give_task(
        dossier, by=users["demo-analyst"], what="携帯電話会社への照会の回答を督促する", who="demo-investigator",
        due_on=today(),
    )  # fmt: skip
    Task.objects.filter(pk=made.pk).update(due_on=today() - timedelta(days=3))


def _ask_for_a_copy(dossier: Dossier, users: dict[str, User]) -> None:
    """Ask for a copy of a person's case that leaves; somebody else has to release it."""
    from soken.casework.actions.ask_disclosure import ask_disclosure

    ask_disclosure(
        dossier.operation, by=users["demo-analyst"], form="packet", recipient="東京地方検察庁", reason="事前相談のため",
        person=dossier.person_code,
    )  # fmt: skip
