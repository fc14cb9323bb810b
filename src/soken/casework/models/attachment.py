"""Attachments: documents put to a dossier; never a picture or film."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from soken.casework.models.dossier import Dossier
from soken.casework.models.of_person import OfPerson


class Attachment(OfPerson):
    """A document of a dossier; its bytes lie in the store under their SHA-256."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="attachments")
    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=10, help_text="of soken.casework.content_check, told by content")
    sha256 = models.CharField("SHA-256", max_length=64)
    size = models.PositiveIntegerField(_("size"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("when"))

    class Meta:
        """The same document stands once in a dossier."""

        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(fields=("dossier", "sha256"), name="attachment_once_a_dossier"),
            models.CheckConstraint(condition=models.Q(size__gt=0), name="attachment_not_empty"),
        )
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")

    def __str__(self) -> str:
        return f"{self.dossier}: {self.sha256[:12]}"
