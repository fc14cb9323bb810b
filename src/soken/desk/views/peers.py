"""Which installations are trusted: registered by one person, compared by another, revoked by either."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from soken.access.policy import Act
from soken.casework.actions.trust_peer import compare_peer, register_peer, revoke_peer
from soken.casework.models import Peer
from soken.casework.selectors.handover_keys import own_card
from soken.casework.selectors.handover_keys import peers as all_peers
from soken.core.errors import NotFoundError, SokenError
from soken.desk.gate import for_role
from soken.desk.posted import number, status_of
from soken.desk.uploads import takes_files
from soken.desk.views.signed import signed_user
from soken.exchange.handover import read_card

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

_LARGEST_CARD = 10_000
_FINGERPRINT = gettext_lazy("Fingerprint, as they told it by telephone or on paper")


class AddForm(forms.Form):
    """An installation's card, and what its people said."""

    name = forms.CharField(label=gettext_lazy("What it is called here"), max_length=80)
    card = forms.FileField(label=gettext_lazy("Card with its public keys"))
    fingerprint = forms.CharField(label=_FINGERPRINT, max_length=60)


class CompareForm(forms.Form):
    """What its people said to the second person."""

    fingerprint = forms.CharField(label=_FINGERPRINT, max_length=60)


class RevokeForm(forms.Form):
    """Why it is trusted no longer."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=4000, widget=forms.Textarea({"rows": 2}))


_FORMS: dict[str, type[forms.Form]] = {"add": AddForm, "compare": CompareForm, "revoke": RevokeForm}


@for_role(Act.TRUST_PEER)
@takes_files(_LARGEST_CARD)
@require_http_methods(["GET", "HEAD", "POST"])
def peers(request: HttpRequest) -> HttpResponse:
    """Show whom this installation trusts; register, compare or revoke."""
    if request.method != "POST":
        return _page(request)
    act = request.POST.get("act", "")
    if act not in _FORMS:
        return _page(request, problem=_("The page has no such form."), status=422)
    form = _FORMS[act](request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form, _("The form is not complete: see below."), 422)
    try:
        _do(request, act, form.cleaned_data)
    except SokenError as problem:
        return _page(request, form, problem.message, status_of(problem))
    messages.success(request, _("Recorded."))
    return redirect("peers")


def _do(request: HttpRequest, act: str, said: dict[str, Any]) -> None:
    """Do the act that the form names."""
    by = signed_user(request)
    if act == "add":
        card = read_card(said["card"].read(_LARGEST_CARD), str(said["card"].name)[:80])
        register_peer(card, by=by, name=said["name"], fingerprint=said["fingerprint"])
        return
    found = Peer.objects.filter(pk=number(request.POST.get("key"))).first()
    if found is None:
        raise NotFoundError("There is no such installation.")
    if act == "compare":
        compare_peer(found.name, by=by, fingerprint=said["fingerprint"])
    else:
        revoke_peer(found.name, by=by, reason=said["reason"])


def _page(request: HttpRequest, form: forms.Form | None = None, problem: str = "", status: int = 200) -> HttpResponse:
    """Show the page, with a form that was refused in place of the empty one."""
    user, key = signed_user(request), number(request.POST.get("key"))

    def made(one: Peer, act: str, said: str) -> dict[str, Any]:
        kind = _FORMS[act]
        open_ = isinstance(form, kind) and key == one.pk
        return {
            "act": act,
            "said": said,
            "open": open_,
            "form": form if open_ else kind(auto_id=f"id_{act}_{one.pk}_%s"),
        }

    def acts(one: Peer) -> list[dict[str, Any]]:
        if one.revoked_at is not None:
            return []
        compare = one.compared_at is None and one.added_by_id != user.pk
        return [
            *([made(one, "compare", _("Compare the fingerprint"))] if compare else []),
            made(one, "revoke", _("Revoke")),
        ]

    adding = isinstance(form, AddForm)
    context = {
        "own": own_card(),
        "shown": [(one, acts(one)) for one in all_peers()],
        "add_form": form if adding else AddForm(auto_id="id_add_%s"),
        "adding": adding,
        "problem": problem,
    }
    return render(request, "desk/peers.html", context, status=status)
