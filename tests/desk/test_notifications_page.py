"""The page of notifications: like with like, each leads to where something can be done, codes and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.urls import resolve

from soken.casework.models import Notification, NotificationKind
from soken.core import clock
from soken.desk.templatetags.notified import gravity, leads_to
from tests.casework.dossiers import Room, make_dossier
from tests.desk.reading import signed_in, text_of

if TYPE_CHECKING:
    from soken.casework.models import Dossier

pytestmark = pytest.mark.django_db


def came(dossier: Dossier, room: Room, kind: NotificationKind, *, about: str = "1") -> Notification:
    return Notification.objects.create(
        user=room.analyst, operation=room.operation, dossier=dossier, person_code=dossier.person_code, kind=kind,
        about=about, at=clock.now(),
    )  # fmt: skip


@pytest.mark.parametrize("kind", NotificationKind)
def test_every_kind_leads_to_a_page_of_the_person_and_has_a_mark(kind: NotificationKind, room: Room) -> None:
    one = came(make_dossier(room), room, kind)
    found = resolve(leads_to(one).partition("?")[0])
    assert found.kwargs["slug"] == "heron"
    assert found.kwargs.get("code", one.person_code) == one.person_code
    assert gravity(one) in {"", "state-warning", "state-bad"}


def test_what_came_up_at_once_stands_together_and_is_read_together(room: Room) -> None:
    dossiers = [make_dossier(room) for _ in range(15)]
    at = clock.now()
    for one in dossiers:
        came(one, room, NotificationKind.TARGET_OVERDUE)
    Notification.objects.update(at=at)
    came(dossiers[0], room, NotificationKind.CLOCK_SOON)
    desk = signed_in(room.analyst)
    page = desk.get("/notifications")
    entries = page.context["found"]
    assert [len(one.each) for one in entries] == [1, 15]
    for one in dossiers:
        assert one.person_code in page.content.decode()
        assert one.name not in page.content.decode()
    desk.post("/notifications", {"keys": entries[1].keys})
    assert Notification.objects.filter(read_at__isnull=True).get().kind == NotificationKind.CLOCK_SOON
    assert "the target date has passed" in text_of(desk.get("/notifications"))


@pytest.mark.parametrize("said", ["x", "1,x", "1" * 30, ",", "-1"])
def test_odd_numbers_mark_nothing_of_others(said: str, room: Room) -> None:
    one = came(make_dossier(room), room, NotificationKind.TASK_SOON)
    Notification.objects.filter(pk=one.pk).update(user=room.investigator)
    signed_in(room.analyst).post("/notifications", {"keys": said})
    one.refresh_from_db()
    assert one.read_at is None
