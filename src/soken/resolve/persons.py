"""Links → persons: components in bulk, the contradictory ones by `cluster`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa

from soken.resolve.cluster import Edge, Knot, cluster
from soken.resolve.levels import COMPARISONS
from soken.resolve.unionfind import components

if TYPE_CHECKING:
    from soken.resolve.comparison import Comparison
    from soken.resolve.engine import Connection
    from soken.resolve.judgements import Constraints
    from soken.resolve.reliability import Reliability

#: Contradictions between two records anywhere in a person, whether or not the two were ever compared.
_CONTRADICTING = ("name", "given", "birth", "sex", "id_number")
_NAMES = ("name", "given")
#: What a record claims that another may contradict.
_CLAIMS = (
    "name_key", "name_han", "fam", "giv", "fam_han", "giv_han", "fam_keys", "giv_keys", "full_keys", "part_keys",
    "turned_keys", "fam_also", "giv_also", "fam_full", "fam_stem", "giv_stem", "giv_firsts",
    "fam_mora", "giv_mora", "full_mora", "fam_key", "giv_key", "full_key",
    "fam_known", "giv_known", "words", "generation", "sure", "birth", "birth_sure", "sex", "idn", "idn_ascii",
)  # fmt: skip
#: A knot with more different claims than this is not one person's; its pairs are not all looked at (a cap on work).
_MOST_CLAIMS = 4000


#: Two given names in other kanji whose guessed readings happen to meet: enough to keep two members of a house apart.
_OTHER_KANJI = (
    "giv_han_l AND giv_han_r AND giv_l <> giv_r AND left(giv_l, 1) <> left(giv_r, 1) AND NOT (sure_l AND sure_r) "
    "AND giv_l <> fam_r AND giv_r <> fam_l AND name_key_l <> name_key_r"
)


def _differs(comparison: Comparison) -> str:
    """Return the SQL condition that a comparison ends at its level "differ"."""
    alike = " OR ".join(f"coalesce({level.condition}, false)" for level in comparison.levels[:-1])
    return f"NOT coalesce({comparison.silent}, false) AND NOT ({alike})"


def _alike(comparison: Comparison, last: str) -> str:
    """Return the SQL condition that a comparison ends at ``last`` or a level before it, as 0 or 1."""
    names = [level.name for level in comparison.levels]
    alike = " OR ".join(f"coalesce({level.condition}, false)" for level in comparison.levels[: names.index(last) + 1])
    return f"(NOT coalesce({comparison.silent}, false) AND ({alike}))::INT"


def _contradicts(locale: str, reliability: Reliability, *, names: bool = True) -> str:
    """Return the SQL condition that two records (columns with ``_l``, ``_r``) contradict each other.

    Two of a person's own marks (given name, birth date, personal number) that agree outvote a third that does not.
    ``names``: whether the given names may be what contradicts.
    """
    by_name = {comparison.name: comparison for comparison in COMPARISONS[locale]}
    careless = reliability.careless.get(locale, frozenset()) | (frozenset() if names else frozenset(_NAMES))
    differs = " OR ".join(f"({_differs(by_name[name])})" for name in _CONTRADICTING if name not in careless)
    marks = " + ".join(_alike(by_name[name], "close") for name in ("given", "birth", "id_number"))
    differs += " OR coalesce(generation_l <> generation_r, false)"
    if locale == "ja" and names:
        differs += f" OR ({_OTHER_KANJI})"
    return f"({differs}) AND NOT coalesce(idn_l = idn_r, false) AND {marks} < 2"


def join_records(con: Connection, records: int, constraints: Constraints, reliability: Reliability) -> None:
    """Build the tables ``grouped`` (record, grp = smallest record of its person) and ``refused`` (l, r).

    Args:
        con: holds ``prepared`` and ``decided``.
        records: number of records; they are numbered 1..records.
        constraints: what people have judged.
        reliability: which columns veto nothing in this list.
    """
    edges = con.execute("SELECT l, r FROM decided WHERE band = 'same' ORDER BY l, r").fetchall()
    left, right = [edge[0] for edge in edges], [edge[1] for edge in edges]
    must = sorted(constraints.must)
    component = components(records, left + [pair[0] for pair in must], right + [pair[1] for pair in must])
    _store(con, "component", {"record": range(1, records + 1), "grp": component[1:]})
    _find_contradictions(con, reliability)
    knots = _knots(con, constraints)
    moved: dict[int, int] = {}
    refused: list[tuple[int, int]] = []
    for knot in knots:
        result = cluster(knot)
        moved.update(result.group)
        refused += [(edge.left, edge.right) for edge in result.refused]
    _store(con, "moved", {"record": list(moved), "grp": list(moved.values())})
    _store(con, "refused", {"l": [pair[0] for pair in refused], "r": [pair[1] for pair in refused]})
    con.execute(
        """CREATE OR REPLACE TABLE grouped AS SELECT record, coalesce(moved.grp, component.grp) AS grp
        FROM component LEFT JOIN moved USING (record)"""
    )


def _store(con: Connection, name: str, columns: dict[str, object]) -> None:
    """Make a table of 64-bit numbers."""
    con.register("incoming", pa.table({key: pa.array(values, pa.int64()) for key, values in columns.items()}))
    con.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT * FROM incoming")  # noqa: S608 (our own names)
    con.unregister("incoming")


def _find_contradictions(con: Connection, reliability: Reliability) -> None:
    """Build ``marked`` (record, grp, mark) for components with several claims, and ``contradictions`` (grp, a, b)."""
    con.execute(
        f"""CREATE OR REPLACE TABLE marked AS
        WITH several AS (SELECT grp FROM component GROUP BY grp HAVING count(*) > 1)
        SELECT record, grp, giv, giv_han, sure, {_mark(con)} AS mark
        FROM component JOIN several USING (grp) JOIN prepared USING (record)"""  # noqa: S608 (our own columns)
    )
    # One record speaks for all of its component that claim the same.
    con.execute(
        f"""CREATE OR REPLACE TABLE claimed AS
        WITH spoken AS (SELECT grp, mark, min(record) AS record FROM marked GROUP BY grp, mark
            QUALIFY count(*) OVER (PARTITION BY grp) BETWEEN 2 AND {_MOST_CLAIMS})
        SELECT grp, mark, record, locale, {", ".join(_CLAIMS)} FROM spoken JOIN prepared USING (record)"""  # noqa: S608
    )
    _find(con, reliability)
    # One name in two kanji, as two records with the same typed reading show, does not contradict a third without any.
    con.execute(
        """CREATE OR REPLACE TABLE spelt AS SELECT DISTINCT x.grp, x.giv AS one, y.giv AS other FROM decided
        JOIN marked x ON x.record = l JOIN marked y ON y.record = r
        WHERE band = 'same' AND lv_given = 'spelling' AND x.sure AND y.sure AND x.giv_han AND y.giv_han"""
    )
    # What a closer look found to be one name is no contradiction, whatever the columns say.
    con.execute(
        """CREATE OR REPLACE TABLE one_name AS SELECT DISTINCT least(one.mark, two.mark) AS a,
        greatest(one.mark, two.mark) AS b FROM looked
        JOIN marked one ON one.record = l JOIN marked two ON two.record = r
        WHERE level IN ('reading', 'fits', 'close', 'swapped', 'initial', 'part', 'words')"""
    )
    # Kanji that can hardly be read as the other side typed are another name, and half a name must not bring the two
    # together. An initial or a slip says no such thing, and where an undivided name ends nobody knows.
    con.execute(
        """CREATE OR REPLACE TABLE unread AS SELECT DISTINCT one.grp, least(one.mark, two.mark) AS a,
        greatest(one.mark, two.mark) AS b FROM decided
        JOIN marked one ON one.record = l JOIN marked two ON two.record = r AND two.grp = one.grp
        JOIN prepared left_said ON left_said.record = l JOIN prepared right_said ON right_said.record = r
        WHERE band = 'different' AND lv_given = 'misfit' AND one.mark <> two.mark
            AND left_said.giv_known AND right_said.giv_known
            AND length(left_said.giv_key) > 2 AND length(right_said.giv_key) > 2"""
    )
    con.execute(
        """CREATE OR REPLACE TABLE contradictions AS SELECT found.* FROM (
            SELECT grp, a, b, giv_l, giv_r, by_name FROM found
            UNION ALL SELECT grp, a, b, NULL, NULL, false FROM unread
        ) found
        LEFT JOIN one_name ON one_name.a = found.a AND one_name.b = found.b
        LEFT JOIN (SELECT grp, one, other FROM spelt UNION SELECT grp, other, one FROM spelt) spelt
            ON by_name AND spelt.grp = found.grp AND spelt.one = giv_l AND spelt.other = giv_r
        WHERE one_name.a IS NULL AND spelt.grp IS NULL"""
    )


def _mark(con: Connection) -> str:
    """Return the SQL of a number that two records of a component have in common if they claim the same.

    To bring all claims into an order takes DuckDB longer than a digest of them; Spark's digests pass over nulls.
    """
    claims = ", ".join(_CLAIMS)
    if isinstance(con, duckdb.DuckDBPyConnection):
        return f"(hash({claims}) >> 1)::BIGINT"
    return f"dense_rank() OVER (ORDER BY {claims})"


def _find(con: Connection, reliability: Reliability) -> None:
    """Build ``found`` (grp, a, b, giv_l, giv_r, by_name): claims of one component that contradict each other."""
    con.execute(
        """CREATE OR REPLACE TABLE found
        (grp BIGINT, a BIGINT, b BIGINT, giv_l VARCHAR, giv_r VARCHAR, by_name BOOLEAN)"""
    )
    # Without claims there is nothing to compare, and to plan that alone takes as long as all else of a short list.
    if con.execute("SELECT count(*) FROM claimed").fetchall()[0][0] == 0:
        return
    left = ", ".join(f"one.{name} AS {name}_l, two.{name} AS {name}_r" for name in ("locale", *_CLAIMS))
    con.execute(
        f"""INSERT INTO found
        WITH pairs AS (SELECT one.grp, least(one.mark, two.mark) AS a, greatest(one.mark, two.mark) AS b, {left}
            FROM claimed one JOIN claimed two ON one.grp = two.grp AND one.record < two.record)
        SELECT grp, a, b, giv_l, giv_r, CASE WHEN locale_l = 'ja' OR locale_r = 'ja'
                THEN NOT ({_contradicts("ja", reliability, names=False)}) ELSE false END AS by_name
        FROM pairs WHERE CASE WHEN locale_l = 'ja' OR locale_r = 'ja'
            THEN {_contradicts("ja", reliability)} ELSE {_contradicts("intl", reliability)} END"""  # noqa: S608
    )


def _knots(con: Connection, constraints: Constraints) -> list[Knot]:
    """Return the components that a contradiction, a hold or a judgement makes worth a closer look."""
    _store(
        con, "apart", {"l": [p[0] for p in sorted(constraints.cannot)], "r": [p[1] for p in sorted(constraints.cannot)]}
    )
    # Half a name (or an initial) whose mobile or mailbox is another than the whole one's may be another of the house.
    con.execute(
        """CREATE OR REPLACE TABLE held AS SELECT l, r, one.grp FROM decided
        JOIN component one ON one.record = l JOIN component two ON two.record = r AND two.grp = one.grp
        WHERE review_reason = 'contacts-differ'
            OR (review_reason = 'given-missing' OR review_reason = 'name-close' AND lv_given = 'initial')
                AND (lv_email = 'differ' OR lv_phone = 'differ')"""
    )
    con.execute(
        """CREATE OR REPLACE TABLE knotted AS SELECT DISTINCT grp FROM contradictions UNION SELECT grp FROM held
        UNION SELECT one.grp FROM apart JOIN component one ON one.record = l JOIN component two
            ON two.record = r AND two.grp = one.grp"""
    )
    group_of = dict(con.execute("SELECT record, grp FROM component JOIN knotted USING (grp)").fetchall())
    knots: dict[int, Knot] = {grp: Knot([]) for grp in sorted(set(group_of.values()))}
    for left, right, weight, firm, own, partial in con.execute(
        """SELECT l, r, weight, firm, own, partial FROM decided JOIN component ON record = l JOIN knotted USING (grp)
        WHERE band = 'same' ORDER BY l, r"""
    ).fetchall():
        knots[group_of[left]].edges.append(Edge(left, right, weight, firm, own, partial))
    marks: dict[int, dict[int, int]] = {}
    for record, grp, mark in con.execute("SELECT record, grp, mark FROM marked JOIN knotted USING (grp)").fetchall():
        marks.setdefault(grp, {})[record] = mark
    enemies: dict[int, dict[int, list[int]]] = {}
    for grp, one, other in con.execute("SELECT grp, a, b FROM contradictions").fetchall():
        table = enemies.setdefault(grp, {})
        table.setdefault(one, []).append(other)
        table.setdefault(other, []).append(one)
    for grp, knot in knots.items():
        knot.marks = dict(marks.get(grp, {}))
        knot.enemies = {mark: foes for mark, foes in enemies.get(grp, {}).items()}  # noqa: C416 (wider key type)
    for left, right, grp in con.execute("SELECT l, r, grp FROM held").fetchall():
        knots[grp].holds.add((left, right))
    for pairs, attribute in ((constraints.cannot, "cannot"), (constraints.must, "must")):
        for left, right in pairs:
            if left in group_of and group_of[left] == group_of.get(right):
                getattr(knots[group_of[left]], attribute).add((left, right))
    return list(knots.values())
