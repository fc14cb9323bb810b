"""Which column is what, where no shop profile says it: by heading and by content, to be corrected by people."""

from __future__ import annotations

import csv
import tomllib
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from soken.core.errors import BadInputError
from soken.core.fields import FIELDS, SECRET_FIELDS, Group, RowKind
from soken.intake.content import agrees, guess
from soken.intake.headings import fold_heading, is_no_field, meaning
from soken.intake.rules import MAPPABLE, Columns, TableRule
from soken.intake.shape import shape

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from soken.intake.events import Cells

#: Corrections: table → heading → field; '' for a column that shall be no field. Table '' speaks of every table.
Mapping = dict[str, dict[str, str]]

#: Fields of which one makes a row claim an identity.
CLAIMS: Final = frozenset(
    ["full_name", "family_name", "given_name", "full_kana", "family_kana", "given_kana", "email", "email2", "phone",
     "phone2", "address", "login", "id_number"]
)  # fmt: skip
#: Headings that name a person in a list of persons, and a product, a category or a tag in a table of these.
_BARE_NAMES: Final = frozenset({"name", "名前", "姓名", "title"})
#: Fields that several columns fill together; the others take one column.
_JOINED: Final = frozenset({"address", "address2", "ship_address", "ship_address2"})
#: Fields whose value cannot be put together from several columns.
_SINGLE: Final = frozenset({"email", "email2", "account", "login", "order_no", "ip", "item_key", "item_title"})
#: Where a second column of a kind goes.
_SECOND: Final = {"phone": "phone2", "email": "email2"}
#: Fields that content tells by shapes that other texts have too.
_NAMES_BY_SHAPE: Final = frozenset({"full_name", "full_kana"})
_SAMPLES: Final = 5
_NUMBER_FIRST: Final = ("streetnumber", "streetno", "housenumber")


@dataclass(frozen=True, slots=True)
class Proposal:
    """What one column is taken for.

    Attributes:
        column: its heading.
        field: a field, or '' for none.
        confidence: 0 to 1.
        how: 'heading', 'content', 'profile', 'given' (by a person), 'second', 'taken' (another column has the field),
            'key' (the table's own number, at which another table points), 'bare' (a word like "name" where nothing else
            speaks of a person), or 'unknown'.
    """

    column: str
    field: str
    confidence: float
    how: str


def propose(columns: Sequence[str], rows: Sequence[Cells]) -> list[Proposal]:
    """Propose what a table's columns are.

    Args:
        columns: headings, unique.
        rows: the first rows, as a sample; may be empty.

    Returns:
        One proposal a column, in their order.
    """
    values = list(zip(*rows, strict=True)) if rows else [()] * len(columns)
    filled = {
        name: [cell for cell in cells if cell and cell.strip()] for name, cells in zip(columns, values, strict=True)
    }
    found = [_by_heading(name, filled[name]) for name in columns]
    found = _settle(found)
    taken = {one.field for one in found}
    guesses = guess({one.column: filled[one.column] for one in found if one.how == "unknown"}, taken)
    # Remarks may look like names, and name titles.
    guesses = {name: said for name, said in guesses.items() if said[0] not in _NAMES_BY_SHAPE or not is_no_field(name)}
    return [
        Proposal(one.column, *guesses[one.column], "content") if one.column in guesses else one for one in found
    ]  # fmt: skip


def _by_heading(name: str, cells: Sequence[str]) -> Proposal:
    """Return what a heading says, unless the cells speak against it."""
    said = meaning(name)
    if said is None:
        return Proposal(name, "", 0.0, "unknown")
    field, confidence = said
    fits = agrees(field, cells)
    if fits is False and field not in SECRET_FIELDS:
        return Proposal(name, "", 0.0, "unknown")
    return Proposal(name, field, confidence if fits else confidence - 0.15, "heading")


def _settle(found: list[Proposal]) -> list[Proposal]:
    """Give each field one column (or, where they belong together, several in order)."""
    fields = [one.field for one in found]
    if not CLAIMS & set(fields) - {"full_name"}:
        # A title taken for a person's name would be stored: where nothing else speaks of a person, a column under a
        # bare word for "name" is left out. People may say otherwise.
        found = [
            replace(one, field="", confidence=0.0, how="bare")
            if one.field == "full_name" and fold_heading(one.column) in _BARE_NAMES
            else one
            for one in found
        ]
        fields = [one.field for one in found]
    if "full_name" in fields and "family_name" in fields and "given_name" not in fields:
        # "name, surname": the bare word is the given name then.
        found = [replace(one, field="given_name", confidence=0.8) if one.field == "full_name" else one for one in found]
    taken: set[str] = set()
    settled: list[Proposal] = []
    for one in found:
        field = one.field
        if field and field not in _JOINED and field in taken:
            second = _SECOND.get(field, "")
            if second and second not in taken and second not in fields:
                one = replace(one, field=second, confidence=one.confidence - 0.1, how="second")
            else:
                one = replace(one, field="", confidence=0.0, how="taken")
        taken.add(one.field)
        settled.append(one)
    return settled


def rule_of(name: str, proposals: Sequence[Proposal]) -> TableRule:
    """Return the rule that proposals come to; a table without any column that claims an identity speaks of nobody."""
    fields: dict[str, list[str]] = {}
    for one in proposals:
        if one.field:
            names = fields.setdefault(one.field, [])
            at = 0 if one.field in _JOINED and _is_number_part(one.column) else len(names)
            names.insert(at, one.column)
    kind = RowKind.IDENTITY if CLAIMS & set(fields) else RowKind.OTHER
    return TableRule(name=name, kind=kind, fields={field: Columns(tuple(names)) for field, names in fields.items()})


def _is_number_part(heading: str) -> bool:
    """Tell whether a column holds the house number, which stands before the street where it has its own column."""
    return fold_heading(heading).endswith(_NUMBER_FIRST)


def corrected(proposals: Sequence[Proposal], corrections: dict[str, str], *, whole: bool = False) -> list[Proposal]:
    """Return proposals as a person corrected them.

    Args:
        proposals: one a column.
        corrections: heading → field ('' for none).
        whole: columns that are not named are no field, instead of what was proposed.
    """
    given = set(corrections.values()) - {""}
    result = []
    for one in proposals:
        if one.column in corrections:
            result.append(Proposal(one.column, corrections[one.column], 1.0, "given"))
        elif whole or (one.field in given and one.field not in _JOINED):
            result.append(Proposal(one.column, "", 0.0, "given" if whole else "taken"))
        else:
            result.append(one)
    return result


def load_mapping(path: Path) -> Mapping:
    """Read a mapping file: TOML (``heading = "field"``, one ``[table]`` a table) or CSV (heading, field[, table]).

    Raises:
        BadInputError: it cannot be read, or names a field that does not exist.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
        found = _from_toml(text) if path.suffix.lower() == ".toml" else _from_csv(text)
    except OSError as problem:
        raise BadInputError(f"The mapping file {path} cannot be read: {problem.strerror}.") from problem
    except UnicodeDecodeError as problem:
        raise BadInputError(f"The mapping file {path} is not UTF-8 text: save it as UTF-8.") from problem
    except (csv.Error, ValueError) as problem:  # a TOML error is a ValueError
        raise BadInputError(
            f'The mapping file {path} cannot be read ({problem}): write lines of heading,field or, in TOML, "heading" '
            '= "field".'
        ) from problem
    check_mapping(found, f"The mapping file {path}")
    return found


def check_mapping(mapping: Mapping, what: str) -> None:
    """Refuse fields that do not exist, and two columns for a field that has one value.

    Raises:
        BadInputError: saying which, and what is allowed.
    """
    for headings in mapping.values():
        for heading, field in headings.items():
            if field and field not in MAPPABLE:
                raise BadInputError(
                    f"{what} maps {heading!r} to {field!r}, which is no field; fields are: "
                    f"{', '.join(sorted(MAPPABLE))}"
                )
        for field, count in Counter(headings.values()).items():
            if count > 1 and field in _SINGLE:
                both = " and ".join(repr(heading) for heading, one in headings.items() if one == field)
                raise BadInputError(f"{what} maps {both} to {field!r}, which takes one column: leave one of them out.")


def _from_toml(text: str) -> Mapping:
    found: Mapping = {}
    for key, value in tomllib.loads(text).items():
        if isinstance(value, dict):
            found.setdefault(key, {}).update({heading: _word(heading, field) for heading, field in value.items()})
        else:
            found.setdefault("", {})[key] = _word(key, value)
    return found


def _word(heading: str, field: object) -> str:
    if not isinstance(field, str):
        raise ValueError(f"{heading!r} is given no field in quotation marks")
    return field


def _from_csv(text: str) -> Mapping:
    found: Mapping = {}
    for line in csv.reader(text.splitlines(), strict=True):
        cells = [cell.strip() for cell in line]
        if not any(cells) or cells[0].startswith("#") or cells[:2] == ["heading", "field"]:
            continue
        if len(cells) not in (2, 3):
            raise ValueError(f"a line has {len(cells)} cells instead of 2 or 3")
        headings = found.setdefault(cells[2] if len(cells) > 2 else "", {})
        if headings.setdefault(cells[0], cells[1]) != cells[1]:
            raise ValueError(f"{cells[0]!r} is given two fields")
    return found


def samples(columns: Sequence[str], rows: Sequence[Cells], fields: dict[str, str]) -> dict[str, list[str]]:
    """Return up to five different values a column, for people who check a mapping.

    Values are real only where the column is mapped to a field that is stored anyway; all others are shapes, for they
    may be titles.

    Args:
        columns: headings.
        rows: the first rows.
        fields: heading → field ('' for none).
    """
    result: dict[str, list[str]] = {}
    for at, name in enumerate(columns):
        field = fields.get(name, "")
        shown = field in FIELDS and FIELDS[field] is not None and field not in SECRET_FIELDS
        values: dict[str, None] = {}
        for row in rows:
            cell = row[at]
            if cell and cell.strip():
                values[cell if shown else shape(cell)] = None
                if len(values) == _SAMPLES:
                    break
        result[name] = list(values)
    return result


#: Groups whose fields say who somebody is, for pages.
PERSONAL_GROUPS: Final = frozenset({Group.HOLDER, Group.ADDRESSEE, Group.PAYER, Group.ACCOUNT})
