"""An invented list that was really taken in and resolved, and people who judge its pairs."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from django.conf import settings
from django.forms.models import model_to_dict

from soken.access.models import Role, User
from soken.casework.actions.load_persons import load_persons
from soken.casework.actions.load_review import load_review
from soken.casework.actions.resolve_operation import resolve_operation
from soken.casework.actions.take_in_evidence import take_in_evidence
from soken.casework.models import EvidenceItem, Membership, Operation, ResolveRun, ReviewPair
from soken.core.home import Home, open_home
from soken.core.progress import silent
from soken.demo.lists import write_demo_list
from soken.intake import Acquisition
from soken.resolve import RowRef

AT = datetime(2026, 11, 20, 3, 4, 5, tzinfo=UTC)
SLUG = "curlew"
_made: dict[int, tuple[Path, dict[str, Any], dict[str, Any]]] = {}


@dataclass
class Desk:
    """An operation, its store, and who works on it: two analysts, a reviewer, an investigator, a stranger."""

    operation: Operation
    home: Home
    analyst: User
    analyst2: User
    reviewer: User
    investigator: User
    stranger: User

    @property
    def run(self) -> ResolveRun:
        run = self.operation.runs.first()
        assert run is not None
        return run

    @property
    def folder(self) -> Path:
        return self.home.operations / SLUG / "runs" / self.run.run_id

    def pairs(self) -> list[ReviewPair]:
        return list(self.operation.review_pairs.order_by("place"))

    def resolve(self) -> None:
        resolve_operation(self.operation, home=self.home, progress=silent())


def sides(pair: ReviewPair) -> dict[str, RowRef]:
    """The two rows of a pair, as `judge` takes them."""
    return {
        "left": RowRef(pair.left_evidence, pair.left_row),
        "right": RowRef(pair.right_evidence, pair.right_row),
    }


def make_desk(tmp_path: Path, rows: int = 2_500) -> Desk:
    """Open the operation in a store of its own; the list is resolved once and copied afterwards."""
    settings.HOME = home = open_home(tmp_path / "home")
    operation = Operation.objects.create(name="Operation Curlew", slug=SLUG, created_at=AT)
    if rows not in _made:
        _made[rows] = _make(operation, home, rows)
    else:
        _copy(operation, home, *_made[rows])
    users = {}
    for name, role in {
        "analyst": Role.ANALYST,
        "analyst2": Role.ANALYST,
        "reviewer": Role.REVIEWER,
        "investigator": Role.INVESTIGATOR,
        "stranger": Role.ANALYST,
    }.items():
        users[name] = User.objects.create(username=f"{SLUG}-{name}", role=role)
        if name != "stranger":
            Membership.objects.create(operation=operation, user=users[name])
    return Desk(operation, home, **users)


def _make(operation: Operation, home: Home, rows: int) -> tuple[Path, dict[str, Any], dict[str, Any]]:
    """Take a list in and resolve it; keep what came of it for the next test."""
    source = Path(mkdtemp(prefix="soken-review-"))
    write_demo_list(source / "list.csv", rows=rows, seed=7)
    take_in_evidence(
        operation, source / "list.csv", home=home, acquisition=Acquisition(warrant="令和8年(む)第1号"),
        actor="tester", progress=silent(),
    )  # fmt: skip
    run = resolve_operation(operation, home=home, progress=silent()).run
    shutil.copytree(home.root, source / "home")
    leave = {"id", "operation"}
    item = {name: value for name, value in model_to_dict(operation.evidence.get()).items() if name not in leave}
    return source / "home", item, {name: value for name, value in model_to_dict(run).items() if name not in leave}


def _copy(operation: Operation, home: Home, kept: Path, item: dict[str, Any], run: dict[str, Any]) -> None:
    """Give the operation what an earlier test has made."""
    # Not the keys: the ledger of this test has begun with its own.
    shutil.copytree(kept, home.root, dirs_exist_ok=True, ignore=shutil.ignore_patterns("keys"))
    EvidenceItem.objects.create(operation=operation, **item)
    ResolveRun.objects.create(operation=operation, **run)
    folder = home.operations / SLUG / "runs" / run["run_id"]
    load_persons(operation, folder / "persons.parquet")
    load_review(operation, folder)
