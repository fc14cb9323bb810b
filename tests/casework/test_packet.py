"""The packet of a case: as it was referred, whatever is recorded later; the rows' places from the evidence itself."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.utils import translation

from soken.casework.actions.withdraw_confirmation import withdraw_confirmation
from soken.casework.selectors.packet import packet_of
from soken.casework.selectors.packet_signer import packet_signer
from soken.core.errors import DamagedStoreError
from soken.core.home import open_home
from soken.exchange.packet import sign, typeset, verify
from soken.review.stages import Stage
from tests.casework.dossiers import AT, Room, bring_to, make_dossier, make_room, refer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from soken.casework.models import Dossier

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def now() -> Iterator[Any]:
    with time_machine.travel(AT, tick=False) as traveller, translation.override("en"):
        yield traveller


@pytest.fixture
def room() -> Room:
    return make_room()


@pytest.fixture
def ready(room: Room) -> Dossier:
    return bring_to(make_dossier(room), Stage.READY, room)


def test_before_the_referral_it_is_a_draft_and_says_so(ready: Dossier) -> None:
    assert packet_of(ready, "en").subtitle == "Draft: nothing has been referred"
    assert packet_of(ready, "ja").subtitle.startswith("送致前の下書き")


def test_what_was_referred_is_printed_as_it_was_on_that_day(ready: Dossier, room: Room, now: Any) -> None:
    made = refer(ready, room, reference="送致12号")
    before = packet_of(ready, "ja")
    assert dict(before.sections[0].pairs)["送致番号"] == "送致12号"
    assert dict(before.sections[0].pairs)["送致内容の SHA-256"] == made.contents_sha256
    now.shift(timedelta(days=3))
    withdraw_confirmation(ready, by=room.analyst, whose=room.analyst.username, reason="mistaken")
    assert packet_of(ready, "ja") == before
    assert typeset(packet_of(ready, "ja")) == typeset(before)


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
