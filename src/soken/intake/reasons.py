"""Why a row was set aside: the closed list of reasons, in both languages."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

#: Reason code → (English, Japanese).
REASONS: Final = MappingProxyType(
    {
        "too-few-fields": ("fewer fields than the header", "見出しより項目が少ない"),
        "too-many-fields": ("more fields than the header", "見出しより項目が多い"),
        "unbalanced-quote": ("a quotation mark is never closed", "引用符が閉じていない"),
        "nul-byte": ("holds a NUL byte", "NUL文字を含む"),
        "undecodable": ("bytes that the file's encoding cannot hold", "文字コードとして読めない"),
        "too-long": ("longer than the limit for one row", "一行の長さの上限を超える"),
        "syntax": ("not valid in this format", "書式として正しくない"),
        "cut-off": ("the file ends inside this row", "行の途中でファイルが終わっている"),
        "unreadable-cell": ("a cell cannot be read", "読めないセルがある"),
        "heading-again": ("repeats the heading line", "見出し行の繰り返し"),
        "no-table": ("belongs to a table that the file does not define", "定義のない表の行"),
    }
)
