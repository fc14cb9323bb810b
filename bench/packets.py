"""A thousand packets: typeset and signed by two processes, as `soken packet make --all-referred` does.

That command reads each case from the database meanwhile, in the process that hands them out; here they are given.
"""

from __future__ import annotations

import resource
import time
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any

from soken.exchange.packet import Packet, typeset
from soken.exchange.signature import Signer, make_signer, sign
from soken.refer.packet import Cover, Original, RowPlace, packet_sections
from soken.refer.packet_words import packet_words
from soken.review.words import elements, rival_explanations

if TYPE_CHECKING:
    from collections.abc import Iterator

_MOMENT = datetime(2026, 11, 24, tzinfo=UTC)
SIZES = (100, 1_000)


def measure_packets() -> list[dict[str, Any]]:
    """Make packets of twelve rows each; every one is another person's."""
    signer, results = make_signer("bench", since=_MOMENT), []
    for many in SIZES:
        started, before = time.perf_counter(), _processor_seconds()
        with ProcessPoolExecutor(max_workers=2, mp_context=get_context("spawn")) as pool:
            sizes = list(pool.map(_made, ((packet, signer) for packet in _packets(many)), chunksize=8))
        results.append(
            {
                "packets": many,
                "seconds": time.perf_counter() - started,
                "processor_seconds": _processor_seconds() - before,
                "bytes": sum(sizes) // many,
            }
        )
        print(results[-1], flush=True)
    return results


def _processor_seconds() -> float:
    """Return what this process and its workers that have ended used: a busy machine takes longer, not more."""
    used = (resource.getrusage(one) for one in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)


def _made(job: tuple[Packet, Signer]) -> int:
    packet, signer = job
    return len(sign(typeset(packet), signer, moment=packet.moment))


def _packets(many: int) -> Iterator[Packet]:
    """Yield packets with everything recorded that a case ready for action has."""

    def told(kind: str, code: str, by: str = "an analyst", **said: str) -> dict[str, Any]:
        return {"kind": kind, "code": code, "said": said, "by": by, "on": "2026-11-20"}

    contents = {
        "facts": [told("exhibit", f"甲{at}", origin="search", obtained_on="2026-11-18") for at in (1, 2, 3)],
        "assessments": [
            *(told("identity", "P", by, basis="運転免許証の写しと照合", born_on="1985-12-04") for by in ("one", "two")),
            *(told("element", code, exhibit="甲2", shown_on="2026-11-19") for code in elements()),
            *(
                told("rival-explanation", code, state="ruled-out", result="照会の結果、該当なし")
                for code in rival_explanations()
            ),
            told("corroboration", "payment", exhibit="甲1"),
            told("offence", "7-1", first_on="", last_on="2026-11-19", basis="捜索により発見"),
        ],
        "persons": [{"who": "P", "category": "suspect", "roles": ["account-holder"]}],
    }
    events = ((1, "2026-05-01", "a", "sealed", ""),)
    original = Original("E-0123456789ab", "cd" * 32, 1_234_567, "2026-05-01 server DEMO", events)
    words = packet_words("ja")
    for number in range(many):
        rows = tuple(
            RowPlace("E-0123456789ab", number * 12 + at, line=str(number * 12 + at + 1), byte=str(at * 211),
                     item=f"ITEM-{(number + at) % 700:04}", ordered=f"2017-0{1 + at % 9}-11")
            for at in range(12)
        )  # fmt: skip
        cover = Cover(f"PK-{number:04}", f"P-{number:04}", "山田 成史", "Bench", "警視庁", sha256=f"{number:064x}")
        yield Packet(
            cover.packet, "ja", words["title"], words["draft"], _MOMENT,
            packet_sections(cover, contents, rows, (original,), "ja"), words["foot"],
            tuple(words.items()),
        )  # fmt: skip
