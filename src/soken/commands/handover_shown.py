"""How handovers are told on the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from soken.casework.selectors.handovers import SeenIn, SeenOut
    from soken.exchange.handed_becomes import Becoming


def sent_line(one: SeenOut) -> dict[str, Any]:
    """Return a handover that leaves as JSON has it."""
    out = one.handover
    return {
        "handover": out.transfer, "operation": out.dossier.operation.slug, "person": out.dossier.person_code,
        "way": f"→ {out.recipient}", "state": str(out.state),
        "sent_at": out.sent_at.isoformat() if out.sent_at else None,
        "due_at": one.waited.due_at.isoformat() if one.waited.due_at else None, "late": one.waited.late,
        "escalated": one.waited.escalated,
    }  # fmt: skip


def arrived_line(one: SeenIn) -> dict[str, Any]:
    """Return a handover that has come as JSON has it."""
    into = one.handover
    return {
        "handover": into.transfer, "operation": into.operation.slug, "person": "", "way": f"← {into.peer.name}",
        "state": str(into.state), "sent_at": into.sent_at.isoformat() if into.sent_at else None,
        "due_at": one.waited.due_at.isoformat() if one.waited.due_at else None, "late": one.waited.late,
        "escalated": one.waited.escalated,
    }  # fmt: skip


def becoming_lines(one: Becoming) -> Iterator[str]:
    """Yield what a handover would become, line by line; the child's safety first."""
    handed = one.handed
    yield f"{handed.name or 'no name'} ({handed.person} there), from {handed.from_force} to {handed.to_force}"
    yield f"notifications for a child's safety: {len(one.told)}, without an answer: {one.unanswered}"
    yield f"a dossier on {len(handed.rows)} rows of {len(handed.originals)} files, received {one.received_on}"
    yield f"  ({one.days} days ago: all ages run from then), owned by {handed.to_force}"
    yield f"offences taken over: {', '.join(each.code for each in one.offences) or 'none'}"
    yield f"places taken over: {len(one.places)}; judgements taken over: {len(one.judgements)}"
    yield f"told only: identity confirmed there by {', '.join(one.confirmed_by) or 'nobody'} (two of yours have to)"
    yield f"told only: {len(handed.facts)} facts, {len(handed.assessments)} assessments, {len(handed.history)} steps"
    for unknown in one.unknown:
        yield f"told only, because this Soken does not know the code: {unknown}"
    for box, said in handed.form.items():
        yield f"form 5, {box}: {said}"
