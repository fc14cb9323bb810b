"""A form may carry anything along: a number far too long is refused in words, and is no fault of the program."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from soken.casework.actions.open_dossier import open_dossier
from soken.casework.models import Dossier
from soken.desk.posted import is_number, number
from tests.desk.factory import TAKAHASHI, World

if TYPE_CHECKING:
    from django.test import Client

PERSON = f"/operations/kingfisher/persons/{TAKAHASHI}"
ABSURD = "9" * 5000

FORMS = [
    ("dossier", {"act": "advance", "to": "screened"}),
    ("track", {"act": "allege", "paragraph": "7-1"}),
    ("enquiries", {"act": "open", "question": "誰が受け取ったか"}),
    ("priority", {"act": "assess"}),
    ("warrants", {"act": "record"}),
]


@pytest.mark.parametrize(("room", "form"), FORMS, ids=[room for room, _form in FORMS])
def test_a_version_of_five_thousand_digits_is_refused_and_changes_nothing(
    desk: Client, world: World, room: str, form: dict[str, str]
) -> None:
    dossier = open_dossier(world.operation, TAKAHASHI, by=world.users["analyst"])
    answer = desk.post(f"{PERSON}/{room}", {**form, "version": ABSURD, "key": ABSURD})
    assert answer.status_code in {404, 409, 422}
    assert Dossier.objects.get(pk=dossier.pk).version == dossier.version


@pytest.mark.parametrize("text", [None, "", "-1", "1.5", "x", ABSURD, "1" * 19])
def test_what_is_no_key_is_nobodys_key(text: str | None) -> None:
    assert not is_number(text)
    assert number(text) == 0


def test_a_key_is_read_as_it_is() -> None:
    assert (number("17"), number("9" * 18)) == (17, 10**18 - 1)
