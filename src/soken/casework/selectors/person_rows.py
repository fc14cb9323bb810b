"""Every row of a person: those that the shown run proposes, those of the dossier, and what hangs on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from soken.access.eyes import machine_sees_all
from soken.casework.selectors import store
from soken.casework.selectors.dossier import dossier_found, rows_of
from soken.core.parquet import columns_in

if TYPE_CHECKING:
    from soken.casework.models import Operation


def rows_of_person(operation: Operation, code: str) -> set[tuple[str, int]]:
    """Return the rows of a person, as evidence id and number: orders that belong to an identity row with it."""
    dossier = dossier_found(operation, code)
    found = set(rows_of(dossier)) if dossier is not None else set()
    run = operation.runs.first()
    if run is not None:
        found |= {
            (one["evidence"], one["row"])
            for one in store.ask(
                "select evidence, row from read_parquet($path) where person = $person",
                path=store.run_folder(operation, run) / "membership.parquet",
                person=store.OnePerson(code),
            )
        }
    for item in operation.evidence.all():
        own = {row for evidence, row in found if evidence == item.evidence_id}
        if own:
            found |= {
                (item.evidence_id, one["row"])
                for one in store.ask(
                    f"select row from read_parquet($path) where owner in ({store.numbers(own)})",  # noqa: S608 (numbers)
                    path=store.reading_folder(item) / "rows.parquet",
                )
            }
    return found


@machine_sees_all()
def values_of_person(operation: Operation, rows: dict[str, list[int]]) -> list[str]:
    """Return what the rows of a person say that no other row of the operation says: what to look for afterwards.

    Names, readings, mails, telephones, addresses and accounts of the account holder, the addressee and the payer, as
    typed; names, mails and telephones as they are compared too, since tables and the index for searching hold them so.
    What others say too (a household's address), or say within more, is left out: finding it would prove nothing.

    Args:
        operation: whose evidence.
        rows: evidence id → numbers of the person's rows.
    """
    said: set[str] = set()
    others: set[str] = set()
    for item in operation.evidence.all():
        own = set(rows.get(item.evidence_id, ()))
        path = store.reading_folder(item) / "rows.parquet"
        inside = store.numbers(own)
        present = columns_in(path)
        columns = ", ".join(f'"{name}"' for name in _TOLD if name in present)
        for where, texts in ((f"row in ({inside})", said), (f"row not in ({inside})", others)):
            for one in store.ask(f"select distinct {columns} from read_parquet($path) where {where}", path=path):  # noqa: S608
                texts.update(_texts(one))
    for texts, compared in zip((said, others), _compared(operation, rows), strict=True):
        texts.update(compared)
    every = "\n".join(others)
    return sorted(one for one in said if _tells(one) and one not in every)


def _tells(value: str) -> bool:
    """Tell whether a value is long enough not to stand somewhere by chance."""
    if not any(letter.isalpha() for letter in value):
        return len(value) >= _OF_DIGITS
    return len(value) >= (_OF_ASCII if value.isascii() else _SHORTEST)


_NAMED = ("full_name", "family_name", "given_name", "full_kana", "family_kana", "given_kana")
_TOLD = (
    *_NAMED, "email", "email2", "phone", "phone2", "address", "address2", "company", "id_number",
    *(f"ship_{name}" for name in _NAMED), "ship_phone", "ship_address", "ship_address2", "payer_name", "card",
    "account", "login", "device", "ip",
)  # fmt: skip
_COMPARED = ("name_key", "email_key", "email2_key", "phone_key", "phone2_key")
#: Letters of the shortest value that is looked for: of any script, of ASCII, and without a letter; what is shorter
#: stands somewhere by chance.
_SHORTEST, _OF_ASCII, _OF_DIGITS = 4, 6, 9


def _compared(operation: Operation, rows: dict[str, list[int]]) -> tuple[set[str], set[str]]:
    """Return what is compared of records that rows of a person alone make, and of all others."""
    run = operation.runs.first()
    said: set[str] = set()
    others: set[str] = set()
    if run is None:
        return said, others
    folder = store.run_folder(operation, run)
    own = pa.table(
        {
            "evidence": [item for item, numbers in rows.items() for _number in numbers],
            "row": [number for numbers in rows.values() for number in numbers],
        },
        pa.schema([("evidence", pa.string()), ("row", pa.int64())]),
    )
    whose = (
        "with whose as (select record, bool_and(own.row is not null) as theirs from read_parquet($row_records) r "
        "left join own_rows own on own.evidence = r.evidence and own.row = r.row group by record) "
    )
    columns = ", ".join(_COMPARED)
    asked = f"{whose} select theirs, {columns} from read_parquet($records) join whose using (record)"  # noqa: S608
    paths = {"row_records": folder / "row_records.parquet", "records": folder / "records.parquet"}
    for one in store.ask(asked, {"own_rows": own}, **paths):
        texts = said if one.pop("theirs") else others
        texts.update(text for text in one.values() if text)
    return said, others


def _texts(row: dict[str, str | None]) -> set[str]:
    """Return the texts of a row, and its names as one."""
    found = {one for one in row.values() if one}
    for begin in ("", "ship_"):
        for what in ("name", "kana"):
            family, given = row.get(f"{begin}family_{what}"), row.get(f"{begin}given_{what}")
            if family and given:
                found |= {f"{family}{gap}{given}" for gap in ("", " ", "　")}
    return found
