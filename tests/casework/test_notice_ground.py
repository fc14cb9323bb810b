"""A named notice whose person is no longer ready for action is shown for withdrawal; none goes by itself (R20)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.test import Client

from soken.casework.actions.named_notice import send_notice, withdraw_notice
from soken.casework.actions.withdraw_confirmation import withdraw_confirmation
from soken.casework.selectors.dossier import facts_of
from soken.casework.selectors.ownership import groundless_notices
from soken.review.stages import Stage
from tests.casework.dossiers import AT, bring_to, make_dossier, make_room, refer

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def now() -> Iterator[Any]:
    with time_machine.travel(AT, tick=False) as traveller:
        yield traveller


def test_a_notice_outlives_the_identity_only_in_plain_sight() -> None:
    room = make_room()
    dossier = bring_to(make_dossier(room), Stage.READY, room)
    notice = send_notice(dossier, by=room.reviewer, to="osaka", purpose="所在判明時の通報")
    desk, page = Client(), f"/operations/heron/persons/{dossier.person_code}"
    desk.force_login(room.reviewer)
    warned = "stands without its ground"
    assert not groundless_notices(dossier, facts_of(dossier))
    for address in (f"{page}/dossier", f"{page}/owner"):
        assert warned not in desk.get(address, headers={"accept-language": "en"}).content.decode()
    withdraw_confirmation(dossier, by=room.analyst, whose=room.analyst.username, reason="住民票の読み違い")
    dossier.refresh_from_db()
    notice.refresh_from_db()
    assert (dossier.stage, notice.withdrawn_at) == (Stage.UNDER_INVESTIGATION, None)
    for address in (f"{page}/dossier", f"{page}/owner"):
        assert warned in desk.get(address, headers={"accept-language": "en"}).content.decode()
    withdraw_notice(dossier, by=room.reviewer, key=notice.pk, reason="本人性に疑義")
    assert not groundless_notices(dossier, facts_of(dossier))


def test_a_case_that_was_sent_keeps_its_notice_without_a_warning() -> None:
    room = make_room()
    dossier = bring_to(make_dossier(room), Stage.READY, room)
    send_notice(dossier, by=room.reviewer, to="osaka", purpose="所在判明時の通報")
    refer(dossier, room)
    assert not groundless_notices(dossier, facts_of(dossier))
