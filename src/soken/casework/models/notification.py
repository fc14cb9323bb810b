"""Notifications on the desk: that something came up for somebody; what it is stands where it leads."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from soken.casework.models.dossier import Dossier


class NotificationKind(models.TextChoices):
    """What came up."""

    TASK_GIVEN = "task-given", pgettext_lazy("notification", "a task was given to you")
    TASK_DONE = "task-done", pgettext_lazy("notification", "a task that you gave is done")
    TRANSFER_OFFERED = "transfer-offered", pgettext_lazy("notification", "a person is offered to your force")
    TRANSFER_WITHDRAWN = "transfer-withdrawn", pgettext_lazy("notification", "an offer to your force was withdrawn")
    TRANSFER_ACCEPTED = "transfer-accepted", pgettext_lazy("notification", "a transfer that you offered is accepted")
    TRANSFER_RETURNED = "transfer-returned", pgettext_lazy("notification", "a transfer that you offered is returned")


class Notification(models.Model):
    """One notification for one user; it holds no name and no words of anybody."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications")
    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20, choices=NotificationKind.choices)
    at = models.DateTimeField(_("when"))
    read_at = models.DateTimeField(_("read"), null=True)

    class Meta:
        """Newest first; the unread are counted on every page."""

        ordering = ("-pk",)
        indexes = (
            models.Index(fields=("user", "-id"), name="notification_of"),
            models.Index(fields=("user",), condition=models.Q(read_at__isnull=True), name="notification_unread"),
        )
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")

    def __str__(self) -> str:
        return f"{self.user}: {self.kind}"
