"""Any single change to the ledger is found, and which entry it was."""

from __future__ import annotations

import contextlib
import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as how
from hypothesis import strategies as st

from soken.core.errors import BadInputError, DamagedStoreError
from soken.intake import Act, add_custody_event
from soken.ledger.chain import append, chain_pending
from soken.ledger.checkpoint import Checkpoint, is_signed, make_checkpoint, public_key, read_checkpoint
from soken.ledger.dialect import Raw
from soken.ledger.entries import ORIGIN, TEXTS, Draft, Kind, entry_hash
from soken.ledger.erase import destroy_key
from soken.ledger.models import Entry, EntryHead, EntryKey
from soken.ledger.triggers import ensure_guarded, refusing, unguard_ledger
from soken.ledger.verify import Verdict, verify_ledger
from tests.desk.factory import make_evidence

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from soken.casework.models import Operation

ENTRIES = 9
COLUMNS = (*TEXTS, "previous", "hash")


def write(count: int = ENTRIES) -> None:
    chain_pending(connection)
    drafts = [
        Draft(
            Kind.CONSULTATION, by=f"user{number}", act="see-dossier", through="page dossier", operation="kingfisher",
            person=f"P-0000-0000-000{number}", about="a", recipient="b", reason="c", facts={"d": number},
            secret={"asked": "字"},
        )
        for number in range(count)
    ]  # fmt: skip
    append(Raw(connection), drafts)


@contextlib.contextmanager
def as_its_master() -> Iterator[Any]:
    """Whoever owns the database can take the triggers down; afterwards everything is as it was."""
    with contextlib.suppress(_UndoError), transaction.atomic():
        refusing("default", on=False)
        with connection.cursor() as cursor:
            yield cursor
        refusing("default", on=True)
        raise _UndoError


class _UndoError(Exception):
    """Ends a try."""


def looked_at(**known: Any) -> Verdict:
    refusing("default", on=True)
    try:
        return verify_ledger(settings.HOME, **known)
    finally:
        refusing("default", on=False)


def codes(verdict: Verdict) -> set[tuple[str, int]]:
    return {(one.code, one.seq) for one in verdict.findings}


@pytest.fixture
def ledger(db: None) -> int:
    """How many entries there are."""
    write()
    return EntryHead.objects.get().seq


def test_a_ledger_that_nobody_touched_is_whole(ledger: int) -> None:
    verdict = verify_ledger(settings.HOME)
    assert verdict.findings == []
    assert verdict.entries == ledger
    assert verdict.last == EntryHead.objects.get().hash


def test_an_empty_ledger_is_whole(db: None) -> None:
    with as_its_master() as cursor:
        for table in ("ledger_entry", "ledger_entry_head", "ledger_entry_pending"):
            cursor.execute(f"delete from {table}")
        assert looked_at().findings == []


@how(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    seq=st.integers(1, ENTRIES), column=st.sampled_from(COLUMNS), text=st.text(st.characters(codec="ascii"), max_size=9)
)
def test_any_column_of_any_entry_changed_is_found(ledger: int, seq: int, column: str, text: str) -> None:
    at = ledger - ENTRIES + seq
    new = text.replace("\x00", "")
    if new == getattr(Entry.objects.get(pk=at), column):
        new += "x"
    with as_its_master() as cursor:
        cursor.execute(f'update ledger_entry set "{column}" = %s where seq = %s', [new, at])
        assert at in {finding.seq for finding in looked_at().findings}


@how(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seq=st.integers(1, ENTRIES), seconds=st.integers(-(10**8), 10**8).filter(bool))
def test_the_moment_of_any_entry_changed_is_found(ledger: int, seq: int, seconds: int) -> None:
    from datetime import timedelta

    entry = Entry.objects.get(pk=ledger - ENTRIES + seq)
    with as_its_master():
        Entry.objects.filter(pk=entry.pk).update(at=entry.at + timedelta(seconds=seconds))
        assert codes(looked_at()) == {("changed", entry.pk)}


@how(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=st.integers(1, ENTRIES - 1), many=st.integers(1, ENTRIES))
def test_entries_taken_out_are_found_in_the_middle_and_at_the_end(ledger: int, first: int, many: int) -> None:
    low = ledger - ENTRIES + first
    high = min(low + many - 1, ledger)
    with as_its_master() as cursor:
        cursor.execute("delete from ledger_entry where seq between %s and %s", [low, high])
        expected = ("cut-off", low) if high == ledger else ("missing", low)
        assert expected in codes(looked_at())


@how(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pair=st.lists(st.integers(1, ENTRIES), min_size=2, max_size=2, unique=True))
def test_two_entries_that_changed_places_are_found(ledger: int, pair: list[int]) -> None:
    one, other = (ledger - ENTRIES + at for at in pair)
    with as_its_master() as cursor:
        for before, after in ((one, -1), (other, one), (-1, other)):
            cursor.execute("update ledger_entry set seq = %s where seq = %s", [after, before])
        found = {finding.seq: finding.said for finding in looked_at().findings if finding.code == "changed"}
        assert {one, other} <= found.keys()
        assert f"was written as entry {other}: it was moved" in found[one]
        assert f"was written as entry {one}: it was moved" in found[other]


@how(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(where=st.integers(1, ENTRIES + 1), honest=st.booleans())
def test_an_entry_put_in_is_found(ledger: int, where: int, honest: bool) -> None:
    """Even one whose own hash is right: those after it no longer follow, or the head names another."""
    at = ledger - ENTRIES + where
    with as_its_master() as cursor:
        for seq in range(ledger, at - 1, -1):
            cursor.execute("update ledger_entry set seq = seq + 1 where seq = %s", [seq])
        forged = Entry.objects.get(pk=ledger if at > ledger else at + 1)
        forged.previous = Entry.objects.filter(pk=at - 1).values_list("hash", flat=True).first() or ORIGIN
        forged.seq, forged.by = at, "another"
        if honest:
            forged.hash = entry_hash(at, forged.at, {name: getattr(forged, name) for name in TEXTS}, forged.previous)
        forged.save(force_insert=True)
        verdict = looked_at()
        assert not verdict.whole
        assert min(one.seq for one in verdict.findings) in {at, at + 1}
        if at <= ledger:
            assert ("put-in", at) in codes(verdict)
        assert len(verdict.findings) <= 5, "those that were moved with it are not told one by one"


def test_of_entries_that_were_taken_out_and_closed_up_the_place_is_found(ledger: int) -> None:
    with as_its_master() as cursor:
        cursor.execute("delete from ledger_entry where seq = %s", [ledger - 5])
        for seq in range(ledger - 4, ledger + 1):
            cursor.execute("update ledger_entry set seq = seq - 1 where seq = %s", [seq])
        cursor.execute("update ledger_entry_head set seq = seq - 1")
        found = [(one.code, one.seq) for one in looked_at().findings]
        assert found == [("moved", ledger - 5), ("changed", ledger - 5)]


def test_a_key_that_is_gone_without_an_erasure_is_found(ledger: int) -> None:
    subject = f"kingfisher/P-0000-0000-000{ENTRIES - 1}"
    with as_its_master() as cursor:
        cursor.execute("delete from ledger_entry_key where subject = %s", [subject])
        found = looked_at().findings
        assert [(one.code, one.seq) for one in found] == [("key", ledger)]
    with contextlib.suppress(_UndoError), transaction.atomic():
        destroy_key("kingfisher", subject.partition("/")[2])
        chain_pending(connection)
        assert verify_ledger(settings.HOME).findings == [], "an erasure may"
        raise _UndoError


@pytest.mark.django_db
def test_a_key_is_not_replaced(ledger: int) -> None:
    subject = EntryKey.objects.first()
    verb = "insert or replace" if connection.vendor == "sqlite" else "insert"
    with pytest.raises(IntegrityError, match="a key is not replaced"), transaction.atomic():
        connection.cursor().execute(f"{verb} into ledger_entry_key (subject, closed) values (%s, 'x')", [subject.pk])


def test_a_ledger_that_was_emptied_with_its_head_is_found_by_what_it_told_of(ledger: int, world: Any) -> None:
    chain_pending(connection)
    with as_its_master() as cursor:
        for table in ("ledger_entry", "ledger_entry_head"):
            cursor.execute(f"delete from {table}")
        said = [one.said for one in looked_at().findings]
        assert any("rows of access.User came" in one for one in said)
        assert any("1 rows of casework.EvidenceItem came" in one for one in said)


@pytest.mark.parametrize("more", [True, False])
def test_a_ledger_whose_head_was_not_moved_along_takes_no_entry_and_says_why(ledger: int, more: bool) -> None:
    with as_its_master() as cursor:
        if more:
            cursor.execute("update ledger_entry_head set seq = seq - 1")
        else:
            cursor.execute("delete from ledger_entry where seq = %s", [ledger])
        with pytest.raises(DamagedStoreError, match="run soken ledger verify"):
            append(Raw(connection), [Draft(Kind.SYSTEM, act="a try")])


def test_the_head_gone_is_found(ledger: int) -> None:
    with as_its_master() as cursor:
        cursor.execute("delete from ledger_entry_head")
        assert ("head", 0) in codes(looked_at())


def test_a_missing_trigger_is_found(ledger: int) -> None:
    with as_its_master():
        found = {one.said for one in verify_ledger(settings.HOME).findings if one.code == "trigger"}
        assert any("ledger_entry_is_kept" in one for one in found)
        refusing("default", on=True)
        assert verify_ledger(settings.HOME).findings == []
        refusing("default", on=False)


def test_a_trigger_of_the_same_name_that_does_nothing_is_found(ledger: int) -> None:
    with contextlib.suppress(_UndoError), transaction.atomic():
        cursor = connection.cursor()
        if connection.vendor == "postgresql":
            cursor.execute(
                "create or replace function ledger_entry_is_kept() returns trigger language plpgsql as "
                "$$ begin return new; end $$"
            )
        else:
            cursor.execute("drop trigger ledger_entry_is_kept")
            cursor.execute(
                "create trigger ledger_entry_is_kept before update on ledger_entry when 0 begin select 1; end"
            )
        found = [one.said for one in verify_ledger(settings.HOME).findings]
        assert ["ledger_entry_is_kept" in one for one in found] == [True]
        raise _UndoError


@pytest.mark.django_db(transaction=True)
def test_triggers_that_were_set_up_again_are_told_of_until_somebody_has_signed_a_checkpoint() -> None:
    with transaction.atomic():
        write()
    assert verify_ledger(settings.HOME).whole
    unguard_ledger()
    ensure_guarded()
    (found,) = verify_ledger(settings.HOME).findings
    assert (found.code, found.seq) == ("trigger", EntryHead.objects.get().seq)
    told = json.loads(Entry.objects.get(pk=found.seq).facts)["triggers"]
    assert {"ledger_entry_is_kept", "ledger_update_casework_dossier"} <= set(told)
    make_checkpoint(settings.HOME)
    assert verify_ledger(settings.HOME).whole
    ensure_guarded()
    assert verify_ledger(settings.HOME).whole, "nothing was missing: nothing is told"


def _forge(cursor: Any, ledger: int, *, by: str) -> None:
    """What the master of the database can do: another who in one entry, and every hash after it made to fit."""
    previous = Entry.objects.get(pk=ledger - 5).previous
    for entry in Entry.objects.filter(seq__gte=ledger - 5).order_by("seq"):
        if entry.seq == ledger - 5:
            entry.by = by
        fields = {name: getattr(entry, name) for name in TEXTS}
        new = entry_hash(entry.seq, entry.at, fields, previous)
        cursor.execute(
            'update ledger_entry set "by" = %s, previous = %s, hash = %s where seq = %s',
            [entry.by, previous, new, entry.seq],
        )
        previous = new
    cursor.execute("update ledger_entry_head set hash = %s", [previous])


@pytest.mark.django_db(transaction=True)
def test_only_a_checkpoint_shows_a_whole_chain_that_was_forged(tmp_path: Path) -> None:
    with transaction.atomic():
        write()
    carried = make_checkpoint(settings.HOME)
    (tmp_path / "carried.json").write_text(carried.text(), encoding="utf-8")
    (settings.HOME.root / "ledger-checkpoints.jsonl").unlink()
    ledger = carried.seq
    with as_its_master() as cursor:
        _forge(cursor, ledger, by="another")
        assert looked_at().findings == [], "by itself it holds together"
        found = looked_at(checkpoints=[read_checkpoint(tmp_path / "carried.json")])
        assert codes(found) == {("checkpoint", ledger)}


@pytest.mark.django_db(transaction=True)
def test_a_cut_that_was_covered_up_is_shown_by_the_copy_in_the_home() -> None:
    with transaction.atomic():
        write()
    ledger = make_checkpoint(settings.HOME).seq
    with as_its_master() as cursor:
        cursor.execute("delete from ledger_entry where seq > %s", [ledger - 3])
        last = Entry.objects.order_by("-seq")[0]
        cursor.execute("update ledger_entry_head set seq = %s, hash = %s", [last.seq, last.hash])
        assert codes(looked_at()) == {("cut-off", ledger)}


@pytest.mark.django_db(transaction=True)
def test_a_checkpoint_is_taken_while_the_ledger_goes_on() -> None:
    for _time in range(3):
        with transaction.atomic():
            write(2)
        make_checkpoint(settings.HOME)
    verdict = verify_ledger(settings.HOME)
    assert verdict.whole
    assert verdict.checkpoints == 3


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("field", ["seq", "hash", "at", "key", "signature"])
def test_an_altered_checkpoint_is_not_believed(field: str) -> None:
    with transaction.atomic():
        write()
    made = make_checkpoint(settings.HOME)
    told = asdict(made)
    told[field] = told[field] - 1 if field == "seq" else told[field][:-1] + ("0" if told[field][-1] != "0" else "1")
    altered = Checkpoint(**told)
    assert is_signed(made, public_key(settings.HOME))
    assert not is_signed(altered, public_key(settings.HOME))
    assert "checkpoint" in {one.code for one in verify_ledger(settings.HOME, [altered]).findings}


@pytest.mark.django_db(transaction=True)
def test_a_checkpoint_of_another_installation_is_not_believed(tmp_path: Path) -> None:
    from soken.core.home import open_home

    with transaction.atomic():
        write()
    made = make_checkpoint(settings.HOME)
    assert not verify_ledger(settings.HOME, [made], key=public_key(open_home(tmp_path / "another"))).whole


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"form": "soken-ledger-checkpoint-2"}', "字", "null", "9"])
def test_what_is_no_checkpoint_is_told_to_be_none(text: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text(text, encoding="utf-8")
    with pytest.raises(BadInputError, match="checkpoint"):
        read_checkpoint(tmp_path / "file")


def _collected(operation: Operation) -> str:
    from soken.casework.actions.take_in_evidence import _record_custody

    item = make_evidence(operation)
    _record_custody(operation, item)
    chain_pending(connection)
    return item.evidence_id


def test_a_custody_record_that_was_cut_off_or_exchanged_is_found(world: Any) -> None:
    evidence_id = _collected(world.operation)
    add_custody_event(settings.HOME, evidence_id, Act.VERIFIED, actor="somebody")
    assert verify_ledger(settings.HOME).findings == [], "going on is no harm"
    path = settings.HOME.evidence / evidence_id / "custody.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    (said,) = [json.loads(one.facts) for one in Entry.objects.filter(about=evidence_id, act="custody")]
    path.write_bytes(b"".join(lines[: said["event"] - 1]))
    assert [one.code for one in verify_ledger(settings.HOME).findings] == ["custody"]
