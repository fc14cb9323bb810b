"""What a link graph says in words: its nodes, and why two of them are joined."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from soken.casework.models.dossier import STAGE_NAMES
from soken.desk.words import page_language
from soken.resolve.explain import signed
from soken.resolve.phrases import words
from soken.review.stages import Stage

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from soken.casework.selectors.graph_parts import GraphEdge, GraphNode

#: Kind of node → what people call it.
NODE_WORDS: Final[dict[str, _StrPromise]] = {
    "person": gettext_lazy("Person"),
    "mail": gettext_lazy("Mail"),
    "phone": gettext_lazy("Phone"),
    "address": gettext_lazy("Address"),
}


def node_words(node: GraphNode) -> tuple[str, str]:
    """Return what a node is called, and what it is."""
    if node.kind == "person":
        stage = STAGE_NAMES[Stage(node.stage)] if node.stage else _("no dossier")
        where = _("in %(operation)s") % {"operation": node.operation} if node.operation else str(stage)
        return node.name or node.shown, f"{node.shown} · {where}" if node.name else where
    shared = ngettext("%(n)s person", "%(n)s persons", node.persons) % {"n": f"{node.persons:,}"}
    return node.shown, f"{NODE_WORDS[node.kind]} · {shared}"


def edge_words(edge: GraphEdge) -> str:
    """Return why two nodes are joined, in one line of the language of the page."""
    if edge.kind == "claims":
        return ngettext("claimed by %(n)s row", "claimed by %(n)s rows", edge.rows) % {"n": f"{edge.rows:,}"}
    language = page_language()
    band = _("to review") if edge.band == "review" else _("the same, says the machine")
    said = [f"{band} ({signed(edge.weight)})"]
    if edge.why:
        said.append(words("review", edge.why, language))
    if edge.reason:
        said.append(f"{words(edge.reason.comparison, edge.reason.level, language)} {signed(edge.reason.weight)}")
    return "; ".join(said)
