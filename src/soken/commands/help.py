"""Help in the language spoken: what commands and options say of themselves, looked up once somebody asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from soken.commands.language import gettext as _
from soken.commands.language import spoken_language

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.text import Text


def parts(command: Any) -> Iterator[Any]:
    """Yield a command, its arguments and options, and the same of every command below it: what has a help text."""
    yield command
    yield from command.params
    for inner in getattr(command, "commands", {}).values():
        yield from parts(inner)


def say_help(command: Any, words: Sequence[str]) -> None:
    """Put the help of a command and of all below it into Japanese, where that is spoken and help will be shown.

    To translate them at each start would cost every command what reading the catalogue costs.

    Args:
        command: of Typer, as it was built from the code.
        words: that were typed after ``soken``.
    """
    if spoken_language(words=words) == "en" or not shows_help(command, words):
        return
    for one in parts(command):
        if one.help:
            one.help = _(one.help)
        if hasattr(one, "get_help_option"):
            _say_help_option(one)
    _say_headings()


def shows_help(command: Any, words: Sequence[str]) -> bool:
    """Tell whether the words ask for help, or end at a group, which then shows its own."""
    if "--help" in words:
        return True
    for word in words:
        if not word.startswith("-"):
            command = getattr(command, "commands", {}).get(word)
    return hasattr(command, "commands")


def _say_help_option(command: Any) -> None:
    """Translate what the option ``--help`` itself says; Typer makes it for each command."""
    import typer

    option = command.get_help_option(typer.Context(command))
    option.help = _("Show this message and exit.")


def _say_headings() -> None:
    """Translate the headings and marks that Typer's help has of its own: it knows no catalogue of ours."""
    from typer import rich_utils

    class Folding(rich_utils.OptionHighlighter):
        """Typer's own, whose texts go on in the next line: Japanese has no spaces, and a long word would be cut off."""

        def __call__(self, text: str | Text) -> Text:
            """Return a text with its options coloured."""
            shown = super().__call__(text)
            shown.overflow = "fold"
            return shown

    rich_utils.highlighter = Folding()
    rich_utils.ARGUMENTS_PANEL_TITLE = _("Arguments")
    rich_utils.OPTIONS_PANEL_TITLE = _("Options")
    rich_utils.COMMANDS_PANEL_TITLE = _("Commands")
    rich_utils.REQUIRED_LONG_STRING = _("[required]")
    rich_utils.DEFAULT_STRING = _("[default: {}]")
    rich_utils.ENVVAR_STRING = _("[env var: {}]")
