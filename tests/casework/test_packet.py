"""The packet of a case: as it was referred, whatever is recorded later; the rows' places from the evidence itself."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings as installed

from soken.access.models import User
from soken.casework.actions.correct_mapping import correct_mapping
from soken.casework.actions.receive_referral import receive_referral
from soken.casework.actions.take_in_evidence import take_in_evidence
from soken.casework.actions.withdraw_confirmation import withdraw_confirmation
from soken.casework.models import Dossier, DossierRow, Referral
from soken.casework.selectors.packet import packet_of
from soken.casework.selectors.packet_signer import packet_signer
from soken.casework.selectors.referral_contents import contents_of
from soken.core.errors import DamagedStoreError
from soken.core.home import open_home
from soken.core.progress import silent
from soken.exchange.packet import typeset
from soken.exchange.signature import sign, verify
from soken.intake import Acquisition
from soken.refer.contents import digest_of
from soken.review.stages import Stage
from tests.casework.dossiers import AT, Room, bring_to, make_dossier, refer

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_django import Settings

    from soken.casework.models import EvidenceItem

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]


@pytest.fixture
def room(room_and_ready: tuple[Room, Dossier]) -> Room:
    return room_and_ready[0]


@pytest.fixture
def ready(room_and_ready: tuple[Room, Dossier]) -> Dossier:
    return room_and_ready[1]


def test_before_the_referral_it_is_a_draft_and_says_so(ready: Dossier) -> None:
    assert packet_of(ready, "en").subtitle == "Draft: nothing has been referred"
    assert packet_of(ready, "ja").subtitle.startswith("送致前の下書き")


def test_what_was_referred_is_printed_as_it_was_on_that_day(ready: Dossier, room: Room, now: Any) -> None:
    made = refer(ready, room, reference="送致12号")
    before = packet_of(ready, "ja")
    assert dict(before.sections[0].pairs)["送致番号"] == "送致12号"
    assert dict(before.sections[0].pairs)["送致内容の SHA-256"] == made.contents_sha256
    now.shift(timedelta(days=3))
    receive_referral(ready, by=room.liaison, on=AT.date(), number="検1号")
    withdraw_confirmation(ready, by=room.analyst, whose=room.analyst.username, reason="mistaken")
    assert packet_of(ready, "ja") == before
    assert typeset(packet_of(ready, "ja")) == typeset(before)


def test_who_did_what_stands_under_the_name_and_post_that_they_had_then(ready: Dossier, room: Room) -> None:
    User.objects.filter(pk=room.analyst.pk).update(last_name="佐藤", first_name="一郎", force="tokyo")
    then = f"佐藤 一郎（分析担当、警視庁、{room.analyst.username}）"
    assert identity(ready)[0] == then
    made = refer(ready, room)
    User.objects.filter(pk=room.analyst.pk).update(last_name="加藤", force="osaka", role="reviewer")
    assert identity(ready)[0] == then
    assert digest_of(made.contents) == digest_of(contents_of(ready).as_json()), "it says nothing of the case"
    Referral.objects.filter(pk=made.pk).update(contents={k: v for k, v in made.contents.items() if k != "people"})
    assert identity(ready)[0].startswith("加藤 一郎（審査担当、大阪府警察"), "sent before this was kept: as known now"


def test_who_kept_the_original_stands_under_the_name_and_post_that_they_had_then(
    room: Room, tmp_path: Path, settings: Settings, now: Any
) -> None:
    settings.HOME = open_home(tmp_path / "home")
    (path := tmp_path / "list.csv").write_text(LIST, "utf-8")
    keeper = User.objects.create(username="ito", last_name="伊藤", role="analyst", force="tokyo", password="!")
    _item, dossier = ready_on_a_row(room, path, "ito")
    refer(dossier, room)
    before = packet_of(dossier, "ja")
    assert "伊藤（分析担当、警視庁、ito）" in str(before.sections)
    now.shift(timedelta(days=3))
    User.objects.filter(pk=keeper.pk).update(last_name="山本", force="osaka", role="reviewer")
    assert packet_of(Dossier.objects.get(pk=dossier.pk), "ja") == before


def test_a_custody_record_that_cannot_be_read_keeps_no_case_from_the_prosecutor(
    room: Room, tmp_path: Path, settings: Settings
) -> None:
    settings.HOME = open_home(tmp_path / "home")
    (path := tmp_path / "list.csv").write_text(LIST, "utf-8")
    item, dossier = ready_on_a_row(room, path, "ito")
    (settings.HOME.evidence / item.evidence_id / "custody.jsonl").unlink()
    assert refer(dossier, room).contents["people"]


def ready_on_a_row(room: Room, path: Path, actor: str) -> tuple[EvidenceItem, Dossier]:
    """Take a file in; return its item, and somebody ready for action whose only row is its first."""
    item = take_in_evidence(
        room.operation, path, home=installed.HOME, acquisition=Acquisition(), actor=actor, progress=silent()
    ).item
    dossier = make_dossier(room, rows=0)
    DossierRow.objects.create(dossier=dossier, operation=room.operation, evidence=item.evidence_id, row=1)
    return item, bring_to(dossier, Stage.READY, room)


def identity(dossier: Dossier) -> list[str]:
    """Who confirmed, as the packet says it."""
    told = packet_of(Dossier.objects.get(pk=dossier.pk), "ja").sections
    return [row[0] for row in next(one for one in told if one.title == "三　被疑者の特定").rows]


LIST = "氏名,メールアドレス,商品コード,注文日\n髙橋 健一,ken@mail.example,A-17,2017-05-01\n"
#: As somebody may correct the columns after the referral: no item and no day any more.
OTHERWISE = {"": {"氏名": "full_name", "メールアドレス": "email", "商品コード": "", "注文日": ""}}


def test_what_was_referred_says_the_same_when_its_file_is_read_anew_and_the_person_named_anew(
    room: Room, tmp_path: Path, settings: Settings, now: Any
) -> None:
    settings.HOME = open_home(tmp_path / "home")
    (path := tmp_path / "list.csv").write_text(LIST, "utf-8")
    item, dossier = ready_on_a_row(room, path, "tester")
    refer(dossier, room)
    before, name = packet_of(dossier, "en"), dossier.name
    purchases = next(one for one in before.sections if "Purchases" in one.title)
    assert [row[:2] for row in purchases.rows] == [("2017-05-01", "ITEM-0001")]
    now.shift(timedelta(days=3))
    correct_mapping(room.operation, item.evidence_id, OTHERWISE, home=settings.HOME, actor="other", progress=silent())
    Dossier.objects.filter(pk=dossier.pk).update(name="別の 名前")
    again = packet_of(Dossier.objects.get(pk=dossier.pk), "en")
    assert again == before
    assert name in dict(again.sections[0].pairs).values()
    # A referral that was kept before names and readings were: it reads as it did, by the reading of today.
    sent = Referral.objects.get(dossier=dossier)
    facts = [one for one in sent.contents["facts"] if one["kind"] != "claimed-name"]
    for one in facts:
        one["said"].pop("reading", None)
    Referral.objects.filter(pk=sent.pk).update(contents=sent.contents | {"facts": facts})
    old = packet_of(Dossier.objects.get(pk=dossier.pk), "en")
    assert "別の 名前" in dict(old.sections[0].pairs).values()
    assert next(one for one in old.sections if "Purchases" in one.title).rows == ()


def test_it_is_signed_by_this_installation(ready: Dossier, tmp_path: Path) -> None:
    home = open_home(tmp_path)
    signer = packet_signer(home)
    assert packet_signer(home) == signer, "the key is made once"
    assert (home.keys / "packet-signing.pem").stat().st_mode & 0o77 == 0, "readable by its user only"
    packet = packet_of(ready, "ja")
    found = verify(sign(typeset(packet), signer, moment=packet.moment), signer.certificate)
    assert (found.whole, found.known) == (True, True)
    (home.keys / "packet-signing.crt").unlink()
    with pytest.raises(DamagedStoreError, match="belong together"):
        packet_signer(home)
