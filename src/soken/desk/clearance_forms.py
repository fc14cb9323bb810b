"""Clearances on the page of a case at the prosecutor's: the forms that record and strike one, and its words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from soken.casework.actions.add_suspect import add_suspect, strike_suspect
from soken.casework.actions.record_clearance import (
    Clearance,
    Suffering,
    record_clearance,
    strike_clearance_of,
)
from soken.casework.models import Operation
from soken.casework.selectors.clearances import cleared_cases_of
from soken.casework.selectors.dossier import today
from soken.core.errors import BadInputError
from soken.desk.words import page_language
from soken.reference.forces import forces
from soken.report.codes import UNSTATED, code_list

if TYPE_CHECKING:
    from collections.abc import Set

    from django.utils.functional import _StrPromise

    from soken.access.models import User
    from soken.casework.models import CaseVictim, ClearedCase, Dossier

#: Children whom the form has room for; the command line takes any number.
CHILDREN: Final = 3
#: What a form says of a child: end of the field's name → its label.
_PARTS: Final = (
    ("code", _("code, as V-17")),
    ("stage", _("school stage at the time of the offence")),
    ("form", _("form")),
    ("relation", _("relation to the person")),
)
#: End of the name of the field that says that the child was recorded before.
_BEFORE: Final = "before"
#: End of the field's name → the list of its codes.
_LISTS: Final = {"stage": "stages", "form": "forms", "relation": "relations"}


def _codes(name: str) -> list[tuple[str, str]]:
    """Return a list of codes with their words, what is not stated first."""
    listed = code_list(name)
    return [
        ("", listed[UNSTATED].said(page_language())),
        *((code, one.said(page_language())) for code, one in listed.items() if code != UNSTATED),
    ]


def _forces() -> list[tuple[str, str]]:
    """Return the forces as they are today."""
    return [("", gettext("choose …")), *((code, one.said(page_language())) for code, one in forces(today()).items())]


def _act_on(help_text: _StrPromise) -> forms.DateField:
    """Return the field of the day of the act; it may stay empty."""
    return forms.DateField(
        label=_("Last day of the act"),
        required=False,
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text=help_text,
    )


class ClearanceForm(forms.Form):
    """A cleared case, with room for some children."""

    group = forms.ChoiceField(
        label=_("Group of offence"),
        choices=lambda: [
            ("", gettext("choose …")),
            *((code, one.said(page_language())) for code, one in code_list("groups").items()),
        ],
    )
    cleared_on = forms.DateField(
        label=_("Cleared on"),
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )
    act_on = _act_on(_("Whoever was under 14 then is not cleared."))
    cleared_at = forms.ChoiceField(label=_("Force that cleared"), choices=_forces)
    occurred_at = forms.ChoiceField(
        label=_("Force where the offence happened"), required=False, choices=_forces, help_text=_("Empty: not known.")
    )
    network = forms.ChoiceField(label=_("Use of the network"), required=False, choices=lambda: _codes("networks"))
    age = forms.IntegerField(label=_("Age of the person at the clearance"), required=False, min_value=0, max_value=120)
    occupation = forms.ChoiceField(
        label=_("Occupation of the person"), required=False, choices=lambda: _codes("occupations")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number in range(1, CHILDREN + 1):
            for part, label in _PARTS:
                self.fields[_name(number, part)] = _of_child(number, part, str(label))
            self.fields[_name(number, _BEFORE)] = forms.BooleanField(
                label=gettext("Child %(number)s: the same child as recorded before under this code")
                % {"number": number},
                required=False,
            )

    def said(self) -> Clearance:
        """Return what was typed, as the act takes it.

        Raises:
            BadInputError: something is said of a child without its code.
        """
        typed = self.cleaned_data
        children = []
        for number in range(1, CHILDREN + 1):
            code, stage, form, relation = (str(typed[_name(number, part)]) for part, _label in _PARTS)
            before = typed[_name(number, _BEFORE)]
            if code:
                children.append(Suffering(code, stage, form, relation, "" if before else None))
            elif before or stage or form or relation:
                raise BadInputError(gettext("Child %(number)s has no code: give one, as V-17.") % {"number": number})
        return Clearance(
            typed["group"], typed["cleared_on"], typed["cleared_at"], typed["occurred_at"], typed["network"],
            typed["age"], typed["occupation"], tuple(children), typed["act_on"],
        )  # fmt: skip


class SuspectForm(forms.Form):
    """A person who is a further suspect of a case that was recorded with another."""

    case = forms.IntegerField(
        label=_("Number of the case"), min_value=1, max_value=10**12,
        help_text=_("It stands on the page of the person with whom the case was recorded."),
    )  # fmt: skip
    act_on = _act_on(_("Only where the case states none and the person was under 14 at some of the acts."))
    age = forms.IntegerField(label=_("Age of the person at the clearance"), required=False, min_value=0, max_value=120)
    occupation = forms.ChoiceField(
        label=_("Occupation of the person"), required=False, choices=lambda: _codes("occupations")
    )


class StrikeForm(forms.Form):
    """What was wrong with a case that is struck."""

    because = forms.CharField(label=_("What was wrong with it"), max_length=4000, widget=forms.Textarea({"rows": 2}))


def record(dossier: Dossier, form: ClearanceForm, *, by: User, seen: int) -> None:
    """Record what the form says."""
    record_clearance(dossier, form.said(), by=by, seen=seen)


def strike(dossier: Dossier, form: StrikeForm, case: int, *, by: User, seen: int) -> None:
    """Strike the case that the form belongs to."""
    strike_clearance_of(dossier, case, by=by, because=form.cleaned_data["because"], seen=seen)


def add(dossier: Dossier, form: SuspectForm, *, by: User, seen: int) -> None:
    """Put the person into the case that the form names."""
    add_suspect(dossier, by=by, seen=seen, **form.cleaned_data)


def strike_place(dossier: Dossier, form: StrikeForm, case: int, *, by: User, seen: int) -> None:
    """Strike the person from the case that the form belongs to."""
    strike_suspect(dossier, case=case, by=by, because=form.cleaned_data["because"], seen=seen)


def clearances_shown(dossier: Dossier, by: User) -> list[dict[str, Any]]:
    """Return the cleared cases of a person in the words of the page; other suspects as far as the reader sees them."""
    seen = frozenset(Operation.objects.visible_to(by).values_list("pk", flat=True))
    return [_shown(one, dossier, seen) for one in cleared_cases_of(dossier)]


def _shown(case: ClearedCase, dossier: Dossier, seen: Set[int]) -> dict[str, Any]:
    """Return a case in the words of the page: the person's newest place in it, and who else stands in it."""
    language, known = page_language(), forces(case.cleared_on)
    places = list(case.clearings.all())
    person = [one for one in places if one.person.dossier_id == dossier.pk][-1]
    others = [one for one in places if one.struck_at is None and one.person.dossier_id != dossier.pk]
    return {
        "entry": case,
        "place": person,
        "others": [
            {"code": one.person.dossier.person_code, "operation": one.person.dossier.operation}
            for one in others
            if one.person.dossier.operation_id in seen
        ],
        "others_unseen": sum(one.person.dossier.operation_id not in seen for one in others),
        "group": code_list("groups")[case.group].said(language),
        "cleared_at": known[case.cleared_at].said(language),
        "occurred_at": known[case.occurred_at].said(language) if case.occurred_at else "",
        "network": code_list("networks")[case.network].said(language),
        "age": person.age,
        "occupation": code_list("occupations")[person.occupation].said(language),
        "children": [_child(one, language) for one in case.sufferings.all()],
    }


def _child(one: CaseVictim, language: str) -> str:
    """Return what is held of a child, in words."""
    words = (
        code_list("stages")[one.stage].said(language),
        code_list("forms")[one.form].said(language),
        code_list("relations")[one.relation].said(language),
    )
    return " · ".join((one.victim.code, *words))


def _name(number: int, part: str) -> str:
    """Return the name of a field of a child."""
    return f"child{number}_{part}"


def _of_child(number: int, part: str, label: str) -> forms.Field:
    """Return a field of a child."""
    labelled = gettext("Child %(number)s: %(what)s") % {"number": number, "what": label}
    if part == "code":
        return forms.CharField(
            label=labelled,
            required=False,
            max_length=20,
            help_text=_("Never a name. In this operation, one code is one child."),
        )
    return forms.ChoiceField(label=labelled, required=False, choices=_codes(_LISTS[part]))
