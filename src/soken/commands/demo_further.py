"""What the demo shows beside stages: custody, a warrant, a named notice, enquiries, notes, tasks, a joint squad."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from soken.core import clock
from soken.review.stages import Stage

if TYPE_CHECKING:
    from soken.access.models import User
    from soken.casework.models import Dossier, Operation

#: Hours since the restraint: the clock of 48 hours is within its warning, and nobody has met it.
_HELD_HOURS: Final = 41


def play_further(operation: Operation, users: dict[str, User]) -> None:
    """Play further acts on the demo's dossiers of Tokyo, each through the act that people use."""
    ready = operation.dossiers.filter(stage=Stage.READY).order_by("pk").first()
    if ready is not None:
        _hold(ready, users)
    worked = operation.dossiers.filter(stage=Stage.UNDER_INVESTIGATION, force="tokyo").order_by("pk").first()
    if worked is not None:
        _enquire(worked, users)
        _join_forces(worked, users)


def _hold(dossier: Dossier, users: dict[str, User]) -> None:
    """Ask another force by named notice, record the arrest warrant, and let a clock of custody run."""
    from soken.casework.actions.named_notice import send_notice
    from soken.casework.actions.record_restraint import record_restraint
    from soken.casework.actions.record_warrant import record_warrant
    from soken.casework.selectors.dossier import today

    reviewer = users["demo-reviewer"]
    send_notice(dossier, by=reviewer, to="osaka", purpose="所在判明時の通報")
    record_warrant(
        dossier.operation, by=reviewer, kind="arrest", reference="令和8年(む)第101号",
        issued_by="東京簡易裁判所 裁判官", issued_on=today() - timedelta(days=3), scope="被疑者の逮捕",
        persons=[dossier.person_code],
    )  # fmt: skip
    began = clock.now() - timedelta(hours=_HELD_HOURS)
    record_restraint(dossier, by=reviewer, began_at=began, form="warrant", note="任意同行の時点から計算")


def _enquire(dossier: Dossier, users: dict[str, User]) -> None:
    """Ask, write down, give out and attach."""
    from soken.casework.actions.attach import attach
    from soken.casework.actions.give_task import give_task
    from soken.casework.actions.open_enquiry import open_enquiry
    from soken.casework.actions.write_note import write_note
    from soken.casework.selectors.dossier import today

    analyst, investigator = users["demo-analyst"], users["demo-investigator"]
    open_enquiry(
        dossier, by=analyst, question="配送先の建物に当時居住していたのは誰か", element="possession",
        follow=investigator.username,
    )  # fmt: skip
    write_note(dossier, by=analyst, text="運送会社への照会書を送付済み。回答は郵送の見込み")
    give_task(
        dossier, by=analyst, what="運送会社の回答を確認する", who=investigator.username,
        due_on=today() + timedelta(days=2),
    )  # fmt: skip
    content = "照会書（写し）\n配送記録の有無について照会します。\n".encode()
    attach(dossier, by=investigator, name="照会書.txt", content=content)


def _join_forces(dossier: Dossier, users: dict[str, User]) -> None:
    """Let a joint squad work on the person; one of its two headquarters has approved."""
    from soken.casework.actions.approve_squad import approve_step
    from soken.casework.actions.squad_act import cover, form_squad
    from soken.casework.selectors.dossier import today

    reviewer, operation = users["demo-reviewer"], dossier.operation
    made = form_squad(
        operation, by=reviewer, reference="合同捜査協定 第1号", forces=["tokyo", "osaka"],
        commander="警視庁 管理官", since=today() - timedelta(days=5), until=today() + timedelta(days=90),
    )  # fmt: skip
    cover(operation, made.pk, by=reviewer, person=dossier.person_code)
    approve_step(
        operation, made.pk, by=users["demo-osaka-reviewer"], person=dossier.person_code, force="osaka", step="action",
        given_by="大阪府警察本部長", on=today(),
    )  # fmt: skip
