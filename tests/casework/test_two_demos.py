"""A demo of another size in the same home is played too, whole or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from soken.casework.actions.open_operation import open_operation
from soken.casework.actions.resolve_operation import resolve_operation
from soken.casework.actions.take_in_evidence import take_in_evidence
from soken.casework.models import CasePerson, Dossier, ElsewhereCheck, Operation
from soken.casework.selectors.charges import births_of
from soken.commands import demo_cases
from soken.commands.demo_cases import play_cases
from soken.core.home import Home, open_home
from soken.core.progress import Timings, silent
from soken.demo.lists import write_demo_list
from soken.intake import Acquisition
from soken.route.juvenile import age_on

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_django import Settings

pytestmark = pytest.mark.django_db


def proposed(home: Home, folder: Path, rows: int) -> Operation:
    """Return the operation of a demo's list, with its persons."""
    operation = open_operation(f"Demo {rows}")
    made = write_demo_list(folder / f"demo-orders-{rows}.csv", rows=rows)
    said = Acquisition(warrant="DEMO-0001", seized_by="an invented unit", received_at="2026-11-02T09:00:00+09:00")
    take_in_evidence(operation, made.path, home=home, acquisition=said, actor="tester", progress=silent())
    resolve_operation(operation, home=home, progress=silent())
    return operation


def test_a_second_demo_is_played_whole_or_not_at_all(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.HOME = home = open_home(tmp_path / "home")
    _first, second = (proposed(home, tmp_path, rows) for rows in (300, 400))

    def interrupted(dossier: Dossier, *_further: object) -> None:
        assert second.dossiers.contains(dossier)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(demo_cases, "_play", interrupted)
        with pytest.raises(KeyboardInterrupt):
            play_cases(second, Timings(silent()))
    assert not second.dossiers.exists(), "half a play would count as somebody's work for ever"

    played = play_cases(second, Timings(silent()))
    assert played == second.dossiers.count() > 0
    looked = ElsewhereCheck.objects.filter(dossier__operation=second, found__gt=0)
    assert looked.exists(), "the second list has some of the first one's buyers"
    assert all(one.note for one in looked)
    assert play_cases(second, Timings(silent())) == 0, "it is somebody's work now"

    cleared = CasePerson.objects.filter(person__dossier__operation=second)
    assert cleared.exists()
    for one in cleared:
        (born,) = births_of(one.person.dossier)
        assert one.age == age_on(born, one.case.cleared_on)
