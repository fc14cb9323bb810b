"""Django's PostgreSQL backend with the ledger, which tells the server who looks before it is asked anything (ADR 13).

What is told belongs to the connection, and so to whoever uses it: it is told anew when somebody else looks, when a
transaction or a part of one is undone (which undoes the telling too), and taken back when the connection is returned.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.db import DatabaseError

from soken.ledger.postgresql import base

if TYPE_CHECKING:
    from collections.abc import Callable

    from soken.casework.row_answer import Answer

#: The settings, in the order in which `soken.casework.row_answer.Answer` holds them.
ANSWERED: Final = ("operations", "only", "persons", "rows", "ids", "protected", "by_force", "force", "let_in")
#: Statements that only begin, end or undo a part of a transaction: one of them may be all that still runs in it.
_OF_TRANSACTIONS: Final = ("SAVEPOINT", "ROLLBACK", "RELEASE")
_TELL: Final = "select " + ", ".join(f"set_config('soken.{name}', %s, false)" for name in ANSWERED)


class DatabaseWrapper(base.DatabaseWrapper):
    """Tells who looks."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.execute_wrappers.append(self._told_first)
        self._told: Answer | None = None
        self._finding_out = False

    def connect(self) -> None:
        """Connect; the new connection has been told nothing."""
        self._told = None
        super().connect()

    def close_if_unusable_or_obsolete(self) -> None:
        """End the connection if it is of no further use; one that is kept is left to nobody."""
        super().close_if_unusable_or_obsolete()
        self._take_back()

    def _close(self) -> None:
        if self.pool:
            self._take_back()
        super()._close()  # type: ignore[misc]

    def _rollback(self) -> None:
        self._told = None
        super()._rollback()

    def _savepoint_rollback(self, sid: str) -> None:
        self._told = None
        super()._savepoint_rollback(sid)  # type: ignore[misc]

    def _told_first(
        self, execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]
    ) -> Any:
        """Tell the server who looks, if it does not know, before it executes a statement."""
        if not self._finding_out and not str(sql).startswith(_OF_TRANSACTIONS):
            self._tell_who_looks()
        return execute(sql, params, many, context)

    def _tell_who_looks(self) -> None:
        """Find out what whoever looks now may see, and tell it. To find it out is a step of the machine."""
        from soken.casework.row_answer import EVERYTHING, known_answer, row_answer

        answer = known_answer()
        if answer is None:
            self._finding_out = True
            try:
                self._tell(EVERYTHING)
                answer = row_answer()
            finally:
                self._finding_out = False
        self._tell(answer)

    def _tell(self, answer: Answer) -> None:
        """Tell an answer, by the driver's own cursor: it is no statement of the page's."""
        if answer == self._told:
            return
        with self.wrap_database_errors, self.connection.cursor() as cursor:
            cursor.execute(_TELL, answer.told())
        self._told = answer

    def _take_back(self) -> None:
        """Have a connection that is kept see nothing until it is told who looks next."""
        from soken.casework.row_answer import NOTHING

        if self.connection is None or self.in_atomic_block or self._told in (None, NOTHING):
            return
        try:
            self._tell(NOTHING)
        except DatabaseError:
            self.close()
