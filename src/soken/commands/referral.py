"""``soken referral``: cases at the prosecutor's: sent, received, decided, taken up again, reviewed."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from soken.commands.acting import acting_user
from soken.commands.dossier_act import By, In, Json, Person, Seen, day, do
from soken.commands.language import gettext as _
from soken.commands.language import in_words
from soken.commands.output import print_json
from soken.commands.started import started

if TYPE_CHECKING:
    from collections.abc import Callable

    from soken.casework.models import CourtVerdict, Disposition
    from soken.casework.selectors.referrals import SeenReferral

app = typer.Typer(help="Cases at the prosecutor's.", no_args_is_help=True)

On = Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="A day, as 2026-11-23.")]
Number = Annotated[str, typer.Option(help="The office's number.")]
Why = Annotated[str, typer.Option(help="Why.")]


@app.command("send")
def send(
    person: Person,
    kind: Annotated[str, typer.Option(help="papers or custody.")],
    office: Annotated[str, typer.Option(help="Code of the prosecutors' office; an unknown one is answered with all.")],
    reference: Annotated[str, typer.Option(help="Number of the referral.")],
    on: On,
    liaison: Annotated[str, typer.Option(help="User name of the liaison officer who brings it.")],
    operation: In,
    reason: Annotated[str, typer.Option(help="Why another office than the force's own.")] = "",
    by: By = "",
    seen: Seen = None,
    json: Json = False,
) -> None:
    """Refer a person's case to the prosecutor, through the gate."""
    started()
    from soken.casework.actions.send_referral import send_referral

    do(
        send_referral, person, operation, by, seen, json, kind=kind, office=office, reference=reference,
        sent_on=on.date(), liaison=liaison, reason=reason,
    )  # fmt: skip


@app.command("received")
def received(
    person: Person, number: Number, on: On, operation: In, by: By = "", seen: Seen = None, json: Json = False
) -> None:
    """Record that the office received the case."""
    started()
    from soken.casework.actions.receive_referral import receive_referral

    do(receive_referral, person, operation, by, seen, json, on=on.date(), number=number)


@app.command("disposed")
def disposed(
    person: Person,
    kind: Annotated[str, typer.Option(help="An unknown disposition is answered with the list.")],
    reference: Number,
    on: On,
    operation: In,
    office: Annotated[str, typer.Option(help="For a transfer: the office to which the case goes.")] = "",
    words: Annotated[str, typer.Option(help="The ground in words, where the disposition needs it.")] = "",
    by: By = "",
    seen: Seen = None,
    json: Json = False,
) -> None:
    """Record what the prosecutor decided."""
    started()
    from soken.casework.actions.record_disposition import record_disposition

    do(
        record_disposition, person, operation, by, seen, json, kind=kind, on=on.date(), reference=reference,
        office=office, words=words,
    )  # fmt: skip


@app.command("reopen")
def reopen(
    person: Person,
    ground: Annotated[str, typer.Option(help="prosecutor, or inquest; an unknown one is answered with the list.")],
    on: On,
    reason: Why,
    operation: In,
    by: By = "",
    seen: Seen = None,
    json: Json = False,
) -> None:
    """Record that the prosecutor has taken a decided case up again."""
    started()
    from soken.casework.actions.reopen_referral import reopen_referral

    do(reopen_referral, person, operation, by, seen, json, ground=ground, on=on.date(), reason=reason)


@app.command("inquest")
def inquest(
    person: Person,
    on: On,
    operation: In,
    committee: Annotated[str, typer.Option(help="Its name: a review begins.")] = "",
    resolution: Annotated[str, typer.Option(help="What it resolved: prosecute, not-proper or proper.")] = "",
    by: By = "",
    seen: Seen = None,
    json: Json = False,
) -> None:
    """Record a review by a Committee for the Inquest of Prosecution: that it begins, or what came of it."""
    started()
    from soken.casework.actions.reopen_referral import ask_inquest, resolve_inquest
    from soken.core.errors import BadInputError

    if bool(committee) is bool(resolution):
        raise BadInputError(_("Say either --committee, when a review begins, or --resolution, when it ends."))
    if committee:
        do(ask_inquest, person, operation, by, seen, json, committee=committee, on=on.date())
    else:
        do(resolve_inquest, person, operation, by, seen, json, resolution=resolution, on=on.date())


@app.command("verdict")
def verdict(
    person: Person,
    kind: Annotated[str, typer.Option(help="An unknown verdict is answered with the list.")],
    instance: Annotated[str, typer.Option(help="first, appeal, final-appeal, retrial, or revocation.")],
    court: Annotated[str, typer.Option(help="The court, by name or the code that the force has for it.")],
    reference: Annotated[str, typer.Option(help="The court's number.")],
    on: On,
    operation: In,
    final_on: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Since when it is final; without it: not yet.")
    ] = None,
    by: By = "",
    seen: Seen = None,
    json: Json = False,
) -> None:
    """Record what a court decided on a prosecution, or the family court on what went there."""
    started()
    from soken.casework.actions.record_verdict import record_verdict

    do(
        record_verdict, person, operation, by, seen, json, kind=kind, instance=instance, court=court,
        reference=reference, on=on.date(), final_on=day(final_on),
    )  # fmt: skip


@app.command("verdict-final")
def verdict_final(person: Person, on: On, operation: In, by: By = "", seen: Seen = None, json: Json = False) -> None:
    """Record since when the last verdict is final."""
    started()
    from soken.casework.actions.record_verdict import record_verdict_final

    do(record_verdict_final, person, operation, by, seen, json, on=on.date())


@app.command("withdraw")
def withdraw(
    person: Person,
    what: Annotated[str, typer.Option(help="receipt, disposition or verdict: the last one.")],
    reason: Why,
    operation: In,
    by: By = "",
    seen: Seen = None,
    json: Json = False,
) -> None:
    """Withdraw a receipt, or the last disposition or verdict, recorded by mistake; each stays to be read."""
    started()
    from soken.casework.actions.record_verdict import withdraw_verdict
    from soken.casework.actions.withdraw_prosecutor import withdraw_disposition, withdraw_receipt
    from soken.core.errors import BadInputError

    acts: dict[str, Callable[..., object]] = {
        "receipt": withdraw_receipt, "disposition": withdraw_disposition, "verdict": withdraw_verdict,
    }  # fmt: skip
    if what not in acts:
        raise BadInputError(_("Say --what receipt, disposition or verdict."))
    do(acts[what], person, operation, by, seen, json, reason=reason)


@app.command("list")
def list_(
    operation: In,
    waiting: Annotated[bool, typer.Option("--waiting", help="Only those without a final decision.")] = False,
    by: By = "",
    json: Json = False,
) -> None:
    """List the referrals, those waiting longest first."""
    started()
    from soken.access.policy import Act
    from soken.casework.actions.dossier_act import check_right
    from soken.casework.selectors.operations import operation_named
    from soken.casework.selectors.referrals import referrals_in

    asked = operation_named(operation)
    check_right(asked, acting_user(by), Act.SEE_DOSSIER)
    found = referrals_in(asked, waiting=waiting)
    if json:
        print_json({"referrals": [_seen(one) for one in found]})
        return
    for one in found:
        state = _waits(one) if one.waiting else _decided(one)
        typer.echo(f"{one.referral.sent_on}  {one.person}  {one.referral.reference}  {one.office}  {state}")
    typer.echo(_("%(count)s referrals.") % {"count": len(found)})


def _seen(one: SeenReferral) -> dict[str, Any]:
    """Return a referral for programs."""
    entry = one.referral
    return {
        "person": one.person,
        "kind": entry.kind,
        "office": entry.office,
        "office_now": one.office,
        "reference": entry.reference,
        "sent_on": entry.sent_on.isoformat(),
        "liaison": entry.liaison.username,
        "contents_sha256": entry.contents_sha256,
        "received_on": entry.received_on.isoformat() if entry.received_on else None,
        "received_number": entry.received_number,
        "waiting": one.waiting,
        "days": one.days,
        "dispositions": [_disposition(each) for each in one.dispositions],
        "withdrawn_receipts": [
            {"received_on": each.received_on.isoformat(), "number": each.received_number, "reason": each.reason}
            for each in one.receipts
        ],
    }


def _waits(one: SeenReferral) -> str:
    """Say for what a case waits, and how long."""
    told = {"days": one.days}
    if one.waiting == "receipt":
        return _("waits for receipt, %(days)s days") % told
    return _("waits for decision, %(days)s days") % told


def _decided(one: SeenReferral) -> str:
    """Say what was decided last, and what a court has decided for good on it."""
    from soken.casework.selectors.court import final_of
    from soken.reference.dispositions import disposition_kind
    from soken.reference.verdicts import verdict_kind

    made = [each for each in one.dispositions if each.withdrawn_at is None][-1]
    said, final = in_words(made.kind, disposition_kind(made.kind).ja), final_of(made)
    if final is None:
        return said
    return f"{said} → {in_words(final.kind, verdict_kind(final.kind).ja)}, {final.on}"


def _disposition(one: Disposition) -> dict[str, Any]:
    """Return a disposition for programs."""
    from soken.casework.selectors.court import final_of

    final = final_of(one)
    return {
        "kind": one.kind,
        "final": one.final,
        "decided_on": one.decided_on.isoformat(),
        "reference": one.reference,
        "office": one.office,
        "words": one.words,
        "lifted_on": one.lifted_on.isoformat() if one.lifted_on else None,
        "lifted_ground": one.lifted_ground,
        "withdrawn_at": one.withdrawn_at.isoformat() if one.withdrawn_at else None,
        "withdrawn_reason": one.withdrawn_reason,
        "inquests": [
            {
                "committee": each.committee,
                "asked_on": each.asked_on.isoformat(),
                "resolution": each.resolution,
                "resolved_on": each.resolved_on.isoformat() if each.resolved_on else None,
            }
            for each in one.inquests.all()
        ],
        "verdicts": [_verdict(each) for each in one.verdicts.all()],
        "final_verdict": {"kind": final.kind, "outcome": final.outcome.value, "on": final.on.isoformat()}
        if final
        else None,
    }


def _verdict(one: CourtVerdict) -> dict[str, Any]:
    """Return a verdict for programs."""
    return {
        "kind": one.kind,
        "instance": one.instance,
        "court": one.court,
        "reference": one.reference,
        "given_on": one.given_on.isoformat(),
        "final_on": one.final_on.isoformat() if one.final_on else None,
        "recorded_by": one.by.username,
        "recorded_at": one.at.isoformat(),
        "withdrawn_at": one.withdrawn_at.isoformat() if one.withdrawn_at else None,
        "withdrawn_reason": one.withdrawn_reason,
    }
