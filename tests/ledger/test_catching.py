"""Whatever changes a watched row, and by whatever way, the ledger tells of it in the same transaction."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from django.apps import apps
from django.db import connection, transaction

from soken.access.models import Role, User
from soken.casework.actions.screen import screen
from soken.casework.models import Dossier, Membership, Note, Operation
from soken.core.errors import RefusedError
from soken.ledger.attribution import attributed
from soken.ledger.models import Entry, PendingEntry
from soken.ledger.reading import opened
from soken.ledger.triggers import ensure_guarded, unguard_ledger, wrong_triggers
from soken.ledger.watched import settings_of_ledger, watched_tables
from tests.casework.dossiers import AT, make_dossier, make_room

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.django_db(transaction=True)


def changes(entry: Entry) -> list[tuple[str, str, set[str]]]:
    return [(one["table"], one["what"], set(one["fields"])) for one in json.loads(entry.changes)]


def newest() -> Entry:
    return Entry.objects.order_by("-seq")[0]


def _save(dossier: Dossier) -> None:
    dossier.received_on = AT.date().replace(day=1)
    dossier.save()


def _update(dossier: Dossier) -> None:
    Dossier.objects.filter(pk=dossier.pk).update(received_on="2026-11-01")


def _bulk_update(dossier: Dossier) -> None:
    dossier.received_on = AT.date().replace(day=1)
    Dossier.objects.bulk_update([dossier], ["received_on"])


def _sql(dossier: Dossier) -> None:
    with connection.cursor() as cursor:
        cursor.execute("update casework_dossier set received_on = '2026-11-01' where id = %s", [dossier.pk])


@pytest.mark.parametrize("way", [_save, _update, _bulk_update, _sql])
def test_a_change_is_caught_with_what_was_before_and_after(way: Callable[[Dossier], None]) -> None:
    dossier = make_dossier(make_room())
    before = Entry.objects.count()
    with attributed(by="somebody", act="a-try", through="a test"):
        way(dossier)
    assert Entry.objects.count() == before + 1
    entry = newest()
    assert changes(entry) == [("casework.Dossier", "update", {"received_on"})]
    assert (entry.by, entry.act, entry.through) == ("somebody", "a-try", "a test")
    assert (entry.operation, entry.person) == (dossier.operation.slug, dossier.person_code)
    assert opened(entry) == {"values": [{"received_on": ["2026-11-20", "2026-11-01"]}]}
    assert "2026-11-01" not in "".join(str(value) for value in vars(entry).values())


def test_a_row_that_is_new_and_one_that_goes_are_caught() -> None:
    room = make_room()
    membership = Membership.objects.create(operation=room.operation, user=User.objects.create(username="fourth"))
    assert changes(newest()) == [("casework.Membership", "insert", {"id", "operation_id", "user_id"})]
    assert newest().operation == room.operation.slug
    membership.delete()
    assert changes(newest()) == [("casework.Membership", "delete", {"id", "operation_id", "user_id"})]


def test_many_rows_at_once_are_caught_one_by_one() -> None:
    room = make_room()
    dossier = make_dossier(room)
    Note.objects.bulk_create(
        [Note(dossier=dossier, text=f"字 {number}", by=room.analyst, at=AT) for number in range(7)]
    )
    assert [one[:2] for one in changes(newest())] == [("casework.Note", "insert")] * 7
    assert newest().person == dossier.person_code


def test_a_transaction_that_concerns_two_persons_is_told_of_each() -> None:
    room = make_room()
    one, other = make_dossier(room), make_dossier(room)
    with transaction.atomic():
        Dossier.objects.filter(pk__in=[one.pk, other.pk]).update(received_on="2026-11-01")
    told = Entry.objects.order_by("-seq")[:2]
    assert {entry.person for entry in told} == {one.person_code, other.person_code}


def test_what_is_undone_leaves_no_entry() -> None:
    dossier = make_dossier(make_room())
    before = Entry.objects.count()

    def change_and_fail() -> None:
        with transaction.atomic():
            _update(dossier)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        change_and_fail()
    with transaction.atomic(), pytest.raises(ZeroDivisionError):
        change_and_fail()
    assert Entry.objects.count() == before
    assert not PendingEntry.objects.exists()


def test_nothing_is_told_of_a_change_that_changes_nothing() -> None:
    dossier = make_dossier(make_room())
    before = Entry.objects.count()
    Dossier.objects.filter(pk=dossier.pk).update(received_on=dossier.received_on)
    assert Entry.objects.count() == before


def test_an_act_says_who_did_what_without_being_told_to() -> None:
    room = make_room()
    dossier = make_dossier(room)
    screen(dossier, by=room.analyst, reason="items-covered", seen=1)
    entry = newest()
    assert (entry.by, entry.act, entry.person) == (room.analyst.username, "screen", dossier.person_code)
    assert {"casework.Screening", "casework.Dossier"} <= {table for table, _what, _fields in changes(entry)}
    _update(dossier)
    assert (newest().by, newest().act) == ("", "outside"), "what an act said of itself ends with it"


def test_a_refused_act_leaves_nothing_to_be_put_on_the_next() -> None:
    room = make_room()
    dossier = make_dossier(room)
    with pytest.raises(RefusedError):
        screen(dossier, by=room.analyst, reason="items-covered", seen=9)
    _update(dossier)
    assert (newest().by, newest().act) == ("", "outside")


def test_a_password_is_told_of_as_changed_and_in_no_other_way() -> None:
    user = User.objects.create_user(username="fifth", password="an old long password", role=Role.ANALYST)
    stored = user.password
    user.set_password("a new long password")
    user.save()
    assert changes(newest()) == [("access.User", "update", {"password"})]
    for entry in Entry.objects.all():
        told = json.dumps(opened(entry)) + entry.changes
        assert user.password not in told
        assert stored not in told


def test_a_sign_in_alone_alters_nobody() -> None:
    user = User.objects.create(username="sixth")
    before = Entry.objects.count()
    User.objects.filter(pk=user.pk).update(last_login=AT)
    assert Entry.objects.count() == before


def test_every_table_of_people_s_work_is_watched_or_left_out_for_a_reason() -> None:
    every = {
        model._meta.label
        for name in ("access", "casework", "api", "mfa", "socialaccount")
        for model in apps.get_app_config(name).get_models(include_auto_created=True)
    }
    watched = {one.label for one in watched_tables().values()}
    left_out = settings_of_ledger()["left-out"]
    assert watched | left_out.keys() == every
    assert not watched & left_out.keys()
    assert all(len(reason) > 20 for reason in left_out.values())


def test_every_watched_table_leads_to_its_person_or_operation_where_it_has_one() -> None:
    nowhere = {one.label for one in watched_tables().values() if one.to_person is None and one.to_operation is None}
    # A vintage is of all operations.
    counted = {"casework.Vintage"}
    # Whom an installation trusts concerns all of its operations.
    trusted = {"casework.Peer"}
    # A version of the filter feed holds the addresses of many operations.
    feeds = {"casework.FeedVersion"}
    # A user's, and a token of theirs, which may hold in several operations: each of those is a row of its own.
    users = {"access.User", "access.User_groups", "access.User_user_permissions", "api.Token"}
    sign_in = {"mfa.Authenticator", "socialaccount.SocialAccount"}
    # Whoever is protected is looked for in every operation.
    protected = {"casework.Protected", "casework.Protected_colleagues"}
    assert nowhere == users | sign_in | counted | trusted | feeds | protected


def test_triggers_that_a_stopped_migration_left_down_are_missed_and_set_up_again() -> None:
    dossier = make_dossier(make_room())
    assert wrong_triggers() == []
    unguard_ledger()
    assert set(wrong_triggers()) >= {"ledger_entry_is_kept", "ledger_update_casework_dossier"}
    ensure_guarded()
    assert wrong_triggers() == []
    before = Entry.objects.count()
    _update(dossier)
    assert Entry.objects.count() == before + 1


def test_a_change_by_another_program_is_told_of_as_such() -> None:
    """SQL that no commit of Soken's follows: the next transaction finds what the triggers caught, and says whose."""
    dossier = make_dossier(make_room())
    before = Entry.objects.count()
    connection.ensure_connection()
    driver = connection.connection
    driver.cursor().execute(f"update casework_dossier set received_on = '2026-11-01' where id = {dossier.pk}")
    driver.commit()
    assert Entry.objects.count() == before
    with attributed(by="somebody", act="a-try", through="a test"):
        Operation.objects.create(name="Operation Bittern", slug="bittern", created_at=AT)
    found, own = Entry.objects.filter(seq__gt=before).order_by("seq")
    if connection.vendor == "postgresql":
        found, own = sorted((found, own), key=lambda entry: entry.by)
    assert (found.by, found.act, found.person) == ("", "outside", dossier.person_code)
    assert (own.by, own.operation) == ("somebody", "bittern")
