"""Which user another service may vouch for: an administrator links them, nobody links themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.socialaccount.models import SocialAccount
from django.conf import settings

from soken.access.actions import sign_out_everywhere
from soken.core.errors import BadInputError, NotFoundError, RefusedError

if TYPE_CHECKING:
    from soken.access.models import User


def link_user(user: User, service: str, subject: str) -> None:
    """Let a service vouch for a user.

    Args:
        user: who they are here.
        service: what the service is called: the id of OpenID Connect, the entity id of SAML.
        subject: what it calls them: OpenID's ``sub``, SAML's name id or the attribute that the settings name.

    Raises:
        BadInputError: the settings name no such service, or the subject is empty.
        RefusedError: the subject is somebody else's, or the user has another one there.
    """
    if service not in settings.SINGLE_SIGN_ON_NAMES:
        known = ", ".join(settings.SINGLE_SIGN_ON_NAMES) or "none"
        raise BadInputError(f"No service {service!r} is set up (known: {known}); see docs/how-to/sign-in.md.")
    if not subject.strip():
        raise BadInputError("The subject is empty; give what the service calls the user.")
    held = SocialAccount.objects.filter(provider=service, uid=subject).select_related("user").first()
    if held is not None and held.user_id != user.pk:
        raise RefusedError(f"{service} calls {held.user.get_username()} by that subject already; unlink them first.")
    if SocialAccount.objects.filter(provider=service, user=user).exclude(uid=subject).exists():
        raise RefusedError(f"{user.get_username()} is linked to another subject of {service}; unlink them first.")
    SocialAccount.objects.get_or_create(provider=service, uid=subject, defaults={"user": user})


def unlink_user(user: User, service: str) -> None:
    """Let a service no longer vouch for a user, and end the user's sessions.

    Raises:
        NotFoundError: it does not.
    """
    removed, _by_table = SocialAccount.objects.filter(provider=service, user=user).delete()
    if not removed:
        raise NotFoundError(f"{user.get_username()} is not linked to {service!r}; see `soken user list`.")
    sign_out_everywhere(user)
