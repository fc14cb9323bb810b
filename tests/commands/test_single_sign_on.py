"""Signing in over another service, at a desk that is served: OpenID Connect and SAML, each driven to the end."""

from __future__ import annotations

import base64
import re
import socket
import time
import zlib
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from oidc_provider_mock import User as Vouched
from oidc_provider_mock import run_server_in_thread
from onelogin.saml2.utils import OneLogin_Saml2_Utils

from tests.commands.homes import Soken
from tests.home_database import copy_home

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SAML = "https://idp.example/metadata"
ASKED = "https://idp.example/sso"
SUBJECT = "e1f2-0042"


class Served(NamedTuple):
    """A desk that runs, and the key with which the SAML service signs."""

    url: str
    soken: Soken
    key: str
    certificate: str


@pytest.fixture(scope="module")
def served(empty_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("sso")
    copy_home(empty_home, folder / "home")
    soken = Soken(folder / "home")
    key, certificate = key_pair()
    keys = folder / "home" / "keys"
    keys.mkdir(exist_ok=True)
    (keys / "idp.pem").write_text(certificate)
    (keys / "oidc.secret").write_text("an invented secret")
    with run_server_in_thread(user_claims=[Vouched(sub=SUBJECT, claims={"name": "Aoki"})]) as service:
        (keys / "sign-in.toml").write_text(
            f'[[oidc]]\nid = "police-id"\nname = "Police ID"\nclient_id = "soken"\nsecret_file = "oidc.secret"\n'
            f'server_url = "http://localhost:{service.server_port}"\nasks_second_factor = true\n'
            f'[[saml]]\nid = "ministry"\nname = "Ministry"\nentity_id = "{SAML}"\nsso_url = "{ASKED}"\n'
            f'certificate_file = "idp.pem"\n'
        )
        soken.typed("a long enough password\na long enough password\n", "user", "new", "aoki")
        port = free_port()
        process = soken.start("serve", "--port", port, "--workers", 1)
        try:
            wait_for(f"http://127.0.0.1:{port}/health")
            yield Served(f"http://127.0.0.1:{port}", soken, key, certificate)
        finally:
            process.terminate()
            process.communicate(timeout=60)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(url: str) -> None:
    for _try in range(600):
        try:
            if requests.get(url, timeout=60).ok:
                return
        except requests.ConnectionError:
            time.sleep(0.1)
    pytest.fail(f"nothing answers at {url}")


def key_pair() -> tuple[str, str]:
    """A key and the certificate that it signed itself, as the SAML service has them."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "idp.example")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(days=2))
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return private.decode(), certificate.public_bytes(pem).decode()


def over_oidc(served: Served) -> requests.Response:
    """Go to the sign-in, choose the service, say there who one is, come back."""
    session = requests.Session()
    page = session.get(f"{served.url}/sign-in", timeout=30)
    assert "Police ID" in page.text
    asked = session.get(f"{served.url}/sign-in/oidc/police-id", timeout=30)
    assert asked.ok, asked.text
    return session.post(asked.url, data={"sub": SUBJECT}, timeout=30)


def over_saml(served: Served, *, subject: str = "aoki@idp.example", sign: bool = True, altered: bool = False,
              to: str = "ministry", twice: bool = False) -> requests.Response:  # fmt: skip
    """Begin at the desk, have the service vouch, and carry its answer back as the browser does."""
    session = requests.Session()
    asked = session.get(f"{served.url}/sign-in/saml/ministry", allow_redirects=False, timeout=30)
    request = parse_qs(urlsplit(asked.headers["Location"]).query)["SAMLRequest"][0]
    (number,) = re.findall(r'\bID="([^"]+)"', zlib.decompress(base64.b64decode(request), -15).decode())
    answer = saml_answer(served, number, subject, sign=sign)
    if altered:
        answer = answer.replace(subject, "chief@idp.example")
    data = {"SAMLResponse": base64.b64encode(answer.encode()).decode()}
    back = f"{served.url}/sign-in/saml/{to}/back"
    if twice:
        session.post(back, data=data, timeout=30)
        session.cookies.clear()
    return session.post(back, data=data, timeout=30)


def saml_answer(served: Served, number: str, subject: str, *, sign: bool) -> str:
    """What the service says, signed."""
    now = datetime.now(UTC)
    at, until = (moment.strftime("%Y-%m-%dT%H:%M:%SZ") for moment in (now, now + timedelta(minutes=5)))
    back = f"{served.url}/sign-in/saml/ministry/back"
    assertion = f"""<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_a{number}" Version="2.0"
 IssueInstant="{at}"><saml:Issuer>{SAML}</saml:Issuer><saml:Subject><saml:NameID>{subject}</saml:NameID>
<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData
 InResponseTo="{number}" Recipient="{back}" NotOnOrAfter="{until}"/></saml:SubjectConfirmation></saml:Subject>
<saml:Conditions NotBefore="{at}" NotOnOrAfter="{until}"><saml:AudienceRestriction><saml:Audience
>{served.url}/sign-in/saml/ministry/metadata</saml:Audience></saml:AudienceRestriction></saml:Conditions>
<saml:AuthnStatement AuthnInstant="{at}" SessionIndex="_s1"><saml:AuthnContext><saml:AuthnContextClassRef
>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>
</saml:Assertion>"""
    if sign:
        assertion = OneLogin_Saml2_Utils.add_sign(
            assertion, served.key, served.certificate,
            sign_algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
            digest_algorithm="http://www.w3.org/2001/04/xmlenc#sha256",
        ).decode()  # fmt: skip
    return f"""<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_r{number}" Version="2.0"
 IssueInstant="{at}" Destination="{back}" InResponseTo="{number}"><saml:Issuer
 xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">{SAML}</saml:Issuer><samlp:Status><samlp:StatusCode
 Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>{assertion}</samlp:Response>"""


def test_whom_nobody_has_linked_is_refused_and_told_what_to_pass_on_then_let_in_once_linked(served: Served) -> None:
    refused = over_oidc(served)
    assert refused.status_code == 403
    (service, subject) = re.findall(r"--service (\S+) --subject ([^<\s]+)", refused.text)[0]
    assert subject == SUBJECT
    served.soken("user", "link", "aoki", "--service", service, "--subject", subject)
    came = over_oidc(served)
    # The service asks for a second factor itself (so the settings say): the rooms are open.
    assert (came.status_code, urlsplit(came.url).path) == (200, "/")
    served.soken("user", "shut-out", "aoki")
    shut = over_oidc(served)
    assert "has shut this name out" in shut.text
    served.soken("user", "let-in", "aoki")
    served.soken("user", "unlink", "aoki", "--service", service)
    assert over_oidc(served).status_code == 403


def test_saml_vouches_only_with_a_signature_over_what_it_says(served: Served) -> None:
    refused = over_saml(served)
    assert refused.status_code == 403
    (service, subject) = re.findall(r"--service (\S+) --subject ([^<\s]+)", refused.text)[0]
    served.soken("user", "link", "aoki", "--service", service, "--subject", subject)
    came = over_saml(served)
    # This service is not said to ask for a second factor: one has to be set up here.
    assert urlsplit(came.url).path in {"/", "/account/second-factor"}
    rooms = {"/", "/account/second-factor"}
    assert urlsplit(over_saml(served, sign=False).url).path not in rooms
    assert urlsplit(over_saml(served, altered=True).url).path not in rooms


def test_an_answer_that_was_used_is_no_answer_for_somebody_else(served: Served) -> None:
    assert urlsplit(over_saml(served, twice=True).url).path.startswith("/sign-in")


def test_a_service_that_nobody_set_up_cannot_be_linked(served: Served) -> None:
    said = served.soken("user", "link", "aoki", "--service", "nobody", "--subject", "x", code=3)
    assert "police-id" in said.stderr


@pytest.mark.parametrize(
    ("said", "word"),
    [
        ("[[oidc]]\nid = 'a'", "client_id"),
        ("[[ldap]]\nid = 'a'", "ldap"),
        ("[[saml]]\nid = 'a'\nname = 'A'\nentity_id = 'e'", "metadata_url"),
        ("[[saml]]\nid = 'a'\nname = 'A'\nentity_id = 'e'\nmetadata_url = 'm'\nloud = 'x'", "loud"),
        ("[[oidc]]\nid='a'\nname='A'\nserver_url='s'\nclient_id='c'\nsecret_file='gone'", "gone"),
        ("not toml", "sign-in.toml"),
    ],
)
def test_settings_that_cannot_be_meant_stop_the_start_with_one_sentence(said: str, word: str, soken: Soken) -> None:
    (soken.home / "keys").mkdir(exist_ok=True)
    (soken.home / "keys" / "sign-in.toml").write_text(said)
    code, _out, err = soken.end("user", "list")
    assert code != 0
    assert word in err
    assert len(err.strip().splitlines()) == 1
