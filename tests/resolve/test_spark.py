"""Spark comes to the links that DuckDB comes to: pair for pair, level for level, weight for weight."""

from __future__ import annotations

import math
import os
import shutil
import socket
import subprocess
import time
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq
import pytest

from soken.core.progress import silent
from soken.normalise.records import build_records
from soken.resolve import resolve
from soken.resolve.engine import Engine
from tests.resolve.test_incremental import _Lists, written

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.spark

_NEAR = 1e-9


@pytest.fixture(scope="module", autouse=True)
def _there() -> None:
    missing = [
        what for what, found in (("PySpark", find_spec("pyspark")), ("Java", shutil.which("java"))) if found is None
    ]
    if missing and os.environ.get("SOKEN_REQUIRE_ALL"):
        pytest.fail(f"{missing} missing")
    if missing:
        pytest.skip(f"{missing} missing")
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    # A Java of minutes ends before it has won back what compiling for the long run and collecting beside the work take.
    os.environ.setdefault("JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")


@pytest.fixture(scope="module")
def duck(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A list's records, resolved on DuckDB."""
    rows = int(os.environ.get("SOKEN_SPARK_ROWS", "100000"))
    folder = tmp_path_factory.mktemp("lists")
    made = _Lists(8)
    readings = written(folder, [made.rows(rows * 3 // 4, range(rows * 2 // 5)), made.rows(rows // 4, range(rows))])
    duck = folder / "duck"
    duck.mkdir()
    build_records(readings, duck, progress=silent())
    resolve(duck, [], duck)
    return duck


def on_spark(duck: Path, folder: Path, master: str) -> Path:
    """Resolve the same records on Spark; return the run's folder."""
    spark = folder / "spark"
    started = time.perf_counter()
    result = resolve(duck, [], spark, engine=Engine("spark", master))
    taken = time.perf_counter() - started
    print(f"{result.records} records, {master}: {taken:.1f} s, {result.seconds}")  # noqa: T201 - measured; see docs/how-to/spark.md
    return spark


def links(folder: Path) -> dict[tuple[int, int], dict[str, Any]]:
    """Return a run's links by pair."""
    lines = pq.read_table(folder / "links.parquet").to_pylist()
    return {(line["left_record"], line["right_record"]): line for line in lines}


def assert_alike(duck: Path, spark: Path) -> None:
    """See that two runs came to the same."""
    assert pq.read_table(spark / "clusters.parquet").to_pylist() == pq.read_table(duck / "clusters.parquet").to_pylist()
    one, other = links(duck), links(spark)
    assert one.keys() == other.keys()
    assert one
    for pair, link in one.items():
        near = other[pair]
        assert math.isclose(link.pop("weight"), near.pop("weight"), abs_tol=_NEAR), pair
        for reason, same in zip(link.pop("reasons"), near.pop("reasons"), strict=True):
            assert math.isclose(reason.pop("weight"), same.pop("weight"), abs_tol=_NEAR), pair
            assert reason == same, pair
        assert link == near, pair


def test_on_this_machine_100_000_rows_come_to_the_same_links(duck: Path, tmp_path: Path) -> None:
    assert_alike(duck, on_spark(duck, tmp_path, "local[2]"))


def test_on_a_cluster_with_two_workers_they_come_to_the_same_links(duck: Path, tmp_path: Path) -> None:
    with cluster(tmp_path) as master:
        assert_alike(duck, on_spark(duck, tmp_path, master))


@contextmanager
def cluster(folder: Path) -> Iterator[str]:
    """Start a standalone master and two workers; give the master's address; end them."""
    import pyspark

    home = os.path.dirname(pyspark.__file__)  # noqa: PTH120 - as Spark's scripts want it
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    master = f"spark://127.0.0.1:{port}"
    deploy = "org.apache.spark.deploy"
    host = ["--host", "127.0.0.1", "--webui-port", "0"]
    with ExitStack() as ending:

        def start(*words: str) -> None:
            log = ending.enter_context((folder / f"{words[0].rpartition('.')[2]}.log").open("ab"))
            process = subprocess.Popen(
                [f"{home}/bin/spark-class", *words], stdout=log, stderr=log, env={**os.environ, "SPARK_HOME": home}
            )
            ending.callback(process.wait, 30)
            ending.callback(process.terminate)

        start(f"{deploy}.master.Master", *host, "--port", str(port))
        for number in (1, 2):
            work = str(folder / f"work-{number}")
            start(f"{deploy}.worker.Worker", *host, "--cores", "1", "--memory", "1g", "--work-dir", work, master)
        for _attempt in range(120):
            told = (folder / "Master.log").read_text("utf-8", errors="replace")
            if told.count("Registering worker") == 2:
                break
            time.sleep(0.5)
        else:
            pytest.fail(f"The workers do not come: {told[-2000:]}")
        yield master
