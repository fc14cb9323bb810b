"""A closer look at what tables and distances leave open, where something other than the name speaks for one person.

Questions that SQL cannot answer (`soken.resolve.alike`) are put to the few pairs they matter for. The answers become
levels of the comparisons "name", "family" and "given" (table ``scored``) and the table ``mail_bears``.
"""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Final

import pyarrow as pa

from soken.resolve.alike import Name, compare_names, mail_bears
from soken.resolve.levels import COMPARISONS
from soken.resolve.weights import load_weights

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from soken.resolve.engine import Connection

#: Pairs worth the look: another thing agrees (of the place alone: and the family name), the name does not yet, and the
#: two are not both written in kanji.
_OPEN = """
SELECT l, r, lv_family IN ('same', 'reading', 'spelling', 'swapped') AS family_ok,
    {columns}
FROM weighed JOIN prepared one ON one.record = l JOIN prepared two ON two.record = r
WHERE (lv_email IN ('same', 'tag') OR lv_phone = 'same' OR lv_birth = 'same' OR lv_account = 'same'
        OR lv_login IN ('same', 'worn') OR lv_id_number = 'same' OR lv_card = 'same' OR lv_device = 'same'
        OR lv_address IN ('same', 'street', 'building')
            AND (lv_family IN ('same', 'reading', 'spelling') OR lv_name = 'unsure'))
    AND NOT (one.name_han AND two.name_han)
    AND NOT coalesce(lv_name IN ('same', 'reading', 'swapped'), false)
    AND NOT coalesce(lv_family IN ('same', 'reading', 'spelling', 'swapped')
        AND lv_given IN ('same', 'reading', 'spelling', 'swapped', 'nickname'), false)
ORDER BY l, r
"""
_SIDE: Final = tuple(field.name for field in fields(Name))

#: Whose mails decide: one name at one place, and no contact in common.
_MAILS = """
SELECT DISTINCT record, mail1, fam_keys, giv_keys FROM (
    SELECT unnest([l, r]) AS record FROM scored
    WHERE lv_email = 'differ' AND coalesce(lv_phone, 'differ') IN ('differ', 'other-kind')
        AND lv_address IN ('same', 'street', 'building')
        AND coalesce(lv_given, lv_name) IN ('same', 'reading', 'spelling', 'swapped')
) JOIN prepared USING (record) WHERE mail1 IS NOT NULL
"""


def settle_names(con: Connection) -> None:
    """Settle the open names of ``weighed`` as far as possible; build ``scored`` of it, and ``looked``: what was found.

    Args:
        con: holds ``prepared`` and ``weighed``; the levels ``lv_…`` and weights ``mw_…`` of names are replaced.
    """
    _settle(con, list(_settled(con)))


def read_mails(con: Connection, known: Mapping[int, str]) -> None:
    """Build ``mail_bears`` (record, bears): whose name a mail bears, where that may decide.

    Args:
        con: holds ``prepared`` and ``scored``.
        known: records of which it is known.
    """
    mails = con.execute(_MAILS).fetchall()
    bears = [
        known.get(record) or mail_bears(mail, [key for key in (*families, *givens) if key])
        for record, mail, families, givens in mails
    ]
    _store(con, "mail_bears", {"record": ([one[0] for one in mails], pa.int64()), "bears": (bears, pa.string())})


def _settled(con: Connection) -> Iterator[tuple[int, int, str | None, str | None, str, bool]]:
    """Yield (l, r, level of the name or given name, level of the family name or null, locale, undivided)."""
    columns = ", ".join(f"{side}.{name}" for side in ("one", "two") for name in _SIDE)
    width = len(_SIDE)
    for row in con.execute(_OPEN.format(columns=columns)).fetchall():
        left, right, family_ok = row[:3]
        one, two = Name(*row[3 : 3 + width]), Name(*row[3 + width :])
        found = compare_names(one, two, family_ok=bool(family_ok))
        if found:
            locale = "ja" if "ja" in (one.locale, two.locale) else "intl"
            yield left, right, *found, locale, one.fam is None or two.fam is None


def _settle(con: Connection, found: list[tuple[int, int, str | None, str | None, str, bool]]) -> None:
    """Build ``scored``: ``weighed`` with the levels found and their weights."""
    names = ("l", "r", "level", "family", "locale", "undivided")
    types = (pa.int64(), pa.int64(), pa.string(), pa.string(), pa.string(), pa.bool_())
    columns = {n: ([row[i] for row in found], t) for i, (n, t) in enumerate(zip(names, types, strict=True))}
    _store(con, "looked", columns)
    settled = []
    for comparison, column, which in (
        ("name", "level", "undivided AND level IS NOT NULL"),
        # What a table reads alike stays so, whatever became of the family name.
        (
            "given",
            "level",
            "NOT undivided AND level IS NOT NULL AND coalesce(lv_given NOT IN ('same', 'reading'), true)",
        ),
        ("family", "family", "NOT undivided AND family IS NOT NULL"),
    ):
        weight = " ".join(
            f"WHEN locale = '{locale}' AND {column} = '{level}' THEN {figures.bits}::DOUBLE"
            for locale, comparisons in load_weights().items()
            for level, figures in comparisons[comparison].items()
        )
        which = f"coalesce({which}, false)"
        settled.append(f"CASE WHEN {which} THEN CASE {weight} END ELSE mw_{comparison} END AS mw_{comparison}")
        settled.append(f"CASE WHEN {which} THEN looked.{column} ELSE lv_{comparison} END AS lv_{comparison}")
    others = ", ".join(
        f"mw_{one.name}, lv_{one.name}" for one in COMPARISONS["ja"] if one.name not in {"name", "given", "family"}
    )
    con.execute(
        f"""CREATE OR REPLACE TABLE scored AS SELECT weighed.l, weighed.r, rule, {", ".join(settled)}, {others}
        FROM weighed LEFT JOIN looked ON looked.l = weighed.l AND looked.r = weighed.r"""  # noqa: S608 (our own names)
    )
    con.execute("DROP TABLE weighed")


def _store(con: Connection, name: str, columns: Mapping[str, tuple[Sequence[object], pa.DataType]]) -> None:
    """Make a table of columns."""
    con.register("incoming", pa.table({key: pa.array(values, kind) for key, (values, kind) in columns.items()}))
    con.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT * FROM incoming")  # noqa: S608 (our own names)
    con.unregister("incoming")
