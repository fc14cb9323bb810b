"""Which column is what, where no shop profile says it: by heading and by content, to be corrected by people."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from soken.core.fields import FIELDS, SECRET_FIELDS, RowKind
from soken.intake.content import agrees, are_called, guess
from soken.intake.headings import fold_heading, is_no_field, meaning
from soken.intake.parts import JOINED_BY, in_parts
from soken.intake.rules import Columns, TableRule
from soken.intake.shape import shape

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from soken.intake.events import Cells

#: Fields of which one makes a row claim an identity.
CLAIMS: Final = frozenset(
    ["full_name", "family_name", "given_name", "full_kana", "family_kana", "given_kana", "email", "email2", "phone",
     "phone2", "address", "login", "id_number", "device"]
)  # fmt: skip
#: Headings that name a person in a list of persons, and a product, a category or a tag in a table of these.
_BARE_NAMES: Final = frozenset({"name", "名前", "姓名", "title"})
_CALLED: Final = frozenset({"accountname", "displayname", "アカウント名"})
_NAMES: Final = frozenset({"full_name", "family_name", "given_name"})
#: Headings of the day on which a row was made: of the purchase in a list of these, else of the registration.
_MADE: Final = frozenset({"createdat", "datecreated", "createddate", "created", "date", "日付", "日時"})
#: What speaks of a purchase, besides its day.
_PURCHASE: Final = frozenset({"order_no", "quantity", "amount", "item_key", "item_title", "payment_method"})
#: Fields that several columns fill together; the others take one column, or the columns of its parts.
_JOINED: Final = frozenset({"address", "address2", "ship_address", "ship_address2", "card"})
#: Where a second column of a kind goes.
_SECOND: Final = {"phone": "phone2", "email": "email2"}
#: Words for a name that say which part of it they are only beside the other part: "name, surname"; 配送先姓, 配送先名.
_WHOLE_OR_PART: Final = (
    ("full_name", "family_name", "given_name"),
    ("ship_full_name", "ship_family_name", "ship_given_name"),
)
#: What may be told by its values under a heading of something else, such as remarks or a row's number: they look like
#: nothing else.
_UNDER_ANY_HEADING: Final = frozenset({"email", "address"})
_SAMPLES: Final = 5
_COMPARED: Final = 200
_SAME_TEXT: Final = 0.8
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
    cells = dict(zip(columns, values, strict=True))
    filled = {name: [cell for cell in told if cell and cell.strip()] for name, told in cells.items()}
    parts = in_parts(cells)
    found = [
        Proposal(name, *parts[name], "heading") if name in parts else _by_heading(name, filled[name])
        for name in columns
    ]
    found = _settle(_called(found, filled), frozenset(parts), filled)
    found = _without_repetition(found, cells)
    taken = {one.field for one in found}
    guesses = guess({one.column: filled[one.column] for one in found if one.how == "unknown"}, taken)
    guesses = {name: said for name, said in guesses.items() if said[0] in _UNDER_ANY_HEADING or not is_no_field(name)}
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


def _called(found: list[Proposal], filled: Mapping[str, Sequence[str]]) -> list[Proposal]:
    """Return proposals in which a column of log-in or display names is the people's, where no other column has these.

    ``account_name`` is what somebody signs in with in one shop, and what they are called in another.
    """
    if any(one.field in _NAMES for one in found):
        return found
    called = next((one for one in found if _may_be_called(one) and are_called(filled[one.column])), None)
    return [replace(one, field="full_name", confidence=0.8) if one is called else one for one in found]


def _may_be_called(one: Proposal) -> bool:
    """Tell whether people write their names under a heading for what they sign in or are shown by; no nickname."""
    return one.field == "login" and fold_heading(one.column) in _CALLED


def _settle(found: list[Proposal], parts: frozenset[str], filled: Mapping[str, Sequence[str]]) -> list[Proposal]:
    """Give each field one column (or, where they belong together, several in order)."""
    in_part = {one.field for one in found if one.column in parts}
    found = [_second(one) if one.field in in_part and one.column not in parts else one for one in found]
    found = _by_neighbours(_without_empty(found, filled))
    fields = {one.field for one in found}
    taken: set[str] = set()
    settled: list[Proposal] = []
    for one in found:
        if one.field in taken and one.field not in _JOINED and one.column not in parts:
            one = _second(one, taken | fields)
        taken |= {one.field} - {""}
        settled.append(one)
    return settled


def _without_empty(found: list[Proposal], filled: Mapping[str, Sequence[str]]) -> list[Proposal]:
    """Return proposals in which no empty column takes the field of one that is filled."""
    told = {one.field for one in found if filled[one.column]}
    return [
        replace(one, field="", confidence=0.0, how="taken")
        if one.field in told and one.field not in _JOINED and not filled[one.column]
        else one
        for one in found
    ]


def _by_neighbours(found: list[Proposal]) -> list[Proposal]:
    """Return proposals in which words that may mean two things mean what the columns beside them let them mean."""
    fields = {one.field for one in found}
    changed: dict[str, str] = {}
    for whole, family, given in _WHOLE_OR_PART:
        if whole in fields and family in fields and given not in fields:
            changed[whole] = given
    if not fields & _PURCHASE and CLAIMS & fields and "registered_at" not in fields:
        made = {one.column for one in found if one.field == "ordered_at" and fold_heading(one.column) in _MADE}
        found = [replace(one, field="registered_at") if one.column in made else one for one in found]
    # A device says that there is a person, not that a bare "name" is theirs.
    if not CLAIMS & fields - {"full_name", "device"}:
        # A title taken for a person's name would be stored: where nothing else speaks of a person, a column under a
        # bare word for "name" is left out. People may say otherwise.
        found = [
            replace(one, field="", confidence=0.0, how="bare")
            if one.field == "full_name" and fold_heading(one.column) in _BARE_NAMES
            else one
            for one in found
        ]
    return [
        replace(one, field=changed[one.field], confidence=0.8) if one.field in changed else one for one in found
    ]  # fmt: skip


def _second(one: Proposal, taken: Collection[str] = ()) -> Proposal:
    """Return a column whose field another column has already, as the second of its kind, or as no field."""
    second = _SECOND.get(one.field, "")
    if second and second not in taken:
        return replace(one, field=second, confidence=one.confidence - 0.1, how="second")
    return replace(one, field="", confidence=0.0, how="taken")


def _without_repetition(found: list[Proposal], cells: Mapping[str, Sequence[str | None]]) -> list[Proposal]:
    """Return proposals without columns whose text stands in another column of the same field as well."""
    result = list(found)
    for at, one in enumerate(result):
        if one.field in _JOINED:
            others = [two for two in result if two.field == one.field and two is not one]
            if any(_stands_in(cells[one.column], cells[two.column]) for two in others):
                result[at] = replace(one, field="", confidence=0.0, how="taken")
    return result


def _stands_in(part: Sequence[str | None], whole: Sequence[str | None]) -> bool:
    """Tell whether the values of one column stand in those of another, which is longer or comes later."""
    pairs = [(one, two) for one, two in zip(part, whole, strict=True) if one and two][:_COMPARED]
    hits = sum(len(one) > 2 and one in two for one, two in pairs)
    return bool(pairs) and hits >= _SAME_TEXT * len(pairs)


def rule_of(name: str, proposals: Sequence[Proposal]) -> TableRule:
    """Return the rule that proposals come to; a table without any column that claims an identity speaks of nobody."""
    fields: dict[str, list[str]] = {}
    for one in proposals:
        if one.field:
            names = fields.setdefault(one.field, [])
            at = 0 if one.field in _JOINED and _is_number_part(one.column) else len(names)
            names.insert(at, one.column)
    kind = RowKind.IDENTITY if CLAIMS & set(fields) else RowKind.OTHER
    columns = {field: Columns(tuple(names), JOINED_BY.get(field, " ")) for field, names in fields.items()}
    return TableRule(name=name, kind=kind, fields=columns)


def joins_columns(field: str) -> bool:
    """Tell whether columns that are proposed for a field belong together, so that one more takes none's place."""
    return field in _JOINED


def _is_number_part(heading: str) -> bool:
    """Tell whether a column holds the house number, which stands before the street where it has its own column."""
    return fold_heading(heading).endswith(_NUMBER_FIRST)


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
