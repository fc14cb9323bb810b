"""One DuckDB for all that a process asks in passing."""

from __future__ import annotations

import os
import subprocess
import sys

from soken.core.duck import end_shared, shared

ASKED = "from soken.core.duck import shared; print(shared().execute('select 6 * 7').fetchone())"


def test_what_one_question_registers_no_other_finds_and_another_begins_after_the_end() -> None:
    with shared() as one, shared() as other:
        one.execute("create temp table own as select 1")
        assert other.execute("show tables").fetchall() == []
    end_shared()
    end_shared()
    with shared() as after:
        assert after.execute("select current_setting('threads')").fetchone() == (2,)


def test_a_process_that_asked_ends_without_a_word() -> None:
    """DuckDB's library reports on standard error what is still there as a process ends."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    done = subprocess.run([sys.executable, "-c", ASKED], env=environment, capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("(42,)\n", "")
