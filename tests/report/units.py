"""Units for tests: what is not said of one is unstated."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from soken.report.units import open_units, write_units

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb


@dataclass
class Units:
    """Cases, persons and victims that are made one by one."""

    rows: dict[str, list[tuple[Any, ...]]] = field(default_factory=dict)
    people: list[tuple[int | None, str]] = field(default_factory=list)
    children: list[str] = field(default_factory=list)

    def add(self, kind: str, *values: Any) -> int:
        """Add a unit and return its number."""
        rows = self.rows.setdefault(kind, [])
        rows.append((len(rows) + 1, *values))
        return len(rows)

    def person(self, *, age: int | None = None, occupation: str = "") -> int:
        """Add somebody, of this age and occupation in every case that does not say otherwise."""
        self.people.append((age, occupation))
        return len(self.people)

    def victim(self, stage: str = "") -> int:
        """Add a child, of this school stage in every case that does not say otherwise."""
        self.children.append(stage)
        return len(self.children)

    def case(
        self,
        on: date = date(2017, 5, 1),
        *,
        group: str = "production",
        at: str = "tokyo",
        occurred: str = "",
        source: str = "",
        persons: tuple[int, ...] = (),
        victims: tuple[tuple[int, str, str], ...] = (),
        aged: int | None = None,
        stage: str | None = None,
    ) -> int:
        made = self.add("cases", group, on, "day", at, occurred, None, source)
        told = [(one, *self.people[one - 1]) for one in persons]
        self.rows.setdefault("case_persons", []).extend(
            (made, one, age if aged is None else aged, occupation) for one, age, occupation in told
        )
        self.rows.setdefault("case_victims", []).extend(
            (made, one, self.children[one - 1] if stage is None else stage, form, relation)
            for one, form, relation in victims
        )
        return made

    def disposition(self, person: int, code: str, month: int, *, source: str = "", year: int = 2017) -> int:
        """Add what a prosecutor decided of somebody."""
        return self.add("disposed", person, code, date(year, month, 20), source)

    def opened(self, folder: Path) -> duckdb.DuckDBPyConnection:
        write_units(folder, self.rows)
        return open_units(folder)
