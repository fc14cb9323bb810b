"""One suspect over two dossiers, on the page of a case at the prosecutor's: the forms that say and withdraw it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from soken.casework.actions.state_same_suspect import state_same_suspect, withdraw_same_suspect
from soken.casework.models import Operation
from soken.casework.selectors.same_suspects import same_suspects_of

if TYPE_CHECKING:
    from soken.access.models import User
    from soken.casework.models import Dossier


class SameSuspectForm(forms.Form):
    """Who of another operation is the same suspect, and what shows it."""

    other_operation = forms.SlugField(label=_("Short name of the other person's operation"))
    other = forms.CharField(label=_("Code of the person there (P-…)"), max_length=16)
    because = forms.CharField(label=_("What shows it"), max_length=4000, widget=forms.Textarea({"rows": 2}))


class NotSameSuspectForm(forms.Form):
    """What was wrong with a statement that is withdrawn."""

    because = forms.CharField(label=_("What was wrong with it"), max_length=4000, widget=forms.Textarea({"rows": 2}))


def say_same(dossier: Dossier, form: SameSuspectForm, *, by: User, seen: int) -> None:
    """Record what the form says."""
    state_same_suspect(dossier, by=by, seen=seen, **form.cleaned_data)


def withdraw_same(dossier: Dossier, form: NotSameSuspectForm, statement: int, *, by: User, seen: int) -> None:
    """Withdraw the statement that the form belongs to."""
    withdraw_same_suspect(dossier, statement=statement, by=by, seen=seen, **form.cleaned_data)


def same_suspects_shown(dossier: Dossier, by: User) -> list[dict[str, Any]]:
    """Return the statements about a person; of another operation no more than its reader may know."""
    seen = frozenset(Operation.objects.visible_to(by).values_list("pk", flat=True))
    found = []
    for one in same_suspects_of(dossier):
        other = one.other if one.dossier_id == dossier.pk else one.dossier
        found.append({"entry": one, "other": other if other.operation_id in seen else None})
    return found
