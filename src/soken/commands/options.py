"""Every command with its options, as a page: made from the commands, so that it cannot be out of date."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, get_args, get_origin

if TYPE_CHECKING:
    from collections.abc import Iterator


#: Type of a value → how it is called.
_KINDS: Final = MappingProxyType({int: "number", Path: "path", datetime: "day or moment"})


def commands() -> dict[str, Any]:
    """Return every command by its words without ``soken``, in order; the one without words is ``soken`` itself."""
    import typer.main

    from soken.commands.main import app

    return dict(sorted(_walked(typer.main.get_command(app), ())))


def options_page() -> str:
    """Return every command with its arguments and options as Markdown."""
    return "\n".join(line for words, command in commands().items() for line in _section(words, command))


def _walked(command: Any, words: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    """Yield a command and those below it."""
    inner: dict[str, Any] = getattr(command, "commands", {})
    if not inner or not words:
        yield " ".join(words), command
    for name, one in inner.items():
        yield from _walked(one, (*words, name))


def _section(words: str, command: Any) -> Iterator[str]:
    """Yield the lines of a command."""
    yield f"\n## `{' '.join(['soken', words]).strip()}`\n"
    yield f"{_plain(command.help)}\n"
    arguments = " ".join(_argument(one) for one in command.params if one.param_type_name == "argument")
    if arguments:
        yield f"`soken {words} {arguments}`\n"
    options = [one for one in command.params if one.param_type_name == "option" and not one.hidden]
    if options:
        yield "| option | takes | what for |\n|---|---|---|"
    for one in options:
        names = ", ".join(f"`{name}`" for name in (*one.opts, *one.secondary_opts))
        yield f"| {names}{', needed' if one.required else ''} | {_takes(one)} | {_plain(one.help)} |"


def _argument(one: Any) -> str:
    """Return how an argument is written."""
    name = str(one.metavar or one.name).upper()
    return f"{name}…" if one.nargs == -1 else name


def _takes(one: Any) -> str:
    """Return what an option takes: nothing, one of some words, or a kind of value."""
    if one.is_flag:
        return ""
    kind = one.type_descriptor.annotation
    # An optional value, or one that may be repeated, is a type of types.
    kinds = [kind, *get_args(kind), *(inner for part in get_args(kind) for inner in get_args(part))]
    for part in kinds:
        if isinstance(part, type) and issubclass(part, Enum):
            return ", ".join(f"`{choice.value}`" for choice in part)
    said = next((words for known, words in _KINDS.items() if known in kinds), "text")
    return f"{said}, may be repeated" if any(get_origin(part) is list for part in kinds) else said


def _plain(text: str | None) -> str:
    """Return a help text as one line that Markdown shows as it is."""
    return " ".join((text or "").split()).replace("|", "\\|").replace("<", "&lt;").replace("*", "\\*")
