"""``soken transfer``: the acts of the page, in the same words, by people who are who they say."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth.hashers import make_password
from typer.testing import CliRunner

from soken.access.models import Role, User
from soken.casework.models import Dossier, Membership
from soken.commands.main import app
from soken.core.errors import BadInputError, NotFoundError, RefusedError, SokenError
from soken.route.transfers import rules
from tests.casework.dossiers import Room, make_dossier, make_room

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_django import Settings

pytestmark = pytest.mark.django_db

PASSWORD = "a long enough password"


@pytest.fixture
def room(settings: Settings) -> Room:
    room = make_room()
    for force in ("tokyo", "osaka"):
        room.users[force] = User.objects.create(
            username=force, role=Role.INVESTIGATOR, force=force, password=make_password(PASSWORD)
        )
        Membership.objects.create(operation=room.operation, user=room.users[force])
    return room


@pytest.fixture
def dossier(room: Room) -> Dossier:
    return make_dossier(room)


@pytest.fixture
def form(tmp_path: Path) -> Path:
    path = tmp_path / "form5.toml"
    path.write_text("".join(f'{box} = "別添のとおり"\n' for box in rules().form), "utf-8")
    return path


def soken(*words: str, by: str) -> Any:
    """Run ``soken transfer`` as a user; return the JSON that it prints."""
    done = CliRunner().invoke(app, ["transfer", *words, "--by", by, "--json"], input=f"{PASSWORD}\n")
    if isinstance(done.exception, SokenError):
        raise done.exception
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout[done.stdout.index("{") :])


def offered(dossier: Dossier, path: Path, **changes: str) -> dict[str, Any]:
    said = {"to": "osaka", "reason": "転居のため", "form": str(path), **changes}
    options = [word for name, value in said.items() for word in (f"--{name}", value)]
    told: dict[str, Any] = soken("offer", dossier.person_code, "--operation", "heron", *options, by="tokyo")
    return told


def test_a_person_goes_to_another_force_from_the_command_line(dossier: Dossier, form: Path) -> None:
    sent = offered(dossier, form)
    assert (sent["from"], sent["to"], sent["state"]) == ("tokyo", "osaka", "offered")
    number = str(sent["number"])
    assert [one["number"] for one in soken("list", by="osaka")["to_us"]] == [sent["number"]]
    assert [one["number"] for one in soken("list", by="tokyo")["from_us"]] == [sent["number"]]
    assert soken("receive", number, "--operation", "heron", by="osaka")["state"] == "received"
    assert soken("accept", number, "--operation", "heron", by="osaka")["state"] == "accepted"
    dossier.refresh_from_db()
    assert dossier.force == "osaka"
    nothing = {"to_us": [], "from_us": [], "left_out": 0, "unowned": [], "unowned_total": 0}
    assert soken("list", by="osaka") == nothing


@pytest.mark.parametrize("way", [["receive", "return"], ["withdraw"], ["receive", "withdraw"]], ids="-".join)
def test_a_person_who_is_not_accepted_stays(way: list[str], dossier: Dossier, form: Path) -> None:
    number = str(offered(dossier, form)["number"])
    for verb in way:
        said = [] if verb == "receive" else ["--reason", "管内に居住の事実なし"]
        told = soken(verb, number, "--operation", "heron", *said, by="tokyo" if verb == "withdraw" else "osaka")
    assert told["state"] == {"return": "returned", "withdraw": "withdrawn"}[way[-1]]
    dossier.refresh_from_db()
    assert dossier.force == "tokyo"


@pytest.mark.parametrize(
    ("changes", "error", "says"),
    [
        ({"to": "tokyo"}, RefusedError, "owns .* already"),
        ({"to": "nowhere"}, BadInputError, "No force has the code"),
        ({"kind": "gift"}, BadInputError, "is not known"),
        ({"form": "/nowhere/form5.toml"}, BadInputError, "no TOML file that can be read"),
    ],
    ids=["to the owner", "unknown force", "unknown kind", "no form"],
)
def test_an_offer_that_cannot_be_is_refused(
    changes: dict[str, str], error: type[SokenError], says: str, dossier: Dossier, form: Path
) -> None:
    with pytest.raises(error, match=says):
        offered(dossier, form, **changes)
    assert not dossier.transfers.exists()


def test_a_form_with_numbers_is_told_what_it_should_hold(dossier: Dossier, form: Path) -> None:
    form.write_text("case = 5\n", "utf-8")
    with pytest.raises(BadInputError, match="every box of the form is a text"):
        offered(dossier, form)


def test_the_wrong_side_the_second_and_the_unknown_are_told(dossier: Dossier, form: Path) -> None:
    number = str(offered(dossier, form)["number"])
    with pytest.raises(RefusedError):
        soken("receive", number, "--operation", "heron", by="tokyo")
    with pytest.raises(RefusedError, match="not been received yet"):
        soken("accept", number, "--operation", "heron", by="osaka")
    with pytest.raises(NotFoundError):
        soken("receive", "99999", "--operation", "heron", by="osaka")
