"""What is asked about a person: other explanations of the purchases, and lines of enquiry."""

from __future__ import annotations

from typing import NoReturn

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from soken.casework.models.dossier import Dossier
from soken.casework.models.exhibit import Exhibit
from soken.casework.models.of_person import OfPerson, Seen
from soken.core.errors import RefusedError
from soken.review.facts import RivalState

RIVAL_STATES = {
    RivalState.OPEN: pgettext_lazy("explanation", "open"),
    RivalState.RULED_OUT: pgettext_lazy("explanation", "ruled out"),
    RivalState.HOLDS: pgettext_lazy("explanation", "holds"),
}


class RivalExplanation(OfPerson):
    """Another explanation of the purchases, open or tested with its result (R6); the newest of a kind counts."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="rivals")
    kind = models.CharField(_("explanation"), max_length=30, help_text="code of soken.review.words.rival_explanations")
    why = models.TextField(_("why it is asked"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("when"))
    state = models.CharField(_("state"), max_length=10, choices=[*RIVAL_STATES.items()], default=RivalState.OPEN)
    result = models.TextField(_("how it was tested, and what came of it"), blank=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    settled_at = models.DateTimeField(_("settled"), null=True)

    class Meta:
        """One of a kind is open at a time; what is settled says how and by whom."""

        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("dossier", "kind"), condition=models.Q(state=RivalState.OPEN), name="rival_open_once"
            ),
            models.CheckConstraint(
                condition=models.Q(state=RivalState.OPEN, settled_by__isnull=True)
                | (~models.Q(state=RivalState.OPEN) & ~models.Q(result="") & models.Q(settled_by__isnull=False)),
                name="rival_settled_says_how",
            ),
        )
        verbose_name = _("other explanation")
        verbose_name_plural = _("other explanations")

    def __str__(self) -> str:
        return f"{self.dossier}: {self.kind} {self.state}"


class EnquiryResult(models.TextChoices):
    """What came of a line of enquiry."""

    SHOWN = "shown", pgettext_lazy("enquiry", "shown")
    NOT_SHOWN = "not-shown", pgettext_lazy("enquiry", "not shown")
    CANNOT_SAY = "cannot-say", pgettext_lazy("enquiry", "cannot be said")


class LineQuerySet(models.QuerySet["LineOfEnquiry"]):
    """Lines of enquiry; what was once asked stays to be read."""

    def delete(self) -> NoReturn:
        """Refuse.

        Raises:
            RefusedError: always.
        """
        raise RefusedError("A line of enquiry is never deleted; close it and say what was found.")


class LineOfEnquiry(OfPerson):
    """What must be shown, who follows it, and what was found; none is ever deleted."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="enquiries")
    question = models.TextField(_("what must be shown"))
    element = models.CharField(
        _("element"), max_length=30, blank=True, help_text="code of soken.review.words.elements, where it asks for one"
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("when"))
    followed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("followed by")
    )
    followed_since = models.DateTimeField(null=True)
    result = models.CharField(_("result"), max_length=10, blank=True, choices=EnquiryResult.choices)
    found = models.TextField(_("what was found"), blank=True)
    exhibit = models.ForeignKey(Exhibit, on_delete=models.PROTECT, null=True, related_name="+")
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(_("closed"), null=True)

    objects = Seen.from_queryset(LineQuerySet)()  # type: ignore[misc]

    class Meta:
        """In the order in which they were opened; only what is closed has a result."""

        ordering = ("pk",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(closed_at__isnull=False)
                | models.Q(closed_by__isnull=True, result="", found="", exhibit__isnull=True),
                name="enquiry_result_when_closed",
            ),
        )
        verbose_name = _("line of enquiry")
        verbose_name_plural = _("lines of enquiry")

    def __str__(self) -> str:
        return f"{self.dossier}: {self.question[:40]}"

    def delete(self, *_args: object, **_options: object) -> NoReturn:
        """Refuse.

        Raises:
            RefusedError: always.
        """
        raise RefusedError("A line of enquiry is never deleted; close it and say what was found.")
