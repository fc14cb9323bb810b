"""A person's track and clocks: offences and limitation, restraints and what follows them, procedure by age."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from soken.access.policy import Act, allows
from soken.casework.selectors.dossier import dossier_found
from soken.casework.selectors.track import track_of
from soken.core.errors import NotFoundError, RefusedError
from soken.desk.gate import permitted
from soken.desk.posted import answered, is_number, no_dossier
from soken.desk.track_forms import ACTS
from soken.desk.views.signed import signed_user
from soken.review.transitions import FROZEN

if TYPE_CHECKING:
    from django import forms
    from django.http import HttpRequest, HttpResponse

    from soken.casework.models import Dossier, Operation
    from soken.casework.selectors.track import SeenRestraint


@permitted(Act.SEE_DOSSIER)
@require_http_methods(["GET", "HEAD", "POST"])
def track(request: HttpRequest, operation: Operation, code: str) -> HttpResponse:
    """Show a person's track and clocks; do one act on them."""
    dossier = dossier_found(operation, code)
    if dossier is None:
        return no_dossier(request, operation, code, "desk/track.html")
    if request.method != "POST":
        return _page(request, operation, dossier)
    act, key = request.POST.get("act", ""), request.POST.get("key", "")
    if act not in ACTS or (ACTS[act][3] and not is_number(key)):
        raise NotFoundError("The page has no such form.")
    form = ACTS[act][0](request.POST)
    do, again = partial(_do, request, dossier, act), partial(_page, request, operation, dossier)
    return answered(request, dossier, "track", form, do, again)


def _do(request: HttpRequest, dossier: Dossier, act: str, said: dict[str, Any]) -> None:
    """Do an act.

    Raises:
        RefusedError: the actor looked at an older version; and see the acts.
    """
    _form, _right, do, named = ACTS[act]
    seen = request.POST.get("version", "")
    entry = {named: int(request.POST["key"])} if named else {}
    if not is_number(seen):
        raise RefusedError(_("The form is not complete: see below."))
    do(dossier, by=signed_user(request), seen=int(seen), **entry, **said)


def _page(
    request: HttpRequest,
    operation: Operation,
    dossier: Dossier,
    form: forms.Form | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    """Show the page, with a form that was refused in place of the empty one."""
    file = track_of(dossier)
    act = Shown(
        form,
        request.POST.get("act", "") if form else "",
        request.POST.get("key", "") if form else "",
        dead=file.died_on is not None,
    )
    may_offence = dossier.stage not in FROZEN and allows(request.user, Act.RECORD_OFFENCE)
    may_custody = allows(request.user, Act.RECORD_CUSTODY)
    at_rest = all(one.held.over for one in file.restraints if one.entry.withdrawn_at is None)
    context = {
        "operation": operation,
        "tab": "persons",
        "code": dossier.person_code,
        "name": dossier.name,
        "dossier": dossier,
        "file": file,
        "offences": [(one, act.on_offence(one.entry.pk)) for one in file.offences],
        "restraints": [(one, act.on_restraint(one)) for one in file.restraints],
        "allege": act.shown("allege", _("Record an offence")) if may_offence else None,
        "restrain": act.shown("restrain", _("Record that the person is held")) if may_custody and at_rest else None,
        "problem": problem,
        "may_offence": may_offence,
        "may_custody": may_custody,
    }
    return render(request, "desk/track.html", context, status=status)


@dataclass(frozen=True, slots=True)
class Shown:
    """The forms of the page, one of them perhaps refused.

    Attributes:
        form: the form that was refused, None for none.
        act, key: its act, and the entry that it was about.
        dead: the person is recorded as dead: who is held all the same is recorded by somebody who says so.
    """

    form: forms.Form | None
    act: str
    key: str
    dead: bool = False

    def shown(self, act: str, button: str, key: str = "") -> dict[str, Any]:
        """Return an act's form for the template: as it was refused, or empty."""
        refused = self.form is not None and (self.act, self.key) == (act, key)
        form = self.form if refused and self.form is not None else ACTS[act][0](auto_id=f"id_{act}_{key}_%s")
        if not self.dead:
            form.fields.pop("despite_death", None)
        return {"act": act, "key": key, "form": form, "open": refused, "button": button}

    def on_offence(self, key: int) -> list[dict[str, Any]]:
        """Return the acts on an offence."""
        return [
            self.shown("limitation", _("Enter when the act ended"), str(key)),
            self.shown("withdraw-offence", _("Withdraw the offence"), str(key)),
        ]

    def on_restraint(self, seen: SeenRestraint) -> list[dict[str, Any]]:
        """Return the acts on a restraint: the steps that can come next alone."""
        key = str(seen.entry.pk)
        found = []
        if seen.possible:
            step = self.shown("step", _("Record what happened"), key)
            found.append({**step, "form": step["form"].possible(seen.possible)})
        if any(one.withdrawn_at is None for one in seen.steps):
            found.append(self.shown("withdraw-step", _("Withdraw the newest step"), key))
        return [*found, self.shown("withdraw-restraint", _("Withdraw the restraint"), key)]
