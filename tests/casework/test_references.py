"""References in the search box: what a number names, only where the reader may look, each by its index."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from soken.access.models import Role, User
from soken.casework.actions.offer_transfer import offer_transfer
from soken.casework.actions.receive_referral import receive_referral
from soken.casework.actions.record_disposition import record_disposition
from soken.casework.actions.record_warrant import record_warrant
from soken.casework.actions.withdraw_prosecutor import withdraw_receipt
from soken.casework.models import Membership, Operation, Squad
from soken.casework.models.warrant import folded
from soken.casework.selectors.dossier import today
from soken.casework.selectors.packet import packet_of
from soken.casework.selectors.references import references
from soken.casework.selectors.search import OPERATIONS, search, search_everywhere
from soken.review.stages import Stage
from soken.route.transfers import rules
from tests.casework.dossiers import AT, Room, bring_to, make_dossier, make_room, refer

if TYPE_CHECKING:
    from soken.casework.models import Dossier

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]


@pytest.fixture
def referred(room: Room) -> Dossier:
    """A person whose case was referred, received and decided, each under a number of its own."""
    dossier = bring_to(make_dossier(room), Stage.READY, room)
    refer(dossier, room, reference="東生環送第12号")
    receive_referral(dossier, by=room.liaison, on=today(), number="令8検第345号")
    record_disposition(dossier, by=room.liaison, kind="summary-order", on=today(), reference="令8処分第6号")
    return dossier


def named(room: Room, text: str, who: str = "analyst") -> list[tuple[str, str]]:
    """What a text names for somebody: kind and person."""
    return [(one.kind, one.person) for one in search_everywhere(room.users[who], text).references]


@pytest.mark.parametrize(
    ("typed", "kind"),
    [
        pytest.param("東生環送第12号", "referral", id="as it was recorded"),
        pytest.param(" 東生環送 第１２号", "referral", id="full width, with blanks"),
        pytest.param("令8検第345号", "receipt", id="the office's number"),
        pytest.param("令8処分第6号", "disposition", id="the decision's number"),
    ],
)
def test_a_case_is_found_by_each_number_under_which_it_is_known(
    typed: str, kind: str, room: Room, referred: Dossier
) -> None:
    assert named(room, typed) == [(kind, referred.person_code)]
    (here,) = search(room.analyst, room.operation, typed).references
    assert (here.kind, here.slug) == (kind, room.operation.slug)
    assert search(room.analyst, room.operation, typed, page=2).references == ()


@pytest.mark.parametrize("typed", ["", "・", "東生環送", "第12号", "%", "東生環送第12号%"])
def test_a_part_of_a_reference_names_nothing(typed: str, room: Room, referred: Dossier) -> None:
    assert named(room, typed) == []


def test_a_receipt_that_was_withdrawn_is_found_no_more(room: Room) -> None:
    dossier = bring_to(make_dossier(room), Stage.READY, room)
    refer(dossier, room)
    receive_referral(dossier, by=room.liaison, on=today(), number="検9号")
    assert named(room, "検9号")
    withdraw_receipt(dossier, by=room.liaison, reason="別人の番号")
    assert named(room, "検9号") == []


def test_a_warrant_an_agreement_and_a_transfer_are_found(room: Room) -> None:
    dossier = make_dossier(room)
    made = record_warrant(
        room.operation, by=room.analyst, kind="inquiry", reference="照会第７号", issued_by="警視庁",
        issued_on=date(2026, 1, 5), scope="契約者情報", persons=[dossier.person_code],
    )  # fmt: skip
    Squad.objects.create(
        operation=room.operation, reference="協定第3号", folded=folded("協定第3号"), forces=["tokyo", "osaka"],
        since=today(), until=today(), by=room.reviewer, at=AT,
    )  # fmt: skip
    sent = offer_transfer(
        dossier, by=room.investigator, to="osaka", kind="transfer", reason="転居",
        form=dict.fromkeys(rules().form, "別添"),
    )  # fmt: skip
    assert named(room, "照会第7号") == [("warrant", dossier.person_code)]
    assert [one.key for one in references(room.analyst, "照会第7号")] == [str(made.pk)]
    assert named(room, "協定第３号") == [("squad", "")]
    for typed in (str(sent.pk), f"#{sent.pk}"):
        assert named(room, typed) == [("transfer", dossier.person_code)]


def test_a_packet_is_found_by_the_number_that_is_printed_on_it(room: Room) -> None:
    dossier = bring_to(make_dossier(room), Stage.READY, room)
    draft = packet_of(dossier, "ja").number
    assert named(room, draft) == [("packet-draft", dossier.person_code)]
    refer(dossier, room)
    sent = packet_of(dossier, "ja").number
    assert named(room, sent.lower()) == [("packet", dossier.person_code)]
    bare = make_dossier(room)
    before = packet_of(bare, "ja").number
    bring_to(bare, Stage.READY, room)
    assert named(room, before) == [("packet-past", bare.person_code)]


def test_what_a_reader_may_not_see_is_not_named(room: Room, referred: Dossier) -> None:
    for who in ("stranger", "auditor"):
        assert named(room, "東生環送第12号", who) == []
    other = make_room("osprey")
    assert references(other.analyst, "東生環送第12号") == ()
    assert references(room.analyst, "東生環送第12号", other.operation) == (), "not in the operation asked for"


def test_who_is_no_member_any_more_finds_nothing(room: Room, referred: Dossier) -> None:
    room.analyst.memberships.all().delete()
    assert named(room, "東生環送第12号") == []


def test_each_reference_is_asked_by_an_index(room: Room, referred: Dossier) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("the plan of a table of three rows says nothing on PostgreSQL")
    with CaptureQueriesContext(connection) as asked:
        for typed in ("令8検第345号", "12", "E-000000000001"):
            references(room.analyst, typed)
    plans = [line for one in asked.captured_queries for line in _plan(one["sql"])]
    assert len(plans) > len(asked.captured_queries) // 2
    assert [line for line in plans if line.startswith("SCAN casework_")] == []


def _plan(sql: str) -> list[str]:
    """Return how SQLite goes about a query."""
    with connection.cursor() as cursor:
        cursor.execute(f"explain query plan {sql}")
        return [line[3] for line in cursor.fetchall()]


def test_operations_beyond_those_looked_into_are_counted_and_reached() -> None:
    user = User.objects.create(username="centre", role=Role.ANALYST, password="!")
    for number in range(OPERATIONS + 3):
        one = Operation.objects.create(name=f"Operation {number}", slug=f"op-{number}", created_at=AT)
        Membership.objects.create(operation=one, user=user)
    first, second, beyond = (search_everywhere(user, "佐藤", page=page) for page in (1, 2, 3))
    seen = [(one.first, one.last, one.operations, one.more) for one in (first, second)]
    assert seen == [(1, OPERATIONS, OPERATIONS + 3, True), (OPERATIONS + 1, OPERATIONS + 3, OPERATIONS + 3, False)]
    assert (beyond.looked, beyond.more) == (0, False)


def test_a_reference_is_found_in_every_operation_however_many(room: Room, referred: Dossier) -> None:
    """The oldest of more operations than are looked into for persons."""
    Operation.objects.filter(pk=room.operation.pk).update(created_at=AT.replace(year=2020))
    newer: list[Any] = []
    for number in range(OPERATIONS + 1):
        one = Operation.objects.create(name=f"Operation {number}", slug=f"op-{number}", created_at=AT)
        newer.append(Membership(operation=one, user=room.analyst))
    Membership.objects.bulk_create(newer)
    assert named(room, "東生環送第12号") == [("referral", referred.person_code)]
