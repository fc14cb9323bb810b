"""The condition that a text column begins with something, in a form that an index finds.

``LIKE`` is of no use for it: PostgreSQL looks into no index for a function that might tell of rows which row-level
security leaves out, and ``LIKE`` is one (its functions are not "leakproof"); comparisons are none. They are made byte
by byte, which is the order of code points in UTF-8, whatever language the database sorts by.
"""

from __future__ import annotations

from functools import reduce
from itertools import product
from operator import or_
from typing import TYPE_CHECKING, Any, Final

from django.db import connections
from django.db.models import CharField, Q
from django.db.models.lookups import Lookup

from soken.casework.models import Person

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

#: Letters at the beginning that are looked for in either case; the rest is compared behind the index.
_EITHER_CASE: Final = 3
#: Columns of `Person` that the list is filtered by.
_COLUMNS: Final = ("name", "kana", "code")


@CharField.register_lookup
class Begins(Lookup):
    """``column__begins="text"``: the column begins with just this text."""

    lookup_name = "begins"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
        """Compare as SQLite does: byte by byte."""
        return self._between(compiler, connection, "")

    def as_postgresql(self, compiler: Any, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
        """Compare byte by byte, whatever the database sorts by."""
        return self._between(compiler, connection, ' COLLATE "C"')

    def _between(self, compiler: Any, connection: BaseDatabaseWrapper, order: str) -> tuple[str, tuple[Any, ...]]:
        column, given = self.process_lhs(compiler, connection)
        text, behind = str(self.rhs), first_behind(str(self.rhs))
        sql = f"{column}{order} >= %s"
        if not behind:
            return sql, (*given, text)
        return f"({sql} AND {column}{order} < %s)", (*given, text, *given, behind)


def first_behind(text: str) -> str:
    """Return the first text that comes after every one that begins with a text; '' where nothing does."""
    for at in range(len(text) - 1, -1, -1):
        number = ord(text[at]) + 1
        if number <= 0x10FFFF:
            # Between the two lie the halves of UTF-16, which are no characters.
            return text[:at] + chr(0xE000 if number == 0xD800 else number)
    return ""


def begins(column: str, text: str) -> Q:
    """Return the condition that a column begins with a text, in capitals or not.

    Args:
        column: of the model, with an index that begins with it or with the operation and it.
        text: at least one character.
    """
    head, rest = text[:_EITHER_CASE], text[_EITHER_CASE:]
    spellings = {"".join(letters) for letters in product(*({one, one.lower(), one.upper()} for one in head))}
    if spellings == {head} and rest.lower() == rest.upper():
        return Q(**{f"{column}__begins": text})
    found = reduce(or_, (Q(**{f"{column}__begins": one}) for one in sorted(spellings)))
    return found & Q(**{f"{column}__istartswith": text})


def index_beginnings(using: str = "default", **_signal: Any) -> None:
    """Make the indexes for `begins` on PostgreSQL; elsewhere the model's own serve (receiver of post_migrate)."""
    if connections[using].vendor != "postgresql":
        return
    table = Person._meta.db_table
    with connections[using].cursor() as cursor:
        for column in _COLUMNS:
            name = f"person_{column}_begins"
            cursor.execute(f'create index if not exists {name} on {table} (operation_id, {column} collate "C")')
