"""A SAML identity provider on loopback, made of pysaml2: it reads the desk's metadata, and answers what the desk asks.

A ministry's would be another program; what is shown is that the desk speaks with one of another SAML library (both
sit on libxmlsec1).
"""

from __future__ import annotations

import os
import shutil
import socket
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

XMLSEC = shutil.which("xmlsec1")
_MINUTES = 5
_SIGNED = {
    "sha256": "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
    "sha1": "http://www.w3.org/2000/09/xmldsig#rsa-sha1",
}
_DIGESTED = {"sha256": "http://www.w3.org/2001/04/xmlenc#sha256", "sha1": "http://www.w3.org/2000/09/xmldsig#sha1"}


def needs_xmlsec() -> None:
    """Skip loudly where there is no xmlsec1, with which the provider signs; fail where everything is required."""
    if XMLSEC is None and os.environ.get("SOKEN_REQUIRE_ALL") == "1":
        pytest.fail("SOKEN_REQUIRE_ALL=1, and there is no xmlsec1; install it (Debian, Ubuntu: apt install xmlsec1).")
    if XMLSEC is None:
        pytest.skip("NO XMLSEC1 FOUND: signing in over a running SAML identity provider was not tested")


@dataclass
class Provider:
    """An identity provider that runs.

    Attributes:
        url: where.
        subject: whom it vouches for.
        minutes: how long what it says holds, from now.
        audience: for whom it is said; '' for whoever asked.
        altered: changes what was signed.
        key: which of its keys signs; a desk is told of ``own`` alone.
        digest: how it is signed.
    """

    url: str
    folder: Path
    subject: str = "aoki@idp.example"
    minutes: int = _MINUTES
    audience: str = ""
    altered: Callable[[str], str] | None = None
    key: str = "own"
    digest: str = "sha256"

    def knows(self, desk: str) -> None:
        """Read the metadata of a desk that runs."""
        said = requests.get(f"{desk}/sign-in/saml/ministry/metadata", timeout=60)
        said.raise_for_status()
        (self.folder / "desk.xml").write_bytes(said.content)

    def metadata(self) -> str:
        """What a desk is told of the provider."""
        from saml2.metadata import entity_descriptor

        return str(entity_descriptor(self._server("own", desk=False).config))

    def answer(self, asked: str, relay_state: str) -> str:
        """Return the page that carries the answer back to the desk by itself."""
        from saml2 import BINDING_HTTP_POST, BINDING_HTTP_REDIRECT
        from saml2.saml import NAMEID_FORMAT_UNSPECIFIED, NameID

        server = self._server(self.key)
        request = server.parse_authn_request(asked, BINDING_HTTP_REDIRECT).message
        told = server.response_args(request, [BINDING_HTTP_POST])
        if self.audience:
            told["sp_entity_id"] = self.audience
        said = server.create_authn_response(
            identity={}, userid=self.subject, sign_assertion=True, sign_response=False,
            sign_alg=_SIGNED[self.digest], digest_alg=_DIGESTED[self.digest],
            name_id=NameID(format=NAMEID_FORMAT_UNSPECIFIED, text=self.subject), session_not_on_or_after=None,
            authn={"class_ref": "urn:oasis:names:tc:SAML:2.0:ac:classes:Password", "authn_auth": self.url}, **told,
        )  # fmt: skip
        page = str(said) if self.altered is None else self.altered(str(said))
        fields = {"SAMLResponse": _packed(page), "RelayState": relay_state}
        inputs = "".join(f'<input type="hidden" name="{name}" value="{escape(one)}">' for name, one in fields.items())
        back = escape(told["destination"])
        return (
            f'<!doctype html><title>Ministry</title><h1>Ministry</h1><form method="post" action="{back}">{inputs}'
            f"<button>I am {escape(self.subject)}</button></form>"
        )

    def _server(self, key: str, *, desk: bool = True) -> Any:
        """Return pysaml2's provider, which signs with a key and whose words hold as long as is said."""
        from saml2 import BINDING_HTTP_REDIRECT
        from saml2.config import IdPConfig
        from saml2.server import Server

        private, certificate = self.folder / f"{key}.key", self.folder / f"{key}.pem"
        if not private.exists():
            _key_pair(private, certificate)
        rules = {"lifetime": {"minutes": self.minutes}, "attribute_restrictions": None}
        config = IdPConfig().load({
            "entityid": f"{self.url}/metadata", "key_file": str(private), "cert_file": str(certificate),
            "xmlsec_binary": XMLSEC, "metadata": {"local": [str(self.folder / "desk.xml")]} if desk else {},
            "service": {"idp": {
                "endpoints": {"single_sign_on_service": [(f"{self.url}/sso", BINDING_HTTP_REDIRECT)]},
                "want_authn_requests_signed": False, "policy": {"default": rules},
            }},
        })  # fmt: skip
        return Server(config=config)


@contextmanager
def provider(folder: Path) -> Iterator[Provider]:
    """Run an identity provider, in a thread of its own, for the length of a block."""
    needs_xmlsec()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    # By name, as the desk is not: to a browser they are two sites.
    running = Provider(f"http://localhost:{port}", folder)

    class Pages(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = urlsplit(self.path)
            if asked.path == "/metadata":
                self._send("application/samlmetadata+xml", running.metadata())
            else:
                said = parse_qs(asked.query)
                page = running.answer(said["SAMLRequest"][0], said.get("RelayState", [""])[0])
                self._send("text/html; charset=utf-8", page)

        def _send(self, kind: str, page: str) -> None:
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.end_headers()
            self.wfile.write(page.encode())

        def log_message(self, *_said: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", port), Pages) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield running
        finally:
            server.shutdown()
            thread.join()


def _packed(answer: str) -> str:
    from base64 import b64encode

    return b64encode(answer.encode()).decode()


def _key_pair(private: Path, certificate: Path) -> None:
    """Write a key, and the certificate that it signed itself."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "idp.example")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder(
        name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(days=2)
    ).sign(key, hashes.SHA256())
    pem = serialization.Encoding.PEM
    private.write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    certificate.write_bytes(made.public_bytes(pem))
