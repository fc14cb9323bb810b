"""The normalising functions over whole columns: distinct values in, comparable values out, as Arrow tables.

Each task takes a table whose first column ``id`` names the value and gives a table with the same ids. They run in this
process for short lists and in worker processes (`workers`) for long ones, so arguments and results are plain data.
"""

from __future__ import annotations

from functools import cache
from itertools import accumulate, chain
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from soken.normalise.address_heads import Addresses
from soken.normalise.address_intl import normalise_address_intl
from soken.normalise.dates import day_first_of, normalise_date
from soken.normalise.mail import normalise_mail
from soken.normalise.name_split import KnownNames
from soken.normalise.names import parse_name
from soken.normalise.phone import normalise_phone
from soken.normalise.plain import (
    normalise_account,
    normalise_card,
    normalise_company,
    normalise_device,
    normalise_login,
    normalise_number,
    normalise_sex,
)
from soken.normalise.western import parse_western

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

Options = dict[str, Any]
_TEXT, _TEXTS, _FLAG = pa.string(), pa.list_(pa.string()), pa.bool_()

_NAME = [
    ("key", _TEXT), ("script", _TEXT), ("family", _TEXT), ("given", _TEXT), ("split_sure", _FLAG),
    ("family_typed", _TEXTS), ("given_typed", _TEXTS), ("full_typed", _TEXTS),
    ("family_exact", _TEXT), ("given_exact", _TEXT), ("swapped_possible", _FLAG),
    ("generation", _TEXT), ("words", _TEXTS),
]  # fmt: skip
_ADDRESS = [(name, _TEXT) for name in ("postal", "prefecture", "municipality", "town", "street", "building", "key")]


def _built(ids: pa.ChunkedArray, rows: Iterable[tuple[Any, ...]], columns: list[tuple[str, pa.DataType]]) -> pa.Table:
    """Return a table of ids and the values of row tuples, of the given types."""
    values = list(zip(*rows, strict=True)) or [() for _column in columns]
    arrays = [
        _lists(column) if kind == _TEXTS else pa.array(column, kind)
        for column, (_name, kind) in zip(values, columns, strict=True)
    ]
    return pa.table([ids, *arrays], names=["id", *(name for name, _kind in columns)])


def _lists(values: Sequence[Sequence[str]]) -> pa.ListArray:
    """Return a column of lists of texts, its two parts made by themselves (three times as fast as list by list)."""
    ends = accumulate(map(len, values), initial=0)
    texts = pa.array(list(chain.from_iterable(values)), _TEXT)
    return pa.ListArray.from_arrays(pa.array(ends, pa.int32()), texts)


def _texts(table: pa.Table) -> list[list[str | None]]:
    """Return the columns behind the id as lists."""
    return [column.to_pylist() for column in table.columns[1:]]


def names_ja(table: pa.Table, options: Options) -> pa.Table:
    """Columns full, family, given and their kana; options ``families``, ``givens``: word → share."""
    known = KnownNames(options.get("families", {}), options.get("givens", {}))
    rows = (
        parse_name(full, family, given, (whole, first, second), known)
        for full, family, given, whole, first, second in zip(*_texts(table), strict=True)
    )
    return _built(table.column("id"), rows, _NAME)


def names_intl(table: pa.Table, _options: Options) -> pa.Table:
    """Columns as in `names_ja`; kana is passed over."""
    full, family, given, *_kana = _texts(table)
    rows = (parse_western(*one) for one in zip(full, family, given, strict=True))
    return _built(table.column("id"), rows, _NAME)


@cache
def _addresses() -> Addresses:
    """Return this process's reader of addresses: what it remembers serves the next table too."""
    return Addresses()


def addresses_ja(table: pa.Table, _options: Options) -> pa.Table:
    """Columns postal_code, prefecture, city, address, address2."""
    read = _addresses().read
    rows = (read(*one) for one in zip(*_texts(table), strict=True))
    return _built(table.column("id"), rows, _ADDRESS)


def addresses_intl(table: pa.Table, _options: Options) -> pa.Table:
    """Columns as in `addresses_ja`."""
    rows = (normalise_address_intl(*one) for one in zip(*_texts(table), strict=True))
    return _built(table.column("id"), rows, _ADDRESS)


def mails(table: pa.Table, _options: Options) -> pa.Table:
    """One column of addresses as typed."""
    found = map(normalise_mail, table.column(1).to_pylist())
    rows = ((one.key, one.local, one.domain, one.sure) for one in found)
    return _built(table.column("id"), rows, [("key", _TEXT), ("local", _TEXT), ("domain", _TEXT), ("sure", _FLAG)])


def phones(table: pa.Table, options: Options) -> pa.Table:
    """One column of numbers as typed; option ``region``: ISO country code."""
    region = options.get("region", "JP")
    rows = ((normalise_phone(text, region).key,) for text in table.column(1).to_pylist())
    return _built(table.column("id"), rows, [("key", _TEXT)])


def dates(table: pa.Table, _options: Options) -> pa.Table:
    """One column of dates as typed; the whole column at once, because it shows how the list writes 01/02/1980."""
    typed = table.column(1).to_pylist()
    day_first = day_first_of(typed)
    found = (normalise_date(text, day_first=day_first) for text in typed)
    return _built(table.column("id"), ((one.iso, one.sure) for one in found), [("key", _TEXT), ("sure", _FLAG)])


def _plain(normalise: Callable[[str], str | None]) -> Callable[[pa.Table, Options], pa.Table]:
    """Return the task that applies a function to one column of texts."""

    def task(table: pa.Table, _options: Options) -> pa.Table:
        rows = ((normalise(text),) for text in table.column(1).to_pylist())
        return _built(table.column("id"), rows, [("key", _TEXT)])

    return task


#: Task name → function of (table, options).
TASKS: dict[str, Callable[[pa.Table, Options], pa.Table]] = {
    "names_ja": names_ja,
    "names_intl": names_intl,
    "addresses_ja": addresses_ja,
    "addresses_intl": addresses_intl,
    "mails": mails,
    "phones": phones,
    "dates": dates,
    "sex": _plain(normalise_sex),
    "account": _plain(normalise_account),
    "id_number": _plain(normalise_number),
    "company": _plain(normalise_company),
    "login": _plain(normalise_login),
    "card": _plain(normalise_card),
    "device": _plain(normalise_device),
}
