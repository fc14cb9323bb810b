"""``soken review``: the queue from the command line, by people who are who they say."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth.hashers import make_password
from typer.testing import CliRunner

from soken.casework.actions.review_act import ContradictionError
from soken.commands.main import app
from soken.core.errors import BadInputError, NotFoundError, RefusedError, SokenError
from tests.casework.review_worlds import Desk, make_desk

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_django import Settings

pytestmark = pytest.mark.django_db

PASSWORD = "a long enough password"


@pytest.fixture
def desk(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    desk = make_desk(tmp_path, rows=500)
    monkeypatch.setenv("SOKEN_HOME", str(desk.home.root))
    for user in (desk.analyst, desk.analyst2, desk.reviewer, desk.investigator, desk.stranger):
        user.password = make_password(PASSWORD)
        user.save()
    return desk


def soken(*words: str, by: str = "analyst") -> Any:
    """Run a command as a user of the desk; return the JSON that it prints."""
    named = ["--by", f"curlew-{by}"] if by else []
    done = CliRunner().invoke(app, ["review", *words, "--operation", "curlew", *named, "--json"], input=f"{PASSWORD}\n")
    if isinstance(done.exception, SokenError):
        raise done.exception
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout[done.stdout.index("{") :])


def test_a_pair_is_taken_judged_undone_and_listed(desk: Desk) -> None:
    pair = soken("next")["pair"]
    assert pair["place"] == 1
    assert soken("next", by="analyst2")["pair"]["place"] == 2
    rows = pair["left"]["row"], pair["right"]["row"]
    answer = ("--verdict", "different", "--reason", "different-given", "--seen", str(pair["seen"]))
    made = soken("judge", *rows, *answer)
    assert (made["verdict"], made["persons"]) == ("different", [pair["left"]["person"], pair["right"]["person"]])
    with pytest.raises(RefusedError, match="has answered this pair"):
        soken("judge", *rows, *answer, by="analyst2")
    undone = soken("undo", str(made["act"]), "--reason", "誤り")
    acts = soken("history", by="")["acts"]
    assert [(one["kind"], one["undone_by"]) for one in acts] == [("undo", None), ("judge", undone["act"])]


def test_persons_are_joined_split_and_brought_back(desk: Desk) -> None:
    found = desk.operation.persons.filter(records__gte=2).order_by("records", "pk")
    one, other = found[0].code, found[1].code
    made = soken("merge", one, other, "--reason", "same-source", "--note", "照会回答")
    assert made["judgements"] > 1
    rows = desk.operation.judgements.filter(left_evidence__gt="").values_list("left_evidence", "left_row")
    with pytest.raises(ContradictionError):
        soken("split", one, "--row", _row_of(desk, one), "--reason", "different-given")
    soken("undo", str(made["act"]), "--reason", "誤り")
    assert rows.count() == 2 * made["judgements"]
    split = soken("split", one, "--row", _row_of(desk, one), "--reason", "different-given")
    assert (split["kind"], split["verdict"]) == ("split", "different")
    assert soken("restore", one, "0", "--reason", "戻す")["code"] == "restored"
    assert soken("history", "--person", one, by="")["total"] == 4


def _row_of(desk: Desk, person: str) -> str:
    from soken.casework.selectors.review_rows import first_rows

    row = min(first_rows(desk.folder, person, 10).values())
    return f"{row.evidence}:{row.row}"


def test_a_re_run_is_compared_and_accepted_or_discarded(desk: Desk) -> None:
    pair = soken("next")["pair"]
    soken("judge", pair["left"]["row"], pair["right"]["row"], "--verdict", "same", "--reason", "same-contact")
    candidate = soken("compare", by="")
    assert (candidate["candidate"], candidate["compared_with"], candidate["changes"]["joined"]) == (
        "C-0001",
        "R-0001",
        1,
    )
    assert desk.run.run_id == "R-0001"
    assert soken("accept")["run"] == "R-0002"
    assert soken("compare", by="")["changes"]["joined"] == 0
    assert soken("discard")["state"] == "discarded"
    with pytest.raises(NotFoundError, match="No new run waits"):
        soken("accept")


def test_further_doubts_are_counted(desk: Desk) -> None:
    assert soken("further", by="") == {"further": 0, "listed": 0, "page": 1, "doubts": []}


@pytest.mark.parametrize(
    ("words", "by", "error"),
    [
        (
            ("judge", "17", "E-000000000000:1", "--verdict", "same", "--reason", "same-contact"),
            "analyst",
            BadInputError,
        ),
        (("undo", "99", "--reason", "誤り"), "analyst", NotFoundError),
        (("next",), "investigator", RefusedError),
        (("next",), "stranger", NotFoundError),
        (("accept", "--candidate", "C-0009"), "analyst", NotFoundError),
        (("accept",), "investigator", RefusedError),
    ],
    ids=["no row", "no act", "role", "no member", "no candidate", "role that may not resolve"],
)
def test_what_cannot_be_done_is_refused(desk: Desk, words: tuple[str, ...], by: str, error: type[SokenError]) -> None:
    with pytest.raises(error):
        soken(*words, by=by)


def test_people_read_the_pair_in_words(desk: Desk) -> None:
    done = CliRunner().invoke(
        app, ["review", "next", "--operation", "curlew", "--by", "curlew-analyst"], input=f"{PASSWORD}\n"
    )
    assert "Pair 1:" in done.stdout
    assert "soken review judge" in done.stdout


def test_resolve_says_what_it_would_change_where_people_have_worked(desk: Desk) -> None:
    resolve = ["resolve", "--operation", "curlew", "--json"]
    pair = soken("next")["pair"]
    soken("judge", pair["left"]["row"], pair["right"]["row"], "--verdict", "same", "--reason", "same-contact")
    said = json.loads(CliRunner().invoke(app, resolve).stdout)
    assert (said["accepted"], said["changes"]["joined"], desk.run.run_id) == (False, 1, "R-0001")
    assert json.loads(CliRunner().invoke(app, [*resolve, "--accept"]).stdout)["run"] == desk.run.run_id == "R-0002"


def test_resolve_shows_a_re_run_at_once_where_nobody_has_worked(desk: Desk) -> None:
    done = CliRunner().invoke(app, ["resolve", "--operation", "curlew", "--json"])
    assert json.loads(done.stdout)["run"] == desk.run.run_id == "R-0002"
