"""Corrections to what columns are taken for: by a mapping file or on a page."""

from __future__ import annotations

import csv
import tomllib
from collections import Counter
from typing import TYPE_CHECKING, Final

from soken.core.errors import BadInputError
from soken.intake.proposals import Proposal, joins_columns
from soken.intake.rules import MAPPABLE

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from soken.intake.events import TableStart

#: Corrections: table → heading → field; '' for a column that shall be no field. Table '' speaks of every table; a table
#: is named by its name, for all members of an archive, or as in `TableStart.named`, for one.
Mapping = dict[str, dict[str, str]]

#: Fields whose value cannot be put together from several columns.
_SINGLE: Final = frozenset(
    {"email", "email2", "account", "login", "device", "order_no", "ip", "item_key", "item_title"}
)


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
        elif whole or (one.field in given and not joins_columns(one.field)):
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


def of_table(mapping: Mapping, table: TableStart) -> dict[str, str]:
    """Return the corrections of one table: heading → field.

    What names the table in its member goes before what names every table so called, and that before what names none.
    """
    return {**mapping.get("", {}), **mapping.get(table.table, {}), **mapping.get(table.named, {})}


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
