"""The forms of the page of a case at the prosecutor's: one an act, each calling the action of its name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from soken.access.policy import Act
from soken.casework.actions.receive_referral import receive_referral
from soken.casework.actions.record_disposition import record_disposition
from soken.casework.actions.record_verdict import record_verdict, record_verdict_final, withdraw_verdict
from soken.casework.actions.reopen_referral import ask_inquest, reopen_referral, resolve_inquest
from soken.casework.actions.said import LONGEST_RECIPIENT
from soken.casework.actions.send_referral import send_referral
from soken.casework.actions.withdraw_prosecutor import withdraw_disposition, withdraw_receipt
from soken.casework.models import ReferralKind
from soken.desk.words import page_language
from soken.reference.dispositions import disposition_kinds, inquest_resolutions, reopening_grounds
from soken.reference.forces import prosecutors_offices
from soken.reference.verdicts import instances, verdict_kinds

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def _day(label: Any, *, required: bool = True) -> forms.DateField:
    """Return a field for a day."""
    widget = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, input_formats=["%Y-%m-%d"], widget=widget)


def _coded(codes: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return codes with their words in the language of the page, after a choice of none."""
    return [("", gettext("choose …")), *((code, one.said(page_language())) for code, one in codes.items())]


def _number(label: Any) -> forms.CharField:
    """Return a field for a number on paper."""
    return forms.CharField(label=label, max_length=120)


def _words(label: Any, *, required: bool = True) -> forms.CharField:
    """Return a field for words."""
    return forms.CharField(label=label, required=required, max_length=4000, widget=forms.Textarea({"rows": 2}))


class SendForm(forms.Form):
    """A referral."""

    kind = forms.ChoiceField(
        label=_("Kind of referral"), choices=lambda: [("", gettext("choose …")), *ReferralKind.choices]
    )
    office = forms.ChoiceField(label=_("Prosecutors' office"), choices=lambda: _coded(prosecutors_offices()))
    reference = _number(_("Number of the referral"))
    sent_on = _day(_("Sent on"))
    liaison = forms.CharField(label=_("Liaison officer who brings it (user name)"), max_length=150)
    reason = _words(_("Why another office than the force's own, where it is one"), required=False)


class PacketForm(forms.Form):
    """To whom a packet goes and why: it is asked for with both or not at all."""

    recipient = forms.CharField(label=_("To whom it goes"), max_length=LONGEST_RECIPIENT)
    reason = _words(_("Why it goes out"))
    language = forms.ChoiceField(label=_("Language"), choices=[("ja", _("in Japanese")), ("en", _("in English"))])


class ReceiptForm(forms.Form):
    """A receipt."""

    on = _day(_("Received on"))
    number = _number(_("The office's number"))


class DispositionForm(forms.Form):
    """A disposition."""

    kind = forms.ChoiceField(label=_("Disposition"), choices=lambda: _coded(disposition_kinds()))
    on = _day(_("Decided on"))
    reference = _number(_("The office's number"))
    office = forms.ChoiceField(
        label=_("For a transfer: the office to which the case goes"),
        required=False,
        choices=lambda: _coded(prosecutors_offices()),
    )
    words = _words(_("Ground in words, where the disposition needs it"), required=False)


class ReopenForm(forms.Form):
    """A reopening."""

    ground = forms.ChoiceField(label=_("Ground"), choices=lambda: _coded(reopening_grounds()))
    on = _day(_("Taken up again on"))
    reason = _words(_("Reason"))


class InquestForm(forms.Form):
    """A review by a committee."""

    committee = forms.CharField(label=_("Name of the committee"), max_length=120)
    on = _day(_("Asked, or taken up by itself, on"))


class ResolutionForm(forms.Form):
    """A resolution."""

    resolution = forms.ChoiceField(label=_("Resolution"), choices=lambda: _coded(inquest_resolutions()))
    on = _day(_("Resolved on"))


class VerdictForm(forms.Form):
    """A verdict."""

    kind = forms.ChoiceField(
        label=_("Verdict, or decision of the family court"), choices=lambda: _coded(verdict_kinds())
    )
    instance = forms.ChoiceField(label=_("Instance"), choices=lambda: _coded(instances()))
    court = forms.CharField(label=_("Court"), max_length=120)
    reference = _number(_("The court's number"))
    on = _day(_("Given on"))
    final_on = _day(_("Final since, if it is"), required=False)


class FinalForm(forms.Form):
    """Since when the last verdict is final."""

    on = _day(_("Final since"))


class MistakeForm(forms.Form):
    """What was wrong with an entry that is withdrawn."""

    reason = _words(_("What was wrong with it"))


#: Act → its form, the right that it needs, what it calls, what its button says.
ACTS: Final[dict[str, tuple[type[forms.Form], Act, Callable[..., object], Any]]] = {
    "send": (SendForm, Act.REFER, send_referral, _("Refer to the prosecutor")),
    "receive": (ReceiptForm, Act.RECORD_PROSECUTOR, receive_referral, _("Record the receipt")),
    "dispose": (DispositionForm, Act.RECORD_PROSECUTOR, record_disposition, _("Record the disposition")),
    "reopen": (ReopenForm, Act.RECORD_PROSECUTOR, reopen_referral, _("Record that it was taken up again")),
    "inquest": (InquestForm, Act.RECORD_PROSECUTOR, ask_inquest, _("Record that a committee reviews it")),
    "withdraw-receipt": (
        MistakeForm,
        Act.RECORD_PROSECUTOR,
        withdraw_receipt,
        _("Withdraw the receipt: recorded by mistake"),
    ),
    "withdraw-disposition": (
        MistakeForm,
        Act.RECORD_PROSECUTOR,
        withdraw_disposition,
        _("Withdraw the disposition: recorded by mistake"),
    ),
    "verdict": (VerdictForm, Act.RECORD_PROSECUTOR, record_verdict, _("Record what a court decided")),
    "verdict-final": (
        FinalForm,
        Act.RECORD_PROSECUTOR,
        record_verdict_final,
        _("Record that the last verdict is final"),
    ),
    "withdraw-verdict": (
        MistakeForm,
        Act.RECORD_PROSECUTOR,
        withdraw_verdict,
        _("Withdraw the last verdict: recorded by mistake"),
    ),
    "resolve": (ResolutionForm, Act.RECORD_PROSECUTOR, resolve_inquest, _("Record the resolution")),
}
