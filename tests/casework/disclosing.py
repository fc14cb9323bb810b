"""An operation in which copies are asked for, released and taken: what tests of disclosures begin with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.utils import translation

from soken.access.models import Role
from soken.casework.actions.ask_disclosure import ask_disclosure
from soken.casework.actions.open_dossier import open_dossier
from soken.casework.actions.release_disclosure import release_disclosure
from soken.casework.actions.take_disclosure import take_disclosure
from soken.casework.models import Disclosure, Dossier, Membership, Referral
from soken.casework.selectors.dossier import today
from soken.casework.selectors.referral_contents import contents_of
from soken.core.home import open_home
from soken.desk.packet_words import packet_in_words
from soken.refer.contents import digest_of
from tests.desk.factory import TAKAHASHI, World, make_user, make_world

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytest_django import Settings

    from soken.casework.selectors.disclosed import Copy

AT = "2026-11-28T03:00:00+00:00"
SAID = {"recipient": "東京地検", "reason": "送致2026-42"}
#: Form → the person whom it holds. A CASE/UCO file of a person needs a real run: test_case_file.py.
FORMS: dict[str, str] = {"packet": TAKAHASHI, "case-packet": TAKAHASHI, "links": "", "persons": ""}


@pytest.fixture(autouse=True)
def now() -> Iterator[Any]:
    with time_machine.travel(AT, tick=False) as traveller, translation.override("en"):
        yield traveller


@pytest.fixture
def world(settings: Settings, tmp_path: Path) -> World:
    settings.HOME = open_home(tmp_path / "home")
    made = make_world()
    made.users["second"] = make_user("kingfisher-second", Role.REVIEWER)
    Membership.objects.create(operation=made.operation, user=made.users["second"])
    open_dossier(made.operation, TAKAHASHI, by=made.users["analyst"])
    return made


def ask(world: World, form: str = "packet", who: str = "analyst", **said: Any) -> Disclosure:
    given = {"person": FORMS.get(form, ""), **SAID, **said}
    return ask_disclosure(world.operation, by=world.users[who], form=form, **given)


def release(world: World, one: Disclosure, who: str = "reviewer", **said: Any) -> Disclosure:
    return release_disclosure(world.operation, one.pk, by=world.users[who], packet=packet_in_words, **said)


def take(world: World, one: Disclosure, who: str = "analyst") -> Copy:
    return take_disclosure(world.operation, one.pk, by=world.users[who], packet=packet_in_words)


def refer_person(world: World, code: str) -> int:
    """Somebody whose referral stands, with what was sent; what led there is another test's."""
    users = world.users
    dossier = Dossier.objects.filter(operation=world.operation, person_code=code).first() or open_dossier(
        world.operation, code, by=users["analyst"]
    )
    contents = contents_of(dossier).as_json()
    Referral.objects.create(
        dossier=dossier, kind="papers", office="tokyo-dppo", reference=f"送致 {code}", folded=f"送致 {code}",
        sent_on=today(), contents=contents, contents_sha256=digest_of(contents), liaison=users["analyst"],
        by=users["analyst"], at=AT,
    )  # fmt: skip
    return dossier.pk
