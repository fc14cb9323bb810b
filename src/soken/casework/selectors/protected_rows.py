"""Which rows of a reading name a protected person, in whatever part: as account holder, as addressee, as payer (R32).

For the moment in which a list is taken in, before any run: each row is looked at as it was typed. Of each column only
its distinct values are brought into comparable form, and of the homes only those of rows that bear a wanted name.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa

from soken.casework.selectors import store
from soken.casework.selectors.protected import beside_of
from soken.core.clock import now
from soken.normalise.address import normalise_address
from soken.normalise.dates import normalise_date
from soken.normalise.kanji import fold_kanji
from soken.normalise.mail import normalise_mail
from soken.normalise.name_words import fold_word
from soken.normalise.phone import normalise_phone
from soken.normalise.romaji import romaji_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from soken.casework.selectors.protected import Wanted

_KANJI: Final = re.compile(r"[一-龯々〆ヶ]")
_HOME: Final = ("postal_code", "prefecture", "city", "address", "address2")
#: At most so many values are held, and so many rows asked for by their number, at once.
_AT_ONCE: Final = 5_000


@dataclass(frozen=True, slots=True)
class _Part:
    """A part in which a row can name somebody.

    Attributes:
        name: its name, before the way by which somebody was recognised; '' for the account holder.
        names: SQL of the name, whole or of two columns.
        kana: SQL of its reading, likewise; '' where there is no column.
        mails, phones: the columns.
        home: the columns of the home that stands beside the name.
        born: the column of the day of birth; '' for none.
    """

    name: str
    names: str
    kana: str = ""
    mails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    home: tuple[str, ...] = _HOME
    born: str = ""


def _whole(begin: str, what: str) -> str:
    """Return the SQL of a name that stands in one column or in two."""
    family, given = f"{begin}family_{what}", f"{begin}given_{what}"
    return f"coalesce(nullif({begin}full_{what}, ''), nullif(concat_ws(' ', {family}, {given}), ''))"


_PARTS: Final = (
    _Part("", _whole("", "name"), _whole("", "kana"), ("email", "email2"), ("phone", "phone2"), born="birth_date"),
    _Part(
        "addressee-", _whole("ship_", "name"), _whole("ship_", "kana"), (), ("ship_phone",),
        tuple(f"ship_{one}" for one in _HOME),
    ),
    _Part("payer-", "payer_name"),
)  # fmt: skip


def reading_matched(rows: Path, wanted: list[Wanted]) -> list[tuple[int, Wanted, str]]:
    """Return which rows of a reading name whom, and by what.

    Args:
        rows: the reading's ``rows.parquet``.
        wanted: who is looked for.

    Raises:
        DamagedStoreError: the reading cannot be read.
    """
    keys: dict[tuple[str, str], set[int]] = defaultdict(set)
    today = now().date()
    for number, one in enumerate(wanted):
        beside = beside_of(one, today)
        for kind, key in one.known_by():
            # A name alone says nobody: whoever has nothing that could stand beside it is not looked for by it.
            if kind in {"mail", "phone"} or beside.born or beside.place:
                keys[kind, key].add(number)
    if not keys:
        return []
    found = {hit for part in _PARTS for hit in _in_part(part, rows, keys, wanted)}
    return [(row, wanted[number], how) for row, number, how in sorted(found)]


def _in_part(
    part: _Part, rows: Path, keys: dict[tuple[str, str], set[int]], wanted: list[Wanted]
) -> Iterator[tuple[int, int, str]]:
    """Yield row, number of whom it names, and by what, for one part."""
    for column in part.mails:
        for row, number in _held(rows, column, lambda text: normalise_mail(text).key, "mail", keys):
            yield row, number, f"{part.name}mail"
    for column in part.phones:
        for row, number in _held(rows, column, lambda text: normalise_phone(text).key, "phone", keys):
            yield row, number, f"{part.name}phone"
    named = set(_held(rows, part.names, _name_key, "name", keys)) | set(
        _held(rows, part.names, _spoken_key, "reading", keys)
    )
    if part.kana:
        named |= set(_held(rows, part.kana, romaji_key, "reading", keys))
    yield from _beside_names(part, rows, named, wanted)


def _held(
    rows: Path, column: str, key_of: Callable[[str], str | None], kind: str, keys: dict[tuple[str, str], set[int]]
) -> Iterator[tuple[int, int]]:
    """Yield row and number of whom its value of a column is known to be; each distinct value is looked at once."""
    if not any(one == kind for one, _key in keys):
        return
    distinct = f"select distinct {column} as said from read_parquet($rows) where {column} is not null"  # noqa: S608
    hits = {
        said: keys[kind, key]
        for said in _streamed(distinct, rows)
        if (key := key_of(said)) is not None and (kind, key) in keys
    }
    if not hits:
        return
    table = pa.table({"said": pa.array(list(hits), pa.string())})
    at = f"select row, {column} as said from read_parquet($rows) join hits on hits.said = {column}"  # noqa: S608
    for one in store.ask(at, {"hits": table}, rows=rows):
        for number in hits[one["said"]]:
            yield one["row"], number


def _streamed(sql: str, rows: Path) -> Iterator[str]:
    """Yield the values of a query of one column; of a large list they are not all held at once."""
    with store.asked(sql, {"rows": rows}) as cursor:
        while some := cursor.fetchmany(_AT_ONCE):
            for (said,) in some:
                yield said


def _name_key(text: str) -> str | None:
    """Return the comparable form of a name as typed."""
    return fold_word(fold_kanji(text)) or None


def _spoken_key(text: str) -> str | None:
    """Return the reading that a name is typed in; a reading alone says who somebody is only where there is no kanji."""
    return None if _KANJI.search(text) else romaji_key(text)


def _beside_names(
    part: _Part, rows: Path, named: set[tuple[int, int]], wanted: list[Wanted]
) -> Iterator[tuple[int, int, str]]:
    """Yield those rows beside whose name a wanted day of birth stands, or a home where the force is."""
    columns = [*part.home, *([part.born] if part.born else [])]
    numbers = sorted({row for row, _number in named})
    for begin in range(0, len(numbers), _AT_ONCE):
        asked = store.numbers(numbers[begin : begin + _AT_ONCE])
        sql = f"select row, {', '.join(columns)} from read_parquet($rows) where row in ({asked})"  # noqa: S608
        beside = {one["row"]: one for one in store.ask(sql, rows=rows)}
        for row, number in named:
            if row in beside:
                how = _how(part, beside[row], wanted[number])
                if how:
                    yield row, number, f"{part.name}{how}"


def _how(part: _Part, cells: dict[str, Any], one: Wanted) -> str:
    """Return by what a row that bears somebody's name is theirs; '' where nothing stands beside it."""
    known = beside_of(one, now().date())
    if part.born and known.born and normalise_date(cells[part.born] or "").iso == known.born:
        return "name-birth"
    if known.place and normalise_address(*(cells[name] for name in part.home)).prefecture == known.place:
        return "name-force"
    return ""
