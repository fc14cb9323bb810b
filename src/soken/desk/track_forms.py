"""The forms of the page of tracks and clocks: one an act, each calling the action of its name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from soken.access.policy import Act
from soken.casework.actions.allege_offence import allege_offence, withdraw_offence
from soken.casework.actions.record_custody_step import record_custody_step
from soken.casework.actions.record_restraint import record_restraint
from soken.casework.actions.start_limitation import start_limitation
from soken.casework.actions.withdraw_custody import withdraw_restraint, withdraw_step
from soken.casework.models import Arrester, ArrestForm
from soken.desk.track_words import offence_word, step_of_custody
from soken.reference.custody import step_kinds
from soken.reference.offences import offences

if TYPE_CHECKING:
    from collections.abc import Callable

_MOMENT: Final = "%Y-%m-%dT%H:%M"


def _day(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateField:
    """Return a field for a day."""
    widget = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(
        label=label, required=required, help_text=help_text, input_formats=["%Y-%m-%d"], widget=widget
    )


def _moment(label: Any) -> forms.DateTimeField:
    """Return a field for a moment in Japan, to the minute."""
    widget = forms.DateTimeInput({"type": "datetime-local"}, format=_MOMENT)
    return forms.DateTimeField(label=label, input_formats=[_MOMENT], widget=widget)


def _words(label: Any, *, required: bool = True, help_text: Any = "") -> forms.CharField:
    """Return a field for words."""
    return forms.CharField(
        label=label, required=required, max_length=4000, help_text=help_text, widget=forms.Textarea({"rows": 2})
    )


def _despite_death() -> forms.BooleanField:
    """Return the field by which somebody says that they know of the recorded death; shown where there is one."""
    return forms.BooleanField(
        label=_("The person is recorded as dead since before; it is recorded all the same"), required=False
    )


def _coded(codes: list[str], word: Callable[[str], str]) -> list[tuple[str, str]]:
    """Return codes with their words, after a choice of none."""
    return [("", gettext("choose …")), *((code, word(code)) for code in codes)]


class AllegeForm(forms.Form):
    """An alleged offence."""

    offence = forms.ChoiceField(label=_("Offence"), choices=lambda: _coded(list(offences()), offence_word))
    first_on = _day(_("First day of the act"), required=False, help_text=_("Where it lasts and the day is known."))
    last_on = _day(_("Last day for which the act is shown"))
    basis = _words(_("What shows it"), help_text=_("Items by their code alone."))


class LimitationForm(forms.Form):
    """When an act ended."""

    ended_on = _day(
        _("Day on which the act ended"),
        help_text=_("Possession: when it was given up or taken away. The day of the purchase is not this day."),
    )
    stood_still = forms.IntegerField(
        label=_("Days for which limitation did not run"),
        required=False,
        min_value=0,
        help_text=_("Arts. 254, 255 of the Code of Criminal Procedure."),
    )
    basis = _words(_("What shows it"))

    def clean_stood_still(self) -> int:
        """Return the days; none where the field was left empty."""
        return self.cleaned_data["stood_still"] or 0


class RestrainForm(forms.Form):
    """A restraint."""

    began_at = _moment(_("Held since, in Japan"))
    form = forms.ChoiceField(
        label=_("Form of arrest"), choices=lambda: [("", gettext("choose …")), *ArrestForm.choices]
    )
    arrested_by = forms.ChoiceField(label=_("Arrested by"), choices=Arrester.choices)
    note = _words(_("Where, by which unit"), required=False)
    despite_death = _despite_death()


class StepForm(forms.Form):
    """What happened to a person held."""

    kind = forms.ChoiceField(label=_("What happened"), choices=lambda: _coded(list(step_kinds()), step_of_custody))
    happened_at = _moment(_("When, in Japan"))
    days = forms.IntegerField(label=_("Days of an extension"), required=False, min_value=0, max_value=10)
    note = _words(_("Reference, or why it came late"), required=False)
    despite_death = _despite_death()

    def possible(self, codes: tuple[str, ...]) -> StepForm:
        """Offer these steps only."""
        self.fields["kind"].choices = _coded(list(codes), step_of_custody)  # type: ignore[attr-defined]
        return self

    def clean_days(self) -> int:
        """Return the days; none where the field was left empty."""
        return self.cleaned_data["days"] or 0


class WithdrawForm(forms.Form):
    """Why an entry is taken back."""

    reason = _words(_("Reason"))


#: Act → its form, the right that it needs, what it calls, and how the entry's number is given to it ('' for none).
ACTS: Final[dict[str, tuple[type[forms.Form], Act, Callable[..., object], str]]] = {
    "allege": (AllegeForm, Act.RECORD_OFFENCE, allege_offence, ""),
    "limitation": (LimitationForm, Act.RECORD_OFFENCE, start_limitation, "key"),
    "withdraw-offence": (WithdrawForm, Act.RECORD_OFFENCE, withdraw_offence, "key"),
    "restrain": (RestrainForm, Act.RECORD_CUSTODY, record_restraint, ""),
    "step": (StepForm, Act.RECORD_CUSTODY, record_custody_step, "restraint"),
    "withdraw-step": (WithdrawForm, Act.RECORD_CUSTODY, withdraw_step, "key"),
    "withdraw-restraint": (WithdrawForm, Act.RECORD_CUSTODY, withdraw_restraint, "key"),
}
