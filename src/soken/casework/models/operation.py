"""An operation: one investigation with its seized evidence, and who works on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from soken.access.policy import sees_compartments_alone

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from soken.access.models import User


class OperationQuerySet(models.QuerySet["Operation"]):
    """The only door to operations for a user."""

    def visible_to(self, user: User | AnonymousUser) -> OperationQuerySet:
        """Keep the operations that the user is a member of; nothing for the anonymous and the inactive.

        The oversight group is shown those too where somebody is shut away whom they may see.

        Who came with a token sees only those of them that the token was given.
        """
        if not user.is_authenticated or not user.is_active:
            return self.none()
        found = self.filter(memberships__user=user)
        if sees_compartments_alone(user):
            # Nobody shut away is out of the oversight group's sight because nobody made it a member there.
            shut: Any = apps.get_model("casework.Compartment")._default_manager
            members = Membership.objects.filter(user=user).values("operation")
            found = self.filter(models.Q(pk__in=members) | models.Q(pk__in=shut.open_to(user).values("operation")))
        if user.narrowed is None or user.narrowed.operations is None:
            return found
        return found.filter(pk__in=user.narrowed.operations)


class Operation(models.Model):
    """One investigation."""

    name = models.CharField(_("name"), max_length=200, unique=True)
    slug = models.SlugField(_("short name"), max_length=80, unique=True, allow_unicode=False)
    created_at = models.DateTimeField(_("opened"))
    by_force = models.BooleanField(
        _("each force reads its own persons alone"), default=False, help_text="see `soken.casework.models.force_sight`"
    )

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
