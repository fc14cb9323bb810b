"""CASE/UCO, the open form in which investigations are exchanged: JSON-LD, one node a line, written as it is made."""
