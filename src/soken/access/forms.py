"""The forms of the sign-in: a locked user is told so only once they have proven who they are."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import LoginForm
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from django.utils.translation import gettext_lazy as _

from soken.access.lockout import count_failure, is_locked
from soken.access.second_factor import takes_code
from soken.ledger.entries import Draft, Kind
from soken.ledger.record import record


class SignInForm(LoginForm):  # type: ignore[misc]
    """Name and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("User name")


class _Counted:
    """Codes of which wrong ones count towards the lock like wrong passwords, and right ones are taken once."""

    user: Any
    authenticator: Any

    def clean_code(self) -> str:
        """Return the code.

        Raises:
            ValidationError: it is wrong or was used before, or the user is locked.
        """
        self.user.refresh_from_db()
        if is_locked(self.user):
            self._tell()
            raise get_adapter().validation_error("incorrect_code")
        code = str(super().clean_code())  # type: ignore[misc]
        if not takes_code(self.user, self.authenticator, code):
            self._tell()
            count_failure(self.user)
            raise get_adapter().validation_error("incorrect_code")
        return code

    def _tell(self) -> None:
        """Record that a code was refused, as a refused password is."""
        record(Draft(Kind.SIGN_IN_FAILED, by=self.user.get_username(), act="second-factor"))

    def _emit_authentication_failed(self, authenticator: Any) -> None:
        self._tell()
        count_failure(self.user)
        super()._emit_authentication_failed(authenticator)  # type: ignore[misc]


class SecondFactorForm(_Counted, AuthenticateForm):  # type: ignore[misc]
    """The code of an authenticator app, or a recovery code, on the way in."""


class SecondFactorAgainForm(_Counted, ReauthenticateForm):  # type: ignore[misc]
    """The same, asked again before a change to one's own sign-in."""
