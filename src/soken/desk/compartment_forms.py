"""Forms of the pages on compartments and on protected people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from soken.access.models import User
from soken.casework.models import Category
from soken.core import clock
from soken.desk.words import page_language
from soken.reference.forces import forces

if TYPE_CHECKING:
    from collections.abc import Callable


def _reason() -> forms.CharField:
    """Return the field in which an act says why."""
    return forms.CharField(label=gettext_lazy("Reason"), max_length=4000, widget=forms.Textarea({"rows": 2}))


def _users() -> list[tuple[str, str]]:
    """Return the users who can be named."""
    return [
        (one, one)
        for one in User.objects.filter(is_active=True).order_by("username").values_list("username", flat=True)
    ]


def _forces() -> list[tuple[str, str]]:
    """Return the forces, after a choice of none."""
    known = forces(localdate(clock.now())).items()
    return [("", _("none")), *((code, one.said(page_language())) for code, one in known)]


class _Named(forms.Form):
    """Names users of this system."""

    def cleaned_users(self) -> list[User]:
        """Return the users who were named."""
        return list(User.objects.filter(username__in=self.cleaned_data.get("users", ()), is_active=True))


def _named(label: Any, *, required: bool = True) -> forms.MultipleChoiceField:
    """Return the field in which users are named."""
    choices: Callable[[], list[tuple[str, str]]] = _users
    return forms.MultipleChoiceField(
        label=label, choices=choices, required=required, widget=forms.SelectMultiple({"size": 5})
    )


class LetInForm(_Named):
    """Whom to let in."""

    users = _named(gettext_lazy("Who is let in"))
    reason = _reason()


class ReasonForm(_Named):
    """Only why."""

    reason = _reason()


class BarForm(_Named):
    """Whom to shut out."""

    users = _named(gettext_lazy("Colleagues who are shut out"))
    reason = _reason()


class RestrictForm(_Named):
    """Who works on a case."""

    users = _named(gettext_lazy("Who works on it"))
    reason = _reason()


class ProtectedForm(_Named):
    """Somebody whom a list may hold."""

    category = forms.ChoiceField(label=gettext_lazy("Category"), choices=Category.choices)
    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=200, help_text=gettext_lazy("Family name, a space, given name.")
    )
    kana = forms.CharField(label=gettext_lazy("Reading"), max_length=200, required=False)
    mail = forms.CharField(label=gettext_lazy("Mail"), max_length=254, required=False)
    phone = forms.CharField(label=gettext_lazy("Phone"), max_length=40, required=False)
    born_on = forms.DateField(
        label=gettext_lazy("Born"), required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    force = forms.ChoiceField(label=gettext_lazy("Force that they belong to"), choices=_forces, required=False)
    users = _named(gettext_lazy("Colleagues among the users here, who are shut out"), required=False)
