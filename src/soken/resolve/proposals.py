"""Persons and the questions about them: stable ids, which links a person should look at, what is written down.

The review queue has a size: so many links that a unit can look at all of them. What is most worth a look comes first;
what does not fit is kept as a link with its reason and its place behind the others, not hidden, but opens no question.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pyarrow as pa

from soken.normalise.lists import row_group
from soken.resolve.blocking import RULES
from soken.resolve.levels import COMPARISONS
from soken.resolve.likely import HELD_APART

if TYPE_CHECKING:
    from pathlib import Path

    from soken.resolve.engine import Connection
    from soken.resolve.judgements import Constraints

#: At most this share of the rows belongs to persons with an open question (and at least this many rows may).
REVIEW_SHARE, REVIEW_ROWS = 0.03, 40

#: Left and right record, why it is asked, the groups of the two.
_Question = tuple[int, int, str, int, int]

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

_PERSONS = """
CREATE OR REPLACE TABLE persons AS
WITH anchors AS (
    -- Records are numbered as their first rows came in: a later list's rows never name a person who is there.
    SELECT grp, sum(rows)::BIGINT AS rows,
        arg_min(first_evidence || ':' || lpad(first_row::VARCHAR, 12, '0'), record) AS anchor
    FROM grouped JOIN read_parquet($records) USING (record) GROUP BY grp
), hashed AS (SELECT *, ('0x' || left(sha256(anchor), 15))::UBIGINT AS bits FROM anchors)
SELECT grp, rows, 'P-' || {code} AS person FROM hashed
"""

_QUESTIONS = """
CREATE OR REPLACE TABLE questions AS
WITH judged AS (SELECT DISTINCT least(a.grp, b.grp) AS one, greatest(a.grp, b.grp) AS other FROM apart
    JOIN grouped a ON a.record = l JOIN grouped b ON b.record = r),
open AS (
    SELECT l, r, weight, coalesce(review_reason, '{held_apart}') AS reason, likely FROM decided
    LEFT JOIN (SELECT DISTINCT l AS refused_l, r AS refused_r FROM refused) ON refused_l = l AND refused_r = r
    WHERE band = 'review' OR (band = 'same' AND refused_l IS NOT NULL)
    UNION ALL SELECT l, r, 0.0, 'judgements-contradict', 1.0 FROM disputed
), apart_now AS (
    SELECT l, r, weight, reason, likely, a.grp AS left_grp, b.grp AS right_grp,
        least(a.grp, b.grp) AS one, greatest(a.grp, b.grp) AS other
    FROM open JOIN grouped a ON a.record = l JOIN grouped b ON b.record = r WHERE a.grp <> b.grp
), asking AS (
    SELECT l, r, weight, reason, likely, apart_now.one, apart_now.other, p.rows AS one_rows, q.rows AS other_rows,
        -- Whose name is given in half, if one's is.
        CASE WHEN reason <> 'given-missing' OR (x.giv IS NULL) = (y.giv IS NULL) THEN NULL
            WHEN x.giv IS NULL THEN left_grp ELSE right_grp END AS half
    FROM apart_now JOIN persons p ON p.grp = apart_now.one JOIN persons q ON q.grp = apart_now.other
    JOIN prepared x ON x.record = l JOIN prepared y ON y.record = r
    LEFT JOIN judged ON judged.one = apart_now.one AND judged.other = apart_now.other
    WHERE judged.one IS NULL OR reason = 'judgements-contradict'
    QUALIFY row_number() OVER (PARTITION BY apart_now.one, apart_now.other ORDER BY weight DESC, l, r) = 1
)
-- Half a name that would fit several people is one of them at most.
SELECT l, r, weight, reason, one, other, one_rows, other_rows,
    CASE WHEN half IS NULL THEN likely
        ELSE likely / (count(*) OVER (PARTITION BY half) * count(*) OVER (PARTITION BY half)) END AS likely
FROM asking
"""


def name_persons(con: Connection, records: Path) -> int:
    """Build ``persons`` (grp, rows, person); return how many. Ids come from the first row: a re-run names alike."""
    code = " || '-' || ".join(
        " || ".join(
            f"substr('{_CROCKFORD}', ((bits >> {55 - 5 * (block * 4 + digit)}) & 31)::INT + 1, 1)" for digit in range(4)
        )
        for block in range(3)
    )
    con.execute(_PERSONS.format(code=code), {"records": str(records)})
    return int(con.execute("SELECT count(*) FROM persons").fetchall()[0][0])


def code_of_row(evidence: str, row: int) -> str:
    """Return the code of the person whose first row this is, as `name_persons` makes it.

    Args:
        evidence: the item.
        row: number of the row there.
    """
    bits = int(hashlib.sha256(f"{evidence}:{row:012d}".encode()).hexdigest()[:15], 16)
    digits = "".join(_CROCKFORD[(bits >> (55 - 5 * at)) & 31] for at in range(12))
    return "P-" + "-".join(digits[at : at + 4] for at in (0, 4, 8))


def ask(con: Connection, constraints: Constraints) -> int:
    """Choose the questions for people; return how many.

    Builds ``asked`` and, for those that the queue has no room for, ``unasked``; both (l, r, reason, one, other, place),
    where places go on from the one to the other.
    """
    held = sorted(constraints.held)
    con.register(
        "incoming",
        pa.table({"l": pa.array([p[0] for p in held], pa.int64()), "r": pa.array([p[1] for p in held], pa.int64())}),
    )
    con.execute("CREATE OR REPLACE TABLE disputed AS SELECT * FROM incoming")
    con.unregister("incoming")
    con.execute(_QUESTIONS.format(held_apart=HELD_APART))
    questions = con.execute(
        "SELECT l, r, weight, reason, one, other, one_rows, other_rows, likely FROM questions"
    ).fetchall()
    questions.sort(key=lambda q: (-_worth(q[8], q[2], q[6], q[7]), q[0], q[1]))
    total = int(con.execute("SELECT coalesce(sum(rows), 0) FROM persons").fetchall()[0][0])
    room = max(REVIEW_ROWS, int(REVIEW_SHARE * total))
    chosen: list[_Question] = []
    left_over: list[_Question] = []
    flagged: set[int] = set()
    for left, right, _weight, reason, one, other, one_rows, other_rows, _likely in questions:
        cost = (one_rows if one not in flagged else 0) + (other_rows if other not in flagged else 0)
        if cost <= room or reason == "judgements-contradict":
            room -= cost
            flagged |= {one, other}
            chosen.append((left, right, reason, one, other))
        else:
            left_over.append((left, right, reason, one, other))
    _store_questions(con, "asked", chosen, 1)
    _store_questions(con, "unasked", left_over, len(chosen) + 1)
    return len(chosen)


def _store_questions(con: Connection, name: str, questions: list[_Question], first: int) -> None:
    """Make a table of questions, their places counted from ``first``."""
    names = ("l", "r", "reason", "one", "other")
    types = (pa.int64(), pa.int64(), pa.string(), pa.int64(), pa.int64())
    columns = {n: pa.array([q[i] for q in questions], t) for i, (n, t) in enumerate(zip(names, types, strict=True))}
    columns["place"] = pa.array(range(first, first + len(questions)), pa.int64())
    con.register("incoming", pa.table(columns))
    con.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT * FROM incoming")  # noqa: S608 (our own names)
    con.unregister("incoming")


def _worth(likely: float, weight: float, one_rows: int, other_rows: int) -> float:
    """Return what an answer is worth: how likely it joins, how much it joins, for how many rows to look at."""
    likely = min(max(likely + (weight - 10) / 100, 0.01), 1.0)
    return likely * (one_rows * other_rows) / (one_rows + other_rows)


_SHOWN = {
    "name": "name", "family": "family", "given": "given", "email": "email", "phone": "phone", "address": "address",
    "birth": "birth", "sex": "sex", "id_number": "id_number", "account": "account", "login": "login",
    "company": "company", "card": "card", "device": "device",
}  # fmt: skip

_ADDRESS = "concat_ws(' ', {side}.postal_code, {side}.address)"


def write_links(con: Connection, records: Path, constraints: Constraints, out: Path) -> dict[str, int]:
    """Write ``links.parquet`` and ``clusters.parquet`` to ``out``; return how many links there are in each band."""
    judged = sorted((left, right, str(verdict)) for (left, right), verdict in constraints.verdicts.items())
    con.register(
        "incoming",
        pa.table(
            {
                "l": pa.array([one[0] for one in judged], pa.int64()),
                "r": pa.array([one[1] for one in judged], pa.int64()),
                "verdict": pa.array([one[2] for one in judged], pa.string()),
            }
        ),
    )
    con.execute("CREATE OR REPLACE TABLE judged AS SELECT * FROM incoming")
    con.unregister("incoming")
    rules = " ".join(f"WHEN {number} THEN '{name}'" for number, name in enumerate(RULES))
    compared = [comparison.name for comparison in COMPARISONS["ja"]]
    figures = ", ".join(f"w_{name}, lv_{name}" for name in compared)
    nothing = ", ".join("NULL, NULL" for _name in compared)
    reasons = ", ".join(
        f"{{'comparison': '{name}', 'level': lv_{name}, 'weight': w_{name}, "
        f"'left_value': {_shown(name, 'one')}, 'right_value': {_shown(name, 'two')}}}"
        for name in compared
    )
    con.execute(
        f"""CREATE OR REPLACE TABLE linked AS
        WITH every AS (
            SELECT l, r, rule, weight, band, review_reason, conflict, close_by, {figures} FROM decided UNION ALL
            SELECT judged.l, judged.r, NULL, 0.0, 'different', NULL, false, NULL, {nothing} FROM judged
            LEFT JOIN decided ON decided.l = judged.l AND decided.r = judged.r WHERE decided.l IS NULL
        ), placed AS (
            SELECT every.*, verdict, asked.reason, unasked.reason AS further,
                coalesce(asked.place, unasked.place) AS place, a.grp = b.grp AS joined
            FROM every JOIN grouped a ON a.record = every.l JOIN grouped b ON b.record = every.r
            LEFT JOIN judged ON judged.l = every.l AND judged.r = every.r
            LEFT JOIN asked ON asked.l = every.l AND asked.r = every.r
            LEFT JOIN unasked ON unasked.l = every.l AND unasked.r = every.r
        )
        SELECT l, r, place, CASE WHEN joined THEN 'same' WHEN verdict = 'different' THEN 'different'
                WHEN reason IS NOT NULL OR verdict = 'unsure' THEN 'review' ELSE 'different' END AS band,
            weight, CASE WHEN NOT joined THEN coalesce(reason, further, review_reason) END AS review_reason,
            verdict AS judged, CASE rule {rules} END AS blocked_by, {figures}
        FROM placed WHERE (joined AND (band <> 'different' OR verdict IS NOT NULL)) OR (NOT joined AND (
            band IN ('same', 'review') OR verdict IS NOT NULL OR reason IS NOT NULL OR (conflict AND close_by)))"""  # noqa: S608
    )
    con.execute(
        f"""COPY (SELECT l AS left_record, r AS right_record, band, weight,
            list_filter([{reasons}], lambda x: x.level IS NOT NULL) AS reasons,
            review_reason, judged, blocked_by, place AS review_place
            FROM linked JOIN read_parquet($records) one ON one.record = l
            JOIN read_parquet($records) two ON two.record = r
            ORDER BY l, r) {_to(out / "links.parquet")}""",  # noqa: S608
        {"records": str(records)},
    )
    con.execute(
        f"""COPY (
            WITH sides AS (SELECT one AS grp, other, place FROM asked UNION ALL SELECT other, one, place FROM asked),
            open AS (SELECT sides.grp, string_agg(person, ';' ORDER BY place) AS others FROM sides
                JOIN persons ON persons.grp = sides.other GROUP BY sides.grp)
            SELECT record, person, CASE WHEN others IS NULL THEN 'same' ELSE 'review' END AS band, others AS review_with
            FROM grouped JOIN persons USING (grp) LEFT JOIN open USING (grp) ORDER BY record
        ) {_to(out / "clusters.parquet")}"""  # noqa: S608
    )
    return dict(con.execute("SELECT band, count(*) FROM linked GROUP BY band").fetchall())


def _shown(name: str, side: str) -> str:
    """Return the SQL of the value that a reason shows for one side."""
    if name == "address":
        return _ADDRESS.format(side=side)
    return f"{side}.{_SHOWN[name]}"


def _to(path: Path) -> str:
    """Return where a query's rows are copied to, and in what form."""
    quoted = str(path).replace("'", "''")
    return f"TO '{quoted}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {row_group(path)})"
