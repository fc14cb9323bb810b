"""What each table of a file is: as its profile says, or as its columns suggest, corrected as wished."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from soken.core.fields import RowKind
from soken.intake.mapping import Mapping, corrected, of_table
from soken.intake.proposals import Proposal, propose, rule_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from soken.intake.events import Cells, TableStart
    from soken.intake.profile import Profile
    from soken.intake.rules import TableRule
    from soken.intake.tally import Tally


#: Wishes for no profile in particular: the one that fits, or none.
PROFILES_UNNAMED: Final = frozenset({"auto", "proposed"})


@dataclass(frozen=True, slots=True)
class Wish:
    """How a file is to be read.

    Attributes:
        profile: 'auto', a profile's name, or a profile file.
        mapping: corrections.
        whole: the corrections say all: what they do not name is no field.
    """

    profile: str = "auto"
    mapping: Mapping = field(default_factory=dict)
    whole: bool = False


class Decider:
    """Decides on tables one by one, and remembers in the tally what was decided.

    Args:
        wish: how the file is to be read.
        tally: where it is remembered.
    """

    def __init__(self, wish: Wish, tally: Tally) -> None:
        self._wish = wish
        self._tally = tally

    def decide(
        self,
        table: TableStart,
        sample: Sequence[Cells],
        profile: Profile | None,
        rule: TableRule | None,
        proposed: list[Proposal] | None = None,
    ) -> tuple[TableRule, list[Proposal]]:
        """Return the rule of a table, as its profile says or as its columns suggest, corrected as wished."""
        corrections = of_table(self._wish.mapping, table)
        corrections = {name: one for name, one in corrections.items() if name in table.columns}
        by_profile = rule is not None
        if rule is None:
            proposals = proposed or propose(table.columns, sample)
        else:
            proposals = _of_rule(table, rule)
            if profile:
                self._tally.profiles[profile.name] = profile
        if corrections:
            proposals = corrected(proposals, corrections, whole=self._wish.whole)
            rule = _with_fields(rule, rule_of(table.table, proposals)) if rule else None
        rule = rule or rule_of(table.table, proposals)
        self._tally.describe(table, proposals, sample)
        self._tally.claims |= rule.kind is RowKind.IDENTITY
        if not by_profile and rule.kind is RowKind.OTHER:
            self._tally.loose.append((table.member or "", table.table))
        return rule, proposals


def _of_rule(table: TableStart, rule: TableRule) -> list[Proposal]:
    """Return a profile's rule as what each column is taken for."""
    of = {name: one for one, columns in rule.fields.items() for name in columns.names}
    return [Proposal(name, of.get(name, ""), 1.0 if name in of else 0.0, "profile") for name in table.columns]


def _with_fields(rule: TableRule, fields: TableRule) -> TableRule:
    """Return a profile's rule with corrected fields: columns that the correction left alone stay as they were."""
    kept = {
        name: columns if set(columns.names) != set(fields.fields[name].names) else rule.fields.get(name, columns)
        for name, columns in fields.fields.items()
    }
    return replace(rule, fields=kept)
