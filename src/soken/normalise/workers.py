"""Worker processes for long lists: each is a fresh interpreter that runs tasks of `columns` on Arrow files.

Fresh interpreters, not forks: DuckDB's threads do not survive a fork. They talk over their standard streams, one JSON
line a job, so that it makes no difference what the calling program's main module is.
"""

from __future__ import annotations

import gc
import itertools
import json
import os
import subprocess  # nosec B404  # starts this very program
import sys
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, Self

import pyarrow as pa

from soken.core.defects import withhold_values
from soken.core.errors import EnvironmentProblemError
from soken.normalise.columns import TASKS, Options

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

#: Values a job takes: small enough for a progress bar to move, large enough that starting it costs nothing.
CHUNK = 25_000
#: Below this many values the workers' start (about a second) costs more than they save.
WORTHWHILE = 40_000


class Workers:
    """Runs tasks over tables: here, or in ``count`` processes that are started when the first long table comes.

    Args:
        folder: where the jobs' files may be put; the caller removes it.
        count: how many processes; 0 to do everything here.
    """

    def __init__(self, folder: Path, count: int) -> None:
        self._folder = folder
        self._count = count
        self._processes: list[subprocess.Popen[str]] = []
        self._idle: SimpleQueue[subprocess.Popen[str]] = SimpleQueue()
        self._numbers = itertools.count(1)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def close(self) -> None:
        """End the processes and give their memory back; they are started again if another long table comes."""
        for process in self._processes:
            process.kill()
        for process in self._processes:
            process.communicate()
        self._processes.clear()
        self._idle = SimpleQueue()

    def run(self, task: str, table: pa.Table, options: Options, done: Callable[[int], None]) -> pa.Table:
        """Return the task's result for a table, in the table's order; ``done`` is told how many values are finished."""
        if table.num_rows < WORTHWHILE or not self._count:
            result = TASKS[task](table, options)
            done(table.num_rows)
            return result
        self.start(table.num_rows)
        shared = self._folder / f"options-{next(self._numbers)}.json"
        shared.write_text(json.dumps(options), encoding="utf-8")
        chunks = [table.slice(at, CHUNK) for at in range(0, table.num_rows, CHUNK)]
        with ThreadPoolExecutor(self._count) as threads:
            parts = []
            try:
                for part in threads.map(lambda chunk: self._job(task, chunk, shared), chunks):
                    parts.append(part)
                    done(part.num_rows)
            except BaseException:
                threads.shutdown(wait=False, cancel_futures=True)  # what is left would be for nothing
                raise
        return pa.concat_tables(parts)

    def start(self, values: int) -> None:
        """Start the processes, once, if so many values are worth it; ahead of time, nobody waits for them."""
        while values >= WORTHWHILE and len(self._processes) < self._count:
            self._add()

    def _add(self) -> None:
        """Start one process."""
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        process = subprocess.Popen(  # nosec B603  # no word of it is typed
            [sys.executable, "-m", "soken.normalise.workers"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment,
        )  # fmt: skip
        self._processes.append(process)
        self._idle.put(process)

    def _job(self, task: str, chunk: pa.Table, options: Path) -> pa.Table:
        """Have one chunk done by an idle process; return its result.

        Raises:
            EnvironmentProblemError: two processes in turn ended before they were done with it.
        """
        given = self._folder / f"job-{next(self._numbers)}.arrow"
        made = given.with_suffix(".done")
        with pa.OSFile(str(given), "wb") as sink, pa.ipc.new_file(sink, chunk.schema) as writer:
            writer.write_table(chunk)
        self._have_done({"task": task, "given": str(given), "made": str(made), "options": str(options)})
        with pa.memory_map(str(made)) as source:
            result = pa.ipc.open_file(source).read_all()
        given.unlink()
        made.unlink()
        return result

    def _have_done(self, job: dict[str, str]) -> None:
        """Give a job to an idle process, and once more to a new one if that process ends on it."""
        process = self._idle.get()
        for last in (False, True):
            if _answered(process, job):
                self._idle.put(process)
                return
            status = self._buried(process)
            self._add()
            if last:
                raise EnvironmentProblemError(
                    f"Two worker processes of normalise ended before their work was done (the last with {status}); "
                    "see that the machine has 4 GiB of memory free and start again."
                )
            process = self._idle.get()

    def _buried(self, process: subprocess.Popen[str]) -> str:
        """Take a process that ended off the list; return its end in words."""
        process.kill()  # it may have closed its streams and still be there
        process.communicate()
        self._processes.remove(process)
        code = process.returncode
        return f"signal {-code}" if code < 0 else f"status {code}"


def _answered(process: subprocess.Popen[str], job: dict[str, str]) -> bool:
    """Send a job and wait until it is done; False if the process ended before."""
    if process.stdin is None or process.stdout is None:
        return False
    try:
        process.stdin.write(json.dumps(job) + "\n")
        process.stdin.flush()
        return bool(process.stdout.readline())
    except BrokenPipeError:
        return False


def serve(lines: Iterator[str], answer: Callable[[str], Any]) -> None:
    """Do the jobs that arrive as lines until there are no more (the body of a worker process)."""
    # Nothing here makes circles of objects; looking for them in the name tables would take a fifth of the time.
    gc.disable()
    cached: tuple[str, Options] = ("", {})
    for line in lines:
        job = json.loads(line)
        if cached[0] != job["options"]:
            with open(job["options"], encoding="utf-8") as stream:  # noqa: PTH123 - a path from our own parent
                cached = job["options"], json.load(stream)
        with pa.memory_map(job["given"]) as source:
            table = pa.ipc.open_file(source).read_all()
            result = TASKS[job["task"]](table, cached[1])
            with pa.OSFile(job["made"], "wb") as sink, pa.ipc.new_file(sink, result.schema) as writer:
                writer.write_table(result)
        answer("done")


if __name__ == "__main__":
    withhold_values()
    try:
        serve(sys.stdin, lambda text: print(text, flush=True))  # noqa: T201 - the answer to the parent process
    except KeyboardInterrupt:
        sys.exit(130)
