"""Saved filters: a choice of a list, under a name, for oneself or for everybody in the operation."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from soken.casework.models.operation import Operation


class FilteredPage(models.TextChoices):
    """Lists of which a filter can be saved; the value is the address's name."""

    PERSONS = "persons", pgettext_lazy("filter", "Persons")
    PRIORITY = "priority-list", pgettext_lazy("filter", "Priority")


class SavedFilter(models.Model):
    """A filter of a list in one operation."""

    operation = models.ForeignKey(Operation, on_delete=models.CASCADE, related_name="saved_filters")
    page = models.CharField(_("list"), max_length=20, choices=FilteredPage.choices)
    name = models.CharField(_("name"), max_length=60)
    query = models.CharField(max_length=600)
    shared = models.BooleanField(_("for everybody in the operation"), default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(_("when"))

    class Meta:
        """A name stands once for a user and a list."""

        ordering = ("name", "pk")
        constraints = (models.UniqueConstraint(fields=("operation", "page", "by", "name"), name="filter_name_once"),)
        verbose_name = _("saved filter")
        verbose_name_plural = _("saved filters")

    def __str__(self) -> str:
        return self.name
