"""The forms of a dossier's page: one an act, each calling the action of its name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from soken.access.policy import Act
from soken.casework.actions.accept_rows import accept_rows
from soken.casework.actions.add_party_role import add_party_role
from soken.casework.actions.advance import advance
from soken.casework.actions.back_element import back_element
from soken.casework.actions.close_enquiry import close_enquiry
from soken.casework.actions.confirm_identity import confirm_identity
from soken.casework.actions.corroborate import corroborate
from soken.casework.actions.end_dossier import ENDINGS, end_dossier
from soken.casework.actions.enter_exhibit import enter_exhibit
from soken.casework.actions.join_dossier import join_dossier
from soken.casework.actions.look_after import look_after
from soken.casework.actions.open_enquiry import open_enquiry
from soken.casework.actions.plan_welfare import plan_welfare
from soken.casework.actions.raise_rival import raise_rival
from soken.casework.actions.record_interview import record_interview, withdraw_interview
from soken.casework.actions.review_screening import review_screening
from soken.casework.actions.screen import screen
from soken.casework.actions.settle_rival import settle_rival
from soken.casework.actions.withdraw_confirmation import withdraw_confirmation
from soken.casework.actions.withdraw_finding import withdraw_finding
from soken.casework.models import Party
from soken.casework.models.ending import ENDING_NAMES
from soken.casework.models.enquiry import RIVAL_STATES, EnquiryResult
from soken.desk.words import page_language
from soken.review import words
from soken.review.facts import RivalState
from soken.review.stages import Stage

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from soken.casework.selectors.dossier import DossierFile
    from soken.review.words import Word

Choices = list[tuple[str, Any]]


def _coded(table: Mapping[str, Word]) -> Choices:
    """Return a table's codes with their words in the language of the page, after a choice of none."""
    return [("", _("choose …")), *((code, word.said(page_language())) for code, word in table.items())]


def _text(label: Any, *, rows: int = 2, help_text: Any = "", required: bool = True) -> forms.CharField:
    """Return a field for words."""
    return forms.CharField(
        label=label, help_text=help_text, required=required, max_length=4000, widget=forms.Textarea({"rows": rows})
    )


def _day(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateField:
    """Return a field for a day, written as the browser writes it."""
    return forms.DateField(
        label=label,
        required=required,
        help_text=help_text,
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )


class ActForm(forms.Form):
    """One act; `fit` gives its choices what the dossier holds."""

    act: ClassVar[str]
    right: ClassVar[Act] = Act.RECORD_FINDING
    button: ClassVar[Any]
    do: ClassVar[Callable[..., object]]

    def __init__(self, file: DossierFile, data: Any = None) -> None:
        super().__init__(data, auto_id=f"{self.act}-%s")
        self.fit(file)

    def fit(self, file: DossierFile) -> None:
        """Set what depends on the dossier; nothing by default."""


class ScreenForm(ActForm):
    """Screening."""

    act, right, button, do = "screen", Act.SCREEN, _("Record the screening"), staticmethod(screen)
    reason = forms.ChoiceField(label=_("Reason"), choices=lambda: _coded(words.screening_reasons()))
    note = _text(_("Note"), required=False, help_text=_("No titles and no descriptions of items."))


class ReviewForm(ActForm):
    """Review of a screening."""

    act, right, button = "review", Act.REVIEW_SCREENING, _("I agree with the screening")
    do = staticmethod(review_screening)


class ConfirmForm(ActForm):
    """Confirmation of the identity."""

    act, right, button = "confirm", Act.CONFIRM_IDENTITY, _("I confirm the identity")
    do = staticmethod(confirm_identity)
    basis = _text(_("Basis"), help_text=_("What was compared with what."))
    born_on = _day(_("Birth date, from a register"), required=False)
    birth_unknown = forms.BooleanField(
        label=_("The birth date cannot be established; the basis says why the person is 14 or older"),
        required=False,
    )


class DoubtForm(ActForm):
    """Withdrawal of a confirmation."""

    act, right, button = "doubt", Act.CONFIRM_IDENTITY, _("Withdraw the confirmation")
    do = staticmethod(withdraw_confirmation)
    whose = forms.ChoiceField(label=_("Whose confirmation"))
    reason = _text(_("Reason"))

    def fit(self, file: DossierFile) -> None:
        """Offer the confirmations in force."""
        names = [one.by.username for one in file.confirmations if one.withdrawn_at is None]
        self.fields["whose"].choices = [(name, name) for name in names]  # type: ignore[attr-defined]


class RowsForm(ActForm):
    """Acceptance of the rows that the newest run proposes."""

    act, button, do = "rows", _("Accept these rows"), staticmethod(accept_rows)
    run = forms.CharField(max_length=20, widget=forms.HiddenInput)
    reason = _text(_("Reason"), help_text=_("Why these are the rows of this person, and the others are not."))


class RoleForm(ActForm):
    """A party role."""

    act, button, do = "role", _("Record the role"), staticmethod(add_party_role)
    role = forms.ChoiceField(label=_("Role"), choices=lambda: [("", _("choose …")), *Party.choices])
    other = forms.CharField(
        label=_("Somebody else"),
        required=False,
        max_length=200,
        help_text=_("Name or person code; leave empty if it is this person."),
    )
    basis = _text(_("Basis"))


class RaiseForm(ActForm):
    """Another explanation."""

    act, button, do = "raise", _("Raise the explanation"), staticmethod(raise_rival)
    kind = forms.ChoiceField(label=_("Explanation"), choices=lambda: _coded(words.rival_explanations()))
    why = _text(_("Why it is asked"))


class SettleForm(ActForm):
    """The result of testing an explanation."""

    act, button, do = "settle", _("Record the result"), staticmethod(settle_rival)
    kind = forms.ChoiceField(label=_("Explanation"))
    state = forms.ChoiceField(
        label=_("Result"),
        choices=lambda: [
            ("", _("choose …")),
            *((one.value, name) for one, name in RIVAL_STATES.items() if one is not RivalState.OPEN),
        ],
    )
    result = _text(_("How it was tested, and what came of it"))

    def fit(self, file: DossierFile) -> None:
        """Offer the explanations that are open."""
        known = words.rival_explanations()
        kinds = [one.kind for one in file.rivals if one.state == RivalState.OPEN]
        self.fields["kind"].choices = [  # type: ignore[attr-defined]
            (kind, known[kind].said(page_language()) if kind in known else kind) for kind in kinds
        ]


class ExhibitForm(ActForm):
    """An exhibit."""

    act, button, do = "exhibit", _("Enter the exhibit"), staticmethod(enter_exhibit)
    number = forms.CharField(
        label=_("Exhibit number"), max_length=40, help_text=_("The number alone, never what it shows.")
    )
    origin = forms.ChoiceField(label=_("Origin"), choices=lambda: _coded(words.exhibit_origins()))
    obtained_on = _day(_("Obtained"))


def _exhibits(file: DossierFile) -> Choices:
    """Return the exhibits entered, each with where it comes from."""
    known = words.exhibit_origins()
    return [
        (one.number, f"{one.number} · {known[one.origin].said(page_language()) if one.origin in known else one.origin}")
        for one in file.exhibits
    ]


class CorroborateForm(ActForm):
    """Independent evidence."""

    act, button, do = "corroborate", _("Record the corroboration"), staticmethod(corroborate)
    kind = forms.ChoiceField(label=_("Kind"), choices=lambda: _coded(words.corroboration_kinds()))
    exhibit = forms.ChoiceField(label=_("Exhibit"))

    def fit(self, file: DossierFile) -> None:
        """Offer the exhibits entered."""
        self.fields["exhibit"].choices = _exhibits(file)  # type: ignore[attr-defined]


class ElementForm(ActForm):
    """An element backed."""

    act, button, do = "element", _("Record what the exhibit shows"), staticmethod(back_element)
    element = forms.ChoiceField(label=_("Element"), choices=lambda: _coded(words.elements()))
    exhibit = forms.ChoiceField(label=_("Exhibit"))
    shown_on = _day(_("For which day"), required=False, help_text=_("Needed for possession."))

    def fit(self, file: DossierFile) -> None:
        """Offer the exhibits entered."""
        self.fields["exhibit"].choices = _exhibits(file)  # type: ignore[attr-defined]


class WithdrawForm(ActForm):
    """Withdrawal of a role, a corroboration or a backed element."""

    act, button, do = "withdraw", _("Withdraw"), staticmethod(withdraw_finding)
    finding = forms.CharField(widget=forms.HiddenInput)
    key = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(label=_("Reason"), max_length=4000)


class WelfareForm(ActForm):
    """The welfare plan."""

    act, right, button = "welfare", Act.PLAN_WELFARE, _("Record the plan")
    do = staticmethod(plan_welfare)
    risks = _text(_("Known risks"), help_text=_("Danger to life, of this person and of others in the home."))
    measures = _text(_("Before and during"), help_text=_("Who is there, which service is told."))
    afterwards = _text(_("Afterwards"), help_text=_("Who keeps in touch after search, interview or release."))
    good_until = _day(_("Good until"), help_text=_("At most 90 days ahead."))


class LookForm(ActForm):
    """A look after the person."""

    act, right, button = "look_after", Act.PLAN_WELFARE, _("Record the look")
    do = staticmethod(look_after)
    who = forms.CharField(label=_("Who looked after"), max_length=200)
    way = forms.ChoiceField(label=_("How"), choices=lambda: _coded(words.ways_of_looking_after()))
    checked_on = _day(_("On which day"))
    found = _text(_("How they are"), help_text=_("Where no further look is needed, why."))
    next_on = _day(_("Next look"), required=False, help_text=_("Empty where none is needed any more."))


class InterviewForm(ActForm):
    """A voluntary interview."""

    act, button, do = "interview", _("Record the interview"), staticmethod(record_interview)
    on = _day(_("Day of the interview"))
    place = forms.CharField(label=_("Where"), max_length=200)
    who = forms.CharField(label=_("Who interviews"), max_length=200)
    unplanned = _text(
        _("Why without a plan"), required=False,
        help_text=_("Only where it was held on a day on which no welfare plan was in force."),
    )  # fmt: skip


class WithdrawInterviewForm(ActForm):
    """That an interview did not take place, or was recorded by mistake."""

    act, button, do = "withdraw_interview", _("Withdraw the interview"), staticmethod(withdraw_interview)
    key = forms.TypedChoiceField(label=_("Interview"), coerce=int)
    reason = _text(_("Reason"))

    def fit(self, file: DossierFile) -> None:
        """Offer the interviews that stand."""
        self.fields["key"].choices = [  # type: ignore[attr-defined]
            (one.pk, f"{one.held_on.isoformat()} {one.place[:60]}") for one in file.interviews if not one.withdrawn_at
        ]


class AskForm(ActForm):
    """A line of enquiry."""

    act, button, do = "ask", _("Open the line of enquiry"), staticmethod(open_enquiry)
    question = _text(_("What must be shown"))


class AnswerForm(ActForm):
    """What was found on a line of enquiry."""

    act, button, do = "answer", _("Close the line of enquiry"), staticmethod(close_enquiry)
    key = forms.TypedChoiceField(label=_("Line of enquiry"), coerce=int)
    result = forms.ChoiceField(label=_("Result"), choices=lambda: [("", _("choose …")), *EnquiryResult.choices])
    found = _text(_("What was found"))

    def fit(self, file: DossierFile) -> None:
        """Offer the lines that are open."""
        self.fields["key"].choices = [  # type: ignore[attr-defined]
            (one.pk, one.question[:80]) for one in file.enquiries if one.closed_at is None
        ]


class AdvanceForm(ActForm):
    """A step to another stage."""

    act, right, button, do = "advance", Act.ADVANCE, _("Go on"), staticmethod(advance)
    to = forms.TypedChoiceField(choices=[(one.value, one.value) for one in Stage], coerce=Stage)
    reason = _text(_("Reason"), required=False)


class EndForm(ActForm):
    """An ending."""

    act, right, button = "end", Act.END_DOSSIER, _("End the work on this person")
    do = staticmethod(end_dossier)
    kind = forms.ChoiceField(
        label=_("Why"),
        choices=lambda: [("", _("choose …")), *((one.value, ENDING_NAMES[one]) for one in ENDINGS)],
    )
    basis = _text(_("Basis"))
    on = _day(_("Day of death"), required=False, help_text=_("Only for somebody who has died."))
    despite_record = forms.BooleanField(
        label=_("Of the dead: held or interviewed later by what is recorded; the death is recorded all the same"),
        required=False,
    )

    def fit(self, file: DossierFile) -> None:
        """Ask whether it is recorded all the same once somebody was told what contradicts it, and not before."""
        if not self.is_bound:
            del self.fields["despite_record"]


class JoinForm(ActForm):
    """The same person as in another dossier."""

    act, right, button = "join", Act.END_DOSSIER, _("Join into the other dossier")
    do = staticmethod(join_dossier)
    into = forms.CharField(
        label=_("Person whose dossier goes on (code)"),
        max_length=20,
        help_text=_("This dossier ends; its rows come to the other one when they are accepted there."),
    )
    reason = _text(_("Why the two are one person"))


#: Act → its form.
FORMS: Final[dict[str, type[ActForm]]] = {
    one.act: one
    for one in (
        ScreenForm, ReviewForm, ConfirmForm, DoubtForm, RowsForm, RoleForm, RaiseForm, SettleForm, ExhibitForm,
        CorroborateForm, ElementForm, WithdrawForm, WelfareForm, LookForm, InterviewForm,
        WithdrawInterviewForm, AskForm, AnswerForm, AdvanceForm, EndForm,
        JoinForm,
    )
}  # fmt: skip
