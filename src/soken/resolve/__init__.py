"""Records → proposed persons: block, weigh, explain, look for conflicts, cluster; judgements are constraints."""

from soken.resolve.explain import Link, explain, read_links, waterfall
from soken.resolve.judgements import Contradiction, Judgement, RowRef, Verdict
from soken.resolve.run import ResolveResult, resolve
from soken.resolve.svg import waterfall_svg

__all__ = [
    "Contradiction",
    "Judgement",
    "Link",
    "ResolveResult",
    "RowRef",
    "Verdict",
    "explain",
    "read_links",
    "resolve",
    "waterfall",
    "waterfall_svg",
]
