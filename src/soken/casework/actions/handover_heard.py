"""What hearing a file of another installation comes to, on whichever side: told, or refused, in the same words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from soken.core.errors import RefusedError
from soken.exchange.handed import moment
from soken.route.handover import How, Word

if TYPE_CHECKING:
    from soken.casework.models import IncomingHandover, OutgoingHandover, Peer
    from soken.exchange.handover import Statement

#: Longest answer that is kept of what the other installation says.
LONGEST: Final = 4000
WORDS: Final = {
    Word.OFFER: gettext_lazy("the person"),
    Word.WITHDRAWAL: gettext_lazy("the withdrawal"),
    Word.RECEIPT: gettext_lazy("the receipt"),
    Word.ACCEPTANCE: gettext_lazy("the acceptance"),
    Word.RETURN: gettext_lazy("the return"),
    Word.WITHDRAWN: gettext_lazy("the word that the withdrawal was heard"),
}


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What a file came to.

    Attributes:
        how: news, or what else it turned out to be.
        word: what it says.
        transfer: code of the handover.
        operation: short name of the operation where it is, '' where whoever took it in may not see the person.
        person: code of the person here, '' where there is none, or none whom they may see.
        state: where the handover stands now, '' where they may not see it.
        said: all this in one sentence.
    """

    how: How
    word: Word
    transfer: str
    operation: str
    person: str
    state: str
    said: str


def check_same(known: IncomingHandover | OutgoingHandover, peer: Peer, statement: Statement) -> None:
    """Refuse a word on a transfer that is another installation's, or of other contents than those that are known.

    Raises:
        RefusedError: it is.
    """
    named = {"name": peer.name, "transfer": statement.transfer}
    if known.peer.name != peer.name:
        raise RefusedError(_("Handover %(transfer)s is not one of %(name)s; nothing was taken in: call them.") % named)
    if known.content_sha256 != statement.content:
        raise RefusedError(
            _(
                "What %(name)s says of %(transfer)s is about other contents than those that are known here: one of the "
                "two was altered. Nothing was taken in; call them."
            )
            % named
        )


def sentence(how: How, statement: Statement, peer: Peer, state: object) -> str:
    """Return in one sentence what a file came to."""
    named = {
        "name": peer.name, "word": WORDS[statement.word], "transfer": statement.transfer, "state": state,
        "at": moment(statement.at).strftime("%Y-%m-%d %H:%M %Z"),
    }  # fmt: skip
    if how is How.AGAIN:
        return (
            _("This is a second copy: %(word)s of %(transfer)s was taken in before; nothing changed (%(state)s).")
            % named
        )
    if how is How.LATE:
        return (
            _("This came late: %(word)s of %(transfer)s, written %(at)s, is overtaken; nothing changed (%(state)s).")
            % named
        )
    return _("Taken in: %(word)s of %(transfer)s from %(name)s; it stands at “%(state)s”.") % named


def told_to_few(how: How, statement: Statement, said: str) -> TakenIn:
    """Return what somebody is told who takes in a word about a person whom they may not see: nothing of the person."""
    return TakenIn(how, statement.word, statement.transfer, "", "", "", said)
