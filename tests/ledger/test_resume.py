"""A ledger whose head was altered: nothing is done, one sentence says what to do, and going on is told of."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction

from soken.access.models import User
from soken.core.errors import BadInputError, DamagedStoreError, RefusedError
from soken.ledger.attribution import attributed
from soken.ledger.checkpoint import make_checkpoint
from soken.ledger.entries import Kind
from soken.ledger.models import Entry, EntryHead
from soken.ledger.resume import RESUME, resume_ledger
from soken.ledger.triggers import refusing, wrong_triggers
from soken.ledger.verify import verify_ledger
from tests.ledger.test_verify import write

pytestmark = pytest.mark.django_db(transaction=True)

#: What somebody who has the database in hand does.
ALTERED = {
    "entries cut off": "delete from ledger_entry where seq > (select max(seq) - 2 from ledger_entry)",
    "head set back": "update ledger_entry_head set seq = seq - 1",
    "head taken away": "delete from ledger_entry_head",
    "another hash": "update ledger_entry_head set hash = 'f00'",
}


@pytest.fixture(params=ALTERED)
def altered(request: pytest.FixtureRequest) -> str:
    """A ledger with a checkpoint, whose end or head somebody has altered."""
    with transaction.atomic():
        write()
    make_checkpoint(settings.HOME)
    refusing("default", on=False)
    with connection.cursor() as cursor:
        cursor.execute(ALTERED[request.param])
    refusing("default", on=True)
    return str(request.param)


def act() -> Any:
    return User.objects.create(username="somebody", password="!")


def test_a_head_that_was_altered_stops_every_act_until_somebody_resumes_and_that_is_told(altered: str) -> None:
    with pytest.raises(DamagedStoreError, match="run soken ledger verify, then soken ledger resume"):
        act()
    assert not User.objects.filter(username="somebody").exists()
    assert not verify_ledger(settings.HOME).whole
    newest = Entry.objects.order_by("-seq")[0]
    with attributed(by="account:root", through="command ledger resume"):
        facts = resume_ledger("a script of the vendor's; see the report of 30 November")
    told = Entry.objects.get(act=RESUME)
    assert (told.kind, told.by, told.seq) == (Kind.SYSTEM, "account:root", newest.seq + 1)
    assert json.loads(told.facts) == facts
    assert (facts["newest"], facts["newest_hash"]) == (newest.seq, newest.hash)
    assert "vendor" not in told.facts + told.changes, "words are closed"
    assert EntryHead.objects.get().seq == told.seq
    assert wrong_triggers() == [], "what refuses to change the ledger is set up again"
    act()
    said = [one.said for one in verify_ledger(settings.HOME).findings if one.code == "resumed"]
    assert len(said) == 1
    assert "account:root put it back" in said[0]


def test_it_is_named_until_a_checkpoint_is_signed_and_what_was_cut_off_for_ever(altered: str) -> None:
    resume_ledger("looked into")
    make_checkpoint(settings.HOME)
    left = {one.code for one in verify_ledger(settings.HOME).findings}
    assert "resumed" not in left
    assert bool(left) == (altered == "entries cut off"), left


def test_nothing_is_resumed_where_nothing_was_altered_or_nothing_is_said() -> None:
    with transaction.atomic():
        write()
    before = EntryHead.objects.get().seq
    with pytest.raises(RefusedError, match="nothing to resume"):
        resume_ledger("looked into")
    for said in ("", "  \n", "a" * 201):
        with pytest.raises(BadInputError):
            resume_ledger(said)
    assert not Entry.objects.filter(seq__gt=before, act=RESUME).exists()
    assert wrong_triggers() == []
