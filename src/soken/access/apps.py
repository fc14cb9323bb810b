"""Django's registration of the access app."""

from typing import Any

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """Users and what they may see."""

    name = "soken.access"
    label = "access"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Have every sign-in begin a sitting and end the count of failures, and a new factor count as shown."""
        from allauth.mfa.signals import authenticator_added
        from django.contrib.auth.signals import user_logged_in

        from soken.access import sittings

        sittings.listen()
        user_logged_in.connect(_in, dispatch_uid="access-failures-forgotten")
        authenticator_added.connect(_shown, dispatch_uid="access-factor-added")


def _in(user: Any, **_signal: Any) -> None:
    """Forget the failures of whoever is wholly in."""
    from soken.access.lockout import forget

    forget(user)


def _shown(request: Any, authenticator: Any, **_signal: Any) -> None:
    """Count the factor that was just set up as shown: its code, or its key, was asked for."""
    from allauth.mfa.base.internal.flows import post_authentication

    from soken.access.second_factor import FACTORS

    if authenticator.type in FACTORS:
        post_authentication(request, authenticator)
