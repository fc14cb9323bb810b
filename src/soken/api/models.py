"""Tokens for programs that read in a user's name, and how often an address came with a wrong one."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from soken.casework.models import Operation


class Token(models.Model):
    """A token of a user. Its secret is shown once; a digest of it is kept.

    The secret is 32 random bytes: a plain hash of it cannot be guessed backwards, and costs nothing at each request.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="tokens")
    key = models.CharField(_("key"), max_length=12, unique=True, help_text=_("the part of it that may be told"))
    digest = models.CharField(max_length=64)
    name = models.CharField(_("what it is for"), max_length=100)
    acts = models.JSONField(_("may read"), help_text=_("acts of reading that it was given"))
    every_operation = models.BooleanField(_("in every operation of the user"))
    operations = models.ManyToManyField(Operation, related_name="+", blank=True)
    created_at = models.DateTimeField(_("made"))
    expires_at = models.DateTimeField(_("runs out"))
    last_used_at = models.DateTimeField(_("last used"), null=True)
    ended_at = models.DateTimeField(_("ended"), null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    failures = models.PositiveSmallIntegerField(_("wrong secrets in a row"), default=0)
    locked_until = models.DateTimeField(_("locked until"), null=True)
    sessions_ended = models.PositiveIntegerField(
        _("sign-outs before it"), help_text=_("signing its user out everywhere ends it")
    )

    class Meta:
        """Newest first."""

        ordering = ("-pk",)
        verbose_name = _("token")
        verbose_name_plural = _("tokens")

    def __str__(self) -> str:
        return self.key


class WrongTokens(models.Model):
    """How many wrong tokens came from one address within a while; each of the first ones is in the ledger itself."""

    address = models.CharField(max_length=64, unique=True, help_text=_("keyed digest of the address"))
    since = models.DateTimeField()
    count = models.PositiveIntegerField()

    class Meta:
        """Old ones are swept away by `since`."""

        indexes = (models.Index(fields=("since",), name="wrong_tokens_since"),)
        verbose_name = _("wrong tokens")
        verbose_name_plural = _("wrong tokens")

    def __str__(self) -> str:
        return f"{self.count} since {self.since}"
