"""Every person of the demo, and every packet, as CASE/UCO files held against the published ontology.

To load the ontology for each of thousands of files would take days. Files are validated many at once, each with ids of
its own: then none can lend another a node that it lacks, and the lot conforms only if each file does by itself.
Two processes share the lots, and each loads the ontology once.
"""

from __future__ import annotations

import os
import re
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import lru_cache
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch
from uuid import NAMESPACE_URL, uuid5

from case_utils import case_validate
from case_utils.case_validate import validate
from case_utils.case_validate.validate_utils import get_ontology_graph
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.processor import SPARQLProcessor

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from case_utils.case_validate.validate_types import ValidationResult

    from soken.casework.models import Operation

CASE_VERSION = "case-1.4.0"
ROWS = 7_000
_ID = re.compile(r"urn:uuid:[0-9a-f-]{36}")
#: Files held against the ontology at once: more would take more memory, fewer would load it more often.
BATCH = 100


def with_own_ids(file: Path, out: Path) -> Path:
    """Write a file anew whose ids no other file has, and return it; what points to what stays."""
    text = file.read_text("utf-8")
    out.write_text(_ID.sub(lambda found: f"urn:uuid:{uuid5(NAMESPACE_URL, f'{file.name} {found[0]}')}", text), "utf-8")
    return out


def validate_apart(files: Sequence[Path], folder: Path) -> ValidationResult:
    """Hold files against the ontology at once, none helping another.

    Args:
        files: whose names differ.
        folder: where their copies with ids of their own are written.
    """
    copies = [with_own_ids(file, folder / f"apart-{file.name}") for file in files]
    try:
        with queries_parsed_once(), ontology_loaded_once():
            return validate([str(copy) for copy in copies], case_version=CASE_VERSION)
    finally:
        for copy in copies:
            copy.unlink()


@contextmanager
def queries_parsed_once() -> Iterator[None]:
    """Have rdflib parse each query of the ontology once; it would parse them anew for each node, most of its time."""
    ask = SPARQLProcessor.query

    @lru_cache(maxsize=256)
    def prepared(text: str, names: frozenset[tuple[str, Any]], base: str | None) -> Any:
        return prepareQuery(text, dict(names), base)

    def query(
        self: SPARQLProcessor, said: Any, bindings: Any = None, names: Any = None, base: Any = None, debug: bool = False
    ) -> Any:
        known = prepared(said, frozenset((names or {}).items()), base) if isinstance(said, str) else said
        return ask(self, known, bindings, names, base, debug)

    with patch.object(SPARQLProcessor, "query", query):
        yield


@lru_cache(maxsize=1)
def _ontology(*asked: Any) -> Any:
    """Return the published ontology; validating reads it, and writes only what is there the second time."""
    return get_ontology_graph(*asked)


@contextmanager
def ontology_loaded_once() -> Iterator[None]:
    """Have the validator load the ontology once in a process; it would parse it anew for each lot."""
    with patch.object(case_validate, "get_ontology_graph", _ontology):
        yield


def export_all(operation: Operation, folder: Path) -> Iterator[Path]:
    """Export every person that is proposed, and every packet that was sent; yield the files as they come."""
    from soken.casework.models import Referral
    from soken.casework.selectors.case_file import export_packet, export_person

    for code in operation.persons.order_by("code").values_list("code", flat=True):
        export_person(operation, code, folder / f"{code}.jsonld")
        yield folder / f"{code}.jsonld"
    sent = Referral.objects.filter(dossier__operation=operation).order_by("dossier__person_code")
    for code in dict.fromkeys(sent.values_list("dossier__person_code", flat=True)):
        export_packet(operation, code, folder / f"packet-{code}.jsonld")
        yield folder / f"packet-{code}.jsonld"


def measure_case(rows: int = ROWS) -> list[dict[str, Any]]:
    """Make the demo in a home of its own, export every person and packet, and validate them all."""
    with tempfile.TemporaryDirectory(prefix="soken-bench-case-") as home:
        os.environ["SOKEN_HOME"] = home
        from soken.commands.demo import demo

        demo(rows=rows, serve=False, as_json=True)
        from soken.casework.models import Operation

        folder = Path(home) / "case"
        folder.mkdir()
        started = time.perf_counter()
        files = list(export_all(Operation.objects.get(), folder))
        exported = time.perf_counter() - started
        refused = _all_refused(files, folder)
        packets = sum(one.name.startswith("packet-") for one in files)
        result = {
            "rows": rows, "persons": len(files) - packets, "packets": packets, "refused": len(refused),
            "export_seconds": exported, "validate_seconds": time.perf_counter() - started - exported,
        }  # fmt: skip
        print(result, *refused[:20], flush=True)
    return [result]


def _all_refused(files: Sequence[Path], folder: Path) -> list[str]:
    """Return the names of the files that the ontology does not accept, all of them held against it by two processes."""
    refused: list[str] = []
    began, done = time.perf_counter(), 0
    lots = [files[at : at + BATCH] for at in range(0, len(files), BATCH)]
    with ProcessPoolExecutor(max_workers=2, mp_context=get_context("spawn")) as pool:
        for lot, found in zip(lots, pool.map(_refused, lots, [folder] * len(lots)), strict=True):
            refused += found
            done += len(lot)
            print(f"{done:,} of {len(files):,} files validated, {time.perf_counter() - began:,.0f} s", flush=True)
    return refused


def _refused(files: Sequence[Path], folder: Path) -> list[str]:
    """Return the names of the files that the ontology does not accept; looked for by halves."""
    found = validate_apart(files, folder)
    if found.conforms and not found.undefined_concepts:
        return []
    if len(files) == 1:
        return [f"{files[0].name}: {found.text}"]
    half = len(files) // 2
    return [*_refused(files[:half], folder), *_refused(files[half:], folder)]
