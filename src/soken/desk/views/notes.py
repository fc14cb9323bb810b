"""Notes, tasks and documents of a person: one page, and the documents to take away."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from soken.access.models import User
from soken.access.policy import Act, allows
from soken.casework.actions.attach import attach
from soken.casework.actions.finish_task import finish_task
from soken.casework.actions.give_task import give_task
from soken.casework.actions.write_note import write_note
from soken.casework.content_check import LARGEST
from soken.casework.selectors.dossier import dossier_found, today
from soken.casework.selectors.notes import content_of, desk_work
from soken.core.errors import NotFoundError
from soken.desk.gate import permitted
from soken.desk.posted import answered, is_number, no_dossier, number
from soken.desk.uploads import takes_files
from soken.desk.views.signed import signed_user
from soken.review.transitions import FROZEN

if TYPE_CHECKING:
    from django.http import HttpRequest

    from soken.casework.models import Dossier, Operation


class NoteForm(forms.Form):
    """A note."""

    text = forms.CharField(label=gettext_lazy("Note"), max_length=4000, widget=forms.Textarea({"rows": 3}))


class TaskForm(forms.Form):
    """A task."""

    what = forms.CharField(label=gettext_lazy("What is to be done"), max_length=400)
    who = forms.CharField(
        label=gettext_lazy("Who does it (user name)"), max_length=150, widget=forms.TextInput({"list": "members"})
    )
    due_on = forms.DateField(label=gettext_lazy("Due"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))


class DoneForm(forms.Form):
    """What was done."""

    outcome = forms.CharField(label=gettext_lazy("What was done"), max_length=4000, widget=forms.Textarea({"rows": 2}))


class AttachForm(forms.Form):
    """A document."""

    document = forms.FileField(
        label=gettext_lazy("Document"),
        help_text=gettext_lazy("Text, PDF or office document without any picture; scans are pictures. At most 20 MB."),
    )


_FORMS: dict[str, type[forms.Form]] = {"note": NoteForm, "task": TaskForm, "done": DoneForm, "attach": AttachForm}


@permitted(Act.SEE_DOSSIER)
@takes_files(LARGEST)
@require_http_methods(["GET", "HEAD", "POST"])
def notes(request: HttpRequest, operation: Operation, code: str) -> HttpResponse:
    """Show what was written on a person; do one act on it; hand out a document (`?document=`)."""
    dossier = dossier_found(operation, code)
    if dossier is None:
        return no_dossier(request, operation, code, "desk/notes.html")
    if request.method != "POST":
        wanted = request.GET.get("document", "")
        return _document(dossier, wanted) if wanted else _page(request, operation, dossier)
    act = request.POST.get("act", "")
    if act not in _FORMS:
        raise NotFoundError("The page has no such form.")
    form = _FORMS[act](request.POST, request.FILES)
    do, again = partial(_do, request, dossier, act), partial(_page, request, operation, dossier)
    return answered(request, dossier, "notes", form, do, again)


def _do(request: HttpRequest, dossier: Dossier, act: str, said: dict[str, Any]) -> None:
    """Do an act. A note and a document add to what others write, so that no version is asked for."""
    by, key = signed_user(request), number(request.POST.get("key"))
    if act == "note":
        write_note(dossier, by=by, corrects=key or None, **said)
    elif act == "task":
        give_task(dossier, by=by, **said)
    elif act == "done":
        finish_task(dossier, by=by, key=key, **said)
    else:
        document = said["document"]
        attach(dossier, by=by, name=document.name, content=document.read(LARGEST + 1))


def _document(dossier: Dossier, wanted: str) -> HttpResponse:
    """Hand out a document as something to be saved, never to be shown by the browser."""
    if not is_number(wanted):
        raise NotFoundError("There is no such document.")
    found, content = content_of(dossier, int(wanted))
    answer = HttpResponse(content, content_type="application/octet-stream")
    answer["Content-Disposition"] = (
        f"attachment; filename=\"document-{found.pk}.{found.kind}\"; filename*=UTF-8''{quote(found.name, safe='')}"
    )
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["Cache-Control"] = "no-store"
    return answer


def _page(
    request: HttpRequest,
    operation: Operation,
    dossier: Dossier,
    form: forms.Form | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    """Show the page, with a form that was refused in place of the empty one."""
    refused, act = request.POST.get("key", ""), request.POST.get("act", "")
    found = desk_work(dossier)
    members = User.objects.filter(memberships__operation=operation, is_active=True).order_by("username")[:200]
    context = {
        "operation": operation,
        "tab": "persons",
        "code": dossier.person_code,
        "name": dossier.name,
        "dossier": dossier,
        "work": found,
        "notes": [(one, _form(NoteForm, form, f"note-{one.pk}", refused == str(one.pk))) for one in found.notes],
        "tasks": [(one, _form(DoneForm, form, f"done-{one.pk}", refused == str(one.pk))) for one in found.open_tasks],
        "note_form": _form(NoteForm, form, "note", not refused),
        "task_form": _form(TaskForm, form, "task", act == "task"),
        "attach_form": _form(AttachForm, form, "attach", act == "attach"),
        "day": today(),
        "members": [one.username for one in members if allows(one, Act.RECORD_FINDING)],
        "problem": problem,
        "act": act if problem else "",
        "key": refused if problem else "",
        "may_act": allows(request.user, Act.RECORD_FINDING) and dossier.stage not in FROZEN,
        "may_finish": allows(request.user, Act.RECORD_FINDING),
    }
    return render(request, "desk/notes.html", context, status=status)


def _form(kind: type[forms.Form], refused: forms.Form | None, key: str, here: bool) -> forms.Form:
    """Return the form that was refused, if it is this one, else an empty one with ids of its own."""
    return refused if here and isinstance(refused, kind) else kind(auto_id=f"id_{key}_%s")
