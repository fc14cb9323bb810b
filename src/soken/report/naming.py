"""As what source operations stand in a report: nobody learns of one they do not see, and a publication names none."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import pyarrow as pa

from soken.core.errors import BadInputError

if TYPE_CHECKING:
    from collections.abc import Mapping, Set

    import duckdb

#: Kinds of units that say from which operation they are.
_SOURCED: Final = ("cases", "lawbreaking", "disposed", "listed")
#: Stands for every operation that is not named; no operation can be called so.
UNNAMED: Final = "*"


@dataclass(frozen=True, slots=True)
class Naming:
    """Which source operations a report names, and how.

    Attributes:
        seen: operations that the reader sees; None for all.
        tags: operation → the public tag under which it is published.
        public: whether nothing but public tags is named.
    """

    seen: Set[str] | None = None
    tags: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    public: bool = False

    def sees(self, source: str) -> bool:
        """Tell whether the reader sees an operation."""
        return self.seen is None or source in self.seen

    def of(self, source: str) -> str:
        """Return as what an operation stands."""
        if not self.sees(source):
            return UNNAMED
        return self.tags.get(source, UNNAMED) if self.public else source


def name_sources(con: duckdb.DuckDBPyConnection, naming: Naming) -> bool:
    """Have the units of a vintage say their source operation as a reader may know it; every unit stays counted.

    What became of a list stands for itself, so that the lists of operations which the reader does not see are left out.

    Args:
        con: holds the units (`soken.report.units.open_units`).
        naming: which are named, and how.

    Returns:
        Whether any operation is not named.

    Raises:
        BadInputError: a tag is given to an operation of which the vintage holds nothing.
    """
    rows = con.execute(
        " UNION ".join(f"SELECT source FROM {kind}" for kind in _SOURCED)  # noqa: S608 (our own words)
    ).fetchall()
    sources = sorted(str(row[0]) for row in rows if row[0])
    unknown = sorted(naming.tags.keys() - set(sources))
    if unknown:
        raise BadInputError(f"The vintage holds nothing of an operation {unknown[0]!r}; give a tag to one that it has.")
    names = [naming.of(source) for source in sources]
    words = pa.string()
    told = {"known": pa.array(sources, words), "named": pa.array(names, words),
            "seen": pa.array(map(naming.sees, sources), pa.bool_())}  # fmt: skip
    con.register("source_names", pa.table(told))
    for kind in _SOURCED:
        con.execute(f"ALTER VIEW {kind} RENAME TO {kind}_kept")
        con.execute(
            f"CREATE VIEW {kind} AS SELECT {kind}_kept.* REPLACE (coalesce(named, source) AS source) "  # noqa: S608 (our own words)
            f"FROM {kind}_kept LEFT JOIN source_names ON source = known"
            + (" WHERE coalesce(seen, true)" if kind == "listed" else "")
        )
    return UNNAMED in names
