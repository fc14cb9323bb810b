"""Tokens: made, listed and ended. Their secret is shown once, to whoever makes one, and never again."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from soken.access.policy import READING, Act, allows
from soken.api.models import Token
from soken.casework.models import Operation
from soken.core import clock
from soken.core.errors import BadInputError, NotFoundError, RefusedError
from soken.ledger.attribution import says

if TYPE_CHECKING:
    from collections.abc import Collection

    from django.db.models import QuerySet

    from soken.access.models import User

#: How long a token holds by default and at most, in days.
DAYS: Final = 90
MOST_DAYS: Final = 365
#: Tokens that hold, of one user, at most; and those on one list.
MOST: Final = 20
SHOWN: Final = 200
_LONGEST_NAME: Final = 100
#: What each begins with, so that one that has leaked can be searched for; bytes of the key and of the secret.
PREFIX: Final = "soken"
_KEY_BYTES, _SECRET_BYTES = 6, 32


@dataclass(frozen=True, slots=True)
class MadeToken:
    """A token that was just made.

    Attributes:
        token: as it is kept.
        text: what the program presents; it can be read here and nowhere else.
    """

    token: Token
    text: str


def new_token(
    *, by: User, name: str, acts: Collection[str], operations: Collection[str] | None = None, days: int = DAYS
) -> MadeToken:
    """Make a token for oneself.

    Args:
        by: whose it will be.
        name: what it is for, in words.
        acts: values of the acts of reading (`READING`) that it is given; each must be the user's own.
        operations: short names of the operations that it is narrowed to, each the user's own; None for all of them,
            those that they will become a member of later too.
        days: how many days it holds.

    Raises:
        BadInputError: no name, nothing to read, an unknown kind of reading, or too many days.
        RefusedError: the role does not permit tokens or one of the acts, or too many of the user's tokens hold.
        NotFoundError: an operation is not open to the user.
    """
    says(by=by.get_username(), act=Act.HOLD_TOKEN.value)
    _check_right(by)
    said, wanted = " ".join(name.replace("\0", "").split()), _checked(acts, by)
    if not said or len(said) > _LONGEST_NAME:
        raise BadInputError(_("Say what the token is for, in at most %(most)s characters.") % {"most": _LONGEST_NAME})
    if not 1 <= days <= MOST_DAYS:
        raise BadInputError(_("A token holds from 1 to %(most)s days.") % {"most": MOST_DAYS})
    now, text_key, secret = clock.now(), secrets.token_hex(_KEY_BYTES), secrets.token_hex(_SECRET_BYTES)
    with transaction.atomic():
        if in_force(Token.objects.filter(user=by)).count() >= MOST:
            raise RefusedError(_("You hold %(most)s tokens already; end one of them first.") % {"most": MOST})
        made = Token.objects.create(
            user=by, key=text_key, digest=digest_of(secret), name=said, acts=wanted,
            every_operation=operations is None, created_at=now, expires_at=now + timedelta(days=days),
            sessions_ended=by.sessions_ended,
        )  # fmt: skip
        if operations is not None:
            made.operations.set(_named(operations, by))
    return MadeToken(made, f"{PREFIX}_{text_key}_{secret}")


def end_token(key: str, *, by: User | None) -> Token:
    """End a token at once, one's own or, as an administrator, anybody's; ending it twice changes nothing.

    Args:
        key: of the token.
        by: who ends it; None for the installation.

    Raises:
        NotFoundError: there is none, or it is somebody else's; the two are not told apart.
    """
    if by is not None:
        says(by=by.get_username(), act=Act.HOLD_TOKEN.value)
    with transaction.atomic():
        found = tokens_seen_by(by).select_for_update(of=("self",)).filter(key=key).first()
        if found is None:
            raise NotFoundError(_("There is no token %(key)s of yours.") % {"key": key[:12]})
        if found.ended_at is None:
            found.ended_at, found.ended_by = clock.now(), by
            found.save(update_fields=["ended_at", "ended_by"])
    return found


def tokens_seen_by(user: User | None) -> QuerySet[Token]:
    """Return the tokens that a user may see, newest first: their own, an administrator's all; all for None."""
    found = Token.objects.select_related("user", "ended_by")
    return found if user is None or allows(user, Act.END_TOKENS) else found.filter(user=user)


def in_force(tokens: QuerySet[Token]) -> QuerySet[Token]:
    """Keep the tokens that hold now: not ended, not run out, and their user not signed out everywhere since."""
    return tokens.filter(
        Q(sessions_ended=F("user__sessions_ended")), ended_at=None, expires_at__gt=clock.now(), user__is_active=True
    )


def holds(token: Token) -> bool:
    """Tell whether one token holds now, by what is known of it and its user."""
    return (
        token.ended_at is None
        and token.expires_at > clock.now()
        and token.user.is_active
        and token.sessions_ended == token.user.sessions_ended
    )


def readable_by(user: User) -> list[Act]:
    """Return the acts of reading that a user can give to a token: those that their role permits."""
    return [act for act in READING if allows(user, act)]


def digest_of(secret: str) -> str:
    """Return the digest of a secret that is kept."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _check_right(by: User) -> None:
    """Refuse a token to whose role does not permit any."""
    if not allows(by, Act.HOLD_TOKEN):
        raise RefusedError(_("Your role may hold no tokens; ask an administrator."))


def _checked(acts: Collection[str], by: User) -> list[str]:
    """Return the acts of reading in the order of the policy, each once, after a look at each."""
    known = {act.value for act in READING}
    if unknown := sorted(set(acts) - known):
        raise BadInputError(
            _("A token cannot be given %(act)s; it can be given %(known)s.")
            % {"act": unknown[0][:40], "known": ", ".join(act.value for act in READING)}
        )
    if not acts:
        raise BadInputError(_("Say what the token may read; nothing was chosen."))
    own = {act.value for act in readable_by(by)}
    if beyond := sorted(set(acts) - own):
        raise RefusedError(_("Your role may not read this itself: %(act)s.") % {"act": beyond[0]})
    return [act.value for act in READING if act.value in acts]


def _named(slugs: Collection[str], by: User) -> list[Operation]:
    """Return the operations of these short names.

    Raises:
        BadInputError: no operation is named.
        NotFoundError: one is not open to the user.
    """
    found = list(Operation.objects.visible_to(by).filter(slug__in=set(slugs)))
    if not slugs:
        raise BadInputError(_("Name the operations of the token, or say that it holds in all of yours."))
    if hidden := sorted(set(slugs) - {one.slug for one in found}):
        raise NotFoundError(_("No operation %(slug)s is open to you.") % {"slug": hidden[0][:80]})
    return found
