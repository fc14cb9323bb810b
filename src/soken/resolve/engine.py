"""What resolve asks of the engine it runs on: DuckDB, or Spark behind the same few methods (`soken.resolve.spark`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from soken.core.errors import BadInputError

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Engine:
    """What resolve runs on.

    Attributes:
        name: "duckdb": this process; or "spark": as many machines as there are, with the same links.
        master: where Spark runs: "local[2]", or a cluster's address ("spark://host:7077"), whose workers see the
            installation's folders under the same paths.

    Raises:
        BadInputError: there is no such engine.
    """

    name: str = "duckdb"
    master: str = "local[2]"

    def __post_init__(self) -> None:
        if self.name not in {"duckdb", "spark"}:
            raise BadInputError(f"{self.name!r} is no engine; choose duckdb or spark.")

    @property
    def spark(self) -> bool:
        """Whether it is Spark."""
        return self.name == "spark"


DUCKDB = Engine()


class Result(Protocol):
    """The lines that a query gives."""

    def fetchall(self) -> list[Any]:
        """Return all lines."""
        ...


class Connection(Protocol):
    """Runs SQL as DuckDB writes it, over tables that it keeps."""

    def execute(self, query: str, parameters: Any = None, /) -> Result:
        """Run a statement; ``$name`` stands for a parameter."""
        ...

    def register(self, view_name: str, python_object: pa.Table, /) -> Any:
        """Make an Arrow table readable under a name."""
        ...

    def unregister(self, view_name: str, /) -> Any:
        """Forget it."""
        ...
