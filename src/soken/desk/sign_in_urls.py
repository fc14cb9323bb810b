"""Addresses of the sign-in: those of allauth's pages that Soken wants, each with its gate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account import views as account
from allauth.mfa.base import views as factors
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as app
from allauth.mfa.webauthn import views as keys
from django.urls import path
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from soken.access.second_factor import before_second_factor
from soken.desk.gate import public, signed_in
from soken.desk.views import own_account
from soken.desk.views.single_sign_on import service_paths

if TYPE_CHECKING:
    from django.urls import URLPattern

_READ_OR_SENT = require_http_methods(["GET", "HEAD", "POST"])


def _own(view: Any) -> Any:
    """Open a page about one's own sign-in to whoever has signed in, with or without a second factor yet."""
    return before_second_factor(signed_in(_READ_OR_SENT(view)))


def _entrance(view: Any) -> Any:
    """Open a page of the way in to everybody."""
    return before_second_factor(public(_READ_OR_SENT(view)))


sign_in_paths: list[URLPattern] = [
    path("sign-in", _entrance(account.login), name="account_login"),
    path("sign-in/second-factor", _entrance(factors.authenticate), name="mfa_authenticate"),
    path("sign-in/passkey", _entrance(own_account.say_if_refused(keys.login_webauthn)), name="mfa_login_webauthn"),
    path("sign-in/inactive", _entrance(account.account_inactive), name="account_inactive"),
    path("sign-out", _entrance(require_POST(account.logout)), name="account_logout"),
    path("account", _own(own_account.own_account), name="own-account"),
    path("account/sign-out-everywhere", _own(own_account.sign_out_everywhere), name="sign-out-everywhere"),
    path("account/password", _own(account.password_change), name="account_change_password"),
    path("account/confirm", _own(account.reauthenticate), name="account_reauthenticate"),
    path("account/second-factor", _own(factors.index), name="mfa_index"),
    path("account/second-factor/confirm", _own(factors.reauthenticate), name="mfa_reauthenticate"),
    path("account/second-factor/app", _own(own_account.with_picture(app.activate_totp)), name="mfa_activate_totp"),
    path("account/second-factor/app/remove", _own(own_account.one_window(app.deactivate_totp)),
         name="mfa_deactivate_totp"),
    path("account/second-factor/keys", _own(keys.list_webauthn), name="mfa_list_webauthn"),
    path("account/second-factor/keys/add", _own(keys.add_webauthn), name="mfa_add_webauthn"),
    path("account/second-factor/keys/confirm", _own(keys.reauthenticate_webauthn), name="mfa_reauthenticate_webauthn"),
    path("account/second-factor/keys/<int:pk>/remove", _own(own_account.keep_last(keys.remove_webauthn)),
         name="mfa_remove_webauthn"),
    path("account/second-factor/keys/<int:pk>/edit", _own(keys.edit_webauthn), name="mfa_edit_webauthn"),
    path("account/second-factor/codes", _own(recovery.view_recovery_codes), name="mfa_view_recovery_codes"),
    path("account/second-factor/codes/new", _own(recovery.generate_recovery_codes), name="mfa_generate_recovery_codes"),
    path("account/second-factor/codes/file", _own(require_safe(recovery.download_recovery_codes)),
         name="mfa_download_recovery_codes"),
    *service_paths(_entrance),
]  # fmt: skip
