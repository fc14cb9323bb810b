"""Going on after the ledger's head was altered: by an administrator, for a reason, and told of in the ledger itself.

A ledger whose head does not stand at its newest entry takes no entry, so that no act is taken: what was cut off or put
in would be covered by what follows. Somebody has to look into it first, and to say so.
"""

from __future__ import annotations

from typing import Any, Final

from django.db import ProgrammingError, connection, transaction

from soken.core.errors import BadInputError, EnvironmentProblemError, RefusedError
from soken.ledger.dialect import Raw
from soken.ledger.entries import LONGEST, Draft, Kind
from soken.ledger.record import record
from soken.ledger.triggers import refusing

#: What the ledger calls it that its head was altered, and stands at the newest entry again.
RESUME: Final = "resume"


def resume_ledger(why: str) -> dict[str, Any]:
    """Put the head where the newest entry is, and record that, with what was there; return what is recorded.

    What was cut off stays missing and what was put in stays named: `verify` tells of this until a checkpoint is signed,
    and for ever of earlier checkpoints that no longer fit.

    Args:
        why: what was found when somebody looked into it; closed with the installation's key.

    Raises:
        BadInputError: nothing is said, or too much.
        RefusedError: the head stands at the newest entry.
        EnvironmentProblemError: the database's role may not take the triggers down that refuse to move the head.
    """
    said = " ".join(why.split())
    if not said or len(said) > LONGEST:
        raise BadInputError(f"Say in at most {LONGEST} characters what was found when somebody looked into it.")
    try:
        with transaction.atomic():
            facts = _moved(Raw(connection))
            record(Draft(Kind.SYSTEM, act=RESUME, facts=facts, secret={"because": said}))
    except ProgrammingError as refused:
        raise EnvironmentProblemError(
            "The head of the ledger is moved by whoever owns the tables alone; run soken ledger resume as the owner."
        ) from refused
    return facts


def _moved(raw: Raw) -> dict[str, Any]:
    """Put the head at the newest entry; return where both stood.

    Raises:
        RefusedError: they stand at the same.
    """
    head = raw.row("select seq, hash from ledger_entry_head where id = 1")
    newest = raw.row("select seq, hash from ledger_entry order by seq desc limit 1")
    if newest is None or (head is not None and tuple(head) == tuple(newest)):
        raise RefusedError("The head of the ledger stands at its newest entry: there is nothing to resume.")
    refusing("default", on=False)
    if head is None:
        raw.run("insert into ledger_entry_head (id, seq, hash) values (1, ?, ?)", list(newest))
    else:
        raw.run("update ledger_entry_head set seq = ?, hash = ? where id = 1", list(newest))
    refusing("default", on=True)
    return {
        "head": 0 if head is None else head[0], "head_hash": "" if head is None else head[1],
        "newest": newest[0], "newest_hash": newest[1],
    }  # fmt: skip
