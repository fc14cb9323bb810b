"""Whose token a request came with; wrong ones are counted, recorded, and after some of them waited out."""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.db import transaction
from django.db.models import F

from soken.access.lockout import FAILURES, LOCKED_FOR
from soken.access.models import Narrowing, User
from soken.api.models import Token, WrongTokens
from soken.api.tokens import PREFIX, digest_of, holds
from soken.core import clock
from soken.core.errors import SokenError
from soken.ledger.entries import Draft, Kind
from soken.ledger.keys import keyed_digest
from soken.ledger.record import record

if TYPE_CHECKING:
    from datetime import datetime

#: Wrong tokens from one address within `WINDOW` that are answered and recorded one by one.
MOST_WRONG: Final = 20
WINDOW: Final = timedelta(minutes=10)
#: How often the last use of a token is noted: a write at each request would cost more than it tells.
_NOTED: Final = timedelta(minutes=1)
_SHAPE: Final = re.compile(rf"{PREFIX}_([0-9a-f]{{12}})_([0-9a-f]{{64}})", re.ASCII)


class WrongTokenError(SokenError):
    """A request came with no token that holds."""

    code = "wrong-token"


class TooManyWrongError(SokenError):
    """So many wrong tokens came from an address that it has to wait.

    Attributes:
        seconds: how long.
    """

    code = "too-many-wrong-tokens"

    def __init__(self, message: str, seconds: int) -> None:
        super().__init__(message)
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class Bearer:
    """Who came with a token.

    Attributes:
        user: whose it is, narrowed to what it was given.
        token: it.
    """

    user: User
    token: Token


def bearer_of(text: str, address: str) -> Bearer:
    """Return who comes with a token.

    A right token is answered however many wrong ones came from its address: nobody can shut others out. A key whose
    secret was guessed wrongly too often is locked for a while, as a user is.

    Args:
        text: what was presented.
        address: where the request came from.

    Raises:
        WrongTokenError: it is none, is locked, or no longer holds; not told apart.
        TooManyWrongError: nor is it, and too many wrong ones have come from the address.
    """
    shape = _SHAPE.fullmatch(text)
    found = Token.objects.select_related("user").filter(key=shape[1]).first() if shape else None
    if found is None or shape is None or not _is_right(found, shape[2]):
        wait = _waits(address)
        if wait:
            raise TooManyWrongError("Too many wrong tokens came from your address; wait, then try again.", wait)
        _record(found, text)
        raise WrongTokenError("The token is not known, has run out or was ended; make a new one on the desk.")
    _used(found)
    return Bearer(_narrowed(found), found)


def _is_right(token: Token, secret: str) -> bool:
    """Tell whether a secret opens a token now; a wrong one counts against the token."""
    same = hmac.compare_digest(token.digest, digest_of(secret))
    now = clock.now()
    if token.locked_until is not None and token.locked_until > now:
        return False
    if not same:
        _count_failure(token, now)
    return same and holds(token)


def _count_failure(token: Token, now: datetime) -> None:
    """Count a wrong secret; the last one allowed locks the token for a time."""
    with transaction.atomic():
        held = Token.objects.select_for_update().get(pk=token.pk)
        held.failures += 1
        if held.failures >= FAILURES:
            held.failures, held.locked_until = 0, now + LOCKED_FOR
        held.save(update_fields=["failures", "locked_until"])


def _waits(address: str) -> int:
    """Count a wrong token from an address; return how many seconds it must wait, 0 while it need not."""
    now, place = clock.now(), keyed_digest(address, settings.HOME)
    known = WrongTokens.objects.filter(address=place, since__gt=now - WINDOW).first()
    if known is not None and known.count >= MOST_WRONG:
        return max(1, int((known.since + WINDOW - now).total_seconds()))
    with transaction.atomic():
        WrongTokens.objects.filter(since__lte=now - WINDOW).delete()
        WrongTokens.objects.get_or_create(address=place, defaults={"since": now, "count": 0})
        WrongTokens.objects.filter(address=place).update(count=F("count") + 1)
    return 0


def _record(token: Token | None, text: str) -> None:
    """Record a wrong token as a failed sign-in: by its key where there is one, else by a digest of what was sent."""
    facts = {"token": token.key} if token else {"unknown": keyed_digest(text, settings.HOME)}
    by = token.user.get_username() if token else ""
    record(Draft(Kind.SIGN_IN_FAILED, by=by, act="token", through="api", facts=facts))


def _used(token: Token) -> None:
    """Note that a token was used, and forget wrong secrets before."""
    now = clock.now()
    if token.failures:
        Token.objects.filter(pk=token.pk).update(failures=0)
    if token.last_used_at is None or now - token.last_used_at > _NOTED:
        Token.objects.filter(pk=token.pk).update(last_used_at=now)


def _narrowed(token: Token) -> User:
    """Return a token's user, narrowed to what it was given."""
    given = None if token.every_operation else frozenset(token.operations.values_list("pk", flat=True))
    user = token.user
    user.narrowed = Narrowing(frozenset(token.acts), given)
    return user
