"""An operation: one investigation with its seized evidence, and who works on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from soken.access.models import User


class OperationQuerySet(models.QuerySet["Operation"]):
    """The only door to operations for a user."""

    def visible_to(self, user: User | AnonymousUser) -> OperationQuerySet:
        """Keep the operations that the user is a member of; nothing for the anonymous and the inactive."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        return self.filter(memberships__user=user)


class Operation(models.Model):
    """One investigation."""

    name = models.CharField(_("name"), max_length=200, unique=True)
    slug = models.SlugField(_("short name"), max_length=80, unique=True, allow_unicode=False)
    created_at = models.DateTimeField(_("opened"))

    objects = OperationQuerySet.as_manager()

    class Meta:
        """Newest first."""

        ordering = ("-created_at", "pk")
        verbose_name = _("operation")
        verbose_name_plural = _("operations")

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A user's need to know of one operation."""

    operation = models.ForeignKey(Operation, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")

    class Meta:
        """A user is a member once."""

        constraints = (models.UniqueConstraint(fields=("operation", "user"), name="one_membership"),)

    def __str__(self) -> str:
        return f"{self.user} in {self.operation}"
