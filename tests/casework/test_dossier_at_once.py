"""Two people who decide in the same moment: one is heard, the other is told, nothing is overwritten."""

from __future__ import annotations

import threading
from contextvars import copy_context
from typing import TYPE_CHECKING

import pytest
from django.db import connection

from soken.casework.actions.advance import advance
from soken.casework.actions.confirm_identity import confirm_identity
from soken.casework.actions.screen import screen
from soken.casework.models import Dossier
from soken.core.errors import SokenError
from soken.review.stages import Stage
from tests.casework.dossiers import make_dossier, make_room, record_screening

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], object]) -> list[str]:
    """Start all acts in the same moment, each in a thread and connection of its own; return how each ended."""
    begin = threading.Barrier(len(acts))
    ends = [""] * len(acts)

    def run(number: int, act: Callable[[], object]) -> None:
        try:
            begin.wait(timeout=20)
            act()
            ends[number] = "done"
        except SokenError as refused:
            ends[number] = refused.message
        finally:
            connection.close()

    threads = [threading.Thread(target=copy_context().run, args=(run, number, act)) for number, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=40)
    return sorted(ends, key=lambda end: end != "done")


@pytest.mark.parametrize("time", range(5))
def test_of_two_opposite_screenings_one_is_recorded_and_the_other_is_told(time: int) -> None:
    room = make_room()
    key = make_dossier(room).pk

    def say(reason: str, who: str) -> Callable[[], object]:
        mine = Dossier.objects.get(pk=key)
        return lambda: screen(mine, by=room.users[who], reason=reason, seen=1)

    ends = at_once(say("items-covered", "analyst"), say("never-received", "analyst2"))
    assert ends[0] == "done"
    assert ends[1].startswith("Somebody else has changed")
    dossier = Dossier.objects.get(pk=key)
    assert (dossier.screenings.count(), dossier.version) == (1, 2)


def test_a_step_is_taken_once_by_however_many_it_is_asked_for() -> None:
    """Without a version (a script), the table itself refuses the second: there is no way from where it stands then."""
    room = make_room()
    dossier = make_dossier(room)
    record_screening(dossier, room)

    def step() -> Callable[[], object]:
        mine = Dossier.objects.get(pk=dossier.pk)
        return lambda: advance(mine, by=room.reviewer, to=Stage.SCREENED)

    ends = at_once(*(step() for _number in range(4)))
    assert ends.count("done") == 1
    assert Dossier.objects.get(pk=dossier.pk).stage_changes.count() == 1


def test_one_person_in_two_windows_confirms_once() -> None:
    room = make_room()
    key = make_dossier(room).pk

    def confirm() -> Callable[[], object]:
        mine = Dossier.objects.get(pk=key)
        return lambda: confirm_identity(mine, by=room.analyst, basis="住民票と照合")

    ends = at_once(*(confirm() for _number in range(3)))
    assert ends.count("done") == 1
    assert Dossier.objects.get(pk=key).confirmations.count() == 1
