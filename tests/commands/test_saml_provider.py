"""Signing in over a SAML identity provider that runs, made of another SAML library: pysaml2."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

import pytest
import requests

from tests.commands.homes import Soken
from tests.commands.identity_provider import Provider, provider
from tests.commands.test_single_sign_on import free_port, wait_for
from tests.home_database import copy_home

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ROOMS = {"/", "/account/second-factor"}
#: What the service says of whom, unless a test has it say otherwise.
HONEST = {"minutes": 5, "audience": "", "altered": None, "key": "own", "digest": "sha256"}


class Served(NamedTuple):
    """A desk that runs, and the service that vouches for its users."""

    url: str
    soken: Soken
    service: Provider


@pytest.fixture(scope="module")
def served(empty_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("saml")
    copy_home(empty_home, folder / "home")
    soken = Soken(folder / "home")
    (folder / "home" / "keys").mkdir(exist_ok=True)
    with provider(folder) as service:
        (folder / "home" / "keys" / "sign-in.toml").write_text(
            f'[[saml]]\nid = "ministry"\nname = "Ministry"\nentity_id = "{service.url}/metadata"\n'
            f'metadata_url = "{service.url}/metadata"\n'
        )
        soken.typed("a long enough password\na long enough password\n", "user", "new", "aoki")
        port = free_port()
        process = soken.start("serve", "--port", port, "--workers", 1)
        try:
            wait_for(f"http://127.0.0.1:{port}/health")
            service.knows(f"http://127.0.0.1:{port}")
            yield Served(f"http://127.0.0.1:{port}", soken, service)
        finally:
            process.terminate()
            process.communicate(timeout=60)


@pytest.fixture(autouse=True)
def honest(served: Served) -> None:
    """The service says what is so, unless a test has it say otherwise."""
    for name, value in HONEST.items():
        setattr(served.service, name, value)


def signed_in(served: Served, **told: Any) -> requests.Response:
    """Begin at the desk, say at the service who one is, carry its answer back as the form there does."""
    for name, value in told.items():
        setattr(served.service, name, value)
    session = requests.Session()
    page = session.get(f"{served.url}/sign-in/saml/ministry", timeout=60)
    assert page.url.startswith(served.service.url), page.text
    (action,) = re.findall(r'<form method="post" action="([^"]+)"', page.text)
    fields = re.findall(r'name="(\w+)" value="([^"]*)"', page.text)
    return session.post(unescape(action), data={name: unescape(one) for name, one in fields}, timeout=60)


def link(served: Served) -> None:
    """Link the user to whom the service vouches for."""
    refused = signed_in(served)
    if refused.status_code == 403:
        (service, subject) = re.findall(r"--service (\S+) --subject ([^<\s]+)", refused.text)[0]
        served.soken("user", "link", "aoki", "--service", service, "--subject", subject)


def is_in(answer: requests.Response) -> bool:
    return answer.ok and urlsplit(answer.url).path in ROOMS


def test_whoever_is_linked_comes_in_by_what_the_service_signs(served: Served) -> None:
    link(served)
    assert is_in(signed_in(served))


@pytest.mark.parametrize(
    "told",
    [
        {"altered": lambda said: said.replace("aoki@idp.example", "chief@idp.example")},
        {"altered": lambda said: re.sub(r"(?s)<ns\d+:Signature .*?</ns\d+:Signature>", "", said)},
        {"minutes": -10},
        {"audience": "https://another-desk.example/metadata"},
        {"key": "another"},
        {"digest": "sha1"},
    ],
    ids=["altered", "not signed", "expired", "for another audience", "signed by another key", "signed by way of SHA-1"],
)
def test_nobody_comes_in_by_an_answer_that_is(told: dict[str, Any], served: Served) -> None:
    link(served)
    refused = signed_in(served, **told)
    assert not is_in(refused)
    assert "Traceback" not in refused.text
    assert is_in(signed_in(served, **HONEST)), "only that was wrong"
