"""What is answered is what the desk and the command line show; lists come by pages, whole and in bounded queries."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from soken.access.models import Role
from soken.access.policy import Act
from soken.casework.actions.confirm_identity import confirm_identity
from soken.casework.actions.open_dossier import open_dossier
from soken.casework.actions.raise_rival import raise_rival
from soken.casework.actions.screen import screen
from soken.casework.models import Dossier, EvidenceItem, Operation, ReviewPair
from soken.casework.selectors.persons import PAGE
from soken.casework.selectors.review_queue import pair_file
from soken.commands.main import app
from tests.api.asking import ask, program, token_for, told
from tests.desk.factory import AT, RELATIVE, TAKAHASHI, World, make_world
from tests.desk.reading import signed_in, text_of

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

BASE = "operations/kingfisher"


@pytest.fixture
def token(world: World) -> str:
    return token_for(world.users[Role.REVIEWER])


def pages(token: str, path: str, name: str, **asked: Any) -> list[Any]:
    """Everything that a list holds, page by page."""
    found: list[Any] = []
    at = ""
    while True:
        page = told(token, path, **asked, **({"at": at} if at else {}))
        found += page[name]
        at = page["later"]
        if not at:
            return found


def test_the_overview_accounts_for_every_row(token: str) -> None:
    funnel = told(token, BASE)["funnel"]
    assert funnel["adds_up"]
    assert (funnel["rows_read"], funnel["rows_accepted"], funnel["rows_set_aside"]) == (6, 5, 1)
    assert (funnel["identity_rows"], funnel["records"], funnel["persons"], funnel["review_links"]) == (5, 4, 3, 1)


def test_evidence_says_what_was_set_aside_and_why_in_both_languages(token: str, world: World) -> None:
    item = f"{BASE}/evidence/{world.item.evidence_id}"
    assert told(token, f"{BASE}/evidence")["evidence"][0]["rows_set_aside"] == 1
    found = told(token, item)
    assert found["set_aside"] == [{"reason": "too-few-fields", "says": "fewer fields than the header", "rows": 1}]
    assert told(token, item, language="ja")["set_aside"][0]["says"] == "見出しより項目が少ない"
    assert (found["warrant"], found["custody"][-1]["act"]) == ("平成29年(む)第12号", "sealed")
    assert [one["row"] for one in told(token, f"{item}/set-aside")["rows"]] == [4]
    assert told(token, f"{item}/set-aside", reason="cut-off")["total"] == 0
    assert told(token, f"{item}/rows/4")["set_aside"] == "too-few-fields"
    row = told(token, f"{item}/rows/1")
    assert (row["cells"]["family_name"], row["person"]) == ("髙橋", TAKAHASHI)
    assert "ショップ用メモ欄" not in row["cells"]


def test_one_person_has_rows_links_and_reasons(token: str) -> None:
    found = told(token, f"{BASE}/persons/{TAKAHASHI}")
    assert [one["row"] for one in found["rows_shown"]] == [1, 2, 3]
    assert [one["item"] for one in found["purchases"]] == ["ITEM-0001", "ITEM-0002", "ITEM-0001"]
    (joined,), (review,) = found["joined"], found["review"]
    assert (joined["other"], review["other"]) == ("", RELATIVE)
    assert [(one["comparison"], one["says"], one["weight"]) for one in review["reasons"]] == [
        ("given", "given names differ", -6.2), ("phone", "same phone", 9.4),
    ]  # fmt: skip
    assert found["roles"][0]["texts"] == ["山本 葵"]
    assert told(token, f"{BASE}/persons/{TAKAHASHI}", page=2)["rows_shown"] == []


def test_a_question_of_the_queue_is_told_with_what_both_sides_say_and_what_each_level_weighs(
    token: str, world: World
) -> None:
    """As the page of the queue shows it; reading it takes it from nobody."""
    (review,) = told(token, f"{BASE}/persons/{TAKAHASHI}")["review"]
    left, right = 1, 3
    pair = ReviewPair.objects.create(
        operation=world.operation, place=1, asked=True, weight=review["weight"], reason="given-differs",
        left_evidence=world.item.evidence_id, left_row=review["left"]["row"], left_record=left, left_person=TAKAHASHI,
        right_evidence=world.item.evidence_id, right_row=review["right"]["row"], right_record=right,
        right_person=RELATIVE,
    )  # fmt: skip
    path = f"{BASE}/queues/review/1"
    found = told(token, path)
    assert world.run is not None
    file = pair_file(world.operation, world.run, pair)
    assert [(one["field"], one["left"], one["right"], one["outcome"]) for one in found["compared"]] == [
        (one.field, "".join(part.text for part in one.left), "".join(part.text for part in one.right), one.outcome)
        for one in file.compared
    ]
    assert found["compared"], "two records say something"
    assert [(one["comparison"], one["level"], one["weight"]) for one in found["reasons"]] == [
        (one.comparison, one.level, one.weight) for one in file.linked.link.reasons
    ]
    assert (found["left_rows"], found["right_rows"]) == file.rows
    assert {name: found[name] for name in ("place", "left_person", "right_person", "answered")} == {
        "place": 1, "left_person": TAKAHASHI, "right_person": RELATIVE, "answered": "",
    }  # fmt: skip
    assert "名" in told(token, path, language="ja")["question"]
    assert not ReviewPair.objects.exclude(leased_by=None).exists()
    assert ask(token, f"{BASE}/queues/review/2").status_code == 404
    assert ask(token, path, why="").status_code == 422, "it shows persons, so it wants to know why"
    # The queue alone says no name; what the sides say needs the right to persons too.
    judging = token_for(world.users[Role.REVIEWER], [Act.JUDGE])
    assert ask(judging, f"{BASE}/queues/review").status_code == 200
    assert ask(judging, path).status_code == 403


@pytest.mark.parametrize(
    "asked",
    [{}, {"order": "name"}, {"order": "prefecture"}, {"order": "last"}, {"prefecture": "13"}, {"band": "review"},
     {"least": 4}, {"q": "佐藤"}],
    ids=str,
)  # fmt: skip
def test_the_list_is_whole_and_filtered_as_its_page(asked: dict[str, Any], db: None) -> None:
    world = make_world(persons=2 * PAGE + 7)
    token = token_for(world.users[Role.ANALYST])
    found = pages(token, f"{BASE}/persons", "persons", **asked)
    codes = [one["person"] for one in found]
    assert len(codes) == len(set(codes)) == told(token, f"{BASE}/persons", **asked)["total"]
    page = signed_in(world.users[Role.ANALYST]).get(f"/{BASE}/persons", asked).context["page"]
    assert page.total == len(codes)
    assert [one.code for one in page.persons] == codes[:PAGE]


def test_a_page_leads_back_to_the_one_before(db: None) -> None:
    token = token_for(make_world(persons=2 * PAGE).users[Role.ANALYST])
    first = told(token, f"{BASE}/persons")
    second = told(token, f"{BASE}/persons", at=first["later"])
    assert second["first"] == PAGE + 1
    assert told(token, f"{BASE}/persons", at=second["earlier"])["persons"] == first["persons"]
    assert ask(token, f"{BASE}/persons", at=first["later"], order="name").status_code == 404


def test_the_operations_come_by_pages_too(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from soken.api.routes import operations
    from soken.casework.models import Membership

    user = world.users[Role.ANALYST]
    for number in range(5):
        made = Operation.objects.create(name=f"Operation {number}", slug=f"op-{number}", created_at=AT)
        Membership.objects.create(operation=made, user=user)
    monkeypatch.setattr(operations, "PAGE", 2)
    found = pages(token_for(user), "operations", "operations")
    assert [one["operation"] for one in found] == ["kingfisher", *(f"op-{number}" for number in range(5))]


@pytest.fixture
def dossier(world: World) -> World:
    """A dossier that has been screened by one person, confirmed by another, and has an explanation open."""
    opened = open_dossier(world.operation, TAKAHASHI, by=world.users[Role.ANALYST])
    screen(opened, by=world.users[Role.ANALYST], reason="items-covered")
    confirm_identity(opened, by=world.users[Role.INVESTIGATOR], basis="住民票", born_on=date(1980, 1, 2))
    raise_rival(opened, by=world.users[Role.ANALYST], kind="card-theft", why="盗難届")
    return world


@pytest.mark.parametrize("language", ["en", "ja"])
def test_page_command_and_api_show_the_same_list_of_what_is_missing(
    language: str, dossier: World, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = told(token, f"{BASE}/persons/{TAKAHASHI}/dossier", language=language)
    ahead = {one["stage"]: [lack["says"] for lack in one["missing"]] for one in asked["next"]}
    assert ahead["screened"]
    client = signed_in(dossier.users[Role.REVIEWER])
    client.cookies["django_language"] = language
    page = text_of(client.get(f"/{BASE}/persons/{TAKAHASHI}/dossier"))
    assert [said for lacks in ahead.values() for said in lacks if said not in page] == []
    if language == "en":
        words = ["dossier", "show", TAKAHASHI, "--operation", "kingfisher", "--json"]
        done = CliRunner().invoke(app, words)
        said = json.loads(done.stdout[done.stdout.index("{") :])
        assert said["next"] == [{k: v for k, v in one.items() if k != "says"} for one in asked["next"]]
        assert (said["stage"], said["lost"], said["version"]) == (asked["stage"], asked["lost"], asked["version"])


def test_the_first_confirmation_does_not_lead_the_second(dossier: World, token: str) -> None:
    (first,) = told(token, f"{BASE}/persons/{TAKAHASHI}/dossier")["confirmations"]
    assert (first["by"], first["born_on"], first["birth_unknown"]) == ("kingfisher-investigator", None, None)


def test_that_a_birth_date_cannot_be_established_is_told_once_two_have_confirmed(dossier: World, token: str) -> None:
    opened = Dossier.objects.get(person_code=TAKAHASHI)
    confirm_identity(opened, by=dossier.users[Role.ANALYST], basis="旅券では14歳以上", birth_unknown=True)
    found = told(token, f"{BASE}/persons/{TAKAHASHI}/dossier")["confirmations"]
    said = {one["by"]: (one["born_on"], one["birth_unknown"]) for one in found}
    assert said["kingfisher-investigator"] == ("1980-01-02", False)
    assert said["kingfisher-analyst"] == (None, True)


def test_a_person_without_a_dossier_has_none(token: str) -> None:
    answer = ask(token, f"{BASE}/persons/{RELATIVE}/dossier")
    assert (answer.status_code, answer.json()["code"]) == (404, "not-found")


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("token", 10),
        ("operations", 10),
        (BASE, 14),
        (f"{BASE}/standing", 16),
        (f"{BASE}/evidence", 12),
        (f"{BASE}/persons", 13),
        (f"{BASE}/persons/{TAKAHASHI}", 14),
        (f"{BASE}/persons/{TAKAHASHI}/dossier", 45),
    ],
)
def test_an_answer_asks_the_database_a_bounded_number_of_times(
    path: str, most: int, dossier: World, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    EvidenceItem.objects.bulk_create(
        EvidenceItem(
            operation=dossier.operation, evidence_id=f"E-{number:012x}", sha256="0" * 64, file_name="x", size=1,
            received_at=AT, reading=1, profile="", locale="ja", rows_read=0, rows_accepted=0, rows_set_aside=0,
        )
        for number in range(40)
    )  # fmt: skip
    client = program(token_for(dossier.users[Role.REVIEWER]))
    client.get(f"/api/{path}")
    with django_assert_max_num_queries(most):
        assert client.get(f"/api/{path}").status_code == 200
