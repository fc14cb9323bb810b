"""Resolve on Apache Spark: the same statements and settings as on DuckDB, put into Spark's dialect one by one."""

from __future__ import annotations

from soken.resolve.spark.score import score as score_on_spark
from soken.resolve.spark.session import spark_connection

__all__ = ["score_on_spark", "spark_connection"]
