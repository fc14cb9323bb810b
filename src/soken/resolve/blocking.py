"""Which pairs are worth weighing: records that share a key.

Every rule turns a record into keys; records with equal keys of one rule meet. A key that very many records share (a
junk mail, a tower block) would make millions of pairs of no use; such a block is sorted by name and each record meets
only its neighbours there, so that the rows of one huge customer still hang together and the work stays bounded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb

if TYPE_CHECKING:
    from collections.abc import Mapping

    from soken.resolve.engine import Connection

#: A block of at most this many records is compared in full.
FULL_BLOCK = 60
#: In a larger block each record meets this many next ones, in the order of reading and contacts.
NEIGHBOURS = 12

_HERE = "coalesce(street || '|' || coalesce(postal, muni), addr)"

#: rule → SQL giving (record, key), and ``side`` where only records of two sides meet. The order is the order in which
#: ``blocked_by`` names the rule that found a pair.
RULES: dict[str, str] = {
    # Two digits swapped is the commonest slip in a number: the sorted digits still meet.
    "id_number": "SELECT record, array_to_string(list_sort(string_split(idn, '')), '') AS key FROM prepared",
    "account": "SELECT record, account AS key FROM prepared",
    "login": "SELECT record, login AS key FROM prepared",
    "card": "SELECT record, card AS key FROM prepared",
    "device": "SELECT record, device AS key FROM prepared",
    "email": "SELECT record, mail1 AS key FROM prepared UNION SELECT record, mail2 FROM prepared",
    "phone": "SELECT record, phone1 AS key FROM prepared UNION SELECT record, phone2 FROM prepared",
    "name": "SELECT record, name_key AS key FROM prepared",
    "reading": "SELECT record, unnest(full_keys[:4]) AS key FROM prepared",
    # Two in one order meet by what is written or read.
    "swapped": "SELECT record, unnest(full_keys[:4]) AS key, 0 AS side FROM prepared WHERE NOT name_han OR fam IS NULL "
    "UNION ALL SELECT record, unnest(turned_keys), 1 FROM prepared",
    "address+family": f"SELECT record, {_HERE} || '|' || unnest(fam_keys[:3]) AS key FROM prepared",  # noqa: S608 (our own rules)
    "address+given": f"SELECT record, {_HERE} || '|' || unnest(giv_keys[:3]) AS key FROM prepared",  # noqa: S608 (our own rules)
    "address": "SELECT record, addr AS key FROM prepared",
    "birth+given": "SELECT record, birth || '|' || unnest(giv_keys[:3]) AS key FROM prepared",
    "birth+family": "SELECT record, birth || '|' || unnest(fam_keys[:3]) AS key FROM prepared",
    "birth+place": "SELECT record, birth || '|' || coalesce(postal, muni, pref) AS key FROM prepared",
    "birth+street": "SELECT record, birth || '|' || street AS key FROM prepared",
    "postal+given": "SELECT record, postal || '|' || unnest(giv_keys[:3]) AS key FROM prepared",
    "postal+family": "SELECT record, postal || '|' || unnest(fam_keys[:3]) AS key FROM prepared",
    "mail-local": "SELECT record, regexp_replace(mail_local, '[._+-]', '', 'g') AS key FROM prepared "
    "WHERE length(mail_local) >= 6",
    # A mailbox with labels behind a plus sign, and the same without any.
    "mailbox": "WITH labelled AS (SELECT DISTINCT mail_box || '@' || mail_host AS key FROM prepared "
    "WHERE contains(mail_local, '+')) SELECT record, key FROM prepared JOIN labelled "
    "ON key = mail_box || '@' || mail_host",
    "street+postal": "SELECT record, street || '|' || postal AS key FROM prepared WHERE locale = 'intl'",
}

#: Rules that only the name fulfils: in a long list nearly all of their pairs are namesakes with nothing else in common.
_NAME_ALONE = ("name", "reading", "swapped")

#: What a pair of one name must have in common to be weighed: without any of this no rule of decide.py could call the
#: pair the same or put it before a person (lossless, and a million records' 4 million pairs become 700,000).
_SOMETHING_ELSE = """
    one.postal = two.postal OR one.town = two.town OR one.mail_local = two.mail_local
    OR one.mail_begins = two.mail_begins OR one.mail_ends = two.mail_ends
    OR one.phone_begins = two.phone_begins OR one.phone_ends = two.phone_ends
    OR one.birth_year = two.birth_year OR one.birth_month = two.birth_month OR one.birth_day = two.birth_day
    OR one.birth_month = two.birth_day OR one.birth_day = two.birth_month
    OR one.company = two.company OR (one.numbered AND two.numbered)
    OR ((one.abroad OR two.abroad) AND (one.muni = two.muni OR one.pref = two.pref OR one.street = two.street))
"""

#: What `_SOMETHING_ELSE` compares, as numbers: millions of pairs are compared four times as fast as by their text.
_TOLD = {
    "postal": "postal",
    "town": "muni || '|' || town",
    "muni": "muni",
    "pref": "pref",
    "street": "street",
    "mail_local": "mail_local",
    "mail_begins": "mail_host || '|' || left(mail_local, 2)",
    "mail_ends": "mail_host || '|' || right(mail_local, 2)",
    "phone_begins": "left(phone1, 7)",
    "phone_ends": "right(phone1, 5)",
    "birth_year": "left(birth, 4)",
    "birth_month": "substr(birth, 6, 2)",
    "birth_day": "right(birth, 2)",
    "company": "company",
}

#: A list in which fewer records than this share say more than a name and one contact.
_BARE = 0.05
#: Under how many mails or telephones a name may be found for its namesakes to be worth a question each; one customer
#: writes a name in many ways.
_NAMESAKES = 4


def names_only(con: Connection) -> bool:
    """Tell whether the list hardly says more than a name and one contact: then a rare name is worth a question."""
    row = con.execute(
        "SELECT count(mail1), count(phone1), count(coalesce(addr, birth, idn)), count(*) FROM prepared"
    ).fetchall()[0]
    mails, phones, more, records = (int(count) for count in row)
    return more + min(mails, phones) < _BARE * records


#: What only rules say that can give a record one key twice.
_SEVERAL = "unnest"
#: What rules say whose records have sides.
_SIDED = "AS side"


def block(con: Connection) -> int:
    """Build the table ``blocked`` (l, r, rule; l < r, each pair once); return how many pairs there are.

    Pairs that share a name and nothing else that could count are left out, unless the list holds nothing else.
    """
    bare = names_only(con)
    _tell(con, namesakes=bare)
    rare = f" OR least(one.namesakes, two.namesakes) <= {_NAMESAKES}" if bare else ""
    con.execute("CREATE OR REPLACE TEMP TABLE candidates (l BIGINT, r BIGINT, rule UTINYINT)")
    for rules, condition in _together(con, _SOMETHING_ELSE + rare):
        _find_candidates(con, rules, condition)
    con.execute("CREATE OR REPLACE TABLE blocked AS SELECT l, r, min(rule) AS rule FROM candidates GROUP BY l, r")
    con.execute("DROP TABLE candidates")
    con.execute("DROP TABLE told")
    return int(con.execute("SELECT count(*) FROM blocked").fetchall()[0][0])


def _tell(con: Connection, *, namesakes: bool) -> None:
    """Build ``told``: what `_SOMETHING_ELSE` compares, and where it is asked for how many contacts a name has."""
    told = ", ".join(f"CASE WHEN ({sql}) IS NOT NULL THEN hash({sql}) END AS {name}" for name, sql in _TOLD.items())
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE told AS
        SELECT record, locale <> 'ja' AS abroad, idn IS NOT NULL AS numbered, {told}
        {", namesakes" if namesakes else ""} FROM prepared"""  # noqa: S608 (our own SQL)
        + (
            """ LEFT JOIN (SELECT full_key AS named, count(DISTINCT coalesce(mail1, phone1)) AS namesakes FROM prepared
            GROUP BY full_key) names ON named = full_key"""
            if namesakes
            else ""
        )
    )


def _together(con: Connection, something_else: str) -> list[tuple[dict[int, str], str]]:
    """Return the rules, by their numbers, in groups whose pairs are found together, and what else a pair must have.

    To start a job takes Spark longer than to find the pairs of a rule, so it finds those of many at once. DuckDB,
    which starts at once, would have to hold the keys of all of them.
    """
    every = dict(enumerate(RULES.values()))
    names = {number: every.pop(number) for number, rule in enumerate(RULES) if rule in _NAME_ALONE}
    if isinstance(con, duckdb.DuckDBPyConnection):
        return [
            ({number: sql}, condition)
            for rules, condition in ((every, ""), (names, something_else))
            for number, sql in rules.items()
        ]
    return [(every, ""), (names, something_else)]


def _find_candidates(con: Connection, rules: Mapping[int, str], condition: str) -> None:
    """Add the pairs that some rules find.

    Args:
        con: holds ``prepared``, ``told`` and ``candidates``.
        rules: number of a rule → its SQL.
        condition: what else a pair must have, '' for nothing; SQL over two lines of ``told``, ``one`` and ``two``.
            Millions of pairs have nothing but the name: they are not even noted.
    """
    # Numbers of 64 bits meet several times as fast as texts; should two keys have one, a pair more is weighed.
    keys = " UNION ALL ".join(
        f"SELECT {'DISTINCT' if _SEVERAL in sql else ''} record, {number} AS rule, hash(key, {number}) AS key, "  # noqa: S608 (our own rules)
        f"{'side' if _SIDED in sql else 'CAST(NULL AS INTEGER) AS side'} "
        f"FROM ({sql}) WHERE key <> ''"
        for number, sql in rules.items()
    )
    told = [name for (name, *_rest) in con.execute("DESCRIBE told").fetchall() if name != "record"] if condition else []
    further = "".join(f", told.{name}" for name in told)
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE sized AS WITH keys AS MATERIALIZED ({keys})
        SELECT keys.record, rule, keys.key, side, size{further} FROM keys
        JOIN (SELECT key, count(*) AS size FROM keys GROUP BY key HAVING count(*) > 1) met ON met.key = keys.key
        {"JOIN told ON told.record = keys.record" if told else ""}"""  # noqa: S608
    )
    # Most rules find nothing in a short list, and few lists have a block so large.
    largest = int(con.execute("SELECT coalesce(max(size), 0) FROM sized").fetchall()[0][0])
    also = "AND coalesce(one.side <> two.side, true)" + (f" AND ({condition})" if condition else "")
    if largest > 0:
        con.execute(
            f"""INSERT INTO candidates SELECT one.record, two.record, one.rule FROM sized one JOIN sized two
            ON one.key = two.key AND one.record < two.record WHERE one.size <= $full {also}""",  # noqa: S608
            {"full": FULL_BLOCK},
        )
    if largest > FULL_BLOCK:
        _find_neighbours(con, also)


def _find_neighbours(con: Connection, also: str) -> None:
    """Add the pairs of neighbours within the blocks of ``sized`` that are too large to compare in full."""
    con.execute(
        """CREATE OR REPLACE TEMP TABLE places AS SELECT sized.*, row_number() OVER (
        PARTITION BY key ORDER BY full_key, name_key, mail1, phone1, addr, sized.record) AS place
        FROM sized JOIN prepared ON prepared.record = sized.record WHERE size > $full""",
        {"full": FULL_BLOCK},
    )
    con.execute(
        f"""INSERT INTO candidates
        SELECT least(one.record, two.record), greatest(one.record, two.record), one.rule FROM places one JOIN places two
        ON one.key = two.key AND two.place BETWEEN one.place + 1 AND one.place + $neighbours {also}""",  # noqa: S608
        {"neighbours": NEIGHBOURS},
    )


def rule_name(number: int) -> str:
    """Return the rule's name from its number in ``blocked``."""
    return tuple(RULES)[number]
