"""Thrift's compact protocol, as far as the footer of a Parquet file needs it: any structure, read and written alike.

What a field means is not known here. A structure is a mapping of field numbers to (type, value), a list a pair of its
elements' type and values; so whatever a later version adds comes out as it went in.
"""

from __future__ import annotations

import struct
from typing import Any, Final

TRUE: Final = 1
FALSE: Final = 2
BYTE: Final = 3
I32: Final = 5
I64: Final = 6
DOUBLE: Final = 7
BINARY: Final = 8
LIST: Final = 9
SET: Final = 10
STRUCT: Final = 12
_NUMBERS: Final = frozenset({4, I32, I64})

#: Field number → (type, value).
Fields = dict[int, tuple[int, Any]]


class ThriftError(ValueError):
    """The bytes are no structure."""


def decode(data: bytes) -> Fields:
    """Return the structure that the bytes begin with.

    Raises:
        ThriftError: they are cut off, or hold a type that Parquet has not.
    """
    try:
        return _Reader(data).fields()
    except (IndexError, struct.error) as problem:
        raise ThriftError("cut off") from problem


def encode(fields: Fields) -> bytes:
    """Return the bytes of a structure."""
    out = bytearray()
    _put_fields(out, fields)
    return bytes(out)


class _Reader:
    """Reads values one after the other."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def fields(self) -> Fields:
        """Return a structure up to its end."""
        found: Fields = {}
        number = 0
        while head := self._byte():
            step, kind = head >> 4, head & 15
            number = number + step if step else self._number()
            found[number] = (kind, self._value(kind))
        return found

    def _value(self, kind: int) -> Any:
        """Return the value of a field."""
        if kind in (TRUE, FALSE):
            return kind == TRUE
        if kind in _NUMBERS:
            return self._number()
        if kind == BINARY:
            return self._bytes(self._size())
        if kind in (LIST, SET):
            return self._list()
        if kind == STRUCT:
            return self.fields()
        if kind == BYTE:
            return self._byte()
        if kind == DOUBLE:
            return struct.unpack("<d", self._bytes(8))[0]
        raise ThriftError(f"type {kind}")

    def _list(self) -> tuple[int, list[Any]]:
        head = self._byte()
        kind, count = head & 15, head >> 4
        if count == 15:
            count = self._size()
        if kind in (TRUE, FALSE):
            return kind, [self._byte() == TRUE for _ in range(count)]
        return kind, [self._value(kind) for _ in range(count)]

    def _byte(self) -> int:
        self._at += 1
        return self._data[self._at - 1]

    def _bytes(self, count: int) -> bytes:
        self._at += count
        if self._at > len(self._data):
            raise ThriftError("cut off")
        return self._data[self._at - count : self._at]

    def _size(self) -> int:
        found = shift = 0
        while True:
            byte = self._byte()
            found |= (byte & 127) << shift
            if byte < 128:
                return found
            shift += 7

    def _number(self) -> int:
        folded = self._size()
        return (folded >> 1) ^ -(folded & 1)


def _put_fields(out: bytearray, fields: Fields) -> None:
    before = 0
    for number, (kind, value) in sorted(fields.items()):
        if kind in (TRUE, FALSE):
            kind = TRUE if value else FALSE
        if 0 < number - before < 16:
            out.append((number - before) << 4 | kind)
        else:
            out.append(kind)
            _put_number(out, number)
        before = number
        _put(out, kind, value)
    out.append(0)


def _put(out: bytearray, kind: int, value: Any) -> None:
    """Write the value of a field; a truth is its field's type and nothing more."""
    if kind in _NUMBERS:
        _put_number(out, value)
    elif kind == BINARY:
        _put_size(out, len(value))
        out += value
    elif kind in (LIST, SET):
        _put_list(out, *value)
    elif kind == STRUCT:
        _put_fields(out, value)
    elif kind == BYTE:
        out.append(value)
    elif kind == DOUBLE:
        out += struct.pack("<d", value)


def _put_list(out: bytearray, kind: int, values: list[Any]) -> None:
    if len(values) < 15:
        out.append(len(values) << 4 | kind)
    else:
        out.append(15 << 4 | kind)
        _put_size(out, len(values))
    for value in values:
        if kind in (TRUE, FALSE):
            out.append(TRUE if value else FALSE)
        else:
            _put(out, kind, value)


def _put_size(out: bytearray, number: int) -> None:
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    out.append(number)


def _put_number(out: bytearray, number: int) -> None:
    _put_size(out, number << 1 ^ (number >> 63))
