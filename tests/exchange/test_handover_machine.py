"""Two installations with keys of their own and a carrier who loses, doubles, delays, mixes and alters files."""

from __future__ import annotations

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from soken.core.errors import BadInputError
from soken.exchange.handover import Statement, content_digest, seal, unseal
from soken.route.handover import (
    IN_FLIGHT,
    OFFERS,
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
)
from tests.exchange.test_handover import KYOTO, OSAKA, TOKYO, Side

BODY = {"name": "佐藤 一郎"}
TRANSFER = "H-000000000001"


class Installation:
    """What an installation keeps of one transfer, and how it hears a file: as the acts do, without a database."""

    def __init__(self, keys: Side, peer: Side) -> None:
        self.keys, self.peer = keys, peer
        self.out: Outgoing | None = None
        self.into: Incoming | None = None

    def says(self, word: Word) -> bytes:
        statement = Statement(
            word, TRANSFER, self.keys.card.signing, self.peer.card.signing, "2026-11-20T09:00:00+00:00",
            content_digest(BODY), BODY if word is Word.OFFER else {},
        )  # fmt: skip
        return seal(statement, self.keys.signing, [self.peer.card.recipient])

    def hears(self, data: bytes) -> How:
        """Take a file in; BadInputError where it is refused."""
        statement = unseal(data, str(self.keys.identity))
        if (statement.speaker, statement.hearer) != (self.peer.card.signing, self.keys.card.signing):
            raise BadInputError("not trusted, or not for us")
        if statement.word in OFFERS:
            heard = receiver_hears(self.into, statement.word)
            assert isinstance(heard.state, Incoming)
            self.into = heard.state
        else:
            assert self.out is not None
            heard = sender_hears(self.out, statement.word)
            assert isinstance(heard.state, Outgoing)
            self.out = heard.state
        return heard.how


class TwoInstallations(RuleBasedStateMachine):
    """Tokyo hands a person over to Osaka; Kyoto listens, and so does whoever carries."""

    def __init__(self) -> None:
        super().__init__()
        self.tokyo, self.osaka = Installation(TOKYO, OSAKA), Installation(OSAKA, TOKYO)
        self.tokyo.out = Outgoing.SENT
        #: Every file that is under way: to whom, and its bytes. What is delivered stays: it can be delivered again.
        self.carried: list[tuple[Installation, bytes]] = [(self.osaka, self.tokyo.says(Word.OFFER))]
        self.has_moved = False

    # -- what people do ------------------------------------------------------------------------------------------------

    @precondition(lambda self: self.tokyo.out in SENDER_STEPS)
    @rule(which=st.integers(0, 1))
    def tokyo_acts(self, which: int) -> None:
        assert self.tokyo.out is not None
        ways = sorted(SENDER_STEPS[self.tokyo.out])
        self.tokyo.out = ways[which % len(ways)]
        self._tokyo_says()

    @precondition(lambda self: self.tokyo.out in IN_FLIGHT)
    @rule()
    def tokyo_sends_again(self) -> None:
        self._tokyo_says()

    def _tokyo_says(self) -> None:
        assert self.tokyo.out is not None
        if self.tokyo.out in IN_FLIGHT:
            word = Word.WITHDRAWAL if self.tokyo.out is Outgoing.WITHDRAWING else Word.OFFER
            self.carried.append((self.osaka, self.tokyo.says(word)))

    @precondition(lambda self: self.osaka.into in RECEIVER_STEPS)
    @rule(which=st.integers(0, 1))
    def osaka_acts(self, which: int) -> None:
        assert self.osaka.into is not None
        ways = sorted(RECEIVER_STEPS[self.osaka.into])
        self.osaka.into = ways[which % len(ways)]

    @precondition(lambda self: self.osaka.into not in {None, Incoming.ARRIVED})
    @rule()
    def osaka_answers(self) -> None:
        assert self.osaka.into is not None
        word = answer_of(self.osaka.into)
        assert word is not None
        self.carried.append((self.tokyo, self.osaka.says(word)))

    @rule()
    def nobody_does_anything(self) -> None:
        pass

    # -- what the carrier does -----------------------------------------------------------------------------------------

    @precondition(lambda self: self.carried)
    @rule(which=st.integers(0, 1000))
    def deliver(self, which: int) -> None:
        to, file = self.carried[which % len(self.carried)]
        assert to.hears(file) is not How.CONTRADICTION

    @precondition(lambda self: self.carried)
    @rule(which=st.integers(0, 1000))
    def lose(self, which: int) -> None:
        del self.carried[which % len(self.carried)]

    @precondition(lambda self: self.carried)
    @rule(
        which=st.integers(0, 1000), at=st.integers(0, 10_000), flip=st.integers(1, 255), word=st.sampled_from([*Word])
    )
    def does_mischief(self, which: int, at: int, flip: int, word: Word) -> None:
        """Alter a byte, carry a file to whom it is not for, pass off words of somebody whom nobody trusts."""
        to, file = self.carried[which % len(self.carried)]
        altered = bytearray(file)
        altered[at % len(altered)] ^= flip
        self._nobody_hears(bytes(altered))
        wrong = self.tokyo if to is self.osaka else self.osaka
        for side in (Installation(KYOTO, TOKYO), Installation(KYOTO, OSAKA), wrong):
            with pytest.raises(BadInputError):
                side.hears(file)
        self._nobody_hears(Installation(KYOTO, to.keys).says(word))

    def _nobody_hears(self, file: bytes) -> None:
        before = self.tokyo.out, self.osaka.into
        for side in (self.tokyo, self.osaka):
            with pytest.raises(BadInputError):
                side.hears(file)
        assert before == (self.tokyo.out, self.osaka.into)

    # -- what is always so ---------------------------------------------------------------------------------------------

    @invariant()
    def one_owner(self) -> None:
        assert len(owners(self.tokyo.out, self.osaka.into)) == 1

    @invariant()
    def at_most_one_acts(self) -> None:
        assert not (sender_may_act(self.tokyo.out) and receiver_may_act(self.osaka.into))

    @invariant()
    def an_ownership_that_has_moved_never_comes_back_by_itself(self) -> None:
        self.has_moved = self.has_moved or receiver_may_act(self.osaka.into)
        assert not self.has_moved or owners(self.tokyo.out, self.osaka.into) == {"receiver"}


TestTwoInstallations = TwoInstallations.TestCase
TestTwoInstallations.settings = settings(max_examples=50, stateful_step_count=40, deadline=None)
