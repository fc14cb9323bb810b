"""Union-find: which nodes hang together."""

from __future__ import annotations

from array import array


class Forest:
    """Disjoint sets over any integers; the representative of a set is its smallest member."""

    def __init__(self) -> None:
        self._parent: dict[int, int] = {}

    def find(self, node: int) -> int:
        """Return the representative of the node's set (the node itself if it was never joined)."""
        parent = self._parent
        root = node
        while (up := parent.get(root, root)) != root:
            root = up
        while node != root:
            parent[node], node = root, parent.get(node, node)
        return root

    def join(self, left: int, right: int) -> int:
        """Unite the sets of two nodes; return the representative of the union."""
        first, second = sorted((self.find(left), self.find(right)))
        self._parent[first] = first
        self._parent[second] = first
        return first


def components(count: int, left: list[int], right: list[int]) -> array[int]:
    """Return, for nodes 0..count, the smallest node each hangs together with over the given edges.

    Args:
        count: the largest node number.
        left: one end of each edge.
        right: the other end, same length.

    Returns:
        an array of count + 1 node numbers; a node without edges names itself.
    """
    parent = array("q", range(count + 1))
    for one, other in zip(left, right, strict=True):
        while parent[one] != one:
            parent[one] = one = parent[parent[one]]
        while parent[other] != other:
            parent[other] = other = parent[parent[other]]
        if one < other:
            parent[other] = one
        elif other < one:
            parent[one] = other
    for node in range(count + 1):
        parent[node] = parent[parent[node]]
    return parent
