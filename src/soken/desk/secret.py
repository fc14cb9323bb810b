"""The installation's signing secret: made at the first start, kept in the home's keys, never in the repository."""

from __future__ import annotations

import os
import secrets
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from soken.core.home import Home


def signing_secret(home: Home) -> str:
    """Return the secret in ``keys/django.key``; made, readable by this user only, if there is none."""
    path = home.keys / "django.key"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    with os.fdopen(descriptor, "w", encoding="ascii") as stream:
        stream.write(secrets.token_urlsafe(50))
    return path.read_text(encoding="ascii").strip()
