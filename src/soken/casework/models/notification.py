"""Notifications on the desk: that something came up for somebody; what it is stands where it leads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from soken.casework.models.dossier import Dossier
from soken.casework.models.of_person import OfPerson, closed_code, codes_of
from soken.casework.models.operation import Operation

if TYPE_CHECKING:
    from django.db.models import Q, QuerySet

    from soken.casework.models.compartment import Compartment
    from soken.casework.models.force_sight import ForceSight


class NotificationKind(models.TextChoices):
    """What came up."""

    TASK_GIVEN = "task-given", pgettext_lazy("notification", "a task was given to you")
    TASK_DONE = "task-done", pgettext_lazy("notification", "a task that you gave is done")
    TRANSFER_OFFERED = "transfer-offered", pgettext_lazy("notification", "a person is offered to your force")
    TRANSFER_WITHDRAWN = "transfer-withdrawn", pgettext_lazy("notification", "an offer to your force was withdrawn")
    TRANSFER_ACCEPTED = "transfer-accepted", pgettext_lazy("notification", "a transfer that you offered is accepted")
    TRANSFER_RETURNED = "transfer-returned", pgettext_lazy("notification", "a transfer that you offered is returned")
    HANDOVER_RECEIVED = (
        "handover-received", pgettext_lazy("notification", "another installation has received a person from you")
    )  # fmt: skip
    HANDOVER_WITHDRAWN = (
        "handover-withdrawn", pgettext_lazy("notification", "a handover to another installation is taken back")
    )  # fmt: skip
    # What `soken notify due` finds: each state of a matter is a kind of its own, so that a worse one is told again.
    CLOCK_SOON = "clock-soon", pgettext_lazy("notification", "a clock of custody is about to run out")
    CLOCK_OVERDUE = "clock-overdue", pgettext_lazy("notification", "a clock of custody has run out")
    LIMITATION_SOON = "limitation-soon", pgettext_lazy("notification", "limitation will soon be complete")
    LIMITATION_NEAR = "limitation-near", pgettext_lazy("notification", "limitation is complete within days")
    LIMITATION_OVER = "limitation-over", pgettext_lazy("notification", "limitation is complete")
    WARRANT_SOON = "warrant-soon", pgettext_lazy("notification", "a warrant is about to run out")
    WARRANT_OVER = (
        "warrant-over",
        pgettext_lazy("notification", "a warrant has run out and nobody says what became of it"),
    )
    TARGET_SOON = "target-soon", pgettext_lazy("notification", "the target date is about to pass")
    TARGET_OVERDUE = "target-overdue", pgettext_lazy("notification", "the target date has passed")
    TARGET_ALARM = "target-alarm", pgettext_lazy("notification", "far beyond the target date")
    REASSESS = "reassess", pgettext_lazy("notification", "the assessment is to be made anew")
    LOWERING_WAITS = "lowering-waits", pgettext_lazy("notification", "a lowering of the band waits for a second person")
    SECOND_ASKED = "second-asked", pgettext_lazy("notification", "a second, blind assessment is asked of you")
    SECOND_HIGHER = (
        "second-higher",
        pgettext_lazy("notification", "a second, blind assessment came out higher: assess anew"),
    )
    SAFETY_UNTOLD = (
        "safety-untold",
        pgettext_lazy("notification", "highest band, and child protection was not told yet"),
    )
    SAFETY_UNANSWERED = "safety-unanswered", pgettext_lazy("notification", "child protection has not acknowledged")
    SAFETY_LONG = "safety-long", pgettext_lazy("notification", "child protection has not acknowledged for long")
    WELFARE_DUE = (
        "welfare-due",
        pgettext_lazy("notification", "somebody has to look after a person to whom the police came"),
    )
    HANDOVER_UNANSWERED = (
        "handover-unanswered",
        pgettext_lazy("notification", "the other installation does not answer a handover: call them"),
    )
    TRANSFER_UNANSWERED = "transfer-unanswered", pgettext_lazy("notification", "nobody has answered a transfer in time")
    TRANSFER_ESCALATED = (
        "transfer-escalated",
        pgettext_lazy("notification", "a transfer has waited far too long: supervisors and the centre must settle it"),
    )
    DOSSIER_JOINED = (
        "dossier-joined",
        pgettext_lazy("notification", "another dossier was joined into this one: accept its rows, assess anew"),
    )
    ROWS_MOVED = "rows-moved", pgettext_lazy("notification", "a new run has moved rows of the dossier")
    ROWS_ADDED = "rows-added", pgettext_lazy("notification", "a new run proposes further rows for the dossier")
    LIST_UNOPENED = (
        "list-unopened",
        pgettext_lazy("notification", "persons of a list still have no dossier, far beyond the days allowed"),
    )
    UNOWNED = "unowned", pgettext_lazy("notification", "nobody has taken on a person for whom your force is proposed")
    HELD_UNPLANNED = "held-unplanned", pgettext_lazy("notification", "a person is held and no welfare plan is in force")
    DEATH_CONTRADICTED = (
        "death-contradicted",
        pgettext_lazy("notification", "a recorded death is contradicted: perhaps somebody is held who counts as dead"),
    )
    RETENTION_ERASE = (
        "retention-erase",
        pgettext_lazy("notification", "erasing is the default by now, and nobody has decided"),
    )
    RETENTION_UNFINISHED = (
        "retention-unfinished",
        pgettext_lazy("notification", "an erasure is agreed and not carried out, or was cut off"),
    )
    TASK_SOON = "task-soon", pgettext_lazy("notification", "a task is due")
    TASK_OVERDUE = "task-overdue", pgettext_lazy("notification", "a task is late")


class Notification(OfPerson):
    """One notification for one user; it holds no name and no words of anybody.

    What `soken notify due` tells says in ``about`` which matter it is, so that nobody is told of it twice in one state.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications")
    operation = models.ForeignKey(Operation, on_delete=models.CASCADE, related_name="+")
    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, null=True, related_name="+")
    person_code = models.CharField(
        _("person"), max_length=16, blank=True, help_text="'' for what concerns no one person"
    )
    kind = models.CharField(max_length=30, choices=NotificationKind.choices)
    about = models.CharField(max_length=80, blank=True, help_text="which matter: keys, moments and dates, no words")
    at = models.DateTimeField(_("when"))
    read_at = models.DateTimeField(_("read"), null=True)

    class Meta:
        """Newest first; the unread are counted on every page."""

        ordering = ("-pk",)
        indexes = (
            models.Index(fields=("user", "-id"), name="notification_of"),
            models.Index(fields=("user",), condition=models.Q(read_at__isnull=True), name="notification_unread"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("user", "operation", "person_code", "kind", "about"),
                condition=~models.Q(about=""),
                name="told_once_in_one_state",
            ),
        )
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")

    def __str__(self) -> str:
        return f"{self.user}: {self.kind}"

    @classmethod
    def tells_of(cls, compartments: QuerySet[Compartment]) -> Q:
        """Return the condition that a row tells of the person of one of some compartments."""
        return codes_of(compartments, "person_code")

    @classmethod
    def kept_from(cls, sight: ForceSight) -> Q | None:
        """Return the condition that a row tells of a dossier that is another force's to read; None for no such row."""
        return closed_code(sight, Dossier)
