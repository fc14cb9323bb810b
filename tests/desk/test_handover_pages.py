"""Handovers between installations on the desk: from trust to acceptance by pages alone."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from soken.access.models import Role, User
from soken.casework.actions.open_dossier import open_dossier
from soken.casework.models import Dossier, IncomingHandover, OutgoingHandover, Peer, Protected
from soken.desk.sitting import KEY
from soken.exchange.handover import content_digest
from soken.route.handover import Word
from soken.route.transfers import rules
from tests.casework.dossiers import taken_on
from tests.casework.other_installation import OtherInstallation
from tests.desk.factory import TAKAHASHI, World
from tests.desk.reading import signed_in

if TYPE_CHECKING:
    from django.http import HttpResponse

pytestmark = pytest.mark.django_db


@pytest.fixture
def dossier(world: World) -> Dossier:
    made = open_dossier(world.operation, TAKAHASHI, by=world.users[Role.ANALYST])
    taken_on(made, "tokyo")
    made.refresh_from_db()
    return made


@pytest.fixture
def osaka(world: World) -> OtherInstallation:
    other = OtherInstallation()
    other.trusted()
    return other


def text(answer: HttpResponse) -> str:
    return unescape(answer.content.decode())


class Page:
    """A page, and who has signed in."""

    def __init__(self, by: User, name: str, *args: object) -> None:
        self.client, self.address = signed_in(by), reverse(name, args=args)

    def post(self, status: int = 200, **said: Any) -> HttpResponse:
        """Send a form and follow; the page that comes has a status."""
        answer: HttpResponse = self.client.post(self.address, said, follow=True)
        assert answer.status_code == status, text(answer)
        return answer

    def get(self, **asked: str) -> str:
        return text(self.client.get(self.address, asked))


def test_two_reviewers_trust_an_installation_and_one_revokes_it(world: World) -> None:
    osaka = OtherInstallation()
    one, two = world.users[Role.REVIEWER], User.objects.create(username="two", role=Role.REVIEWER, password="!")
    said = {"act": "add", "name": "Osaka", "fingerprint": osaka.card.fingerprint}
    first, second = Page(one, "peers"), Page(two, "peers")
    wrong = first.post(
        422, **{**said, "fingerprint": "1234"}, card=SimpleUploadedFile("o.card", osaka.card.text().encode())
    )
    assert "somebody may have changed the card" in text(wrong)
    assert not Peer.objects.exists()
    shown = text(first.post(**said, card=SimpleUploadedFile("o.card", osaka.card.text().encode())))
    assert "waits for a second person" in shown
    assert "Compare the fingerprint" not in shown
    key = str(Peer.objects.get().pk)
    first.post(409, act="compare", key=key, fingerprint=osaka.card.fingerprint)
    assert "trusted" in text(second.post(act="compare", key=key, fingerprint=osaka.card.fingerprint))
    assert "revoked" in text(first.post(act="revoke", key=key, reason="鍵の紛失"))
    assert not Peer.objects.get().is_trusted


def test_a_person_leaves_by_three_peoples_pages_and_is_accepted_there(
    world: World, dossier: Dossier, osaka: OtherInstallation
) -> None:
    slug = world.operation.slug
    investigator, reviewer = world.users[Role.INVESTIGATOR], world.users[Role.REVIEWER]
    page = Page(investigator, "person-handover", slug, TAKAHASHI)
    boxes = {f"form-{box}": "別添" for box in rules().form}
    said = {"act": "prepare", "peer": "Osaka", "to": "osaka", "kind": "transfer", "reason": "転居"}
    refused = text(page.post(422, **said, version=str(dossier.version)))
    assert "not complete" in refused
    page.post(**said, **boxes, version=str(dossier.version))
    transfer = OutgoingHandover.objects.get().transfer
    page.post(409, act="approve", handover=transfer)
    Page(reviewer, "person-handover", slug, TAKAHASHI).post(act="approve", handover=transfer)
    assert "nobody acts on the person here any more" in page.get()
    page.post(act="send", handover=transfer)
    saved = page.post(act="file", handover=transfer)
    assert saved["Content-Disposition"] == f'attachment; filename="{transfer}-file.age"'
    assert "Handed over to Osaka" in Page(investigator, "owner", slug, TAKAHASHI).get()
    assert TAKAHASHI in Page(investigator, "inbox").get()
    with time_machine.travel(datetime.now(UTC) + rules().escalate, tick=False):
        assert "nobody answers: call them" in Page(investigator, "inbox").get()
        assert "nobody answers: call them" in Page(investigator, "home").get()
    came = Page(investigator, "handovers", slug)
    receipt = osaka.answers(saved.content, Word.RECEIPT)
    assert "Taken in: the receipt" in text(came.post(act="take-in", file=SimpleUploadedFile("r.age", receipt)))
    acceptance = osaka.answers(saved.content, Word.ACCEPTANCE, "受理")
    came.post(act="take-in", file=SimpleUploadedFile("a.age", acceptance))
    again = text(came.post(act="take-in", file=SimpleUploadedFile("a.age", acceptance)))
    assert "This is a second copy" in again
    altered = bytearray(acceptance)
    altered[-1] ^= 1
    assert "altered or damaged" in text(came.post(422, act="take-in", file=SimpleUploadedFile("x.age", bytes(altered))))
    assert "accepted there" in page.get()


def test_what_came_is_looked_at_received_and_accepted(world: World, dossier: Dossier, osaka: OtherInstallation) -> None:
    slug, by = world.operation.slug, world.users[Role.INVESTIGATOR]
    body = handed(world, dossier, osaka)
    page = Page(by, "handovers", slug)
    page.post(act="take-in", file=SimpleUploadedFile("o.age", osaka.offers(body)))
    transfer = IncomingHandover.objects.get().transfer
    assert transfer in page.get()
    shown = page.get(handover=transfer)
    assert "What it would become" in shown
    assert "on 3 rows of 1 files" in shown
    assert "two people here have to confirm the identity" in shown
    assert world.item.sha256 in re.sub("<[^>]*>", "", shown)
    page.post(409, act="accept", handover=transfer, answer="")
    page.post(act="receive", handover=transfer)
    page.post(422, act="return", handover=transfer, reason="")
    accepted = text(page.post(act="accept", handover=transfer, answer="受理"))
    assert "What it became" in accepted
    became = IncomingHandover.objects.get().dossier
    assert became is not None
    assert became.person_code in accepted
    saved = page.post(act="answer", handover=transfer)
    assert osaka.opens(saved.content).word is Word.ACCEPTANCE
    assert transfer in Page(by, "person-handover", slug, became.person_code).get()


def test_the_acceptance_of_a_protected_person_is_handed_out_though_its_page_is_gone(
    world: World, dossier: Dossier, osaka: OtherInstallation
) -> None:
    slug, by = world.operation.slug, world.users[Role.INVESTIGATOR]
    page = Page(by, "handovers", slug)
    page.post(act="take-in", file=SimpleUploadedFile("o.age", osaka.offers(handed(world, dossier, osaka))))
    came = IncomingHandover.objects.get()
    Protected.objects.create(
        category="police",
        name="高田 守",
        mail="ken.taka@mail.example",
        by=world.users[Role.REVIEWER],
        at=came.taken_in_at,
    )
    page.post(act="receive", handover=came.transfer)
    saved = page.post(act="accept", handover=came.transfer, answer="受理")
    assert osaka.opens(saved.content).word is Word.ACCEPTANCE
    assert page.client.get(page.address, {"handover": came.transfer}).status_code == 404
    again = page.post(act="answer", handover=came.transfer)
    assert osaka.opens(again.content).word is Word.ACCEPTANCE
    Page(world.users[Role.REVIEWER], "handovers", slug).post(404, act="answer", handover=came.transfer)


def test_what_came_is_shown_to_nobody_who_has_not_said_why(
    world: World, dossier: Dossier, osaka: OtherInstallation
) -> None:
    slug, by = world.operation.slug, world.users[Role.INVESTIGATOR]
    page = Page(by, "handovers", slug)
    page.post(act="take-in", file=SimpleUploadedFile("o.age", osaka.offers(handed(world, dossier, osaka))))
    came = IncomingHandover.objects.get()
    session = page.client.session
    del session[KEY]
    session.save()
    asked = page.get(handover=came.transfer)
    assert 'name="opened_for"' in asked
    assert dossier.name not in asked
    # Nor by a form that is refused, which shows the page again.
    refused = text(page.post(act="return", handover=came.transfer, reason=""))
    assert 'name="opened_for"' in refused
    assert dossier.name not in refused
    assert 'name="opened_for"' not in page.get(), "the list of what has come names nobody, and asks nothing"
    said = {"opened_for": "work", "opened_because": "Order 12"}
    shown = page.client.post(f"{page.address}?handover={came.transfer}", said, follow=True)
    assert dossier.name in text(shown)
    assert "Order 12" in text(shown)


def handed(world: World, dossier: Dossier, osaka: OtherInstallation) -> dict[str, Any]:
    """What Osaka would offer: what would leave here, the other way round."""
    from soken.casework.actions.offer_handover import offer_handover
    from soken.casework.selectors.handover_contents import handed_of

    made = offer_handover(
        dossier, by=world.users[Role.ANALYST], peer="Osaka", to="osaka", kind="transfer", reason="転居",
        form=dict.fromkeys(rules().form, "別添"),
    )  # fmt: skip
    body = handed_of(made).as_json() | {"from_force": "osaka", "to_force": "tokyo"}
    assert content_digest(body)
    return body


def test_an_unknown_handover_and_an_unknown_form_do_nothing(world: World, dossier: Dossier) -> None:
    by = world.users[Role.INVESTIGATOR]
    page = Page(by, "handovers", world.operation.slug)
    assert page.client.get(page.address, {"handover": "H-000000000000"}).status_code == 404
    page.post(422, act="nonsense")
    Page(by, "person-handover", world.operation.slug, TAKAHASHI).post(409, act="file", handover="H-000000000000")


def test_a_liaison_reads_and_does_nothing(world: World, dossier: Dossier, osaka: OtherInstallation) -> None:
    slug, by = world.operation.slug, world.users[Role.LIAISON]
    page = Page(by, "handovers", slug)
    file = SimpleUploadedFile("o.age", osaka.offers(handed(world, dossier, osaka)))
    assert "may not do this" in text(page.post(409, act="take-in", file=file))
    assert not IncomingHandover.objects.exists()
