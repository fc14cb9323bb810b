"""The published CASE/UCO ontology accepts every person of a demo, and every packet that went to a prosecutor."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from bench.case_files import export_all, validate_apart

from soken.casework.actions.open_dossier import open_dossier
from soken.casework.actions.resolve_operation import resolve_operation
from soken.casework.actions.take_in_evidence import take_in_evidence
from soken.casework.models import Dossier, Ownership, Person
from soken.casework.selectors.case_file import export_operation
from soken.commands.demo_cases import play_cases
from soken.core.home import open_home
from soken.core.progress import Timings, silent
from soken.demo.lists import write_demo_list
from soken.intake import Acquisition
from soken.review.stages import Stage
from tests.casework.dossiers import AT, Room, bring_to, make_room

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_django import Settings

pytestmark = pytest.mark.django_db

ROWS = 50


@pytest.fixture
def room(settings: Settings, tmp_path: Path) -> Room:
    """A small demo: its cases as far as so few persons can play them, and two who were referred."""
    settings.HOME = home = open_home(tmp_path / "home")
    room = make_room("demo")
    made = write_demo_list(tmp_path / "demo-orders.csv", rows=ROWS)
    said = Acquisition(warrant="DEMO-0001", seized_by="an invented unit", received_at="2026-11-02T09:00:00+09:00")
    take_in_evidence(room.operation, made.path, home=home, acquisition=said, actor="tester", progress=silent())
    resolve_operation(room.operation, home=home, progress=silent())
    play_cases(room.operation, Timings(silent()))
    busy = set(room.operation.dossiers.values_list("person_code", flat=True))
    # Whom the demo's reviewers have parted is nobody's to refer until a run shows it (R3).
    busy |= {code for act in room.operation.review_acts.filter(kind="split") for code in act.persons}
    for person in room.operation.persons.filter(band="same").exclude(code__in=busy).order_by("-rows", "code")[:2]:
        refer(room, person)
    return room


def refer(room: Room, person: Person) -> None:
    dossier = open_dossier(room.operation, person.code, by=room.analyst)
    Ownership.objects.create(dossier=dossier, force="tokyo", reason="住所地", by=room.reviewer, since=AT)
    Dossier.objects.filter(pk=dossier.pk).update(force="tokyo")
    dossier.refresh_from_db()
    bring_to(dossier, Stage.REFERRED, room)


def test_every_person_every_packet_and_the_operation_are_accepted_by_themselves(room: Room, tmp_path: Path) -> None:
    folder = tmp_path / "case"
    folder.mkdir()
    files = list(export_all(room.operation, folder))
    persons = room.operation.persons.count()
    assert room.operation.dossiers.filter(stage=Stage.REFERRED).count() >= 2
    assert room.operation.dossiers.exclude(stage=Stage.REFERRED).count() >= 5, "the demo's cases are among them"
    assert (persons > 30, len(files) >= persons + 2) == (True, True)
    export_operation(room.operation, whole := folder / "operation.jsonld")
    found = validate_apart([*files, whole], folder)
    assert found.conforms, found.text
    assert not found.undefined_concepts
    faults_are_found(files, folder)


def faults_are_found(files: list[Path], folder: Path) -> None:
    """A fault in one file is found among others, which lend it nothing."""
    whole, other = files[:2]
    text = whole.read_text("utf-8")
    # Without its class a node may not stand where one of that class must; the other file still has such nodes.
    broken = folder / "broken.jsonld"
    broken.write_text(re.sub(r'\{"@id": "[^"]*", "@type": "uco-identity:Identity".*\n', "", text), "utf-8")
    assert broken.read_text("utf-8") != text
    typed = folder / "typed.jsonld"
    typed.write_text(text.replace('"uco-core:isDirectional": true', '"uco-core:isDirectional": "yes"', 1), "utf-8")
    assert typed.read_text("utf-8") != text
    assert not validate_apart([other, typed], folder).conforms
    assert not validate_apart([other, broken], folder).conforms
