"""How handovers are told on the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from soken.commands.language import gettext as _
from soken.commands.language import in_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from soken.casework.models import IncomingHandover, OutgoingHandover
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
    from soken.desk.templatetags.owner import box_word, force_word

    to = in_words(handed.to_force, force_word(handed.to_force))
    whose = {"name": handed.name or _("no name"), "person": handed.person}
    forces = {"from": in_words(handed.from_force, force_word(handed.from_force)), "to": to}
    yield _("%(name)s (%(person)s there), from %(from)s to %(to)s") % {**whose, **forces}
    told = {"count": len(one.told), "unanswered": one.unanswered}
    yield _("notifications for a child's safety: %(count)s, without an answer: %(unanswered)s") % told
    rows = {"rows": len(handed.rows), "files": len(handed.originals), "day": one.received_on}
    yield _("a dossier on %(rows)s rows of %(files)s files, received %(day)s") % rows
    yield "  " + _("(%(days)s days ago: all ages run from then), owned by %(force)s") % {"days": one.days, "force": to}
    codes = ", ".join(each.code for each in one.offences)
    yield _("offences taken over: %(codes)s") % {"codes": codes or _("none")}
    counts = {"places": len(one.places), "judgements": len(one.judgements)}
    yield _("places taken over: %(places)s; judgements taken over: %(judgements)s") % counts
    who = ", ".join(one.confirmed_by) or _("nobody")
    yield _("told only: identity confirmed there by %(who)s (two of yours have to)") % {"who": who}
    held = {"facts": len(handed.facts), "assessments": len(handed.assessments), "steps": len(handed.history)}
    yield _("told only: %(facts)s facts, %(assessments)s assessments, %(steps)s steps") % held
    for unknown in one.unknown:
        yield _("told only, because this Soken does not know the code: %(what)s") % {"what": unknown}
    for box, said in handed.form.items():
        yield _("form 5, %(box)s: %(said)s") % {"box": in_words(box, box_word(box)), "said": said}


def state_words(one: OutgoingHandover | IncomingHandover) -> str:
    """Say where a handover stands: in English by its code, as options and JSON have it."""
    return in_words(one.state, one.get_state_display())
