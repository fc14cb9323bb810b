"""Whether the installation can work, and how much it has to do: counts and ages only, nothing of any person."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Count, Max, Min

from soken.casework.models import Job, JobState
from soken.core import clock

if TYPE_CHECKING:
    from datetime import datetime

    from soken.core.home import Home


def not_ready(home: Home) -> list[str]:
    """Return what keeps the desk from answering: 'database', 'migrations', 'home'; nothing where it can."""
    return [*_database(), *([] if home.root.is_dir() and os.access(home.root, os.R_OK | os.W_OK) else ["home"])]


def figures() -> dict[str, float]:
    """Return the figures to watch by name: jobs in each state, and how long the oldest has waited or been silent."""
    counts = dict(Job.objects.order_by().values_list("state").annotate(Count("pk")))
    ages = Job.objects.filter(state=JobState.WAITING).aggregate(oldest=Min("asked_at"))
    beats = Job.objects.filter(state=JobState.RUNNING).aggregate(silent=Min("beat_at"))
    done = Job.objects.filter(state=JobState.DONE).aggregate(last=Max("finished_at"))
    return {
        **{f'soken_jobs{{state="{state}"}}': float(counts.get(state, 0)) for state in JobState.values},
        "soken_job_oldest_waiting_seconds": _age(ages["oldest"]),
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
