"""Where mail goes out, read from one address as the database's is."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import unquote, urlsplit

from soken.core.errors import BadInputError

#: Scheme → usual port; by `smtps` TLS comes first, by `smtp` the server must offer it (STARTTLS).
_PORTS: Final = {"smtp": 587, "smtps": 465}
#: On the machine itself mail may go without TLS: it leaves no network.
_HERE: Final = frozenset({"localhost", "127.0.0.1", "::1"})
#: Seconds until a server that does not answer is given up.
_PATIENCE: Final = 30


def mail_settings(address: str, sender: str) -> dict[str, Any]:
    """Return Django's settings for a mail server; without an address there is none, and nothing is sent.

    Args:
        address: ``smtps://user:password@host:465`` or ``smtp://user:password@host:587``, or ''.
        sender: whom mails are from, or ''.

    Raises:
        BadInputError: the address is none, or there is no sender.
    """
    if not address:
        return {"EMAIL_HOST": ""}
    parts = urlsplit(address)
    try:
        port = parts.port
    except ValueError:
        port = -1
    if parts.scheme not in _PORTS or not parts.hostname or port == -1 or "@" not in sender:
        raise BadInputError(
            "SOKEN_MAIL_URL or SOKEN_MAIL_FROM cannot be used; write smtps://user:password@host:465 (or smtp:// with "
            "STARTTLS) and the address that mails are from."
        )
    return {
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": port or _PORTS[parts.scheme],
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": parts.scheme == "smtp" and parts.hostname not in _HERE,
        "EMAIL_TIMEOUT": _PATIENCE,
        "DEFAULT_FROM_EMAIL": sender,
    }
