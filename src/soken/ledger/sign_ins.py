"""Sign-ins, failed ones and sign-outs, by whatever way: Django tells of each."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed

from soken.ledger.entries import Draft, Kind
from soken.ledger.keys import keyed_digest
from soken.ledger.record import record


def listen() -> None:
    """Have every sign-in, sign-out and failed sign-in recorded."""
    user_logged_in.connect(_signed_in, dispatch_uid="ledger-signed-in")
    user_logged_out.connect(_signed_out, dispatch_uid="ledger-signed-out")
    user_login_failed.connect(_failed, dispatch_uid="ledger-sign-in-failed")


def _signed_in(user: Any, **_signal: Any) -> None:
    """Record a sign-in."""
    record(Draft(Kind.SIGN_IN, by=user.get_username(), act="sign-in"))


def _signed_out(user: Any, **_signal: Any) -> None:
    """Record a sign-out; whoever was not signed in signs nobody out."""
    if user is not None:
        record(Draft(Kind.SIGN_OUT, by=user.get_username(), act="sign-out"))


def _failed(credentials: dict[str, Any], **_signal: Any) -> None:
    """Record a failed sign-in; a name that nobody has may be a password in the wrong field: its digest is kept."""
    typed = str(credentials.get(get_user_model().USERNAME_FIELD) or credentials.get("username") or "")
    known = get_user_model()._default_manager.filter(username=typed).exists() if typed else False
    facts = {} if known else {"unknown": keyed_digest(typed, settings.HOME)}
    record(Draft(Kind.SIGN_IN_FAILED, by=typed if known else "", act="sign-in", facts=facts))
