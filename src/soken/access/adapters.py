"""What Soken asks of django-allauth: who may come in, how a factor is kept, for whom another service may vouch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.shortcuts import render
from django.utils.translation import gettext

from soken.access.lockout import is_locked
from soken.access.second_factor import FACTORS, required
from soken.core.clock import now
from soken.core.refusals import refused
from soken.ledger.keys import close_secret, open_secret

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from soken.access.models import User
    from soken.core.home import Home

#: How the names of the demo's users begin: in the demo no second factor is asked for, so nobody else may come in.
DEMO_USERS: Final = "demo-"
_SECRET_OF_FACTOR: Final = "second-factor"  # noqa: S105 (says what is bound, is no secret)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Nobody adds themselves: users are added by whoever runs the installation."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Refuse every sign-up."""
        return False

    def pre_login(self, request: HttpRequest, user: User, **more: Any) -> HttpResponse | None:
        """Refuse a locked user whatever they have proven, and in the demo whoever is real."""
        if is_locked(user):
            refused("The name is locked.")
            return render(request, "account/locked.html", {"until": user.locked_until}, status=403)
        if settings.DEMO and not user.get_username().startswith(DEMO_USERS):
            refused("Only the users of the demo sign in to it.")
            return render(request, "account/not_in_demo.html", status=403)
        answer: HttpResponse | None = super().pre_login(request, user, **more)
        return answer

    def is_reauthentication_required(self, *, app: str, **more: Any) -> bool:
        """Ask again before a change to a sign-in, unless somebody proved within minutes who they are."""
        records = get_authentication_records(self.request, self.request.user)
        if records and now().timestamp() - records[-1]["at"] < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT:
            return False
        return bool(super().is_reauthentication_required(app=app, **more))

    def add_message(self, *_words: Any, **_more: Any) -> None:
        """Say nothing on the page: each page says itself what has happened."""

    def send_notification_mail(self, *_words: Any, **_more: Any) -> None:
        """Send nothing: the ledger tells of every change to a sign-in."""


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Second factors lie closed in the case database, and nobody removes the last one."""

    def encrypt(self, text: str) -> str:
        """Close the secret of a factor with the installation's key."""
        return close_secret(text, _home(), _SECRET_OF_FACTOR)

    def decrypt(self, encrypted_text: str) -> str:
        """Open it again.

        Raises:
            DamagedStoreError: another installation closed it.
        """
        return open_secret(encrypted_text, _home(), _SECRET_OF_FACTOR)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Keep the last factor where one is required."""
        if not required():
            return True
        others = Authenticator.objects.filter(user_id=authenticator.user_id, type__in=FACTORS)
        return bool(others.exclude(pk=authenticator.pk).exists())

    def generate_authenticator_name(self, user: User, type: str) -> str:  # noqa: A002 (allauth passes it by this name)
        """Propose a name for another passkey of a user, in the language of the page."""
        held = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return gettext("Passkey %(number)d") % {"number": held + 1}

    def get_totp_issuer(self) -> str:
        """Name the installation in the authenticator app."""
        return f"Soken {super().get_totp_issuer()}"


class SingleSignOnAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Another service may vouch only for those whom an administrator has linked to it."""

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Refuse whoever is not linked, and say what the administrator has to be told.

        Raises:
            ImmediateHttpResponse: the page that says so.
        """
        if sociallogin.is_existing:
            return
        account = sociallogin.account
        refused("Another service vouched for somebody whom nobody has linked.")
        shown = {"provider": account.provider, "subject": account.uid}
        raise ImmediateHttpResponse(render(request, "socialaccount/not_linked.html", shown, status=403))

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Refuse every sign-up."""
        return False


def _home() -> Home:
    """Return the installation's home."""
    home: Home = settings.HOME
    return home
