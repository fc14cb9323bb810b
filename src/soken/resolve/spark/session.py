"""A session of Spark, here or on a cluster, as resolve needs it."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from soken.core.errors import EnvironmentProblemError
from soken.resolve.spark.connection import SparkConnection

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_HOW: Final = "see docs/how-to/spark.md"
_LEAST_JAVA: Final = 17
#: Bytes of records (as they lie, compressed) for one part of a table: about 50,000 records.
_PART: Final = 8_000_000


@contextmanager
def spark_connection(master: str, scratch: Path, size: int = 0) -> Iterator[SparkConnection]:
    """Give a connection on a session of its own, which ends with the block.

    Args:
        master: "local[2]" for this machine, or a cluster's address, as "spark://host:7077".
        scratch: an empty folder that every worker sees under this path.
        size: bytes of the records; tables are cut into parts by it, at least as many as keep every core busy.

    Raises:
        EnvironmentProblemError: PySpark or Java is not there, or the session does not start.
    """
    try:
        from pyspark.errors import PySparkException
        from pyspark.sql import SparkSession
        from pyspark.sql.types import DoubleType
        from splink.backends.spark import similarity_jar_location
    except ImportError as problem:
        raise EnvironmentProblemError(
            f"PySpark is not installed; install requirements/spark.txt ({_HOW})."
        ) from problem
    build = SparkSession.builder.master(master).appName("soken resolve")
    for name, value in {
        # The distance of Damerau and Levenshtein; ships with Splink.
        "spark.jars": similarity_jar_location(),
        # A list's index beyond its end and a text that is no number are null, as in DuckDB.
        "spark.sql.ansi.enabled": "false",
        "spark.sql.legacy.sizeOfNull": "false",
        "spark.sql.session.timeZone": "UTC",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.log.level": "OFF",
        # The rules are longer than what one generated method may hold: Spark would try, fail and fall back each time.
        "spark.sql.codegen.wholeStage": "false",
    }.items():
        build = build.config(name, value)
    if master.startswith("local"):
        build = build.config("spark.driver.memory", os.environ.get("SPARK_DRIVER_MEMORY", "2g"))
    try:
        session = build.getOrCreate()
    except (PySparkException, RuntimeError) as problem:
        raise EnvironmentProblemError(
            f"Spark does not start at {master}: {str(problem).splitlines()[0]}; it needs Java {_LEAST_JAVA} ({_HOW})."
        ) from problem
    parts = max(2 * session.sparkContext.defaultParallelism, size // _PART)
    session.conf.set("spark.sql.shuffle.partitions", str(parts))
    try:
        session.udf.registerJavaFunction(
            "damerau_levenshtein", "uk.gov.moj.dash.linkage.LevDamerauDistance", DoubleType()
        )
        yield SparkConnection(session, scratch)
    finally:
        session.stop()
