"""Filters for pages that show a link graph."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template

from soken.desk.graph_words import NODE_WORDS, node_words

if TYPE_CHECKING:
    from soken.casework.selectors.graph_parts import GraphNode

register = template.Library()


@register.filter
def node_kind(node: GraphNode) -> str:
    """Return what a node is."""
    return str(NODE_WORDS[node.kind])


@register.filter
def node_says(node: GraphNode) -> str:
    """Return the second line of a node: how many share it, or where a person stands."""
    return node_words(node)[1]
