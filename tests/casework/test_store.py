"""The store: a forked worker has a DuckDB of its own; a question for one person says so."""

from __future__ import annotations

import ast
import os
import re
import signal
from pathlib import Path
from typing import Final

import duckdb
import pytest

from soken import casework
from soken.access.eyes import machine_sees_all
from soken.casework.selectors import store

#: A query's condition on a person, and the name of the value.
OF_PERSON: Final = re.compile(r"\bperson\s*=\s*\$(\w+)|\$(\w+)\s*=\s*\w*\.?person\b")


def test_a_forked_worker_asks_a_duckdb_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "rows.parquet"
    duckdb.sql("select range as n from range(200000)").write_parquet(str(path))
    asked = "select sum(n)::bigint as total from read_parquet($path)"
    with machine_sees_all():
        assert store.ask(asked, path=str(path)) == [{"total": 19999900000}]
        worker = os.fork()
        if worker == 0:
            # Whatever goes wrong, the fork never goes on as a second run of the tests.
            right = False
            try:
                signal.alarm(20)
                right = store.ask(asked, path=str(path)) == [{"total": 19999900000}]
            finally:
                os._exit(0 if right else 1)
    assert os.waitpid(worker, 0)[1] == 0


def test_a_question_for_one_person_cannot_call_its_value_otherwise(tmp_path: Path) -> None:
    path = tmp_path / "membership.parquet"
    duckdb.sql("select 'P-1' as person, 1 as row").write_parquet(str(path))
    for condition in ("person = $who", "t.person=$who", "$who = t.person", "person in ($who)"):
        asked = f"select row from read_parquet($path) t where {condition}"
        with machine_sees_all():
            with pytest.raises(TypeError, match="OnePerson"):
                store.ask(asked, path=path, who="P-1")
            assert store.ask(asked, path=path, who=store.OnePerson("P-1")) == [{"row": 1}]


def test_every_question_for_one_person_in_the_code_says_whom_it_asks_for() -> None:
    """Each value that a query of a module compares a person with is given as `OnePerson` wherever one asks there."""
    undeclared, declared = [], 0
    for path in sorted(Path(casework.__file__).parent.rglob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        texts = [one.value for one in ast.walk(tree) if isinstance(one, ast.Constant) and isinstance(one.value, str)]
        names = {name for text in texts for found in OF_PERSON.findall(text) for name in found if name}
        for call in (one for one in ast.walk(tree) if isinstance(one, ast.Call)):
            if ast.unparse(call.func).rsplit(".")[-1] not in {"ask", "asked", "_read"}:
                continue
            for given in (one for one in call.keywords if one.arg in names):
                said = isinstance(given.value, ast.Call) and ast.unparse(given.value.func).endswith("OnePerson")
                declared += said
                undeclared += [] if said else [f"{path.name}:{call.lineno} {given.arg}"]
    assert undeclared == []
    assert declared >= 10
