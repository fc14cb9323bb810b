"""Who signs packets here: a key of this installation's own, or one that an administrator has put in its place."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from soken.core import clock
from soken.core.errors import DamagedStoreError
from soken.exchange.signature import Signer, make_signer

if TYPE_CHECKING:
    from soken.core.home import Home

_KEY: Final = "packet-signing.pem"
_CERTIFICATE: Final = "packet-signing.crt"


def packet_signer(home: Home) -> Signer:
    """Return who signs; a key with a certificate signed by itself is made at the first use.

    An administrator replaces both files in the home's folder of keys by an RSA key without password and the
    certificate that an authority gave for it, PEM each.

    Raises:
        DamagedStoreError: one of the two files is there without the other.
    """
    key, certificate = home.keys / _KEY, home.keys / _CERTIFICATE
    if not key.exists() and not certificate.exists():
        made = make_signer("Soken", since=clock.now())
        for path, data in ((key, made.key), (certificate, made.certificate)):
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
    if not key.exists() or not certificate.exists():
        raise DamagedStoreError(
            f"{_KEY} and {_CERTIFICATE} belong together in the folder of keys; one of them is missing."
        )
    return Signer(key.read_bytes(), certificate.read_bytes())
