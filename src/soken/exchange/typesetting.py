"""Setting data as a PDF by one of our templates: the same data give the same bytes.

A sign that the fonts lack stands as its number in Unicode ([U+5F20]): a person whose name has one is sent all the same,
and nobody reads another name. So do signs that cannot be seen or that turn others round, and private ones (gaiji),
which each font draws otherwise.
"""

from __future__ import annotations

import json
import re
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final
from unicodedata import category

import pylopdf_fonts_jp
import typst

from soken.core.errors import DamagedStoreError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

#: What the typesetter says of a text that no font has.
_LACKING: Final = re.compile(r'the text `"((?:[^"\\]|\\.)*)"` could not be displayed')
_ESCAPED: Final = re.compile(r"\\u\{([0-9a-fA-F]+)\}|\\(.)")
#: Categories of Unicode that nobody can read: controls, marks of format, private and lone halves of signs.
_UNREADABLE: Final = frozenset({"Cc", "Cf", "Co", "Cs"})
#: Of these, what parts lines and what joins letters of some scripts.
_READABLE: Final = frozenset("\t\n\r\u200c\u200d")
#: What a document says where a sign stands by its number.
_NOTES: Final = {
    "ja": "［U+…］は、書体にない文字又は目に見えない文字を、Unicodeの番号で示したもの。",
    "en": "[U+…]: a sign that the font lacks, or that cannot be seen, by its number in Unicode.",
}


def typeset_pdf(
    template: str,
    told: Mapping[str, Any],
    about: Mapping[str, str] = MappingProxyType({}),
    lay_out: Callable[[dict[str, Any]], dict[str, Any]] = dict,
) -> bytes:
    """Return a PDF/A-2b.

    Args:
        template: name of a template of this package, which reads ``sys.inputs`` under the same name.
        told: what it sets, as values that JSON has, with its ``language``; signs that cannot be printed are told by
            their numbers, which the document says in its ``by_number``.
        about: what only programs read, kept as it is.
        lay_out: adds to what is set, as it is printed, what depends on how long its texts are.

    Raises:
        DamagedStoreError: the template makes no single PDF.
    """
    unread = {sign for text in _texts(told) for sign in set(text) if _is_unreadable(sign)}
    while True:
        said = lay_out(_by_number(told, {ord(one): f"[U+{ord(one):04X}]" for one in unread}))
        said |= {"by_number": _NOTES[told["language"]] if unread else "", **about}
        try:
            return _compiled(template, said)
        except typst.TypstError as problem:
            found = _lacking(problem) - unread
            if not found:
                raise DamagedStoreError(f"The template {template} makes no PDF; reinstall Soken.") from problem
            unread |= found


def _compiled(template: str, said: Mapping[str, Any]) -> bytes:
    """Return the PDF of what is said.

    Raises:
        DamagedStoreError: the template makes no single PDF.
        TypstError: no font has a sign, or the template is wrong.
    """
    made = _compiler().compile(
        _template(template), sys_inputs={template: json.dumps(said, ensure_ascii=False)}, pdf_standards=["a-2b"]
    )
    if not isinstance(made, bytes):
        raise DamagedStoreError(f"The template {template} makes no single PDF; reinstall Soken.")
    return made


def _texts(value: Any) -> Iterator[str]:
    """Yield every text in values that JSON has."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _texts(one)


def _by_number(value: Any, numbers: Mapping[int, str]) -> Any:
    """Return values that JSON has with some signs told by their numbers."""
    if isinstance(value, str):
        return value.translate(numbers) if numbers else value
    if isinstance(value, dict):
        return {name: _by_number(one, numbers) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_by_number(one, numbers) for one in value]
    return value


def _is_unreadable(sign: str) -> bool:
    """Tell whether nobody could read a sign, whatever the font."""
    return category(sign) in _UNREADABLE and sign not in _READABLE


def _lacking(problem: typst.TypstError) -> set[str]:
    """Return the signs that no font has, as the typesetter tells them; none where it complains of something else."""
    told = _LACKING.findall(problem.diagnostic)
    texts = (_ESCAPED.sub(lambda one: chr(int(one[1], 16)) if one[1] else one[2], text) for text in told)
    return {sign for text in texts for sign in text if not sign.isascii() or not sign.isprintable()}


@cache
def _compiler() -> typst.Compiler:
    """Return the typesetter, with no font but the package's; fonts are loaded once a process."""
    return typst.Compiler(font_paths=[str(files(pylopdf_fonts_jp))], ignore_system_fonts=True)


@cache
def _template(name: str) -> bytes:
    return files("soken.exchange").joinpath(f"{name}.typ").read_bytes()
