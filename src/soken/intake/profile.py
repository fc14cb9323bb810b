"""Shop profiles: TOML files that say which tables and columns of a shop system hold whom, what and when."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from soken.core.errors import BadInputError, NotFoundError
from soken.core.fields import RowKind
from soken.intake.profile_shape import check_shape
from soken.intake.rules import MAPPABLE, Columns, Owner, Pivot, TableRule

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from soken.intake.events import TableStart

_FOLDER: Final = Path(__file__).parent / "profiles"
_TOP: Final = frozenset({"name", "system", "versions", "source", "checked", "locale", "table", "lookup"})
_TABLE: Final = frozenset(
    {
        "name",
        "match",
        "requires",
        "kind",
        "key",
        "fields",
        "owner",
        "pivot",
        "lends",
        "only",
        "continues",
        "blank",
        "default",
        "borrows",
    }
)


@dataclass(frozen=True, slots=True)
class TablePattern:
    """A table of the shop system: how it is recognised, and its rule.

    Attributes:
        match: pattern of its name, matched whole and without regard to case; shops choose their own prefix.
        requires: headings that it has at least.
        rule: what it is.
    """

    match: re.Pattern[str]
    requires: frozenset[str]
    rule: TableRule

    def fits(self, table: TableStart) -> bool:
        """Tell whether this is the table."""
        return bool(self.match.fullmatch(table.table)) and self.requires <= set(table.columns)


@dataclass(frozen=True, slots=True)
class Lookup:
    """Words for codes: from a table of the same file where it is there, else from the profile.

    Attributes:
        table: pattern of the table's name ('' for none).
        key: its column with the code.
        value: its column with the words.
        values: code to words, for files without the table.
    """

    table: re.Pattern[str] | None
    key: str
    value: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Profile:
    """One shop system's export or dump.

    Attributes:
        name: by which it is asked for.
        system: the shop system.
        versions: of it.
        source: where its schema is published.
        locale: of its usual lists, or '' to find out.
        tables: its tables that matter.
        lookups: words for its codes.
    """

    name: str
    system: str
    versions: str
    source: str
    locale: str
    tables: tuple[TablePattern, ...]
    lookups: Mapping[str, Lookup] = field(default_factory=dict)

    @property
    def family(self) -> str:
        """The shop system without its version and kind of file."""
        return self.system.replace(",", " ").split()[0]

    def rule_for(self, table: TableStart) -> TableRule | None:
        """Return the rule of a table, or None if the profile does not speak of it."""
        return next((one.rule for one in self.tables if one.fits(table)), None)

    def prefix(self, table: TableStart) -> str:
        """Return what stands before the shop system's own name of a table; shops in one database differ by it."""
        for one in self.tables:
            if one.fits(table) and one.match.pattern.startswith(".*"):
                return table.table[: len(table.table) - len(one.match.pattern) + 2]
        return ""

    def lookup_columns(self, table: TableStart) -> frozenset[str]:
        """Return the headings of a table in which words for codes are looked up; none for most tables."""
        found: set[str] = set()
        for one in self.lookups.values():
            if one.table and one.table.fullmatch(table.table) and {one.key, one.value} <= set(table.columns):
                found |= {one.key, one.value}
        return frozenset(found)

    def score(self, tables: Sequence[TableStart]) -> int:
        """Return how well the profile fits a file: headings it knows in tables that claim identities; 0 if none."""
        fitting = [(one, table) for table in tables for one in self.tables if one.fits(table)]
        if not any(one.rule.kind is RowKind.IDENTITY for one, _table in fitting):
            return 0
        return sum(len(one.requires) + len(one.rule.columns_used & set(table.columns)) for one, table in fitting)


@cache
def profiles() -> dict[str, Profile]:
    """Return all profiles that ship with Soken, by name."""
    found = [_load(path) for path in sorted(_FOLDER.glob("*.toml"))]
    return {one.name: one for one in found}


def profile_named(name: str) -> Profile:
    """Return a profile by its name, or from a file if ``name`` ends in ``.toml``.

    Raises:
        NotFoundError: there is no such profile.
        BadInputError: the file is no valid profile.
    """
    if name.endswith(".toml"):
        return _load(Path(name))
    try:
        return profiles()[name]
    except KeyError:
        raise NotFoundError(
            f"No profile is named {name!r}; there are: {', '.join(sorted(profiles()))}; or give a .toml file."
        ) from None


def recognise(tables: Sequence[TableStart]) -> Profile | None:
    """Return the profile that fits a file's tables best, or None if none fits."""
    scored = [(one.score(tables), name) for name, one in profiles().items()]
    best = max(scored, default=(0, ""))
    return profiles()[best[1]] if best[0] else None


def shops_in(tables: Sequence[TableStart]) -> tuple[list[Profile], list[Profile]]:
    """Return the profiles of the shop systems in one database, the best fitting first.

    Returns:
        The profiles to read the tables by, each for the tables that none before it speaks of; and those that would fit
        what is left, but are of a system that was read already (an older version's tables beside the newer one's).
    """
    read: list[Profile] = []
    left_out: list[Profile] = []
    rest = list(tables)
    while rest and (found := recognise(rest)) is not None:
        known = found.family in {one.family for one in read}
        (left_out if known else read).append(found)
        rest = [one for one in rest if found.rule_for(one) is None]
    return read, left_out


def _load(path: Path) -> Profile:
    """Read and validate a profile.

    Raises:
        BadInputError: saying the file, the key and what is allowed there.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as problem:
        raise BadInputError(f"The profile {path} cannot be read: {problem.strerror}.") from problem
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise BadInputError(f"The profile {path} is not valid TOML: {problem}") from problem
    _only(path, data, _TOP, "the profile")
    for key in ("name", "system", "versions", "source", "table"):
        if not data.get(key):
            raise BadInputError(f"The profile {path} has no {key!r}; every profile needs one.")
    check_shape(path, data)
    tables = tuple(_table(path, one) for one in data["table"])
    lookups = {name: _lookup(path, one) for name, one in data.get("lookup", {}).items()}
    _check_references(path, tables, lookups)
    return Profile(
        name=data["name"],
        system=data["system"],
        versions=data["versions"],
        source=data["source"],
        locale=data.get("locale", ""),
        tables=tables,
        lookups=lookups,
    )


def _check_references(path: Path, tables: Sequence[TablePattern], lookups: Mapping[str, Lookup]) -> None:
    """See that every table and lookup that a table speaks of is there, and no two tables have one name."""
    names = [one.rule.name for one in tables]
    for rule in (one.rule for one in tables):
        if not rule.name or names.count(rule.name) > 1:
            raise BadInputError(f"The profile {path}: each table needs a name of its own; {rule.name!r} is not one.")
        for other in (rule.owner, rule.borrows):
            if other and other.table not in names:
                raise BadInputError(
                    f"The profile {path}: table {rule.name!r} belongs to {other.table!r}, which is not there."
                )
        for columns in rule.fields.values():
            if columns.lookup and columns.lookup not in lookups:
                raise BadInputError(
                    f"The profile {path}: table {rule.name!r} looks up {columns.lookup!r}, which is not there."
                )


def _table(path: Path, data: dict[str, Any]) -> TablePattern:
    """Validate one table of a profile."""
    name = data.get("name", "")
    _only(path, data, _TABLE, f"table {name!r}")
    if data.get("kind", "identity") not in set(RowKind):
        raise BadInputError(
            f"The profile {path}: table {name!r}: kind must be one of {', '.join(RowKind)}, and is {data['kind']!r}."
        )
    kind, match = RowKind(data.get("kind", "identity")), re.compile(data.get("match", ""), re.IGNORECASE)
    for key in ("owner", "borrows"):
        _only(path, data.get(key, {}), frozenset({"table", "column"}), f"{key!r} of table {name!r}")
    pivot = data.get("pivot", {})
    _only(path, pivot, frozenset({"name", "value", "fields"}), f"the pivot of table {name!r}")
    for one in (*data.get("fields", {}), *pivot.get("fields", {}).values(), *data.get("blank", {})):
        if one not in MAPPABLE:
            raise BadInputError(
                f"The profile {path}: table {name!r} fills {one!r}, which is no field; "
                f"fields are: {', '.join(sorted(MAPPABLE))}"
            )
    rule = TableRule(
        name=name,
        kind=kind,
        fields={one: _columns(path, name, columns) for one, columns in data.get("fields", {}).items()},
        key=data.get("key", ""),
        owner=Owner(**data["owner"]) if "owner" in data else None,
        pivot=Pivot(**pivot) if pivot else None,
        lends=data.get("lends", False),
        only={column: frozenset(values) for column, values in data.get("only", {}).items()},
        continues=data.get("continues", ""),
        default=data.get("default", ""),
        borrows=Owner(**data["borrows"]) if "borrows" in data else None,
        blank={one: frozenset(values) for one, values in data.get("blank", {}).items()},
    )
    return TablePattern(match, frozenset(data.get("requires", ())), rule)


def _columns(path: Path, table: str, data: str | list[str] | dict[str, Any]) -> Columns:
    """Return a field's columns: one heading, several, or a table with ``columns``, ``join``, ``lookup``, ``when``."""
    if isinstance(data, str):
        return Columns((data,))
    if isinstance(data, list):
        return Columns(tuple(data))
    _only(path, data, frozenset({"columns", "join", "lookup", "when"}), f"a field of table {table!r}")
    if not data.get("columns"):
        raise BadInputError(f"The profile {path}: a field of table {table!r} names no columns.")
    when = {column: frozenset(values) for column, values in data.get("when", {}).items()}
    return Columns(tuple(data["columns"]), data.get("join", " "), data.get("lookup", ""), when)


def _lookup(path: Path, data: dict[str, Any]) -> Lookup:
    """Validate one lookup of a profile."""
    _only(path, data, frozenset({"table", "key", "value", "values"}), "a lookup")
    table = re.compile(data["table"], re.IGNORECASE) if "table" in data else None
    return Lookup(table, data.get("key", ""), data.get("value", ""), data.get("values", {}))


def _only(path: Path, data: dict[str, Any], allowed: frozenset[str], where: str) -> None:
    """Refuse keys that nobody reads: a misspelt one would otherwise be silently without effect."""
    unknown = sorted(set(data) - allowed)
    if unknown:
        raise BadInputError(
            f"The profile {path}: {where} has an unknown key {unknown[0]!r}; allowed are: {', '.join(sorted(allowed))}"
        )
