"""A body too large for its page is refused in one sentence before it is read, and leaves nothing on the disk."""

from __future__ import annotations

import io
import shutil
from collections import namedtuple
from typing import TYPE_CHECKING

import pytest
from django.conf import settings as django_settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from soken.access.models import Role
from soken.casework.models import Job
from soken.desk.uploads import FORM_BYTES
from tests.conftest import WITHOUT_SECOND_FACTOR
from tests.desk.factory import PASSWORD, World
from tests.desk.reading import signed_in, text_of

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_django import Settings

HAND_IN = "/operations/kingfisher/hand-in"
SENTENCE = "MB that this page takes; nothing of it was kept."


def sent(client: Client, path: str, size: int):
    """Send a request that says it is so long."""
    told = {"CONTENT_LENGTH": str(size), "HTTP_ACCEPT_LANGUAGE": "en", "wsgi.input": io.BytesIO()}
    return client.generic("POST", path, b"", content_type="multipart/form-data; boundary=x", **told)


@pytest.fixture
def uploads(settings: Settings, tmp_path: Path) -> Path:
    """Where Django puts what it receives."""
    folder = tmp_path / "received"
    folder.mkdir()
    settings.FILE_UPLOAD_TEMP_DIR = folder
    return folder


@pytest.mark.parametrize("room", ["/bulk", "/feed", "/handovers", "/old-cases", "/squads", ""])
def test_each_room_has_its_limit(room: str, world: World) -> None:
    answer = sent(signed_in(world.users["analyst"]), f"/operations/kingfisher{room}", 200 * 1024**2)
    assert (answer.status_code, SENTENCE in text_of(answer)) == (413, True)


def test_a_file_larger_than_the_installation_allows_is_refused(world: World, uploads: Path, settings: Settings) -> None:
    settings.LARGEST_UPLOAD = 4 * 1024**2
    client = signed_in(world.users["analyst"])
    file = SimpleUploadedFile("orders.csv", b"a,b\n" * 1_500_000)
    answer = client.post(HAND_IN, {"file": file, "warrant": "W-1"}, headers={"accept-language": "en"})
    assert answer.status_code == 413
    assert "larger than the 5 MB that this page takes" in text_of(answer)
    assert not Job.objects.exists()
    assert list(uploads.iterdir()) == []
    assert not settings.HOME.uploads.exists() or list(settings.HOME.uploads.iterdir()) == []


def test_a_file_within_the_limit_is_taken(world: World, uploads: Path, settings: Settings) -> None:
    settings.LARGEST_UPLOAD = 8 * 1024**2
    file = SimpleUploadedFile("orders.csv", b"a,b\n" * 1_500_000)
    answer = signed_in(world.users["analyst"]).post(HAND_IN, {"file": file, "warrant": "W-1"})
    assert answer.status_code == 302
    assert Job.objects.get().arguments["name"] == "orders.csv"
    assert list(uploads.iterdir()) == []


def test_nobody_fills_the_disk_before_it_is_known_who_they_are(world: World) -> None:
    half = Client(**{WITHOUT_SECOND_FACTOR: True})
    half.post("/sign-in", {"login": "kingfisher-analyst", "password": PASSWORD})
    for client in (Client(), half, signed_in(world.users[Role.ADMINISTRATOR])):
        for path in (HAND_IN, "/sign-in", "/nothing", "/language"):
            assert sent(client, path, FORM_BYTES + 1).status_code == 413, path
    assert sent(signed_in(world.users["analyst"]), HAND_IN, 10 * FORM_BYTES).status_code != 413


def test_a_file_for_which_there_is_no_room_is_not_begun(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: usage(10**10, 10**10, 10**7))
    answer = sent(signed_in(world.users["analyst"]), HAND_IN, 6 * 10**6)
    assert (answer.status_code, "too little room" in text_of(answer)) == (413, True)


def test_a_length_that_is_no_number_is_none(world: World) -> None:
    answer = Client().generic("POST", "/sign-in", b"", CONTENT_LENGTH="many")
    assert answer.status_code < 500


def test_the_usual_limit() -> None:
    assert django_settings.LARGEST_UPLOAD == 64 * 1024**3
    assert django_settings.DATA_UPLOAD_MAX_MEMORY_SIZE == FORM_BYTES
