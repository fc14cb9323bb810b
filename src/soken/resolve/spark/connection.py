"""A Spark session behind the methods that resolve uses of DuckDB.

A table is written as Parquet into the scratch folder (which every worker must see) and read back, so that no plan grows
from stage to stage. What DuckDB calls temporary is only a plan, kept in the workers' memory once it is computed.
"""

from __future__ import annotations

import itertools
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from soken.resolve.spark.dialect import parsed, spark_sql

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pyarrow as pa
    from pyspark.sql import Column, DataFrame, SparkSession
    from pyspark.sql.types import StructField


class SparkResult:
    """The lines that a query gives.

    Args:
        frame: the query, None for a statement that gives none.
    """

    def __init__(self, frame: DataFrame | None) -> None:
        self._frame = frame

    def fetchall(self) -> list[tuple[Any, ...]]:
        """Bring all lines here."""
        if self._frame is None:
            return []
        table = self._frame.toArrow()
        return list(zip(*(column.to_pylist() for column in table.columns), strict=True)) if table.num_rows else []


def _cast(field: StructField) -> Column:
    """Return a column with the type that the table has it in."""
    from pyspark.sql.functions import col

    return col(field.name).cast(field.dataType)


class SparkConnection:
    """Runs DuckDB's statements on Spark.

    Args:
        session: where they run.
        scratch: an empty folder that this process and every worker see under this path; the caller removes it.
    """

    def __init__(self, session: SparkSession, scratch: Path) -> None:
        self._session = session
        self._scratch = scratch
        self._numbers = itertools.count(1)
        self._files: dict[str, str] = {}
        self._grown: dict[str, list[str]] = {}
        self._kept: dict[str, DataFrame] = {}

    def execute(self, query: str, parameters: Mapping[str, Any] | None = None, /) -> SparkResult:
        """Run one or more statements of DuckDB's; the last one's lines are given."""
        result = SparkResult(None)
        for statement in filter(str.strip, query.split(";\n")):
            result = self._one(parsed(statement, parameters or {}))
        return result

    def register(self, view_name: str, python_object: pa.Table, /) -> None:
        """Make an Arrow table readable under a name."""
        self._session.createDataFrame(python_object).createOrReplaceTempView(view_name)

    def unregister(self, view_name: str, /) -> None:
        """Forget it; what was made of it stays."""
        self._session.catalog.dropTempView(view_name)

    def _one(self, tree: exp.Expr) -> SparkResult:
        """Run one statement."""
        if isinstance(tree, exp.Create):
            self._create(tree)
        elif isinstance(tree, exp.Insert):
            self._insert(tree.this.name, self._frame(tree.expression))
        elif isinstance(tree, exp.Drop):
            self._session.catalog.dropTempView(next(tree.find_all(exp.Table)).name)
        elif isinstance(tree, exp.Copy):
            self._copy(tree)
        elif isinstance(tree, exp.Describe):
            return SparkResult(self._session.sql(f"DESCRIBE {tree.this.name}"))
        else:
            return SparkResult(self._frame(tree))
        return SparkResult(None)

    def _frame(self, tree: exp.Expr) -> DataFrame:
        """Return a query's plan."""
        return self._session.sql(spark_sql(tree, self._file_view))

    def _file_view(self, path: str) -> str:
        """Return the view of a Parquet file."""
        if path not in self._files:
            self._files[path] = f"file_{len(self._files) + 1}"
            self._session.read.parquet(path).createOrReplaceTempView(self._files[path])
        return self._files[path]

    def _create(self, tree: exp.Create) -> None:
        """Make a table, a view or a function."""
        if tree.kind in {"MACRO", "FUNCTION"}:
            self._function(tree)
        elif isinstance(tree.this, exp.Schema):
            columns = ", ".join(column.sql(dialect="spark") for column in tree.this.expressions).replace("`", "")
            self._grown[tree.this.this.name] = []
            self._session.createDataFrame([], columns).createOrReplaceTempView(tree.this.this.name)
        elif tree.kind == "VIEW":
            self._frame(tree.expression).createOrReplaceTempView(tree.this.name)
        elif tree.find(exp.TemporaryProperty):
            self._keep(tree.this.name, self._frame(tree.expression))
        else:
            self._written(tree.this.name, self._frame(tree.expression)).createOrReplaceTempView(tree.this.name)

    def _written(self, name: str, frame: DataFrame) -> DataFrame:
        """Compute a plan once, into a folder of the scratch folder; return its lines from there."""
        folder = str(self._scratch / f"{name}-{next(self._numbers)}")
        frame.write.parquet(folder)
        return self._session.read.schema(frame.schema).parquet(folder)

    def _keep(self, name: str, frame: DataFrame) -> None:
        """Keep a plan under a name; its lines stay in memory or on the workers' disks until the name is another's."""
        if name in self._kept:
            self._kept[name].unpersist()
        self._kept[name] = frame.persist()
        frame.createOrReplaceTempView(name)

    def _insert(self, name: str, frame: DataFrame) -> None:
        """Add lines to a table that was made empty."""
        here = self._session.table(name)
        added = frame.toDF(*here.columns).select([_cast(field) for field in here.schema.fields])
        folder = str(self._scratch / f"{name}-{next(self._numbers)}")
        added.write.parquet(folder)
        self._grown[name].append(folder)
        self._session.read.schema(here.schema).parquet(*self._grown[name]).createOrReplaceTempView(name)

    def _function(self, tree: exp.Create) -> None:
        """Make a function of texts."""
        made = tree.this
        arguments = ", ".join(f"{argument.name} STRING" for argument in made.expressions)
        body = spark_sql(tree.expression, self._file_view)
        self._session.sql(
            f"CREATE OR REPLACE TEMPORARY FUNCTION {made.this.name}({arguments}) RETURNS STRING RETURN {body}"
        )

    def _copy(self, tree: exp.Copy) -> None:
        """Write a query's lines as one Parquet file, in their order."""
        target = Path(tree.args["files"][0].name)
        folder = self._scratch / f"{target.stem}-{next(self._numbers)}"
        query = tree.this.this if isinstance(tree.this, exp.Subquery) else tree.this
        self._frame(query).coalesce(1).write.option("compression", "zstd").parquet(str(folder))
        shutil.move(next(folder.glob("part-*.parquet")), target)
