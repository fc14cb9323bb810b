"""What the program imports is what a fresh machine gets: the packages of ``requirements/run.txt``, and no other."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

ROOT = Path(__file__).parents[2]
#: Names for type checkers only, which nobody loads.
FOR_TYPES = frozenset({"_typeshed"})


def imported() -> dict[str, str]:
    """Each package from outside that some module imports, and one of these modules."""
    found: dict[str, str] = {}
    for path in sorted((ROOT / "src").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names = [one.name for one in node.names]
            elif isinstance(node, ast.ImportFrom) and not node.level:
                names = [node.module or ""]
            else:
                continue
            for name in names:
                found.setdefault(name.partition(".")[0], str(path.relative_to(ROOT)))
    return {
        name: where for name, where in found.items() if name not in {*sys.stdlib_module_names, *FOR_TYPES, "soken", ""}
    }


#: Packages of the extra "spark", which has a lock of its own: what they are imported by does without them.
OF_SPARK = frozenset({"pyspark", "sqlglot"})
#: Builds the documentation from a checkout, whose launcher brings the development lock for that one command.
OF_DOCS = frozenset({"sphinx"})


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def locked(name: str) -> set[str]:
    text = (ROOT / "requirements" / name).read_text(encoding="utf-8")
    return {plain(found[1]) for found in re.finditer(r"^([A-Za-z0-9._-]+)==", text, re.MULTILINE)}


def of_the_program() -> dict[str, str]:
    """What the program imports, the distributed engine and the building of its documentation aside."""
    return {name: where for name, where in imported().items() if name not in OF_SPARK | OF_DOCS}


def test_what_builds_the_documentation_is_imported_by_its_command_alone() -> None:
    for path in sorted((ROOT / "src").rglob("*.py")):
        if path.name != "docs.py":
            assert not re.search(r"^\s*(import|from) sphinx\b", path.read_text(encoding="utf-8"), re.MULTILINE), path
    assert locked("dev.txt") >= OF_DOCS
    assert re.search(r"\bdocs\b", (ROOT / "soken").read_text(encoding="utf-8")), "the launcher brings the lock"


def test_what_the_extra_brings_is_imported_by_its_engine_alone() -> None:
    engine = "src/soken/resolve/spark/"
    for path in sorted((ROOT / "src").rglob("*.py")):
        where = str(path.relative_to(ROOT))
        text = path.read_text(encoding="utf-8")
        assert where.startswith(engine) or not re.search(
            r"^\s*(import|from) (pyspark|sqlglot)\b", text, re.MULTILINE
        ), where
    assert locked("spark.txt") >= {"pyspark"}


def test_every_package_that_is_imported_is_in_the_lock_of_the_program() -> None:
    of = packages_distributions()
    missing = {
        name: where
        for name, where in of_the_program().items()
        if not {plain(one) for one in of.get(name, [name])} & locked("run.txt")
    }
    assert missing == {}


def test_every_package_that_is_imported_is_asked_for_by_name() -> None:
    """One that only comes along with another may leave with it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = {plain(re.split(r"[\s\[<>=!~;]", one)[0]) for one in project["dependencies"]}
    of = packages_distributions()
    missing = {
        name: where
        for name, where in of_the_program().items()
        if not {plain(one) for one in of.get(name, [name])} & asked
    }
    assert missing == {}


def test_the_lock_of_the_tests_holds_the_program_s_too() -> None:
    assert locked("run.txt") <= locked("dev.txt")
