"""What a table's columns are: the one form that shop profiles, proposals and corrections all come to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from soken.core.fields import FIELDS, SECRET_FIELDS, RowKind

if TYPE_CHECKING:
    from collections.abc import Mapping as MappingOf

#: Fields that a column may be mapped to: those of `FIELDS`, and those that become an item code.
MAPPABLE: frozenset[str] = frozenset(FIELDS) - {"item_code"} | SECRET_FIELDS


@dataclass(frozen=True, slots=True)
class Columns:
    """Where a field's value comes from.

    Attributes:
        names: headings, in order; values that are not blank are joined.
        join: what stands between them.
        lookup: name of a lookup that turns a code into words ('' for none).
        when: column → values; on rows that hold others the field stays empty (a table with the invoice address in one
            row and the delivery address in the next).
    """

    names: tuple[str, ...]
    join: str = " "
    lookup: str = ""
    when: MappingOf[str, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Owner:
    """How a row finds the row that it belongs to: ``table``'s row whose key is this row's ``column``."""

    table: str
    column: str


@dataclass(frozen=True, slots=True)
class Pivot:
    """A table of names and values (post meta): each line gives its owner one field.

    Attributes:
        name: heading of the column that holds names.
        value: heading of the column that holds values.
        fields: name to field.
    """

    name: str
    value: str
    fields: MappingOf[str, str]


@dataclass(frozen=True, slots=True)
class TableRule:
    """What one table is and what its columns are.

    Attributes:
        name: the rule's own name, by which other rules of the profile speak of it.
        kind: what its rows are to a person.
        fields: field to the columns that fill it.
        key: heading of the column that other tables point at ('' for none).
        owner: for attached rows, whose they are.
        pivot: for tables of names and values.
        lends: its fields fill the empty ones of its owner (an address book filling a customer).
        default: heading of the column that holds the key of the row lent first (a customer's default address).
        only: column → allowed values; other rows of the table speak of nobody (posts that are no orders).
        continues: heading of the order number; a row that claims nobody belongs to the last row with the same number
            that does (Shopify writes the buyer on an order's first line only).
        borrows: for a row that is sent to an address of another table: that table and the column with its key; what the
            address says of its holder is what the row says of its addressee.
        blank: field → values with which the shop says nothing (customer "0" for a guest).
    """

    name: str
    kind: RowKind
    fields: MappingOf[str, Columns] = field(default_factory=dict)
    key: str = ""
    owner: Owner | None = None
    pivot: Pivot | None = None
    lends: bool = False
    only: MappingOf[str, frozenset[str]] = field(default_factory=dict)
    continues: str = ""
    default: str = ""
    borrows: Owner | None = None
    blank: MappingOf[str, frozenset[str]] = field(default_factory=dict)

    @property
    def columns_used(self) -> frozenset[str]:
        """Every heading that the rule reads."""
        named = {name for columns in self.fields.values() for name in (*columns.names, *columns.when)}
        named |= {self.key, self.continues, self.default, *self.only}
        if self.owner:
            named.add(self.owner.column)
        if self.borrows:
            named.add(self.borrows.column)
        if self.pivot:
            named |= {self.pivot.name, self.pivot.value}
        return frozenset(named - {""})


#: The rule of a table that nothing is known of.
NOBODY = TableRule(name="", kind=RowKind.OTHER)
