"""The pages of warrants and of lines of enquiry, and their commands: what is said, what is refused, who may look."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from typer.testing import CliRunner

from soken.casework.actions.open_dossier import open_dossier
from soken.casework.actions.open_enquiry import open_enquiry
from soken.casework.actions.record_warrant import record_warrant
from soken.casework.models import Dossier, LineOfEnquiry, Person, Warrant
from soken.casework.selectors.dossier import today
from soken.commands.main import app
from soken.core.errors import BadInputError, NotFoundError, RefusedError, SokenError
from tests.casework.dossiers import Room, open_the_door
from tests.desk.factory import ALONE, TAKAHASHI, World
from tests.desk.reading import text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client

PAGE = "/operations/kingfisher/warrants"
LINES = f"/operations/kingfisher/persons/{TAKAHASHI}/enquiries"
REFERENCE = "平成29年(む)第12号"
SAID = {
    "act": "record", "kind": "search-seizure", "reference": REFERENCE, "issued_by": "東京簡易裁判所",
    "issued_on": "2017-03-01", "good_until": "", "scope": "顧客名簿", "persons": "",
    "nobody": "販売元の事務所",
}  # fmt: skip


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """What a page was asked in last would stay on for what comes after it."""
    with translation.override("en"):
        yield


@pytest.fixture
def dossier(world: World) -> Dossier:
    return open_dossier(world.operation, TAKAHASHI, by=world.users["analyst"])


def open_door(dossier: Dossier, world: World) -> None:
    """Record what must stand before anybody comes to the person's door; no link is open to review any more."""
    Person.objects.filter(code=dossier.person_code).update(band="same")
    open_the_door(dossier, Room(world.operation, dict(world.users)))


# Warrants


def test_evidence_whose_warrant_nobody_recorded_is_named_until_somebody_does(desk: Client, world: World) -> None:
    assert f"{world.item.evidence_id} not recorded {REFERENCE}" in text_of(desk.get(PAGE))
    assert desk.post(PAGE, {**SAID, "reference": "平成２９年（む）第１２号"}).status_code == 302
    page = text_of(desk.get(PAGE))
    assert "not recorded" not in page
    assert f"Evidence {world.item.evidence_id}" in page
    assert "run out: say what became of it" in page


@pytest.mark.parametrize(
    ("changed", "status", "says"),
    [
        pytest.param({"issued_on": "2099-01-01"}, 422, "lies in the future", id="future"),
        pytest.param({"issued_on": "soon"}, 422, "not complete", id="no day"),
        pytest.param({"kind": "arrest"}, 422, "say whom", id="arrest of nobody"),
        pytest.param({"nobody": ""}, 422, "By this warrant somebody comes to a door", id="search of nobody"),
        pytest.param({"persons": ALONE, "nobody": ""}, 409, "has no dossier", id="no dossier"),
    ],
)
def test_what_is_refused_says_why_and_keeps_what_was_typed(
    changed: dict[str, str], status: int, says: str, desk: Client
) -> None:
    answer = desk.post(PAGE, {**SAID, **changed})
    assert answer.status_code == status
    assert says in text_of(answer)
    assert f'value="{REFERENCE}"' in answer.content.decode()
    assert not Warrant.objects.exists()


def test_an_arrest_before_the_dossier_is_ready_is_refused_on_the_page(desk: Client, dossier: Dossier) -> None:
    answer = desk.post(PAGE, {**SAID, "kind": "arrest", "persons": TAKAHASHI, "nobody": ""})
    assert answer.status_code == 409
    assert "recorded at “ready for action” only" in text_of(answer)


def test_what_is_missing_at_the_door_is_named_in_both_languages(desk: Client, dossier: Dossier, world: World) -> None:
    assert "There is no welfare plan." in text_of(desk.post(PAGE, {**SAID, "persons": TAKAHASHI, "nobody": ""}))
    desk.cookies["django_language"] = "ja"
    assert "足りないものがあります" in text_of(desk.post(PAGE, {**SAID, "persons": TAKAHASHI, "nobody": ""}))
    open_door(dossier, world)
    assert desk.post(f"{PAGE}?person={TAKAHASHI}", {**SAID, "persons": TAKAHASHI, "nobody": ""})["Location"].endswith(
        TAKAHASHI
    )
    assert REFERENCE in text_of(desk.get(f"{PAGE}?person={TAKAHASHI}"))
    assert REFERENCE not in text_of(desk.get(f"{PAGE}?person={ALONE}")).replace(f"未記録 {REFERENCE}", "")


def test_a_plan_that_has_run_out_warns_on_an_open_warrant(desk: Client, dossier: Dossier, world: World) -> None:
    open_door(dossier, world)
    desk.post(PAGE, {**SAID, "persons": TAKAHASHI, "nobody": "", "issued_on": today().isoformat()})
    assert "Nobody goes to" not in text_of(desk.get(PAGE))
    dossier.welfare_plans.update(good_until=today() - timedelta(days=1))
    assert f"Nobody goes to {TAKAHASHI} on this now" in text_of(desk.get(PAGE))


def test_what_became_of_it_is_entered_on_the_page(desk: Client, world: World) -> None:
    desk.post(PAGE, SAID)
    key = Warrant.objects.get().pk
    late = desk.post(PAGE, {"act": "end", "key": key, "outcome": "executed", "on": "2017-03-20"})
    assert late.status_code == 422
    assert "had run out" in text_of(late)
    assert desk.post(PAGE, {"act": "end", "key": key, "outcome": "executed", "on": "2017-03-02"}).status_code == 302
    assert "executed 2017-03-02" in text_of(desk.get(PAGE))


def test_one_person_more_is_entered_on_the_page(desk: Client, dossier: Dossier, world: World) -> None:
    desk.post(PAGE, SAID)
    key = Warrant.objects.get().pk
    assert desk.post(PAGE, {"act": "link", "key": key, "person": TAKAHASHI}).status_code == 409
    open_door(dossier, world)
    assert desk.post(PAGE, {"act": "link", "key": key, "person": TAKAHASHI}).status_code == 302


@pytest.mark.parametrize("form", [{"act": "burn"}, {"act": "end", "key": "x"}, {"act": "end", "key": "9" * 30}])
def test_a_form_the_page_does_not_have_is_not_found(form: dict[str, str], desk: Client) -> None:
    assert desk.post(PAGE, form).status_code == 404


def test_the_list_costs_the_same_queries_however_long(world: World, dossier: Dossier) -> None:
    from soken.casework.selectors.warrants import warrants_of

    open_door(dossier, world)
    costs = []
    for number in range(30):
        record_warrant(
            world.operation, by=world.users["analyst"], kind="inspection", reference=f"第{number}号",
            issued_by="裁判所", issued_on=date(2017, 3, 1), scope="居宅", persons=[TAKAHASHI],
        )  # fmt: skip
        with CaptureQueriesContext(connection) as asked:
            assert len(warrants_of(world.operation).warrants) == number + 1
        costs.append(len(asked))
    assert costs[0] == costs[-1]


# Lines of enquiry


def test_a_line_is_opened_given_and_closed_on_the_page(desk: Client, dossier: Dossier) -> None:
    opened = {"act": "open", "version": dossier.version, "question": "購入時の居住者", "element": "will", "follow": ""}
    assert desk.post(LINES, opened).status_code == 302
    assert "nobody follows it" in text_of(desk.get(LINES))
    key = LineOfEnquiry.objects.get().pk
    dossier.refresh_from_db()
    given = {"act": "follow", "key": key, "version": dossier.version, "follow": "kingfisher-investigator"}
    assert desk.post(LINES, given).status_code == 302
    assert "followed by kingfisher-investigator since" in text_of(desk.get(LINES))
    dossier.refresh_from_db()
    closed = {"act": "close", "key": key, "version": dossier.version, "result": "not-shown", "found": "該当なし"}
    assert desk.post(LINES, closed).status_code == 302
    page = text_of(desk.get(LINES))
    assert "not shown 該当なし" in page
    assert "1 line in all; none is ever deleted." in page


def test_whoever_comes_second_is_told_and_keeps_what_was_typed(desk: Client, dossier: Dossier, world: World) -> None:
    seen = dossier.version
    open_enquiry(dossier, by=world.users["reviewer"], question="先の問い")
    answer = desk.post(LINES, {"act": "open", "version": seen, "question": "後の問い"})
    assert answer.status_code == 409
    assert "Somebody else has changed" in text_of(answer)
    assert "後の問い" in answer.content.decode()


def test_without_a_dossier_the_page_leads_to_one(desk: Client) -> None:
    assert f"/persons/{TAKAHASHI}/dossier" in desk.get(LINES).content.decode()


def test_the_page_is_japanese(desk: Client, dossier: Dossier) -> None:
    desk.cookies["django_language"] = "ja"
    assert "進行中の捜査事項" in text_of(desk.get(LINES))


# The command line


def soken(*words: str, by: str = "analyst") -> Any:
    done = CliRunner().invoke(
        app, [*words, "--by", f"kingfisher-{by}", "--json"], input="a long enough password\n", catch_exceptions=True
    )
    if isinstance(done.exception, SokenError):
        raise done.exception
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout[done.stdout.index("{") :])


RECORD = (
    "warrant", "record", "--kind", "search-seizure", "--reference", REFERENCE, "--issued-by", "裁判所", "--scope",
    "名簿", "--nobody", "販売元の事務所", "--operation", "kingfisher", "--issued-on",
)  # fmt: skip


def test_a_warrant_goes_its_way_by_command(world: World, dossier: Dossier) -> None:
    made = soken(*RECORD, "2017-03-01")
    assert (made["state"], made["good_until"]) == ("issued", "2017-03-08")
    number = str(made["number"])
    with pytest.raises(RefusedError):
        soken("warrant", "link", number, "--person", TAKAHASHI, "--operation", "kingfisher")
    open_door(dossier, world)
    soken("warrant", "link", number, "--person", TAKAHASHI, "--operation", "kingfisher")
    done = soken("warrant", "end", number, "--outcome", "executed", "--on", "2017-03-02", "--operation", "kingfisher")
    assert (done["state"], done["ended_on"]) == ("executed", "2017-03-02")
    (listed,) = soken("warrant", "list", "--operation", "kingfisher", "--person", TAKAHASHI)["warrants"]
    assert (listed["persons"], listed["evidence"]) == ([TAKAHASHI], [world.item.evidence_id])


def test_commands_are_refused_in_one_sentence(world: World) -> None:
    with pytest.raises(BadInputError, match="2099-01-01"):
        soken(*RECORD, "2099-01-01")
    with pytest.raises((RefusedError, NotFoundError)):
        soken("warrant", "list", "--operation", "kingfisher", by="auditor")


def test_a_line_goes_its_way_by_command(world: World, dossier: Dossier) -> None:
    whose = (TAKAHASHI, "--operation", "kingfisher")
    opened = soken("enquiry", "open", *whose, "--question", "居住者", "--element", "will")
    key = str(opened["enquiries"][0]["key"])
    soken("enquiry", "follow", *whose, "--key", key, "--follow", "kingfisher-analyst")
    assert [one["key"] for one in soken("enquiry", "mine")["lines"]] == [int(key)]
    soken("enquiry", "close", *whose, "--key", key, "--result", "shown", "--found", "判明")
    (line,) = soken("enquiry", "list", *whose)["lines"]
    assert (line["open"], line["result"], line["found"]) == (False, "shown", "判明")
    assert soken("enquiry", "mine")["lines"] == []
