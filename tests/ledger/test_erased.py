"""A key destroyed: what the ledger holds closed of a person is unreadable, and the chain is whole."""

from __future__ import annotations

import pytest
from django.conf import settings

from soken.casework.actions.write_note import write_note
from soken.core.errors import DamagedStoreError
from soken.core.home import open_home
from soken.ledger.erase import destroy_key
from soken.ledger.models import Entry, EntryKey
from soken.ledger.reading import opened
from soken.ledger.verify import verify_ledger
from tests.casework.dossiers import make_dossier, make_room

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_one_person_nothing_can_be_read_any_more_and_of_another_everything() -> None:
    room = make_room()
    one, other = make_dossier(room), make_dossier(room)
    for dossier in (one, other):
        write_note(dossier, by=room.analyst, text="字字字")
    before = Entry.objects.count()
    assert "字字字" in str([opened(entry) for entry in Entry.objects.filter(person=one.person_code)])
    assert destroy_key(room.operation.slug, one.person_code)
    assert {str(opened(entry)) for entry in Entry.objects.filter(person=one.person_code, seq__lte=before)} == {"None"}
    assert "字字字" in str([opened(entry) for entry in Entry.objects.filter(person=other.person_code)])
    assert verify_ledger(settings.HOME).findings == []
    newest = Entry.objects.order_by("-seq")[0]
    assert (newest.kind, newest.person, newest.sealed) == ("erasure", one.person_code, "")
    assert not EntryKey.objects.filter(subject__endswith=one.person_code).exists()


def test_a_copy_of_the_database_tells_nothing_without_the_home() -> None:
    room = make_room()
    dossier = make_dossier(room)
    write_note(dossier, by=room.analyst, text="字字字")
    settings.HOME = open_home(settings.HOME.root.parent / "another")
    with pytest.raises(DamagedStoreError, match="installation's keys"):
        opened(Entry.objects.order_by("-seq")[0])


def test_keys_are_readable_by_their_owner_alone() -> None:
    make_dossier(make_room())
    for path in settings.HOME.keys.glob("ledger*"):
        assert path.stat().st_mode & 0o077 == 0
        text = path.read_text()
        assert not any(text in str(vars(entry)) for entry in Entry.objects.all())
