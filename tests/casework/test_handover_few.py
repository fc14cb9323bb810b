"""A protected person goes from one installation to another: both sides are answered, and nobody else learns of whom.

Whoever acts is who looks, as behind a page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from soken.access.eyes import machine_sees_all, viewing
from soken.access.models import Role, User
from soken.casework.actions.accept_handover import accept_handover
from soken.casework.actions.receive_handover import answer_file, receive_handover
from soken.casework.actions.shut_matches import shut
from soken.casework.actions.withdraw_handover import withdraw_handover
from soken.casework.models import (
    CompartmentBar,
    CompartmentKind,
    CompartmentRow,
    Dossier,
    IncomingHandover,
    Membership,
    Notification,
    OutgoingHandover,
    Protected,
)
from soken.casework.selectors.handovers import outgoing_of
from soken.commands.main import app
from soken.commands.output import actor
from soken.core import clock
from soken.core.errors import NotFoundError, RefusedError
from soken.core.progress import silent
from soken.route.handover import Word
from tests.casework.test_handovers import Case, case, offer, with_force
from tests.desk.factory import TAKAHASHI

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["case", "offer"]
pytestmark = pytest.mark.django_db


def hears(case: Case, file: bytes, by: User | None = None) -> Any:
    """Take a file in with the eyes of whoever does."""
    with viewing(by or case.prepares):
        return case.hears(file, by)


# -- at the sender -----------------------------------------------------------------------------------------------------


@pytest.fixture
def sent(case: Case) -> bytes:
    """The file by which somebody left who was shut away after that."""
    file = case.sent()
    shut(case.world.operation, TAKAHASHI, CompartmentKind.PROTECTED, by=None, reason="")
    return file


@pytest.fixture
def colleague(case: Case, sent: bytes) -> User:
    """Of the oversight group, and shut out by name."""
    made = User.objects.create(username="colleague", role=Role.OVERSIGHT, password="!")
    with machine_sees_all():
        CompartmentBar.objects.create(
            compartment=case.world.operation.compartments.get(), user=made, reason="同僚", by=case.approves,
            at=clock.now(),
        )  # fmt: skip
    return made


@pytest.mark.parametrize(
    ("word", "state", "force", "kind"),
    [
        (Word.ACCEPTANCE, "accepted", "osaka", "transfer-accepted"),
        (Word.RETURN, "returned", "tokyo", "transfer-returned"),
    ],
)
def test_what_became_of_it_reaches_the_oversight_group_and_nobody_else(
    case: Case, sent: bytes, colleague: User, word: Word, state: str, force: str, kind: str
) -> None:
    oversight = case.world.users[Role.OVERSIGHT]
    done = hears(case, case.osaka.answers(sent, word, "中村の件"))
    with machine_sees_all():
        transfer = OutgoingHandover.objects.get().transfer
        assert OutgoingHandover.objects.get().state == state
        assert Dossier.objects.get(person_code=TAKAHASHI).force == force
        assert [(one.user, one.kind) for one in Notification.objects.all()] == [(oversight, kind)]
    assert (done.operation, done.person, done.state) == ("", "", "")
    assert not {TAKAHASHI, transfer, state, "中村の件"} & set(done.said.replace(";", " ").split())
    assert "those few who may see the person" in done.said
    with viewing(oversight):
        assert outgoing_of(case.world.operation, transfer).answer == "中村の件"
        assert Notification.objects.get().person_code == TAKAHASHI
    for other in (case.prepares, case.approves, colleague):
        with viewing(other):
            assert not OutgoingHandover.objects.exists()
            assert not Notification.objects.exists()


def told(case: Case) -> list[str]:
    """What the oversight group was told, and nobody else."""
    with machine_sees_all():
        found = list(Notification.objects.order_by("pk"))
        assert {one.user for one in found} <= {case.world.users[Role.OVERSIGHT]}
        return [one.kind for one in found]


def test_a_receipt_and_a_second_copy_say_no_more(case: Case, sent: bytes) -> None:
    said = {hears(case, case.osaka.answers(sent, Word.RECEIPT)).said for _time in range(2)}
    assert told(case) == ["handover-received"]
    said |= {hears(case, case.osaka.answers(sent, Word.ACCEPTANCE)).said for _time in range(2)}
    assert len(said) == 1
    assert told(case) == ["handover-received", "transfer-accepted"]


def test_that_a_withdrawal_was_heard_reaches_the_oversight_group_as_what_it_is(case: Case) -> None:
    file = case.sent()
    with machine_sees_all():
        transfer = OutgoingHandover.objects.get().transfer
    with viewing(case.prepares):
        withdraw_handover(case.world.operation, transfer, by=case.prepares, reason="誤送")
    shut(case.world.operation, TAKAHASHI, CompartmentKind.PROTECTED, by=None, reason="")
    hears(case, case.osaka.answers(file, Word.WITHDRAWN))
    with machine_sees_all():
        assert OutgoingHandover.objects.get().state == "withdrawn"
    assert told(case) == ["handover-withdrawn"]


def test_what_contradicts_is_refused_without_saying_where_it_stands(case: Case, sent: bytes) -> None:
    hears(case, case.osaka.answers(sent, Word.ACCEPTANCE))
    with pytest.raises(RefusedError, match="contradicts what is known here") as refusal:
        hears(case, case.osaka.answers(sent, Word.RETURN))
    assert "accepted there" not in refusal.value.message
    with machine_sees_all():
        assert OutgoingHandover.objects.get().state == "accepted"


def test_whoever_could_not_take_an_answer_in_otherwise_cannot_take_this_one_in(case: Case, sent: bytes) -> None:
    acceptance = case.osaka.answers(sent, Word.ACCEPTANCE)
    with pytest.raises(RefusedError, match="This is for people of"):
        hears(case, acceptance, with_force(case.world, "kyoto"))
    with pytest.raises(RefusedError, match="Your role"):
        hears(case, acceptance, case.world.users[Role.OVERSIGHT])
    with machine_sees_all():
        assert OutgoingHandover.objects.get().state == "sent"


def test_an_answer_to_what_was_never_sent_is_still_told_as_such(case: Case, sent: bytes) -> None:
    with pytest.raises(RefusedError, match="never sent from here"):
        hears(case, case.osaka.says(Word.ACCEPTANCE, "H-000000000000", "0" * 64))


# -- at the receiver ---------------------------------------------------------------------------------------------------


@pytest.fixture
def arrived(case: Case, offer: dict[str, Any]) -> str:
    """The code of a handover that was received, of somebody who is protected here."""
    transfer: str = case.hears(case.osaka.offers(offer)).transfer
    Protected.objects.create(
        category="police", name="高田 守", mail="ken.taka@mail.example", by=case.approves, at=clock.now()
    )
    with viewing(case.prepares):
        receive_handover(case.world.operation, transfer, by=case.prepares)
    return transfer


def test_whoever_accepted_answers_the_sender_and_sees_nothing_more(case: Case, arrived: str) -> None:
    with viewing(case.prepares):
        accept_handover(case.world.operation, arrived, by=case.prepares, progress=silent(), answer="受理")
        for _time in range(2):
            heard = case.osaka.opens(answer_file(case.world.operation, arrived, by=case.prepares))
            assert (heard.word, heard.transfer, heard.body) == (Word.ACCEPTANCE, arrived, {"reason": "受理"})
        assert not IncomingHandover.objects.filter(dossier__isnull=False).exists()
    with viewing(case.approves), pytest.raises(NotFoundError):
        answer_file(case.world.operation, arrived, by=case.approves)


def test_what_is_said_of_it_later_changes_nothing_and_tells_nothing(
    case: Case, arrived: str, offer: dict[str, Any]
) -> None:
    with viewing(case.prepares):
        accept_handover(case.world.operation, arrived, by=case.prepares, progress=silent())
    with machine_sees_all():
        before = IncomingHandover.objects.get()
    withdrawal = case.osaka.says(Word.WITHDRAWAL, arrived, before.content_sha256, {"reason": "誤送"})
    for file in (withdrawal, case.osaka.offers(offer)):
        done = hears(case, file, case.approves)
        assert (done.operation, done.person, done.state) == ("", "", "")
        assert "changes nothing here any more" in done.said
    with machine_sees_all():
        assert IncomingHandover.objects.get().state == before.state == "accepted"


def test_by_command_the_acceptance_is_written_and_names_nobody(case: Case, arrived: str, tmp_path: Path) -> None:
    runs = User.objects.create(username=actor(), role=Role.INVESTIGATOR, password="!")
    Membership.objects.create(operation=case.world.operation, user=runs)
    words = [arrived, "--operation", case.world.operation.slug]
    done = CliRunner().invoke(app, ["handover", "accept", *words, "--out", str(tmp_path / "a.age"), "--json"])
    assert done.exit_code == 0, (done.output, done.exception)
    again = CliRunner().invoke(app, ["handover", "answer", *words, "--out", str(tmp_path / "b.age"), "--json"])
    assert again.exit_code == 0, (again.output, again.exception)
    for file in ("a.age", "b.age"):
        assert case.osaka.opens((tmp_path / file).read_bytes()).word is Word.ACCEPTANCE
    with machine_sees_all():
        became = IncomingHandover.objects.get().dossier
        assert became is not None
        assert CompartmentRow.objects.filter(operation=case.world.operation).exists()
    assert became.person_code not in done.output + again.output
