"""A handover between installations: every state that the two sides can reach together, by any order of delivery."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from soken.route.handover import (
    ANSWERS,
    AWAY,
    IN_FLIGHT,
    OFFERS,
    OPEN,
    RECEIVER_STEPS,
    SENDER_STEPS,
    How,
    Incoming,
    Outgoing,
    Word,
    answer_of,
    owners,
    receiver_hears,
    receiver_may_act,
    sender_hears,
    sender_may_act,
    waited,
)
from soken.route.transfers import rules

AT = datetime(2026, 11, 20, 9, tzinfo=UTC)

#: Sender, receiver, and every word that was ever written: whoever carries files may deliver any of them, ever again.
World = tuple[Outgoing, Incoming | None, frozenset[Word]]


def next_worlds(world: World) -> set[World]:
    """Every world one act or one delivery away; a lost file is one that is never delivered."""
    sender, receiver, written = world
    found: set[World] = set()
    for after in SENDER_STEPS.get(sender, ()):
        says = {Outgoing.SENT: {Word.OFFER}, Outgoing.WITHDRAWING: {Word.WITHDRAWAL}}.get(after, set())
        found.add((after, receiver, written | says))
    if receiver is not None:
        found |= {(sender, after, written) for after in RECEIVER_STEPS.get(receiver, ())}
        answer = answer_of(receiver)
        found |= {(sender, receiver, written | {answer})} if answer else set()
    for word in written & OFFERS:
        heard = receiver_hears(receiver, word)
        assert isinstance(heard.state, Incoming)
        found.add((sender, heard.state, written))
    for word in written & ANSWERS:
        told = sender_hears(sender, word)
        assert isinstance(told.state, Outgoing)
        found.add((told.state, receiver, written))
    return found


@pytest.fixture(scope="module")
def worlds() -> set[World]:
    reached: set[World] = set()
    waiting: set[World] = {(Outgoing.OFFERED, None, frozenset())}
    while waiting:
        reached |= waiting
        waiting = set().union(*map(next_worlds, waiting)) - reached
    return reached


def test_the_search_reaches_every_state_of_both_sides(worlds: set[World]) -> None:
    assert {one[0] for one in worlds} == set(Outgoing)
    assert {one[1] for one in worlds} == {None, *Incoming}
    assert {word for one in worlds for word in one[2]} == set(Word)


def test_no_order_of_delivery_gives_two_owners_or_none(worlds: set[World]) -> None:
    assert [one for one in worlds if len(owners(one[0], one[1])) != 1] == []


def test_never_may_both_act_nor_a_side_that_does_not_own(worlds: set[World]) -> None:
    for sender, receiver, _written in worlds:
        own = owners(sender, receiver)
        assert not (sender_may_act(sender) and receiver_may_act(receiver))
        assert not sender_may_act(sender) or own == {"sender"}
        assert not receiver_may_act(receiver) or own == {"receiver"}


def test_the_receiver_once_owner_stays_it_and_the_sender_never_acts_again(worlds: set[World]) -> None:
    for world in worlds:
        if receiver_may_act(world[1]):
            for after in next_worlds(world):
                assert receiver_may_act(after[1])
                assert not sender_may_act(after[0])


def test_a_sender_that_acts_again_knows_that_it_can_never_be_accepted(worlds: set[World]) -> None:
    for world in worlds:
        if world[0] in {Outgoing.RETURNED, Outgoing.WITHDRAWN}:
            seen, waiting = {world}, {world}
            while waiting:
                waiting = set().union(*map(next_worlds, waiting)) - seen
                seen |= waiting
            assert not any(receiver_may_act(one[1]) for one in seen)


def test_between_honest_sides_nothing_contradicts_and_a_lost_answer_can_always_be_had_again(worlds: set[World]) -> None:
    for sender, receiver, written in worlds:
        for word in written & ANSWERS:
            assert sender_hears(sender, word).how is not How.CONTRADICTION, (sender, receiver, word)
        if sender in IN_FLIGHT and receiver in {Incoming.ACCEPTED, Incoming.RETURNED, Incoming.WITHDRAWN}:
            answer = answer_of(receiver)
            assert answer is not None
            assert sender_hears(sender, answer).state not in IN_FLIGHT


def test_from_every_state_in_flight_some_delivery_ends_it(worlds: set[World]) -> None:
    for world in worlds:
        seen, waiting = {world}, {world}
        while waiting:
            waiting = set().union(*map(next_worlds, waiting)) - seen
            seen |= waiting
        assert any(one[0] not in IN_FLIGHT and one[1] not in {Incoming.ARRIVED, Incoming.RECEIVED} for one in seen)


@pytest.mark.parametrize(
    ("state", "word", "how"),
    [
        (Outgoing.SENT, Word.RECEIPT, How.NEWS),
        (Outgoing.RECEIVED, Word.RECEIPT, How.AGAIN),
        (Outgoing.ACCEPTED, Word.RECEIPT, How.LATE),
        (Outgoing.WITHDRAWING, Word.RECEIPT, How.LATE),
        (Outgoing.SENT, Word.ACCEPTANCE, How.NEWS),
        (Outgoing.ACCEPTED, Word.ACCEPTANCE, How.AGAIN),
        (Outgoing.WITHDRAWING, Word.ACCEPTANCE, How.NEWS),
        (Outgoing.RETURNED, Word.ACCEPTANCE, How.CONTRADICTION),
        (Outgoing.WITHDRAWN, Word.ACCEPTANCE, How.CONTRADICTION),
        (Outgoing.ACCEPTED, Word.RETURN, How.CONTRADICTION),
        (Outgoing.SENT, Word.WITHDRAWN, How.CONTRADICTION),
        (Outgoing.OFFERED, Word.ACCEPTANCE, How.CONTRADICTION),
        (Outgoing.APPROVED, Word.RECEIPT, How.CONTRADICTION),
    ],
)
def test_what_an_answer_turns_out_to_be(state: Outgoing, word: Word, how: How) -> None:
    assert sender_hears(state, word).how is how


@pytest.mark.parametrize(
    ("state", "word", "after", "how"),
    [
        (None, Word.OFFER, Incoming.ARRIVED, How.NEWS),
        (None, Word.WITHDRAWAL, Incoming.WITHDRAWN, How.NEWS),
        (Incoming.WITHDRAWN, Word.OFFER, Incoming.WITHDRAWN, How.LATE),
        (Incoming.ACCEPTED, Word.OFFER, Incoming.ACCEPTED, How.AGAIN),
        (Incoming.ACCEPTED, Word.WITHDRAWAL, Incoming.ACCEPTED, How.LATE),
        (Incoming.RETURNED, Word.WITHDRAWAL, Incoming.RETURNED, How.LATE),
        (Incoming.RECEIVED, Word.WITHDRAWAL, Incoming.WITHDRAWN, How.NEWS),
    ],
)
def test_what_an_offer_or_its_withdrawal_turns_out_to_be(
    state: Incoming | None, word: Word, after: Incoming, how: How
) -> None:
    heard = receiver_hears(state, word)
    assert (heard.state, heard.how) == (after, how)


def test_a_receiver_hears_no_answers() -> None:
    with pytest.raises(ValueError, match="acceptance"):
        receiver_hears(Incoming.ARRIVED, Word.ACCEPTANCE)


def test_the_states_in_which_nobody_acts_here_are_those_that_left_and_did_not_come_back() -> None:
    assert set(AWAY) == {*IN_FLIGHT, Outgoing.ACCEPTED}
    assert set(OPEN) == {Outgoing.OFFERED, Outgoing.APPROVED, *IN_FLIGHT}


@pytest.mark.parametrize(
    ("state", "hours", "late", "escalated"),
    [
        (Outgoing.SENT, 23, False, False),
        (Outgoing.SENT, 24, True, False),
        (Outgoing.RECEIVED, 71, False, False),
        (Outgoing.RECEIVED, 72, True, False),
        (Outgoing.RECEIVED, 144, True, True),
        (Incoming.ARRIVED, 24, True, False),
        (Incoming.RECEIVED, 143, True, False),
        (Incoming.RECEIVED, 144, True, True),
        (Outgoing.ACCEPTED, 1000, False, False),
        (Incoming.WITHDRAWN, 1000, False, False),
    ],
)
def test_silence_becomes_late_and_then_escalates(
    state: Outgoing | Incoming, hours: int, late: bool, escalated: bool
) -> None:
    found = waited(state, AT, None, AT + timedelta(hours=hours))
    assert (found.late, found.escalated) == (late, escalated)


def test_a_withdrawal_has_a_clock_of_its_own_and_what_has_not_left_has_none() -> None:
    asked = AT + timedelta(days=3)
    assert waited(Outgoing.WITHDRAWING, AT, asked, asked).due_at == asked + rules().receive
    assert waited(Outgoing.OFFERED, None, None, AT).due_at is None
