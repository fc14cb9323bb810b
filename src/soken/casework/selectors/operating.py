"""Whether the installation can work, and how much it has to do: counts and ages only, nothing of any person."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Count, Max, Min

from soken.casework.models import Job, JobState
from soken.core import clock

if TYPE_CHECKING:
    from datetime import datetime

    from soken.core.home import Home

#: A worker that is not heard of for so long counts as gone; one that is there takes what waits within a second.
SILENT: Final = timedelta(seconds=60)


def not_ready(home: Home) -> list[str]:
    """Return what keeps the desk from answering: 'database', 'migrations', 'home'; nothing where it can."""
    return [*_database(), *([] if home.root.is_dir() and os.access(home.root, os.R_OK | os.W_OK) else ["home"])]


def unattended() -> float:
    """Return for how many seconds work has waited that no worker does; 0 where none waits, or a worker is at work.

    Only what is done shows that somebody does it: a worker that has nothing to do is not seen.
    """
    at_work = Job.objects.filter(state=JobState.RUNNING, beat_at__gt=clock.now() - SILENT).exists()
    oldest = Job.objects.filter(state=JobState.WAITING).aggregate(oldest=Min("asked_at"))["oldest"]
    waited = 0.0 if at_work else _age(oldest)
    return waited if waited > SILENT.total_seconds() else 0.0


def figures() -> dict[str, float]:
    """Return the figures to watch by name: jobs in each state, and how long the oldest has waited or been silent."""
    counts = dict(Job.objects.order_by().values_list("state").annotate(Count("pk")))
    ages = Job.objects.filter(state=JobState.WAITING).aggregate(oldest=Min("asked_at"))
    beats = Job.objects.filter(state=JobState.RUNNING).aggregate(silent=Min("beat_at"))
    done = Job.objects.filter(state=JobState.DONE).aggregate(last=Max("finished_at"))
    return {
        **{f'soken_jobs{{state="{state}"}}': float(counts.get(state, 0)) for state in JobState.values},
        "soken_job_oldest_waiting_seconds": _age(ages["oldest"]),
        "soken_job_unattended_seconds": unattended(),
        "soken_job_longest_silence_seconds": _age(beats["silent"]),
        "soken_job_last_done_timestamp_seconds": done["last"].timestamp() if done["last"] else 0.0,
    }


def _database() -> list[str]:
    """Return 'database' if it does not answer, 'migrations' if it is not up to date."""
    try:
        executor = MigrationExecutor(connection)
        behind = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return ["database"]
    return ["migrations"] if behind else []


def _age(moment: datetime | None) -> float:
    """Return how many seconds ago it was; 0 for never."""
    return (clock.now() - moment).total_seconds() if moment else 0.0
