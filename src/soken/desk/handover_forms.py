"""Forms of handovers between installations, and what their two pages have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext_lazy

from soken.casework.selectors.dossier import today
from soken.casework.selectors.handover_keys import trusted_peers
from soken.desk.words import page_language
from soken.reference.forces import forces
from soken.route.transfers import rules

if TYPE_CHECKING:
    from django.http import HttpRequest


def words_field(label: Any, *, required: bool = True) -> forms.CharField:
    """Return a field for words."""
    return forms.CharField(label=label, required=required, max_length=4000, widget=forms.Textarea({"rows": 2}))


class PrepareForm(forms.Form):
    """Where the person goes, why, and the handover form."""

    peer = forms.ChoiceField(label=gettext_lazy("Installation"))
    to = forms.ChoiceField(label=gettext_lazy("Force there"))
    kind = forms.ChoiceField(label=gettext_lazy("Kind"))
    reason = words_field(gettext_lazy("Reason"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = page_language()
        choices = {
            "peer": [(one.name, one.name) for one in trusted_peers()],
            "to": [(code, one.said(language)) for code, one in forces(today()).items()],
            "kind": [(code, one.said(language)) for code, one in rules().kinds.items()],
        }
        for name, found in choices.items():
            self.fields[name].choices = found  # type: ignore[attr-defined]
        for code, box in rules().form.items():
            self.fields[f"form-{code}"] = words_field(box.said(language))


class NoWords(forms.Form):
    """An act that needs no words."""


class ReasonForm(forms.Form):
    """Why."""

    reason = words_field(gettext_lazy("Reason"))


class AnswerForm(forms.Form):
    """Anything to add."""

    answer = words_field(gettext_lazy("Anything to add for the sender"), required=False)


class TakeForm(forms.Form):
    """What was carried here."""

    file = forms.FileField(label=gettext_lazy("File of the other installation"))


#: Step of the sender → its form, and of the receiver.
STEPS_OUT: Final[dict[str, type[forms.Form]]] = {
    "prepare": PrepareForm, "approve": NoWords, "send": NoWords, "file": NoWords, "withdraw": ReasonForm,
    "withdrawal": NoWords,
}  # fmt: skip
STEPS_IN: Final[dict[str, type[forms.Form]]] = {
    "take-in": TakeForm, "receive": NoWords, "accept": AnswerForm, "return": ReasonForm, "answer": NoWords,
}  # fmt: skip


def step_form(
    request: HttpRequest, act: str, said: str, kind: type[forms.Form], transfer: str, refused: forms.Form | None
) -> dict[str, Any]:
    """Return a form with its button; the one that was refused in place of an empty one."""
    again = (request.POST.get("act"), request.POST.get("handover")) == (act, transfer) and isinstance(refused, kind)
    return {
        "act": act, "said": said, "open": again,
        "form": refused if again else kind(auto_id=f"id_{act}_{transfer}_%s"),
    }  # fmt: skip


def saved_file(file: bytes, name: str) -> HttpResponse:
    """Hand a file out as something to be saved."""
    answer = HttpResponse(file, content_type="application/octet-stream")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "no-store"
    return answer
