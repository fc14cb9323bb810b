"""The page of tracks and clocks, and its commands: what is said, what is refused, who may act (R25 to R28)."""

from __future__ import annotations

import json
import re
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.utils import translation
from typer.testing import CliRunner

from soken.access.models import Role
from soken.access.policy import Act, allows
from soken.casework.actions.allege_offence import allege_offence
from soken.casework.actions.confirm_identity import confirm_identity
from soken.casework.actions.end_dossier import end_dossier
from soken.casework.actions.open_dossier import open_dossier
from soken.casework.actions.record_restraint import record_restraint
from soken.casework.models import AllegedOffence, CustodyStep, Dossier, LimitationStart, Restraint
from soken.commands.main import app
from soken.core.errors import BadInputError, RefusedError
from soken.route.clocks import JAPAN
from tests.desk.factory import ALONE, AT, TAKAHASHI, World
from tests.desk.reading import signed_in, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpResponse
    from django.test import Client

PAGE = f"/operations/kingfisher/persons/{TAKAHASHI}/track"
#: Now is noon in Japan, 2026-11-20.
HELD = datetime(2026, 11, 20, 9, 30, tzinfo=JAPAN)


@pytest.fixture(autouse=True)
def now() -> Iterator[Any]:
    with time_machine.travel(AT, tick=False) as traveller, translation.override("en"):
        yield traveller


@pytest.fixture
def dossier(world: World) -> Dossier:
    return open_dossier(world.operation, TAKAHASHI, by=world.users["analyst"])


def post(client: Client, dossier: Dossier, act: str, **said: Any) -> HttpResponse:
    dossier.refresh_from_db()
    return client.post(PAGE, {"act": act, "version": dossier.version, **said})


RESTRAIN = {"began_at": "2026-11-20T09:30", "form": "warrant", "arrested_by": "police", "note": ""}
ALLEGE = {"offence": "7-1", "first_on": "", "last_on": "2025-06-01", "basis": "甲2"}


def test_a_person_without_a_dossier_has_no_clocks_and_the_page_says_how_to_open_one(desk: Client) -> None:
    page = text_of(desk.get(PAGE))
    assert "No dossier yet" in page
    assert "at liberty" not in page


def test_the_dossier_leads_to_its_clocks(desk: Client, dossier: Dossier) -> None:
    assert f'href="{PAGE}"' in desk.get(PAGE.replace("/track", "/dossier")).content.decode()


def test_times_are_typed_and_shown_as_in_japan(world: World, dossier: Dossier) -> None:
    investigator = signed_in(world.users[Role.INVESTIGATOR])
    assert post(investigator, dossier, "restrain", **RESTRAIN).status_code == 302
    assert Restraint.objects.get().began_at == HELD
    page = text_of(investigator.get(PAGE))
    assert "Held since 2026-11-20 09:30" in page
    assert "from 2026-11-20 09:30 until 2026-11-22 09:30" in page
    assert "45 h 25 min left" in page
    assert "this is missing of what should stand before anybody acts" in page


def test_only_the_steps_that_can_come_next_are_offered(world: World, dossier: Dossier, now: Any) -> None:
    investigator = signed_in(world.users[Role.INVESTIGATOR])
    record_restraint(dossier, by=world.users["investigator"], began_at=HELD, form="warrant")
    offered = re.findall(r'<option value="(\w+)"', investigator.get(PAGE).content.decode().split('value="step"')[1])
    assert offered[:2] == ["referred", "released"]
    now.move_to(HELD + timedelta(hours=20))
    investigator = signed_in(world.users[Role.INVESTIGATOR])  # a session does not last so long
    key = Restraint.objects.get().pk
    said = {"key": key, "kind": "referred", "happened_at": "2026-11-20T20:00", "days": "", "note": "送致書1"}
    assert post(investigator, dossier, "step", **said).status_code == 302
    page = text_of(investigator.get(PAGE))
    assert "met in time" in page
    assert "from 2026-11-20 20:00 until 2026-11-21 20:00" in page
    assert "検察官送致" not in page
    assert post(investigator, dossier, "withdraw-step", key=key, reason="誤入力").status_code == 302
    assert CustodyStep.objects.get().withdrawn_at is not None
    assert post(investigator, dossier, "withdraw-restraint", key=key, reason="誤入力").status_code == 302
    assert "at liberty" in text_of(investigator.get(PAGE))


@pytest.mark.parametrize(
    ("act", "said", "status", "says"),
    [
        pytest.param("restrain", {"began_at": "2099-01-01T00:00"}, 422, "lies in the future", id="future"),
        pytest.param("restrain", {"began_at": "soon"}, 422, "not complete", id="no moment"),
        pytest.param("restrain", {"form": ""}, 422, "not complete", id="no form"),
        pytest.param("allege", {"last_on": "2015-07-14"}, 422, "since 2015-07-15", id="before the law"),
        pytest.param("allege", {"last_on": "2025-02-29"}, 422, "not complete", id="no such day"),
        pytest.param("allege", {"version": "999"}, 409, "Somebody else has changed", id="stale"),
        pytest.param("allege", {"version": "x"}, 409, "not complete", id="no version"),
    ],
)
def test_what_cannot_be_is_refused_and_stays_in_the_form(
    act: str, said: dict[str, str], status: int, says: str, world: World, dossier: Dossier
) -> None:
    given = {**(RESTRAIN if act == "restrain" else ALLEGE), **said}
    answer = post(signed_in(world.users[Role.INVESTIGATOR]), dossier, act, **given)
    assert answer.status_code == status
    assert says in text_of(answer)
    assert '<details class="act" open>' in answer.content.decode()
    assert not Restraint.objects.exists()
    assert not AllegedOffence.objects.exists()


@pytest.mark.parametrize(
    "said",
    [{"act": "arrest"}, {"act": "step"}, {"act": "step", "key": "1; DROP"}, {"act": "limitation", "key": "9" * 30}],
    ids=["unknown", "no number", "no number at all", "too long"],
)
def test_a_form_that_the_page_does_not_have_is_not_found(said: dict[str, str], desk: Client, dossier: Dossier) -> None:
    assert desk.post(PAGE, said).status_code == 404


def test_limitation_is_entered_and_its_day_shown(desk: Client, dossier: Dossier) -> None:
    assert post(desk, dossier, "allege", **ALLEGE).status_code == 302
    page = text_of(desk.get(PAGE))
    assert "nobody has entered when the act ended" in page
    assert "imprisonment (kōkinkei) up to 1 year or a fine up to 1,000,000 yen" in page
    key = AllegedOffence.objects.get().pk
    said = {"key": key, "ended_on": "2025-06-01", "stood_still": "", "basis": "甲2"}
    assert post(desk, dossier, "limitation", **said).status_code == 302
    assert LimitationStart.objects.get().stood_still == 0
    assert "limitation is complete on 2028-06-01" in text_of(desk.get(PAGE))
    assert post(desk, dossier, "withdraw-offence", key=key, reason="誤り").status_code == 302
    assert "limitation is complete" not in text_of(desk.get(PAGE))


def test_a_juvenile_is_named_and_when_age_changes_the_procedure(desk: Client, world: World, dossier: Dossier) -> None:
    assert "nobody is taken for an adult" in text_of(desk.get(PAGE))
    confirm_identity(dossier, by=world.users["analyst"], basis="住民票", born_on=date(2008, 2, 29))
    page = text_of(desk.get(PAGE))
    assert "Specified juvenile" in page
    assert "On 2028-02-29 the procedure changes by age." in page


@pytest.mark.parametrize("role", list(Role))
def test_each_sees_the_forms_of_what_they_may_do(role: Role, world: World, dossier: Dossier) -> None:
    user = world.users[role]
    answer = signed_in(world.users[role]).get(PAGE)
    if not allows(user, Act.SEE_DOSSIER):
        assert answer.status_code == 403
        return
    page = answer.content.decode()
    assert ('value="restrain"' in page) is allows(user, Act.RECORD_CUSTODY)
    assert ('value="allege"' in page) is allows(user, Act.RECORD_OFFENCE)


def test_a_role_that_may_not_is_refused_whatever_it_posts(desk: Client, dossier: Dossier) -> None:
    """An analyst sees no form for custody, and posting one does nothing."""
    assert post(desk, dossier, "restrain", **RESTRAIN).status_code == 409
    assert not Restraint.objects.exists()


def test_the_page_speaks_japanese(world: World, dossier: Dossier) -> None:
    record_restraint(dossier, by=world.users["investigator"], began_at=HELD, form="urgent")
    allege_offence(dossier, by=world.users["analyst"], offence="7-1", last_on=date(2025, 5, 31), basis="甲2")
    client = signed_in(world.users[Role.INVESTIGATOR])
    client.post("/language", {"language": "ja", "next": "/"})
    page = text_of(client.get(PAGE))
    for words in (
        "身柄拘束中",
        "検察官送致又は釈放（刑訴法203条）",
        "緊急逮捕",
        "第7条第1項",
        "1年以下の懲役",
        "進行中",
    ):
        assert words in page


def test_what_people_type_is_never_markup(desk: Client, world: World, dossier: Dossier) -> None:
    allege_offence(dossier, by=world.users["analyst"], offence="7-1", last_on=date(2025, 6, 1), basis="<b>x</b>")
    assert b"<b>x</b>" not in desk.get(PAGE).content


# The command line


@pytest.fixture
def person(world: World, dossier: Dossier, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setattr("soken.commands.acting.actor", lambda: world.users["investigator"].username)
    return [TAKAHASHI, "--operation", "kingfisher"]


def run(*arguments: str) -> dict[str, Any]:
    done = CliRunner().invoke(app, ["track", *arguments, "--json"], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_every_act_is_on_the_command_line(person: list[str], now: Any) -> None:
    now.move_to(datetime(2026, 12, 10, 0, 0, tzinfo=JAPAN))
    held = run("restrain", *person, "--at", "2026-11-20T00:30Z", "--form", "warrant")
    assert held["held"]
    assert held["restraints"][0]["clocks"][0] == {
        "kind": "refer", "ends_at": "2026-11-22 09:30+09:00", "state": "overdue",
    }  # fmt: skip
    run("step", *person, "--kind", "referred", "--at", "2026-11-21T09:30+09:00")
    run("step", *person, "--kind", "requested", "--at", "2026-11-21T12:00+09:00")
    run("step", *person, "--kind", "detained", "--at", "2026-11-21T18:00+09:00")
    found = run("step", *person, "--kind", "extended", "--days", "10", "--at", "2026-11-30T12:00+09:00")
    assert found["restraints"][0]["clocks"][-1]["ends_at"] == "2026-12-11 00:00+09:00"
    clocks = run("clocks", "--within-hours", "24")["clocks"]
    assert [(one["person"], one["kind"], one["overdue"]) for one in clocks] == [(TAKAHASHI, "detention", False)]
    number = str(found["restraints"][0]["number"])
    assert len(run("withdraw-step", *person, "--number", number, "--reason", "誤り")["restraints"][0]["steps"]) == 3
    assert not run("withdraw-restraint", *person, "--number", number, "--reason", "誤り")["held"]

    made = run("allege", *person, "--offence", "7-1", "--last-on", "2024-02-29", "--basis", "甲2")
    entry = str(made["offences"][0]["number"])
    told = run("limitation", *person, "--number", entry, "--ended-on", "2024-02-29", "--basis", "甲2")
    assert told["limitation_on"] == "2027-03-01"
    assert run("withdraw-offence", *person, "--number", entry, "--reason", "誤り")["limitation_on"] is None
    assert run("show", *person)["version"] == told["version"] + 1


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        pytest.param(["restrain", "--at", "soon", "--form", "warrant"], BadInputError, id="no moment"),
        pytest.param(["restrain", "--at", "2026-11-20T09:30", "--form", "warrant"], BadInputError, id="no zone"),
        pytest.param(["step", "--kind", "released", "--at", "2026-11-20T09:30+09:00"], RefusedError, id="not held"),
    ],
)
def test_an_error_is_one_line_and_changes_nothing(
    arguments: list[str], error: type[Exception], person: list[str]
) -> None:
    with pytest.raises(error) as told:
        CliRunner().invoke(app, ["track", arguments[0], *person, *arguments[1:]], catch_exceptions=False)
    assert "\n" not in str(told.value)
    assert not Restraint.objects.exists()


def test_people_read_it_too(person: list[str]) -> None:
    CliRunner().invoke(app, ["track", "restrain", *person, "--at", "2026-11-20T09:30+09:00", "--form", "warrant"])
    shown = CliRunner().invoke(app, ["track", "show", *person]).output
    assert f"{TAKAHASHI} is HELD" in shown
    assert "until 2026-11-22 09:30+09:00  refer" in shown
    assert "2 in all." in CliRunner().invoke(app, ["track", "clocks"]).output


def test_nobody_asks_for_another_person_by_number(world: World, dossier: Dossier) -> None:
    """The entry of one person is no entry of another's."""
    record_restraint(dossier, by=world.users["investigator"], began_at=HELD, form="warrant")
    other = open_dossier(world.operation, ALONE, by=world.users["analyst"])
    page = PAGE.replace(TAKAHASHI, ALONE)
    said = {"act": "withdraw-restraint", "key": Restraint.objects.get().pk, "version": other.version, "reason": "x"}
    assert signed_in(world.users[Role.INVESTIGATOR]).post(page, said).status_code == 409
    assert Restraint.objects.get().withdrawn_at is None


# What contradicts a recorded death


@pytest.fixture
def dead(world: World, dossier: Dossier) -> Dossier:
    end_dossier(dossier, by=world.users["analyst"], kind="deceased", basis="戸籍", on=date(2026, 11, 10))
    dossier.refresh_from_db()
    return dossier


@pytest.mark.parametrize(
    ("language", "before", "refused", "after", "board"),
    [
        (
            "en",
            "Recorded as dead since 2026-11-10. Whatever is entered here for a later day contradicts it.",
            "one of the two is a mistake",
            "Recorded as dead since 2026-11-10, and for a later day: 2026-11-20 the person was held.",
            "Recorded as dead, and as held or interviewed later",
        ),
        (
            "ja",
            "2026-11-10死亡と記録されています",
            "どちらかが誤りです",
            "2026-11-10死亡と記録されていますが、その後の日付で次の記録があります：2026-11-20 身柄拘束",
            "死亡の記録と、その後の身柄拘束・事情聴取の記録が矛盾する人物",
        ),
    ],
)
def test_who_is_held_though_recorded_as_dead_is_shown_before_and_after_and_on_the_board(
    language: str, before: str, refused: str, after: str, board: str, world: World, dead: Dossier
) -> None:
    client = signed_in(world.users[Role.INVESTIGATOR])
    client.post("/language", {"language": language, "next": "/"})
    shown = client.get(PAGE)
    assert before in text_of(shown)
    assert 'name="despite_death"' in shown.content.decode()
    answer = post(client, dead, "restrain", **RESTRAIN)
    assert (answer.status_code, Restraint.objects.count()) == (409, 0)
    assert refused in text_of(answer)
    assert post(client, dead, "restrain", **RESTRAIN, despite_death="on").status_code == 302
    for page in (PAGE, PAGE.replace("/track", "/dossier"), "/"):
        assert after in text_of(client.get(page)), page
    assert board in text_of(client.get("/"))


def test_of_the_living_nobody_is_asked_about_a_death(world: World, dossier: Dossier) -> None:
    assert "despite_death" not in signed_in(world.users[Role.INVESTIGATOR]).get(PAGE).content.decode()


def test_a_death_that_the_record_contradicts_is_said_before_it_is_recorded(world: World, dossier: Dossier) -> None:
    record_restraint(dossier, by=world.users["investigator"], began_at=HELD, form="warrant")
    dossier.refresh_from_db()
    page, client = PAGE.replace("/track", "/dossier"), signed_in(world.users[Role.ANALYST])
    assert "despite_record" not in client.get(page).content.decode()
    said = {"act": "end", "version": dossier.version, "kind": "deceased", "basis": "戸籍", "on": "2026-11-10"}
    answer = client.post(page, said)
    assert answer.status_code == 409
    assert "it is recorded: the person was held" in text_of(answer)
    assert 'name="despite_record"' in answer.content.decode()
    assert client.post(page, {**said, "despite_record": "on"}).status_code == 302
    assert "One of the two is a mistake" in text_of(client.get(page))


def test_the_command_line_asks_and_shows_the_same(person: list[str], dead: Dossier) -> None:
    held = ["restrain", *person, "--at", "2026-11-20T09:30+09:00", "--form", "warrant"]
    with pytest.raises(RefusedError, match="recorded as dead since 2026-11-10"):
        CliRunner().invoke(app, ["track", *held], catch_exceptions=False)
    found = run(*held, "--despite-death")
    assert (found["died_on"], found["after_death"]) == ("2026-11-10", [{"kind": "held", "on": "2026-11-20"}])
    said = "Recorded as dead since 2026-11-10, and for a later day: 2026-11-20 the person was held."
    for shown in (["track", "show"], ["dossier", "show"]):
        assert said in CliRunner().invoke(app, [*shown, *person]).output
    assert "contradicted" in CliRunner().invoke(app, ["board"]).output
