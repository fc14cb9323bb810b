"""Correcting what the columns were taken for, on the page: the file is read anew, the old reading stays."""

import threading
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from soken.casework.actions.correct_mapping import correct_mapping
from soken.casework.actions.run_job import run_job
from soken.casework.actions.take_in_evidence import take_in_evidence
from soken.casework.actions.take_job import take_job
from soken.casework.models import EvidenceItem, Job, JobState
from soken.core.progress import silent
from soken.desk.views import mapping
from soken.intake import Acquisition, load_mapping
from tests.desk.factory import TAKAHASHI, World
from tests.desk.reading import signed_in

LIST = "氏名,連絡先,備考\n髙橋 健一,090-0000-0001,ken@mail.example\n高橋 美咲,090-0000-0002,misaki@mail.example\n"


@pytest.fixture
def item(world: World, tmp_path: Path) -> EvidenceItem:
    path = tmp_path / "list.csv"
    path.write_text(LIST, encoding="utf-8")
    taken = take_in_evidence(
        world.operation, path, home=settings.HOME, acquisition=Acquisition(), actor="tester", progress=silent()
    )
    return taken.item


def fields_of(client: Client, address: str) -> dict[str, str]:
    """What the form holds: heading → field chosen."""
    columns = client.get(address).context["columns"]
    return {column.column: chosen for _number, column, chosen in columns}


def numbers_of(client: Client, address: str) -> dict[str, int]:
    return {column.column: number for number, column, _chosen in client.get(address).context["columns"]}


def post(client: Client, address: str, **changes: str) -> int:
    """Send the form with some columns changed; return the status of the answer."""
    chosen = {**fields_of(client, address), **changes}
    numbers = numbers_of(client, address)
    return client.post(address, {f"column-{numbers[name]}": field for name, field in chosen.items()}).status_code


def test_a_corrected_column_is_read_anew_and_the_old_reading_stays(desk: Client, item: EvidenceItem) -> None:
    address = reverse("mapping", args=["kingfisher", item.evidence_id])
    assert post(desk, address, 連絡先="phone2", 備考="") == 302
    item.refresh_from_db()
    assert item.reading == 2
    assert fields_of(desk, address)["連絡先"] == "phone2"
    row = desk.get(reverse("row", args=["kingfisher", item.evidence_id, 1])).content.decode()
    assert "Second phone" in row
    assert "ken@mail.example" not in row
    readings = settings.HOME.evidence / item.evidence_id / "readings"
    assert sorted(one.name for one in readings.iterdir()) == ["0001", "0002"]


def test_persons_show_the_reading_that_they_were_resolved_from(desk: Client, world: World) -> None:
    world.item.reading = 2
    world.item.save()
    page = desk.get(f"/operations/kingfisher/persons/{TAKAHASHI}").content.decode()
    assert "ken.taka@mail.example" in page
    assert "out of date" in page


def test_a_correction_keeps_what_was_corrected_before(desk: Client, item: EvidenceItem) -> None:
    address = reverse("mapping", args=["kingfisher", item.evidence_id])
    assert post(desk, address, 連絡先="phone2") == 302
    assert post(desk, address, 備考="") == 302
    assert fields_of(desk, address) == {"氏名": "full_name", "連絡先": "phone2", "備考": ""}


def test_a_mapping_that_leaves_nobody_is_refused_and_changes_nothing(desk: Client, item: EvidenceItem) -> None:
    address = reverse("mapping", args=["kingfisher", item.evidence_id])
    assert post(desk, address, 氏名="", 連絡先="", 備考="") == 422
    item.refresh_from_db()
    assert item.reading == 1


def test_sending_the_form_as_it_is_reads_nothing_anew(desk: Client, item: EvidenceItem) -> None:
    address = reverse("mapping", args=["kingfisher", item.evidence_id])
    assert post(desk, address) == 422
    item.refresh_from_db()
    assert item.reading == 1


@pytest.mark.parametrize("role", ["investigator", "reviewer", "auditor", "administrator"])
def test_who_may_not_correct_changes_nothing(role: str, world: World, item: EvidenceItem) -> None:
    client = signed_in(world.users[role])
    address = reverse("mapping", args=["kingfisher", item.evidence_id])
    assert client.post(address, {"column-0": "email"}).status_code == 403
    item.refresh_from_db()
    assert item.reading == 1


def test_a_field_that_does_not_exist_is_refused(desk: Client, item: EvidenceItem) -> None:
    address = reverse("mapping", args=["kingfisher", item.evidence_id])
    assert post(desk, address, 備考="no_such_field") == 422
    item.refresh_from_db()
    assert item.reading == 1


def chosen_on(desk: Client, address: str, **changes: str) -> dict[str, str]:
    """Return the form of the page as a browser would send it, with some columns changed."""
    numbers = numbers_of(desk, address)
    chosen = {**fields_of(desk, address), **changes}
    reading = str(desk.get(address).context["item"].reading)
    return {"reading": reading, **{f"column-{numbers[heading]}": field for heading, field in chosen.items()}}


@pytest.mark.parametrize("bound", ["ROWS", "BYTES"])
def test_a_large_file_is_read_by_a_worker_and_not_while_a_page_waits(
    bound: str, desk: Client, item: EvidenceItem, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mapping, bound, 1)
    address = reverse("mapping", args=["kingfisher", item.evidence_id])
    answer = desk.post(address, chosen_on(desk, address, 連絡先="phone2"))
    assert answer["Location"] == reverse("work", args=["kingfisher"])
    item.refresh_from_db()
    assert item.reading == 1, "only asked for"
    job = take_job("one")
    assert job is not None
    run_job(job, home=settings.HOME, stop=threading.Event())
    job.refresh_from_db()
    assert (job.state, job.outcome) == (JobState.DONE, item.evidence_id)
    item.refresh_from_db()
    assert item.reading == 2
    assert fields_of(desk, address)["連絡先"] == "phone2"


def test_a_large_files_mapping_can_be_saved_for_the_command(
    desk: Client, item: EvidenceItem, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(mapping, "ROWS", 1)
    address = reverse("mapping", args=["kingfisher", item.evidence_id])
    page = desk.get(address).content.decode()
    name = f"mapping-{item.evidence_id}.toml"
    assert f"soken mapping correct {item.evidence_id} --operation kingfisher --mapping {name}" in page
    answer = desk.post(address, {**chosen_on(desk, address, 連絡先="phone2"), "act": "file"})
    assert answer["Content-Disposition"] == f'attachment; filename="{name}"'
    (tmp_path / name).write_bytes(answer.content)
    assert load_mapping(tmp_path / name)[""]["連絡先"] == "phone2"
    assert not Job.objects.exists()


@pytest.mark.parametrize("rows", [1, 10**6], ids=["large", "small"])
def test_whoever_corrects_what_another_corrected_meanwhile_is_told_and_overwrites_nothing(
    rows: int, desk: Client, world: World, item: EvidenceItem, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mapping, "ROWS", rows)
    address = reverse("mapping", args=["kingfisher", item.evidence_id])
    mine = chosen_on(desk, address, 連絡先="phone2")
    other = {"": {"氏名": "full_name", "連絡先": "phone", "備考": "email"}}
    correct_mapping(world.operation, item.evidence_id, other, home=settings.HOME, actor="other", progress=silent())
    answer = desk.post(address, mine)
    assert answer.status_code == 422
    assert "was read anew since" in answer.content.decode()
    assert not Job.objects.exists()
    item.refresh_from_db()
    assert item.reading == 2


def test_a_large_file_with_a_mapping_that_cannot_be_is_refused_on_the_page(
    desk: Client, item: EvidenceItem, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mapping, "ROWS", 1)
    assert post(desk, reverse("mapping", args=["kingfisher", item.evidence_id]), 連絡先="no-such-field") == 422


def test_a_refusal_is_said_in_the_language_of_the_page(desk: Client, item: EvidenceItem) -> None:
    desk.cookies["django_language"] = "ja"
    address = reverse("mapping", args=["kingfisher", item.evidence_id])
    numbers = numbers_of(desk, address)
    answer = desk.post(address, {f"column-{number}": "email" for number in numbers.values()})
    assert answer.status_code == 422
    assert "1列しか使えません" in answer.content.decode()
