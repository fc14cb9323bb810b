"""The link graph of a person: who shares a mail, a phone or an address, and whom it may be the same as."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_safe

from soken.access.policy import Act
from soken.casework.selectors.link_graph import MOST_NODES, link_graph
from soken.casework.selectors.persons import person_of
from soken.desk.gate import permitted
from soken.desk.graph_drawing import graph_drawing
from soken.desk.graph_words import NODE_WORDS, edge_words

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from soken.casework.models import Operation

#: Values that a page can switch on by itself; whoever wants more switches all on.
_SWITCHES = 40


@permitted(Act.SEE_PERSON)
@require_safe
def graph(request: HttpRequest, operation: Operation, code: str) -> HttpResponse:
    """Show a person's neighbourhood as a drawing and as a table."""
    person = person_of(operation, code)
    asked = request.GET
    on = {one[:16] for one in asked.getlist("on")[:_SWITCHES]}
    steps = 2 if asked.get("steps") == "2" else 1
    elsewhere = asked.get("elsewhere") == "1"
    found = link_graph(request.user, operation, code, steps=steps, on=on, elsewhere=elsewhere)
    nodes = {one.key: one for one in found.nodes}
    context = {
        "operation": operation,
        "tab": "persons",
        "person": person,
        "graph": found,
        "drawing": graph_drawing(found, operation.slug),
        "lines": [(nodes[one.left], nodes[one.right], edge_words(one), one) for one in found.edges],
        "crowded": [(one, NODE_WORDS[one.kind]) for one in found.crowded[:_SWITCHES]],
        "crowded_more": max(0, len(found.crowded) - _SWITCHES),
        "all_on": "all" in on,
        "steps": steps,
        "elsewhere": elsewhere,
        "left_out": [(NODE_WORDS[kind], count) for kind, count in sorted(found.left_out.items())],
        "most": MOST_NODES,
    }
    return render(request, "desk/graph.html", context)
