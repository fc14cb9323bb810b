"""Where mail goes out: one address, with TLS wherever it leaves the machine."""

from __future__ import annotations

from typing import Any

import pytest

from soken.core.errors import BadInputError
from soken.desk.mail import mail_settings

FROM = "soken@police.example"


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("smtps://mail.example", {"EMAIL_PORT": 465, "EMAIL_USE_SSL": True, "EMAIL_USE_TLS": False}),
        ("smtp://mail.example", {"EMAIL_PORT": 587, "EMAIL_USE_SSL": False, "EMAIL_USE_TLS": True}),
        ("smtp://localhost:25", {"EMAIL_PORT": 25, "EMAIL_USE_SSL": False, "EMAIL_USE_TLS": False}),
        ("smtp://u%40x:p%2F@mail.example:2525", {"EMAIL_HOST_USER": "u@x", "EMAIL_HOST_PASSWORD": "p/"}),
        ("", {"EMAIL_HOST": ""}),
    ],
)
def test_an_address_says_how_mail_goes_out(address: str, said: dict[str, Any]) -> None:
    found = mail_settings(address, FROM)
    assert {name: found[name] for name in said} == said


@pytest.mark.parametrize(
    ("address", "sender"),
    [
        ("http://mail.example", FROM),
        ("smtp://", FROM),
        ("smtp://mail.example:many", FROM),
        ("smtps://mail.example", ""),
        ("smtps://mail.example", "soken"),
    ],
)
def test_what_is_no_mail_server_is_refused(address: str, sender: str) -> None:
    with pytest.raises(BadInputError, match="SOKEN_MAIL_URL"):
        mail_settings(address, sender)
