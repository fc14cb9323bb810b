"""The filter feed: addresses of seized shops, what two people decided of each, and the versions that went out."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from soken.casework.models.operation import Operation


class FeedSource(models.TextChoices):
    """Where an address comes from."""

    HAND = "hand", pgettext_lazy("feed source", "entered by hand")
    CSV = "csv", pgettext_lazy("feed source", "from a CSV")
    EVIDENCE = "evidence", pgettext_lazy("feed source", "from the evidence")


class FeedState(models.TextChoices):
    """How an address stands; only what two people decided changes it."""

    ENTERED = "entered", pgettext_lazy("feed", "entered, not released")
    LISTED = "listed", pgettext_lazy("feed", "released")
    DELISTED = "delisted", pgettext_lazy("feed", "delisted")


class FeedDecision(models.TextChoices):
    """What two people decide of an address."""

    RELEASE = "release", pgettext_lazy("feed decision", "release")
    KEEP = "keep", pgettext_lazy("feed decision", "keep listed")
    DELIST = "delist", pgettext_lazy("feed decision", "delist")


class FeedEntry(models.Model):
    """An address of a seized shop, as the host that filters know; never deleted, only delisted."""

    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, related_name="feed_entries")
    host = models.CharField(_("host"), max_length=200, help_text="in the one form of soken.core.hosts")
    source = models.CharField(_("from"), max_length=10, choices=FeedSource.choices)
    evidence = models.CharField(_("evidence item"), max_length=14, blank=True)
    row = models.PositiveBigIntegerField(_("row"), null=True, help_text="the first that names it")
    platform = models.CharField(_("shared platform"), max_length=253, blank=True)
    platform_because = models.TextField(_("why a shared platform is listed"), blank=True)
    state = models.CharField(_("state"), max_length=10, choices=FeedState.choices, default=FeedState.ENTERED)
    review_on = models.DateField(_("to be reviewed on"), null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("when"))

    class Meta:
        """Once an operation; a shared platform only with a person's words."""

        ordering = ("host",)
        constraints = (
            models.UniqueConstraint(fields=("operation", "host"), name="feed_host_once_an_operation"),
            models.CheckConstraint(
                condition=models.Q(platform="") | ~models.Q(platform_because=""), name="feed_platform_says_why"
            ),
        )
        indexes = (models.Index(fields=("state", "host"), name="feed_entry_state"),)
        verbose_name = _("address of the filter feed")
        verbose_name_plural = _("addresses of the filter feed")

    def __str__(self) -> str:
        return self.host


class FeedStep(models.Model):
    """A decision on an address: one person's until another agrees, and only then in force."""

    entry = models.ForeignKey(FeedEntry, on_delete=models.PROTECT, related_name="steps")
    decision = models.CharField(_("decision"), max_length=10, choices=FeedDecision.choices)
    reason = models.TextField(_("reason"))
    review_on = models.DateField(_("to be reviewed on"), null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("when"))
    second = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    second_at = models.DateTimeField(_("agreed"), null=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True)
    withdrawn_reason = models.TextField(_("why it was withdrawn"), blank=True)

    class Meta:
        """In order; one waits at a time; the second person is never the first; what stays listed has a review date."""

        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("entry",),
                condition=models.Q(second_at__isnull=True, withdrawn_at__isnull=True),
                name="feed_step_one_waits",
            ),
            models.CheckConstraint(
                condition=models.Q(second__isnull=True) | ~models.Q(second=models.F("by")), name="feed_step_two_people"
            ),
            models.CheckConstraint(
                condition=models.Q(second__isnull=True, second_at__isnull=True)
                | models.Q(second__isnull=False, second_at__isnull=False, withdrawn_at__isnull=True),
                name="feed_step_agreed_by_somebody",
            ),
            models.CheckConstraint(
                condition=models.Q(decision="delist") | models.Q(review_on__isnull=False),
                name="feed_step_has_a_review_date",
            ),
            models.CheckConstraint(condition=~models.Q(reason=""), name="feed_step_says_why"),
        )
        verbose_name = _("decision on an address")
        verbose_name_plural = _("decisions on an address")

    def __str__(self) -> str:
        return f"{self.entry}: {self.decision}"


class FeedVersion(models.Model):
    """A version of the feed, as it went out; its files lie in the home and never change."""

    number = models.PositiveIntegerField(_("number"), unique=True)
    serial = models.PositiveBigIntegerField(_("serial"), unique=True)
    hosts = models.PositiveIntegerField(_("addresses"))
    hosts_sha256 = models.CharField(max_length=64, help_text="of its hosts: has anything changed since?")
    files = models.JSONField(_("files"), help_text="form → SHA-256")
    sha256 = models.CharField("SHA-256", max_length=64, help_text="of its files' digests")
    previous = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="next")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("made"))

    class Meta:
        """Newest first."""

        ordering = ("-number",)
        verbose_name = _("version of the filter feed")
        verbose_name_plural = _("versions of the filter feed")

    def __str__(self) -> str:
        return str(self.number)
