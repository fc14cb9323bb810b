"""Nothing is answered that the desk would not show, and every answer stands in the ledger with its reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from django.test import Client

from soken.access.models import Role
from soken.access.policy import READING, Act
from soken.api.gate import NEEDED
from soken.api.service import addresses, description
from soken.ledger.entries import Kind
from soken.ledger.models import Entry
from tests.api.asking import ask, program, token_for, told
from tests.desk.factory import TAKAHASHI, World, make_world

if TYPE_CHECKING:
    from soken.access.models import User

PERSON = f"operations/kingfisher/persons/{TAKAHASHI}"
recorded = pytest.mark.django_db(transaction=True)


@pytest.fixture
def user(world: World) -> User:
    return world.users[Role.ANALYST]


def entries(kind: Kind) -> list[Any]:
    return list(Entry.objects.filter(kind=kind).order_by("seq"))


def test_every_address_names_an_act_of_reading() -> None:
    assert {one.name for one in addresses()} - {"api-openapi", "api-nothing", "api-top"} == set(NEEDED)
    assert {needs for needs in NEEDED.values() if isinstance(needs, Act)} <= set(READING)
    assert [name for name, needs in NEEDED.items() if not isinstance(needs, Act)] == ["api-token"]


@recorded
def test_an_answer_stands_in_the_ledger_with_who_what_and_why() -> None:
    token = token_for(make_world().users[Role.ANALYST])
    told(token, PERSON)
    told(token, "operations/kingfisher/persons", band="review", q="髙橋")
    one, many = entries(Kind.CONSULTATION)
    key = token.split("_")[1]
    assert (one.by, one.act, one.through) == ("kingfisher-analyst", "see-person", f"api person by token {key}")
    assert (one.operation, one.person, one.reason) == ("kingfisher", TAKAHASHI, "work")
    assert (many.person, many.reason, many.through) == ("", "", f"api persons by token {key}")
    assert all("Order 12" not in str(vars(entry)) and "髙橋" not in str(vars(entry)) for entry in (one, many))
    assert one.sealed
    assert many.sealed


@recorded
def test_what_is_refused_stands_in_the_ledger_and_shows_nothing() -> None:
    world = make_world()
    auditor, stranger = (token_for(world.users[one]) for one in (Role.AUDITOR, "stranger"))
    assert ask(auditor, PERSON).json()["code"] == "forbidden"
    assert ask(stranger, PERSON).json()["code"] == "not-found"
    first, second = entries(Kind.REFUSAL)
    assert (first.by, first.act, first.person) == ("kingfisher-auditor", "see-person", TAKAHASHI)
    assert (second.by, second.operation) == ("kingfisher-stranger", "kingfisher")
    assert entries(Kind.CONSULTATION) == []


def test_a_stranger_cannot_tell_an_operation_from_nothing(world: World) -> None:
    token = token_for(world.users["stranger"])
    for path in {one for one in description()["paths"] if "{slug}" in one}:
        known = {"code": TAKAHASHI, "evidence_id": world.item.evidence_id, "number": "1", "place": "1"}
        for name, value in known.items():
            path = path.replace(f"{{{name}}}", value)
        hidden, nothing = (
            program(token).get(path.replace("{slug}", slug)) for slug in (world.operation.slug, "no-such-operation")
        )
        assert hidden.status_code == nothing.status_code == 404, path
        assert hidden.content.decode().replace("kingfisher", "") == nothing.content.decode().replace(
            "no-such-operation", ""
        )


@pytest.mark.parametrize(
    "why", ["", "work", "work;", "work; ", "curious; Order 12", "; Order 12", "Order 12", "work; \x7f", "work " * 9]
)
def test_half_a_reason_opens_nobody(why: str, user: User) -> None:
    answer = ask(token_for(user), PERSON, why=why)
    assert (answer.status_code, answer.json()["code"]) == (422, "reason-needed")
    assert "work, review" in answer.json()["message"]
    assert "髙橋" not in answer.content.decode()


def test_who_may_not_see_the_person_is_refused_before_being_asked_why(world: World) -> None:
    assert ask(token_for(world.users[Role.AUDITOR]), PERSON, why="").status_code == 403
    assert ask(token_for(world.users["stranger"]), PERSON, why="").status_code == 404


@pytest.mark.parametrize(
    "words", ["捜査 第12号".encode().decode("latin-1"), quote("捜査 第12号")], ids=["UTF-8", "percent"]
)
@recorded
def test_the_words_of_a_reason_may_be_japanese(words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from soken.api import gate

    kept: list[str] = []
    consulted = gate.consulted
    monkeypatch.setattr(gate, "consulted", lambda **said: (kept.append(said["because"]), consulted(**said)))
    assert ask(token_for(make_world().users[Role.ANALYST]), PERSON, why=f"work; {words}").status_code == 200
    assert kept == ["捜査 第12号"]


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "head", "options"])
def test_the_api_only_reads(method: str, user: User) -> None:
    answer = getattr(program(token_for(user)), method)("/api/operations")
    assert (answer.status_code, answer["Allow"]) == (405, "GET")
    if method != "head":
        assert answer.json()["code"] == "no-such-method"


@pytest.mark.parametrize(
    ("path", "status", "code", "named"),
    [
        ("operations/kingfisher/persons?bnd=review", 422, "bad-question", [("query", "bnd")]),
        (
            "operations/kingfisher/persons?band=sure&least=0",
            422,
            "bad-question",
            [("query", "band"), ("query", "least")],
        ),
        ("operations/kingfisher/persons?at=abc", 404, "not-found", []),
        ("operations/kingfisher/persons/P-1111", 422, "bad-question", [("path", "code")]),
        ("operations/kingfisher/persons/P-0000-0000-0000", 404, "not-found", []),
        ("operations/king fisher", 422, "bad-question", [("path", "slug")]),
        ("operations/kingfisher/evidence/E-000000000000", 404, "not-found", []),
        ("nothing/here", 404, "not-found", []),
        ("", 404, "not-found", []),
    ],
)
def test_every_problem_has_the_one_shape(
    path: str, status: int, code: str, named: list[tuple[str, str]], user: User
) -> None:
    answer = ask(token_for(user), path)
    said = answer.json()
    assert (answer.status_code, said["code"]) == (status, code)
    assert set(said) == {"code", "message", "fields"}
    assert [(one["place"], one["name"]) for one in said["fields"]] == named
    assert answer["Content-Type"].startswith("application/json")


def test_a_failure_of_the_server_has_it_too_and_does_not_say_how(user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    from soken.api.routes import operations

    def fall(*_given: object) -> None:
        raise ZeroDivisionError("ken.taka@mail.example")

    monkeypatch.setattr(operations, "funnel", fall)
    answer = ask(token_for(user), "operations/kingfisher")
    assert (answer.status_code, answer.json()["code"]) == (500, "failed")
    assert "ken.taka" not in answer.content.decode()


def test_the_description_is_published_to_anybody_and_names_no_other_server(db: None) -> None:
    answer = Client().get("/api/openapi.json")
    assert answer.json()["openapi"] == "3.1.0"
    assert "://" not in answer.content.decode()
    page = Client().get("/api/docs").content.decode()
    assert all(path in page for path in description()["paths"])
    assert 'src="http' not in page
