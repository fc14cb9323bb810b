"""The auditor's page: who looked, changed and sent; filtered, page by page, and no value of anybody."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from soken.access.models import Role
from soken.casework.actions.open_dossier import open_dossier
from soken.casework.actions.screen import screen
from soken.desk.ledger_words import TABLE_WORDS, changes_in_words
from soken.ledger.models import Entry
from soken.ledger.reading import SHOWN
from soken.ledger.watched import watched_tables
from tests.desk.factory import RELATIVE, TAKAHASHI, World, make_world

pytestmark = pytest.mark.django_db(transaction=True)


def auditor(world: World) -> Client:
    client = Client()
    client.force_login(world.users["auditor"])
    return client


def page(client: Client, **asked: str) -> str:
    answer = client.get(reverse("ledger", args=["kingfisher"]), asked)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def told() -> World:
    """Two persons looked at, one of them screened."""
    world = make_world()
    by = world.users["analyst"]
    client = Client()
    client.force_login(by)
    for code in (TAKAHASHI, RELATIVE):
        client.get(reverse("person", args=["kingfisher", code]))
    screen(open_dossier(world.operation, TAKAHASHI, by=by), by=by, reason="items-covered")
    return world


def test_it_says_who_looked_at_whom_and_who_changed_what(told: World) -> None:
    shown = page(auditor(told))
    assert "looked at" in shown
    assert shown.count(TAKAHASHI) >= 3
    assert RELATIVE in shown
    assert "page person" in shown
    assert "kingfisher-analyst" in shown


def test_it_can_be_narrowed_to_a_person_a_user_and_a_kind(told: World) -> None:
    client = auditor(told)
    of_one = page(client, person=RELATIVE.lower())
    assert RELATIVE in of_one
    assert TAKAHASHI not in of_one
    assert "No entry fits" in page(client, user="nobody-here")
    assert TAKAHASHI in page(client, kind="alteration")
    assert RELATIVE not in page(client, kind="alteration")


def test_no_value_of_anybody_is_shown(told: World) -> None:
    shown = page(auditor(told))
    for value in ("髙橋", "健一", "items-covered", "ken.taka", "090-0000"):
        assert value not in shown


def test_another_operation_is_not_shown(told: World) -> None:
    other = make_world(slug="heron")
    client = Client()
    client.force_login(other.users["analyst"])
    client.get(reverse("persons", args=["heron"]))
    assert "heron" not in page(auditor(told))


def test_pages_follow_each_other_without_a_gap_or_a_double(told: World) -> None:
    client = auditor(told)
    for _time in range(SHOWN + 5):
        page(client, person="P-0")
    found: list[int] = []
    before = 0
    while True:
        answer = client.get(reverse("ledger", args=["kingfisher"]), {"before": str(before)} if before else {})
        found += [one["entry"].seq for one in answer.context["entries"]]
        before = answer.context["older"]
        if not before:
            break
    assert len(found) == len(set(found))
    known = set(Entry.objects.filter(operation="kingfisher").values_list("seq", flat=True))
    assert known - set(found) <= set(range(max(found), max(known) + 1)), "only what these looks themselves added"


def test_whoever_audits_is_audited(told: World) -> None:
    client = auditor(told)
    page(client, person=TAKAHASHI)
    assert "kingfisher-auditor" in page(client)


@pytest.mark.parametrize("role", [one for one in Role if one != Role.AUDITOR])
def test_nobody_else_reads_it(role: Role, told: World) -> None:
    client = Client()
    client.force_login(told.users[role])
    assert client.get(reverse("ledger", args=["kingfisher"])).status_code == 403


@pytest.mark.parametrize("before", ["x", "-1", "9" * 30, "0"])
def test_an_odd_address_shows_the_newest(before: str, told: World) -> None:
    assert TAKAHASHI in page(auditor(told), before=before)


def test_every_table_has_a_name_for_people() -> None:
    nameless = {
        one.label for one in watched_tables().values() if isinstance(apps.get_model(one.label)._meta.verbose_name, str)
    }
    assert nameless == TABLE_WORDS.keys()


def test_what_a_later_version_no_longer_has_is_shown_by_its_code(told: World) -> None:
    """The ledger outlives every table that it tells of."""
    changed = {"what": "update", "key": "1", "fields": ["colour"]}
    for one in changes_in_words([{**changed, "table": table} for table in ("casework.Gone", "casework.Dossier")]):
        assert one["fields"] == [("colour", True)]
