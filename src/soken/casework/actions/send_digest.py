"""Write and send the digest of a user: in Japanese and in English, since nobody says which they read."""

from __future__ import annotations

from smtplib import SMTPException
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.core.mail import send_mail
from django.utils.translation import gettext as _
from django.utils.translation import override

from soken.casework.selectors.digest import WAITING
from soken.core.errors import EnvironmentProblemError

if TYPE_CHECKING:
    from soken.access.models import User
    from soken.casework.selectors.digest import Digest

#: It says nothing to whoever sees the list of a mailbox.
SUBJECT: Final = "Soken"
_LANGUAGES: Final = ("ja", "en")


def digest_text(digest: Digest, address: str) -> str:
    """Return the digest as a mail: counts, codes of persons, and one address; no name, no mail, nobody's words.

    Args:
        digest: what waits.
        address: where the desk is reached.
    """
    parts = []
    for language in _LANGUAGES:
        with override(language):
            parts.append("\n".join(_lines(digest)))
    return "\n\n".join([*parts, f"{address.rstrip('/')}/"]) + "\n"


def send_digest(user: User, text: str) -> None:
    """Send a digest to its user by Django's mail settings.

    Raises:
        EnvironmentProblemError: there is no mail server, or it did not take it.
    """
    if not settings.EMAIL_HOST:
        raise EnvironmentProblemError(
            "No mail server is named; set SOKEN_MAIL_URL and SOKEN_MAIL_FROM, or print the digests without --send."
        )
    try:
        send_mail(SUBJECT, text, None, [user.email])
    except (SMTPException, OSError) as problem:
        raise EnvironmentProblemError(
            f"The mail server did not take the digest of {user.get_username()} ({type(problem).__name__}); see the "
            "mail settings and run the command again."
        ) from problem


def _lines(digest: Digest) -> list[str]:
    """Return the lines in the language that is in force."""
    lines = []
    if digest.unread:
        lines.append(_("Unread notifications: %(total)s") % {"total": sum(one.total for one in digest.unread)})
    for one in digest.unread:
        more = one.total > len(one.codes)
        codes = f" ({', '.join(one.codes)}{' …' if more else ''})" if one.codes else ""
        lines.append(f"- {one.kind.label}: {one.total}{codes}")
    if digest.waiting:
        lines.append(_("Waiting on the board of today:"))
    lines += [f"- {WAITING[part]}: {total}" for part, total in digest.waiting.items()]
    return lines
