"""Tokens for programs: one's own, an administrator's everybody's; and what a program can ask."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from soken.access.policy import Act, allows
from soken.api.reference import questions, shapes
from soken.api.service import description
from soken.api.tokens import (
    DAYS,
    MOST_DAYS,
    SHOWN,
    MadeToken,
    end_token,
    holds,
    new_token,
    readable_by,
    tokens_seen_by,
)
from soken.casework.models import Operation
from soken.core.errors import NotFoundError, SokenError
from soken.desk.gate import for_role, public
from soken.desk.posted import status_of
from soken.desk.views.signed import signed_user

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from soken.access.models import User

#: Act of reading → what people call it.
READS: Final = {
    Act.SEE_OPERATION: gettext_lazy("operations and their funnel"),
    Act.SEE_EVIDENCE: gettext_lazy("evidence, rows set aside, single rows"),
    Act.SEE_PERSON: gettext_lazy("proposed persons"),
    Act.JUDGE: gettext_lazy("the review queue"),
    Act.SEE_DOSSIER: gettext_lazy("dossiers, boards, transfers, clocks"),
    Act.SEE_SAFETY: gettext_lazy("the child safety queue"),
    Act.SEE_STATISTICS: gettext_lazy("statistics"),
}


class TokenForm(forms.Form):
    """What a new token is for, and what it may read where."""

    name = forms.CharField(label=gettext_lazy("What it is for"), max_length=100)
    acts = forms.MultipleChoiceField(label=gettext_lazy("May read"), widget=forms.CheckboxSelectMultiple)
    everywhere = forms.BooleanField(label=gettext_lazy("in every operation of mine, later ones too"), required=False)
    operations = forms.MultipleChoiceField(
        label=gettext_lazy("Where"), widget=forms.CheckboxSelectMultiple, required=False
    )
    days = forms.IntegerField(
        label=gettext_lazy("How many days it holds"), min_value=1, max_value=MOST_DAYS, initial=DAYS
    )

    def __init__(self, user: User, *args: Any) -> None:
        super().__init__(*args)
        names = Operation.objects.visible_to(user).order_by("name").values_list("slug", "name")[:SHOWN]
        offered: dict[str, list[Any]] = {
            "acts": [(act.value, READS[act]) for act in readable_by(user)],
            "operations": list(names),
        }
        for name, choices in offered.items():
            field = self.fields[name]
            if isinstance(field, forms.MultipleChoiceField):
                field.choices = choices


@for_role(Act.HOLD_TOKEN)
@require_http_methods(["GET", "HEAD", "POST"])
def tokens(request: HttpRequest) -> HttpResponse:
    """Show the tokens, make one or end one."""
    user = signed_user(request)
    if request.method != "POST":
        return _page(request, user, TokenForm(user))
    if request.POST.get("act") == "end":
        end_token(request.POST.get("key", ""), by=user)
        messages.success(request, _("The token has ended."))
        return redirect("tokens")
    if request.POST.get("act") != "new":
        raise NotFoundError("The page has no such form.")
    form = TokenForm(user, request.POST)
    if not form.is_valid():
        return _page(request, user, form, _("The form is not complete: see below."), status=422)
    said = form.cleaned_data
    try:
        operations = None if said["everywhere"] else said["operations"]
        made = new_token(by=user, name=said["name"], acts=said["acts"], operations=operations, days=said["days"])
    except SokenError as problem:
        return _page(request, user, form, problem.message, status=status_of(problem))
    # Not led elsewhere: this answer is the one place where the token can be read.
    return _page(request, user, TokenForm(user), made=made)


@public
@require_safe
def api_reference(request: HttpRequest) -> HttpResponse:
    """Show what a program can ask, to anybody: it tells of no data."""
    described = description()
    context = {"questions": questions(described), "shapes": shapes(described), "version": described["info"]["version"]}
    return render(request, "desk/api.html", context)


def _page(
    request: HttpRequest, user: User, form: TokenForm, problem: str = "", *, made: MadeToken | None = None,
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    """Show the tokens, the form, and a token that was just made."""
    found = tokens_seen_by(user).prefetch_related("operations")[:SHOWN]
    context = {
        "tokens": [(one, holds(one), [str(READS[Act(act)]) for act in one.acts]) for one in found],
        "form": form, "problem": problem, "made": made, "every": allows(user, Act.END_TOKENS), "shown": SHOWN,
    }  # fmt: skip
    return render(request, "desk/tokens.html", context, status=status)
