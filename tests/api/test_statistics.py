"""The report's figures and tables over HTTP are those that the command line prints."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from soken.access.models import Role, User
from soken.casework.actions.take_vintage import load_published, take_vintage
from soken.casework.models import ClearedCase, Membership
from soken.commands.main import app
from soken.core.errors import RefusedError
from tests.api.asking import ask, token_for, told
from tests.api.small import YEAR, take_small_vintage
from tests.desk.factory import make_world

if TYPE_CHECKING:
    from pytest_django import Settings

    from tests.desk.factory import World


@pytest.fixture
def token(settings: Settings, db: None) -> str:
    load_published(settings.HOME)
    return token_for(User.objects.create(username="counts", role=Role.STATISTICIAN, password="!"))


def printed(monkeypatch: pytest.MonkeyPatch, settings: Settings, *words: str) -> Any:
    """What a command prints, in the home of the test."""
    from soken.commands import report

    monkeypatch.setattr(report, "started", lambda: settings.HOME)
    done = CliRunner().invoke(app, ["report", *words])
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout[done.stdout.index("{") :])


def test_the_published_year_is_counted_again_in_three_counts(token: str) -> None:
    found = told(token, "statistics/2017")
    assert found["cases"]["total"] == 2413
    assert found["cases"]["change"] == 316
    assert (found["persons"]["total"], found["victims"]["total"]) == (1703, 1216)
    assert found["victims"]["self_generated_share"] == 42.4
    assert (found["vintage"]["dataset"], found["vintage"]["number"]) == ("published", 1)
    assert found["notes"] != told(token, "statistics/2017", language="ja")["notes"]


@pytest.mark.parametrize("public", ["no", "yes"])
@pytest.mark.parametrize("place", ["cleared-at", "occurred-at"])
def test_a_table_is_that_of_the_command_cell_by_cell(
    public: str, place: str, token: str, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    code = told(token, "statistics/2017")["tables"][0]["code"]
    more = [*(["--publish"] if public == "yes" else []), *(["--occurred-at"] if place == "occurred-at" else [])]
    words = ["table", code, "--year", "2017", "--language", "en", *more]
    asked = told(token, f"statistics/2017/tables/{code}", public=public, place=place)
    assert asked == printed(monkeypatch, settings, *words)
    assert asked["total"] > 0


def test_vintages_are_listed_and_one_can_be_named(token: str, settings: Settings) -> None:
    take_vintage(settings.HOME, by=None)
    found = told(token, "statistics/vintages")
    assert [(one["dataset"], one["number"], one["cases"] > 0) for one in found["vintages"]] == [
        ("live", 1, False), ("published", 1, True),
    ]  # fmt: skip
    assert told(token, "statistics/2017", dataset="live", vintage=1)["cases"]["total"] == 0


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("statistics/2001", {}),
        ("statistics/2017", {"vintage": 7}),
        ("statistics/2017", {"dataset": "live"}),
        ("statistics/2017/tables/nothing", {}),
    ],
)
def test_figures_that_there_are_not_are_not_found(path: str, asked: dict[str, Any], token: str) -> None:
    assert ask(token, path, **asked).status_code == 404


def test_who_sees_no_figures_on_the_desk_sees_none_here(token: str) -> None:
    analyst = token_for(User.objects.create(username="works", role=Role.ANALYST, password="!"))
    assert ask(analyst, "statistics/2017").status_code == 403


def test_few_children_are_withheld_in_a_publication_and_the_answer_stands(world: World) -> None:
    take_small_vintage(world)
    reader = token_for(world.users[Role.REVIEWER])
    asked = {"dataset": "live", "public": "yes"}
    (whole,), (public,) = (
        told(reader, f"statistics/{YEAR}", **more)["funnel"].values() for more in ({"dataset": "live"}, asked)
    )
    assert (whole["safeguarded"], public["safeguarded"]) == (2, None)


def test_operations_out_of_sight_are_counted_and_not_named(world: World) -> None:
    hidden = make_world(slug="grebe")
    take_small_vintage(hidden)
    reader = world.users[Role.REVIEWER]
    Membership.objects.create(operation=hidden.operation, user=reader)
    narrowed = token_for(reader, operations=[world.operation.slug])
    path, table = f"statistics/{YEAR}", f"statistics/{YEAR}/tables/cases-source-group"
    assert told(token_for(reader), path)["funnel"].keys() == {"kingfisher", "grebe"}
    for public in ("no", "yes"):
        found = told(narrowed, path, dataset="live", public=public)
        for answer in (found, told(narrowed, table, dataset="live", public=public)):
            assert "grebe" not in json.dumps(answer)
        assert found["cases"]["total"] == 1, "national figures stay whole"
    assert [one["source"] for one in told(narrowed, path)["sources"]] == ["*"]


def test_a_publication_names_an_operation_by_its_public_tag_alone(
    world: World, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    take_small_vintage(world)
    words = ["annual", "--year", str(YEAR), "--language", "en", "--publish"]
    untold = printed(monkeypatch, settings, *words)
    assert "kingfisher" not in json.dumps(untold)
    assert untold["funnel"].keys() == {"*"}
    named = printed(monkeypatch, settings, *words, "--tag", "kingfisher=list-9")
    assert "kingfisher" not in json.dumps(named)
    assert named["funnel"].keys() == {"list-9"}
    assert "kingfisher" in json.dumps(printed(monkeypatch, settings, *words[:-1])), "the office names it"


def test_a_part_of_a_year_is_the_report_of_the_command(
    world: World, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    take_small_vintage(world)
    reader = token_for(world.users[Role.REVIEWER])
    whole = told(reader, f"statistics/{YEAR}", dataset="live")
    assert whole["period"] == {"part": "", "first": f"{YEAR}-01-01", "last": f"{YEAR}-12-31"}
    case = ClearedCase.objects.get()
    month = f"{case.cleared_on.month:02}"
    half = "H1" if case.cleared_on.month <= 6 else "H2"
    for part, words in ((month, ["month", "--month", month]), (half, ["half-year", "--half", half[1]])):
        found = told(reader, f"statistics/{YEAR}", dataset="live", part=part)
        command = printed(monkeypatch, settings, *words, "--year", str(YEAR), "--language", "en")
        assert found["period"] == command["period"]
        assert (found["cases"], found["series"]) == (command["cases"], command["series"])
        assert found["cases"]["total"] == 1
        asked = told(reader, f"statistics/{YEAR}/tables/victims-force", dataset="live", part=part)
        words = ["table", "victims-force", "--year", str(YEAR), "--part", part, "--language", "en"]
        assert asked == printed(monkeypatch, settings, *words)
    other = "01" if month != "01" else "02"
    assert ask(reader, f"statistics/{YEAR}", dataset="live", part=other).status_code == 404, "nothing was cleared then"
    assert ask(reader, f"statistics/{YEAR}", dataset="live", part="13").status_code == 422


def test_a_half_year_is_published_as_the_command_publishes_it(
    world: World, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    take_small_vintage(world)
    reader = token_for(world.users[Role.REVIEWER])
    half = "H1" if ClearedCase.objects.get().cleared_on.month <= 6 else "H2"
    found = told(reader, f"statistics/{YEAR}", dataset="live", part=half, public="yes")
    words = ["half-year", "--half", half[1], "--year", str(YEAR), "--language", "en", "--publish"]
    command = printed(monkeypatch, settings, *words)
    assert (found["cases"], found["left_out"]) == (command["cases"], command["left_out"])
    assert found["withheld_small_crossings"]
    assert "kingfisher" not in json.dumps(command)
    assert "list-9" in json.dumps(printed(monkeypatch, settings, *words, "--tag", "kingfisher=list-9"))
    asked = told(reader, f"statistics/{YEAR}/tables/victims-force", dataset="live", part=half, public="yes")
    words = ["table", "victims-force", "--year", str(YEAR), "--part", half, "--language", "en", "--publish"]
    assert asked == printed(monkeypatch, settings, *words)


def test_a_month_is_not_published_alone_nor_is_a_part_known_of_published_figures(world: World, token: str) -> None:
    take_small_vintage(world)
    case, reader = ClearedCase.objects.get(), token_for(world.users[Role.REVIEWER])
    part = f"{case.cleared_on.month:02}"
    for path in (f"statistics/{YEAR}", f"statistics/{YEAR}/tables/victims-force"):
        refused = ask(reader, path, dataset="live", part=part, public="yes")
        assert refused.status_code == 409
        assert "alone it would give away what they withhold" in refused.json()["message"]
    refused = ask(token, "statistics/2017", dataset="published", part="H1")
    assert (refused.status_code, "cases-group-half" in refused.json()["message"]) == (409, True)


def test_a_table_that_is_left_out_says_why(world: World, monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    take_small_vintage(world)
    reader, asked = token_for(world.users[Role.REVIEWER]), {"dataset": "live", "public": "yes"}
    left_out = told(reader, f"statistics/{YEAR}", **asked)["left_out"]
    assert left_out
    assert told(reader, f"statistics/{YEAR}", dataset="live")["left_out"] == []
    for one in left_out:
        assert "small numbers could be worked out from its totals" in one["reason"]
        refused = ask(reader, f"statistics/{YEAR}/tables/{one['code']}", **asked)
        assert (refused.status_code, refused.json()["code"]) == (409, "refused")
        assert "small numbers could be worked out from its totals" in refused.json()["message"]
    from soken.commands import report

    monkeypatch.setattr(report, "started", lambda: settings.HOME)
    words = ["report", "table", left_out[0]["code"], "--year", str(YEAR), "--dataset", "live", "--publish"]
    done = CliRunner().invoke(app, words)
    assert isinstance(done.exception, RefusedError)
    assert "small numbers could be worked out" in str(done.exception)
