"""Every row of a person: those that the shown run proposes, those of the dossier, and what hangs on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

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

    Names, readings, mails, telephones, addresses and accounts, as typed. What others say too (a household's address) is
    left out: finding it would prove nothing.

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
    return sorted(one for one in said - others if len(one) >= _SHORTEST)


_TOLD = (
    "full_name", "family_name", "given_name", "full_kana", "family_kana", "given_kana", "email", "email2", "phone",
    "phone2", "address", "address2", "account", "login", "id_number", "card", "device",
)  # fmt: skip
_SHORTEST = 4


def _texts(row: dict[str, str | None]) -> set[str]:
    """Return the texts of a row, and its names as one."""
    found = {one for one in row.values() if one}
    for one, other in (("family_name", "given_name"), ("family_kana", "given_kana")):
        if row[one] and row[other]:
            found |= {f"{row[one]}{gap}{row[other]}" for gap in ("", " ", "　")}
    return found
