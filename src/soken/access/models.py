"""Users of this installation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from contextlib import AbstractContextManager


class Role(models.TextChoices):
    """What a user's work is; what each role may do stands in `soken.access.policy`."""

    ANALYST = "analyst", _("Analyst")
    INVESTIGATOR = "investigator", _("Investigator")
    REVIEWER = "reviewer", _("Reviewer")
    LIAISON = "liaison", _("Liaison officer")
    STATISTICIAN = "statistician", _("Statistician")
    AUDITOR = "auditor", _("Auditor")
    OVERSIGHT = "oversight", _("Oversight group")
    ADMINISTRATOR = "administrator", _("Administrator")


@dataclass(frozen=True, slots=True)
class Narrowing:
    """To what a token narrows the user who came with it.

    Attributes:
        acts: values of the acts of reading that it was given.
        operations: primary keys of the operations that it was given; None for all that the user is a member of.
    """

    acts: frozenset[str]
    operations: frozenset[int] | None


class User(AbstractUser):
    """Somebody who signs in; sees only the operations that they are a member of.

    Attributes:
        narrowed: set on the user of a request that came with a token; None for who has signed in.
    """

    narrowed: Narrowing | None = None
    #: What is done around the saving of a user, given which fields are written (None for all); casework says it.
    around_save: ClassVar[Callable[[User, Collection[str] | None], AbstractContextManager[None]]]

    role = models.CharField(_("role"), max_length=20, choices=Role.choices, default=Role.ANALYST)
    phone = models.CharField(
        _("phone"), max_length=40, blank=True, help_text=_("theirs, so that it is known on a list")
    )
    force = models.CharField(_("force"), max_length=20, blank=True, help_text=_("code of the force they belong to"))
    failed_sign_ins = models.PositiveSmallIntegerField(_("failed sign-ins"), default=0)
    locked_until = models.DateTimeField(_("locked until"), null=True, blank=True)
    code_step = models.BigIntegerField(_("half minute of the last code taken"), null=True, blank=True)
    sessions_ended = models.PositiveIntegerField(_("times signed out everywhere"), default=0)

    objects: ClassVar[UserManager[User]] = UserManager()  # type: ignore[assignment]

    class Meta:
        """Names for people."""

        verbose_name = _("user")
        verbose_name_plural = _("users")

    def __str__(self) -> str:
        return self.username

    def save(self, *args: Any, **options: Any) -> None:
        """Save, with what follows from who the user is."""
        with type(self).around_save(self, options.get("update_fields")):
            super().save(*args, **options)

    def get_session_auth_hash(self) -> str:
        """Return what each session of this user must carry; it changes when they are signed out everywhere."""
        return self._session_auth_hash()

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        """Yield the same under each former signing secret."""
        for secret in settings.SECRET_KEY_FALLBACKS:
            yield self._session_auth_hash(secret)

    def _session_auth_hash(self, secret: str | bytes | None = None) -> str:
        """Return a keyed digest of the password's hash and of how often the user's sessions were ended."""
        said = f"{self.password}|{self.sessions_ended}"
        return salted_hmac("soken.access.session", said, secret=secret, algorithm="sha256").hexdigest()
