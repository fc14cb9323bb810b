"""What somebody must do today: the desk's first page for those who work on persons."""

from __future__ import annotations

from datetime import datetime, time
from typing import TYPE_CHECKING, Any

from django.contrib.humanize.templatetags.humanize import intcomma
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from soken.casework.dossier_words import contradiction_words
from soken.casework.models import IncomingHandover
from soken.casework.selectors.boards import LIMITATION_DAYS, TASK_DAYS, board, clock_hours
from soken.casework.selectors.dossier import today
from soken.casework.selectors.standing import UNOPENED
from soken.core import clock
from soken.desk.gate import signed_in
from soken.desk.templatetags.owner import force_word
from soken.desk.templatetags.priority import body_word
from soken.desk.templatetags.wrong_person import copy_word
from soken.desk.views.signed import signed_user
from soken.desk.words import page_language

if TYPE_CHECKING:
    from datetime import date

    from django.http import HttpRequest, HttpResponse

    from soken.casework.models import Transfer
    from soken.casework.selectors.boards import Board
    from soken.casework.selectors.deaths import DeadUnsent
    from soken.casework.selectors.handovers import SeenIn, SeenOut
    from soken.casework.selectors.unopened import UnopenedList
    from soken.casework.selectors.unowned import Unowned

#: Name of the page of a person that a clock leads to.
_TRACK = "track"


@signed_in
@require_safe
def my_board(request: HttpRequest) -> HttpResponse:
    """Show what the user must do today; lead a role that works on no person to the operations."""
    user = signed_user(request)
    found = board(user)
    if found is None:
        return redirect("operations")
    context = {
        "board": found,
        "day": today(),
        "force": user.force,
        "parts": [one for one in _parts(found) if one["total"]],
        "done": [one["title"] for one in _parts(found) if not one["total"]],
    }
    return render(request, "desk/board.html", context)


def _parts(found: Board) -> list[dict[str, Any]]:
    """Return the kinds of work in the order of their urgency: a child's safety and a person's liberty first."""
    return [
        _part("safety", _("Child safety: nobody has acknowledged"), found.safety.total, [
            _entry("person-safety", one.operation.slug, one.person_code, body_word(one.body), one.notified_at,
                   late=one.chase_at <= clock.now())
            for one in found.safety.shown
        ], note=_("Since")),
        _part("clocks", _("Clocks about to run out"), found.clocks.total, [
            _entry(_TRACK, one.operation, one.person, one.said(page_language()), one.ends_at, late=one.overdue)
            for one in found.clocks.shown
        ], hint=_("Custody within %(hours)s hours, limitation within %(days)s days.")
            % {"hours": clock_hours(), "days": LIMITATION_DAYS}),
        _part("contradicted", _("Recorded as dead, and as held or interviewed later"), found.contradicted.total, [
            _entry(_TRACK, one.dossier.operation.slug, one.dossier.person_code, contradiction_words(one), one.died_on,
                   late=True)
            for one in found.contradicted.shown
        ], hint=_("One of the two is a mistake: perhaps somebody is held. Withdraw the death, or the other entry."),
            note=_("Day of death")),
        _part("welfare", _("Persons to look after"), found.welfare.total, [
            _entry("dossier", one.dossier.operation.slug, one.dossier.person_code,
                   _("for the first time") if one.first else _("as agreed"), one.due_on, late=one.late)
            for one in found.welfare.shown
        ], hint=_(
            "After a search, an interview, an arrest or a release: the investigation itself can put lives in danger."
        )),
        _part("tasks", _("My tasks"), found.tasks.total, [
            _entry("notes", one.dossier.operation.slug, one.dossier.person_code, one.what, one.due_on,
                   late=one.due_on < today())
            for one in found.tasks.shown
        ], hint=_("Late, or due within %(days)s days.") % {"days": TASK_DAYS}),
        _part("transfers", _("Transfers that nobody has answered in time"), found.transfers.total, [
            _entry("owner", one.transfer.dossier.operation.slug, one.transfer.dossier.person_code,
                   _waits(_way(one.transfer), one.escalated), one.due_at, late=True)
            for one in found.transfers.shown
        ], more=reverse("inbox")),
        _part("handovers", _("Handovers that the other installation has not answered in time"), found.handovers.total, [
            _handover(one) for one in found.handovers.shown
        ], hint=_("Nothing happens by itself: call the other side."), more=reverse("inbox")),
        _part("recalls", _("Copies of wrong persons to recall"), found.recalls.total, [
            _entry("wrong-person", one.misidentification.dossier.operation.slug,
                   one.misidentification.dossier.person_code, f"{copy_word(one.source)}: {one.recipient}", one.due_at,
                   late=one.due_at is None or one.due_at <= clock.now())
            for one in found.recalls.shown
        ], hint=_("Nobody has asked for them yet, or nobody has answered.")),
        _part("reviews", _("Screenings that wait for your review"), found.reviews.total, [
            _entry("dossier", one.dossier.operation.slug, one.dossier.person_code,
                   _("screened by %(who)s") % {"who": one.by}, one.at)
            for one in found.reviews.shown
        ], note=_("Since")),
        _part("seconds", _("Second, blind assessments asked of you"), found.seconds.total, [
            _entry("second-assessment", one.dossier.operation.slug, one.dossier.person_code, one.dossier.name, one.at)
            for one in found.seconds.shown
        ], hint=_("Until you have answered, no page shows you the first assessment."), note=_("Since")),
        _part("lowerings", _("Lowerings of a band to settle"), found.lowerings.total, [
            _entry("priority", one.dossier.operation.slug, one.dossier.person_code,
                   _("proposed by %(who)s") % {"who": one.by or _("a new assessment")}, one.at)
            for one in found.lowerings.shown
        ], note=_("Since")),
        _part("releases", _("Copies that leave: to release or refuse"), found.releases.total, [
            {"href": f"{reverse('disclosures', args=[one.operation.slug])}#asked", "operation": one.operation.slug,
             "code": one.number, "when": one.asked_at, "whole_day": False, "late": False,
             "what": _("%(what)s, asked by %(who)s") % {"what": one.asked_for_said, "who": one.asked_by}}
            for one in found.releases.shown
        ], note=_("Since")),
        _part("dead", _("Cases of the dead, neither sent nor closed"), found.dead.total, [
            _entry("dossier", one.dossier.operation.slug, one.dossier.person_code, _limitation(one), one.since)
            for one in found.dead.shown
        ], hint=_("The case still goes to the prosecutor, or two people say that no charge is possible."),
            note=_("Since")),
        _part("unowned", _("Persons whom nobody has taken on"), found.unowned.total, [
            _entry("owner", one.dossier.operation.slug, one.dossier.person_code, _proposed(one), one.due_at,
                   late=one.late)
            for one in found.unowned.shown
        ], hint=_("Proposed by residence, place of offence or present place; people of the force accept."),
            more=f"{reverse('inbox')}#unowned"),
        _part("unopened", _("Lists with persons who have no dossier yet"), found.unopened.total, [
            _list(one) for one in found.unopened.shown
        ], hint=_("They have no band, no target and no force until somebody opens a dossier."),
            note=_("Reported after")),
        _part("overdue", _("Persons past their target"), found.overdue.total, [
            _entry("dossier", one.dossier.operation.slug, one.dossier.person_code, one.dossier.name, one.due_on,
                   late=True)
            for one in found.overdue.shown
        ], hint=_("Counted from the day the list was received, whatever the band.")),
    ]  # fmt: skip


def _limitation(one: DeadUnsent) -> str:
    """Return when limitation of the case of somebody dead is complete."""
    if one.limitation_on is None:
        return _("limitation: %(day)s") % {"day": _("not known")}
    return _("limitation: %(day)s") % {"day": one.limitation_on.isoformat()}


def _proposed(one: Unowned) -> str:
    """Return the names of the forces that are proposed for a person."""
    return " · ".join(map(force_word, one.forces)) or _("no force can be proposed yet")


def _list(one: UnopenedList) -> dict[str, Any]:
    """Return one line on the persons of an operation who have no dossier."""
    what = _("%(persons)s persons; the first of their lists came %(days)s days ago")
    return {
        "href": f"{reverse('standing', args=[one.operation])}?stage={UNOPENED}", "operation": one.operation,
        "code": one.name, "what": what % {"persons": intcomma(one.persons), "days": one.days}, "when": one.alarm_on,
        "whole_day": True, "late": one.alarm,
    }  # fmt: skip


def _way(transfer: Transfer) -> str:
    """Return from which force to which a transfer goes."""
    return f"{force_word(transfer.from_force)} → {force_word(transfer.to_force)}"


def _handover(one: SeenOut | SeenIn) -> dict[str, Any]:
    """Return one line on a handover: those that leave are a person's, those that have come are the operation's."""
    handover = one.handover
    if isinstance(handover, IncomingHandover):
        slug, code, what = handover.operation.slug, handover.transfer, f"← {handover.peer.name}"
        href = f"{reverse('handovers', args=[slug])}?handover={code}"
    else:
        slug, code = handover.dossier.operation.slug, handover.dossier.person_code
        href, what = reverse("person-handover", args=[slug, code]), f"→ {handover.recipient}"
    what = _waits(what, one.waited.escalated)
    return {
        "href": href, "operation": slug, "code": code, "what": what, "when": one.waited.due_at, "whole_day": False,
        "late": True,
    }  # fmt: skip


def _waits(what: str, escalated: bool) -> str:
    """Return what is waited for, and that it has been for so long that people have to call each other."""
    return f"{what} · {_('nobody answers: call them')}" if escalated else what


def _part(
    key: str, title: str, total: int, entries: list[dict[str, Any]], *, note: str = "", hint: str = "", more: str = ""
) -> dict[str, Any]:
    """Return one kind of work for the page; `note` is the heading of its moments."""
    return {
        "key": key, "title": title, "total": total, "entries": entries, "left": total - len(entries),
        "when": note or _("Due"), "hint": hint, "more": more,
    }  # fmt: skip


def _entry(
    page: str, operation: str, code: str, what: object, when: datetime | date | None, *, late: bool = False
) -> dict[str, Any]:
    """Return one line of work."""
    moment = when if isinstance(when, datetime) or when is None else timezone.make_aware(datetime.combine(when, time()))
    return {
        "href": reverse(page, args=[operation, code]), "operation": operation, "code": code, "what": str(what),
        "when": moment, "whole_day": not isinstance(when, datetime), "late": late,
    }  # fmt: skip
