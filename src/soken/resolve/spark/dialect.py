"""DuckDB's SQL → Spark's: what a translator by grammar alone leaves, so that both engines compute the same.

Texts are compared by bytes in both (distances on DuckDB see UTF-8 bytes): on Spark each byte is made a character first.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import sqlglot
from sqlglot import exp

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

#: `len` is for lists here, `length` for texts; one grammar node stands for both.
_LEN = re.compile(r"\blen\(", re.IGNORECASE)


def parsed(query: str, parameters: Mapping[str, Any]) -> exp.Expr:
    """Return a statement's tree with its parameters filled in."""
    tree = sqlglot.parse_one(_LEN.sub("array_size(", query), read="duckdb")
    filled: exp.Expr = tree.transform(lambda node: _filled(node, parameters))
    return filled


def _filled(node: exp.Expr, parameters: Mapping[str, Any]) -> exp.Expr:
    """Replace a parameter by its value."""
    if isinstance(node, (exp.Parameter, exp.Placeholder)):
        return exp.convert(parameters[node.name or str(node.this)])
    return node


def spark_sql(tree: exp.Expr, file_view: Callable[[str], str]) -> str:
    """Return a query in Spark's dialect.

    Args:
        tree: the query.
        file_view: gives the name of a view of a Parquet file.
    """
    for step in (lambda node: _file(node, file_view), _lifted, _changed):
        tree = tree.transform(step)
    return tree.sql(dialect="spark")


def _file(node: exp.Expr, file_view: Callable[[str], str]) -> exp.Expr:
    """Replace ``read_parquet(path)`` by a view."""
    if isinstance(node, exp.Table) and isinstance(node.this, exp.ReadParquet):
        path = node.this.expressions[0]
        return exp.to_table(file_view(path.name), alias=node.alias or None)
    return node


def _lifted(node: exp.Expr) -> exp.Expr:
    """Bring an ``unnest`` inside an expression to its top: Spark allows it nowhere else."""
    if not isinstance(node, exp.Select):
        return node
    for number, item in enumerate(node.expressions):
        body = item.this if isinstance(item, exp.Alias) else item
        if isinstance(body, exp.Unnest | exp.Explode) or not (inner := body.find(exp.Unnest, exp.Explode)):
            continue
        array = inner.expressions[0] if isinstance(inner, exp.Unnest) else inner.this
        one = exp.to_identifier("one_of_list")
        inner.replace(exp.column(one))
        mapped = exp.Anonymous(this="transform", expressions=[array, exp.Lambda(this=body.copy(), expressions=[one])])
        lifted: exp.Expr = exp.Explode(this=mapped)
        node.expressions[number] = exp.alias_(lifted, item.alias) if isinstance(item, exp.Alias) else lifted
    return node


def _bytes(text: exp.Expr) -> exp.Expr:
    """Return a text with a character for each of its UTF-8 bytes."""
    return sqlglot.parse_one("decode(encode(x, 'UTF-8'), 'ISO-8859-1')", read="spark").transform(
        lambda node: text.copy() if isinstance(node, exp.Column) else node
    )


def _distance(name: str, left: exp.Expr, right: exp.Expr) -> exp.Expr:
    """Return a distance of two texts, null where one is."""
    call = exp.Anonymous(this=name, expressions=[_bytes(left), _bytes(right)])
    return exp.Case(ifs=[exp.If(this=exp.and_(_not_null(left), _not_null(right)), true=call)])


def _not_null(text: exp.Expr) -> exp.Expr:
    return exp.Not(this=exp.Is(this=text.copy(), expression=exp.Null()))


def _changed(node: exp.Expr) -> exp.Expr:
    """Replace one node that Spark writes otherwise."""
    if isinstance(node, exp.CTE):
        node.set("materialized", None)  # Spark decides for itself, and knows no word for it
        return node
    if isinstance(node, exp.Levenshtein):
        return _distance("levenshtein", node.this, node.expression)
    if isinstance(node, exp.Bracket) and len(node.expressions) == 1 and isinstance(node.expressions[0], exp.Slice):
        return exp.Anonymous(
            this="slice", expressions=[node.this, exp.Literal.number(1), node.expressions[0].expression]
        )
    if isinstance(node, exp.ArrayOverlaps):
        return exp.Anonymous(this="arrays_overlap", expressions=[node.this, node.expression])
    if isinstance(node, exp.Literal) and node.is_string and r"\p{Han}" in node.name:
        return exp.Literal.string(node.name.replace(r"\p{Han}", r"\p{IsHan}"))
    if isinstance(node, exp.ArrayAgg) and isinstance(node.this, exp.Order):
        inner = node.this.this
        collect = "collect_set" if isinstance(inner, exp.Distinct) else "collect_list"
        value = inner.expressions[0] if isinstance(inner, exp.Distinct) else inner
        return exp.Anonymous(this="sort_array", expressions=[exp.Anonymous(this=collect, expressions=[value])])
    if isinstance(node, exp.Cast) and node.to.this == exp.DataType.Type.UBIGINT and isinstance(node.this, exp.Paren):
        digits = node.this.this.expression  # of '0x' || digits: at most 15, so that the number keeps its sign
        decimal = exp.Anonymous(this="conv", expressions=[digits, exp.Literal.number(16), exp.Literal.number(10)])
        return exp.cast(decimal, "BIGINT")
    if isinstance(node, exp.GroupConcat) and isinstance(node.this, exp.Order):
        return _joined_in_order(node.this, node.args["separator"])
    if isinstance(node, exp.Split) and node.args["expression"].name == "":
        return exp.Anonymous(this="split", expressions=[node.this, exp.Literal.string("")])
    return _function(node)


def _joined_in_order(ordered: exp.Order, separator: exp.Expr) -> exp.Expr:
    """Return the values of an aggregate, joined in the order of another column."""
    pairs = exp.Anonymous(this="struct", expressions=[ordered.expressions[0].this, ordered.this])
    listed = exp.Anonymous(this="sort_array", expressions=[exp.Anonymous(this="collect_list", expressions=[pairs])])
    second = exp.Dot(
        this=exp.cast(listed, "ARRAY<STRUCT<place: BIGINT, value: STRING>>", dialect="spark"),
        expression=exp.to_identifier("value"),
    )
    return exp.Anonymous(this="array_join", expressions=[second, separator])


def _function(node: exp.Expr) -> exp.Expr:
    """Replace one function that Spark calls otherwise."""
    name = node.name.lower() if isinstance(node, exp.Anonymous) else ""
    if name == "damerau_levenshtein":
        return _distance(name, *node.expressions)
    if isinstance(node, exp.RegexpFullMatch):
        whole = exp.Literal.string(rf"\A{node.expression.name}\z")
        # In parentheses: Spark reads what follows, as in ``a RLIKE 'x' = b RLIKE 'y'``, into the pattern.
        return exp.paren(exp.RegexpLike(this=node.this, expression=whole), copy=False)
    if name == "hash":  # Spark's own has 32 bits: too few for millions of keys
        return exp.Anonymous(this="xxhash64", expressions=node.expressions)
    if name == "list_intersect":
        return exp.Anonymous(this="array_intersect", expressions=node.expressions)
    if name == "list_append":
        return exp.Anonymous(this="array_append", expressions=node.expressions)
    return node
