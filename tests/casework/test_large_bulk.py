"""One act on thousands of persons in the background: asked, followed, cancelled, each whole, each reported."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from django.db.models.signals import post_save

from soken.casework.actions.ask_bulk import MOST_AT_ALL, ask_bulk, cancel_bulk, missing_of
from soken.casework.actions.ask_job import cancel_job
from soken.casework.actions.bulk import bulk
from soken.casework.actions.run_job import run_job
from soken.casework.actions.shut_person import shut_person
from soken.casework.actions.take_job import take_job
from soken.casework.models import BulkPerson, Dossier, Job, JobState, Screening
from soken.casework.selectors.bulk_jobs import bulk_jobs_of, bulk_report
from soken.core.errors import BadInputError, NotFoundError, RefusedError
from soken.review.stages import Stage
from tests.casework.dossiers import Room, bring_to, make_dossier, make_room

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from soken.core.home import Home

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]


def asked(room: Room, codes: list[str], **said: Any) -> Job:
    return ask_bulk(room.operation, codes, **{"by": room.analyst, "act": "screen", "reason": "items-covered", **said})


def work(home: Home, stop: threading.Event | None = None) -> Job:
    job = take_job("a worker")
    assert job is not None
    run_job(job, home=home, stop=stop or threading.Event())
    job.refresh_from_db()
    return job


def states(job: Job) -> dict[str, str]:
    return dict(BulkPerson.objects.filter(job=job).values_list("person_code", "state"))


def test_a_worker_does_each_by_the_act_that_a_page_does_and_reports_each(room: Room, home: Home) -> None:
    able = [make_dossier(room) for _number in range(3)]
    ended = bring_to(make_dossier(room), Stage.NOT_IDENTIFIABLE, room)
    codes = [*(one.person_code for one in able), ended.person_code, "P-9999-9999-9999"]
    job = asked(room, codes)
    assert not Screening.objects.exists()
    job = work(home)
    assert (job.state, job.outcome) == (JobState.DONE, "screen")
    assert Screening.objects.filter(by=room.analyst).count() == 3
    report = bulk_report(room.operation, job.pk)
    assert (report.total, report.ended, report.counts) == (5, 5, {"waiting": 0, "done": 3, "refused": 2})
    said = {one.person_code: one.said for one in report.persons}
    small = {one.person: one.said for one in bulk(
        room.operation, codes[3:], by=room.analyst, act="screen", reason="items-covered", apply=True
    )}  # fmt: skip
    assert {code: said[code] for code in small} == small, "in the very words of the page"
    assert [one.person_code for one in report.persons] == codes


def test_a_gate_that_refuses_says_what_is_missing(room: Room, home: Home) -> None:
    dossier = make_dossier(room)
    job = asked(room, [dossier.person_code], act="assign", reason="")
    work(home)
    [one] = bulk_report(room.operation, job.pk).persons
    assert one.state == "refused"
    assert missing_of(one) or "No way leads" in one.said


def on_screening(dossier: Dossier, do: Callable[[], object]) -> AbstractContextManager[None]:
    """Do something in the very moment in which a person is screened."""

    def told(instance: Screening, **_signal: Any) -> None:
        if instance.dossier_id == dossier.pk:
            do()

    @contextmanager
    def listening() -> Iterator[None]:
        post_save.connect(told, sender=Screening)
        try:
            yield
        finally:
            post_save.disconnect(told, sender=Screening)

    return listening()


def test_whoever_cancels_leaves_the_rest_and_each_person_is_whole(room: Room, home: Home) -> None:
    dossiers = [make_dossier(room) for _number in range(4)]
    job = asked(room, [one.person_code for one in dossiers])
    with on_screening(dossiers[1], lambda: cancel_bulk(room.operation, job.pk, by=room.analyst)):
        job = work(home)
    assert job.state == JobState.CANCELLED
    assert list(states(job).values()) == ["done", "done", "waiting", "waiting"]
    assert set(Screening.objects.values_list("dossier", flat=True)) == {one.pk for one in dossiers[:2]}


def test_a_worker_that_dies_in_the_middle_of_a_person_leaves_that_person_not_begun(room: Room, home: Home) -> None:
    dossiers = [make_dossier(room) for _number in range(3)]
    job = asked(room, [one.person_code for one in dossiers])

    def die() -> None:
        raise KeyboardInterrupt

    with on_screening(dossiers[1], die), pytest.raises(KeyboardInterrupt):
        work(home)
    assert list(states(job).values()) == ["done", "waiting", "waiting"]
    assert set(Screening.objects.values_list("dossier", flat=True)) == {dossiers[0].pk}
    Job.objects.update(state=JobState.WAITING, worker="")
    assert work(home).state == JobState.DONE
    assert set(states(job).values()) == {"done"}
    assert Screening.objects.count() == 3, "nobody twice"


def test_a_worker_that_is_told_to_stop_puts_it_back(room: Room, home: Home) -> None:
    job, stop = asked(room, [make_dossier(room).person_code]), threading.Event()
    stop.set()
    assert work(home, stop).state == JobState.WAITING
    assert set(states(job).values()) == {"waiting"}


def test_the_worker_acts_with_the_rights_and_the_eyes_of_who_asked(room: Room, home: Home) -> None:
    shut, other = make_dossier(room), make_dossier(room)
    job = asked(room, [shut.person_code, other.person_code], by=room.analyst2)
    shut_person(room.operation, shut.person_code, by=room.investigator, reason="同僚かもしれない")
    work(home)
    assert set(Screening.objects.values_list("dossier", flat=True)) == {other.pk}
    again = asked(room, [other.person_code])
    room.analyst.memberships.filter(operation=room.operation).delete()
    assert work(home).state == JobState.FAILED
    assert states(again) == {other.person_code: "waiting"}
    assert job.pk != again.pk


@pytest.mark.parametrize(("said", "match"), [
    ({"codes": []}, "No person is named"),
    ({"act": "confirm"}, "No act on many"),
    ({"codes": [f"P-{n}" for n in range(MOST_AT_ALL + 1)]}, "too many"),
    ({"codes": ["P-1", "x" * 40]}, "no person's code"),
])  # fmt: skip
def test_what_cannot_be_asked_is_refused_and_begins_nothing(said: dict[str, Any], match: str, room: Room) -> None:
    with pytest.raises(BadInputError, match=match):
        asked(room, said.pop("codes", ["P-1"]), **said)
    assert not Job.objects.exists()
    assert not BulkPerson.objects.exists()


def test_who_may_not_do_the_act_may_not_ask_for_it(room: Room) -> None:
    with pytest.raises(RefusedError):
        asked(room, ["P-1"], by=room.liaison)
    with pytest.raises(NotFoundError):
        asked(room, ["P-1"], by=room.stranger)


def test_only_who_asked_or_whoever_leaves_any_work_cancels_it(room: Room) -> None:
    job = asked(room, [make_dossier(room).person_code], by=room.investigator)
    with pytest.raises(RefusedError, match="Somebody else"):
        cancel_bulk(room.operation, job.pk, by=room.reviewer)
    with pytest.raises(NotFoundError):
        cancel_bulk(make_room("osprey").operation, job.pk, by=room.investigator)
    assert cancel_bulk(room.operation, job.pk, by=room.investigator).state == JobState.CANCELLED
    with pytest.raises(RefusedError, match="ended already"):
        cancel_bulk(room.operation, job.pk, by=room.investigator)
    other = asked(room, [make_dossier(room).person_code], by=room.investigator)
    assert cancel_job(room.operation, other.pk, by=room.analyst).state == JobState.CANCELLED


def test_a_report_is_paged_and_filtered_by_what_became_of_each(room: Room, home: Home) -> None:
    codes = [make_dossier(room).person_code for _number in range(3)]
    job = asked(room, [*codes, "P-9999-9999-9999"])
    work(home)
    first = bulk_report(room.operation, job.pk, most=2)
    rest = bulk_report(room.operation, job.pk, most=2, after=first.later)
    assert [one.person_code for one in (*first.persons, *rest.persons)] == [*codes, "P-9999-9999-9999"]
    assert rest.later == 0
    assert [one.state for one in bulk_report(room.operation, job.pk, state="refused").persons] == ["refused"]
    assert [one.pk for one in bulk_jobs_of(room.operation)] == [job.pk]
    assert Dossier.objects.count() == 3
