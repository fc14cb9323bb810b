"""The forms of the register of wrong persons: one an act, each calling the action of its name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from soken.access.policy import Act
from soken.casework.actions.recall_copy import add_copy, answer_recall, ask_back, look_again
from soken.casework.actions.register_wrong_person import report_wrong_person
from soken.casework.actions.review_wrong_person import answer_question, close_entry, notice_given, propose, settle
from soken.desk.words import page_language
from soken.review.misidentified import register

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from soken.review.words import Word

_MOMENT: Final = "%Y-%m-%dT%H:%M"


def _coded(words: Mapping[str, Word]) -> list[tuple[str, str]]:
    """Return codes with their words, after a choice of none."""
    return [("", gettext("choose …")), *((code, one.said(page_language())) for code, one in words.items())]


def _words(label: Any, *, required: bool = True, help_text: Any = "") -> forms.CharField:
    """Return a field for words."""
    widget = forms.Textarea({"rows": 2})
    return forms.CharField(label=label, required=required, max_length=4000, help_text=help_text, widget=widget)


def _moment() -> forms.DateTimeField:
    """Return a field for a moment in Japan."""
    return forms.DateTimeField(
        label=_("When (Japanese time)"), required=False, help_text=_("Left empty: now."), input_formats=[_MOMENT],
        widget=forms.DateTimeInput({"type": "datetime-local"}, format=_MOMENT),
    )  # fmt: skip


class ReportForm(forms.Form):
    """That somebody is the wrong person."""

    basis = _words(_("What shows that this is the wrong person"))


class LookForm(forms.Form):
    """Nothing is to be said."""


class CopyForm(forms.Form):
    """A copy that the ledger cannot know of."""

    source = forms.ChoiceField(label=_("Kind of copy"), choices=lambda: _coded(register().copies))
    recipient = forms.CharField(label=_("Who holds it"), max_length=200)
    note = _words(_("Note"), required=False)


class AskForm(forms.Form):
    """That a copy was asked back."""

    method = forms.ChoiceField(label=_("How"), choices=lambda: _coded(register().methods))
    at = _moment()


class AnswerForm(forms.Form):
    """What a recipient answered."""

    answer = forms.ChoiceField(label=_("Answer"), choices=lambda: _coded(register().answers))
    who = forms.CharField(label=_("Who answered there"), max_length=200)
    note = _words(_("Note"), required=False, help_text=_("Needed where a copy is not given back."))
    at = _moment()


class QuestionForm(forms.Form):
    """An answer to a question of the review."""

    question = forms.ChoiceField(label=_("Question"), choices=lambda: _coded(register().questions))
    answer = _words(_("Answer"))


class NoticeForm(forms.Form):
    """What is proposed that the person is told."""

    choice = forms.ChoiceField(label=_("What the person is told"), choices=lambda: _coded(register().notices))
    reason = _words(_("Why"))


class ReleaseForm(forms.Form):
    """Why the links may be released."""

    reason = _words(_("Why it was the right person after all"))


class HowForm(forms.Form):
    """How the person was told."""

    how = _words(_("How and when the person was told, or why nobody could be"))


#: Act → its form, the right that it needs, what does it, what is fixed, what its button says.
ACTS: Final[dict[str, tuple[type[forms.Form], Act, Callable[..., object], dict[str, Any], Any]]] = {
    "report": (ReportForm, Act.END_DOSSIER, report_wrong_person, {}, _("Report the wrong person")),
    "look": (LookForm, Act.RECALL_COPIES, look_again, {}, _("Look again in the ledger")),
    "copy": (CopyForm, Act.RECALL_COPIES, add_copy, {}, _("List a further copy")),
    "ask": (AskForm, Act.RECALL_COPIES, ask_back, {}, _("Enter that it was asked back")),
    "answered": (AnswerForm, Act.RECALL_COPIES, answer_recall, {}, _("Enter the answer")),
    "question": (QuestionForm, Act.RECALL_COPIES, answer_question, {}, _("Answer a question")),
    "notice": (NoticeForm, Act.DECIDE_WRONG_PERSON, propose, {"kind": "notice"}, _("Propose apology or notice")),
    "release": (ReleaseForm, Act.DECIDE_WRONG_PERSON, propose, {"kind": "release"}, _("Propose to release the links")),
    "agree-notice": (
        LookForm, Act.DECIDE_WRONG_PERSON, settle, {"kind": "notice", "agree": True}, _("Agree to apology or notice"),
    ),
    "refuse-notice": (
        LookForm, Act.DECIDE_WRONG_PERSON, settle, {"kind": "notice", "agree": False}, _("Refuse apology or notice"),
    ),
    "agree-release": (
        LookForm, Act.DECIDE_WRONG_PERSON, settle, {"kind": "release", "agree": True}, _("Agree to the release"),
    ),
    "refuse-release": (
        LookForm, Act.DECIDE_WRONG_PERSON, settle, {"kind": "release", "agree": False}, _("Refuse the release"),
    ),
    "given": (HowForm, Act.DECIDE_WRONG_PERSON, notice_given, {}, _("Enter that it was carried out")),
    "close": (LookForm, Act.DECIDE_WRONG_PERSON, close_entry, {}, _("Close the review")),
}  # fmt: skip
#: Acts on one copy, named by its number.
ON_COPY: Final = frozenset({"ask", "answered"})
