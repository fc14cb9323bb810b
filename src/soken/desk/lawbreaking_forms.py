"""Children under 14, on the page of a case at the prosecutor's to which none of theirs goes: counted apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from soken.casework.actions.record_lawbreaking import record_lawbreaking, strike_lawbreaking
from soken.casework.selectors.dossier import today
from soken.desk.words import page_language
from soken.reference.forces import forces
from soken.report.codes import code_list

if TYPE_CHECKING:
    from soken.access.models import User
    from soken.casework.models import Dossier


def _coded(name: str) -> list[tuple[str, str]]:
    """Return a list of codes with their words, after a choice of none."""
    return [("", gettext("choose …")), *((code, one.said(page_language())) for code, one in code_list(name).items())]


def _day(label: Any) -> forms.DateField:
    """Return a field for a day."""
    widget = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, input_formats=["%Y-%m-%d"], widget=widget)


class LawbreakingForm(forms.Form):
    """A child who was under 14 at the act."""

    group = forms.ChoiceField(label=_("Group of offence"), choices=lambda: _coded("groups"))
    act_on = _day(_("Last day of the act"))
    on = _day(_("Taken up on"))
    force = forms.ChoiceField(
        label=_("Force that took it up"),
        choices=lambda: [
            ("", gettext("choose …")),
            *((code, one.said(page_language())) for code, one in forces(today()).items()),
        ],
    )
    measure = forms.ChoiceField(label=_("What was done"), choices=lambda: _coded("measures"))


class StrikeChildForm(forms.Form):
    """What was wrong with an entry that is struck."""

    because = forms.CharField(label=_("What was wrong with it"), max_length=4000, widget=forms.Textarea({"rows": 2}))


def record_child(dossier: Dossier, form: LawbreakingForm, *, by: User, seen: int) -> None:
    """Record what the form says."""
    record_lawbreaking(dossier, by=by, seen=seen, **form.cleaned_data)


def strike_child(dossier: Dossier, form: StrikeChildForm, entry: int, *, by: User, seen: int) -> None:
    """Strike the entry that the form belongs to."""
    strike_lawbreaking(dossier, entry=entry, by=by, seen=seen, **form.cleaned_data)


def lawbreakings_shown(dossier: Dossier) -> list[dict[str, Any]]:
    """Return the entries of a person, in the words of the page."""
    language = page_language()
    return [
        {
            "entry": one,
            "group": code_list("groups")[one.group].said(language),
            "force": forces(one.guided_on)[one.guided_at].said(language),
            "measure": code_list("measures")[one.measure].said(language),
        }
        for one in dossier.lawbreakings.select_related("recorded_by", "struck_by").order_by("pk")
    ]
