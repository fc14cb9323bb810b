"""Command lines as sentences and tables say them: names, whole lines, and synopses, which are held to the parser.

A *name* is a command's words and nothing else (``soken review next``). A *synopsis* stands for many lines: its words in
capitals are for the reader to fill in, brackets hold what can be left out, ``|`` parts choices. Anything else is a
*line*: it can be copied as it stands.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any, Final, get_args

from tests.docs.named import COMMANDS, GROUPS, command_of, lines

if TYPE_CHECKING:
    from collections.abc import Iterator

_INLINE: Final = re.compile(r"`([^`\n]*\bsoken -?-?[a-z][^`\n]*)`")
_FOLLOWING: Final = re.compile(r"`(?:\./)?soken ([^`\n]+)`((?:, `[a-z][a-z-]*`)+)")
_BLOCK: Final = re.compile(r"^ *```.*?^ *```", re.M | re.S)
_TOKEN: Final = re.compile(r"\[|\]|[^\s\[\]]+")
#: What the reader fills in: NAME, FILE…, FILE.tsq.
_FILLED: Final = re.compile(r"[A-Z][A-Z-]*…?(\.[a-z]+)?")


def said_in(text: str) -> list[str]:
    """Return what follows ``soken`` in each command line in a page's sentences and tables; blocks are left out."""
    spans = _INLINE.findall(_BLOCK.sub("", text))
    return [line for span in spans for line in lines(span.replace("\\|", "|"))]


def followers_in(text: str) -> list[str]:
    """Return the names that follow another with their last word alone, as in "`soken review next`, `undo`"."""
    return [
        " ".join([*first.split()[:-1], name])
        for first, rest in _FOLLOWING.findall(_BLOCK.sub("", text))
        for name in re.findall(r"`([^`]+)`", rest)
    ]


def is_name(said: str) -> bool:
    """Tell whether a text is the name of a command or of a group of them, and nothing else."""
    return said in COMMANDS or said in GROUPS


def is_synopsis(said: str) -> bool:
    """Tell whether a text leaves anything to the reader."""
    return any("…" in token or token in "[]" or _FILLED.fullmatch(token) for token in _TOKEN.findall(said))


@dataclass(slots=True)
class _Read:
    """A synopsis, read.

    Attributes:
        arguments: words that are no options, with whether they can be left out.
        options: option → whether it can be left out.
        values: option → what follows it, '' for nothing.
    """

    arguments: list[tuple[str, bool]] = field(default_factory=list)
    options: dict[str, bool] = field(default_factory=dict)
    values: dict[str, str] = field(default_factory=dict)


def wrong_in(said: str) -> Iterator[str]:
    """Yield what a synopsis says otherwise than the parser does, in words; nothing where they agree."""
    name = command_of(said)
    if name is None:
        yield f"{said}: there is no such command"
        return
    told = _read(said.removeprefix(name))
    params = COMMANDS[name].params
    options = {
        word: one for one in params if one.param_type_name == "option" for word in (*one.opts, *one.secondary_opts)
    }
    arguments = [one for one in params if one.param_type_name == "argument"]
    yield from _wrong_arguments(said, told, arguments)
    for word, left_out in told.options.items():
        if word not in options:
            yield f"{said}: {word} is no option"
        else:
            yield from _wrong_option(said, word, left_out, told.values[word], options[word])
    for one in params:
        if one.param_type_name == "option" and one.required and not {*one.opts, *one.secondary_opts} & {*told.options}:
            yield f"{said}: {one.opts[0]} is needed"


def _read(rest: str) -> _Read:
    """Read what follows the name."""
    told, depth, last = _Read(), 0, ""
    for token in _TOKEN.findall(rest):
        if token in "[]":
            depth, last = depth + (1 if token == "[" else -1), ""
        elif token.startswith("--"):
            told.options[token], told.values[token], last = depth > 0, "", token
        elif last:
            told.values[last], last = token, ""
        else:
            told.arguments.append((token, depth > 0))
    return told


def _wrong_arguments(said: str, told: _Read, arguments: list[Any]) -> Iterator[str]:
    """Yield what is wrong with the words that are no options."""
    for (word, left_out), one in zip(told.arguments, arguments, strict=False):
        if left_out is one.required:
            yield f"{said}: {word} is {'needed' if one.required else 'left out at will'}"
        if word.endswith("…") is not (one.nargs == -1):
            yield f"{said}: {word} is {'' if one.nargs == -1 else 'not '}repeated"
    needed = sum(one.required for one in arguments)
    if not needed <= len(told.arguments) <= len(arguments):
        yield f"{said}: {needed} to {len(arguments)} arguments are taken"


def _wrong_option(said: str, word: str, left_out: bool, value: str, one: Any) -> Iterator[str]:
    """Yield what is wrong with an option."""
    if left_out is one.required:
        yield f"{said}: {word} is {'needed' if one.required else 'left out at will, and stands in brackets'}"
    if bool(value) is one.is_flag:
        yield f"{said}: {word} takes {'no' if one.is_flag else 'a'} value"
    if "|" in value and set(value.split("|")) != _choices(one):
        yield f"{said}: {word} takes {'|'.join(sorted(_choices(one))) or 'no choices'}"


def _choices(one: Any) -> set[str]:
    """Return what an option takes where those are few: the values of its enumeration, or of its range."""
    kind = one.type_descriptor.annotation
    for part in (kind, *get_args(kind)):
        if isinstance(part, type) and issubclass(part, Enum):
            return {choice.value for choice in part}
    least, most = one.type_descriptor.parameter_info.min, one.type_descriptor.parameter_info.max
    return {str(number) for number in range(least, most + 1)} if least is not None and most is not None else set()
